//! Claims: which deliveries are to be made now, taken in order of urgency under a lease, so that the
//! intent is committed before any call. How they end is in `delivery`. Storage never sends, and never
//! decides whether a message is still fresh.
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

use super::delivery::listed;
use super::dialect::{all, first, run};
use super::row::At;
use super::{StorageError, Tx, millis};
use crate::domain::alert::{Mode, Thread, Urgency};
use crate::domain::id::{AlertId, LetterId};
use crate::domain::lang::Lang;
use crate::domain::person::{Chat, ChatHash};
use crate::vault::Sealed;

/// A delivery to make now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The letter.
    pub letter_id: LetterId,
    /// The alert it carries, if it carries one.
    pub alert: Option<AlertId>,
    /// To whom.
    pub chat: Chat,
    /// The same, as settled by.
    pub chat_hash: ChatHash,
    /// In which language.
    pub lang: Lang,
    /// How it arrives.
    pub mode: Mode,
    /// Whether it must sound even if its mode alone would not: an earlier version that would have
    /// rung was not heard.
    pub ring: bool,
    /// Its place in the order of sending.
    pub urgency: Urgency,
    /// What it says, as JSON.
    pub say_json: String,
    /// The message whose text it replaces, if it names one.
    pub edit_message_id: Option<i64>,
    /// The message it quotes, if it names one.
    pub reply_message_id: Option<i64>,
    /// The thread it belongs to.
    pub thread: Option<Thread>,
    /// Its version in the thread.
    pub version: i64,
    /// Tries that may have arrived, this one included.
    pub attempts: i64,
    /// After this it is not sent.
    pub expires_at: DateTime<Utc>,
    /// The last message of this thread that this chat is known to have.
    pub previous_message_id: Option<i64>,
}

/// A row of the queue: letter, chat, thread, version, ring or unheard, attempts, message before.
type Due = (String, Vec<u8>, Option<Vec<u8>>, String, Option<String>, i64, bool, i64, Option<i64>);

/// A letter: alert, mode, urgency, what it says, expiry, edited message, quoted message.
type Letter = (Option<String>, String, i64, Option<Vec<u8>>, i64, Option<i64>, Option<i64>);

/// What makes a queued row of `d` ready at `$1`: it is due; nothing is under way to its chat; no
/// earlier version of its thread may still arrive there; and no row of the chat comes before it.
macro_rules! ready {
    () => {
        "d.state = 'queued' AND d.next_at <= $1 AND NOT EXISTS (
           SELECT 1 FROM delivery e WHERE e.chat_hash = d.chat_hash AND e.settled_at IS NULL AND (
             e.state = 'sending'
             OR (e.thread = d.thread AND e.version < d.version AND e.attempts > 0)
             OR (e.next_at <= $1 AND (e.urgency, e.letter_id) < (d.urgency, d.letter_id)
                 AND NOT EXISTS (
                   SELECT 1 FROM delivery f WHERE f.chat_hash = e.chat_hash AND f.settled_at IS NULL
                     AND f.thread = e.thread AND f.version < e.version AND f.attempts > 0))))"
    };
}

/// The rows to claim, with what their chat has had of the thread.
macro_rules! due {
    ($lock:literal) => {
        due!("", $lock)
    };
    ($among:literal, $lock:literal) => {
        concat!(
            "SELECT d.letter_id, d.chat_hash, d.chat_sealed, d.lang, d.thread, d.version,
               (d.ring OR EXISTS (
                 SELECT 1 FROM delivery o WHERE o.thread = d.thread AND o.chat_hash = d.chat_hash
                   AND o.version < d.version AND o.ring AND o.state <> 'sent' AND NOT EXISTS (
                     SELECT 1 FROM delivery h WHERE h.thread = d.thread AND h.chat_hash = d.chat_hash
                       AND h.version > o.version AND h.state = 'sent'))),
               d.attempts,
               (SELECT m.message_id FROM delivery m WHERE m.thread = d.thread AND m.chat_hash = d.chat_hash
                  AND m.message_id IS NOT NULL AND m.version <= d.version
                  ORDER BY m.version DESC, m.letter_id DESC LIMIT 1)
             FROM delivery d WHERE ",
            ready!(),
            $among,
            " ORDER BY d.urgency, d.letter_id, d.chat_hash LIMIT $2",
            $lock
        )
    };
}

impl Tx {
    /// Claims at most `limit` deliveries that are due, in order of urgency, letter and chat, one a
    /// chat. Commit before the first call to Telegram: the commit is the intent.
    pub async fn claim(
        &mut self,
        limit: i64,
        worker: &str,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Claimed>, StorageError> {
        self.lock_claims().await?;
        let sql = self.conn.pick(due!(""), due!(" FOR UPDATE OF d SKIP LOCKED"));
        let rows: Vec<Due> = all!(self.conn, sql, millis(now), limit)?;
        self.take(rows, worker, lease_until, now).await
    }

    /// As [`Tx::claim`], among the rows of one urgency alone.
    pub async fn claim_of(
        &mut self,
        urgency: Urgency,
        limit: i64,
        worker: &str,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Claimed>, StorageError> {
        self.lock_claims().await?;
        let sql = self.conn.pick(
            due!(" AND d.urgency = $3", ""),
            due!(" AND d.urgency = $3", " FOR UPDATE OF d SKIP LOCKED"),
        );
        let rows: Vec<Due> = all!(self.conn, sql, millis(now), limit, urgency as i64)?;
        self.take(rows, worker, lease_until, now).await
    }

    /// Claims of several processes are made one after another. Skipping locked rows is not enough for
    /// *one a chat*: of two claims at once, one may see a more urgent row that the other did not see
    /// yet, and each would take another row of the same chat. It is the last lock a transaction
    /// takes, so it is held no longer than a commit.
    async fn lock_claims(&mut self) -> Result<(), StorageError> {
        self.conn.lock("claims").await
    }

    /// Commits the worker to rows that were found ready.
    async fn take(
        &mut self,
        rows: Vec<Due>,
        worker: &str,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Claimed>, StorageError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let keys = listed(rows.iter().map(|row| (row.0.as_str(), row.1.as_slice(), 0)))?;
        let sql = format!(
            "UPDATE delivery SET state = 'sending', attempts = attempts + 1, claimed_by = $2, claimed_until = $3
             WHERE (letter_id, chat_hash) IN (SELECT text, bytes FROM ({}) keys)",
            self.conn.triples(1)
        );
        run!(self.conn, AssertSqlSafe(sql), keys, worker, millis(lease_until))?;
        let mut letters: BTreeMap<String, (Letter, String)> = BTreeMap::new();
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            let key = (row.0.clone(), row.1.clone());
            match self.read_claimed(row, &mut letters).await {
                Ok(one) => claimed.push(one),
                // One row that cannot be understood must not silence everyone behind it.
                Err(error @ (StorageError::Inconsistent { .. } | StorageError::Vault(_))) => {
                    tracing::error!(letter = key.0, %error, "a delivery cannot be read and is refused");
                    self.refuse(key, now).await?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(claimed)
    }

    async fn read_claimed(
        &mut self,
        row: Due,
        letters: &mut BTreeMap<String, (Letter, String)>,
    ) -> Result<Claimed, StorageError> {
        if !letters.contains_key(&row.0) {
            let letter = self.letter_of(&row.0).await?;
            letters.insert(row.0.clone(), letter);
        }
        match letters.get(&row.0) {
            Some((letter, say)) => self.claimed(&row, letter, say),
            None => Err(At { table: "letter", row: &row.0 }.wrong("id")),
        }
    }

    async fn refuse(
        &mut self,
        (letter, chat): (String, Vec<u8>),
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        run!(
            self.conn,
            "UPDATE delivery SET state = 'refused', settled_at = $3, chat_sealed = NULL,
                 claimed_by = NULL, claimed_until = NULL
             WHERE letter_id = $1 AND chat_hash = $2",
            letter,
            chat,
            millis(now)
        )?;
        Ok(())
    }

    async fn letter_of(&mut self, id: &str) -> Result<(Letter, String), StorageError> {
        let at = At { table: "letter", row: id };
        let letter: Option<Letter> = first!(
            self.conn,
            "SELECT alert_id, mode, urgency, say_sealed, expires_at, edit_message_id, reply_message_id
             FROM letter WHERE id = $1",
            id
        )?;
        let letter = letter.ok_or_else(|| at.wrong("id"))?;
        let sealed = letter.3.as_deref().ok_or_else(|| at.wrong("say_sealed"))?;
        let say = at.text("say_sealed", self.vault.open(Sealed::Say, sealed)?)?;
        Ok((letter, say))
    }

    fn claimed(&self, row: &Due, letter: &Letter, say: &str) -> Result<Claimed, StorageError> {
        let (id, hash, sealed, lang, thread, version, ring, attempts, previous) = row;
        let (alert, mode, urgency, _, expires_at, edit, reply) = letter;
        let at = At { table: "delivery", row: id };
        let sealed = sealed.as_deref().ok_or_else(|| at.wrong("chat_sealed"))?;
        Ok(Claimed {
            alert: alert.clone().map(AlertId::from),
            chat: self.vault.open_chat(sealed)?,
            chat_hash: at.hash("chat_hash", hash.clone())?,
            lang: at.parsed("lang", lang)?,
            mode: at.coded("mode", mode.clone())?,
            ring: *ring,
            urgency: urgency_of(*urgency).ok_or_else(|| at.wrong("urgency"))?,
            say_json: say.to_owned(),
            edit_message_id: *edit,
            reply_message_id: *reply,
            thread: thread.clone().map(Thread),
            version: *version,
            attempts: attempts + 1,
            expires_at: at.instant("expires_at", *expires_at)?,
            previous_message_id: *previous,
            letter_id: LetterId::from(id.as_str()),
        })
    }

    /// When there is something to claim: `now` if there is already, else the time of the next try or
    /// of the next lease that ends. `None`: nothing waits.
    pub async fn next_due(
        &mut self,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StorageError> {
        let ready: Option<(i64,)> = first!(
            self.conn,
            concat!(
                "SELECT d.next_at FROM delivery d WHERE ",
                ready!(),
                " ORDER BY d.urgency, d.letter_id, d.chat_hash LIMIT 1"
            ),
            millis(now)
        )?;
        if ready.is_some() {
            return Ok(Some(now));
        }
        let waits: Option<(Option<i64>,)> = first!(
            self.conn,
            "SELECT MIN(t) FROM (
               SELECT MIN(next_at) AS t FROM delivery WHERE state = 'queued' AND next_at > $1
               UNION ALL SELECT MIN(claimed_until) FROM delivery WHERE state = 'sending') w",
            millis(now)
        )?;
        let at = At { table: "delivery", row: "next" };
        at.instant_if("next_at", waits.and_then(|(t,)| t))
    }
}

/// The urgency of a stored number.
pub(super) fn urgency_of(number: i64) -> Option<Urgency> {
    [
        Urgency::Retraction,
        Urgency::Threatened,
        Urgency::Answer,
        Urgency::Team,
        Urgency::Zone,
        Urgency::Rest,
    ]
    .into_iter()
    .find(|urgency| *urgency as i64 == number)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use secrecy::SecretBox;

    use super::*;
    use crate::storage::Store;
    use crate::storage::dialect::Conn;
    use crate::vault::{SystemEntropy, Vault};

    /// What SQLite means to do for a statement, in words.
    async fn plan(sql: &str, values: &[i64]) -> String {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", directory.path().join("vigie.db").display());
        let vault = Vault::from_key(&SecretBox::new(Box::new([7; 32])));
        let Ok(store) = Store::open(&url, vault, Arc::new(SystemEntropy)).await else {
            panic!("not opened");
        };
        let mut tx = store.begin().await.unwrap();
        let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
        let Conn::Sqlite(conn) = &mut tx.conn else { panic!("not SQLite") };
        let mut query = sqlx::query_as(explain);
        for value in values {
            query = query.bind(*value);
        }
        let steps: Vec<(i64, i64, i64, String)> = query.fetch_all(&mut **conn).await.unwrap();
        steps.into_iter().map(|(.., step)| step + "\n").collect()
    }

    #[tokio::test]
    async fn a_claim_walks_the_queue_in_its_order_and_sorts_nothing() {
        let plan = plan(due!(""), &[0, 30]).await;
        assert!(plan.starts_with("SCAN d USING INDEX delivery_due"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        assert_eq!(plan.matches("SCAN").count(), 1, "only the queue is walked: {plan}");
        assert!(plan.contains("SEARCH e USING INDEX delivery_of_chat"), "{plan}");
        assert!(plan.contains("SEARCH o USING INDEX delivery_thread"), "{plan}");
    }

    #[tokio::test]
    async fn a_group_is_written_by_its_keys_and_what_is_over_is_never_walked() {
        let rows = "SELECT value ->> 0 AS text, unhex(value ->> 1) AS bytes FROM json_each('[]')";
        let claim = format!(
            "UPDATE delivery SET state = 'sending' WHERE (letter_id, chat_hash) IN (SELECT text, bytes FROM ({rows}) k)"
        );
        let settle = format!(
            "UPDATE delivery SET state = 'sent' FROM ({rows}) k WHERE letter_id = k.text AND chat_hash = k.bytes"
        );
        for sql in [claim, settle] {
            let plan = plan(&sql, &[]).await;
            assert!(plan.contains("PRIMARY KEY (letter_id=? AND chat_hash=?)"), "{plan}");
        }
        let finished = "UPDATE letter SET closed_at = 1 WHERE closed_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM delivery d WHERE d.settled_at IS NULL AND d.letter_id = letter.id)";
        let overtaken =
            "UPDATE delivery SET state = 'superseded' WHERE settled_at IS NULL AND state = 'queued'
            AND letter_id IN (SELECT id FROM letter WHERE thread = 't' AND closed_at IS NULL)";
        for sql in [finished, overtaken] {
            let plan = plan(sql, &[]).await;
            assert!(plan.contains("INDEX delivery_open (settled_at=? AND letter_id=?)"), "{plan}");
            assert!(plan.contains("letter USING INDEX letter_open"), "{plan}");
        }
    }

    #[tokio::test]
    async fn a_row_that_cannot_be_read_is_refused_and_silences_nobody_else() {
        use crate::domain::alert::{Mode, Urgency};
        use crate::storage::Answer;
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", directory.path().join("vigie.db").display());
        let vault = Vault::from_key(&SecretBox::new(Box::new([7; 32])));
        let Ok(store) = Store::open(&url, vault, Arc::new(SystemEntropy)).await else {
            panic!("not opened");
        };
        let now = DateTime::UNIX_EPOCH;
        let mut tx = store.begin().await.unwrap();
        for chat in 1..=3 {
            let answer = Answer {
                to: Chat(chat),
                lang: Lang::FR,
                say_json: "{}",
                mode: Mode::Quiet,
                urgency: Urgency::Answer,
                edit: None,
                reply: None,
                thread: None,
                expires_at: now,
            };
            tx.answer_add(&answer, now).await.unwrap();
        }
        for (chat, damage) in [
            (1, "UPDATE delivery SET chat_sealed = chat_hash WHERE chat_hash = $1"),
            (
                2,
                "UPDATE letter SET say_sealed = NULL WHERE id IN (SELECT letter_id FROM delivery WHERE chat_hash = $1)",
            ),
        ] {
            let hash = store.hash(Chat(chat)).0.to_vec();
            assert_eq!(run!(tx.conn, damage, hash).unwrap(), 1);
        }
        let claimed = tx.claim(9, "w", now, now).await.unwrap();
        assert_eq!(claimed.iter().map(|c| c.chat.0).collect::<Vec<_>>(), [3]);
        assert_eq!(tx.next_due(now).await.unwrap(), Some(now), "only the lease is left");
        assert_eq!(tx.release_all(now).await.unwrap(), 1);
    }
}
