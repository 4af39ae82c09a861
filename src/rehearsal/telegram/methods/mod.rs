//! The methods of the Bot API: parameters and state in, the documented answer or a refusal out.
//! Waiting, weather and the journal of refusals are the server's.
mod chats;
mod edit;
mod files;
mod menus;
mod send;
mod webhooks;

pub(super) use files::{keep as keep_file, meta};
pub(super) use menus::menu_for;
pub(super) use webhooks::allowed_updates;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::journal::Accepted;
use super::limits::Weight;
use super::params::Params;
use super::refusal::{Answer, Refusal};
use super::state::State;

/// Every method known here, in the documentation's spelling. Others are answered 404.
const KNOWN: &[&str] = &[
    "answerCallbackQuery",
    "close",
    "copyMessage",
    "createForumTopic",
    "deleteMessage",
    "deleteMessages",
    "deleteMyCommands",
    "deleteWebhook",
    "editMessageReplyMarkup",
    "editMessageText",
    "forwardMessage",
    "getChat",
    "getChatMember",
    "getChatMemberCount",
    "getFile",
    "getMe",
    "getMyCommands",
    "getMyDescription",
    "getMyName",
    "getMyShortDescription",
    "getUpdates",
    "getWebhookInfo",
    "leaveChat",
    "logOut",
    "pinChatMessage",
    "sendChatAction",
    "sendDocument",
    "sendLocation",
    "sendMessage",
    "sendPhoto",
    "sendVenue",
    "sendVoice",
    "setChatMenuButton",
    "setMessageReaction",
    "setMyCommands",
    "setMyDescription",
    "setMyName",
    "setMyShortDescription",
    "setWebhook",
    "unpinChatMessage",
];

/// The documentation's spelling of a method, whatever the case it was called in.
pub(super) fn spelled(method: &str) -> Option<&'static str> {
    let mut known = KNOWN.iter().copied();
    known.find(|name| name.eq_ignore_ascii_case(method))
}

/// What a method counts as against the limits.
fn weight(method: &str) -> Weight {
    match method {
        "sendChatAction" => Weight::Nothing,
        "copyMessage" | "forwardMessage" => Weight::Message,
        "editMessageText" | "editMessageReplyMarkup" => Weight::Change,
        _ if method.starts_with("send") => Weight::Message,
        _ => Weight::Nothing,
    }
}

/// Does one call, but for `getUpdates`, which waits.
pub(super) fn perform(
    state: &mut State,
    method: &'static str,
    params: &Params,
    now: DateTime<Utc>,
) -> Answer {
    if let (Some(chat), Some(limits)) = (params.chat_id(), state.limits.clone()) {
        let weight = match weight(method) {
            Weight::Message if params.flag("allow_paid_broadcast") => Weight::PaidMessage,
            weight => weight,
        };
        let counted = state.counters.count(&limits, weight, chat, now);
        counted.map_err(Refusal::too_many)?;
    }
    match method {
        "sendMessage" | "sendLocation" | "sendVenue" | "sendPhoto" | "sendVoice"
        | "sendDocument" => send::send(state, method, params, now),
        "copyMessage" => send::copy(state, method, params, now),
        "forwardMessage" => send::forward(state, method, params, now),
        "editMessageText" => edit::text(state, method, params, now),
        "editMessageReplyMarkup" => edit::reply_markup(state, method, params, now),
        "deleteMessage" => edit::delete(state, method, params, now),
        "deleteMessages" => edit::delete_many(state, method, params, now),
        "answerCallbackQuery" => edit::answer_press(state, method, params, now),
        "getFile" => files::get(state, params),
        "setMyCommands" => menus::set(state, params),
        "getMyCommands" => menus::get(state, params),
        "deleteMyCommands" => menus::delete(state, params),
        "setWebhook" => webhooks::set(state, params),
        "deleteWebhook" => webhooks::delete(state, params),
        "getWebhookInfo" => Ok(webhooks::info(state)),
        "getMe" => Ok(chats::me(state)),
        "getChat" => chats::get(state, params),
        "getChatMember" => chats::member(state, params),
        "getChatMemberCount" => chats::member_count(state, params),
        "createForumTopic" => chats::create_topic(state, params, now),
        "leaveChat" => chats::leave(state, params),
        "getMyName" => Ok(json!({ "name": state.bot_name })),
        "getMyDescription" => Ok(json!({ "description": "" })),
        "getMyShortDescription" => Ok(json!({ "short_description": "" })),
        "sendChatAction" | "pinChatMessage" | "unpinChatMessage" | "setMessageReaction" => {
            state.writable(chat_id(params)?)?;
            Ok(json!(true))
        }
        _ => Ok(json!(true)),
    }
}

fn chat_id(params: &Params) -> Result<i64, Refusal> {
    params.chat_id().ok_or_else(|| match params.text("chat_id") {
        Some(_) => Refusal::chat_not_found(),
        None => Refusal::bad("chat_id is empty"),
    })
}

/// Journals a call that took effect on a message.
fn accept(
    state: &mut State,
    method: &'static str,
    chat_id: i64,
    message_id: i32,
    now: DateTime<Utc>,
) {
    let message = state.chats.get(&chat_id).and_then(|chat| chat.messages.get(&message_id));
    let entry = Accepted {
        seq: 0,
        at: now,
        method,
        chat_id: Some(chat_id),
        message_id: Some(message_id),
        text: message.map(|message| message.text.clone()),
        silent: message.is_some_and(|message| message.silent),
        reply_to: message.and_then(|message| message.reply_to),
    };
    state.journal.accept(entry);
}

/// The identifier of a message that a call gives back.
fn message_id_json(id: i32) -> Value {
    json!({ "message_id": id })
}
