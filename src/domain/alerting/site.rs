//! What the residents of a visited site are told.
use chrono::{DateTime, Utc};

use super::history::retraction;
use super::{
    BROADCAST_WITHIN, HOLD, History, Outcome, REFRESH_AFTER, RING_AGAIN_AFTER, RINGS_PER_DAY,
    Reason, Telling,
};
use crate::domain::alert::{Alert, AlertKind, Audience, Confidence, Mode, Thread, Urgency};
use crate::domain::convoy::{Convoy, Stage, Visit};
use crate::domain::matching::Picture;

/// Decides for the residents of the visit's site.
pub fn decide(
    convoy: &Convoy,
    visit: &Visit,
    (picture, history): (&Picture, &History),
    now: DateTime<Utc>,
    outcomes: &mut Vec<Outcome>,
) {
    let told = history.of_visit(visit, picture);
    if visit.retracted_at.is_some() {
        return;
    }
    if let Some(at) = convoy.ended_at {
        if let Some(told) =
            told.filter(|t| t.text.kind.is_threat() || t.text.kind == AlertKind::Left)
            && now - at <= BROADCAST_WITHIN
            && !told_later(convoy, visit, (picture, history))
        {
            outcomes.push(over(convoy, visit, told, AlertKind::Ended, now));
        }
        return;
    }
    if visit.stage == Stage::Left {
        let said = visit.left_confidence.is_some_and(|c| c >= Confidence::TwoContacts);
        if let (Some(until), Some(told)) = (visit.until, told)
            && said
            && told.text.kind.is_threat()
            && now - until <= BROADCAST_WITHIN
        {
            outcomes.push(over(convoy, visit, told, AlertKind::Left, now));
        }
        return;
    }
    let outcome = presence(convoy, visit, told, history, now);
    if matches!(&outcome, Outcome::Tell(telling) if telling.reason == Reason::RingLimit) {
        outcomes.push(Outcome::AskRing { site: visit.site.clone() });
    }
    outcomes.push(outcome);
}

/// Whether the site was told of a later visit of the same convoy: its end is said there, once.
fn told_later(convoy: &Convoy, visit: &Visit, (picture, history): (&Picture, &History)) -> bool {
    convoy.visits.iter().any(|later| {
        later.site == visit.site
            && later.from > visit.from
            && history.of_visit(later, picture).is_some()
    })
}

/// Police are, or are about to be, there.
fn presence(
    convoy: &Convoy,
    visit: &Visit,
    told: Option<&Alert>,
    history: &History,
    now: DateTime<Utc>,
) -> Outcome {
    let silent = |reason| Outcome::Silent {
        convoy: convoy.id.clone(),
        visit: Some(visit.id.clone()),
        reason,
    };
    if now - visit.last_seen > BROADCAST_WITHIN {
        // What is left is too old to be told in its place.
        return match told.filter(|told| is_unfounded(visit, told)) {
            Some(told) => Outcome::Tell(retraction(told, now)),
            None => silent(Reason::TooOld),
        };
    }
    if visit.confidence == Confidence::Unvouched {
        return silent(Reason::Unvouched);
    }
    let open = told.filter(|told| told.text.kind.is_threat());
    let until = visit.first_received + HOLD;
    if visit.confidence == Confidence::OneContact && open.is_none() && now < until {
        return Outcome::Hold { visit: visit.id.clone(), until };
    }
    let kind = kind_of(visit.stage);
    let (mode, reason) = match open {
        None => ring(visit, history, now),
        Some(told) => {
            let before = rank(told.text.kind, told.text.confidence);
            let after = rank(kind, visit.confidence);
            if after > before {
                (Mode::Ring, Reason::Worse)
            } else if after < before || is_news(visit, told) {
                (Mode::Edit, Reason::BroughtUpToDate)
            } else {
                return silent(Reason::AlreadyTold);
            }
        }
    };
    let thread = told.map_or_else(|| Thread::site(&visit.id), |told| told.thread.clone());
    Outcome::Tell(Telling {
        audience: Audience::Site(visit.site.clone()),
        thread,
        kind,
        mode,
        urgency: Urgency::Threatened,
        reason,
        convoy: convoy.id.clone(),
        visit: Some(visit.id.clone()),
        site: Some(visit.site.clone()),
        observed_at: visit.last_seen,
        vans: visit.vans,
        confidence: visit.confidence,
        expires_at: visit.last_seen + BROADCAST_WITHIN,
    })
}

/// A visit nobody was told of rings, unless the site has rung too often.
fn ring(visit: &Visit, history: &History, now: DateTime<Utc>) -> (Mode, Reason) {
    let rings = history.rings(&visit.site, now);
    let recently = rings.first().is_some_and(|last| now - *last < RING_AGAIN_AFTER);
    if rings.len() >= RINGS_PER_DAY {
        (Mode::Quiet, Reason::RingLimit)
    } else if recently && visit.confidence == Confidence::OneContact {
        (Mode::Quiet, Reason::RangRecently)
    } else {
        let reason = match visit.confidence {
            Confidence::Confirmed => Reason::SeenByTeam,
            Confidence::TwoContacts => Reason::TwoContacts,
            Confidence::OneContact | Confidence::Unvouched => Reason::OneContactUnsure,
        };
        (Mode::Ring, reason)
    }
}

fn kind_of(stage: Stage) -> AlertKind {
    match stage {
        Stage::Coming => AlertKind::ComingToSite,
        Stage::Passing => AlertKind::PassingSite,
        Stage::Present | Stage::Left => AlertKind::AtSite,
    }
}

/// What is worse: being surer weighs more than being nearer.
fn rank(kind: AlertKind, confidence: Confidence) -> u8 {
    let sure = if confidence >= Confidence::TwoContacts { 10 } else { 0 };
    sure + if kind == AlertKind::AtSite { 2 } else { 1 }
}

/// Whether the newest sighting that was told has been taken back: residents believe something later
/// than anybody still says.
fn is_unfounded(visit: &Visit, told: &Alert) -> bool {
    told.text.kind.is_threat() && told.text.observed_at > visit.last_seen
}

fn is_news(visit: &Visit, told: &Alert) -> bool {
    is_unfounded(visit, told)
        || visit.vans != told.text.vans
        || visit.confidence != told.text.confidence
        || kind_of(visit.stage) != told.text.kind
        || visit.last_seen - told.text.observed_at >= REFRESH_AFTER
}

/// It left, or the desk said it has ended: a reply to all who may have been warned.
fn over(
    convoy: &Convoy,
    visit: &Visit,
    told: &Alert,
    kind: AlertKind,
    now: DateTime<Utc>,
) -> Outcome {
    let left = kind == AlertKind::Left;
    Outcome::Tell(Telling {
        audience: Audience::Reached,
        thread: told.thread.clone(),
        kind,
        mode: Mode::Reply,
        urgency: Urgency::Zone,
        reason: if left { Reason::LeftSite } else { Reason::EndedByDesk },
        convoy: convoy.id.clone(),
        visit: Some(visit.id.clone()),
        site: Some(visit.site.clone()),
        // What this site was last seen to have, whatever the convoy did elsewhere since.
        observed_at: visit.until.unwrap_or(visit.last_seen),
        vans: None,
        confidence: visit.confidence,
        expires_at: now + BROADCAST_WITHIN,
    })
}
