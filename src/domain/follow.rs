//! Following (*suivi*): who goes after the convoy.
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// After so long without anyone going, the team's card rings again.
pub const NOBODY_RING_AFTER: TimeDelta = TimeDelta::minutes(10);
/// After so long without anyone going, the coordinators are rung.
pub const NOBODY_DESK_AFTER: TimeDelta = TimeDelta::minutes(20);

/// One step somebody took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Goes, and expects to be there at that time.
    Going {
        /// When they expect to be there.
        eta: DateTime<Utc>,
    },
    /// Is there.
    There,
    /// Lost it.
    LostIt,
    /// Handed over: somebody else must go.
    HandedOver,
    /// Cannot go.
    Cannot,
}

impl Step {
    /// The code in the database and the journal.
    pub fn code(self) -> &'static str {
        match self {
            Step::Going { .. } => "going",
            Step::There => "there",
            Step::LostIt => "lost_it",
            Step::HandedOver => "handed_over",
            Step::Cannot => "cannot",
        }
    }
}

/// Who took which step, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The team's number of the person.
    pub tag: i64,
    /// What they did.
    pub step: Step,
    /// When.
    pub at: DateTime<Utc>,
}

/// Who follows now: the latest step of each person, in the order they first took the convoy, those
/// who are going or there only.
pub fn following(steps: &[Taken]) -> Vec<Taken> {
    let mut tags: Vec<i64> = Vec::new();
    for taken in steps {
        if !tags.contains(&taken.tag) {
            tags.push(taken.tag);
        }
    }
    tags.into_iter()
        .filter_map(|tag| steps.iter().rev().find(|taken| taken.tag == tag))
        .filter(|taken| matches!(taken.step, Step::Going { .. } | Step::There))
        .cloned()
        .collect()
}
