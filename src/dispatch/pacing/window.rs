//! The strict pace: never more than so many messages in any second *at the server*, whatever the
//! network does to them on the way.
//!
//! A message arrives somewhere between its call and its answer. So a place in the second is taken
//! from the call until one second after the answer. Of all messages that the server counts in one
//! second, look at the one called last: each of the others was answered less than a second before
//! that call, or not yet, and so held a place; there were never more than the places.
use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};

/// What Telegram counts messages in.
const SECOND: TimeDelta = TimeDelta::seconds(1);

/// The places of one second.
#[derive(Debug)]
pub(super) struct Window {
    places: usize,
    under_way: usize,
    /// When calls were answered, oldest first.
    answered: VecDeque<DateTime<Utc>>,
}

impl Window {
    /// The places of one sender alone: a rate of 29.7 stands for 30 in a second.
    pub fn of(rate: f64) -> Window {
        Window { places: places(rate, 1), under_way: 0, answered: VecDeque::new() }
    }
    /// The places are shared among so many; what is taken stays taken.
    pub fn share(&mut self, rate: f64, senders: usize) {
        self.places = places(rate, senders);
    }
    /// Places that are free now.
    pub fn free(&mut self, now: DateTime<Utc>) -> usize {
        // An instant in the future stems from a clock that was set back: it counts as over.
        while self.answered.front().is_some_and(|at| *at > now || now - *at >= SECOND) {
            self.answered.pop_front();
        }
        self.places.saturating_sub(self.under_way + self.answered.len())
    }
    /// When so many places are free, as far as is known; `None`: only once an answer comes.
    pub fn free_at(&self, count: usize, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let count = count.clamp(1, self.places);
        let taken = self.under_way + self.answered.len();
        let missing = (taken + count).saturating_sub(self.places);
        match missing.checked_sub(1) {
            None => Some(now),
            Some(last) => self.answered.get(last).map(|at| (*at + SECOND).max(now)),
        }
    }
    /// A call begins.
    pub fn begin(&mut self) {
        self.under_way += 1;
    }
    /// A call was answered, or given up.
    pub fn end(&mut self, now: DateTime<Utc>) {
        self.under_way = self.under_way.saturating_sub(1);
        self.answered.push_back(now);
    }
}

fn places(rate: f64, senders: usize) -> usize {
    // Whole places, so that all senders' together are never more than the rate's; one at least.
    (rate.ceil() as usize / senders).max(1)
}
