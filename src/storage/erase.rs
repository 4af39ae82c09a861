//! Erasing a person at once, on an admin's word: beyond what leaving erases, everything that still
//! links to them within the usual terms of retention.
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::dialect::run;
use super::{StorageError, Tx};
use crate::domain::person::Chat;

/// What was erased, in rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// The person: 1 or 0.
    pub persons: u64,
    /// Sightings that lost their reporter and the words as typed.
    pub sightings: u64,
    /// Messages to them alone that lost their words.
    pub letters: u64,
    /// Updates of theirs that waited or were set aside.
    pub updates: u64,
}

impl Erased {
    /// Whether there was nothing to erase.
    pub fn is_nothing(&self) -> bool {
        *self == Erased::default()
    }
}

impl Tx {
    /// Erases all that is kept of a chat. `reporter` is the context of its pseudonym as a reporter.
    /// Call `Store::after_erasure` after the commit.
    pub async fn erase_person(
        &mut self,
        chat: Chat,
        reporter: &str,
        now: DateTime<Utc>,
    ) -> Result<Erased, StorageError> {
        let hash = self.vault.hash(chat).0.to_vec();
        let pseudonym = self.vault.pseudonym(chat, reporter);
        let sightings = run!(
            self.conn,
            "UPDATE sighting SET pseudonym = NULL, forward_of = NULL, said_sealed = NULL
             WHERE pseudonym = $1",
            pseudonym
        )?;
        // Their number stays known, so that an update that comes again is not taken for a new one.
        let updates = run!(
            self.conn,
            "UPDATE inbox SET state = 'done', payload_sealed = NULL, chat_hash = NULL
             WHERE chat_hash = $1",
            hash.clone()
        )?;
        let letters = self.own_letters_emptied(hash).await?;
        let persons = u64::from(self.forget_person(chat, now).await?);
        Ok(Erased { persons, sightings, letters, updates })
    }

    /// Messages to this chat alone become counts, and lose their words.
    async fn own_letters_emptied(&mut self, hash: Vec<u8>) -> Result<u64, StorageError> {
        run!(
            self.conn,
            "INSERT INTO delivery_count (letter_id, state, n)
             SELECT d.letter_id, CASE WHEN d.settled_at IS NULL THEN 'left' ELSE d.state END, 1
             FROM delivery d JOIN letter l ON l.id = d.letter_id
             WHERE d.chat_hash = $1 AND l.alert_id IS NULL
             ON CONFLICT (letter_id, state) DO UPDATE SET n = delivery_count.n + excluded.n",
            hash.clone()
        )?;
        let emptied = run!(
            self.conn,
            "UPDATE letter SET say_sealed = NULL, edit_message_id = NULL, reply_message_id = NULL
             WHERE alert_id IS NULL AND id IN (SELECT letter_id FROM delivery WHERE chat_hash = $1)",
            hash.clone()
        )?;
        run!(
            self.conn,
            "DELETE FROM delivery WHERE chat_hash = $1
               AND letter_id IN (SELECT id FROM letter WHERE alert_id IS NULL)",
            hash
        )?;
        Ok(emptied)
    }
}
