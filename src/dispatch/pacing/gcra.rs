//! One limit as a generic cell rate algorithm, and waits. Pure arithmetic on instants.
use chrono::{DateTime, TimeDelta, Utc};

/// One limit's state: the *theoretical arrival time* moves on by one interval with each send, and a
/// send conforms while it is not further ahead than the catch-up, which is given as the time that
/// many intervals take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gcra {
    arrival: DateTime<Utc>,
    /// When it was last spent. A clock that shows less was set back, and must not stop the sender.
    spent_at: DateTime<Utc>,
}

impl Gcra {
    pub const FULL: Gcra = Gcra { arrival: DateTime::UNIX_EPOCH, spent_at: DateTime::UNIX_EPOCH };

    /// The arrival time as it counts at `now`.
    fn arrival_at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        if now < self.spent_at { now } else { self.arrival.max(now) }
    }
    /// When the next one conforms.
    pub fn ready_at(
        &self,
        now: DateTime<Utc>,
        interval: TimeDelta,
        catch_up: TimeDelta,
    ) -> DateTime<Utc> {
        self.arrival_at(now) - (catch_up - interval)
    }
    /// How many conform at once, now.
    pub fn permits(&self, now: DateTime<Utc>, interval: TimeDelta, catch_up: TimeDelta) -> usize {
        let ahead = self.arrival_at(now) - now;
        let room = micros(catch_up) - micros(ahead);
        usize::try_from(room / micros(interval).max(1)).unwrap_or(0)
    }
    pub fn spend(&mut self, now: DateTime<Utc>, interval: TimeDelta) {
        *self = Gcra { arrival: self.arrival_at(now) + interval, spent_at: now };
    }
    /// Whether nothing of it is spent at `now`.
    pub fn is_at_rest(&self, now: DateTime<Utc>) -> bool {
        self.arrival <= now
    }
}

/// A wait that began at one instant and ends at another. On a clock that was set back to before the
/// beginning it counts as over: better one message early than none for an hour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wait {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl Wait {
    pub const NONE: Wait = Wait { from: DateTime::UNIX_EPOCH, until: DateTime::UNIX_EPOCH };
    /// When it ends, or `now` if it is over.
    pub fn end(self, now: DateTime<Utc>) -> DateTime<Utc> {
        if now < self.from { now } else { self.until.max(now) }
    }
    /// Whether it goes on at `now`.
    pub fn is_on(self, now: DateTime<Utc>) -> bool {
        self.end(now) > now
    }
    /// Waits at least until then.
    pub fn extend(&mut self, until: DateTime<Utc>, now: DateTime<Utc>) {
        *self = Wait { from: now, until: self.end(now).max(until) };
    }
}

fn micros(delta: TimeDelta) -> i64 {
    delta.num_microseconds().unwrap_or(i64::MAX)
}
