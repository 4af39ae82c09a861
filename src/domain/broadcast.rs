//! How a broadcast goes: how many it has reached, and how long the rest will take. Pure: the counts
//! and the time are arguments.
use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::alert::Urgency;
use super::delivery::DeliveryState;

/// The present rate is measured over this time: long enough to be steady, short enough to notice
/// that Telegram asked us to slow down.
pub const MEASURED_OVER: TimeDelta = TimeDelta::seconds(10);
/// Shorter broadcasts are over before anybody has read a line about them, in seconds.
const WATCHED_FROM_SECONDS: f64 = 5.0;
/// The line is brought up to date so often: each time is one message of the rate for each
/// coordinator, and a second more or less changes nothing for them.
const LINE_EVERY: TimeDelta = TimeDelta::seconds(5);
/// Of a hundred messages at most so many are lines: with many coordinators they come more seldom.
const LINES_PER_HUNDRED: f64 = 2.0;

/// Where a broadcast stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How many deliveries are in which state.
    pub counts: BTreeMap<DeliveryState, i64>,
    /// How many other messages go before what is left of it.
    pub before: i64,
    /// How many of its deliveries ended within [`MEASURED_OVER`].
    pub lately: i64,
    /// When it was decided.
    pub begun_at: DateTime<Utc>,
    /// When the last delivery so far ended.
    pub last_at: Option<DateTime<Utc>>,
}

impl Standing {
    /// How many are in this state.
    pub fn count(&self, state: DeliveryState) -> i64 {
        self.counts.get(&state).copied().unwrap_or(0)
    }
    /// All it was meant for.
    pub fn total(&self) -> i64 {
        self.counts.values().sum()
    }
    /// What is not over yet.
    pub fn open(&self) -> i64 {
        self.counts.iter().filter(|(state, _)| !state.is_settled()).map(|(_, count)| count).sum()
    }
    /// How long it took, once nothing is open.
    pub fn took(&self) -> TimeDelta {
        self.last_at.map_or(TimeDelta::zero(), |last| last - self.begun_at).max(TimeDelta::zero())
    }
    /// How many seconds the rest will take: what waits before it and in it, at the present rate.
    /// While others go before it, or it has just begun, `rate` (messages a second, as set) stands
    /// for the present one. `None`: nothing moves, nobody can tell.
    pub fn seconds_left(&self, rate: f64, now: DateTime<Utc>) -> Option<i64> {
        let waiting = (self.open() + self.before) as f64;
        let measured = self.before == 0 && now - self.begun_at >= MEASURED_OVER;
        let rate =
            if measured { self.lately as f64 / MEASURED_OVER.as_seconds_f64() } else { rate };
        (rate > 0.0).then(|| (waiting / rate).ceil() as i64)
    }
}

/// Whether a broadcast to so many lasts long enough at this rate to be watched.
pub fn is_watched(recipients: u64, rate: f64) -> bool {
    recipients as f64 / rate.max(f64::MIN_POSITIVE) >= WATCHED_FROM_SECONDS
}

/// How often the line of so many readers is brought up to date at this rate.
pub fn line_every(readers: i64, rate: f64) -> TimeDelta {
    let share = rate.max(f64::MIN_POSITIVE) * LINES_PER_HUNDRED / 100.0;
    let millis = (readers as f64 / share * 1_000.0).min(f64::from(i32::MAX)) as i64;
    TimeDelta::milliseconds(millis).max(LINE_EVERY)
}

/// The line's place in the order of sending: the last at which it can still be read while the
/// broadcast goes on. Beside a warning to a threatened site that is among the answers to people,
/// for whom one message in nine is kept free; it never goes in place of a warning. Beside a
/// retraction nothing is kept free, and the line comes when that is over.
pub fn line_urgency(broadcast: Urgency) -> Urgency {
    match broadcast {
        Urgency::Retraction | Urgency::Threatened | Urgency::Answer => Urgency::Answer,
        Urgency::Team | Urgency::Zone | Urgency::Rest => Urgency::Team,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(open: i64, before: i64, lately: i64) -> Standing {
        Standing {
            counts: BTreeMap::from([(DeliveryState::Queued, open), (DeliveryState::Sent, 800)]),
            before,
            lately,
            begun_at: DateTime::UNIX_EPOCH,
            last_at: None,
        }
    }

    #[test]
    fn the_time_left_counts_what_waits_before_and_in_it_at_the_rate_of_now() {
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        assert_eq!(standing(300, 300, 0).seconds_left(30.0, at(60)), Some(20));
        assert_eq!(standing(300, 0, 100).seconds_left(30.0, at(60)), Some(30));
        assert_eq!(standing(300, 0, 100).seconds_left(30.0, at(5)), Some(10));
        assert_eq!(standing(300, 0, 0).seconds_left(30.0, at(60)), None);
    }

    #[test]
    fn lines_stay_seldom_however_many_read_them() {
        assert!(is_watched(150, 30.0) && !is_watched(149, 30.0));
        assert!(!is_watched(1_040, 1_000.0));
        assert_eq!(line_every(2, 30.0), LINE_EVERY);
        assert_eq!(line_every(12, 30.0), TimeDelta::seconds(20));
    }
}
