//! A database that was put back from an older copy never tells again what it once told (FAULTS 40):
//! a new epoch begins, whatever waited to be sent is given up in a named state, and the desk is told.
//! `storage` knows how far the database had come; whether that means a restore is decided here.
use chrono::{DateTime, Utc};
use serde_json::json;

use super::{CARD_WITHIN, CoordinationError, desk};
use crate::domain::alert::{Mode, Urgency};
use crate::speech::say::Say;
use crate::storage::{Answer, Store, Tx};

/// A new epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// Its number.
    pub epoch: i64,
    /// When the last entry of the restored journal was written; the beginning of time where there is
    /// none.
    pub until: DateTime<Utc>,
    /// Messages given up.
    pub ended: i64,
}

/// Writes down how far the database has come, after a look at how far it had come when that was
/// last written: where it has fallen behind, it was restored, and that is seen to first. To be called
/// at start, now and then, and at the end.
///
/// # Errors
/// When the database does not answer. A mark that cannot be read or written is no error.
pub async fn keep_mark(
    store: &Store,
    now: DateTime<Utc>,
) -> Result<Option<Restored>, CoordinationError> {
    let kept = store.mark_read();
    let mut tx = store.begin().await?;
    // One process at a time judges whether the database was restored.
    tx.lock_decisions().await?;
    let mut begun = None;
    if let Some(mark) = kept
        && !tx.has_come_as_far(&mark).await?
    {
        begun = Some(restored(&mut tx, mark.epoch, now).await?);
    }
    let mark = tx.beat().await?;
    tx.commit().await?;
    if let Some(mark) = mark {
        store.mark_write(&mark);
    }
    if let Some(Restored { epoch, ended, .. }) = begun {
        tracing::error!(
            alarm = "restored",
            epoch,
            ended,
            "the database was put back from an older copy: what waited in it is not sent"
        );
    }
    Ok(begun)
}

/// Begins a new epoch, above the last one `known`, in a database that was restored.
///
/// # Errors
/// When the database does not let it.
pub async fn restored(
    tx: &mut Tx,
    known: i64,
    now: DateTime<Utc>,
) -> Result<Restored, CoordinationError> {
    tx.lock_decisions().await?;
    let until = tx.journal_last_at().await?.unwrap_or(DateTime::UNIX_EPOCH);
    let (epoch, ended) = tx.raise_epoch(known, now).await?;
    let ended = i64::try_from(ended).unwrap_or(i64::MAX);
    let payload = json!({ "epoch": epoch, "until": until, "given_up": ended });
    tx.journal_append("restored", &payload, now).await?;
    let say_json = serde_json::to_string(&Say::Restored { until, ended })?;
    for person in desk(tx, now).await? {
        let answer = Answer {
            to: person.chat,
            lang: person.lang,
            say_json: &say_json,
            mode: Mode::Ring,
            urgency: Urgency::Team,
            edit: None,
            reply: None,
            thread: None,
            expires_at: now + CARD_WITHIN,
        };
        tx.answer_add(&answer, now).await?;
    }
    Ok(Restored { epoch, until, ended })
}
