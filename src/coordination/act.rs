//! What the desk decides: confirm, not true, same, not the same, ended, retract.
use chrono::{DateTime, Utc};
use serde_json::json;

use super::reconsider::picture;
use super::{Actor, Cause, CoordinationError, House, SIGHTINGS_WINDOW, follow, reconsider};
use crate::domain::id::{ConvoyId, RulingId, SightingId, VisitId};
use crate::domain::matching::{Doubt, Picture};
use crate::domain::ruling::{Ruling, RulingKind};
use crate::domain::site::{SiteCode, Zone};
use crate::speech::say::SureAct;
use crate::storage::Tx;

/// An act of the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// The sighting is true.
    Confirm(SightingId),
    /// The sighting is not true.
    NotTrue(SightingId),
    /// The sighting is of the same convoy as the one asked about.
    Same(SightingId),
    /// The sighting is of another convoy.
    NotSame(SightingId),
    /// The convoy has ended.
    Ended(ConvoyId),
    /// The warning of the visit was wrong.
    Retract(VisitId),
}

/// What became of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruled {
    /// Done; about this place.
    Done(SiteCode),
    /// Somebody did it before.
    Already(Ruling),
    /// There is nothing left to decide on: the button is old.
    Gone,
}

struct Subject {
    zone: Zone,
    place: SiteCode,
    kind: RulingKind,
    sighting: Option<SightingId>,
    convoy: Option<ConvoyId>,
    visit: Option<VisitId>,
}

/// Rules, derives the zone again and tells who must be told.
pub async fn rule(
    tx: &mut Tx,
    house: &House,
    actor: Actor,
    act: &Act,
    now: DateTime<Utc>,
) -> Result<Ruled, CoordinationError> {
    let Some(zone) = zone_of(tx, act).await? else { return Ok(Ruled::Gone) };
    tx.lock_zone(&zone).await?;
    let picture = picture(tx, house, &zone, now).await?;
    let rulings = tx.rulings_since(&zone, now - SIGHTINGS_WINDOW).await?;

    let Some(subject) = subject(&picture, zone, act) else {
        return Ok(earlier(&rulings, act).map_or(Ruled::Gone, |r| Ruled::Already(r.clone())));
    };
    if let Some(earlier) = rulings.iter().rev().find(|r| same_subject(r, &subject)) {
        return Ok(Ruled::Already(earlier.clone()));
    }

    let ruling = Ruling {
        id: RulingId::fresh(now, house.entropy.as_ref()),
        zone: subject.zone.clone(),
        kind: subject.kind,
        sighting: subject.sighting,
        convoy: subject.convoy,
        visit: subject.visit,
        role: actor.role,
        tag: actor.tag,
        at: now,
        undone_at: None,
    };
    tx.ruling_add(&ruling).await?;
    let entry = json!({
        "ruling": ruling.id, "decides": ruling.kind, "sighting": ruling.sighting,
        "convoy": ruling.convoy, "visit": ruling.visit, "role": ruling.role,
    });
    tx.journal_append("ruling", &entry, now).await?;
    reconsider(tx, house, &subject.zone, &Cause::Other, now).await?;
    if let (RulingKind::Ended, Some(convoy)) = (ruling.kind, &ruling.convoy) {
        follow::close(tx, convoy, now).await?;
    }
    Ok(Ruled::Done(subject.place))
}

/// The place that an act which is asked twice would concern; `None` when it is too late for it.
pub async fn place_of(
    tx: &mut Tx,
    house: &House,
    what: &SureAct,
    now: DateTime<Utc>,
) -> Result<Option<SiteCode>, CoordinationError> {
    let act = match what {
        SureAct::Ended(id) => Act::Ended(id.clone()),
        SureAct::Retract(id) => Act::Retract(id.clone()),
    };
    let Some(zone) = zone_of(tx, &act).await? else { return Ok(None) };
    let picture = picture(tx, house, &zone, now).await?;
    Ok(subject(&picture, zone, &act).map(|subject| subject.place))
}

/// Every act names a sighting, and convoys and visits are named by one.
async fn zone_of(tx: &mut Tx, act: &Act) -> Result<Option<Zone>, CoordinationError> {
    let named = match act {
        Act::Confirm(id) | Act::NotTrue(id) | Act::Same(id) | Act::NotSame(id) => id.clone(),
        Act::Ended(id) => SightingId::from(id.as_str()),
        Act::Retract(id) => SightingId::from(id.as_str()),
    };
    Ok(tx.sighting(&named).await?.map(|sighting| sighting.zone))
}

fn subject(picture: &Picture, zone: Zone, act: &Act) -> Option<Subject> {
    let of_sighting = |id: &SightingId, kind, other: bool| {
        let verdict = picture.verdict(id)?;
        let joined = verdict.convoy.as_ref()?;
        let convoy = picture.convoy(joined)?;
        let asked = match (other, verdict.doubt.as_ref()) {
            (true, Some(Doubt::PossibleSplit { parent, .. })) => parent.clone(),
            _ => joined.clone(),
        };
        let visit = convoy.visits.iter().find(|v| v.sightings.contains(id));
        Some(Subject {
            zone: zone.clone(),
            place: visit.map_or(&convoy.last_place, |v| &v.site).clone(),
            kind,
            sighting: Some(id.clone()),
            convoy: Some(asked),
            visit: None,
        })
    };
    match act {
        Act::Confirm(id) => of_sighting(id, RulingKind::Confirm, false),
        Act::NotTrue(id) => of_sighting(id, RulingKind::NotTrue, false),
        Act::Same(id) => of_sighting(id, RulingKind::Same, true),
        Act::NotSame(id) => of_sighting(id, RulingKind::NotSame, false),
        Act::Ended(id) => {
            let convoy = picture
                .convoys
                .iter()
                .find(|c| c.is_open() && c.sightings.iter().any(|s| s.as_str() == id.as_str()))?;
            Some(Subject {
                zone,
                place: convoy.last_place.clone(),
                kind: RulingKind::Ended,
                sighting: None,
                convoy: Some(convoy.id.clone()),
                visit: None,
            })
        }
        Act::Retract(id) => {
            let visit = picture.convoys.iter().flat_map(|c| &c.visits).find(|v| {
                v.retracted_at.is_none() && v.sightings.iter().any(|s| s.as_str() == id.as_str())
            })?;
            Some(Subject {
                zone,
                place: visit.site.clone(),
                kind: RulingKind::Retract,
                sighting: None,
                convoy: None,
                visit: Some(visit.id.clone()),
            })
        }
    }
}

/// *Confirm* and *not true* answer one question, as do *same* and *not the same*: whoever was first
/// has decided it.
fn same_subject(ruling: &Ruling, subject: &Subject) -> bool {
    let question = |kind| match kind {
        RulingKind::Confirm | RulingKind::NotTrue => 0,
        RulingKind::Same | RulingKind::NotSame => 1,
        RulingKind::Ended => 2,
        RulingKind::Retract => 3,
    };
    ruling.undone_at.is_none()
        && question(ruling.kind) == question(subject.kind)
        && ruling.sighting == subject.sighting
        && (ruling.sighting.is_some()
            || (ruling.convoy == subject.convoy && ruling.visit == subject.visit))
}

/// The ruling that made the subject of this act disappear.
fn earlier<'a>(rulings: &'a [Ruling], act: &Act) -> Option<&'a Ruling> {
    rulings.iter().rev().filter(|r| r.undone_at.is_none()).find(|r| match act {
        Act::Confirm(id) | Act::NotTrue(id) | Act::Same(id) | Act::NotSame(id) => {
            r.sighting.as_ref() == Some(id)
        }
        Act::Ended(id) => r.kind == RulingKind::Ended && r.convoy.as_ref() == Some(id),
        Act::Retract(id) => r.kind == RulingKind::Retract && r.visit.as_ref() == Some(id),
    })
}
