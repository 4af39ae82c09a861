//! A sighting (*signalement*): what one person told us, once. It is never changed; a correction is
//! a new sighting.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::SightingId;
use super::person::Role;
use super::site::{SiteCode, Zone};

/// What the convoy was doing when it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Vehicles gather, or leave their base.
    Forming,
    /// On the way towards the named place.
    Moving,
    /// Going past the named place without stopping.
    Passing,
    /// At the named place.
    OnSite,
    /// Has gone from the named place.
    Left,
    /// The follower no longer sees it.
    Lost,
    /// Seen again after it was lost.
    Found,
    /// Part of it goes elsewhere.
    Split,
    /// Somebody looked and saw nothing (*RAS*): coverage, never safety.
    Nothing,
}

impl Phase {
    /// Every phase, in the order a report offers them.
    pub const ALL: [Phase; 9] = [
        Phase::Forming,
        Phase::Moving,
        Phase::OnSite,
        Phase::Passing,
        Phase::Left,
        Phase::Lost,
        Phase::Nothing,
        Phase::Found,
        Phase::Split,
    ];
    /// The code of INTERFACE: `forming`, `moving`, `passing`, `on_site`, …
    pub fn code(self) -> &'static str {
        match self {
            Phase::Forming => "forming",
            Phase::Moving => "moving",
            Phase::Passing => "passing",
            Phase::OnSite => "on_site",
            Phase::Left => "left",
            Phase::Lost => "lost",
            Phase::Found => "found",
            Phase::Split => "split",
            Phase::Nothing => "nothing",
        }
    }
    /// The phase of a code.
    pub fn from_code(code: &str) -> Option<Phase> {
        Phase::ALL.into_iter().find(|phase| phase.code() == code)
    }
    /// Whether it says that police are, or are about to be, somewhere.
    pub fn is_presence(self) -> bool {
        !matches!(self, Phase::Left | Phase::Lost | Phase::Nothing)
    }
}

/// Who the vehicles belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the codes of the field are their own explanation")]
pub enum Crew {
    Crs,
    PoliceNationale,
    Police,
    Gendarmerie,
    Paf,
    Unmarked,
    Interpreters,
    Cleaning,
    Transfer,
    Works,
    Other,
}

impl Crew {
    /// Whether these are the vehicles residents are warned of: police, not cleaners or interpreters.
    pub fn is_police(self) -> bool {
        matches!(
            self,
            Crew::Crs
                | Crew::PoliceNationale
                | Crew::Police
                | Crew::Gendarmerie
                | Crew::Paf
                | Crew::Unmarked
        )
    }
}

/// What kind of vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the codes of the field are their own explanation")]
pub enum Vehicle {
    Van,
    Car,
    Truck,
    Tipper,
    Bus,
    Excavator,
    FourByFour,
    Vehicle,
    Other,
}

/// How exact a count is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Qualifier {
    /// Counted.
    Exact,
    /// "au moins", "plus de"; with `at_most`, a range.
    AtLeast,
    /// "une dizaine", "environ".
    About,
    /// "au plus".
    AtMost,
}

/// Some vehicles of one crew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VehicleCount {
    /// Whose they are.
    pub crew: Crew,
    /// What they are.
    pub vehicle: Vehicle,
    /// How many; `None` when some were seen but not counted.
    pub count: Option<u32>,
    /// The upper end of a range "18 à 20".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
    /// How exact.
    pub qualifier: Qualifier,
}

/// How many police vehicles, as a range: taps say 1–5, 6–10, 11 or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Vans {
    /// At least so many.
    pub low: u32,
    /// At most so many; `None` is open-ended.
    pub high: Option<u32>,
}

/// Where the knowledge comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Seen by the reporter.
    Direct,
    /// A resident called.
    ResidentCall,
    /// A partner association said so.
    Partner,
    /// Somebody said so.
    Hearsay,
}

/// How it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// Three taps.
    Taps,
    /// Free text.
    Text,
    /// A location pin.
    Pin,
}

/// Who told us, as far as matching must know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reporter {
    /// The role that held when it was told.
    pub role: Role,
    /// A pseudonym that is the same for the same person; erased after 72 h.
    pub pseudonym: Option<String>,
    /// The origin of a forwarded message, so that two forwards of one message count once.
    pub forward_of: Option<String>,
}

/// What one person told us, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// Ordered by the moment it was received.
    pub id: SightingId,
    /// The zone of `place`.
    pub zone: Zone,
    /// The named place.
    pub place: SiteCode,
    /// What the convoy was doing.
    pub phase: Phase,
    /// Where it was going, when told apart from `place`.
    pub heading: Option<SiteCode>,
    /// When it was seen.
    pub observed_at: DateTime<Utc>,
    /// When Vigie had it.
    pub received_at: DateTime<Utc>,
    /// Who told us.
    pub reporter: Reporter,
    /// Police vehicles, as a range.
    pub vans: Option<Vans>,
    /// All vehicles as told.
    pub vehicles: Vec<VehicleCount>,
    /// Where the knowledge comes from.
    pub source: Source,
    /// How it came in.
    pub via: Via,
    /// When the reporter took it back.
    pub withdrawn_at: Option<DateTime<Utc>>,
}
