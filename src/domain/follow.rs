//! Following (*suivi*): who goes after the convoy.
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// After so long without anyone going, the team's card rings again.
pub const NOBODY_RING_AFTER: TimeDelta = TimeDelta::minutes(10);
/// After so long without anyone going, the coordinators are rung.
pub const NOBODY_DESK_AFTER: TimeDelta = TimeDelta::minutes(20);

/// A follower from whom nothing was heard for so long is asked whether all is well.
pub const SILENT_AFTER: TimeDelta = TimeDelta::minutes(20);
/// Asked and silent for so long again, they no longer count as following.
pub const SILENT_LOST_AFTER: TimeDelta = TimeDelta::minutes(10);

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
    /// Was asked whether all is well, and did not answer.
    Silent,
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
            Step::Silent => "silent",
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

/// Since when nobody follows who did before: `None` while somebody does, or when nobody ever did.
pub fn given_up_at(steps: &[Taken]) -> Option<DateTime<Utc>> {
    if !following(steps).is_empty() {
        return None;
    }
    let followed = |upto: usize| !following(&steps[..upto]).is_empty();
    (1..=steps.len()).rev().find(|upto| followed(upto - 1)).map(|upto| steps[upto - 1].at)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }
    fn taken(tag: i64, minute: i64, step: Step) -> Taken {
        Taken { tag, step, at: at(minute) }
    }

    #[test]
    fn the_first_to_take_it_stands_first_and_others_join() {
        let steps = [
            taken(2, 0, Step::Going { eta: at(10) }),
            taken(1, 1, Step::There),
            taken(3, 2, Step::Cannot),
            taken(2, 3, Step::There),
        ];
        let tags: Vec<i64> = following(&steps).iter().map(|taken| taken.tag).collect();
        assert_eq!(tags, [2, 1]);
    }

    #[test]
    fn nobody_follows_since_the_last_follower_gave_up() {
        let steps = [
            taken(1, 0, Step::There),
            taken(2, 4, Step::Cannot),
            taken(1, 6, Step::LostIt),
            taken(2, 9, Step::Cannot),
        ];
        assert_eq!(given_up_at(&steps), Some(at(6)));
        assert_eq!(given_up_at(&steps[..2]), None);
        assert_eq!(given_up_at(&[taken(2, 4, Step::Cannot)]), None);
    }
}
