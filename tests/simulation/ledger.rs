//! What really happened in a story, by Telegram's clock: who did what and when, and what went wrong.
//! It knows nothing of the program but whether it runs.
use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::faults::Kind;

/// A moment: by Telegram's clock, and by the last call Telegram had journaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    pub at: DateTime<Utc>,
    pub call: u64,
    pub accepted: u64,
}

/// What somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Said that police are at a site. `message` is what they wrote, where they wrote.
    Report { by: i64, message: Option<i32>, site: usize, seen: DateTime<Utc>, changed: bool },
    /// Something that may take back or end what was told of a site; of any, where none is named.
    Cancel { site: Option<usize>, by_desk: bool },
    /// Wrote something that must be answered and has no other effect.
    Asked { by: i64, message: i32 },
    /// Chose a site.
    Subscribed { chat: i64, site: usize },
    /// Chose a language.
    Language { chat: i64, lang: &'static str },
    /// Wrote /stop.
    Stopped { chat: i64 },
    /// Can be written to no more, and Telegram knows it.
    Gone { chat: i64 },
    /// Has another number now.
    Moved { from: i64, to: i64 },
}

/// An act, when it was done, and by when the program surely had it in hand.
#[derive(Debug, Clone)]
pub struct Event {
    pub pushed: Mark,
    pub taken: Option<Mark>,
    pub what: What,
}

/// See the module.
pub struct Ledger {
    pub events: Vec<Event>,
    /// When the process died.
    pub crashes: Vec<Mark>,
    /// Since when nothing has gone wrong; `None` while something does.
    pub calm_since: Option<DateTime<Utc>>,
    /// Nothing counts as calm before this: Telegram told us to wait so long.
    pub quiet_until: DateTime<Utc>,
    /// How far the machine's clock was ahead of Telegram's, from when on.
    skews: Vec<(DateTime<Utc>, TimeDelta)>,
    /// The faults that really struck.
    pub struck: BTreeSet<Kind>,
    /// What the parts of the program complained of, and when.
    pub trouble: Vec<(DateTime<Utc>, String)>,
}

impl Ledger {
    /// Begins at a moment.
    pub fn starting(at: DateTime<Utc>) -> Ledger {
        Ledger {
            events: Vec::new(),
            crashes: Vec::new(),
            calm_since: Some(at),
            quiet_until: at,
            skews: vec![(at, TimeDelta::zero())],
            struck: BTreeSet::new(),
            trouble: Vec::new(),
        }
    }
    /// Notes an act.
    pub fn did(&mut self, pushed: Mark, what: What) {
        self.events.push(Event { pushed, taken: None, what });
    }
    /// Everything done so far is in the program's hands.
    pub fn taken(&mut self, mark: Mark) {
        for event in self.events.iter_mut().rev().take_while(|event| event.taken.is_none()) {
            event.taken = Some(mark);
        }
    }
    /// The machine's clock is ahead by so much from now on.
    pub fn skewed(&mut self, at: DateTime<Utc>, by: TimeDelta) {
        self.skews.push((at, by));
    }
    /// By how much the machine's clock was ahead at a moment of Telegram's.
    pub fn skew_at(&self, at: DateTime<Utc>) -> TimeDelta {
        let found = self.skews.iter().rev().find(|(from, _)| *from <= at);
        found.map_or(TimeDelta::zero(), |(_, by)| *by)
    }
    /// Whether the clock was ever wrong between two moments.
    pub fn skewed_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
        !self.skew_at(from).is_zero()
            || self.skews.iter().any(|(at, by)| *at >= from && *at <= to && !by.is_zero())
    }
    /// Something goes wrong now.
    pub fn storm(&mut self) {
        self.calm_since = None;
    }
    /// How often the process died after a moment.
    pub fn crashes_after(&self, at: DateTime<Utc>) -> usize {
        self.crashes.iter().filter(|crash| crash.at >= at).count()
    }
}
