//! Letters and who gets them. Recipients are chosen inside the database and never loaded: a
//! broadcast to ten thousand is two statements. Sending is `dispatch`'s; the rows it works on are
//! in `delivery`.
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

use super::dialect::{all, first, run};
use super::row::{At, code};
use super::{Call, StorageError, Tx, millis};
use crate::domain::alert::{Alert, AlertKind, Audience, Mode, Thread, Urgency};
use crate::domain::delivery::DeliveryState;
use crate::domain::id::{AlertId, LetterId};
use crate::domain::lang::Lang;
use crate::domain::mirror::carried;
use crate::domain::person::Chat;
use crate::domain::site::SiteCode;
use crate::proof::{self, Defect};
use crate::vault::Sealed;

/// A message to one chat.
#[derive(Clone)]
pub struct Answer<'a> {
    /// To whom.
    pub to: Chat,
    /// In which language.
    pub lang: Lang,
    /// What it says, as JSON.
    pub say_json: &'a str,
    /// How it arrives.
    pub mode: Mode,
    /// Its place in the order of sending.
    pub urgency: Urgency,
    /// Replaces the text of this message.
    pub edit: Option<i64>,
    /// Quotes this message.
    pub reply: Option<i64>,
    /// Joins this chat to a thread of alerts at its present version, so that what follows in the
    /// thread follows here too.
    pub thread: Option<&'a Thread>,
    /// After this it is no longer sent.
    pub expires_at: DateTime<Utc>,
}

/// How many deliveries of a letter are in which state.
pub type Progress = BTreeMap<DeliveryState, i64>;

// Recipients, as the end of one INSERT … SELECT. Each text names $7 and $8, so that one list of
// values fits all of them.
/// Possibly reached by what the thread said before.
const REACHED: &str = "FROM person p WHERE p.chat_hash IN (
    SELECT r.chat_hash FROM delivery r WHERE r.thread = $2 AND r.version < $3 AND r.attempts > 0
      AND r.state NOT IN ('blocked', 'refused', 'left'))
    AND $7 = $7 AND $8 = $8";
const SITE: &str = "FROM watch w JOIN person p ON p.chat_hash = w.chat_hash
    WHERE w.site = $7 AND $8 = $8";
const TEAM: &str = "FROM person p WHERE p.role IN ('observer', 'coordinator', 'admin')
    AND (p.role_until IS NULL OR p.role_until > $6) AND $7 = $7 AND $8 = $8";
const DESK: &str = "FROM person p WHERE p.role IN ('coordinator', 'admin')
    AND (p.role_until IS NULL OR p.role_until > $6) AND $7 = $7 AND $8 = $8";

impl Tx {
    /// Queues an alert for its audience, as it stands now, and for the channels that carry it, and
    /// gives how many rows that made. The
    /// sites of the alert's zone are needed for an audience by zone.
    ///
    /// Whatever of the thread still waits is overtaken: never tried, it is superseded; tried without
    /// an answer, it stays as *maybe*. A retraction goes to those alone who may have got what it
    /// retracts.
    pub async fn enqueue_alert(
        &mut self,
        alert: &Alert,
        sites_of_zone: &[SiteCode],
    ) -> Result<u64, StorageError> {
        let retracts = alert.text.kind == AlertKind::Retracted;
        let nothing = String::new;
        let (from, first_value, second_value) = match &alert.audience {
            Audience::ReachedHereOnly(others) => {
                (self.reached_here_only(), serde_json::to_string(others)?, nothing())
            }
            _ if retracts => (REACHED.to_owned(), nothing(), nothing()),
            Audience::Reached => (REACHED.to_owned(), nothing(), nothing()),
            Audience::Site(site) => (SITE.to_owned(), site.to_string(), nothing()),
            Audience::Team => (TEAM.to_owned(), nothing(), nothing()),
            Audience::Desk => (DESK.to_owned(), nothing(), nothing()),
            Audience::Zone(_, except) => (
                self.of_zone(),
                serde_json::to_string(sites_of_zone)?,
                serde_json::to_string(except)?,
            ),
        };
        let from = match retracts && proof::broken(Defect::MaybeNotRetracted) {
            true => from.replace("r.attempts > 0", "r.state = 'sent'"),
            false => from,
        };
        self.hold_open_rows(&alert.thread).await?;
        self.call(Call::Queued);
        let mut queued = self.enqueue_from(alert, &from, first_value, second_value).await?;
        if let Some((from, first, second)) = self.carriers(carried(alert), &alert.zone)? {
            queued += self.enqueue_from(alert, &from, first, second).await?;
        }
        self.overtake(&alert.thread, alert.version, alert.decided_at).await?;
        Ok(queued)
    }

    /// A row for each recipient that `from` finds.
    async fn enqueue_from(
        &mut self,
        alert: &Alert,
        from: &str,
        first_value: String,
        second_value: String,
    ) -> Result<u64, StorageError> {
        let sql = format!(
            "INSERT INTO delivery (letter_id, chat_hash, chat_sealed, lang, thread, version, urgency, ring,
                 state, attempts, next_at)
             SELECT $1, p.chat_hash, p.chat_sealed, p.lang, $2, $3, $4, $5, 'queued', 0, $6 {from}"
        );
        Ok(run!(
            self.conn,
            AssertSqlSafe(sql),
            alert.id.as_str(),
            alert.thread.0.as_str(),
            alert.version,
            alert.urgency as i64,
            rings(alert.mode),
            millis(alert.decided_at),
            first_value,
            second_value
        )?)
    }

    /// Whatever of a thread still waits in versions before this one is not tried any more.
    pub(super) async fn overtake(
        &mut self,
        thread: &Thread,
        version: i64,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        if proof::broken(Defect::SupersededStillSent) {
            return Ok(());
        }
        run!(
            self.conn,
            "UPDATE delivery SET state = CASE WHEN attempts > 0 THEN 'maybe' ELSE 'superseded' END,
                 settled_at = $3, chat_sealed = NULL
             WHERE settled_at IS NULL AND state = 'queued' AND letter_id IN (
               SELECT id FROM letter WHERE thread = $1 AND version < $2 AND closed_at IS NULL)",
            thread.0.as_str(),
            version,
            millis(now)
        )?;
        Ok(())
    }

    /// Where several processes send: waits until none of them is claiming or settling what is open of
    /// this thread, and keeps it so until the transaction ends. Only then is it certain who was
    /// possibly reached, and that nothing overtaken is claimed.
    async fn hold_open_rows(&mut self, thread: &Thread) -> Result<(), StorageError> {
        self.lock_decisions().await?;
        let sql = self.conn.pick(
            "",
            "SELECT 1 FROM delivery WHERE settled_at IS NULL AND letter_id IN (
               SELECT id FROM letter WHERE thread = $1 AND closed_at IS NULL)
             ORDER BY letter_id, chat_hash FOR UPDATE",
        );
        if !sql.is_empty() {
            run!(self.conn, sql, thread.0.as_str())?;
        }
        Ok(())
    }

    /// Recipients possibly reached by this thread and by none of the listed ones.
    fn reached_here_only(&self) -> String {
        format!(
            "{REACHED} AND p.chat_hash NOT IN (
                 SELECT o.chat_hash FROM delivery o WHERE o.thread IN {} AND o.attempts > 0)",
            self.conn.listed(7)
        )
    }

    /// The residents of a zone's sites, except of some.
    fn of_zone(&self) -> String {
        format!(
            "FROM person p WHERE p.chat_hash IN (SELECT chat_hash FROM watch WHERE site IN {})
               AND p.chat_hash NOT IN (SELECT chat_hash FROM watch WHERE site IN {})",
            self.conn.listed(7),
            self.conn.listed(8)
        )
    }

    /// Queues a message to one chat.
    pub async fn answer_add(
        &mut self,
        answer: &Answer<'_>,
        now: DateTime<Utc>,
    ) -> Result<LetterId, StorageError> {
        self.call(Call::Queued);
        let id = LetterId::fresh(now, &*self.entropy);
        let thread = answer.thread.map(|thread| thread.0.as_str());
        let version: Option<(Option<i64>,)> = match thread {
            Some(thread) => {
                first!(self.conn, "SELECT MAX(version) FROM alert WHERE thread = $1", thread)?
            }
            None => None,
        };
        let version = version.and_then(|(version,)| version).unwrap_or(0);
        let say = self.vault.seal(Sealed::Say, answer.say_json.as_bytes())?;
        run!(
            self.conn,
            "INSERT INTO letter (id, thread, version, mode, urgency, say_sealed, created_at, expires_at,
                 edit_message_id, reply_message_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            id.as_str(),
            thread,
            version,
            code(&answer.mode)?,
            answer.urgency as i64,
            say,
            millis(now),
            millis(answer.expires_at),
            answer.edit,
            answer.reply
        )?;
        run!(
            self.conn,
            "INSERT INTO delivery (letter_id, chat_hash, chat_sealed, lang, thread, version, urgency, ring,
                 state, attempts, next_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', 0, $9)",
            id.as_str(),
            self.vault.hash(answer.to).0.to_vec(),
            self.vault.seal_chat(answer.to)?,
            answer.lang.as_str(),
            thread,
            version,
            answer.urgency as i64,
            rings(answer.mode),
            millis(now)
        )?;
        Ok(id)
    }

    /// Closes the letters whose every delivery has ended, each once, and gives the alerts among them
    /// with how their deliveries ended.
    pub async fn close_finished(
        &mut self,
        now: DateTime<Utc>,
    ) -> Result<Vec<(AlertId, Progress)>, StorageError> {
        let mut letters: Vec<(String, Option<String>)> = all!(
            self.conn,
            "UPDATE letter SET closed_at = $1 WHERE closed_at IS NULL AND NOT EXISTS (
               SELECT 1 FROM delivery d WHERE d.settled_at IS NULL AND d.letter_id = letter.id)
             RETURNING id, alert_id",
            millis(now)
        )?;
        letters.sort();
        let mut finished = Vec::new();
        for (letter, alert) in letters {
            if let Some(alert) = alert {
                let progress = self.letter_progress(&LetterId::from(letter)).await?;
                finished.push((AlertId::from(alert), progress));
            }
        }
        Ok(finished)
    }

    /// How a letter stands with its recipients, those counted at the purge included.
    pub async fn letter_progress(&mut self, letter: &LetterId) -> Result<Progress, StorageError> {
        let rows: Vec<(String, i64)> = all!(
            self.conn,
            "SELECT state, COUNT(*) FROM delivery WHERE letter_id = $1 GROUP BY state
             UNION ALL SELECT state, n FROM delivery_count WHERE letter_id = $1",
            letter.as_str()
        )?;
        let at = At { table: "delivery", row: letter.as_str() };
        let mut progress = Progress::new();
        for (state, count) in rows {
            let state = DeliveryState::from_code(&state).ok_or_else(|| at.wrong("state"))?;
            *progress.entry(state).or_default() += count;
        }
        Ok(progress)
    }
}

/// Whether a message of this mode makes a sound by itself.
fn rings(mode: Mode) -> bool {
    matches!(mode, Mode::Ring | Mode::Reply)
}
