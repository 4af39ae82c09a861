//! What this process has seen of itself lately: when Telegram last answered, how far the clock is off,
//! how long commits take, how sends ended. Parts write here what they do, health and metrics read
//! it. It holds numbers alone, never a chat, a name or a text, and decides nothing.
pub mod alarms;
mod count;
mod kinds;

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

pub use self::count::{Counter, Figure, Gauge, Histogram, Last};
pub use self::kinds::{Pushed, Send};
use crate::domain::alert::Urgency;
use crate::domain::delivery::DeliveryState;
use crate::domain::skew::{Trust, skew, trust};

/// A commit that takes longer means a disk or a server in trouble: it takes 2 ms on a good one and
/// 50 on a bad one, and a sighting's way has two (FAULTS 41).
pub const COMMIT_SLOW: Duration = Duration::from_millis(500);
/// The same trouble is told again only after so long: an alarm a second helps nobody.
pub const TOLD_AGAIN_AFTER: Duration = Duration::from_secs(60);
/// Letters whose first arrival is remembered: there are a few dozen a morning.
const FIRSTS_KEPT: usize = 256;
/// Upper bounds of how long a commit takes, in seconds.
const COMMIT_BOUNDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
/// Upper bounds of how long people wait for something, in seconds: from a tenth, which nobody
/// notices, to an hour, after which nothing is told any more.
const WAIT_BOUNDS: &[f64] =
    &[0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0];

/// How our clock compares with Telegram's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Compared {
    /// How far ours is ahead.
    skew: TimeDelta,
    /// When Telegram answered last, by our clock.
    answered_at: DateTime<Utc>,
}

/// See the module.
pub struct Pulse {
    /// Telegram answered a call, whatever it was.
    pub answered: Last,
    /// Telegram answered a poll for updates.
    pub polled: Last,
    /// Telegram confirmed that the webhook is ours.
    pub webhook_confirmed: Last,
    /// Telegram accepted a letter.
    pub accepted: Last,
    /// Something was durably written.
    pub committed: Last,
    /// Calls that Telegram answered.
    pub answers: Counter,
    /// Polls that Telegram answered.
    pub polls: Counter,
    /// Durable commits.
    pub commits: Counter,
    /// Commits that took longer than [`COMMIT_SLOW`].
    pub commits_slow: Counter,
    /// How long commits took.
    pub commit_time: Histogram,
    /// From an update's arrival to the end of its handling.
    pub handling_time: Histogram,
    /// From a letter's making to its acceptance by Telegram.
    pub queue_time: Histogram,
    /// From a threatened site's warning to its first acceptance.
    pub first_alert_time: Histogram,
    /// Letters on their way.
    pub in_flight: Gauge,
    /// Messages a second, as set.
    pub rate_set: Figure,
    /// Messages a second, as this process sends them now.
    pub rate_now: Figure,
    /// Calls to the heartbeat's address that were answered well.
    pub heartbeats: Counter,
    sends: [Counter; Send::ALL.len()],
    pushed: [Counter; Pushed::ALL.len()],
    /// By urgency and state.
    ended: Vec<Counter>,
    compared: Mutex<Option<Compared>>,
    firsts: Mutex<VecDeque<String>>,
    slow_told: Last,
    /// How the clock was last spoken of: 0 right, 1 off, 2 wrong.
    clock_told: AtomicI64,
    fetches: AtomicBool,
    /// Zones in which a wrong clock held something back.
    held_back: Mutex<BTreeSet<String>>,
}

impl Default for Pulse {
    fn default() -> Pulse {
        Pulse {
            answered: Last::default(),
            polled: Last::default(),
            webhook_confirmed: Last::default(),
            accepted: Last::default(),
            committed: Last::default(),
            answers: Counter::default(),
            polls: Counter::default(),
            commits: Counter::default(),
            commits_slow: Counter::default(),
            commit_time: Histogram::new(COMMIT_BOUNDS),
            handling_time: Histogram::new(WAIT_BOUNDS),
            queue_time: Histogram::new(WAIT_BOUNDS),
            first_alert_time: Histogram::new(WAIT_BOUNDS),
            in_flight: Gauge::default(),
            rate_set: Figure::default(),
            rate_now: Figure::default(),
            heartbeats: Counter::default(),
            sends: Default::default(),
            pushed: Default::default(),
            ended: (0..URGENCIES.len() * DeliveryState::ALL.len())
                .map(|_| Counter::default())
                .collect(),
            compared: Mutex::new(None),
            firsts: Mutex::new(VecDeque::new()),
            slow_told: Last::default(),
            clock_told: AtomicI64::new(0),
            fetches: AtomicBool::new(false),
            held_back: Mutex::new(BTreeSet::new()),
        }
    }
}

/// Every urgency with its name for machines, the most urgent first.
pub const URGENCIES: [(Urgency, &str); 6] = [
    (Urgency::Retraction, "retraction"),
    (Urgency::Threatened, "threatened"),
    (Urgency::Answer, "answer"),
    (Urgency::Team, "team"),
    (Urgency::Zone, "zone"),
    (Urgency::Rest, "rest"),
];

impl Pulse {
    /// Telegram answered: `theirs` is the time it wrote the answer at, where it says so, `ours` our
    /// clock's when it came, `took` how long the call took by our clock.
    pub fn telegram_answered(
        &self,
        theirs: Option<DateTime<Utc>>,
        ours: DateTime<Utc>,
        took: TimeDelta,
    ) {
        self.answered.mark();
        self.answers.up();
        let mut compared = self.compared.lock().unwrap_or_else(PoisonError::into_inner);
        let known = compared.map_or(TimeDelta::zero(), |compared| compared.skew);
        let skew = theirs.map_or(known, |theirs| skew(theirs, ours, took));
        *compared = Some(Compared { skew, answered_at: ours });
        drop(compared);
        self.speak_of_the_clock(skew);
    }

    /// Telegram answered a poll for updates.
    pub fn telegram_polled(&self) {
        self.polled.mark();
        self.polls.up();
    }

    /// One line when the clock becomes wrong, and one when it is right again.
    fn speak_of_the_clock(&self, skew: TimeDelta) {
        let trust = trust(Some(skew));
        let seconds = skew.num_seconds();
        if self.clock_told.swap(trust as i64, Ordering::Relaxed) == trust as i64 {
            return;
        }
        match trust {
            Trust::Right => tracing::info!("the clock agrees with Telegram's again"),
            Trust::Off => {
                tracing::warn!(alarm = "clock_off", seconds, "the clock is not Telegram's: set it");
            }
            Trust::Wrong => tracing::error!(
                alarm = "clock_wrong",
                seconds,
                "the clock is so wrong that residents are warned of nothing automatically: set it"
            ),
        }
    }

    /// How far our clock is ahead of Telegram's; `None` before Telegram has answered.
    pub fn skew(&self) -> Option<TimeDelta> {
        let compared = self.compared.lock().unwrap_or_else(PoisonError::into_inner);
        compared.map(|compared| compared.skew)
    }

    /// When Telegram last answered, by our clock.
    pub fn answered_at(&self) -> Option<DateTime<Utc>> {
        let compared = self.compared.lock().unwrap_or_else(PoisonError::into_inner);
        compared.map(|compared| compared.answered_at)
    }

    /// Whether the clock can be gone by.
    pub fn trust(&self) -> Trust {
        trust(self.skew())
    }

    /// A wrong clock held something back in this zone: to be decided anew when it is right.
    pub fn hold_back(&self, zone: &str) {
        let mut held = self.held_back.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(zone.to_owned());
    }
    /// The zones in which something was held back.
    pub fn held_back(&self) -> BTreeSet<String> {
        self.held_back.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
    /// What was held back in this zone has been decided anew.
    pub fn let_go(&self, zone: &str) {
        self.held_back.lock().unwrap_or_else(PoisonError::into_inner).remove(zone);
    }

    /// A commit came to its end and took so long. A slow one raises an alarm, at most one a minute.
    pub fn took_to_commit(&self, took: Duration) {
        self.committed.mark();
        self.commits.up();
        self.commit_time.observe(took);
        if took <= COMMIT_SLOW {
            return;
        }
        self.commits_slow.up();
        if self.slow_told.age().is_none_or(|age| age > TOLD_AGAIN_AFTER) {
            self.slow_told.mark();
            let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            tracing::error!(
                alarm = "slow_commit",
                millis,
                "the database takes long to keep something"
            );
        }
    }

    /// Whether a commit took too long within the last minute or so.
    pub fn is_slow(&self) -> bool {
        self.slow_told.age().is_some_and(|age| age <= TOLD_AGAIN_AFTER)
    }

    /// A call that carried a letter ended so.
    pub fn sent(&self, how: Send) {
        self.sends[how as usize].up();
        if how == Send::Accepted {
            self.accepted.mark();
        }
    }
    /// How many calls that carried a letter ended so.
    pub fn sends(&self, how: Send) -> u64 {
        self.sends[how as usize].get()
    }

    /// A request to the webhook ended so.
    pub fn pushed(&self, how: Pushed) {
        self.pushed[how as usize].up();
    }
    /// How many requests to the webhook ended so.
    pub fn pushes(&self, how: Pushed) -> u64 {
        self.pushed[how as usize].get()
    }

    /// A delivery was settled: of this letter, made so long before.
    pub fn delivered(&self, urgency: Urgency, state: DeliveryState, letter: &str, age: TimeDelta) {
        if let Some(counter) = self.ended.get(place(urgency, state)) {
            counter.up();
        }
        if state != DeliveryState::Sent {
            return;
        }
        let age = age.to_std().unwrap_or_default();
        self.queue_time.observe(age);
        if urgency == Urgency::Threatened {
            let mut firsts = self.firsts.lock().unwrap_or_else(PoisonError::into_inner);
            if !firsts.iter().any(|known| known == letter) {
                firsts.push_back(letter.to_owned());
                if firsts.len() > FIRSTS_KEPT {
                    firsts.pop_front();
                }
                self.first_alert_time.observe(age);
            }
        }
    }
    /// How many deliveries this process settled so.
    pub fn deliveries(&self, urgency: Urgency, state: DeliveryState) -> u64 {
        self.ended.get(place(urgency, state)).map_or(0, Counter::get)
    }

    /// This process fetches updates from now on, or no longer does. Where several share a database one
    /// of them fetches, and the others' silence says nothing.
    pub fn fetches(&self, does: bool) {
        if self.fetches.swap(does, Ordering::Relaxed) != does && does {
            self.polled.mark();
        }
    }
    /// Whether this process fetches updates.
    pub fn is_fetching(&self) -> bool {
        self.fetches.load(Ordering::Relaxed)
    }
}

fn place(urgency: Urgency, state: DeliveryState) -> usize {
    let state = DeliveryState::ALL.iter().position(|known| *known == state).unwrap_or_default();
    urgency as usize * DeliveryState::ALL.len() + state
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_31_a_clock_is_judged_by_telegrams_last_answer_and_is_right_again_by_itself() {
        let pulse = Pulse::default();
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        assert_eq!(pulse.trust(), Trust::Right);
        let took = TimeDelta::milliseconds(80);
        pulse.telegram_answered(Some(now - TimeDelta::hours(1)), now, took);
        assert_eq!(pulse.trust(), Trust::Wrong);
        pulse.telegram_answered(None, now, took);
        assert_eq!(pulse.trust(), Trust::Wrong, "an answer without a time says nothing new");
        pulse.telegram_answered(Some(now), now, took);
        assert_eq!(pulse.trust(), Trust::Right);
    }

    #[test]
    fn fault_41_a_slow_commit_is_counted_every_time_and_told_once_a_minute() {
        let pulse = Pulse::default();
        pulse.took_to_commit(COMMIT_SLOW);
        assert_eq!(pulse.commits_slow.get(), 0);
        pulse.took_to_commit(COMMIT_SLOW + Duration::from_millis(1));
        pulse.took_to_commit(Duration::from_secs(2));
        assert_eq!((pulse.commits.get(), pulse.commits_slow.get()), (3, 2));
    }

    #[test]
    fn only_the_first_arrival_of_a_warning_counts_as_its_first() {
        let pulse = Pulse::default();
        for seconds in [1, 2, 3] {
            let age = TimeDelta::seconds(seconds);
            pulse.delivered(Urgency::Threatened, DeliveryState::Sent, "a", age);
        }
        pulse.delivered(Urgency::Zone, DeliveryState::Sent, "b", TimeDelta::seconds(9));
        pulse.delivered(Urgency::Zone, DeliveryState::Expired, "b", TimeDelta::seconds(9));
        assert_eq!(pulse.first_alert_time.cumulative().1, 1);
        assert_eq!(pulse.queue_time.cumulative().1, 4);
        assert_eq!(pulse.deliveries(Urgency::Zone, DeliveryState::Expired), 1);
        assert_eq!(pulse.deliveries(Urgency::Threatened, DeliveryState::Sent), 3);
    }
}
