//! Alerts as decided: immutable, numbered, each with the letter that carries it.
use chrono::{DateTime, Utc};

use super::dialect::{all, first, run};
use super::row::{At, code};
use super::{StorageError, Tx, millis};
use crate::domain::alert::{Alert, Thread};
use crate::domain::site::Zone;
use crate::vault::Sealed;

impl Tx {
    /// The number of a new thread (C-0412). It never goes back.
    pub async fn next_thread_no(&mut self) -> Result<i64, StorageError> {
        self.next_number("thread").await
    }

    /// Keeps an alert and its letter, which says `say_json`. Who gets it: see
    /// [`Tx::enqueue_alert`]. A second alert of one thread and version is an error.
    pub async fn alert_add(&mut self, alert: &Alert, say_json: &str) -> Result<(), StorageError> {
        run!(
            self.conn,
            "INSERT INTO alert (id, thread, version, zone, kind, decided_at, body)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            alert.id.as_str(),
            alert.thread.0.as_str(),
            alert.version,
            alert.zone.as_str(),
            alert.text.kind.code(),
            millis(alert.decided_at),
            serde_json::to_string(alert)?
        )?;
        let say = self.vault.seal(Sealed::Say, say_json.as_bytes())?;
        run!(
            self.conn,
            "INSERT INTO letter (id, alert_id, thread, version, mode, urgency, say_sealed, created_at, expires_at)
             VALUES ($1, $1, $2, $3, $4, $5, $6, $7, $8)",
            alert.id.as_str(),
            alert.thread.0.as_str(),
            alert.version,
            code(&alert.mode)?,
            alert.urgency as i64,
            say,
            millis(alert.decided_at),
            millis(alert.expires_at)
        )?;
        Ok(())
    }

    /// The alerts of a zone decided at `t` or later, in order of decision.
    pub async fn alerts_since(
        &mut self,
        zone: &Zone,
        t: DateTime<Utc>,
    ) -> Result<Vec<Alert>, StorageError> {
        let rows: Vec<(String, String)> = all!(
            self.conn,
            "SELECT id, body FROM alert WHERE zone = $1 AND decided_at >= $2 ORDER BY decided_at, id",
            zone.as_str(),
            millis(t)
        )?;
        rows.iter().map(|(id, body)| read(id, body)).collect()
    }

    /// The last alert of a thread: what its audience was last told.
    pub async fn latest_alert(&mut self, thread: &Thread) -> Result<Option<Alert>, StorageError> {
        let row: Option<(String, String)> = first!(
            self.conn,
            "SELECT id, body FROM alert WHERE thread = $1 ORDER BY version DESC LIMIT 1",
            thread.0.as_str()
        )?;
        row.map(|(id, body)| read(&id, &body)).transpose()
    }
}

fn read(id: &str, body: &str) -> Result<Alert, StorageError> {
    let at = At { table: "alert", row: id };
    at.json("body", body)
}
