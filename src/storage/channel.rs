//! Channels that mirror what residents are told. The chat and the title are sealed; what is on its
//! way to a channel stands in the same table as what is on its way to people.
use chrono::{DateTime, Utc};

use super::dialect::{all, first, run};
use super::row::At;
use super::{StorageError, Tx, millis};
use crate::domain::mirror::{Carried, Channel, DUTY_MIRROR_REFUSED, Mirrors};
use crate::domain::person::{Chat, ChatHash};
use crate::domain::site::Zone;
use crate::vault::Sealed;

/// Number, sealed chat, sealed title, language and zone, as selected.
type Row = (i64, Vec<u8>, Vec<u8>, Option<String>, Option<String>);

/// The columns of [`Row`].
macro_rules! channels_where {
    ($rest:literal) => {
        concat!("SELECT no, chat_sealed, title_sealed, lang, zone FROM channel ", $rest)
    };
}

/// A channel in errors: never which.
const A_CHANNEL: At = At { table: "channel", row: "(a channel)" };

impl Tx {
    /// The bot may write in a channel: remembers it until somebody says what it mirrors, and gives
    /// it as it is known.
    pub async fn channel_offer(
        &mut self,
        chat: Chat,
        title: &str,
        now: DateTime<Utc>,
    ) -> Result<Channel, StorageError> {
        if let Some(known) = self.channel_by_chat(chat).await? {
            return Ok(known);
        }
        let no = self.next_number("channel").await?;
        run!(
            self.conn,
            "INSERT INTO channel (chat_hash, no, chat_sealed, title_sealed, since)
             VALUES ($1, $2, $3, $4, $5)",
            self.vault.hash(chat).0.to_vec(),
            no,
            self.vault.seal_chat(chat)?,
            self.vault.seal(Sealed::Title, title.as_bytes())?,
            millis(now)
        )?;
        Ok(Channel { no, chat, title: title.to_owned(), mirrors: None })
    }

    /// From now on the channel carries what it mirrors. `false`: it is gone, or mirrors something
    /// already.
    pub async fn channel_adopt(
        &mut self,
        no: i64,
        mirrors: &Mirrors,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let adopted = run!(
            self.conn,
            "UPDATE channel SET lang = $2, zone = $3, since = $4 WHERE no = $1 AND lang IS NULL",
            no,
            mirrors.lang.as_str(),
            mirrors.zone.as_str(),
            millis(now)
        )?;
        Ok(adopted == 1)
    }

    /// The channel of a chat.
    pub async fn channel_by_chat(&mut self, chat: Chat) -> Result<Option<Channel>, StorageError> {
        let hash = self.vault.hash(chat).0.to_vec();
        let row: Option<Row> = first!(self.conn, channels_where!("WHERE chat_hash = $1"), hash)?;
        row.map(|row| self.read_channel(row)).transpose()
    }

    /// The channel of a number.
    pub async fn channel(&mut self, no: i64) -> Result<Option<Channel>, StorageError> {
        let row: Option<Row> = first!(self.conn, channels_where!("WHERE no = $1"), no)?;
        row.map(|row| self.read_channel(row)).transpose()
    }

    /// Every channel, those not decided on included, in the order in which they came.
    pub async fn channels(&mut self) -> Result<Vec<Channel>, StorageError> {
        let rows: Vec<Row> = all!(self.conn, channels_where!("ORDER BY no"))?;
        rows.into_iter().map(|row| self.read_channel(row)).collect()
    }

    /// Forgets a channel: what was on its way to it ends as *left*. Gives it as it was. Call
    /// `Store::after_erasure` after the commit.
    pub async fn channel_end(
        &mut self,
        no: i64,
        now: DateTime<Utc>,
    ) -> Result<Option<Channel>, StorageError> {
        let Some(channel) = self.channel(no).await? else { return Ok(None) };
        self.deliveries_left(self.vault.hash(channel.chat), now).await?;
        run!(self.conn, "DELETE FROM channel WHERE no = $1", no)?;
        Ok(Some(channel))
    }

    /// A chat refused the bot for good: if it is a channel's, its end falls due at once.
    pub async fn channel_refused(
        &mut self,
        chat: ChatHash,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let row: Option<(i64,)> =
            first!(self.conn, "SELECT no FROM channel WHERE chat_hash = $1", chat.0.to_vec())?;
        let Some((no,)) = row else { return Ok(false) };
        self.duty_set(DUTY_MIRROR_REFUSED, &no.to_string(), now).await?;
        Ok(true)
    }

    /// Forgets the channels offered before `t` that nobody has decided on. Gives how many.
    pub(super) async fn channels_forgotten_before(
        &mut self,
        t: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        Ok(run!(self.conn, "DELETE FROM channel WHERE lang IS NULL AND since < $1", millis(t))?)
    }

    /// The channels that carry an alert, as the end of an `INSERT … SELECT` that binds the alert's
    /// thread and version as $2 and $3, and as $7 and $8 the two values given.
    pub(super) fn carriers(
        &self,
        carried: Carried<'_>,
        zone: &Zone,
    ) -> Result<Option<(String, String, String)>, StorageError> {
        /// Possibly reached by what the thread said before.
        const REACHED: &str = "p.chat_hash IN (
            SELECT r.chat_hash FROM delivery r WHERE r.thread = $2 AND r.version < $3 AND r.attempts > 0
              AND r.state NOT IN ('blocked', 'refused', 'left'))";
        let (which, value) = match carried {
            Carried::ByNone => return Ok(None),
            Carried::ByAll => ("$7 = $7".to_owned(), String::new()),
            Carried::ByReached => (format!("{REACHED} AND $7 = $7"), String::new()),
            Carried::ByReachedHereOnly(others) => (
                format!(
                    "{REACHED} AND p.chat_hash NOT IN (
                       SELECT o.chat_hash FROM delivery o WHERE o.thread IN {} AND o.attempts > 0)",
                    self.conn.listed(7)
                ),
                serde_json::to_string(others)?,
            ),
        };
        let from = format!("FROM channel p WHERE p.lang IS NOT NULL AND p.zone = $8 AND {which}");
        Ok(Some((from, value, zone.to_string())))
    }

    fn read_channel(&self, row: Row) -> Result<Channel, StorageError> {
        let (no, chat, title, lang, zone) = row;
        let mirrors = match (lang, zone) {
            (Some(lang), Some(zone)) => Some(Mirrors {
                lang: A_CHANNEL.parsed("lang", &lang)?,
                zone: A_CHANNEL.parsed("zone", &zone)?,
            }),
            _ => None,
        };
        Ok(Channel {
            no,
            chat: self.vault.open_chat(&chat)?,
            title: A_CHANNEL.text("title_sealed", self.vault.open(Sealed::Title, &title)?)?,
            mirrors,
        })
    }
}
