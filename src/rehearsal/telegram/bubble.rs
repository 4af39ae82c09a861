//! What a phone shows: the messages of a chat as bubbles, keyboards, menus, answers to presses.
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};

use super::LocalTelegram;
use super::keyboard::{self, Button};
use super::markup::{Entity, render_html};
use super::message::{Author, Chat, Message};
use super::methods::menu_for;
use super::state::{PressAnswer, State};

/// Characters of a quoted message that a reply shows.
const QUOTE_CHARS_MAX: usize = 80;

/// The message a bubble replies to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quote {
    /// Its number.
    pub message_id: i32,
    /// Its beginning.
    pub text: String,
    /// Whether the bot wrote it.
    pub from_bot: bool,
}

/// One message as the phone shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bubble {
    /// Its number.
    pub message_id: i32,
    /// Whether the bot wrote it.
    pub from_bot: bool,
    /// Who wrote it.
    pub from_id: i64,
    /// The name of who wrote it.
    pub from: String,
    /// The text or caption, plain.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The same formatting as entities.
    pub entities: Vec<Entity>,
    /// The keyboard under it.
    pub buttons: Vec<Vec<Button>>,
    /// What it replies to.
    pub reply_to: Option<Quote>,
    /// Whether its text was changed after it was sent.
    pub edited: bool,
    /// Whether it came without sound.
    pub silent: bool,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// Whether it was deleted; phones do not show it any more.
    pub deleted: bool,
    /// Latitude and longitude, for a location or a venue.
    pub location: Option<(f64, f64)>,
    /// The file of a photo.
    pub photo: Option<String>,
    /// What else it is: `voice`, `sticker`, `poll`, …
    pub attachment: Option<String>,
    /// Whether it was forwarded.
    pub forwarded: bool,
    /// The topic of a forum group.
    pub topic: Option<i32>,
}

fn location(body: &Map<String, Value>) -> Option<(f64, f64)> {
    let point = body.get("location")?;
    Some((point["latitude"].as_f64()?, point["longitude"].as_f64()?))
}

fn photo(body: &Map<String, Value>) -> Option<String> {
    let largest = body.get("photo")?.as_array()?.last()?;
    largest["file_id"].as_str().map(str::to_owned)
}

fn attachment(message: &Message) -> Option<String> {
    let told_apart = ["location", "photo", "via_bot"];
    let mut names = message.body.keys().map(String::as_str);
    let name = names.find(|name| !told_apart.contains(name))?;
    Some(name.to_owned())
}

fn quote(chat: &Chat, id: i32) -> Option<Quote> {
    let message = chat.message(id)?;
    let line = message.text.replace('\n', " ");
    let mut text: String = line.chars().take(QUOTE_CHARS_MAX).collect();
    if text.len() < line.len() {
        text.push('…');
    }
    Some(Quote { message_id: id, text, from_bot: message.author == Author::Bot })
}

fn bubble(state: &State, chat: &Chat, message: &Message) -> Bubble {
    let (from_id, from) = match message.author {
        Author::Bot => (state.bot_id(), state.bot_name.clone()),
        Author::Person(id) => {
            let person = state.people.get(&id);
            (id, person.map_or(String::new(), |p| p.label.clone()))
        }
    };
    Bubble {
        message_id: message.id,
        from_bot: message.author == Author::Bot,
        from_id,
        from,
        text: message.text.clone(),
        html: render_html(&message.text, &message.entities),
        entities: message.entities.clone(),
        buttons: keyboard::rows(message.inline_keyboard.as_ref()),
        reply_to: message.reply_to.and_then(|id| quote(chat, id)),
        edited: message.edited_at.is_some(),
        silent: message.silent,
        sent_at: message.at,
        deleted: message.deleted,
        location: location(&message.body),
        photo: photo(&message.body),
        attachment: attachment(message),
        forwarded: message.forward_origin.is_some(),
        topic: message.topic,
    }
}

impl LocalTelegram {
    /// The chat as it is now, oldest message first; deleted ones are marked.
    pub fn chat(&self, id: i64) -> Vec<Bubble> {
        let state = self.inner.lock();
        let Some(chat) = state.chats.get(&id) else {
            return Vec::new();
        };
        let messages = chat.messages.values();
        messages.map(|m| bubble(&state, chat, m)).collect()
    }
    /// The newest `count` messages of the chat that are not deleted.
    pub fn chat_tail(&self, id: i64, count: usize) -> Vec<Bubble> {
        let state = self.inner.lock();
        let Some(chat) = state.chats.get(&id) else {
            return Vec::new();
        };
        let shown = chat.messages.values().filter(|m| !m.deleted);
        let skip = shown.clone().count().saturating_sub(count);
        shown.skip(skip).map(|m| bubble(&state, chat, m)).collect()
    }
    /// The keyboard that stands under the input now.
    pub fn reply_keyboard(&self, id: i64) -> Vec<Vec<Button>> {
        let state = self.inner.lock();
        let chat = state.chats.get(&id);
        keyboard::rows(chat.and_then(|chat| chat.reply_keyboard.as_ref()))
    }
    /// The command menu this phone shows: names without the slash, and descriptions.
    pub fn commands(&self, id: i64) -> Vec<(String, String)> {
        menu_for(&self.inner.lock(), id, id)
    }
    /// The answer to a press, once the bot gave one.
    pub fn press_answer(&self, press: &str) -> Option<PressAnswer> {
        let state = self.inner.lock();
        state.presses.get(press)?.answer.clone()
    }
    /// The newest answer to a press of this person.
    pub fn last_answer(&self, id: i64) -> Option<PressAnswer> {
        let state = self.inner.lock();
        let presses = state.presses.values().filter(|press| press.person == id);
        let answers = presses.filter_map(|press| press.answer.clone());
        answers.max_by_key(|answer| answer.at)
    }
    /// Rises whenever this phone would show something else.
    pub fn chat_revision(&self, id: i64) -> u64 {
        let state = self.inner.lock();
        state.chats.get(&id).map_or(0, |chat| chat.revision)
    }
    /// A file and its type, by its identifier.
    pub fn file(&self, id: &str) -> Option<(Option<String>, Vec<u8>)> {
        let state = self.inner.lock();
        let file = state.files.get(id)?;
        Some((file.mime.clone(), file.bytes.to_vec()))
    }
}
