//! Duties: things to do at a time, which survive a restart. What a duty means is its caller's.
use chrono::{DateTime, Utc};

use super::dialect::{all, first, run};
use super::row::At;
use super::{StorageError, Tx, millis};

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// What kind of thing.
    pub kind: String,
    /// About what: an identifier, never a chat in the clear.
    pub subject: String,
    /// When.
    pub due_at: DateTime<Utc>,
}

impl Tx {
    /// Sets when a duty is due; there is one of a kind and subject.
    pub async fn duty_set(
        &mut self,
        kind: &str,
        subject: &str,
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        run!(
            self.conn,
            "INSERT INTO duty (kind, subject, due_at) VALUES ($1, $2, $3)
             ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at",
            kind,
            subject,
            millis(due_at)
        )?;
        Ok(())
    }

    /// Sets when a duty is due, unless it is set already: so does each of several processes at its
    /// start, and one that starts late does not put the duty off.
    pub async fn duty_keep(
        &mut self,
        kind: &str,
        subject: &str,
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        run!(
            self.conn,
            "INSERT INTO duty (kind, subject, due_at) VALUES ($1, $2, $3)
             ON CONFLICT (kind, subject) DO NOTHING",
            kind,
            subject,
            millis(due_at)
        )?;
        Ok(())
    }

    /// A duty is done, or no longer needed. `false`: there was none, so somebody else did it.
    pub async fn duty_clear(&mut self, kind: &str, subject: &str) -> Result<bool, StorageError> {
        let gone =
            run!(self.conn, "DELETE FROM duty WHERE kind = $1 AND subject = $2", kind, subject)?;
        Ok(gone == 1)
    }

    /// Takes on a duty as it was read: gone from the list, unless somebody did it meanwhile or put it
    /// off. `false`: it is not ours.
    pub async fn duty_take(&mut self, duty: &Duty) -> Result<bool, StorageError> {
        let gone = run!(
            self.conn,
            "DELETE FROM duty WHERE kind = $1 AND subject = $2 AND due_at = $3",
            duty.kind.as_str(),
            duty.subject.as_str(),
            millis(duty.due_at)
        )?;
        Ok(gone == 1)
    }

    /// The duties due by `now`, longest due first.
    pub async fn duties_due(
        &mut self,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Duty>, StorageError> {
        let rows: Vec<(String, String, i64)> = all!(
            self.conn,
            "SELECT kind, subject, due_at FROM duty WHERE due_at <= $1
             ORDER BY due_at, kind, subject LIMIT $2",
            millis(now),
            limit
        )?;
        rows.into_iter()
            .map(|(kind, subject, due)| {
                let at = At { table: "duty", row: &kind };
                let due_at = at.instant("due_at", due)?;
                Ok(Duty { kind, subject, due_at })
            })
            .collect()
    }

    /// When the next duty is due.
    pub async fn next_duty(&mut self) -> Result<Option<DateTime<Utc>>, StorageError> {
        let due: Option<(Option<i64>,)> = first!(self.conn, "SELECT MIN(due_at) FROM duty")?;
        let at = At { table: "duty", row: "next" };
        at.instant_if("due_at", due.and_then(|(due,)| due))
    }
}
