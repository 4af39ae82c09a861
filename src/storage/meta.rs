//! Small facts about the database itself, its running numbers and its epoch.
use chrono::{DateTime, Utc};

use super::dialect::{first, run};
use super::row::At;
use super::{StorageError, Store, Tx, millis};

/// The key of the epoch.
const EPOCH: &str = "epoch";
/// The key under which a database says where everything in it has gone.
const MOVED_TO: &str = "moved_to";

impl Store {
    /// A service on a database that was moved would tell people a second time what they were told.
    pub(super) async fn refuse_if_moved(&self) -> Result<(), StorageError> {
        match self.read().await?.meta_get(MOVED_TO).await? {
            None => Ok(()),
            Some(place) => Err(StorageError::Refused(format!(
                "everything in this database was moved to {place}: set DATABASE_URL to that address"
            ))),
        }
    }
}

impl Tx {
    /// A remembered value.
    pub async fn meta_get(&mut self, key: &str) -> Result<Option<String>, StorageError> {
        let row: Option<(String,)> =
            first!(self.conn, "SELECT value FROM meta WHERE key = $1", key)?;
        Ok(row.map(|(value,)| value))
    }

    /// Remembers a value.
    pub async fn meta_set(&mut self, key: &str, value: &str) -> Result<(), StorageError> {
        run!(
            self.conn,
            "INSERT INTO meta (key, value) VALUES ($1, $2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            key,
            value
        )?;
        Ok(())
    }

    /// Remembers a value unless there is one, and gives the one that holds.
    pub async fn meta_first(&mut self, key: &str, value: &str) -> Result<String, StorageError> {
        run!(
            self.conn,
            "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING",
            key,
            value
        )?;
        let at = At { table: "meta", row: key };
        self.meta_get(key).await?.ok_or_else(|| at.wrong("value"))
    }

    /// Notes that everything in this database was moved to `place`, a name without a password.
    pub async fn moved_to(&mut self, place: &str) -> Result<(), StorageError> {
        self.meta_set(MOVED_TO, place).await
    }

    /// The epoch: how often this database was restored from a backup.
    pub async fn epoch(&mut self) -> Result<i64, StorageError> {
        let at = At { table: "meta", row: EPOCH };
        match self.meta_get(EPOCH).await? {
            Some(text) => at.parsed("value", &text),
            None => Ok(0),
        }
    }

    /// After a restore: a new epoch begins, above `known` where a later one was known, and nothing
    /// that was queued in the old one is ever sent. Gives the new epoch and how many deliveries this
    /// ended.
    pub async fn raise_epoch(
        &mut self,
        known: i64,
        now: DateTime<Utc>,
    ) -> Result<(i64, u64), StorageError> {
        let epoch = self.epoch().await?.max(known) + 1;
        self.meta_set(EPOCH, &epoch.to_string()).await?;
        let ended = run!(
            self.conn,
            "UPDATE delivery SET state = CASE WHEN attempts > 0 THEN 'maybe' ELSE 'expired' END,
                 settled_at = $1, chat_sealed = NULL, claimed_by = NULL, claimed_until = NULL
             WHERE settled_at IS NULL",
            millis(now)
        )?;
        Ok((epoch, ended))
    }

    /// The next of a running number; it never goes back, and waits for another transaction's.
    pub(super) async fn next_number(&mut self, name: &'static str) -> Result<i64, StorageError> {
        let next: Option<(i64,)> = first!(
            self.conn,
            "UPDATE counter SET value = value + 1 WHERE name = $1 RETURNING value",
            name
        )?;
        let at = At { table: "counter", row: name };
        next.map(|(n,)| n).ok_or_else(|| at.wrong("value"))
    }
}
