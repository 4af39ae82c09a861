//! Convoys and visits, as matching derives them from the sightings of a zone.
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::alert::Confidence;
use super::id::{ConvoyId, SightingId, VisitId};
use super::sighting::{Crew, Vans};
use super::site::{SiteCode, Zone};

/// What a convoy is doing, as far as we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConvoyState {
    /// Vehicles have gathered.
    Forming,
    /// On the road; towards the last named place, where one is named.
    Moving,
    /// At a site.
    OnSite,
    /// It left its last site and has not been seen since.
    Gone,
    /// Nobody sees it any more.
    Lost,
    /// Seen again after it was lost or long unseen.
    FoundAgain,
    /// The desk said it is over, or the day is.
    Ended,
}

impl ConvoyState {
    /// The code in the database and the journal.
    pub fn code(self) -> &'static str {
        match self {
            ConvoyState::Forming => "forming",
            ConvoyState::Moving => "moving",
            ConvoyState::OnSite => "on_site",
            ConvoyState::Gone => "gone",
            ConvoyState::Lost => "lost",
            ConvoyState::FoundAgain => "found_again",
            ConvoyState::Ended => "ended",
        }
    }
}

/// What a visit is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The convoy comes towards the site.
    Coming,
    /// It goes past.
    Passing,
    /// It is there.
    Present,
    /// It went.
    Left,
}

impl Stage {
    /// The code in the database and the journal.
    pub fn code(self) -> &'static str {
        match self {
            Stage::Coming => "coming",
            Stage::Passing => "passing",
            Stage::Present => "present",
            Stage::Left => "left",
        }
    }
}

/// A convoy at one site (*expulsion*), from arrival to departure: the unit of count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The first received of its sightings names it.
    pub id: VisitId,
    /// Where.
    pub site: SiteCode,
    /// What it is at.
    pub stage: Stage,
    /// When it arrived; while it is only coming, when that was first observed.
    pub from: DateTime<Utc>,
    /// Observed last.
    pub last_seen: DateTime<Utc>,
    /// When it was seen to leave; a convoy that turned up elsewhere has left without being seen to.
    pub until: Option<DateTime<Utc>>,
    /// How sure we are that it left, where somebody said so.
    pub left_confidence: Option<Confidence>,
    /// When the desk said that the warning of this visit was wrong.
    pub retracted_at: Option<DateTime<Utc>>,
    /// The latest known strength.
    pub vans: Option<Vans>,
    /// How sure we are that police came here.
    pub confidence: Confidence,
    /// Its sightings, in order of observation.
    pub sightings: Vec<SightingId>,
    /// When the first of its sightings was received.
    pub first_received: DateTime<Utc>,
}

impl Visit {
    /// Whether police are, or are about to be, there.
    pub fn is_live(&self) -> bool {
        self.stage != Stage::Left && self.retracted_at.is_none()
    }
}

/// One moving police operation: a track through places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Convoy {
    /// The first received of its sightings names it.
    pub id: ConvoyId,
    /// Its zone, for ever.
    pub zone: Zone,
    /// What it is doing.
    pub state: ConvoyState,
    /// Observed first.
    pub opened_at: DateTime<Utc>,
    /// Observed last (presence, not "nothing here").
    pub last_seen: DateTime<Utc>,
    /// The last place it was named at or towards.
    pub last_place: SiteCode,
    /// Its visits, in order.
    pub visits: Vec<Visit>,
    /// The latest known strength.
    pub vans: Option<Vans>,
    /// Every crew told of.
    pub crews: BTreeSet<Crew>,
    /// The highest confidence of any of its sightings.
    pub confidence: Confidence,
    /// The convoy it may have split from.
    pub parent: Option<ConvoyId>,
    /// When the desk said that it has ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Its sightings, in order of observation.
    pub sightings: Vec<SightingId>,
}

impl Convoy {
    /// The visits that are not over.
    pub fn live_visits(&self) -> impl Iterator<Item = &Visit> {
        self.visits.iter().filter(|visit| visit.is_live())
    }
    /// Whether it is still something to warn of and to follow.
    pub fn is_open(&self) -> bool {
        self.state != ConvoyState::Ended
    }
}
