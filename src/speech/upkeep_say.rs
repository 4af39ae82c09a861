//! What the team is told of the machine itself, as codes, times and counts.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Something about the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "upkeep", rename_all = "snake_case")]
pub enum Upkeep {
    /// The morning's self-test.
    SelfTest(SelfTest),
    /// Vigie and Telegram did not reach each other for a while.
    CutOff {
        /// Since when.
        from: DateTime<Utc>,
        /// Until when.
        until: DateTime<Utc>,
    },
    /// The clock is so wrong that residents are warned of nothing automatically.
    ClockWrong {
        /// By how many minutes.
        minutes: i64,
    },
    /// The clock is right again, and residents are warned again.
    ClockRight,
}

/// What a self-test found. That it is told proves that the database can be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfTest {
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Whether all that can be judged is well.
    pub well: bool,
    /// How many seconds ago Telegram answered.
    pub telegram_seconds: Option<i64>,
    /// Messages that wait to be sent.
    pub queue: i64,
    /// Updates that wait to be handled.
    pub inbox: i64,
    /// Updates given up.
    pub aside: i64,
    /// By how many seconds the clock differs from Telegram's.
    pub clock_seconds: Option<i64>,
    /// Persons who are sent warnings. In all: a small count of one language could point at people.
    pub subscribers: i64,
    /// The last backup, where one is known of.
    pub backup_at: Option<DateTime<Utc>>,
}
