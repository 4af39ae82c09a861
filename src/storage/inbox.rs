//! The inbox: every update is kept here, sealed, before it is acknowledged, and handled once. It
//! recognises duplicates by membership (identifiers restart at random after a quiet week) and never
//! looks inside an update.
use chrono::{DateTime, Utc};

use super::dialect::{all, first, run};
use super::row::At;
use super::{Call, StorageError, Tx, millis};
use crate::domain::person::{Chat, ChatHash};
use crate::vault::Sealed;

/// An update that waits to be handled.
pub struct InboxRow {
    /// Telegram's number of it.
    pub update_id: i64,
    /// Whose it is; one is handled at a time per chat.
    pub chat_hash: Option<ChatHash>,
    /// The update as it came.
    pub raw: String,
    /// How often handling it failed.
    pub attempts: i64,
    /// When it came.
    pub received_at: DateTime<Utc>,
}

/// How the inbox stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InboxCounts {
    /// Waiting.
    pub new: i64,
    /// Given up, for somebody to look at.
    pub aside: i64,
    /// When the oldest waiting one came.
    pub oldest_new: Option<DateTime<Utc>>,
}

/// The row as selected.
type Row = (i64, Option<Vec<u8>>, Option<Vec<u8>>, i64, i64);

/// Updates to be handled at `$1`, at most `$2`: the oldest of their chats.
macro_rules! next {
    ($which:literal, $lock:literal) => {
        concat!(
            "SELECT update_id, chat_hash, payload_sealed, attempts, received_at FROM inbox i
             WHERE ",
            $which,
            "state = 'new' AND next_at <= $1
               AND NOT EXISTS (SELECT 1 FROM inbox e
                               WHERE e.state = 'new' AND e.chat_hash = i.chat_hash AND e.seq < i.seq)
             ORDER BY seq LIMIT $2",
            $lock
        )
    };
}

impl Tx {
    /// Keeps an update. `false`: it was kept before, and nothing changed.
    pub async fn inbox_put(
        &mut self,
        update_id: i64,
        chat: Option<Chat>,
        raw: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let hash = chat.map(|chat| self.vault.hash(chat).0.to_vec());
        let payload = self.vault.seal(Sealed::Update, raw.as_bytes())?;
        let now = millis(now);
        let added = run!(
            self.conn,
            "INSERT INTO inbox (update_id, chat_hash, payload_sealed, state, attempts, received_at, next_at)
             VALUES ($1, $2, $3, 'new', 0, $4, $4) ON CONFLICT (update_id) DO NOTHING",
            update_id,
            hash,
            payload,
            now
        )?;
        if added == 1 {
            self.call(Call::Kept);
        }
        Ok(added == 1)
    }

    /// The oldest updates to be handled now, in order of arrival, at most one a chat: a chat whose
    /// oldest update waits for another try waits with it, so that its messages stay in order.
    pub async fn inbox_next(
        &mut self,
        limit: i64,
        now: DateTime<Utc>,
    ) -> Result<Vec<InboxRow>, StorageError> {
        // What another process is handling is locked, and passed over.
        let sql = self.conn.pick(next!("", ""), next!("", " FOR UPDATE OF i SKIP LOCKED"));
        let rows: Vec<Row> = all!(self.conn, sql, millis(now), limit)?;
        let mut next = Vec::with_capacity(rows.len());
        for row in rows {
            let update_id = row.0;
            match self.inbox_row(row) {
                Ok(row) => next.push(row),
                // It stays for somebody to look at, and holds up its own chat alone.
                Err(error) => tracing::error!(update_id, %error, "an update cannot be read"),
            }
        }
        Ok(next)
    }

    /// Takes on an update, to be handled in this transaction: nobody else has it, nor any other of
    /// its chat, until the transaction ends, however it ends. `false`: somebody else has one of them
    /// in hand, or has handled this one; or it no longer comes first in its chat.
    pub async fn inbox_take(
        &mut self,
        row: &InboxRow,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        // The chat first: whoever had it has committed by the time it is free, so that the next
        // statement sees what became of the updates before.
        if let Some(ChatHash(hash)) = row.chat_hash {
            let name =
                format!("inbox {}", hash.iter().map(|b| format!("{b:02x}")).collect::<String>());
            if !self.conn.try_lock(&name).await? {
                return Ok(false);
            }
        }
        let sql = self.conn.pick(
            next!("i.update_id = $3 AND ", ""),
            next!("i.update_id = $3 AND ", " FOR UPDATE OF i SKIP LOCKED"),
        );
        let found: Option<Row> = first!(self.conn, sql, millis(now), 1i64, row.update_id)?;
        Ok(found.is_some())
    }

    fn inbox_row(&self, row: Row) -> Result<InboxRow, StorageError> {
        let (update_id, hash, payload, attempts, received_at) = row;
        let name = update_id.to_string();
        let at = At { table: "inbox", row: &name };
        let payload = payload.ok_or_else(|| at.wrong("payload_sealed"))?;
        let plain = self.vault.open(Sealed::Update, &payload)?;
        Ok(InboxRow {
            update_id,
            chat_hash: hash.map(|h| at.hash("chat_hash", h)).transpose()?,
            raw: at.text("payload_sealed", plain)?,
            attempts,
            received_at: at.instant("received_at", received_at)?,
        })
    }

    /// An update is handled: of it only its number stays, to recognise it if it comes again.
    pub async fn inbox_done(
        &mut self,
        update_id: i64,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        run!(
            self.conn,
            "UPDATE inbox SET state = 'done', done_at = $2, payload_sealed = NULL, chat_hash = NULL
             WHERE update_id = $1",
            update_id,
            millis(now)
        )?;
        Ok(())
    }

    /// Handling an update failed: it is tried again at `retry_at`, or set aside for good.
    pub async fn inbox_failed(
        &mut self,
        update_id: i64,
        now: DateTime<Utc>,
        retry_at: Option<DateTime<Utc>>,
    ) -> Result<(), StorageError> {
        let next = millis(retry_at.unwrap_or(now));
        let state = if retry_at.is_some() { "new" } else { "aside" };
        run!(
            self.conn,
            "UPDATE inbox SET state = $2, attempts = attempts + 1, next_at = $3
             WHERE update_id = $1 AND state = 'new'",
            update_id,
            state,
            next
        )?;
        Ok(())
    }

    /// How the inbox stands.
    pub async fn inbox_counts(&mut self) -> Result<InboxCounts, StorageError> {
        let counts: Option<(i64, Option<i64>)> =
            first!(self.conn, "SELECT COUNT(*), MIN(received_at) FROM inbox WHERE state = 'new'")?;
        let aside: Option<(i64,)> =
            first!(self.conn, "SELECT COUNT(*) FROM inbox WHERE state = 'aside'")?;
        let (new, oldest) = counts.unwrap_or((0, None));
        let at = At { table: "inbox", row: "oldest" };
        Ok(InboxCounts {
            new,
            aside: aside.map_or(0, |(n,)| n),
            oldest_new: at.instant_if("received_at", oldest)?,
        })
    }
}
