//! What the residents of the other sites of the zone are told: quietly.
use chrono::{DateTime, Utc};

use super::{BROADCAST_WITHIN, History, Outcome, Reason, Telling};
use crate::domain::alert::{Alert, AlertKind, Audience, Confidence, Mode, Thread, Urgency};
use crate::domain::convoy::{Convoy, Stage, Visit};
use crate::domain::matching::Picture;
use crate::domain::site::SiteCode;

/// Decides for those who did not choose a visited site.
pub fn decide(
    convoy: &Convoy,
    picture: &Picture,
    history: &History,
    now: DateTime<Utc>,
    outcomes: &mut Vec<Outcome>,
) {
    let told = history.of_zone(convoy);
    if let Some(at) = convoy.ended_at {
        let open =
            told.filter(|t| matches!(t.text.kind, AlertKind::BeReady | AlertKind::Elsewhere));
        if open.is_some() && now - at <= BROADCAST_WITHIN {
            outcomes.push(Outcome::Tell(ended(convoy, told, (picture, history), now)));
        }
        return;
    }
    if !convoy.is_open()
        || convoy.confidence < Confidence::TwoContacts
        || now - convoy.last_seen > BROADCAST_WITHIN
    {
        return;
    }
    let at = convoy.live_visits().filter(|v| v.confidence >= Confidence::TwoContacts).last();
    let telling = match at {
        Some(visit) if visit.stage == Stage::Present => elsewhere(visit, told, now),
        Some(_) => be_ready(told),
        None if convoy.visits.is_empty() => be_ready(told),
        None => None,
    };
    if let Some((kind, mode, reason, visit)) = telling {
        outcomes.push(Outcome::Tell(Telling {
            audience: Audience::Zone(convoy.zone.clone(), threatened(picture)),
            thread: told.map_or_else(|| Thread::zone(&convoy.id), |told| told.thread.clone()),
            kind,
            mode,
            urgency: Urgency::Zone,
            reason,
            convoy: convoy.id.clone(),
            visit: visit.map(|v| v.id.clone()),
            site: visit.map(|v| v.site.clone()),
            observed_at: visit.map_or(convoy.last_seen, |v| v.last_seen),
            vans: visit.map_or(convoy.vans, |v| v.vans),
            confidence: visit.map_or(convoy.confidence, |v| v.confidence),
            expires_at: convoy.last_seen + BROADCAST_WITHIN,
        }));
    }
}

type What<'a> = (AlertKind, Mode, Reason, Option<&'a Visit>);

fn elsewhere<'a>(visit: &'a Visit, told: Option<&Alert>, now: DateTime<Utc>) -> Option<What<'a>> {
    let mode = match told {
        Some(told) if told.text.kind == AlertKind::Elsewhere => {
            if told.text.site.as_ref() == Some(&visit.site) {
                return None;
            }
            // An edit goes unnoticed; an hour later it would be lost far up in the chat.
            if now - told.decided_at <= BROADCAST_WITHIN { Mode::Edit } else { Mode::Quiet }
        }
        _ => Mode::Quiet,
    };
    Some((AlertKind::Elsewhere, mode, Reason::ConvoyElsewhere, Some(visit)))
}

/// Said once; a convoy that was elsewhere already needs no "be ready".
fn be_ready<'a>(told: Option<&Alert>) -> Option<What<'a>> {
    told.is_none().then_some((AlertKind::BeReady, Mode::Quiet, Reason::ConvoyForming, None))
}

/// The sites whose residents are told of a visit of their own.
fn threatened(picture: &Picture) -> Vec<SiteCode> {
    let mut sites: Vec<SiteCode> = picture
        .convoys
        .iter()
        .filter(|convoy| convoy.is_open())
        .flat_map(Convoy::live_visits)
        .map(|visit| visit.site.clone())
        .collect();
    sites.sort();
    sites.dedup();
    sites
}

/// Whoever was warned for a site of their own hears of the end there.
fn ended(
    convoy: &Convoy,
    told: Option<&Alert>,
    (picture, history): (&Picture, &History),
    now: DateTime<Utc>,
) -> Telling {
    let mut own: Vec<Thread> = convoy
        .visits
        .iter()
        .filter_map(|visit| history.of_visit(visit, picture))
        .filter(|told| told.text.kind != AlertKind::Retracted)
        .map(|told| told.thread.clone())
        .collect();
    own.sort();
    own.dedup();
    Telling {
        audience: Audience::ReachedHereOnly(own),
        thread: told.map_or_else(|| Thread::zone(&convoy.id), |told| told.thread.clone()),
        kind: AlertKind::Ended,
        mode: Mode::Reply,
        urgency: Urgency::Rest,
        reason: Reason::EndedByDesk,
        convoy: convoy.id.clone(),
        visit: None,
        site: told.and_then(|told| told.text.site.clone()),
        observed_at: convoy.last_seen,
        vans: None,
        confidence: convoy.confidence,
        expires_at: now + BROADCAST_WITHIN,
    }
}
