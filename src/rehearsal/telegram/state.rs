//! All that the local Telegram knows, behind one lock. Plain data and the few moves that several
//! parts share; the methods of the Bot API and the acts of people are built from these.
use std::collections::BTreeMap;

use axum::body::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::journal::Journal;
use super::limits::{Counters, Limits};
use super::message::{Author, Chat, ChatKind, Message, Person, message_json};
use super::refusal::Refusal;
use super::updates::Updates;
use super::weather::{Weather, next_random};

/// Only the newest messages of a chat are kept: what a phone shows, and more than a day of them.
const MESSAGES_PER_CHAT_MAX: usize = 2_000;

/// A button press that waits for, or has had, its answer.
#[derive(Debug, Clone)]
pub(super) struct Press {
    pub person: i64,
    pub at: DateTime<Utc>,
    pub answer: Option<PressAnswer>,
}

/// What the bot answered to a press.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct PressAnswer {
    /// Shown at the top of the phone for a moment; empty shows nothing.
    pub text: String,
    /// Shown as a window that must be closed.
    pub alert: bool,
    /// When, by the server's clock.
    pub at: DateTime<Utc>,
}

/// A file the server keeps.
#[derive(Debug, Clone)]
pub(super) struct StoredFile {
    pub path: String,
    pub mime: Option<String>,
    pub bytes: Bytes,
}

/// Where updates are pushed to instead of being polled.
#[derive(Debug, Clone)]
pub(super) struct Webhook {
    pub url: String,
    pub secret: Option<String>,
    pub last_error: Option<(DateTime<Utc>, String)>,
}

/// A command menu: names and descriptions.
pub(super) type Menu = Vec<(String, String)>;

/// Everything.
pub(super) struct State {
    pub token: String,
    pub bot_name: String,
    pub bot_username: String,
    pub limits: Option<Limits>,
    pub counters: Counters,
    pub people: BTreeMap<i64, Person>,
    pub chats: BTreeMap<i64, Chat>,
    pub updates: Updates,
    pub presses: BTreeMap<String, Press>,
    pub files: BTreeMap<String, StoredFile>,
    /// By scope (in the spelling of `methods::menus`) and language code.
    pub menus: BTreeMap<(String, String), Menu>,
    pub journal: Journal,
    pub weather: Weather,
    /// How far the time it writes on its answers is ahead of its clock.
    pub skew: TimeDelta,
    pub webhook: Option<Webhook>,
    /// How long, in real time, a call that is never answered keeps its connection; without, forever.
    pub silence: Option<std::time::Duration>,
    pub last_message_id: i32,
    pub random: u64,
    /// Raised by every change that a phone could show.
    pub revision: u64,
}

impl State {
    /// The bot's own id: the number before the colon of its token, as Telegram makes them.
    pub fn bot_id(&self) -> i64 {
        let digits = self.token.split(':').next().unwrap_or_default();
        digits.parse().unwrap_or(100_001)
    }
    pub fn bot_json(&self) -> Value {
        json!({
            "id": self.bot_id(),
            "is_bot": true,
            "first_name": self.bot_name,
            "username": self.bot_username,
        })
    }
    /// A fresh identifier for files and presses.
    pub fn fresh_id(&mut self, prefix: &str) -> String {
        format!("{prefix}{:016x}", next_random(&mut self.random))
    }
    /// Marks a chat as changed.
    pub fn touch(&mut self, chat: i64) {
        self.revision += 1;
        if let Some(chat) = self.chats.get_mut(&chat) {
            chat.revision = self.revision;
        }
    }
    /// The chat a call names, if the bot may write to it.
    pub fn writable(&self, chat_id: i64) -> Result<&Chat, Refusal> {
        let chat = self.chats.get(&chat_id).ok_or_else(Refusal::chat_not_found)?;
        if let Some(to) = chat.migrated_to {
            return Err(Refusal::migrated(to));
        }
        match chat.kind {
            ChatKind::Private => {
                let person = self.people.get(&chat_id);
                if person.is_some_and(|person| person.deactivated) {
                    Err(Refusal::deactivated())
                } else if !chat.open {
                    // A bot cannot write first.
                    Err(Refusal::chat_not_found())
                } else if chat.blocked {
                    Err(Refusal::blocked())
                } else {
                    Ok(chat)
                }
            }
            ChatKind::Group if chat.blocked => {
                Err(Refusal::forbidden("bot was kicked from the group chat"))
            }
            ChatKind::Supergroup if chat.blocked => {
                Err(Refusal::forbidden("bot was kicked from the supergroup chat"))
            }
            ChatKind::Channel if !chat.open => {
                Err(Refusal::forbidden("bot is not a member of the channel chat"))
            }
            ChatKind::Channel if chat.blocked => {
                Err(Refusal::bad("need administrator rights in the channel chat"))
            }
            ChatKind::Group | ChatKind::Supergroup | ChatKind::Channel => Ok(chat),
        }
    }
    /// Puts a message into a chat and gives it its number.
    pub fn add_message(&mut self, chat_id: i64, mut message: Message) -> i32 {
        let Some(chat) = self.chats.get_mut(&chat_id) else {
            return 0;
        };
        // Private chats and groups share the bot's numbering; a supergroup or channel has its own.
        let last = match chat.kind {
            ChatKind::Supergroup | ChatKind::Channel => &mut chat.last_message_id,
            ChatKind::Private | ChatKind::Group => &mut self.last_message_id,
        };
        *last += 1;
        message.id = *last;
        let id = message.id;
        chat.messages.insert(id, message);
        if chat.messages.len() > MESSAGES_PER_CHAT_MAX {
            chat.messages.pop_first();
        }
        self.touch(chat_id);
        id
    }
    pub fn author_json(&self, author: Author) -> Value {
        match author {
            Author::Bot => self.bot_json(),
            Author::Person(id) => match self.people.get(&id) {
                Some(person) => person.json(),
                None => json!({ "id": id, "is_bot": false, "first_name": "?" }),
            },
        }
    }
    /// A message as the Bot API shows it, with the one it replies to.
    pub fn message_json(&self, chat_id: i64, message_id: i32) -> Value {
        let Some(chat) = self.chats.get(&chat_id) else {
            return Value::Null;
        };
        let Some(message) = chat.messages.get(&message_id) else {
            return Value::Null;
        };
        let quoted = message.reply_to.and_then(|id| chat.message(id));
        let quoted = quoted
            .map(|quoted| message_json(quoted, chat.json(), self.author_json(quoted.author), None));
        message_json(message, chat.json(), self.author_json(message.author), quoted)
    }
}
