//! Deliveries after their claim: settled in a named state, released when their sender died, expired,
//! left behind. A state that is settled stays, except that a *maybe* may turn out to be *sent*.
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

use super::dialect::{all, first, run};
use super::row::At;
use super::{Call, StorageError, Tx, millis};
use crate::domain::delivery::{ATTEMPTS_MAX, DeliveryState, Settled, after_doubt};
use crate::domain::id::LetterId;
use crate::domain::person::ChatHash;
use crate::proof::{self, Defect};

impl Tx {
    /// Records how tries ended; gives how many rows that changed. A row is only changed by the
    /// `worker` that holds it, so that a late answer does not undo another's claim; but a message
    /// that was accepted was accepted, whoever holds the row now.
    pub async fn settle(
        &mut self,
        worker: &str,
        rows: &[(LetterId, ChatHash, Settled)],
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        self.hold(rows).await?;
        let sent = rows.iter().filter_map(|(letter, chat, how)| match how {
            Settled::Sent(message) => Some((letter.as_str(), chat.0.as_slice(), *message)),
            _ => None,
        });
        let mut changed = self.settle_sent(listed(sent)?, now).await?;
        for (letter, chat, how) in rows {
            let ended = match *how {
                Settled::Sent(_) => continue,
                Settled::Again { at, counts } => {
                    let again = (at, counts);
                    changed += self.settle_again(worker, letter, *chat, again, now).await?;
                    continue;
                }
                Settled::Maybe => DeliveryState::Maybe,
                Settled::Blocked => DeliveryState::Blocked,
                Settled::Refused => DeliveryState::Refused,
                Settled::Expired => DeliveryState::Expired,
                Settled::Superseded => DeliveryState::Superseded,
            };
            changed += self.settle_as(ended, worker, letter, *chat, now).await?;
        }
        Ok(changed)
    }

    /// Where several processes share the rows: holds these, in the order in which everybody does, so
    /// that what is read of them and of their threads in the next statements stands.
    async fn hold(&mut self, rows: &[(LetterId, ChatHash, Settled)]) -> Result<(), StorageError> {
        if rows.is_empty() || !self.conn.pick(false, true) {
            return Ok(());
        }
        let keys = listed(rows.iter().map(|row| (row.0.as_str(), row.1.0.as_slice(), 0)))?;
        let sql = format!(
            "SELECT 1 FROM delivery WHERE (letter_id, chat_hash) IN (SELECT text, bytes FROM ({}) keys)
             ORDER BY letter_id, chat_hash FOR UPDATE",
            self.conn.triples(1)
        );
        run!(self.conn, AssertSqlSafe(sql), keys)?;
        Ok(())
    }

    /// Records accepted messages, all in one statement: this is what nearly every try ends in.
    async fn settle_sent(
        &mut self,
        accepted: String,
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        let sql = format!(
            "UPDATE delivery SET state = 'sent', message_id = accepted.number, settled_at = $2,
                 chat_sealed = NULL, claimed_by = NULL, claimed_until = NULL
             FROM ({}) accepted
             WHERE letter_id = accepted.text AND chat_hash = accepted.bytes
               AND state IN ('sending', 'queued', 'maybe')",
            self.conn.triples(1)
        );
        Ok(run!(self.conn, AssertSqlSafe(sql), accepted, millis(now))?)
    }

    /// Ends a claimed row in a named state. One that expired or was superseded after a try that may
    /// have arrived is a *maybe*.
    async fn settle_as(
        &mut self,
        state: DeliveryState,
        worker: &str,
        letter: &LetterId,
        chat: ChatHash,
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        let unsent = matches!(state, DeliveryState::Expired | DeliveryState::Superseded);
        let after_tries = if unsent { DeliveryState::Maybe } else { state };
        // The claim itself counted a try; an unsent row gives it back.
        Ok(run!(
            self.conn,
            "UPDATE delivery SET state = CASE WHEN attempts > 1 THEN $5 ELSE $4 END,
                 attempts = attempts - $6, settled_at = $7, chat_sealed = NULL, claimed_by = NULL, claimed_until = NULL
             WHERE letter_id = $1 AND chat_hash = $2 AND state = 'sending' AND claimed_by = $3",
            letter.as_str(),
            chat.0.to_vec(),
            worker,
            state.code(),
            after_tries.code(),
            i64::from(unsent),
            millis(now)
        )?)
    }

    async fn settle_again(
        &mut self,
        worker: &str,
        letter: &LetterId,
        chat: ChatHash,
        (again_at, counts): (DateTime<Utc>, bool),
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        let row: Option<(i64, bool)> = first!(
            self.conn,
            "SELECT d.attempts, EXISTS (
               SELECT 1 FROM delivery n WHERE n.thread = d.thread AND n.chat_hash = d.chat_hash
                 AND n.version > d.version)
             FROM delivery d WHERE d.letter_id = $1 AND d.chat_hash = $2 AND d.state = 'sending' AND d.claimed_by = $3",
            letter.as_str(),
            chat.0.to_vec(),
            worker
        )?;
        let Some((attempts, overtaken)) = row else {
            return Ok(0);
        };
        let attempts = if counts { attempts } else { attempts - 1 };
        let overtaken = overtaken && !proof::broken(Defect::OvertakenTriedAgain);
        let state = if proof::broken(Defect::NoCapOnCopies) && !overtaken {
            DeliveryState::Queued
        } else {
            after_doubt(attempts, overtaken)
        };
        let settled = state.is_settled().then(|| millis(now));
        Ok(run!(
            self.conn,
            "UPDATE delivery SET state = $3, attempts = $4, next_at = $5, settled_at = $6,
                 claimed_by = NULL, claimed_until = NULL
             WHERE letter_id = $1 AND chat_hash = $2",
            letter.as_str(),
            chat.0.to_vec(),
            state.code(),
            attempts,
            millis(again_at),
            settled
        )?)
    }

    /// When each of these chats was last written to, whoever did it; those alone that were at
    /// `since` or later.
    pub async fn written_since(
        &mut self,
        chats: impl Iterator<Item = ChatHash>,
        since: DateTime<Utc>,
    ) -> Result<Vec<(ChatHash, DateTime<Utc>)>, StorageError> {
        let hashes: Vec<[u8; 16]> = chats.map(|chat| chat.0).collect();
        let keys = listed(hashes.iter().map(|hash| ("", hash.as_slice(), 0)))?;
        let sql = format!(
            "SELECT chat_hash, MAX(settled_at) FROM delivery
             WHERE chat_hash IN (SELECT bytes FROM ({}) keys) AND settled_at >= $2
               AND state IN ('sent', 'maybe') GROUP BY chat_hash",
            self.conn.triples(1)
        );
        let rows: Vec<(Vec<u8>, i64)> = all!(self.conn, AssertSqlSafe(sql), keys, millis(since))?;
        let at = At { table: "delivery", row: "(of a chat)" };
        rows.into_iter()
            .map(|(chat, when)| Ok((at.hash("chat_hash", chat)?, at.instant("settled_at", when)?)))
            .collect()
    }

    /// What a worker has claimed and not settled.
    pub async fn claimed_by(
        &mut self,
        worker: &str,
    ) -> Result<Vec<(LetterId, ChatHash)>, StorageError> {
        let rows: Vec<(String, Vec<u8>)> = all!(
            self.conn,
            "SELECT letter_id, chat_hash FROM delivery WHERE state = 'sending' AND claimed_by = $1
             ORDER BY letter_id, chat_hash",
            worker
        )?;
        rows.into_iter()
            .map(|(letter, chat)| {
                let chat = At { table: "delivery", row: &letter }.hash("chat_hash", chat)?;
                Ok((LetterId::from(letter), chat))
            })
            .collect()
    }

    /// Takes back the claims whose lease is over by `now`: their sender died, and each may have
    /// arrived. They are queued again, or end as *maybe*. Gives how many.
    pub async fn release_stale(&mut self, now: DateTime<Utc>) -> Result<u64, StorageError> {
        self.release(millis(now), None, now).await
    }

    /// As [`Tx::release_stale`], for one worker that is dead, whatever the lease.
    pub async fn release_of(
        &mut self,
        worker: &str,
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        self.release(i64::MAX, Some(worker), now).await
    }

    /// As [`Tx::release_stale`], whatever the lease: for the start of the only process there is.
    pub async fn release_all(&mut self, now: DateTime<Utc>) -> Result<u64, StorageError> {
        self.release(i64::MAX, None, now).await
    }

    async fn release(
        &mut self,
        lease_until: i64,
        worker: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        self.lock_decisions().await?;
        self.call(Call::Queued);
        let ended = run!(
            self.conn,
            "UPDATE delivery SET state = 'maybe', settled_at = $2, chat_sealed = NULL,
                 claimed_by = NULL, claimed_until = NULL
             WHERE state = 'sending' AND claimed_until <= $1 AND claimed_by = COALESCE($4, claimed_by)
               AND (attempts >= $3 OR EXISTS (
               SELECT 1 FROM delivery n WHERE n.thread = delivery.thread AND n.chat_hash = delivery.chat_hash
                 AND n.version > delivery.version))",
            lease_until,
            millis(now),
            ATTEMPTS_MAX,
            worker
        )?;
        let queued = run!(
            self.conn,
            "UPDATE delivery SET state = 'queued', next_at = $2, claimed_by = NULL, claimed_until = NULL
             WHERE state = 'sending' AND claimed_until <= $1 AND claimed_by = COALESCE($3, claimed_by)",
            lease_until,
            millis(now),
            worker
        )?;
        Ok(ended + queued)
    }

    /// Ends what is queued of letters that are too old, without claiming each: unsent rows as
    /// *expired*, tried ones as *maybe*. Gives how many.
    pub async fn expire_overdue(&mut self, now: DateTime<Utc>) -> Result<u64, StorageError> {
        let ended = run!(
            self.conn,
            "UPDATE delivery SET state = CASE WHEN attempts > 0 THEN 'maybe' ELSE 'expired' END,
                 settled_at = $1, chat_sealed = NULL
             WHERE settled_at IS NULL AND state = 'queued' AND letter_id IN (
               SELECT id FROM letter WHERE expires_at <= $1 AND closed_at IS NULL)",
            millis(now)
        )?;
        Ok(ended)
    }

    /// A chat left: what was on its way to it ends as *left*, and all its rows lose both the way to
    /// reach it and the hash by which it could be recognised.
    pub(super) async fn deliveries_left(
        &mut self,
        chat: ChatHash,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let mut nobody = [0u8; 16];
        self.entropy.fill(&mut nobody);
        run!(
            self.conn,
            "UPDATE delivery SET state = CASE WHEN settled_at IS NULL THEN 'left' ELSE state END,
                 settled_at = COALESCE(settled_at, $3), chat_sealed = NULL, chat_hash = $2,
                 claimed_by = NULL, claimed_until = NULL
             WHERE chat_hash = $1",
            chat.0.to_vec(),
            nobody.to_vec(),
            millis(now)
        )?;
        Ok(())
    }

    /// A chat got another identifier: its rows follow it, except where the new one has its own.
    pub(super) async fn deliveries_moved(
        &mut self,
        old: ChatHash,
        new: ChatHash,
        sealed: Vec<u8>,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        run!(
            self.conn,
            "UPDATE delivery SET chat_hash = $2, chat_sealed = CASE WHEN settled_at IS NULL THEN $3 ELSE NULL END
             WHERE chat_hash = $1 AND letter_id NOT IN (SELECT letter_id FROM delivery WHERE chat_hash = $2)",
            old.0.to_vec(),
            new.0.to_vec(),
            sealed
        )?;
        self.deliveries_left(old, now).await
    }
}

/// Letter, chat and number of each row, as the JSON that `Conn::triples` reads.
pub(super) fn listed<'a>(
    rows: impl Iterator<Item = (&'a str, &'a [u8], i64)>,
) -> Result<String, StorageError> {
    let rows: Vec<(&str, String, i64)> =
        rows.map(|(letter, chat, number)| (letter, hex(chat), number)).collect();
    Ok(serde_json::to_string(&rows)?)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
