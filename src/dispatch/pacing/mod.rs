//! When the next message may go. Owns what has been sent when: to all chats together, to each chat,
//! to each group; and what Telegram told us to wait. Pure: the time is an argument, nothing sleeps.
//!
//! Each rate is a generic cell rate algorithm (GCRA), written here rather than taken from a crate
//! because one answer must hold over several limits at once without spending any of them, the rate
//! changes while it runs, and the clock may stand still, run sixty times as fast or jump.
mod gcra;
mod meter;
#[cfg(test)]
mod tests;
mod window;

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use self::gcra::{Gcra, Wait};
use self::meter::Meter;
use self::window::Window;
use crate::domain::person::Chat;

/// Between the answer to one message and the next to the same chat: Telegram asks for one a second.
/// Counted from the answer, so that two never arrive closer together than they may.
const CHAT_INTERVAL: TimeDelta = TimeDelta::milliseconds(1_000);
/// Telegram allows so many messages a minute to a group.
const GROUP_PER_MINUTE: i32 = 20;
/// The first messages to a quiet group that need only keep the distance of any chat, where one
/// sender sends alone; several share them out as one each.
const GROUP_CATCH_UP_MESSAGES: i32 = 3;
/// A 429 names a chat, not whether the whole bot is meant. So many chats told to wait …
const WHOLE_BOT_CHATS: usize = 3;
/// … within so long are taken to mean all of it.
const WHOLE_BOT_WITHIN: TimeDelta = TimeDelta::seconds(5);
/// While Telegram cannot be reached, one attempt after 1, 2, 4, 8 and then every 15 s: soon enough
/// for a warning that is still fresh, seldom enough not to hammer.
const UNREACHABLE_WAIT_SECONDS_MAX: i64 = 15;
/// No instruction to wait is believed beyond this; the largest seen in the field are minutes.
const TOLD_WAIT_SECONDS_MAX: u32 = 3_600;
/// Chats remembered before those at rest are forgotten. At 1 s of memory each and 1,000 messages a
/// second there are never more that matter.
const CHATS_KEPT: usize = 4_096;

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

/// What may be sent, as set, over all processes together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Messages a second that cost nothing.
    pub rate: f64,
    /// Never more than that in any second, at the price of some of the rate.
    pub strict: bool,
    /// Messages a second in all, where broadcasts are paid for.
    pub paid: Option<f64>,
}

impl Pace {
    /// So many messages a second, smoothly, not paid for.
    pub fn free(rate: f64) -> Pace {
        Pace { rate, strict: false, paid: None }
    }
}

/// What a message counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fare {
    /// The rate that costs nothing.
    Free,
    /// The rate that is paid for, where one is set. Telegram charges only for what exceeds the free
    /// one (core.telegram.org/bots/faq, "Paid Broadcasts").
    Paid,
}

/// The book of all limits.
#[derive(Debug)]
pub struct Pacing {
    /// Among how many senders it is shared.
    senders: usize,
    /// All messages.
    all: Meter,
    /// Those among them that are not paid for; only where others are.
    free: Option<Meter>,
    /// When the next message that must wait for `free` is put back to, so that those who wait stand
    /// in line and do not all come back at once.
    free_line: DateTime<Utc>,
    /// Where the pace is strict.
    window: Option<Window>,
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
        let (all, free) = match pace.paid {
            // As 29.7 is to 30: a little clear of the limit.
            Some(paid) => {
                (Meter::new(paid.max(pace.rate) * meter::PAID_SHARE), Some(Meter::new(pace.rate)))
            }
            None => (Meter::new(pace.rate), None),
        };
        let window = pace.strict.then(|| Window::of(all.whole_rate()));
        Pacing {
            senders: 1,
            all,
            free,
            free_line: DateTime::UNIX_EPOCH,
            window,
            hold: Wait::NONE,
            unreachable: 0,
            told: Vec::new(),
            chats: HashMap::new(),
        }
    }

    /// From now on the pace is shared among so many senders, this one included.
    pub fn share(&mut self, senders: usize) {
        let senders = senders.max(1);
        if senders == self.senders {
            return;
        }
        self.senders = senders;
        self.all.share(senders);
        if let Some(free) = &mut self.free {
            free.share(senders);
        }
        if let Some(window) = &mut self.window {
            window.share(self.all.whole_rate(), senders);
        }
    }

    /// How many messages may start now, to chats that are ready themselves.
    pub fn permits(&mut self, now: DateTime<Utc>) -> usize {
        self.all.climb(now);
        if let Some(free) = &mut self.free {
            free.climb(now);
        }
        if self.hold.is_on(now) {
            return 0;
        }
        let places = self.window.as_mut().map_or(usize::MAX, |window| window.free(now));
        self.all.permits(now).min(places)
    }

    /// How many messages are worth waiting for, to start them with one commit.
    pub fn group(&self) -> usize {
        self.all.group()
    }

    /// When `count` messages may start at once. No more are ever waited for than the catch-up holds.
    /// `None`: not before an answer comes.
    pub fn ready_at(&self, count: usize, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let at = self.all.ready_at(count, now).max(self.hold.end(now));
        match &self.window {
            None => Some(at),
            Some(window) => window.free_at(count, now).map(|free| free.max(at)),
        }
    }

    /// Whether a message to this chat may start now as far as the chat and its fare are concerned;
    /// otherwise when to ask again.
    pub fn chat_ready(
        &mut self,
        chat: Chat,
        fare: Fare,
        now: DateTime<Utc>,
    ) -> Result<(), DateTime<Utc>> {
        let mut at = now;
        if let Some(pace) = self.chats.get(&chat) {
            at = at.max(pace.wait.end(now));
            if pace.in_flight > 0 {
                at = at.max(now + CHAT_INTERVAL);
            }
            if is_group(chat) {
                let (interval, catch_up) = group_limit(self.senders);
                at = at.max(pace.group.ready_at(now, interval, catch_up));
            }
        }
        if let (Fare::Free, Some(free)) = (fare, &self.free)
            && at <= now
        {
            let ready = free.ready_at(1, now);
            if ready > now {
                self.free_line = self.free_line.max(ready) + free.interval();
                at = self.free_line;
            }
        }
        if at <= now { Ok(()) } else { Err(whole_millis(at)) }
    }

    /// A message to this chat starts now.
    pub fn started(&mut self, chat: Chat, fare: Fare, now: DateTime<Utc>) {
        self.spend(fare, now);
        if let Some(window) = &mut self.window {
            window.begin();
        }
        let (interval, _) = group_limit(self.senders);
        let pace = self.pace(chat);
        pace.in_flight += 1;
        if is_group(chat) {
            pace.group.spend(now, interval);
        }
    }

    /// More calls were made for a message than the one it started with.
    pub fn made_more_calls(&mut self, calls: u32, fare: Fare, now: DateTime<Utc>) {
        for _ in 0..calls {
            self.spend(fare, now);
            if let Some(window) = &mut self.window {
                window.begin();
                window.end(now);
            }
        }
    }

    fn spend(&mut self, fare: Fare, now: DateTime<Utc>) {
        self.all.spend(now);
        if let (Fare::Free, Some(free)) = (fare, &mut self.free) {
            free.spend(now);
        }
    }

    /// The message to this chat is over, however it ended.
    pub fn landed(&mut self, chat: Chat, now: DateTime<Utc>) {
        if let Some(window) = &mut self.window {
            window.end(now);
        }
        let pace = self.pace(chat);
        pace.in_flight = pace.in_flight.saturating_sub(1);
        pace.wait.extend(now + CHAT_INTERVAL, now);
        if self.chats.len() > CHATS_KEPT {
            self.chats.retain(|_, pace| {
                pace.in_flight > 0 || pace.wait.is_on(now) || !pace.group.is_at_rest(now)
            });
        }
    }

    /// Another sender's message to this chat was answered then.
    pub fn written_elsewhere(&mut self, chat: Chat, at: DateTime<Utc>) {
        self.pace(chat).wait.extend(at + CHAT_INTERVAL, at);
    }

    /// Telegram answered, so it can be reached.
    pub fn reached(&mut self) {
        self.unreachable = 0;
    }

    /// The attempt did not reach Telegram: everything waits a little, then one tries again.
    pub fn not_reached(&mut self, now: DateTime<Utc>) {
        if self.hold.is_on(now) {
            return;
        }
        let seconds = (1i64 << self.unreachable.min(4)).min(UNREACHABLE_WAIT_SECONDS_MAX);
        self.unreachable = self.unreachable.saturating_add(1);
        self.hold.extend(now + TimeDelta::seconds(seconds), now);
    }

    /// Telegram said 429 for this chat: it waits as told, and the whole bot does once several
    /// chats were told so together. What was on its way when the bot began to wait comes back
    /// with the same word: it makes the wait longer, but the rate falls once. Returns when the
    /// chat may be tried again.
    pub fn told_to_wait(&mut self, chat: Chat, seconds: u32, now: DateTime<Utc>) -> DateTime<Utc> {
        let wait = TimeDelta::seconds(i64::from(seconds.clamp(1, TOLD_WAIT_SECONDS_MAX)));
        let until = now + wait;
        self.pace(chat).wait.extend(until, now);
        self.told.retain(|(other, at)| *other != chat && now - *at <= WHOLE_BOT_WITHIN);
        self.told.push((chat, now));
        if self.told.len() >= WHOLE_BOT_CHATS {
            self.told.clear();
            if !self.all.is_lowered_beyond(now) {
                self.all.lower(until);
                if let Some(free) = &mut self.free {
                    free.lower(until);
                }
            }
            self.hold.extend(until, now);
        }
        until
    }

    /// Messages a second as it goes now, in all.
    pub fn rate(&self) -> f64 {
        self.all.rate()
    }

    fn pace(&mut self, chat: Chat) -> &mut ChatPace {
        self.chats.entry(chat).or_insert(ChatPace {
            in_flight: 0,
            wait: Wait::NONE,
            group: Gcra::FULL,
        })
    }
}

/// The pace of one of so many senders to a group, as interval and catch-up: together they stay
/// within [`GROUP_PER_MINUTE`] in any minute. In any closed minute one sender sends at most the
/// catch-up and one more for each whole interval in it. More senders than messages a minute cannot
/// be held to it without asking each other; they send one a minute each.
fn group_limit(senders: usize) -> (TimeDelta, TimeDelta) {
    let senders = i32::try_from(senders).unwrap_or(i32::MAX).max(1);
    let each = (GROUP_PER_MINUTE / senders).max(1);
    let catch_up = if senders == 1 { GROUP_CATCH_UP_MESSAGES } else { 1 };
    let intervals = each - catch_up + 1;
    // A millisecond more than fits, so that the last whole interval lies outside.
    let interval = TimeDelta::minutes(1) / intervals + TimeDelta::milliseconds(1);
    (interval, interval * catch_up)
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
