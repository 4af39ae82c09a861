//! Telegram's limits on sending, policed by the server's clock: about 30 messages a second in all,
//! a thousand where the call allows that it is paid for, one a second to a chat, twenty a minute to
//! a group (core.telegram.org/bots/faq). The exact rules are unpublished; these are on the strict
//! side of what is known.
use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

/// How strictly sending is policed.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Messages a second over all chats.
    pub overall_per_second: u32,
    /// So many may come at once before the pace counts.
    pub overall_burst: u32,
    /// Messages a second with `allow_paid_broadcast`, counted apart from the others.
    pub paid_per_second: u32,
    /// So many of those may come at once before their pace counts.
    pub paid_burst: u32,
    /// Instead of a pace, count the calls of the last second: a full burst at its beginning passes.
    pub strict_window: bool,
    /// So many messages to one chat may come at once before one a second counts.
    pub chat_burst: u32,
    /// Messages a minute to one group.
    pub group_per_minute: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            overall_per_second: 30,
            // Room for the jitter of several connections, not for a burst every second.
            overall_burst: 6,
            paid_per_second: 1_000,
            // The same fifth of a second.
            paid_burst: 200,
            strict_window: false,
            // "Short bursts" are allowed by the FAQ; an answer and a card may come together.
            chat_burst: 5,
            group_per_minute: 20,
        }
    }
}

/// What a call counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// A new message.
    Message,
    /// A new message that may be paid for.
    PaidMessage,
    /// A change of one: counts overall and in groups, not against one a second to a chat.
    Change,
    /// Not counted.
    Nothing,
}

/// What has been counted over all chats.
#[derive(Default)]
struct Overall {
    next: Option<DateTime<Utc>>,
    last_second: VecDeque<DateTime<Utc>>,
}

impl Overall {
    fn count(
        &mut self,
        (per_second, burst): (u32, u32),
        strict_window: bool,
        now: DateTime<Utc>,
    ) -> Result<(), TimeDelta> {
        let per_second = per_second.max(1);
        if strict_window {
            windowed(&mut self.last_second, now, TimeDelta::seconds(1), per_second)?;
            self.last_second.push_back(now);
        } else {
            let interval = TimeDelta::microseconds(1_000_000 / i64::from(per_second));
            self.next = Some(paced(self.next, now, interval, burst)?);
        }
        Ok(())
    }
}

/// What has been counted.
#[derive(Default)]
pub(super) struct Counters {
    overall: Overall,
    paid: Overall,
    chats: BTreeMap<i64, DateTime<Utc>>,
    groups: BTreeMap<i64, VecDeque<DateTime<Utc>>>,
}

/// The generic cell rate algorithm: `next` is when the next call would be due at an even pace.
/// Gives the new `next`, or how long to wait.
fn paced(
    next: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    interval: TimeDelta,
    burst: u32,
) -> Result<DateTime<Utc>, TimeDelta> {
    let tolerance = interval * i32::try_from(burst.saturating_sub(1)).unwrap_or(i32::MAX);
    let next = next.unwrap_or(now).max(now);
    let early = next - now;
    if early > tolerance { Err(early - tolerance) } else { Ok(next + interval) }
}

/// The wait until a full window of calls has room again.
fn windowed(
    calls: &mut VecDeque<DateTime<Utc>>,
    now: DateTime<Utc>,
    window: TimeDelta,
    max: u32,
) -> Result<(), TimeDelta> {
    while calls.front().is_some_and(|first| now - *first >= window) {
        calls.pop_front();
    }
    match calls.front() {
        Some(first) if calls.len() >= usize::try_from(max).unwrap_or(usize::MAX) => {
            Err(*first + window - now)
        }
        _ => Ok(()),
    }
}

fn whole_seconds(wait: TimeDelta) -> u32 {
    let seconds = (wait.num_milliseconds().max(0) + 999) / 1000;
    u32::try_from(seconds).unwrap_or(u32::MAX).max(1)
}

impl Counters {
    /// Counts a call, or says after how many seconds to try again; a refused call is not counted.
    pub fn count(
        &mut self,
        limits: &Limits,
        weight: Weight,
        chat: i64,
        now: DateTime<Utc>,
    ) -> Result<(), u32> {
        if weight == Weight::Nothing {
            return Ok(());
        }
        self.check(limits, weight, chat, now).map_err(whole_seconds)
    }

    fn check(
        &mut self,
        limits: &Limits,
        weight: Weight,
        chat: i64,
        now: DateTime<Utc>,
    ) -> Result<(), TimeDelta> {
        let is_group = chat < 0;
        let mut chat_next = None;
        if is_group {
            let calls = self.groups.entry(chat).or_default();
            windowed(calls, now, TimeDelta::minutes(1), limits.group_per_minute)?;
        } else if weight != Weight::Change {
            let next = self.chats.get(&chat).copied();
            chat_next = Some(paced(next, now, TimeDelta::seconds(1), limits.chat_burst)?);
        }
        let (counted, limit) = match weight {
            Weight::PaidMessage => (&mut self.paid, (limits.paid_per_second, limits.paid_burst)),
            _ => (&mut self.overall, (limits.overall_per_second, limits.overall_burst)),
        };
        counted.count(limit, limits.strict_window, now)?;
        if let Some(next) = chat_next {
            self.chats.insert(chat, next);
        }
        if is_group {
            self.groups.entry(chat).or_default().push_back(now);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_762_000_000_000 + millis).unwrap()
    }

    #[test]
    fn one_chat_gets_a_short_burst_and_then_one_a_second() {
        let (mut counters, limits) = (Counters::default(), Limits::default());
        for _ in 0..5 {
            assert_eq!(counters.count(&limits, Weight::Message, 1, at(0)), Ok(()));
        }
        assert_eq!(counters.count(&limits, Weight::Message, 1, at(0)), Err(1));
        assert_eq!(counters.count(&limits, Weight::Change, 1, at(100)), Ok(()));
        assert_eq!(counters.count(&limits, Weight::Message, 1, at(1000)), Ok(()));
        assert_eq!(counters.count(&limits, Weight::Message, 1, at(1001)), Err(1));
    }

    #[test]
    fn a_smooth_pace_of_29_7_passes_and_a_burst_every_second_does_not() {
        let (mut counters, limits) = (Counters::default(), Limits::default());
        for n in 0..300 {
            let now = at(n * 10_000 / 297);
            assert_eq!(counters.count(&limits, Weight::Message, n, now), Ok(()));
        }
        let burst = (0..29).map(|n| counters.count(&limits, Weight::Message, 1000 + n, at(60_000)));
        assert_eq!(burst.filter(Result::is_ok).count(), 6);
    }

    #[test]
    fn a_thousand_a_second_pass_where_they_may_be_paid_for_and_thirty_where_not() {
        for strict_window in [false, true] {
            let limits = Limits { strict_window, ..Limits::default() };
            let mut counters = Counters::default();
            let mut passed = |weight, from: i64| {
                let mut count = |n| counters.count(&limits, weight, from + n, at(n));
                (0..2_000).filter(|n| count(*n).is_ok()).count()
            };
            assert_eq!(passed(Weight::PaidMessage, 10_000), 2_000);
            let free = passed(Weight::Message, 20_000);
            assert!((60..=66).contains(&free), "{free}");
        }
    }

    #[test]
    fn a_group_takes_twenty_a_minute() {
        let (mut counters, limits) = (Counters::default(), Limits::default());
        for n in 0..20 {
            let answer = counters.count(&limits, Weight::Message, -5, at(n * 1000));
            assert_eq!(answer, Ok(()));
        }
        assert_eq!(counters.count(&limits, Weight::Message, -5, at(20_000)), Err(40));
        assert_eq!(counters.count(&limits, Weight::Message, -5, at(60_000)), Ok(()));
    }

    #[test]
    fn a_strict_window_lets_thirty_through_at_once() {
        let limits = Limits { strict_window: true, ..Limits::default() };
        let mut counters = Counters::default();
        let burst = (0..40).map(|n| counters.count(&limits, Weight::Message, n, at(0)));
        assert_eq!(burst.filter(Result::is_ok).count(), 30);
        assert_eq!(counters.count(&limits, Weight::Message, 99, at(999)), Err(1));
        assert_eq!(counters.count(&limits, Weight::Message, 99, at(1000)), Ok(()));
    }
}
