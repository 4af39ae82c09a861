//! When the next message may go. Owns what has been sent when: to all chats together, to each chat,
//! to each group; and what Telegram told us to wait. Pure: the time is an argument, nothing sleeps.
//!
//! The rate is a generic cell rate algorithm (GCRA): a single instant, the *theoretical arrival
//! time*, moves on by one interval with each send, and a send conforms while that instant is not
//! further ahead than the catch-up allows. Written here rather than taken from a crate because one
//! answer must hold over three limits at once without spending any of them, the rate changes while
//! it runs, and the clock may stand still, run sixty times as fast or jump.
use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::person::Chat;

/// Messages that may follow each other at once after a pause: enough to share one commit between
/// them, too few to look like a burst.
const CATCH_UP_MESSAGES: i32 = 3;
/// Above this rate (paid broadcast) the catch-up grows with it, so that a turn of the worker is
/// still worth its commit: a fiftieth of a second's messages.
const CATCH_UP_SHARE: f64 = 0.02;
/// Between the answer to one message and the next to the same chat: Telegram asks for one a second.
/// Counted from the answer, so that two never arrive closer together than they may.
const CHAT_INTERVAL: TimeDelta = TimeDelta::milliseconds(1_000);
/// Telegram allows 20 messages a minute to a group. One every 3.5 s after a first three is 20 in
/// any window of 60 s.
const GROUP_INTERVAL: TimeDelta = TimeDelta::milliseconds(3_500);
/// The first messages to a quiet group that need only keep the distance of any chat.
const GROUP_CATCH_UP_MESSAGES: i32 = 3;
/// A 429 names a chat, not whether the whole bot is meant. So many chats told to wait …
const WHOLE_BOT_CHATS: usize = 3;
/// … within so long are taken to mean all of it.
const WHOLE_BOT_WITHIN: TimeDelta = TimeDelta::seconds(5);
/// Told to wait as a whole, the bot goes on at this share of its rate,
const RATE_AFTER_429: f64 = 0.8;
/// but never below this share of what is set,
const RATE_SHARE_MIN: f64 = 0.1;
/// and climbs by this factor
const RATE_CLIMB: f64 = 1.05;
/// after each stretch without a 429.
const RATE_CLIMB_EVERY: TimeDelta = TimeDelta::seconds(10);
/// While Telegram cannot be reached, one attempt after 1, 2, 4, 8 and then every 15 s: soon enough
/// for a warning that is still fresh, seldom enough not to hammer.
const UNREACHABLE_WAIT_SECONDS_MAX: i64 = 15;
/// No instruction to wait is believed beyond this; the largest seen in the field are minutes.
const TOLD_WAIT_SECONDS_MAX: u32 = 3_600;
/// Chats remembered before those at rest are forgotten. At 1 s of memory each and 1,000 messages a
/// second there are never more that matter.
const CHATS_KEPT: usize = 4_096;

/// One limit's state.
#[derive(Debug, Clone, Copy)]
struct Gcra {
    arrival: DateTime<Utc>,
    /// When it was last spent. A clock that shows less was set back, and must not stop the sender.
    spent_at: DateTime<Utc>,
}

impl Gcra {
    const FULL: Gcra = Gcra { arrival: DateTime::UNIX_EPOCH, spent_at: DateTime::UNIX_EPOCH };

    /// The arrival time as it counts at `now`.
    fn arrival_at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        if now < self.spent_at { now } else { self.arrival.max(now) }
    }
    /// When the next one conforms.
    fn ready_at(&self, now: DateTime<Utc>, interval: TimeDelta, catch_up: i32) -> DateTime<Utc> {
        self.arrival_at(now) - interval * (catch_up - 1)
    }
    /// How many conform at once, now.
    fn permits(&self, now: DateTime<Utc>, interval: TimeDelta, catch_up: i32) -> usize {
        let ahead = self.arrival_at(now) - now;
        let room = micros(interval * catch_up) - micros(ahead);
        usize::try_from(room / micros(interval).max(1)).unwrap_or(0)
    }
    fn spend(&mut self, now: DateTime<Utc>, interval: TimeDelta) {
        *self = Gcra { arrival: self.arrival_at(now) + interval, spent_at: now };
    }
}

/// A wait that began at one instant and ends at another. On a clock that was set back to before the
/// beginning it counts as over: better one message early than none for an hour.
#[derive(Debug, Clone, Copy)]
struct Wait {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl Wait {
    const NONE: Wait = Wait { from: DateTime::UNIX_EPOCH, until: DateTime::UNIX_EPOCH };
    /// When it ends, or `now` if it is over.
    fn end(self, now: DateTime<Utc>) -> DateTime<Utc> {
        if now < self.from { now } else { self.until.max(now) }
    }
    /// Waits at least until then.
    fn extend(&mut self, until: DateTime<Utc>, now: DateTime<Utc>) {
        *self = Wait { from: now, until: self.end(now).max(until) };
    }
}

/// What is known of one chat's pace.
#[derive(Debug, Clone, Copy)]
struct ChatPace {
    /// Messages on their way to it.
    in_flight: u32,
    /// After an answer, or as told.
    wait: Wait,
    /// For groups.
    group: Gcra,
}

/// What may be sent, as set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Messages a second, over all processes together.
    pub rate: f64,
    /// Never more than that in any second, at the price of some of the rate.
    pub strict: bool,
    /// Broadcasts are paid for, so that the rate may be beyond what is free.
    pub paid: bool,
}

impl Pace {
    /// So many messages a second, smoothly, not paid for.
    pub fn free(rate: f64) -> Pace {
        Pace { rate, strict: false, paid: false }
    }
}

/// The book of all limits.
#[derive(Debug)]
pub struct Pacing {
    /// What may be sent, as set.
    pace: Pace,
    /// Among how many senders it is shared.
    senders: usize,
    /// Messages a second, as set, of this sender.
    set_rate: f64,
    /// Messages a second, as it goes now.
    rate: f64,
    rate_changed_at: DateTime<Utc>,
    bot: Gcra,
    /// Nothing at all goes before this.
    hold: Wait,
    /// Attempts in a row that did not reach Telegram.
    unreachable: u32,
    /// Chats lately told to wait, and when.
    told: Vec<(Chat, DateTime<Utc>)>,
    chats: HashMap<Chat, ChatPace>,
}

impl Pacing {
    /// A book for one sender alone.
    pub fn new(pace: Pace) -> Pacing {
        let rate = if pace.rate.is_finite() && pace.rate > 0.0 { pace.rate } else { 1.0 };
        let pace = Pace { rate, ..pace };
        Pacing {
            pace,
            senders: 1,
            set_rate: rate,
            rate,
            rate_changed_at: DateTime::UNIX_EPOCH,
            bot: Gcra::FULL,
            hold: Wait::NONE,
            unreachable: 0,
            told: Vec::new(),
            chats: HashMap::new(),
        }
    }

    /// From now on the pace is shared among so many senders, this one included.
    pub fn share(&mut self, senders: usize) {
        let senders = senders.max(1);
        if senders != self.senders {
            let lowered = self.rate / self.set_rate;
            self.senders = senders;
            self.set_rate = self.pace.rate / senders as f64;
            self.rate = self.set_rate * lowered;
        }
    }

    /// How many messages may start now, to chats that are ready themselves.
    pub fn permits(&mut self, now: DateTime<Utc>) -> usize {
        self.climb(now);
        if self.hold.end(now) > now {
            return 0;
        }
        self.bot.permits(now, self.interval(), self.catch_up())
    }

    /// When `count` messages may start at once. No more are ever waited for than the catch-up holds.
    pub fn ready_at(&self, count: usize, now: DateTime<Utc>) -> DateTime<Utc> {
        let count = i32::try_from(count).unwrap_or(i32::MAX).clamp(1, self.catch_up());
        let first = self.bot.ready_at(now, self.interval(), self.catch_up());
        (first + self.interval() * (count - 1)).max(self.hold.end(now))
    }

    /// Whether a message to this chat may start now as far as the chat is concerned; otherwise when
    /// to ask again.
    pub fn chat_ready(&self, chat: Chat, now: DateTime<Utc>) -> Result<(), DateTime<Utc>> {
        let Some(pace) = self.chats.get(&chat) else {
            return Ok(());
        };
        let mut at = pace.wait.end(now);
        if pace.in_flight > 0 {
            at = at.max(now + CHAT_INTERVAL);
        }
        if is_group(chat) {
            let group = pace.group.ready_at(now, GROUP_INTERVAL, GROUP_CATCH_UP_MESSAGES);
            at = at.max(group);
        }
        if at <= now { Ok(()) } else { Err(whole_millis(at)) }
    }

    /// A message to this chat starts now.
    pub fn started(&mut self, chat: Chat, now: DateTime<Utc>) {
        let interval = self.interval();
        self.bot.spend(now, interval);
        let pace = self.pace(chat);
        pace.in_flight += 1;
        if is_group(chat) {
            pace.group.spend(now, GROUP_INTERVAL);
        }
    }

    /// More calls were made for a message than the one it started with.
    pub fn made_more_calls(&mut self, calls: u32, now: DateTime<Utc>) {
        let interval = self.interval();
        for _ in 0..calls {
            self.bot.spend(now, interval);
        }
    }

    /// The message to this chat is over, however it ended.
    pub fn landed(&mut self, chat: Chat, now: DateTime<Utc>) {
        let pace = self.pace(chat);
        pace.in_flight = pace.in_flight.saturating_sub(1);
        pace.wait.extend(now + CHAT_INTERVAL, now);
        if self.chats.len() > CHATS_KEPT {
            self.chats.retain(|_, pace| {
                pace.in_flight > 0 || pace.wait.end(now) > now || pace.group.arrival > now
            });
        }
    }

    /// Telegram answered, so it can be reached.
    pub fn reached(&mut self) {
        self.unreachable = 0;
    }

    /// The attempt did not reach Telegram: everything waits a little, then one tries again.
    pub fn not_reached(&mut self, now: DateTime<Utc>) {
        if self.hold.end(now) > now {
            return;
        }
        let seconds = (1i64 << self.unreachable.min(4)).min(UNREACHABLE_WAIT_SECONDS_MAX);
        self.unreachable = self.unreachable.saturating_add(1);
        self.hold.extend(now + TimeDelta::seconds(seconds), now);
    }

    /// Telegram said 429 for this chat: it waits as told, and the whole bot does once several
    /// chats were told so together. Returns when the chat may be tried again.
    pub fn told_to_wait(&mut self, chat: Chat, seconds: u32, now: DateTime<Utc>) -> DateTime<Utc> {
        let wait = TimeDelta::seconds(i64::from(seconds.clamp(1, TOLD_WAIT_SECONDS_MAX)));
        let until = now + wait;
        let pace = self.pace(chat);
        pace.wait.extend(until, now);
        self.told.retain(|(other, at)| *other != chat && now - *at <= WHOLE_BOT_WITHIN);
        self.told.push((chat, now));
        if self.told.len() >= WHOLE_BOT_CHATS {
            self.told.clear();
            self.hold.extend(until, now);
            self.rate = (self.rate * RATE_AFTER_429).max(self.set_rate * RATE_SHARE_MIN);
            self.rate_changed_at = until;
        }
        until
    }

    /// Messages a second as it goes now.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    fn pace(&mut self, chat: Chat) -> &mut ChatPace {
        self.chats.entry(chat).or_insert(ChatPace {
            in_flight: 0,
            wait: Wait::NONE,
            group: Gcra::FULL,
        })
    }
    fn climb(&mut self, now: DateTime<Utc>) {
        if self.rate < self.set_rate && now - self.rate_changed_at >= RATE_CLIMB_EVERY {
            self.rate = (self.rate * RATE_CLIMB).min(self.set_rate);
            self.rate_changed_at = now;
        }
    }
    fn interval(&self) -> TimeDelta {
        TimeDelta::microseconds((1e6 / self.rate).ceil() as i64)
    }
    fn catch_up(&self) -> i32 {
        CATCH_UP_MESSAGES.max((self.rate * CATCH_UP_SHARE) as i32)
    }
}

/// Telegram numbers groups, supergroups and channels below zero.
fn is_group(chat: Chat) -> bool {
    chat.0 < 0
}

/// The next whole millisecond: rows are kept to the millisecond, and one that came due a little
/// before its chat is ready would be claimed and put back for nothing.
fn whole_millis(at: DateTime<Utc>) -> DateTime<Utc> {
    let up = at + TimeDelta::microseconds(999);
    DateTime::from_timestamp_millis(up.timestamp_millis()).unwrap_or(up)
}

fn micros(span: TimeDelta) -> i64 {
    span.num_microseconds().unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> DateTime<Utc> {
        DateTime::from_timestamp(1_762_758_300, 0).unwrap()
    }
    fn ms(n: i64) -> TimeDelta {
        TimeDelta::milliseconds(n)
    }

    #[test]
    fn a_thousand_messages_go_smoothly_and_use_the_whole_rate() {
        let (mut pacing, mut now) = (Pacing::new(Pace::free(29.7)), start());
        let mut sent = Vec::new();
        while sent.len() < 1_000 {
            for _ in 0..pacing.permits(now) {
                pacing.started(Chat(sent.len() as i64), now);
                sent.push(now);
            }
            now += ms(20);
        }
        let most_in_a_second = sent
            .iter()
            .map(|from| sent.iter().filter(|at| **at >= *from && **at < *from + ms(1_000)).count())
            .max();
        assert!(most_in_a_second <= Some(33), "{most_in_a_second:?}");
        let seconds = (sent[999] - sent[0]).as_seconds_f64();
        assert!(seconds < 1_000.0 / 29.7 * 1.02, "{seconds}");
    }

    #[test]
    fn a_chat_is_not_ready_while_a_message_is_on_its_way_and_for_a_second_after() {
        let (mut pacing, now) = (Pacing::new(Pace::free(29.7)), start());
        assert!(pacing.chat_ready(Chat(7), now).is_ok());
        pacing.started(Chat(7), now);
        assert!(pacing.chat_ready(Chat(7), now + ms(5_000)).is_err());
        pacing.landed(Chat(7), now + ms(300));
        assert_eq!(pacing.chat_ready(Chat(7), now + ms(1_200)), Err(now + ms(1_300)));
        assert!(pacing.chat_ready(Chat(7), now + ms(1_300)).is_ok());
        assert!(pacing.chat_ready(Chat(8), now).is_ok());
    }

    #[test]
    fn a_group_gets_at_most_twenty_in_any_minute() {
        let (mut pacing, mut now) = (Pacing::new(Pace::free(29.7)), start());
        let mut sent = Vec::new();
        while now < start() + TimeDelta::minutes(5) {
            if pacing.chat_ready(Chat(-100), now).is_ok() {
                pacing.started(Chat(-100), now);
                pacing.landed(Chat(-100), now);
                sent.push(now);
            }
            now += ms(50);
        }
        for from in &sent {
            let until = *from + TimeDelta::minutes(1);
            let in_minute = sent.iter().filter(|at| **at >= *from && **at <= until);
            assert!(in_minute.count() <= 20);
        }
        assert!(sent.len() > 80);
    }

    #[test]
    fn one_chat_told_to_wait_does_not_hold_the_others_but_three_do() {
        let (mut pacing, now) = (Pacing::new(Pace::free(30.0)), start());
        assert_eq!(pacing.told_to_wait(Chat(1), 7, now), now + TimeDelta::seconds(7));
        assert!(pacing.chat_ready(Chat(1), now + ms(6_900)).is_err());
        assert_eq!(pacing.permits(now), 3);
        pacing.told_to_wait(Chat(2), 7, now);
        pacing.told_to_wait(Chat(3), 7, now);
        assert_eq!(pacing.permits(now + ms(6_999)), 0);
        assert!(pacing.rate() < 30.0);
        assert_eq!(pacing.permits(now + ms(7_000)), 3);
        for minutes in 1..10 {
            pacing.permits(now + TimeDelta::minutes(minutes));
        }
        assert_eq!(pacing.rate(), 30.0);
    }

    #[test]
    fn an_unreachable_telegram_is_tried_less_and_less_often() {
        let (mut pacing, mut now) = (Pacing::new(Pace::free(30.0)), start());
        let mut waits = Vec::new();
        for _ in 0..6 {
            pacing.not_reached(now);
            pacing.not_reached(now);
            let until = pacing.ready_at(1, now);
            waits.push((until - now).num_seconds());
            now = until;
        }
        assert_eq!(waits, [1, 2, 4, 8, 15, 15]);
    }

    #[test]
    fn a_clock_set_back_by_an_hour_does_not_stop_the_sender() {
        let (mut pacing, now) = (Pacing::new(Pace::free(30.0)), start());
        for chat in 0..3 {
            pacing.started(Chat(chat), now);
            pacing.landed(Chat(chat), now);
        }
        pacing.not_reached(now);
        let back = now - TimeDelta::hours(1);
        assert!(pacing.chat_ready(Chat(1), back).is_ok());
        assert!(pacing.ready_at(1, back) <= back + ms(34));
        assert_eq!(pacing.permits(back + ms(200)), 3);
    }

    #[test]
    fn waiting_for_two_takes_one_interval_more() {
        let (mut pacing, now) = (Pacing::new(Pace::free(10.0)), start());
        for chat in 0..3 {
            pacing.started(Chat(chat), now);
        }
        assert_eq!(pacing.permits(now), 0);
        assert_eq!(pacing.ready_at(1, now), now + ms(100));
        assert_eq!(pacing.ready_at(2, now), now + ms(200));
        assert_eq!(pacing.permits(now + ms(200)), 2);
    }
}
