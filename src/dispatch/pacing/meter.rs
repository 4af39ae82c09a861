//! One rate: as set, as it goes after Telegram said it was too much, and what of it is spent.
use chrono::{DateTime, TimeDelta, Utc};

use super::gcra::Gcra;

/// Messages that may follow each other at once after a pause: enough to share one commit between
/// them, too few to look like a burst.
const CATCH_UP_MESSAGES: f64 = 3.0;
/// Above this rate (paid broadcast) the catch-up grows with it, so that a turn of the worker is
/// still worth its commit: a twenty-fifth of a second's messages.
const CATCH_UP_SHARE: f64 = 0.04;
/// However many share the rate, each may be so late with a message, in intervals, and lose nothing.
const CATCH_UP_MIN: f64 = 1.25;
/// Of a paid rate we use so much, as of the free one: 29.7 of 30.
pub(super) const PAID_SHARE: f64 = 0.99;
/// Told to wait as a whole, the bot goes on at this share of its rate,
const RATE_AFTER_429: f64 = 0.8;
/// but never below this share of what is set,
const RATE_SHARE_MIN: f64 = 0.1;
/// and climbs by this factor
const RATE_CLIMB: f64 = 1.05;
/// after each stretch without a 429.
const RATE_CLIMB_EVERY: TimeDelta = TimeDelta::seconds(10);

/// See the module.
#[derive(Debug)]
pub(super) struct Meter {
    /// Messages a second of all senders together, as set.
    whole_rate: f64,
    senders: usize,
    /// The share of what is set that is used, below one after a 429.
    lowered: f64,
    lowered_at: DateTime<Utc>,
    spent: Gcra,
}

impl Meter {
    pub fn new(rate: f64) -> Meter {
        let whole_rate = if rate.is_finite() && rate > 0.0 { rate } else { 1.0 };
        let lowered_at = DateTime::UNIX_EPOCH;
        Meter { whole_rate, senders: 1, lowered: 1.0, lowered_at, spent: Gcra::FULL }
    }
    pub fn share(&mut self, senders: usize) {
        self.senders = senders;
    }
    /// As set, of all senders together.
    pub fn whole_rate(&self) -> f64 {
        self.whole_rate
    }
    /// As it goes now, of this sender.
    pub fn rate(&self) -> f64 {
        self.whole_rate / self.senders as f64 * self.lowered
    }
    pub fn interval(&self) -> TimeDelta {
        TimeDelta::microseconds((1e6 / self.rate()).ceil() as i64)
    }
    /// This sender's part of the catch-up, in messages.
    fn catch_up(&self) -> f64 {
        let whole = CATCH_UP_MESSAGES.max(self.whole_rate * self.lowered * CATCH_UP_SHARE);
        (whole / self.senders as f64).max(CATCH_UP_MIN)
    }
    /// The same as time.
    fn catch_up_time(&self) -> TimeDelta {
        let interval = self.interval().num_microseconds().unwrap_or(i64::MAX);
        TimeDelta::microseconds((interval as f64 * self.catch_up()) as i64)
    }
    pub fn permits(&self, now: DateTime<Utc>) -> usize {
        self.spent.permits(now, self.interval(), self.catch_up_time())
    }
    /// How many are worth waiting for: less than the catch-up, so that nothing of the rate is lost
    /// when a turn comes a little late.
    pub fn group(&self) -> usize {
        let whole = self.catch_up() as usize;
        (whole / 2).max(whole.min(2))
    }
    pub fn ready_at(&self, count: usize, now: DateTime<Utc>) -> DateTime<Utc> {
        let count = count.clamp(1, self.catch_up() as usize);
        let first = self.spent.ready_at(now, self.interval(), self.catch_up_time());
        first + self.interval() * i32::try_from(count - 1).unwrap_or(i32::MAX)
    }
    pub fn spend(&mut self, now: DateTime<Utc>) {
        let interval = self.interval();
        self.spent.spend(now, interval);
    }
    /// Telegram said it was too much; it is silent until then.
    pub fn lower(&mut self, until: DateTime<Utc>) {
        self.lowered = (self.lowered * RATE_AFTER_429).max(RATE_SHARE_MIN);
        self.lowered_at = until;
    }
    /// Whether it was lowered for a wait that still goes on.
    pub fn is_lowered_beyond(&self, now: DateTime<Utc>) -> bool {
        self.lowered < 1.0 && self.lowered_at > now
    }
    pub fn climb(&mut self, now: DateTime<Utc>) {
        if self.lowered < 1.0 && now - self.lowered_at >= RATE_CLIMB_EVERY {
            self.lowered = (self.lowered * RATE_CLIMB).min(1.0);
            self.lowered_at = now;
        }
    }
}
