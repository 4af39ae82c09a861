//! A convoy in the making: what the fold knows of it before identifiers are settled.
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::voices::Voices;
use super::{FOUND_WITHIN, LIVE_WITHIN, Standing, operational_day};
use crate::domain::alert::Confidence;
use crate::domain::convoy::{Convoy, ConvoyState, Stage, Visit};
use crate::domain::id::{ConvoyId, VisitId};
use crate::domain::sighting::{Phase, Sighting};
use crate::domain::site::{SiteCode, Zone};

/// A convoy in the making: identifiers are settled at the end.
pub struct Draft {
    pub convoy: Convoy,
    /// Where it last really was, and when: the road is measured from there.
    pub stood: Option<(SiteCode, DateTime<Utc>)>,
    pub voices: Voices,
    pub visits: Vec<VisitDraft>,
    pub parent: Option<usize>,
}

/// What a visit keeps beside itself while it is in the making.
pub struct VisitDraft {
    pub voices: Voices,
    /// When it was over, seen or not.
    pub closed_at: Option<DateTime<Utc>>,
    /// Who told of it last.
    pub last_by: Option<String>,
}

/// What a convoy does after such a sighting.
pub fn state_after(phase: Phase, found: bool, before: ConvoyState, at_site: bool) -> ConvoyState {
    match phase {
        Phase::Forming => before,
        _ if found => ConvoyState::FoundAgain,
        Phase::Moving | Phase::Passing => ConvoyState::Moving,
        _ if at_site => ConvoyState::OnSite,
        _ if before == ConvoyState::Forming => ConvoyState::Forming,
        _ => ConvoyState::Moving,
    }
}

impl Draft {
    pub fn new(zone: &Zone, s: &Sighting, place: &SiteCode, parent: Option<usize>) -> Draft {
        Draft {
            convoy: Convoy {
                id: ConvoyId::from(s.id.as_str()),
                zone: zone.clone(),
                state: ConvoyState::Forming,
                opened_at: s.observed_at,
                last_seen: s.observed_at,
                last_place: place.clone(),
                visits: Vec::new(),
                vans: None,
                crews: BTreeSet::new(),
                confidence: Confidence::Unvouched,
                parent: None,
                ended_at: None,
                sightings: Vec::new(),
            },
            stood: None,
            voices: Voices::default(),
            visits: Vec::new(),
            parent,
        }
    }

    /// The convoy was seen: where, how strong, by which crews.
    pub fn see(&mut self, s: &Sighting, place: &SiteCode) {
        let convoy = &mut self.convoy;
        convoy.sightings.push(s.id.clone());
        convoy.last_seen = convoy.last_seen.max(s.observed_at);
        convoy.last_place = place.clone();
        convoy.vans = s.vans.or(convoy.vans);
        convoy.crews.extend(s.vehicles.iter().map(|v| v.crew));
        if s.phase != Phase::Moving {
            self.stood = Some((place.clone(), s.observed_at));
        } else if s.place != *place {
            self.stood = Some((s.place.clone(), s.observed_at));
        }
    }

    /// A visit begins; the convoy has gone on from wherever else it was.
    pub fn begin_visit(&mut self, s: &Sighting, place: &SiteCode) -> usize {
        for (visit, draft) in self.convoy.visits.iter_mut().zip(&mut self.visits) {
            if visit.stage != Stage::Left {
                visit.stage = Stage::Left;
                draft.closed_at = Some(s.observed_at);
            }
        }
        self.convoy.visits.push(Visit {
            id: VisitId::from(s.id.as_str()),
            site: place.clone(),
            stage: stage_of(s.phase),
            from: s.observed_at,
            last_seen: s.observed_at,
            until: None,
            left_confidence: None,
            retracted_at: None,
            vans: None,
            confidence: Confidence::Unvouched,
            sightings: Vec::new(),
            first_received: s.received_at,
        });
        self.visits.push(VisitDraft { voices: Voices::default(), closed_at: None, last_by: None });
        self.convoy.visits.len() - 1
    }

    pub fn extend_visit(&mut self, at: usize, s: &Sighting, confirmed: bool) -> Standing {
        let standing = self.visits[at].voices.hear(s, confirmed);
        let visit = &mut self.convoy.visits[at];
        if visit.stage == Stage::Coming && stage_of(s.phase) > Stage::Coming {
            // A visit is counted from the arrival, not from when it was announced.
            visit.from = s.observed_at;
        }
        visit.stage = match visit.stage {
            Stage::Left => stage_of(s.phase),
            stage => stage.max(stage_of(s.phase)),
        };
        visit.until = None;
        visit.left_confidence = None;
        visit.last_seen = visit.last_seen.max(s.observed_at);
        visit.first_received = visit.first_received.min(s.received_at);
        visit.vans = s.vans.or(visit.vans);
        visit.confidence = self.visits[at].voices.confidence();
        visit.sightings.push(s.id.clone());
        self.visits[at].closed_at = None;
        self.visits[at].last_by = s.reporter.pseudonym.clone();
        standing
    }

    /// Whether somebody else reports it at another site still. Whoever follows a convoy sees it
    /// here now and cannot mean that it is there as well; nor does "on the way to" deny that it is
    /// only just leaving.
    pub fn live_elsewhere(&self, s: &Sighting, place: &SiteCode) -> bool {
        s.phase != Phase::Moving
            && self.convoy.visits.iter().zip(&self.visits).any(|(visit, draft)| {
                visit.site != *place
                    && matches!(visit.stage, Stage::Present | Stage::Passing)
                    && visit.retracted_at.is_none()
                    && s.observed_at - visit.last_seen <= LIVE_WITHIN
                    && (draft.last_by.is_none() || draft.last_by != s.reporter.pseudonym)
            })
    }

    /// Settles identifiers and what time alone decides.
    pub fn settle(&mut self, now: DateTime<Utc>) {
        let convoy = &mut self.convoy;
        if let Some(first) = convoy.sightings.iter().min() {
            convoy.id = ConvoyId::from(first.as_str());
        }
        for visit in &mut convoy.visits {
            if let Some(first) = visit.sightings.iter().min() {
                visit.id = VisitId::from(first.as_str());
            }
        }
        convoy.confidence = self.voices.confidence();
        let over = convoy.ended_at.is_some()
            || now - convoy.last_seen > FOUND_WITHIN
            || operational_day(now) != operational_day(convoy.last_seen);
        let nothing_left =
            !convoy.visits.is_empty() && convoy.visits.iter().all(|v| v.retracted_at.is_some());
        if over || nothing_left {
            convoy.state = ConvoyState::Ended;
        }
    }
}

fn stage_of(phase: Phase) -> Stage {
    match phase {
        Phase::Moving => Stage::Coming,
        Phase::Passing => Stage::Passing,
        _ => Stage::Present,
    }
}
