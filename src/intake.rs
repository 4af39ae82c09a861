//! Intake: what a person told us becomes a sighting, at once and durably, whatever is thought of
//! it afterwards. It knows who may take a report back and until when; it never decides what
//! residents are told.
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::coordination::{
    self, Cause, CoordinationError, House, REPORTER, Reconsidered, reconsider,
};
use crate::domain::alerting::{BROADCAST_WITHIN, Outcome, Reason};
use crate::domain::id::SightingId;
use crate::domain::matching::Rule;
use crate::domain::person::{Chat, Role};
use crate::domain::sighting::{Phase, Reporter, Sighting, Source, Vans, VehicleCount, Via};
use crate::domain::site::SiteCode;
use crate::speech::say::Effect;
use crate::storage::Tx;

/// A report can be taken back by a tap for so long.
pub const UNDO_WITHIN: TimeDelta = TimeDelta::seconds(60);
/// A report can be corrected by its author for so long.
pub const CORRECT_WITHIN: TimeDelta = TimeDelta::minutes(15);
/// Clocks differ: a sighting this far ahead of ours is taken as now, further ahead it is refused.
pub const AHEAD_AT_MOST: TimeDelta = TimeDelta::minutes(5);
/// The window in which reports of one person are counted.
const CAP_WINDOW: TimeDelta = TimeDelta::minutes(10);
/// A contact taps a few reports a morning; more than this in [`CAP_WINDOW`] is a stuck finger or an
/// attack.
const CAP_CONTACT: i64 = 10;
/// An observer at a large eviction writes often.
const CAP_TEAM: i64 = 60;

/// What somebody told us, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Who.
    pub by: Chat,
    /// The role that holds now.
    pub role: Role,
    /// Where.
    pub place: SiteCode,
    /// What.
    pub phase: Phase,
    /// Heading where.
    pub heading: Option<SiteCode>,
    /// When it was seen.
    pub observed_at: DateTime<Utc>,
    /// Police vehicles as a range.
    pub vans: Option<Vans>,
    /// Vehicles as told.
    pub vehicles: Vec<VehicleCount>,
    /// Where the knowledge comes from.
    pub source: Source,
    /// How it came in.
    pub via: Via,
    /// The origin of a forwarded message.
    pub forward_of: Option<String>,
    /// The text as typed, kept sealed as long as the reporter is known.
    pub said: Option<String>,
}

/// What became of a report.
#[derive(Debug, Clone, PartialEq)]
pub enum Received {
    /// Recorded.
    Recorded {
        /// The sighting.
        sighting: Box<Sighting>,
        /// What it did.
        effect: Effect,
    },
    /// Too many in a short time: not recorded, and said so.
    TooMany,
    /// The place is not in the gazetteer any more.
    UnknownPlace,
}

/// Records a report and considers its zone again.
pub async fn receive(
    tx: &mut Tx,
    house: &House,
    report: Report,
    now: DateTime<Utc>,
) -> Result<Received, CoordinationError> {
    let Some(place) = house.gazetteer.place(&report.place) else {
        return Ok(Received::UnknownPlace);
    };
    tx.lock_zone(&place.zone).await?;
    let pseudonym = tx.pseudonym(report.by, REPORTER);
    let cap = if report.role.is_team() { CAP_TEAM } else { CAP_CONTACT };
    if tx.sightings_by(&pseudonym, now - CAP_WINDOW).await? >= cap {
        return Ok(Received::TooMany);
    }

    let sighting = Sighting {
        id: SightingId::fresh(now, house.entropy.as_ref()),
        zone: place.zone.clone(),
        place: report.place,
        phase: report.phase,
        heading: report.heading,
        observed_at: report.observed_at.min(now),
        received_at: now,
        reporter: Reporter {
            role: report.role,
            pseudonym: Some(pseudonym),
            forward_of: report.forward_of.map(|origin| tx.keyed_name("forward", &origin)),
        },
        vans: report.vans,
        vehicles: report.vehicles,
        source: report.source,
        via: report.via,
        withdrawn_at: None,
    };
    tx.sighting_add(&sighting, report.said.as_deref()).await?;
    tx.journal_append("sighting", &entry(&sighting), now).await?;
    if now - sighting.observed_at > BROADCAST_WITHIN {
        coordination::late(tx, &sighting.zone, now).await?;
    }
    let cause = Cause::Sighting(sighting.id.clone());
    let after = reconsider(tx, house, &sighting.zone, &cause, now).await?;
    let effect = effect(&sighting, &after, now);
    Ok(Received::Recorded { sighting: Box::new(sighting), effect })
}

/// The journal's view of a sighting: the role that told it, and no person.
fn entry(s: &Sighting) -> serde_json::Value {
    json!({
        "sighting": s.id, "zone": s.zone, "place": s.place, "phase": s.phase, "heading": s.heading,
        "observed_at": s.observed_at, "received_at": s.received_at, "role": s.reporter.role,
        "vans": s.vans, "vehicles": s.vehicles, "source": s.source, "via": s.via,
    })
}

fn effect(sighting: &Sighting, after: &Reconsidered, now: DateTime<Utc>) -> Effect {
    let outcomes = &after.outcomes;
    let Some(verdict) = after.picture.verdict(&sighting.id) else { return Effect::Logged };
    if now - sighting.observed_at > BROADCAST_WITHIN {
        return Effect::TooOld;
    }
    let clock_wrong = outcomes.iter().any(|o| {
        matches!(o, Outcome::Silent { visit, reason: Reason::ClockWrong, .. }
            if visit.is_some() && *visit == verdict.visit)
    });
    if clock_wrong {
        return Effect::ClockWrong;
    }
    let held = outcomes
        .iter()
        .any(|o| matches!(o, Outcome::Hold { visit, .. } if verdict.visit.as_ref() == Some(visit)));
    if held {
        return Effect::Held;
    }
    let gone_on = after
        .picture
        .convoys
        .iter()
        .flat_map(|convoy| &convoy.visits)
        .any(|visit| verdict.visit.as_ref() == Some(&visit.id) && !visit.is_live());
    if gone_on {
        // It was seen elsewhere since: nobody is warned here.
        return Effect::Logged;
    }
    let ours = verdict.visit.as_ref().map(|visit| visit.as_str()) == Some(sighting.id.as_str());
    match verdict.rule {
        Rule::NewConvoy | Rule::PossibleSplit => Effect::NewConvoy,
        Rule::NextVisitMoved | Rule::NextVisitFoundAgain => Effect::NewVisit,
        Rule::SameVisit | Rule::SamePlace => Effect::SameVisit,
        Rule::Ruled if ours => Effect::NewVisit,
        Rule::Ruled | Rule::Coverage | Rule::Left | Rule::Lost => Effect::Logged,
    }
}

/// What becomes of an attempt to take a report back.
#[derive(Debug, Clone, PartialEq)]
pub enum TakenBack {
    /// Taken back; here is what it was.
    Done(Box<Sighting>),
    /// Too late; the desk can still rule on it.
    TooLate,
    /// Not this person's, already taken back, or unknown.
    NotYours,
}

/// Takes a report back within [`UNDO_WITHIN`], by its author only.
pub async fn take_back(
    tx: &mut Tx,
    house: &House,
    by: Chat,
    sighting: &SightingId,
    now: DateTime<Utc>,
) -> Result<TakenBack, CoordinationError> {
    let taken = withdraw(tx, by, sighting, (UNDO_WITHIN, now), now).await?;
    if let TakenBack::Done(was) = &taken {
        reconsider(tx, house, &was.zone, &Cause::Other, now).await?;
    }
    Ok(taken)
}

/// What was wrong with a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Correction {
    /// It was at another place.
    Place(SiteCode),
    /// Something else was seen.
    Phase(Phase),
}

/// What became of a correction.
#[derive(Debug, Clone, PartialEq)]
pub enum Corrected {
    /// The old report is taken back and this one stands in its place.
    Done(Received),
    /// Too late, or not this person's.
    Refused(TakenBack),
}

/// Corrects a report: the old one is taken back and a new one recorded, in one transaction, so that
/// residents hear the difference once.
pub async fn correct(
    tx: &mut Tx,
    house: &House,
    (by, role): (Chat, Role),
    sighting: &SightingId,
    correction: Correction,
    now: DateTime<Utc>,
) -> Result<Corrected, CoordinationError> {
    let said = tx.sighting_text(sighting).await?;
    let was = match withdraw(tx, by, sighting, (CORRECT_WITHIN, now), now).await? {
        TakenBack::Done(was) => *was,
        refused => return Ok(Corrected::Refused(refused)),
    };
    let zone = was.zone.clone();
    let mut report = Report {
        by,
        role,
        place: was.place,
        phase: was.phase,
        heading: was.heading,
        observed_at: was.observed_at,
        vans: was.vans,
        vehicles: was.vehicles,
        source: was.source,
        via: was.via,
        forward_of: None,
        said,
    };
    match correction {
        Correction::Place(place) => report.place = place,
        Correction::Phase(phase) => report.phase = phase,
    }
    let received = receive(tx, house, report, now).await?;
    if let Received::Recorded { sighting, .. } = &received
        && sighting.zone != zone
    {
        tx.lock_zone(&zone).await?;
        reconsider(tx, house, &zone, &Cause::Other, now).await?;
    }
    Ok(Corrected::Done(received))
}

/// The report that a text became, for its author to change: the first of theirs to be received
/// after it was written, as long as it may still be corrected.
pub async fn of_text(
    tx: &mut Tx,
    house: &House,
    by: Chat,
    (written_at, changed_at): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<Option<Sighting>, CoordinationError> {
    let pseudonym = tx.pseudonym(by, REPORTER);
    let mut own: Vec<Sighting> = Vec::new();
    for rules in house.gazetteer.zones() {
        let recent = tx.sightings_since(&rules.zone, now - coordination::SIGHTINGS_WINDOW).await?;
        own.extend(recent.into_iter().filter(|sighting| {
            sighting.reporter.pseudonym.as_deref() == Some(pseudonym.as_str())
                && sighting.via == Via::Text
                && sighting.withdrawn_at.is_none()
                && sighting.received_at >= written_at
                && changed_at - sighting.received_at <= CORRECT_WITHIN
        }));
    }
    own.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(own.into_iter().next())
}

/// Takes a report back to put another in its place, as its author asked at `changed_at`; the zone is
/// considered with the other.
pub async fn replace(
    tx: &mut Tx,
    by: Chat,
    sighting: &SightingId,
    changed_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<TakenBack, CoordinationError> {
    withdraw(tx, by, sighting, (CORRECT_WITHIN, changed_at), now).await
}

async fn withdraw(
    tx: &mut Tx,
    by: Chat,
    sighting: &SightingId,
    (within, asked_at): (TimeDelta, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<TakenBack, CoordinationError> {
    let Some(was) = tx.sighting(sighting).await? else { return Ok(TakenBack::NotYours) };
    tx.lock_zone(&was.zone).await?;
    let author = was.reporter.pseudonym.as_deref() == Some(tx.pseudonym(by, REPORTER).as_str());
    if !author {
        return Ok(TakenBack::NotYours);
    }
    if asked_at - was.received_at > within {
        return Ok(TakenBack::TooLate);
    }
    if !tx.sighting_withdraw(sighting, now).await? {
        return Ok(TakenBack::NotYours);
    }
    tx.journal_append("undo", &json!({ "sighting": sighting }), now).await?;
    Ok(TakenBack::Done(Box::new(was)))
}
