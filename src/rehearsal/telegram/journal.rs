//! What was called and what was accepted, for tests to read. It never forgets within its bounds,
//! and it never shows the token.
use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::weather::Fault;

/// So many calls are kept of each kind: a broadcast to 100,000 fits, a server left on for weeks
/// does not fill the memory.
const CALLS_KEPT_MAX: usize = 200_000;

/// A call that took effect, whether or not its answer arrived.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Accepted {
    /// Counts up over all accepted calls.
    pub seq: u64,
    /// When, by the server's clock.
    pub at: DateTime<Utc>,
    /// The method in the documentation's spelling, such as `sendMessage`.
    pub method: &'static str,
    /// The chat it was for.
    pub chat_id: Option<i64>,
    /// The message that was sent, edited or deleted.
    pub message_id: Option<i32>,
    /// The text or caption of that message, plain, as it was after the call.
    pub text: Option<String>,
    /// Whether it was sent without sound.
    pub silent: bool,
    /// The message it quotes.
    pub reply_to: Option<i32>,
}

/// Any call but a `getUpdates` that went well.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Call {
    /// Counts up over all calls.
    pub seq: u64,
    /// When it was answered, by the server's clock.
    pub at: DateTime<Utc>,
    /// The method as it was written when it is unknown, else in the documentation's spelling.
    pub method: String,
    /// The chat it was for.
    pub chat_id: Option<i64>,
    /// The status of the answer; 0 when the connection was cut instead.
    pub status: u16,
    /// Why it was refused.
    pub description: Option<String>,
    /// The fault that met it, if one was scripted for it.
    pub fault: Option<Fault>,
}

/// Both lists.
#[derive(Default)]
pub(super) struct Journal {
    accepted: VecDeque<Accepted>,
    calls: VecDeque<Call>,
    accepted_seq: u64,
    call_seq: u64,
}

impl Journal {
    pub fn accept(&mut self, mut entry: Accepted) {
        self.accepted_seq += 1;
        entry.seq = self.accepted_seq;
        if self.accepted.len() == CALLS_KEPT_MAX {
            self.accepted.pop_front();
        }
        self.accepted.push_back(entry);
    }
    pub fn call(&mut self, mut entry: Call) {
        self.call_seq += 1;
        entry.seq = self.call_seq;
        if self.calls.len() == CALLS_KEPT_MAX {
            self.calls.pop_front();
        }
        self.calls.push_back(entry);
    }
    pub fn counts(&self) -> (u64, u64) {
        (self.accepted_seq, self.call_seq)
    }
    pub fn accepted(&self) -> Vec<Accepted> {
        self.accepted.iter().cloned().collect()
    }
    pub fn calls(&self) -> Vec<Call> {
        self.calls.iter().cloned().collect()
    }
    pub fn accepted_after(&self, seq: u64) -> Vec<Accepted> {
        let from = self.accepted.partition_point(|entry| entry.seq <= seq);
        self.accepted.range(from..).cloned().collect()
    }
    pub fn calls_after(&self, seq: u64) -> Vec<Call> {
        let from = self.calls.partition_point(|entry| entry.seq <= seq);
        self.calls.range(from..).cloned().collect()
    }
}
