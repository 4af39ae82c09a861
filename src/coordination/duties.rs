//! Durable timers: what must happen at a moment, whoever runs then.
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::card::{self, DUTY_NOBODY_DESK, DUTY_NOBODY_RING};
use super::reconsider::{DUTY_HOLD, DUTY_OVER, Save, picture};
use super::{
    Cause, CoordinationError, House, follow, line, lose_channel, reconsider, silence, upkeep,
};
use crate::domain::alert::{Mode, Urgency};
use crate::domain::alerting::BROADCAST_WITHIN;
use crate::domain::follow::following;
use crate::domain::id::{ConvoyId, SightingId};
use crate::domain::mirror::DUTY_MIRROR_REFUSED;
use crate::domain::person::Role;
use crate::domain::retention::{RESIDENT_ASKED, RESIDENT_UNRENEWED};
use crate::domain::site::Zone;
use crate::proof::{self, Point};
use crate::speech::say::Say;
use crate::storage::{Answer, Duty, Store, Tx};

/// Reports that came in late are summed up for the desk.
const DUTY_LATE: &str = "late";
/// After an absence from Telegram open cards are posted again.
const DUTY_OUTAGE_OVER: &str = "outage_over";
/// What is kept longer than it may is erased, roles that end soon are announced.
const DUTY_HOUSE: &str = "house";
/// Late reports usually come in one batch, after an outage: the summary waits for the rest of it.
const LATE_SETTLES: TimeDelta = TimeDelta::seconds(30);
/// The summary looks back so far for late reports.
const LATE_WINDOW: TimeDelta = TimeDelta::minutes(30);
/// Retention and roles are looked after so often.
const HOUSE_EVERY: TimeDelta = TimeDelta::hours(1);
/// A role's end is announced so long before (8 weeks is a usual stay).
const ROLE_WARNED_BEFORE: TimeDelta = TimeDelta::days(7);
/// Up to when residents have been asked whether they still want warnings.
const ASKED_UNTIL: &str = "renewals_asked_until";
/// So many residents can have their renewal due at a time.
const RENEWALS_AT_ONCE: i64 = 100_000;
/// How many duties one call takes on.
const DUTIES_AT_ONCE: i64 = 50;

/// Does what is due, each in a transaction of its own, and says how many there were.
pub async fn run_due(
    store: &Store,
    house: &House,
    now: DateTime<Utc>,
) -> Result<usize, CoordinationError> {
    let due = store.read().await?.duties_due(now, DUTIES_AT_ONCE).await?;
    for duty in &due {
        if duty.kind == line::DUTY_LINE {
            look_at_broadcast(store, duty, now).await?;
            continue;
        }
        let mut tx = store.begin().await?;
        tx.lock_decisions().await?;
        // Taken first: doing it may set it anew. Another process may have done it meanwhile.
        if tx.duty_take(duty).await? {
            let erased = run(&mut tx, house, duty, now).await?;
            proof::reach(Point::DutyDone).await;
            tx.commit().await?;
            if erased && !store.after_erasure().await? {
                tracing::info!("what was erased is overwritten in the files at the next purge");
            }
        }
    }
    Ok(due.len())
}

/// A line is no warning: one that cannot be written is given up, and what else is due is not kept
/// waiting.
async fn look_at_broadcast(
    store: &Store,
    duty: &Duty,
    now: DateTime<Utc>,
) -> Result<(), CoordinationError> {
    let Err(error) = line::look(store, duty, now).await else { return Ok(()) };
    tracing::warn!(%error, "the line about a broadcast is given up");
    let mut tx = store.begin().await?;
    tx.duty_take(duty).await?;
    Ok(tx.commit().await?)
}

/// Makes sure that the hourly looking after the house and the morning's self-test go on; to be called
/// at start.
pub async fn keep_house(tx: &mut Tx, now: DateTime<Utc>) -> Result<(), CoordinationError> {
    tx.duty_set(DUTY_HOUSE, "all", now).await?;
    upkeep::keep_self_test(tx, now).await
}

/// A report came in too late to warn anybody.
pub async fn late(tx: &mut Tx, zone: &Zone, now: DateTime<Utc>) -> Result<(), CoordinationError> {
    tx.duty_set(DUTY_LATE, zone.as_str(), now + LATE_SETTLES).await?;
    Ok(())
}

/// Telegram can be reached again after taps may have been lost: to be seen to at once.
pub async fn in_reach_again(tx: &mut Tx, now: DateTime<Utc>) -> Result<(), CoordinationError> {
    tx.duty_set(DUTY_OUTAGE_OVER, "all", now).await?;
    Ok(())
}

/// Telegram was out of reach for so long that taps were lost: open cards are posted again.
pub async fn outage_over(
    tx: &mut Tx,
    house: &House,
    now: DateTime<Utc>,
) -> Result<(), CoordinationError> {
    for rules in house.gazetteer.zones() {
        tx.lock_zone(&rules.zone).await?;
        let picture = picture(tx, house, &rules.zone, now).await?;
        for convoy in picture.convoys.iter().filter(|c| c.is_open()) {
            let mut save = Save::open(tx, house, &rules.zone, now).await?;
            card::ring_again(&mut save, convoy, &picture).await?;
        }
    }
    Ok(())
}

/// Does one duty, and says whether anything was erased.
async fn run(
    tx: &mut Tx,
    house: &House,
    duty: &Duty,
    now: DateTime<Utc>,
) -> Result<bool, CoordinationError> {
    match duty.kind.as_str() {
        DUTY_HOLD => {
            if let Ok(zone) = duty.subject.parse::<Zone>() {
                tx.lock_zone(&zone).await?;
                reconsider(tx, house, &zone, &Cause::Other, now).await?;
            }
        }
        DUTY_OVER => over(tx, house, &ConvoyId::from(duty.subject.as_str()), now).await?,
        DUTY_NOBODY_RING | DUTY_NOBODY_DESK => {
            nobody(tx, house, duty, &ConvoyId::from(duty.subject.as_str()), now).await?;
        }
        silence::DUTY_SILENT | silence::DUTY_ASKED => silence::due(tx, house, duty, now).await?,
        DUTY_LATE => {
            if let Ok(zone) = duty.subject.parse::<Zone>() {
                late_summary(tx, house, &zone, now).await?;
            }
        }
        DUTY_MIRROR_REFUSED => {
            if let Ok(no) = duty.subject.parse() {
                lose_channel(tx, no, now).await?;
                return Ok(true);
            }
        }
        DUTY_OUTAGE_OVER => outage_over(tx, house, now).await?,
        upkeep::DUTY_SELF_TEST => upkeep::self_test(tx, now).await?,
        DUTY_HOUSE => return look_after(tx, now).await,
        unknown => tracing::warn!(duty = unknown, "a duty of an unknown kind was dropped"),
    }
    Ok(false)
}

/// Roles, renewals and retention.
async fn look_after(tx: &mut Tx, now: DateTime<Utc>) -> Result<bool, CoordinationError> {
    roles(tx, now).await?;
    renewals(tx, now).await?;
    let report = tx.purge(now).await?;
    if report.erased() {
        proof::reach(Point::Purging).await;
    }
    if report.erased() {
        tx.journal_append("purge", &json!({ "report": report }), now).await?;
    }
    // What is left over is gone on with at once, in a transaction of its own.
    let next = if report.more { now } else { now + HOUSE_EVERY };
    tx.duty_set(DUTY_HOUSE, "all", next).await?;
    Ok(report.erased())
}

/// Asks those whose time is nearly over whether they still want warnings: once each, however long
/// nobody looked after the house.
async fn renewals(tx: &mut Tx, now: DateTime<Utc>) -> Result<(), CoordinationError> {
    let last = tx.meta_get(ASKED_UNTIL).await?.and_then(|millis| millis.parse::<i64>().ok());
    let last = last.and_then(DateTime::<Utc>::from_timestamp_millis).unwrap_or(now - HOUSE_EVERY);
    let due = tx.persons_unrenewed_since(now - RESIDENT_ASKED, now, RENEWALS_AT_ONCE).await?;
    let say_json = serde_json::to_string(&Say::RenewAsk)?;
    for person in due.iter().filter(|person| person.renewed_at >= last - RESIDENT_ASKED) {
        let answer = Answer {
            to: person.chat,
            lang: person.lang,
            say_json: &say_json,
            mode: Mode::Quiet,
            urgency: Urgency::Rest,
            edit: None,
            reply: None,
            thread: None,
            expires_at: now + (RESIDENT_UNRENEWED - RESIDENT_ASKED),
        };
        tx.answer_add(&answer, now).await?;
    }
    tx.meta_set(ASKED_UNTIL, &now.timestamp_millis().to_string()).await?;
    Ok(())
}

/// Nobody has seen the convoy for as long as a convoy is looked for.
async fn over(
    tx: &mut Tx,
    house: &House,
    convoy: &ConvoyId,
    now: DateTime<Utc>,
) -> Result<(), CoordinationError> {
    let Some(named) = tx.sighting(&SightingId::from(convoy.as_str())).await? else {
        return Ok(());
    };
    tx.lock_zone(&named.zone).await?;
    let after = reconsider(tx, house, &named.zone, &Cause::Other, now).await?;
    let ended = after.picture.convoy(convoy).is_none_or(|c| !c.is_open());
    if ended {
        tx.journal_append("convoy_over", &json!({ "convoy": convoy }), now).await?;
        follow::close(tx, convoy, now).await?;
    }
    Ok(())
}

/// Nobody goes after the convoy: the team is rung again, then the desk.
async fn nobody(
    tx: &mut Tx,
    house: &House,
    duty: &Duty,
    convoy: &ConvoyId,
    now: DateTime<Utc>,
) -> Result<(), CoordinationError> {
    let Some(named) = tx.sighting(&SightingId::from(convoy.as_str())).await? else {
        return Ok(());
    };
    tx.lock_zone(&named.zone).await?;
    let picture = picture(tx, house, &named.zone, now).await?;
    let Some(open) = picture.convoy(convoy).filter(|c| c.is_open()) else { return Ok(()) };
    let steps = tx.follows(convoy).await?;
    if !following(&steps).is_empty() {
        return Ok(());
    }
    tx.journal_append("nobody_follows", &json!({ "convoy": convoy }), now).await?;
    let mut save = Save::open(tx, house, &named.zone, now).await?;
    if duty.kind == DUTY_NOBODY_RING {
        card::ring_again(&mut save, open, &picture).await
    } else {
        let minutes = save.unfollowed_minutes(open, &steps);
        let place = open.last_place.clone();
        save.tell_desk(&Say::NobodyFollows { convoy: convoy.clone(), place, minutes }).await
    }
}

/// One line for the desk about everything that came in late.
async fn late_summary(
    tx: &mut Tx,
    house: &House,
    zone: &Zone,
    now: DateTime<Utc>,
) -> Result<(), CoordinationError> {
    let since = now - super::SIGHTINGS_WINDOW;
    let mut late: Vec<DateTime<Utc>> = tx
        .sightings_since(zone, since)
        .await?
        .into_iter()
        .filter(|s| now - s.received_at <= LATE_WINDOW)
        .filter(|s| s.received_at - s.observed_at > BROADCAST_WITHIN)
        .map(|s| s.observed_at)
        .collect();
    late.sort();
    let (Some(from), Some(until)) = (late.first().copied(), late.last().copied()) else {
        return Ok(());
    };
    let count = i64::try_from(late.len()).unwrap_or(i64::MAX);
    let mut save = Save::open(tx, house, zone, now).await?;
    save.tell_desk(&Say::LateSummary { count, from, until }).await
}

/// Roles that end within a week are announced once; roles that have ended, too, and become a
/// resident's.
async fn roles(tx: &mut Tx, now: DateTime<Utc>) -> Result<(), CoordinationError> {
    for mut person in tx.roles_ending_before(now + ROLE_WARNED_BEFORE).await? {
        let Some(until) = person.role_until else { continue };
        let role = person.role;
        let say = if until <= now {
            person.role = Role::Resident;
            person.role_until = None;
            person.role_warned = false;
            person.tag = 0;
            // The word that it has ended must still find them, however long they were silent.
            person.renewed_at = now;
            Say::RoleEnded { role }
        } else if person.role_warned {
            continue;
        } else {
            person.role_warned = true;
            Say::RoleEnds { role, until }
        };
        tx.save_person(&person).await?;
        let say_json = serde_json::to_string(&say)?;
        let answer = Answer {
            to: person.chat,
            lang: person.lang,
            say_json: &say_json,
            mode: Mode::Quiet,
            urgency: Urgency::Rest,
            edit: None,
            reply: None,
            thread: None,
            expires_at: now + ROLE_WARNED_BEFORE,
        };
        tx.answer_add(&answer, now).await?;
        let kind = if until <= now { "role_ended" } else { "role_ends" };
        tx.journal_append(kind, &json!({ "role": role }), now).await?;
    }
    Ok(())
}
