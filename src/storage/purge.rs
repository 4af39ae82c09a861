//! Retention, as the domain sets it: what is kept of people goes when its time is over. In steps of
//! bounded size, so that no alert ever waits behind a purge.
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::dialect::{all, first, run};
use super::row::At;
use super::{StorageError, Tx, millis};
use crate::domain::retention::{
    CHANNEL_OFFERED, DELIVERIES, INVITES, REPORTER_LINK, RESIDENT_UNRENEWED, UPDATE_IDS,
};

/// Delivery rows purged in one step: some 20 ms of the single writer.
const DELIVERIES_PER_STEP: i64 = 2_000;
/// Letters emptied, and persons forgotten, in one step.
const ROWS_PER_STEP: i64 = 200;

/// What a purge did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct PurgeReport {
    /// Sightings that lost their link to a reporter.
    pub reporters: u64,
    /// Deliveries turned into counts.
    pub deliveries: u64,
    /// Letters whose words were erased.
    pub letters: u64,
    /// Updates forgotten.
    pub updates: u64,
    /// Residents forgotten.
    pub persons: u64,
    /// Invitations forgotten.
    pub invites: u64,
    /// Channels forgotten that nobody decided on.
    pub channels: u64,
    /// There is more to do: commit, and call again.
    pub more: bool,
}

impl PurgeReport {
    /// Whether anything was erased, so that `Store::after_erasure` is due.
    pub fn erased(&self) -> bool {
        self.reporters
            + self.deliveries
            + self.letters
            + self.updates
            + self.persons
            + self.invites
            + self.channels
            > 0
    }
}

impl Tx {
    /// One step of enforcing every retention limit.
    pub async fn purge(&mut self, now: DateTime<Utc>) -> Result<PurgeReport, StorageError> {
        let mut report = PurgeReport {
            reporters: self.forget_reporters_before(now - REPORTER_LINK).await?,
            ..PurgeReport::default()
        };
        let horizon = now - DELIVERIES;
        report.deliveries = self.deliveries_purge_before(horizon).await?;
        report.letters = self.letters_emptied_before(horizon).await?;
        report.updates =
            run!(self.conn, "DELETE FROM inbox WHERE received_at < $1", millis(now - UPDATE_IDS))?;
        report.persons = self.residents_forgotten(now).await?;
        report.invites = run!(
            self.conn,
            "DELETE FROM invite WHERE expires_at < $1 OR used_at < $1",
            millis(now - INVITES)
        )?;
        report.channels = self.channels_forgotten_before(now - CHANNEL_OFFERED).await?;
        report.more = report.deliveries >= DELIVERIES_PER_STEP as u64
            || report.letters >= ROWS_PER_STEP as u64
            || report.persons >= ROWS_PER_STEP as u64;
        Ok(report)
    }

    /// Turns deliveries of letters written before `t` into counts; at most a step's worth. A letter
    /// keeps its words as long as it has rows, which is how those left to do are found. What was
    /// never settled counts as expired: it is far too old to be sent.
    pub async fn deliveries_purge_before(&mut self, t: DateTime<Utc>) -> Result<u64, StorageError> {
        run!(
            self.conn,
            "INSERT INTO delivery_count (letter_id, state, n)
             SELECT letter_id, state, COUNT(*) FROM (
               SELECT d.letter_id, CASE WHEN d.settled_at IS NULL THEN 'expired' ELSE d.state END AS state
               FROM delivery d WHERE d.letter_id IN (
                 SELECT l.id FROM letter l WHERE l.created_at < $1 AND l.say_sealed IS NOT NULL)
               ORDER BY d.letter_id, d.chat_hash LIMIT $2) gone
             WHERE 1 = 1 GROUP BY letter_id, state
             ON CONFLICT (letter_id, state) DO UPDATE SET n = delivery_count.n + excluded.n",
            millis(t),
            DELIVERIES_PER_STEP
        )?;
        Ok(run!(
            self.conn,
            "DELETE FROM delivery WHERE (letter_id, chat_hash) IN (
               SELECT d.letter_id, d.chat_hash FROM delivery d WHERE d.letter_id IN (
                 SELECT l.id FROM letter l WHERE l.created_at < $1 AND l.say_sealed IS NOT NULL)
               ORDER BY d.letter_id, d.chat_hash LIMIT $2)",
            millis(t),
            DELIVERIES_PER_STEP
        )?)
    }

    /// Erases the words of letters written before `t` whose deliveries are counts by now; the alerts
    /// themselves stay.
    async fn letters_emptied_before(&mut self, t: DateTime<Utc>) -> Result<u64, StorageError> {
        Ok(run!(
            self.conn,
            "UPDATE letter SET say_sealed = NULL, edit_message_id = NULL, reply_message_id = NULL
             WHERE id IN (SELECT l.id FROM letter l WHERE l.created_at < $1 AND l.say_sealed IS NOT NULL
                            AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.letter_id = l.id)
                          ORDER BY l.created_at LIMIT $2)",
            millis(t),
            ROWS_PER_STEP
        )?)
    }

    async fn residents_forgotten(&mut self, now: DateTime<Utc>) -> Result<u64, StorageError> {
        let gone: Vec<(Vec<u8>,)> = all!(
            self.conn,
            "SELECT chat_hash FROM person
             WHERE renewed_at < $1 AND (role = 'resident' OR role_until <= $2)
             ORDER BY renewed_at, chat_hash LIMIT $3",
            millis(now - RESIDENT_UNRENEWED),
            millis(now),
            ROWS_PER_STEP
        )?;
        let at = At { table: "person", row: "(a person)" };
        let mut count = 0;
        for (hash,) in gone {
            let hash = at.hash("chat_hash", hash)?;
            count += u64::from(self.forget_hash(hash, now).await?);
        }
        Ok(count)
    }

    /// How many rows there are that name or reach a person, by table; for `vigie doctor`.
    pub async fn kept(&mut self) -> Result<Vec<(&'static str, i64)>, StorageError> {
        let mut kept = Vec::new();
        for (table, sql) in [
            ("person", "SELECT COUNT(*) FROM person"),
            ("delivery", "SELECT COUNT(*) FROM delivery"),
            ("inbox", "SELECT COUNT(*) FROM inbox"),
            ("channel", "SELECT COUNT(*) FROM channel"),
            (
                "sighting with a reporter",
                "SELECT COUNT(*) FROM sighting WHERE pseudonym IS NOT NULL",
            ),
        ] {
            let count: Option<(i64,)> = first!(self.conn, sql)?;
            kept.push((table, count.map_or(0, |(n,)| n)));
        }
        Ok(kept)
    }
}
