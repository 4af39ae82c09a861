//! What the team is told of the machine itself: the morning's self-test, that Telegram was out of reach
//! (FAULTS 13, 28), that the clock is wrong and residents are therefore not warned (FAULTS 31). It
//! reads what the process has seen of itself, and words nothing.
use std::collections::BTreeSet;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use serde_json::json;

use super::{Cause, CoordinationError, House, reconsider};
use crate::domain::alert::{Mode, Urgency};
use crate::domain::alerting::{Outcome, Reason};
use crate::domain::morning;
use crate::domain::person::Role;
use crate::domain::site::Zone;
use crate::domain::skew::{Trust, may_tell, trust};
use crate::speech::say::{Say, SelfTest, Upkeep};
use crate::storage::{Answer, Store, Tx};

/// The morning's self-test.
pub(super) const DUTY_SELF_TEST: &str = "self_test";
/// Before the first convoys leave, and with time left to mend something.
const SELF_TEST_AT: (u32, u32) = (5, 15);
/// A self-test of the early morning is no news in the afternoon.
const SELF_TEST_WITHIN: TimeDelta = TimeDelta::hours(6);
/// Telegram is asked something every minute at the latest; with the pauses after failures, silence of
/// this many seconds is no mere chance.
const ANSWERED_WITHIN_SECONDS: i64 = 180;
/// What has been due for longer than this is stuck.
const DUE_WITHIN: TimeDelta = TimeDelta::minutes(2);
/// An absence of Telegram is told from here on: taps are lost after two and a half minutes, and a
/// report is still fresh for fifteen. Shorter ones happen every few nights and change nothing.
pub const CUT_OFF_TOLD_AFTER: TimeDelta = TimeDelta::minutes(5);
/// What is told of the machine is worth reading for so long.
const TOLD_WITHIN: TimeDelta = TimeDelta::hours(12);
/// A process whose clock is wrong says so twice a minute. Where several share the database, one that
/// has not for so long has ended, or its clock is right.
const CLOCK_SAID_WITHIN: TimeDelta = TimeDelta::minutes(2);
/// When Telegram last answered anyone, in milliseconds of *its* time.
const ANSWERED_AT: &str = "telegram_answered_at";
/// When a process last found its clock wrong, in milliseconds of Telegram's time.
const CLOCK_WRONG_AT: &str = "clock_wrong_at";
/// When the last backup was made, in milliseconds.
pub const BACKUP_AT: &str = "backup_at";

/// Makes sure that there is a self-test every morning; to be called at start.
pub(super) async fn keep_self_test(
    tx: &mut Tx,
    now: DateTime<Utc>,
) -> Result<(), CoordinationError> {
    Ok(tx.duty_keep(DUTY_SELF_TEST, "all", next_self_test(now)).await?)
}

fn next_self_test(now: DateTime<Utc>) -> DateTime<Utc> {
    let (hour, minute) = SELF_TEST_AT;
    morning::next_at(NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default(), now)
}

/// Looks at everything and tells the desk, without a sound.
pub(super) async fn self_test(tx: &mut Tx, now: DateTime<Utc>) -> Result<(), CoordinationError> {
    tx.duty_set(DUTY_SELF_TEST, "all", next_self_test(now)).await?;
    let inbox = tx.inbox_counts().await?;
    let queue = tx.queue_counts().await?.iter().map(|count| count.count).sum();
    let stuck = tx.queue_due_since(now - DUE_WITHIN).await?.is_some();
    let subscribers = tx.watcher_count().await?;
    let backup_at = instant(tx, BACKUP_AT).await?;
    let pulse = tx.pulse();
    let skew = pulse.skew();
    let telegram_seconds =
        pulse.answered.age().map(|age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX));
    let answers = telegram_seconds.is_some_and(|seconds| seconds <= ANSWERED_WITHIN_SECONDS);
    let test = SelfTest {
        at: now,
        well: answers && !stuck && inbox.aside == 0 && trust(skew) == Trust::Right,
        telegram_seconds,
        queue,
        inbox: inbox.new,
        aside: inbox.aside,
        clock_seconds: skew.map(|skew| skew.num_seconds()),
        subscribers,
        backup_at,
    };
    tx.journal_append("self_test", &json!({ "well": test.well }), now).await?;
    let say = Say::Upkeep(Upkeep::SelfTest(test));
    tell(tx, Role::Coordinator, &say, Mode::Quiet, SELF_TEST_WITHIN, now).await
}

/// To be called twice a minute: notes that Telegram answers and how the clock is, tells the team when
/// one or the other was not so, and decides anew what a wrong clock held back. Says whether anything
/// is to be sent.
///
/// # Errors
/// When it could not be written down; nothing has happened then.
pub async fn in_touch(
    store: &Store,
    house: &House,
    now: DateTime<Utc>,
) -> Result<bool, CoordinationError> {
    let pulse = store.pulse();
    let Some(seen) = pulse.answered_at() else { return Ok(false) };
    let skew = pulse.skew().unwrap_or_default();
    let mut tx = store.begin().await?;
    // Of several processes that come back at once, one tells it.
    tx.lock_decisions().await?;
    let mut told = cut_off(&mut tx, seen - skew, now).await?;
    told |= clock(&mut tx, skew, now, store.is_shared()).await?;
    let held = if trust(Some(skew)) < Trust::Wrong { pulse.held_back() } else { BTreeSet::new() };
    for zone in held.iter().filter_map(|zone| zone.parse::<Zone>().ok()) {
        tx.lock_zone(&zone).await?;
        reconsider(&mut tx, house, &zone, &Cause::Other, now).await?;
        told = true;
    }
    tx.commit().await?;
    for zone in &held {
        pulse.let_go(zone);
    }
    Ok(told)
}

/// Telegram answered at `answered`, by its own time: if that is long after it last did, the desk is
/// told that reports of that time come late.
async fn cut_off(
    tx: &mut Tx,
    answered: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, CoordinationError> {
    let before = instant(tx, ANSWERED_AT).await?;
    if before.is_some_and(|before| before >= answered) {
        return Ok(false);
    }
    tx.meta_set(ANSWERED_AT, &answered.timestamp_millis().to_string()).await?;
    let Some(from) = before.filter(|before| answered - *before > CUT_OFF_TOLD_AFTER) else {
        return Ok(false);
    };
    tx.journal_append("cut_off", &json!({ "from": from, "until": answered }), now).await?;
    let say = Say::Upkeep(Upkeep::CutOff { from, until: answered });
    tell(tx, Role::Coordinator, &say, Mode::Quiet, TOLD_WITHIN, now).await?;
    Ok(true)
}

/// Tells the team when the clock becomes wrong and when it is right again, once each.
async fn clock(
    tx: &mut Tx,
    skew: TimeDelta,
    now: DateTime<Utc>,
    shared: bool,
) -> Result<bool, CoordinationError> {
    let at = now - skew;
    let said_at = instant(tx, CLOCK_WRONG_AT).await?;
    let said_lately = said_at.is_some_and(|said| (at - said).abs() <= CLOCK_SAID_WITHIN);
    let upkeep = if trust(Some(skew)) == Trust::Wrong {
        tx.meta_set(CLOCK_WRONG_AT, &at.timestamp_millis().to_string()).await?;
        if said_at.is_some() {
            return Ok(false);
        }
        // Rounded up: "wrong by 2 minutes" begins at 120 seconds.
        Upkeep::ClockWrong { minutes: (skew.num_seconds().abs() + 59) / 60 }
    } else {
        if said_at.is_none() || (shared && said_lately) {
            return Ok(false);
        }
        tx.meta_set(CLOCK_WRONG_AT, "").await?;
        Upkeep::ClockRight
    };
    let kind = if upkeep == Upkeep::ClockRight { "clock_right" } else { "clock_wrong" };
    tx.journal_append(kind, &json!({ "seconds": skew.num_seconds() }), now).await?;
    tell(tx, Role::Observer, &Say::Upkeep(upkeep), Mode::Ring, TOLD_WITHIN, now).await?;
    Ok(true)
}

/// What a wrong clock holds back is decided, and told to nobody.
pub(super) fn held_back(tx: &Tx, zone: &Zone, outcomes: Vec<Outcome>) -> Vec<Outcome> {
    let trust = tx.pulse().trust();
    let mut held = false;
    let outcomes = outcomes
        .into_iter()
        .map(|outcome| match outcome {
            Outcome::Tell(telling) if !may_tell(trust, telling.kind, &telling.audience) => {
                held = true;
                let (convoy, visit) = (telling.convoy, telling.visit);
                Outcome::Silent { convoy, visit, reason: Reason::ClockWrong }
            }
            other => other,
        })
        .collect();
    if held {
        tx.pulse().hold_back(zone.as_str());
    }
    outcomes
}

async fn instant(tx: &mut Tx, key: &str) -> Result<Option<DateTime<Utc>>, CoordinationError> {
    let millis = tx.meta_get(key).await?.and_then(|text| text.parse::<i64>().ok());
    Ok(millis.and_then(DateTime::from_timestamp_millis))
}

/// Says something to everyone of the team from this role on.
async fn tell(
    tx: &mut Tx,
    from_role: Role,
    say: &Say,
    mode: Mode,
    within: TimeDelta,
    now: DateTime<Utc>,
) -> Result<(), CoordinationError> {
    let say_json = serde_json::to_string(say)?;
    for person in tx.team(from_role, now).await? {
        let answer = Answer {
            to: person.chat,
            lang: person.lang,
            say_json: &say_json,
            mode,
            urgency: Urgency::Team,
            edit: None,
            reply: None,
            thread: None,
            expires_at: now + within,
        };
        tx.answer_add(&answer, now).await?;
    }
    Ok(())
}
