//! Sending: text, places, files, copies and forwards.
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::super::keyboard::{self, Markup};
use super::super::markup::{self, CAPTION_UNITS_MAX, Formatted, TEXT_UNITS_MAX, utf16_len};
use super::super::message::{Author, Message};
use super::super::params::Params;
use super::super::refusal::{Answer, Refusal};
use super::super::state::State;
use super::{accept, chat_id, files, message_id_json};

/// The text of a call, checked against its length.
pub(super) fn text(params: &Params, too_long: &str) -> Result<Formatted, Refusal> {
    let text = params.text("text").unwrap_or_default();
    let formatted = markup::read(&text, params.text("parse_mode").as_deref())?;
    if formatted.text.is_empty() {
        return Err(Refusal::bad("message text is empty"));
    }
    if utf16_len(&formatted.text) > TEXT_UNITS_MAX {
        return Err(Refusal::bad(too_long));
    }
    Ok(formatted)
}

fn caption(params: &Params) -> Result<Formatted, Refusal> {
    let text = params.text("caption").unwrap_or_default();
    let formatted = markup::read(&text, params.text("parse_mode").as_deref())?;
    if utf16_len(&formatted.text) > CAPTION_UNITS_MAX {
        return Err(Refusal::bad("message caption is too long"));
    }
    Ok(formatted)
}

/// A point of the call, as the Bot API writes locations.
fn location(params: &Params) -> Result<Value, Refusal> {
    let coordinate = |name: &str, most: f64| {
        let value = params.number(name);
        value.filter(|value| value.is_finite() && value.abs() <= most)
    };
    match (coordinate("latitude", 90.0), coordinate("longitude", 180.0)) {
        (Some(latitude), Some(longitude)) => {
            Ok(json!({ "latitude": latitude, "longitude": longitude }))
        }
        _ => Err(Refusal::bad("wrong latitude or longitude specified")),
    }
}

/// The message a call quotes.
fn reply_to(state: &State, chat: i64, params: &Params) -> Result<Option<i32>, Refusal> {
    let parameters = params.json("reply_parameters")?.unwrap_or(Value::Null);
    let of_parameters = parameters["message_id"].as_i64();
    let of_parameters = of_parameters.and_then(|id| i32::try_from(id).ok());
    let Some(id) = of_parameters.or_else(|| params.message_id("reply_to_message_id")) else {
        return Ok(None);
    };
    let known = state.chats.get(&chat).is_some_and(|chat| chat.message(id).is_some());
    let lenient = parameters["allow_sending_without_reply"] == json!(true)
        || params.flag("allow_sending_without_reply");
    match (known, lenient) {
        (true, _) => Ok(Some(id)),
        (false, true) => Ok(None),
        (false, false) => Err(Refusal::bad("message to be replied not found")),
    }
}

/// `sendMessage`, `sendLocation`, `sendVenue`, `sendPhoto`, `sendVoice`, `sendDocument`.
pub(super) fn send(
    state: &mut State,
    method: &'static str,
    params: &Params,
    now: DateTime<Utc>,
) -> Answer {
    let chat_id = chat_id(params)?;
    let mut message = Message::new(Author::Bot, now);
    let keyboard = keyboard::read(params.json("reply_markup")?)?;
    let written = match method {
        "sendMessage" => text(params, "message is too long")?,
        _ => caption(params)?,
    };
    state.writable(chat_id)?;
    message.text = written.text;
    message.entities = written.entities;
    message.reply_to = reply_to(state, chat_id, params)?;
    message.silent = params.flag("disable_notification");
    message.topic = params.message_id("message_thread_id");
    match method {
        "sendLocation" => {
            message.body.insert("location".into(), location(params)?);
        }
        "sendVenue" => {
            let point = location(params)?;
            let venue = json!({
                "location": point,
                "title": params.text("title").unwrap_or_default(),
                "address": params.text("address").unwrap_or_default(),
            });
            message.body.insert("venue".into(), venue);
            message.body.insert("location".into(), point);
        }
        "sendPhoto" | "sendVoice" | "sendDocument" => {
            let (name, value) = files::attached(state, method, params)?;
            message.body.insert(name.into(), value);
        }
        _ => {}
    }
    let id = put(state, chat_id, message, keyboard);
    accept(state, method, chat_id, id, now);
    Ok(state.message_json(chat_id, id))
}

/// Puts the bot's message into the chat, with its keyboard.
fn put(state: &mut State, chat_id: i64, mut message: Message, keyboard: Option<Markup>) -> i32 {
    match keyboard {
        Some(Markup::Inline(markup)) => message.inline_keyboard = Some(markup),
        Some(Markup::Reply(markup)) => set_reply_keyboard(state, chat_id, Some(markup)),
        Some(Markup::RemoveReply) => set_reply_keyboard(state, chat_id, None),
        Some(Markup::Other) | None => {}
    }
    state.add_message(chat_id, message)
}

fn set_reply_keyboard(state: &mut State, chat_id: i64, markup: Option<Value>) {
    if let Some(chat) = state.chats.get_mut(&chat_id) {
        chat.reply_keyboard = markup;
    }
}

fn source(state: &State, params: &Params, missing: &str) -> Result<Message, Refusal> {
    let from = params.integer("from_chat_id");
    let chat = from.and_then(|id| state.chats.get(&id));
    let chat = chat.ok_or_else(Refusal::chat_not_found)?;
    let id = params.message_id("message_id").unwrap_or(0);
    let message = chat.message(id).ok_or_else(|| Refusal::bad(missing))?;
    Ok(message.clone())
}

/// The bot's copy of a message: same content, but its own.
fn own_copy(of: Message, params: &Params, now: DateTime<Utc>) -> Message {
    let mut message = Message::new(Author::Bot, now);
    message.text = of.text;
    message.entities = of.entities;
    message.body = of.body;
    message.silent = params.flag("disable_notification");
    message
}

/// `copyMessage`.
pub(super) fn copy(
    state: &mut State,
    method: &'static str,
    params: &Params,
    now: DateTime<Utc>,
) -> Answer {
    let chat_id = chat_id(params)?;
    let of = source(state, params, "message to copy not found")?;
    state.writable(chat_id)?;
    let mut message = own_copy(of, params, now);
    message.reply_to = reply_to(state, chat_id, params)?;
    let keyboard = keyboard::read(params.json("reply_markup")?)?;
    let id = put(state, chat_id, message, keyboard);
    accept(state, method, chat_id, id, now);
    Ok(message_id_json(id))
}

/// `forwardMessage`.
pub(super) fn forward(
    state: &mut State,
    method: &'static str,
    params: &Params,
    now: DateTime<Utc>,
) -> Answer {
    let chat_id = chat_id(params)?;
    let of = source(state, params, "message to forward not found")?;
    state.writable(chat_id)?;
    let origin = json!({
        "type": "user",
        "date": of.at.timestamp(),
        "sender_user": state.author_json(of.author),
    });
    let mut message = own_copy(of, params, now);
    message.forward_origin = Some(origin);
    let id = state.add_message(chat_id, message);
    accept(state, method, chat_id, id, now);
    Ok(state.message_json(chat_id, id))
}
