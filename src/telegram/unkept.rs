//! When nothing can be kept (the disk is full, the database away), nobody may think that we heard them:
//! whoever writes is told to call, straight through the courier and without the database, and the desk
//! is told that nothing goes out (FAULTS 36, 37). Never says "received", and keeps what it must
//! remember in memory alone.
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use serde_json::Value;

use super::poll::chat_of;
use crate::clock::Clock;
use crate::dispatch::{Body, Courier, Letter, Outcome, Voice};
use crate::domain::lang::Lang;
use crate::domain::person::{Chat, Role};
use crate::speech::Scene;
use crate::speech::say::{Reader, Say};
use crate::storage::{ErrorKind, StorageError, Store};

/// A chat is told once in so long, however often its updates come again meanwhile: long enough not to
/// be a flood, short enough that a second sighting of the same morning is answered again.
const SAME_CHAT_AFTER: Duration = Duration::from_secs(600);
/// The desk is told once in so long, and the log.
const DESK_AFTER: Duration = Duration::from_secs(1_800);
const LOG_AFTER: Duration = Duration::from_secs(60);
/// A database that is merely busy is waited for; after so long without one update kept, people must
/// know.
const BUSY_FOR: Duration = Duration::from_secs(15);
/// Failures further apart than this have nothing to do with each other: attempts follow each other
/// within half a minute.
const FAILURES_APART: Duration = Duration::from_secs(90);
/// So many chats are remembered as told; beyond it the memory begins anew.
const CHATS_MAX: usize = 10_000;
/// Answers on their way at once.
const AT_ONCE_MAX: usize = 8;
/// How long a database in trouble is asked for the language of those who wrote.
const LANGUAGE_WITHIN: Duration = Duration::from_secs(2);

/// Tells people that nothing is kept.
pub struct Apology {
    store: Arc<Store>,
    courier: Arc<dyn Courier>,
    voice: Voice,
    clock: Clock,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    told: BTreeMap<Chat, Instant>,
    desk: Vec<(Chat, Lang)>,
    desk_told: Option<Instant>,
    logged: Option<Instant>,
    /// Since when, and when last, attempts to keep something have failed.
    failing: Option<(Instant, Instant)>,
}

impl Apology {
    /// Speaks with this voice through `courier`; asks `store` who reads which language, if it can.
    pub fn new(
        store: Arc<Store>,
        courier: Arc<dyn Courier>,
        voice: Voice,
        clock: Clock,
    ) -> Apology {
        Apology { store, courier, voice, clock, memory: Mutex::default() }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was kept: all is well again.
    pub fn all_is_well(&self) {
        self.memory().failing = None;
    }

    /// Learns by heart who is at the desk, while the database answers.
    ///
    /// # Errors
    /// When it does not; what was known stays known.
    pub async fn learn_the_desk(&self) -> Result<(), StorageError> {
        let now = self.clock.now();
        let desk = self.store.read().await?.team(Role::Coordinator, now).await?;
        self.memory().desk = desk.into_iter().map(|person| (person.chat, person.lang)).collect();
        Ok(())
    }

    /// These updates could not be kept, or not be handled. Whoever sent them is told to call.
    pub async fn not_kept(&self, updates: &[Value], error: &StorageError) {
        let kind = error.kind();
        if !self.must_be_told(kind) {
            return;
        }
        let whom: Vec<Chat> = updates.iter().filter_map(asks).collect();
        let whom = self.not_told_lately(whom);
        let languages = tokio::time::timeout(LANGUAGE_WITHIN, self.languages(&whom)).await;
        let languages = languages.unwrap_or_default();
        let mut said: Vec<(Chat, Option<Lang>, Say)> = whom
            .into_iter()
            .map(|chat| (chat, languages.get(&chat).copied(), Say::NotReceived))
            .collect();
        if self.is_desk_due() {
            // A full disk can still be read: whoever joined the desk since is told too.
            let _ = tokio::time::timeout(LANGUAGE_WITHIN, self.learn_the_desk()).await;
        }
        said.extend(
            self.desk_to_tell().into_iter().map(|(c, lang)| (c, Some(lang), Say::CannotKeep)),
        );
        stream::iter(said)
            .for_each_concurrent(AT_ONCE_MAX, |(chat, lang, say)| async move {
                self.tell(chat, lang, &say).await;
            })
            .await;
    }

    /// Whether this is the kind of trouble in which nothing is kept.
    fn must_be_told(&self, kind: ErrorKind) -> bool {
        let mut memory = self.memory();
        let now = Instant::now();
        let lately = memory.failing.filter(|(_, last)| last.elapsed() < FAILURES_APART);
        let since = lately.map_or(now, |(since, _)| since);
        memory.failing = Some((since, now));
        let told = match kind {
            ErrorKind::DiskFull
            | ErrorKind::ReadOnly
            | ErrorKind::Unreachable
            | ErrorKind::Corrupt => true,
            ErrorKind::Busy => since.elapsed() > BUSY_FOR,
            ErrorKind::Inconsistent | ErrorKind::Refused | ErrorKind::Other => false,
        };
        if told && memory.logged.is_none_or(|at| at.elapsed() > LOG_AFTER) {
            memory.logged = Some(Instant::now());
            tracing::error!(
                alarm = "nothing_kept",
                ?kind,
                "nothing can be kept: people are told to call"
            );
        }
        told
    }

    /// Those who were not told lately, each once; they count as told from here.
    fn not_told_lately(&self, mut chats: Vec<Chat>) -> Vec<Chat> {
        let mut memory = self.memory();
        if memory.told.len() > CHATS_MAX {
            memory.told.clear();
        }
        chats.retain(|chat| {
            let due = memory.told.get(chat).is_none_or(|at| at.elapsed() > SAME_CHAT_AFTER);
            if due {
                memory.told.insert(*chat, Instant::now());
            }
            due
        });
        chats
    }

    fn is_desk_due(&self) -> bool {
        self.memory().desk_told.is_none_or(|at| at.elapsed() > DESK_AFTER)
    }

    fn desk_to_tell(&self) -> Vec<(Chat, Lang)> {
        if !self.is_desk_due() {
            return Vec::new();
        }
        let mut memory = self.memory();
        memory.desk_told = Some(Instant::now());
        memory.desk.clone()
    }

    /// The languages of those who are known; a full disk can still be read.
    async fn languages(&self, chats: &[Chat]) -> BTreeMap<Chat, Lang> {
        let mut known = BTreeMap::new();
        let Ok(mut tx) = self.store.read().await else { return known };
        for chat in chats {
            match tx.person_by_chat(*chat).await {
                Ok(person) => known.extend(person.map(|person| (*chat, person.lang))),
                Err(_) => return known,
            }
        }
        known
    }

    /// Says it, once; in French and English to whoever's language is not known.
    async fn tell(&self, chat: Chat, lang: Option<Lang>, say: &Say) {
        let languages = lang.map_or(vec![Lang::FR, Lang::EN], |lang| vec![lang]);
        let texts: Vec<String> = languages
            .into_iter()
            .map(|lang| {
                let reader = Reader { lang, now: self.clock.now(), tag: 0, desk: true };
                let phone = self.voice.phone.as_deref();
                let scene = Scene { gazetteer: &self.voice.gazetteer, phone };
                self.voice.speech.render(say, &reader, &scene).text
            })
            .collect();
        let letter = Letter {
            chat,
            body: Body::Html(texts.join("\n\n")),
            buttons: Vec::new(),
            silent: false,
            reply_to: None,
            edit: None,
            paid: false,
        };
        if !matches!(self.courier.carry(&letter).await, Outcome::Sent(_)) {
            // Telegram brings the update again, and with it another try.
            self.memory().told.remove(&chat);
        }
    }
}

/// The chat of somebody who wrote or tapped and waits for an answer; groups do not.
fn asks(update: &Value) -> Option<Chat> {
    let asked = update["message"].is_object() || update["callback_query"].is_object();
    chat_of(update).filter(|chat| asked && chat.0 > 0)
}
