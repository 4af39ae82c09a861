//! Rulings: what the desk decided over the machine's head. They are inputs of matching like the
//! sightings themselves, so that a decision can be undone and everything derived again.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::{ConvoyId, RulingId, SightingId, VisitId};
use super::person::Role;
use super::site::Zone;

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RulingKind {
    /// The sighting belongs to `convoy`.
    Same,
    /// The sighting does not belong to `convoy`.
    NotSame,
    /// The sighting is true.
    Confirm,
    /// The sighting is not true.
    NotTrue,
    /// The convoy has ended.
    Ended,
    /// The warning of `visit` was wrong.
    Retract,
}

impl RulingKind {
    /// Every kind.
    pub const ALL: [RulingKind; 6] = [
        RulingKind::Same,
        RulingKind::NotSame,
        RulingKind::Confirm,
        RulingKind::NotTrue,
        RulingKind::Ended,
        RulingKind::Retract,
    ];
    /// The code in the database and the journal.
    pub fn code(self) -> &'static str {
        match self {
            RulingKind::Same => "same",
            RulingKind::NotSame => "not_same",
            RulingKind::Confirm => "confirm",
            RulingKind::NotTrue => "not_true",
            RulingKind::Ended => "ended",
            RulingKind::Retract => "retract",
        }
    }
    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<RulingKind> {
        RulingKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One decision of one coordinator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// Ordered by the moment it was made.
    pub id: RulingId,
    /// The zone it concerns.
    pub zone: Zone,
    /// What was decided.
    pub kind: RulingKind,
    /// About which sighting.
    pub sighting: Option<SightingId>,
    /// About which convoy.
    pub convoy: Option<ConvoyId>,
    /// About which visit.
    pub visit: Option<VisitId>,
    /// The role of the one who decided.
    pub role: Role,
    /// Their number in the team.
    pub tag: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was taken back.
    pub undone_at: Option<DateTime<Utc>>,
}
