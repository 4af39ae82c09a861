//! Acting as people: what anyone can do with a phone in a chat with the bot.
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::LocalTelegram;
use super::keyboard;
use super::markup::{TEXT_UNITS_MAX, clean, commands, utf16_len};
use super::message::{Author, Chat, ChatKind, Message, Person};
use super::state::{Press, State};

/// Presses that are remembered; older ones are long past their time.
const PRESSES_MAX: usize = 10_000;

/// A phone to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneSpec {
    /// The person's Telegram id, also the id of their chat with the bot.
    pub id: i64,
    /// The name shown on the page and sent as the first name.
    pub label: String,
    /// The language the app is set to.
    pub language_code: Option<String>,
}

/// A person wanted to do what a phone does not let them do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CannotDo(pub String);

pub(super) fn cannot<T>(why: impl Into<String>) -> Result<T, CannotDo> {
    Err(CannotDo(why.into()))
}

/// Whether a person may write into a chat; opens a private one, as the first message does.
pub(super) fn may_write(state: &mut State, chat_id: i64, person: i64) -> Result<(), CannotDo> {
    let Some(user) = state.people.get(&person) else {
        return cannot(format!("there is no phone {person}"));
    };
    if user.deactivated {
        return cannot(format!("the account of {} is deactivated", user.label));
    }
    let Some(chat) = state.chats.get_mut(&chat_id) else {
        return cannot(format!("there is no chat {chat_id}"));
    };
    match chat.kind {
        ChatKind::Private if chat_id != person => cannot("this is somebody else's chat"),
        ChatKind::Private if chat.blocked => cannot("unblock the bot first"),
        ChatKind::Private => {
            chat.open = true;
            Ok(())
        }
        _ if chat.migrated_to.is_some() => cannot("this group has become a supergroup"),
        _ if !chat.members.contains(&person) => cannot("not a member of this group"),
        _ => Ok(()),
    }
}

/// Telegram apps send a text that is too long as several messages.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut units = 0;
    for c in text.chars() {
        if units + c.len_utf16() > TEXT_UNITS_MAX {
            parts.push(String::new());
            units = 0;
        }
        units += c.len_utf16();
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

impl LocalTelegram {
    /// Adds a phone. Its chat opens for the bot with the first message the person sends.
    pub fn add_phone(&self, phone: PhoneSpec) {
        let mut state = self.inner.lock();
        let chat = Chat::new(phone.id, ChatKind::Private, &phone.label);
        state.chats.insert(phone.id, chat);
        let person = Person {
            id: phone.id,
            label: phone.label,
            language_code: phone.language_code,
            deactivated: false,
        };
        state.people.insert(phone.id, person);
        state.touch(phone.id);
        drop(state);
        self.inner.announce();
    }
    /// Opens the chat as if the person had written before, without a message.
    pub fn open_chat(&self, id: i64) {
        if let Some(chat) = self.inner.lock().chats.get_mut(&id) {
            chat.open = true;
        }
    }

    /// Sends a message of a person and gives its number.
    pub(super) fn send_as(
        &self,
        chat_id: i64,
        person: i64,
        fill: impl FnOnce(&mut State, &mut Message),
    ) -> Result<i32, CannotDo> {
        let now = self.inner.clock.now();
        let mut state = self.inner.lock();
        may_write(&mut state, chat_id, person)?;
        let mut message = Message::new(Author::Person(person), now);
        fill(&mut state, &mut message);
        let id = state.add_message(chat_id, message);
        let body = state.message_json(chat_id, id);
        self.push(state, "message", body, now);
        Ok(id)
    }

    pub(super) fn push(
        &self,
        mut state: std::sync::MutexGuard<'_, State>,
        kind: &str,
        body: Value,
        now: DateTime<Utc>,
    ) {
        state.updates.push(kind, body, now);
        drop(state);
        self.inner.updates_arrived.notify_waiters();
        self.inner.announce();
    }

    /// Writes a text, in several messages if it is too long for one; gives the last one's number.
    ///
    /// # Errors
    /// When there is nothing to send, or the phone may not write.
    pub fn say(&self, id: i64, text: &str) -> Result<i32, CannotDo> {
        self.say_in(id, id, text, None)
    }
    /// Writes an answer that quotes a message.
    ///
    /// # Errors
    /// As [`LocalTelegram::say`].
    pub fn reply(&self, id: i64, message_id: i32, text: &str) -> Result<i32, CannotDo> {
        self.say_in(id, id, text, Some(message_id))
    }
    /// Writes a text into any chat.
    ///
    /// # Errors
    /// As [`LocalTelegram::say`].
    pub fn say_in(
        &self,
        chat_id: i64,
        person: i64,
        text: &str,
        reply_to: Option<i32>,
    ) -> Result<i32, CannotDo> {
        let text = clean(text).trim().to_owned();
        if text.is_empty() {
            return cannot("an empty message cannot be sent");
        }
        let mut last = 0;
        for part in split(&text) {
            last = self.send_as(chat_id, person, |_, message| {
                message.entities = commands(&part);
                message.text = part;
                message.reply_to = reply_to;
            })?;
        }
        Ok(last)
    }
    /// Sends a position.
    ///
    /// # Errors
    /// When the phone may not write.
    pub fn send_location(&self, id: i64, lat: f64, lon: f64) -> Result<i32, CannotDo> {
        let point = json!({ "latitude": lat, "longitude": lon });
        self.send_as(id, id, |_, message| {
            message.body = Map::from_iter([("location".to_owned(), point)]);
        })
    }
    /// Changes the text of a message this person sent.
    ///
    /// # Errors
    /// When it is not theirs, is not text, or the text is empty or too long.
    pub fn edit_message(&self, id: i64, message_id: i32, text: &str) -> Result<(), CannotDo> {
        let text = clean(text).trim().to_owned();
        if text.is_empty() || utf16_len(&text) > TEXT_UNITS_MAX {
            return cannot("the new text is empty or too long");
        }
        let now = self.inner.clock.now();
        let mut state = self.inner.lock();
        may_write(&mut state, id, id)?;
        let message = state.chats.get_mut(&id).and_then(|chat| chat.message_mut(message_id));
        match message {
            Some(message) if message.author == Author::Person(id) && message.is_text() => {
                message.entities = commands(&text);
                message.text = text;
                message.edited_at = Some(now);
            }
            _ => return cannot(format!("message {message_id} is no text of this person")),
        }
        state.touch(id);
        let body = state.message_json(id, message_id);
        self.push(state, "edited_message", body, now);
        Ok(())
    }
    /// Forwards a message of any chat to the bot.
    ///
    /// # Errors
    /// When there is no such message, or the phone may not write.
    pub fn forward(&self, id: i64, from_chat: i64, message_id: i32) -> Result<i32, CannotDo> {
        let of = {
            let state = self.inner.lock();
            let chat = state.chats.get(&from_chat);
            let message = chat.and_then(|chat| chat.message(message_id));
            let Some(message) = message else {
                return cannot(format!("no message {message_id} in chat {from_chat}"));
            };
            let origin = json!({
                "type": "user",
                "date": message.at.timestamp(),
                "sender_user": state.author_json(message.author),
            });
            (message.clone(), message.forward_origin.clone().unwrap_or(origin))
        };
        self.send_as(id, id, |_, message| {
            message.text = of.0.text;
            message.entities = of.0.entities;
            message.body = of.0.body;
            message.forward_origin = Some(of.1);
        })
    }
    /// Forwards a text from somewhere else, by a person who hides their account.
    ///
    /// # Errors
    /// When the phone may not write.
    pub fn forward_text(
        &self,
        id: i64,
        text: &str,
        by: &str,
        written_at: DateTime<Utc>,
    ) -> Result<i32, CannotDo> {
        let text = clean(text).trim().to_owned();
        let origin = json!({
            "type": "hidden_user",
            "date": written_at.timestamp(),
            "sender_user_name": by,
        });
        self.send_as(id, id, |_, message| {
            message.entities = commands(&text);
            message.text = text;
            message.forward_origin = Some(origin);
        })
    }

    /// Taps a button of a message: the one with this data, else this label, else a label that
    /// begins so. Gives the press's identifier, for [`LocalTelegram::press_answer`].
    ///
    /// # Errors
    /// When that button is not on that message.
    pub fn tap(&self, id: i64, message_id: i32, button: &str) -> Result<String, CannotDo> {
        let rows = {
            let state = self.inner.lock();
            let chat = state.chats.get(&id);
            let message = chat.and_then(|chat| chat.message(message_id));
            let Some(message) = message else {
                return cannot(format!("no message {message_id} on phone {id}"));
            };
            keyboard::rows(message.inline_keyboard.as_ref())
        };
        let buttons: Vec<_> = rows.into_iter().flatten().collect();
        let by_data = buttons.iter().find(|b| b.data.as_deref() == Some(button));
        let by_label = || buttons.iter().find(|b| b.label == button);
        let by_start = || buttons.iter().find(|b| b.label.starts_with(button));
        let found = by_data.or_else(by_label).or_else(by_start);
        match found.and_then(|found| found.data.clone()) {
            Some(data) => self.tap_raw(id, message_id, &data),
            None => {
                let labels: Vec<_> = buttons.iter().map(|b| b.label.as_str()).collect();
                cannot(format!(
                    "no button \"{button}\" on message {message_id}; there are: {}",
                    labels.join(" · ")
                ))
            }
        }
    }
    /// Presses with any data, as a forged client could.
    ///
    /// # Errors
    /// When the phone may not write.
    pub fn tap_raw(&self, id: i64, message_id: i32, data: &str) -> Result<String, CannotDo> {
        self.tap_in(id, id, message_id, data)
    }
    /// Presses in any chat.
    ///
    /// # Errors
    /// When the person may not write there.
    pub fn tap_in(
        &self,
        chat_id: i64,
        person: i64,
        message_id: i32,
        data: &str,
    ) -> Result<String, CannotDo> {
        let now = self.inner.clock.now();
        let mut state = self.inner.lock();
        may_write(&mut state, chat_id, person)?;
        let press = state.fresh_id("press");
        if state.presses.len() >= PRESSES_MAX {
            let oldest = state.presses.iter().min_by_key(|(_, press)| press.at);
            if let Some(key) = oldest.map(|(key, _)| key.clone()) {
                state.presses.remove(&key);
            }
        }
        let waiting = Press { person, at: now, answer: None };
        state.presses.insert(press.clone(), waiting);
        let chat = state.chats.get(&chat_id);
        let there = chat.is_some_and(|chat| chat.message(message_id).is_some());
        let message = match there {
            true => state.message_json(chat_id, message_id),
            // What the server can no longer see it names with date 0.
            false => json!({
                "chat": state.chats.get(&chat_id).map(Chat::json),
                "message_id": message_id,
                "date": 0,
            }),
        };
        let body = json!({
            "id": press,
            "from": state.author_json(Author::Person(person)),
            "message": message,
            "chat_instance": chat_id.to_string(),
            "data": data,
        });
        self.push(state, "callback_query", body, now);
        Ok(press)
    }

    /// Blocks the bot.
    pub fn block(&self, id: i64) {
        self.set_blocked(id, true);
    }
    /// Takes the block back.
    pub fn unblock(&self, id: i64) {
        self.set_blocked(id, false);
    }
    /// Whether this person has blocked the bot.
    pub fn is_blocked(&self, id: i64) -> bool {
        let state = self.inner.lock();
        state.chats.get(&id).is_some_and(|chat| chat.blocked)
    }
    fn set_blocked(&self, id: i64, blocked: bool) {
        let now = self.inner.clock.now();
        let mut state = self.inner.lock();
        let Some(chat) = state.chats.get_mut(&id) else {
            return;
        };
        if std::mem::replace(&mut chat.blocked, blocked) == blocked {
            return;
        }
        let chat = chat.json();
        state.touch(id);
        let member = json!({ "status": "member", "user": state.bot_json() });
        let kicked = json!({ "status": "kicked", "user": state.bot_json(), "until_date": 0 });
        let (old, new) = match blocked {
            true => (member, kicked),
            false => (kicked, member),
        };
        let body = json!({
            "chat": chat,
            "from": state.author_json(Author::Person(id)),
            "date": now.timestamp(),
            "old_chat_member": old,
            "new_chat_member": new,
        });
        self.push(state, "my_chat_member", body, now);
    }
    /// Deletes the person's account: every message to them is refused from now on.
    pub fn deactivate(&self, id: i64) {
        let mut state = self.inner.lock();
        if let Some(person) = state.people.get_mut(&id) {
            person.deactivated = true;
        }
        state.touch(id);
        drop(state);
        self.inner.announce();
    }
}
