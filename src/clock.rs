//! The one place that asks what time it is. Everything else takes the time as an argument or holds
//! a [`Clock`], which tests set by hand and the rehearsal runs faster.
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};

/// A clock that many parts share.
#[derive(Clone)]
pub struct Clock(Arc<Mutex<Hands>>);

/// Where the clock stood at a monotonic instant, and how fast it goes from there. Counting from the
/// monotonic instant keeps durations right when the machine's clock is set.
struct Hands {
    at: DateTime<Utc>,
    since: Instant,
    speed: f64,
    wall: bool,
}

impl Clock {
    /// The machine's clock.
    pub fn wall() -> Clock {
        Clock::with(wall_now(), 1.0, true)
    }
    /// A clock that shows `at` and goes `speed` times as fast as real time; 0 stands still.
    pub fn starting(at: DateTime<Utc>, speed: f64) -> Clock {
        Clock::with(at, speed, false)
    }
    fn with(at: DateTime<Utc>, speed: f64, wall: bool) -> Clock {
        Clock(Arc::new(Mutex::new(Hands { at, since: Instant::now(), speed, wall })))
    }
    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// The time now.
    pub fn now(&self) -> DateTime<Utc> {
        let hands = self.hands();
        if hands.wall { wall_now() } else { hands.shown() }
    }
    /// How much faster than real time it goes.
    pub fn speed(&self) -> f64 {
        self.hands().speed
    }
    /// Goes on from here at another speed. The machine's clock has one speed only.
    pub fn set_speed(&self, speed: f64) {
        let mut hands = self.hands();
        if !hands.wall {
            hands.at = hands.shown();
            hands.since = Instant::now();
            hands.speed = speed;
        }
    }
    /// Jumps to `at`. The machine's clock cannot be set from here.
    pub fn set(&self, at: DateTime<Utc>) {
        let mut hands = self.hands();
        if !hands.wall {
            hands.at = at;
            hands.since = Instant::now();
        }
    }
    /// Jumps forward.
    pub fn advance(&self, by: TimeDelta) {
        self.set(self.now() + by);
    }
}

impl Hands {
    fn shown(&self) -> DateTime<Utc> {
        let micros = self.since.elapsed().as_secs_f64() * self.speed * 1e6;
        self.at + TimeDelta::microseconds(micros as i64)
    }
}

#[expect(clippy::disallowed_methods, reason = "this file is the one that asks")]
fn wall_now() -> DateTime<Utc> {
    Utc::now()
}
