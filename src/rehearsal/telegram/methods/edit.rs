//! Changing what was sent, deleting it, and answering presses.
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::super::journal::Accepted;
use super::super::keyboard::{self, Markup};
use super::super::message::{Author, Message};
use super::super::params::Params;
use super::super::refusal::{Answer, Refusal};
use super::super::state::{PressAnswer, State};
use super::super::updates::CALLBACK_LIFE;
use super::{accept, chat_id, send};

/// A message can be deleted for so long (core.telegram.org/bots/api#deletemessage).
const DELETE_LIFE: TimeDelta = TimeDelta::hours(48);
/// The longest answer to a press, in characters.
const ANSWER_CHARS_MAX: usize = 200;
const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply markup \
     are exactly the same as a current content and reply markup of the message";

/// The message a call wants to change: there, and the bot's own.
fn editable(state: &State, params: &Params) -> Result<(i64, Message), Refusal> {
    let chat_id = chat_id(params)?;
    let chat = state.writable(chat_id)?;
    let id = params
        .message_id("message_id")
        .ok_or_else(|| Refusal::bad("message identifier is not specified"))?;
    let message = chat.message(id).ok_or_else(|| Refusal::bad("message to edit not found"))?;
    if message.author != Author::Bot || message.forward_origin.is_some() {
        return Err(Refusal::bad("message can't be edited"));
    }
    Ok((chat_id, message.clone()))
}

/// The inline keyboard after an edit: none, unless the call brings one.
fn new_keyboard(params: &Params) -> Result<Option<Value>, Refusal> {
    match keyboard::read(params.json("reply_markup")?)? {
        Some(Markup::Inline(markup)) => Ok(Some(markup)),
        None => Ok(None),
        Some(_) => Err(Refusal::bad("inline keyboard expected")),
    }
}

fn replace(state: &mut State, chat_id: i64, message: Message) {
    if let Some(chat) = state.chats.get_mut(&chat_id) {
        chat.messages.insert(message.id, message);
    }
    state.touch(chat_id);
}

/// `editMessageText`.
pub(super) fn text(
    state: &mut State,
    method: &'static str,
    params: &Params,
    now: DateTime<Utc>,
) -> Answer {
    let written = send::text(params, "MESSAGE_TOO_LONG")?;
    let keyboard = new_keyboard(params)?;
    let (chat_id, mut message) = editable(state, params)?;
    if !message.is_text() {
        return Err(Refusal::bad("there is no text in the message to edit"));
    }
    let same = message.text == written.text
        && message.entities == written.entities
        && message.inline_keyboard == keyboard;
    if same {
        return Err(Refusal::bad(NOT_MODIFIED));
    }
    // A change of the keyboard alone is not shown as an edit.
    if message.text != written.text || message.entities != written.entities {
        message.edited_at = Some(now);
    }
    message.text = written.text;
    message.entities = written.entities;
    message.inline_keyboard = keyboard;
    let id = message.id;
    replace(state, chat_id, message);
    accept(state, method, chat_id, id, now);
    Ok(state.message_json(chat_id, id))
}

/// `editMessageReplyMarkup`.
pub(super) fn reply_markup(
    state: &mut State,
    method: &'static str,
    params: &Params,
    now: DateTime<Utc>,
) -> Answer {
    let keyboard = new_keyboard(params)?;
    let (chat_id, mut message) = editable(state, params)?;
    if message.inline_keyboard == keyboard {
        return Err(Refusal::bad(NOT_MODIFIED));
    }
    message.inline_keyboard = keyboard;
    let id = message.id;
    replace(state, chat_id, message);
    accept(state, method, chat_id, id, now);
    Ok(state.message_json(chat_id, id))
}

fn delete_one(
    state: &mut State,
    method: &'static str,
    chat_id: i64,
    id: i32,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let chat = state.writable(chat_id)?;
    let message = chat.message(id).ok_or_else(|| Refusal::bad("message to delete not found"))?;
    if now - message.at > DELETE_LIFE {
        return Err(Refusal::bad("message can't be deleted for everyone"));
    }
    let mut message = message.clone();
    message.deleted = true;
    replace(state, chat_id, message);
    accept(state, method, chat_id, id, now);
    Ok(())
}

/// `deleteMessage`.
pub(super) fn delete(
    state: &mut State,
    method: &'static str,
    params: &Params,
    now: DateTime<Utc>,
) -> Answer {
    let id = params.message_id("message_id").unwrap_or(0);
    delete_one(state, method, chat_id(params)?, id, now)?;
    Ok(json!(true))
}

/// `deleteMessages`: those that cannot be found are skipped.
pub(super) fn delete_many(
    state: &mut State,
    method: &'static str,
    params: &Params,
    now: DateTime<Utc>,
) -> Answer {
    let chat_id = chat_id(params)?;
    state.writable(chat_id)?;
    let ids = params.json("message_ids")?.unwrap_or(Value::Null);
    let ids = ids.as_array().into_iter().flatten();
    for id in ids.filter_map(Value::as_i64) {
        // What is gone or too old stays as it is, as Telegram does.
        let _ = delete_one(state, method, chat_id, i32::try_from(id).unwrap_or(0), now);
    }
    Ok(json!(true))
}

/// `answerCallbackQuery`.
pub(super) fn answer_press(
    state: &mut State,
    method: &'static str,
    params: &Params,
    now: DateTime<Utc>,
) -> Answer {
    let id = params.text("callback_query_id").unwrap_or_default();
    let text = params.text("text").unwrap_or_default();
    if text.chars().count() > ANSWER_CHARS_MAX {
        return Err(Refusal::bad("MESSAGE_TOO_LONG"));
    }
    let press = state.presses.get_mut(&id);
    let Some(press) = press.filter(|press| now - press.at <= CALLBACK_LIFE) else {
        return Err(Refusal::bad(
            "query is too old and response timeout expired or query ID is invalid",
        ));
    };
    press.answer =
        Some(PressAnswer { text: text.clone(), alert: params.flag("show_alert"), at: now });
    let person = press.person;
    state.touch(person);
    state.journal.accept(Accepted {
        seq: 0,
        at: now,
        method,
        chat_id: Some(person),
        message_id: None,
        text: Some(text),
        silent: true,
        reply_to: None,
    });
    Ok(json!(true))
}
