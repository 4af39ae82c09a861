//! The queue of updates: numbered, kept for a day, confirmed by an offset.
use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::weather::next_random;

/// Telegram keeps updates for a day (core.telegram.org/bots/api#getting-updates).
pub const UPDATE_LIFE: TimeDelta = TimeDelta::hours(24);
/// A button press waits about so long for the bot, and so long the bot may answer it.
pub const CALLBACK_LIFE: TimeDelta = TimeDelta::seconds(150);
/// One `getUpdates` gives at most so many.
const BATCH_MAX: usize = 100;
/// An offset further than this above the newest update is taken for one of another age, and the
/// queue is given from its head: so the real server answers after its numbers fell.
const OFFSET_AHEAD_MAX: i64 = 10;
/// Updates that were given out and confirmed are remembered in this number, to be sent again.
const HISTORY_MAX: usize = 1_000;
/// What is sent when the bot has not asked for particular kinds.
const KINDS_ON_REQUEST: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// One waiting update.
#[derive(Clone)]
struct Waiting {
    id: i64,
    body: Value,
    until: DateTime<Utc>,
}

/// The queue.
pub(super) struct Updates {
    waiting: VecDeque<Waiting>,
    history: VecDeque<Waiting>,
    last_id: i64,
    seed: u64,
    /// The kinds the bot asked for; empty means the usual ones.
    pub allowed: Vec<String>,
    /// Raised by every `getUpdates`, so that an older one that still waits sees it has been replaced.
    pub poll: u64,
}

impl Updates {
    pub fn new(seed: u64) -> Updates {
        let mut updates = Updates {
            waiting: VecDeque::new(),
            history: VecDeque::new(),
            last_id: 0,
            seed,
            allowed: Vec::new(),
            poll: 0,
        };
        updates.restart_ids();
        updates
    }
    /// Goes on from another number, below the present one if there is one: so Telegram does after a
    /// week without updates.
    pub fn restart_ids(&mut self) {
        let random = i64::try_from(next_random(&mut self.seed) % 400_000_000).unwrap_or(0);
        self.last_id = match self.last_id {
            0 => 400_000_000 + random,
            last => (random % (last / 2)).max(1_000),
        };
    }
    fn wants(&self, kind: &str) -> bool {
        if self.allowed.is_empty() {
            !KINDS_ON_REQUEST.contains(&kind)
        } else {
            self.allowed.iter().any(|allowed| allowed == kind)
        }
    }
    /// Puts an update of a kind at the end, if the bot wants that kind. Gives its number.
    pub fn push(&mut self, kind: &str, body: Value, now: DateTime<Utc>) -> Option<i64> {
        if !self.wants(kind) {
            return None;
        }
        let life = match kind {
            "callback_query" => CALLBACK_LIFE,
            _ => UPDATE_LIFE,
        };
        let id = self.last_id + 1;
        self.push_raw(json!({ "update_id": id, kind: body }), now + life);
        Some(id)
    }
    /// Puts anything at the end; without a number of its own it gets the next.
    pub fn push_raw(&mut self, mut body: Value, until: DateTime<Utc>) {
        let id = body["update_id"].as_i64().unwrap_or(self.last_id + 1);
        if body.is_object() {
            body["update_id"] = json!(id);
        }
        self.last_id = self.last_id.max(id);
        self.waiting.push_back(Waiting { id, body, until });
    }
    /// Puts an update that was given out before at the end again. False when it is not known.
    pub fn repeat(&mut self, id: i64) -> bool {
        let mut known = self.history.iter().chain(&self.waiting);
        let Some(again) = known.rfind(|update| update.id == id).cloned() else {
            return false;
        };
        self.waiting.push_back(again);
        true
    }
    /// Turns the order of what waits around.
    pub fn reverse(&mut self) {
        self.waiting.make_contiguous().reverse();
    }
    fn expire(&mut self, now: DateTime<Utc>) {
        self.waiting.retain(|update| update.until > now);
    }
    /// What waits from `offset` on; everything below is confirmed and forgotten.
    pub fn take(&mut self, offset: i64, limit: usize, now: DateTime<Utc>) -> Vec<Value> {
        self.expire(now);
        if offset < 0 {
            let keep = usize::try_from(-offset).unwrap_or(usize::MAX);
            let drop = self.waiting.len().saturating_sub(keep);
            self.confirm_first(drop);
        } else if offset <= self.last_id + OFFSET_AHEAD_MAX {
            let (confirmed, waiting) = self.waiting.drain(..).partition(|u| u.id < offset);
            self.waiting = waiting;
            self.remember(confirmed);
        }
        let limit = limit.clamp(1, BATCH_MAX);
        let batch = self.waiting.iter().take(limit);
        batch.map(|update| update.body.clone()).collect()
    }
    /// The first that waits, for a webhook.
    pub fn first(&mut self, now: DateTime<Utc>) -> Option<Value> {
        self.expire(now);
        self.waiting.front().map(|update| update.body.clone())
    }
    /// Confirms the first `count`.
    pub fn confirm_first(&mut self, count: usize) {
        let confirmed = self.waiting.drain(..count.min(self.waiting.len())).collect();
        self.remember(confirmed);
    }
    fn remember(&mut self, confirmed: VecDeque<Waiting>) {
        self.history.extend(confirmed);
        let over = self.history.len().saturating_sub(HISTORY_MAX);
        self.history.drain(..over);
    }
    pub fn lose_newest(&mut self, count: usize) {
        self.waiting.truncate(self.waiting.len().saturating_sub(count));
    }
    pub fn clear(&mut self) {
        self.waiting.clear();
    }
    pub fn len(&self) -> usize {
        self.waiting.len()
    }
    /// The number of the newest update.
    pub fn last_id(&self) -> i64 {
        self.last_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_762_000_000, 0).unwrap()
    }

    fn ids(batch: &[Value]) -> Vec<i64> {
        batch.iter().map(|u| u["update_id"].as_i64().unwrap()).collect()
    }

    #[test]
    fn an_offset_confirms_what_is_below_it() {
        let mut updates = Updates::new(1);
        let first = updates.push("message", json!({}), now()).unwrap();
        updates.push("message", json!({}), now());
        assert_eq!(ids(&updates.take(0, 100, now())), [first, first + 1]);
        assert_eq!(ids(&updates.take(first + 1, 100, now())), [first + 1]);
        assert_eq!(ids(&updates.take(0, 100, now())), [first + 1]);
        assert!(updates.take(first + 2, 100, now()).is_empty());
        assert!(updates.repeat(first));
        assert_eq!(ids(&updates.take(0, 100, now())), [first]);
    }

    #[test]
    fn an_offset_of_another_age_gives_the_queue_from_its_head() {
        let mut updates = Updates::new(1);
        let old = updates.push("message", json!({}), now()).unwrap();
        updates.take(old + 1, 100, now());
        updates.restart_ids();
        let new = updates.push("message", json!({}), now()).unwrap();
        assert!(new < old);
        assert_eq!(ids(&updates.take(old + 1, 100, now())), [new]);
        assert_eq!(ids(&updates.take(old + 1, 100, now())), [new]);
    }

    #[test]
    fn messages_wait_a_day_and_taps_150_seconds() {
        let mut updates = Updates::new(1);
        let message = updates.push("message", json!({}), now()).unwrap();
        updates.push("callback_query", json!({}), now());
        let later = now() + TimeDelta::seconds(151);
        assert_eq!(ids(&updates.take(0, 100, later)), [message]);
        assert!(updates.take(0, 100, now() + TimeDelta::hours(25)).is_empty());
    }
}
