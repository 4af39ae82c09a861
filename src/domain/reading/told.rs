//! What was understood of one text: the shape that `vigie read --json` shows and that intake makes
//! a sighting of. It holds the reader's findings and its doubts, and decides nothing.
use std::collections::BTreeMap;

use chrono::NaiveTime;
use serde::{Deserialize, Serialize, Serializer};

use crate::domain::sighting::{Phase, Qualifier, Source, Vans, VehicleCount};
use crate::domain::site::{SiteCode, Zone};

/// What was understood of one text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// The place where the convoy is, was or is not; the first such place of the text.
    pub site: Option<SiteCode>,
    /// The zone named, or the zone of `site`, or that of `heading`.
    pub zone: Option<Zone>,
    /// What the convoy does there; `None` when nothing says that police are or were anywhere.
    pub phase: Option<Phase>,
    /// The clock time as written, Paris.
    #[serde(serialize_with = "clock")]
    pub observed_at: Option<NaiveTime>,
    /// "entre 9h56 et 11h37": from, until; Paris.
    #[serde(serialize_with = "clocks")]
    pub window: Option<(NaiveTime, NaiveTime)>,
    /// Where it goes.
    pub heading: Option<SiteCode>,
    /// It has left `site` for `heading`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub departed: bool,
    /// Vehicles, in the order of the text.
    pub vehicles: Vec<VehicleCount>,
    /// What was done to people.
    pub people: Vec<PeopleCount>,
    /// What was taken or destroyed.
    pub goods: Vec<GoodsCount>,
    /// What police did besides, each once.
    pub conduct: Vec<Conduct>,
    /// Where the knowledge comes from; `direct` when the text does not say.
    pub source: Source,
    /// Only an hour was written ("at 6"): it may be morning or evening.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub time_unclear: bool,
    /// A day was written ("hier", "5 novembre"), also among the doubts: the time may not be today's.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub other_day: bool,
    /// "il y a 10 min": so many minutes before the text was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes_ago: Option<u32>,
    /// Places whose names resemble what was typed, best first, when no place was recognised.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<SiteCode>,
    /// What was not understood, in the words of the text, in its order.
    pub doubts: Vec<String>,
}

impl Default for Reading {
    fn default() -> Reading {
        Reading {
            site: None,
            zone: None,
            phase: None,
            observed_at: None,
            window: None,
            heading: None,
            departed: false,
            vehicles: Vec::new(),
            people: Vec::new(),
            goods: Vec::new(),
            conduct: Vec::new(),
            source: Source::Direct,
            time_unclear: false,
            other_day: false,
            minutes_ago: None,
            suggestions: Vec::new(),
            doubts: Vec::new(),
        }
    }
}

impl Reading {
    /// The place the text is about: the site, or else the place the convoy is heading for.
    pub fn place(&self) -> Option<&SiteCode> {
        self.site.as_ref().or(self.heading.as_ref())
    }

    /// How many police vehicles, as a range; `None` when none was counted. "About ten" counts as
    /// ten; vehicles seen but not counted leave the range open.
    pub fn vans(&self) -> Option<Vans> {
        let mut vans: Option<Vans> = None;
        let mut open = false;
        for seen in self.vehicles.iter().filter(|v| v.crew.is_police()) {
            let Some(count) = seen.count else {
                open = true;
                continue;
            };
            let (low, high) = match seen.qualifier {
                Qualifier::Exact | Qualifier::About => (count, Some(seen.at_most.unwrap_or(count))),
                Qualifier::AtLeast => (count, seen.at_most),
                Qualifier::AtMost => (count.min(1), Some(count)),
            };
            let sum = vans.get_or_insert(Vans { low: 0, high: Some(0) });
            sum.low = sum.low.saturating_add(low);
            sum.high = sum.high.zip(high).map(|(a, b)| a.saturating_add(b));
        }
        if let Some(sum) = vans.as_mut().filter(|_| open) {
            sum.high = None;
        }
        vans
    }
}

/// What was done to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the codes of the field are their own explanation")]
pub enum PeopleKind {
    LeftByThemselves,
    Evicted,
    Arrested,
    Sheltered,
    Injured,
}

/// What was taken or destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the codes of the field are their own explanation")]
pub enum GoodsKind {
    Tents,
    Tarps,
    Mattresses,
    SleepingBags,
    Blankets,
    Pallets,
    Trolleys,
    Chairs,
    Bicycles,
    Clothes,
    Bags,
    Stalls,
    Shelters,
    Carpets,
    Other,
}

/// A part of a count that was told apart: women and children of people, full ones of tents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the codes of the field are their own explanation")]
pub enum OfWhom {
    Women,
    Children,
    Full,
}

/// Some people to whom one thing was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleCount {
    /// What was done.
    pub what: PeopleKind,
    /// How many; `None` when they were not counted.
    pub count: Option<u32>,
    /// The upper end of a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
    /// How exact.
    pub qualifier: Qualifier,
    /// Parts told apart; already within `count`.
    pub of_whom: BTreeMap<OfWhom, u32>,
}

/// Some goods of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoodsCount {
    /// What they are.
    pub what: GoodsKind,
    /// How many; `None` when they were not counted.
    pub count: Option<u32>,
    /// The upper end of a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
    /// How exact.
    pub qualifier: Qualifier,
    /// Parts told apart; already within `count`.
    pub of_whom: BTreeMap<OfWhom, u32>,
}

/// What police did besides moving people and goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the codes of the field are their own explanation")]
pub enum Conduct {
    Perimeter,
    ObserverEscortedOut,
    ObserverPushedBack,
    IdentityCheck,
    VehicleCheck,
    Filmed,
    LegalBasisGiven,
    LegalBasisRefused,
    InterpretersPresent,
    InterpretersAbsent,
    KnivesOrSlashing,
    Gas,
}

/// How INTERFACE writes a clock time.
pub const CLOCK_FORMAT: &str = "%H:%M";

fn clock<S: Serializer>(time: &Option<NaiveTime>, to: S) -> Result<S::Ok, S::Error> {
    time.map(|at| at.format(CLOCK_FORMAT).to_string()).serialize(to)
}

fn clocks<S: Serializer>(
    window: &Option<(NaiveTime, NaiveTime)>,
    to: S,
) -> Result<S::Ok, S::Error> {
    window
        .map(|(from, until)| [from, until].map(|at| at.format(CLOCK_FORMAT).to_string()))
        .serialize(to)
}
