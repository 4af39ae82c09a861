//! The journal's rows. The chain is the domain's; here each entry is written after the last one,
//! with nobody between, in the transaction of what it tells.
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};

use super::dialect::{all, first, run};
use super::row::At;
use super::{StorageError, Tx, millis};
use crate::domain::journal::{GENESIS, Hash, Link, commitment, link};

/// One entry, for reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub seq: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// What it tells.
    pub kind: String,
    /// The JSON text that the chain commits to; `None` once erased.
    pub payload: Option<String>,
}

impl Tx {
    /// Writes an entry and gives its number. The payload's JSON text holds `kind` and `at` (UTC) and
    /// the fields of `payload`, which holds no person.
    pub async fn journal_append(
        &mut self,
        kind: &str,
        payload: &Value,
        now: DateTime<Utc>,
    ) -> Result<i64, StorageError> {
        let (last, prev) = self.journal_head_locked().await?;
        let mut fields = match payload {
            Value::Object(fields) => fields.clone(),
            Value::Null => Map::new(),
            other => Map::from_iter([("data".to_owned(), other.clone())]),
        };
        // A field of the same name would be lost without a word.
        debug_assert!(!fields.contains_key("kind") && !fields.contains_key("at"), "{kind}");
        let at = now.to_rfc3339_opts(SecondsFormat::Millis, true);
        fields.insert("kind".to_owned(), Value::from(kind));
        fields.insert("at".to_owned(), Value::from(at));
        let text = serde_json::to_string(&fields)?;
        let mut nonce = [0u8; 16];
        self.entropy.fill(&mut nonce);
        let commitment = commitment(&nonce, &text);
        let hash = link(&prev, &commitment);
        let seq = last + 1;
        run!(
            self.conn,
            "INSERT INTO journal (seq, at, kind, payload, nonce, commitment, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            seq,
            millis(now),
            kind,
            text.as_str(),
            nonce.to_vec(),
            commitment.to_vec(),
            hash.to_vec()
        )?;
        run!(
            self.conn,
            "UPDATE journal_head SET seq = $1, hash = $2 WHERE one = 1",
            seq,
            hash.to_vec()
        )?;
        Ok(seq)
    }

    /// The last entry, held until the transaction ends so that no other process writes between.
    pub(super) async fn journal_head_locked(&mut self) -> Result<(i64, Hash), StorageError> {
        run!(
            self.conn,
            "INSERT INTO journal_head (one, seq, hash) VALUES (1, 0, $1) ON CONFLICT (one) DO NOTHING",
            GENESIS.to_vec()
        )?;
        let sql = self.conn.pick(
            "SELECT seq, hash FROM journal_head WHERE one = 1",
            "SELECT seq, hash FROM journal_head WHERE one = 1 FOR UPDATE",
        );
        let row: Option<(i64, Vec<u8>)> = first!(self.conn, sql)?;
        Self::head_of(row)
    }

    /// The number and hash of the last entry; 0 and [`GENESIS`] where there is none. The chain must
    /// end here: an end that was cut off shows.
    pub async fn journal_head(&mut self) -> Result<(i64, Hash), StorageError> {
        let row: Option<(i64, Vec<u8>)> =
            first!(self.conn, "SELECT seq, hash FROM journal_head WHERE one = 1")?;
        Self::head_of(row)
    }

    /// When the last entry was written; `None` where there is none.
    pub async fn journal_last_at(&mut self) -> Result<Option<DateTime<Utc>>, StorageError> {
        let row: Option<(i64,)> =
            first!(self.conn, "SELECT at FROM journal ORDER BY seq DESC LIMIT 1")?;
        let at = At { table: "journal", row: "last" };
        at.instant_if("at", row.map(|(written,)| written))
    }

    fn head_of(row: Option<(i64, Vec<u8>)>) -> Result<(i64, Hash), StorageError> {
        let at = At { table: "journal_head", row: "1" };
        match row {
            Some((seq, hash)) => Ok((seq, at.bytes("hash", hash)?)),
            None => Ok((0, GENESIS)),
        }
    }

    /// Entries written in `[since, until)` with a number above `after`, in order.
    pub async fn journal_range(
        &mut self,
        since: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Entry>, StorageError> {
        let rows: Vec<(i64, i64, String, Option<String>)> = all!(
            self.conn,
            "SELECT seq, at, kind, payload FROM journal
             WHERE seq > $1 AND at >= $2 AND at < $3 ORDER BY seq LIMIT $4",
            after,
            since.map_or(i64::MIN, millis),
            until.map_or(i64::MAX, millis),
            limit
        )?;
        rows.into_iter()
            .map(|(seq, written, kind, payload)| {
                let name = seq.to_string();
                let at = At { table: "journal", row: &name };
                let at = at.instant("at", written)?;
                Ok(Entry { seq, at, kind, payload })
            })
            .collect()
    }

    /// Entries with a number above `after`, as links of the chain, to be checked.
    pub async fn journal_links(
        &mut self,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Link>, StorageError> {
        type Row = (i64, Option<String>, Option<Vec<u8>>, Vec<u8>, Vec<u8>);
        let rows: Vec<Row> = all!(
            self.conn,
            "SELECT seq, payload, nonce, commitment, hash FROM journal
             WHERE seq > $1 ORDER BY seq LIMIT $2",
            after,
            limit
        )?;
        rows.into_iter()
            .map(|(seq, payload, nonce, commitment, hash)| {
                let name = seq.to_string();
                let at = At { table: "journal", row: &name };
                Ok(Link {
                    seq,
                    payload,
                    nonce: nonce.map(|n| at.bytes("nonce", n)).transpose()?,
                    commitment: at.bytes("commitment", commitment)?,
                    hash: at.bytes("hash", hash)?,
                })
            })
            .collect()
    }

    /// Erases what an entry tells; the chain still verifies. `false`: unknown, or erased before.
    pub async fn journal_erase(&mut self, seq: i64) -> Result<bool, StorageError> {
        let erased = run!(
            self.conn,
            "UPDATE journal SET payload = NULL, nonce = NULL WHERE seq = $1 AND payload IS NOT NULL",
            seq
        )?;
        Ok(erased == 1)
    }
}
