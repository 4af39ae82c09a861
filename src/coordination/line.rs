//! The line by which the desk sees a broadcast go: one message per broadcast and reader, edited in
//! place while it lasts, and closed with how it ended. A durable timer brings it up to date; the
//! counting is done before anything is locked, so that no warning ever waits for it.
use chrono::{DateTime, TimeDelta, Utc};

use super::CoordinationError;
use crate::domain::alert::{Alert, AlertKind, Mode, Thread};
use crate::domain::broadcast::{Standing, is_watched, line_every, line_urgency};
use crate::domain::delivery::DeliveryState;
use crate::domain::id::AlertId;
use crate::speech::say::{BroadcastLine, LinePlace, Say};
use crate::storage::{Duty, Line, Store, Tx};

/// A broadcast is looked at.
pub const DUTY_LINE: &str = "line";
/// The threads of lines.
const LINE_THREAD: &str = "line:";
/// While the rate is not known: as Telegram allows.
const RATE_UNKNOWN: f64 = 30.0;
/// How it ended is worth telling for so long.
const END_WITHIN: TimeDelta = TimeDelta::hours(1);
/// What a running line says is of no use after this: the next one is better.
const LINE_WITHIN: TimeDelta = TimeDelta::seconds(30);

/// Has a broadcast watched, if it is large enough to last.
pub(super) async fn watch(
    tx: &mut Tx,
    alert: &Alert,
    recipients: u64,
    now: DateTime<Utc>,
) -> Result<(), CoordinationError> {
    if alert.text.kind == AlertKind::Card {
        return Ok(());
    }
    let rate = tx.rate().await?.unwrap_or(RATE_UNKNOWN);
    if is_watched(recipients, rate) {
        let readers = tx.line_readers(now).await?;
        tx.duty_set(DUTY_LINE, alert.id.as_str(), now + line_every(readers, rate)).await?;
    }
    Ok(())
}

/// Looks at a broadcast and writes what is new of it. Of several processes one does.
pub(super) async fn look(
    store: &Store,
    duty: &Duty,
    now: DateTime<Utc>,
) -> Result<(), CoordinationError> {
    let Some(seen) = see(store, duty, now).await? else {
        let mut tx = store.begin().await?;
        tx.duty_take(duty).await?;
        tx.commit().await?;
        return Ok(());
    };

    let mut tx = store.begin().await?;
    if !tx.duty_take(duty).await? {
        return Ok(());
    }
    if let Some(say_json) = &seen.say_json {
        let line = Line {
            thread: &seen.thread,
            say_json,
            urgency: line_urgency(seen.alert.urgency),
            expires_at: now + if seen.over { END_WITHIN } else { LINE_WITHIN },
        };
        tx.line_add(&line, now).await?;
    }
    if !seen.over {
        let next = now + line_every(seen.readers, seen.rate);
        tx.duty_set(DUTY_LINE, &duty.subject, next).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// What was seen.
struct Seen {
    alert: Alert,
    thread: Thread,
    /// Nothing more will happen to it.
    over: bool,
    /// What to say; `None` where nothing is new.
    say_json: Option<String>,
    readers: i64,
    rate: f64,
}

/// Counts, and words what there is to say. `None`: there is nothing to watch any more.
async fn see(
    store: &Store,
    duty: &Duty,
    now: DateTime<Utc>,
) -> Result<Option<Seen>, CoordinationError> {
    let mut tx = store.read().await?;
    let Some(alert) = tx.alert(&AlertId::from(duty.subject.as_str())).await? else {
        return Ok(None);
    };
    let latest = tx.latest_alert(&alert.thread).await?;
    // A change of the text goes on in the same line, and tells how it goes.
    if latest.is_some_and(|l| l.version > alert.version && l.mode == Mode::Edit) {
        return Ok(None);
    }
    let thread = Thread(format!("{LINE_THREAD}{}", tx.message_begun_by(&alert).await?));
    let last = tx.line_last(&thread).await?;
    let standing = tx.standing(&alert, now).await?;
    let over = standing.open() == 0;
    if (over && last.is_none()) || now > alert.expires_at + END_WITHIN {
        return Ok(None);
    }
    let rate = tx.rate().await?.unwrap_or(RATE_UNKNOWN);
    let readers = tx.line_readers(now).await?;
    let say = Say::Broadcast(told(&alert, &standing, rate, now));
    let say_json = Some(serde_json::to_string(&say)?).filter(|said| last.as_ref() != Some(said));
    Ok(Some(Seen { alert, thread, over, say_json, readers, rate }))
}

/// The numbers of a line.
fn told(alert: &Alert, standing: &Standing, rate: f64, now: DateTime<Utc>) -> BroadcastLine {
    let place = match (&alert.text.site, alert.thread.is_site()) {
        (Some(site), true) => LinePlace::Site(site.clone()),
        _ => LinePlace::Zone(alert.zone.clone()),
    };
    let over = standing.open() == 0;
    BroadcastLine {
        no: alert.text.no,
        kind: alert.text.kind,
        place,
        total: standing.total(),
        reached: standing.count(DeliveryState::Sent),
        maybe: standing.count(DeliveryState::Maybe),
        blocked: standing.count(DeliveryState::Blocked),
        refused: standing.count(DeliveryState::Refused),
        expired: standing.count(DeliveryState::Expired),
        superseded: standing.count(DeliveryState::Superseded),
        left: standing.count(DeliveryState::Left),
        seconds_left: if over { None } else { standing.seconds_left(rate, now) },
        took_seconds: over.then(|| standing.took().num_seconds().max(1)),
    }
}
