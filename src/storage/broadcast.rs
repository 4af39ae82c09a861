//! How broadcasts go: which there were, where each stands, and the line about one for the desk.
//! Counts alone leave this file; who is behind a row never does.
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::dialect::{all, first, run};
use super::row::{At, code};
use super::{StorageError, Tx, millis};
use crate::domain::alert::{Alert, AlertKind, Mode, Thread, Urgency};
use crate::domain::broadcast::{MEASURED_OVER, Standing};
use crate::domain::delivery::DeliveryState;
use crate::domain::id::{AlertId, LetterId};
use crate::vault::Sealed;

/// Messages a second of all senders together, as set.
const RATE: &str = "rate";
/// Begins the identifier of a line's letter. It sorts after every hexadecimal digit, so that among
/// messages of one urgency a line goes last: an answer to a person never waits for it.
const LINE_LETTER: &str = "line-";

/// State, count, last end and recent ends, as selected.
type Counted = (String, i64, Option<i64>, i64);

/// A line about a broadcast.
pub struct Line<'a> {
    /// The message it is: what was said in it before is replaced.
    pub thread: &'a Thread,
    /// What it says, as JSON.
    pub say_json: &'a str,
    /// Its place in the order of sending.
    pub urgency: Urgency,
    /// After this it is no longer sent.
    pub expires_at: DateTime<Utc>,
}

impl Tx {
    /// The alerts to residents decided at `t` or later, oldest first. Found by their identifiers,
    /// which are in order of time.
    pub async fn broadcasts_since(&mut self, t: DateTime<Utc>) -> Result<Vec<Alert>, StorageError> {
        let rows: Vec<(String, String)> = all!(
            self.conn,
            "SELECT id, body FROM alert WHERE id >= $1 AND decided_at >= $2 AND kind <> $3
             ORDER BY decided_at, id",
            first_id_at(t),
            millis(t),
            AlertKind::Card.code()
        )?;
        rows.iter().map(|(id, body)| At { table: "alert", row: id }.json("body", body)).collect()
    }

    /// One alert.
    pub async fn alert(&mut self, id: &AlertId) -> Result<Option<Alert>, StorageError> {
        let row: Option<(String,)> =
            first!(self.conn, "SELECT body FROM alert WHERE id = $1", id.as_str())?;
        let at = At { table: "alert", row: id.as_str() };
        row.map(|(body,)| at.json("body", &body)).transpose()
    }

    /// Where an alert stands with its recipients at `now`.
    pub async fn standing(
        &mut self,
        alert: &Alert,
        now: DateTime<Utc>,
    ) -> Result<Standing, StorageError> {
        let rows: Vec<Counted> = all!(
            self.conn,
            "SELECT state, COUNT(*), MAX(settled_at),
                    COALESCE(SUM(CASE WHEN settled_at > $2 THEN 1 ELSE 0 END), 0)
             FROM delivery WHERE letter_id = $1 GROUP BY state
             UNION ALL SELECT state, n, NULL, 0 FROM delivery_count WHERE letter_id = $1",
            alert.id.as_str(),
            millis(now - MEASURED_OVER)
        )?;
        let at = At { table: "delivery", row: alert.id.as_str() };
        let mut standing = Standing {
            counts: Default::default(),
            before: 0,
            lately: 0,
            begun_at: alert.decided_at,
            last_at: None,
        };
        for (state, count, last, lately) in rows {
            let state = DeliveryState::from_code(&state).ok_or_else(|| at.wrong("state"))?;
            *standing.counts.entry(state).or_default() += count;
            standing.lately += lately;
            standing.last_at = standing.last_at.max(at.instant_if("settled_at", last)?);
        }
        if standing.open() > 0 {
            let before: Option<(i64,)> = first!(
                self.conn,
                "SELECT COUNT(*) FROM delivery WHERE state = 'queued' AND (urgency, letter_id) < ($1, $2)",
                alert.urgency as i64,
                alert.id.as_str()
            )?;
            standing.before = before.map_or(0, |(n,)| n);
        }
        Ok(standing)
    }

    /// The version of the alert's thread that began the message its recipients now see: later ones
    /// only changed its text.
    pub async fn message_begun_by(&mut self, alert: &Alert) -> Result<AlertId, StorageError> {
        let row: Option<(String,)> = first!(
            self.conn,
            "SELECT a.id FROM alert a JOIN letter l ON l.id = a.id
             WHERE a.thread = $1 AND a.version <= $2 AND l.mode <> $3
             ORDER BY a.version DESC LIMIT 1",
            alert.thread.0.as_str(),
            alert.version,
            code(&Mode::Edit)?
        )?;
        Ok(row.map_or_else(|| alert.id.clone(), |(id,)| AlertId::from(id)))
    }

    /// How many of the desk read lines now.
    pub async fn line_readers(&mut self, now: DateTime<Utc>) -> Result<i64, StorageError> {
        let count: Option<(i64,)> = first!(
            self.conn,
            "SELECT COUNT(*) FROM person WHERE role IN ('coordinator', 'admin')
               AND (role_until IS NULL OR role_until > $1)",
            millis(now)
        )?;
        Ok(count.map_or(0, |(n,)| n))
    }

    /// What a line said last, as JSON; `None` where it was never written.
    pub async fn line_last(&mut self, thread: &Thread) -> Result<Option<String>, StorageError> {
        let row: Option<(String, Option<Vec<u8>>)> = first!(
            self.conn,
            "SELECT l.id, l.say_sealed FROM letter l JOIN (
               SELECT letter_id FROM delivery WHERE thread = $1 ORDER BY version DESC LIMIT 1) d
             ON d.letter_id = l.id",
            thread.0.as_str()
        )?;
        let Some((id, Some(sealed))) = row else { return Ok(None) };
        let at = At { table: "letter", row: &id };
        Ok(Some(at.text("say_sealed", self.vault.open(Sealed::Say, &sealed)?)?))
    }

    /// Queues a line for every coordinator and admin: it replaces the text of the one before, which
    /// is never sent any more where it still waits. Gives to how many.
    pub async fn line_add(
        &mut self,
        line: &Line<'_>,
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        let thread = line.thread.0.as_str();
        let last: Option<(Option<i64>,)> =
            first!(self.conn, "SELECT MAX(version) FROM delivery WHERE thread = $1", thread)?;
        let version = last.and_then(|(version,)| version).unwrap_or(0) + 1;
        let fresh = LetterId::fresh(now, &*self.entropy);
        let id = format!("{LINE_LETTER}{fresh}");
        run!(
            self.conn,
            "INSERT INTO letter (id, thread, version, mode, urgency, say_sealed, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            id.as_str(),
            thread,
            version,
            code(&Mode::Edit)?,
            line.urgency as i64,
            self.vault.seal(Sealed::Say, line.say_json.as_bytes())?,
            millis(now),
            millis(line.expires_at)
        )?;
        let queued = run!(
            self.conn,
            "INSERT INTO delivery (letter_id, chat_hash, chat_sealed, lang, thread, version, urgency, ring,
                 state, attempts, next_at)
             SELECT $1, p.chat_hash, p.chat_sealed, p.lang, $2, $3, $4, $5, 'queued', 0, $6
             FROM person p WHERE p.role IN ('coordinator', 'admin')
               AND (p.role_until IS NULL OR p.role_until > $6)",
            id.as_str(),
            thread,
            version,
            line.urgency as i64,
            false,
            millis(now)
        )?;
        self.overtake(line.thread, version, now).await?;
        Ok(queued)
    }

    /// Remembers how many messages a second may be sent, all senders together.
    pub async fn rate_set(&mut self, rate: f64) -> Result<(), StorageError> {
        self.meta_set(RATE, &rate.to_string()).await
    }

    /// How many messages a second may be sent, all senders together; `None` before the first start.
    pub async fn rate(&mut self) -> Result<Option<f64>, StorageError> {
        let rate = self.meta_get(RATE).await?;
        Ok(rate.and_then(|text| text.parse().ok()).filter(|rate: &f64| *rate > 0.0))
    }
}

/// The smallest identifier that can have been made at `t` (UUID version 7: milliseconds first).
fn first_id_at(t: DateTime<Utc>) -> String {
    let millis = u64::try_from(t.timestamp_millis()).unwrap_or(0);
    let id = Uuid::from_u128(u128::from(millis) << 80);
    id.simple().to_string()
}
