//! Matching: which sightings are of the same convoy. Deterministic, explained, reversible.
//!
//! Convoys and visits are not edited; they are *derived* anew from all sightings of the zone, in
//! the order in which things were observed, together with the desk's rulings. A late sighting, one
//! taken back and one ruled otherwise therefore need no repair: [`derive`] gives the picture as if
//! everything had been known from the start, with a [`Verdict`] for each sighting.
//!
//! It never decides what anybody is told: that is `domain::alerting`.
mod closing;
mod draft;
mod fold;
mod score;
#[cfg(test)]
mod tests;
mod voices;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::convoy::Convoy;
use super::id::{ConvoyId, SightingId, VisitId};
use super::ruling::Ruling;
use super::sighting::Sighting;
use super::site::{Gazetteer, SiteCode, Zone};

/// A sighting at a site just left (by so little) reopens the visit instead of beginning another.
pub const REOPEN_WITHIN: TimeDelta = TimeDelta::minutes(10);
/// A convoy last seen so recently has moved; later it is found again.
pub const MOVED_WITHIN: TimeDelta = TimeDelta::minutes(75);
/// A convoy unseen for longer is over; what comes then is another.
pub const FOUND_WITHIN: TimeDelta = TimeDelta::hours(5);
/// A place is still reported live when something was seen there so recently.
pub const LIVE_WITHIN: TimeDelta = TimeDelta::minutes(15);
/// Clocks and words are imprecise: the road may have been begun so much earlier.
pub const ROAD_SLACK: TimeDelta = TimeDelta::minutes(10);
/// The operational day begins at this hour, Europe/Paris.
pub const DAY_BEGINS_HOUR: u32 = 4;

/// Which rule decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Somebody looked and saw nothing: coverage.
    Coverage,
    /// It left; closes the visit, or nothing if there is none.
    Left,
    /// Nobody sees it; marks the convoy, or nothing if there is none.
    Lost,
    /// The same site within the visit's time.
    SameVisit,
    /// The same landmark or road within the gap.
    SamePlace,
    /// An open convoy, seen a short while ago, can have come here.
    NextVisitMoved,
    /// An open convoy, unseen for long or lost, can have come here.
    NextVisitFoundAgain,
    /// No open convoy can be this one.
    NewConvoy,
    /// A convoy is still reported elsewhere: perhaps a part of it.
    PossibleSplit,
    /// The desk said so.
    Ruled,
}

impl Rule {
    /// The code in the journal and on the card.
    pub fn code(self) -> &'static str {
        match self {
            Rule::Coverage => "coverage",
            Rule::Left => "left",
            Rule::Lost => "lost",
            Rule::SameVisit => "same_visit",
            Rule::SamePlace => "same_place",
            Rule::NextVisitMoved => "next_visit_moved",
            Rule::NextVisitFoundAgain => "next_visit_found_again",
            Rule::NewConvoy => "new_convoy",
            Rule::PossibleSplit => "possible_split",
            Rule::Ruled => "ruled",
        }
    }
}

/// Whether a sighting adds to what others told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The first of its visit, or of its convoy.
    First,
    /// Another person says the same.
    Corroborates,
    /// The same person, or a forward of the same message: never corroborates.
    Repeats,
}

/// An open convoy that was considered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The convoy.
    pub convoy: ConvoyId,
    /// Its score; from 1.0 it may be chosen.
    pub score: f64,
    /// Whether the time allows the road.
    pub road: bool,
    /// Whether it is still reported at another place.
    pub live_elsewhere: bool,
}

/// What the machine does not know and asks the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// Another convoy scores nearly the same.
    Rival {
        /// The other convoy.
        convoy: ConvoyId,
        /// Its last place.
        place: SiteCode,
        /// When it was last seen.
        seen: DateTime<Utc>,
    },
    /// The convoy is still reported at its old place.
    PossibleSplit {
        /// The convoy it may be a part of.
        parent: ConvoyId,
        /// Where that one is.
        place: SiteCode,
        /// When it was last seen.
        seen: DateTime<Utc>,
    },
    /// Seen at a place it was said to have left, or to have gone on from.
    BackOrStayed {
        /// When it was said to have left.
        left_at: DateTime<Utc>,
    },
}

/// What was decided about one sighting, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The sighting.
    pub sighting: SightingId,
    /// The rule.
    pub rule: Rule,
    /// The convoy it was put with.
    pub convoy: Option<ConvoyId>,
    /// The visit it was put with.
    pub visit: Option<VisitId>,
    /// Minutes since the news it was put with.
    pub minutes: Option<i64>,
    /// The score, where one was computed.
    pub score: Option<f64>,
    /// What else was considered.
    pub candidates: Vec<Candidate>,
    /// Whether it adds to what others told.
    pub standing: Standing,
    /// What the desk is asked.
    pub doubt: Option<Doubt>,
}

/// A zone as derived.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Picture {
    /// Every convoy, in the order in which they were first observed.
    pub convoys: Vec<Convoy>,
    /// A verdict for each sighting that counts, in order of observation.
    pub verdicts: Vec<Verdict>,
}

impl Picture {
    /// The verdict on a sighting.
    pub fn verdict(&self, sighting: &SightingId) -> Option<&Verdict> {
        self.verdicts.iter().find(|verdict| verdict.sighting == *sighting)
    }
    /// A convoy.
    pub fn convoy(&self, id: &ConvoyId) -> Option<&Convoy> {
        self.convoys.iter().find(|convoy| convoy.id == *id)
    }
}

/// The operational day of a moment: it begins at 04:00 Europe/Paris.
pub fn operational_day(at: DateTime<Utc>) -> NaiveDate {
    let paris = at.with_timezone(&chrono_tz::Europe::Paris).naive_local();
    (paris - TimeDelta::hours(i64::from(DAY_BEGINS_HOUR))).date()
}

/// Derives the picture of a zone from its sightings and the desk's rulings, as of `now`.
pub fn derive(
    zone: &Zone,
    sightings: &[Sighting],
    rulings: &[Ruling],
    gazetteer: &Gazetteer,
    now: DateTime<Utc>,
) -> Picture {
    fold::Fold::new(zone, sightings, rulings, gazetteer).run(now)
}
