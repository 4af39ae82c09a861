//! The bot itself, chats, members and topics.
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::super::message::{Author, ChatKind, Message};
use super::super::params::Params;
use super::super::refusal::{Answer, Refusal};
use super::super::state::State;
use super::chat_id;

/// `getMe`.
pub(super) fn me(state: &State) -> Value {
    let mut me = state.bot_json();
    me["can_join_groups"] = json!(true);
    me["can_read_all_group_messages"] = json!(true);
    me["supports_inline_queries"] = json!(false);
    me["can_connect_to_business"] = json!(false);
    me["has_main_web_app"] = json!(false);
    me
}

/// `getChat`.
pub(super) fn get(state: &State, params: &Params) -> Answer {
    let chat = state.writable(chat_id(params)?)?;
    let mut info = chat.json();
    info["accent_color_id"] = json!(0);
    info["max_reaction_count"] = json!(11);
    info["accepted_gift_types"] = json!({
        "unlimited_gifts": false,
        "limited_gifts": false,
        "unique_gifts": false,
        "premium_subscription": false,
    });
    Ok(info)
}

/// `getChatMember`.
pub(super) fn member(state: &State, params: &Params) -> Answer {
    let chat = state.writable(chat_id(params)?)?;
    let user = params.integer("user_id").unwrap_or(0);
    if user == state.bot_id() {
        return Ok(json!({ "status": "member", "user": state.bot_json() }));
    }
    let Some(person) = state.people.get(&user) else {
        return Err(Refusal::bad("user not found"));
    };
    let there = chat.members.contains(&user) || chat.id == user;
    let status = if there { "member" } else { "left" };
    Ok(json!({ "status": status, "user": person.json() }))
}

/// `getChatMemberCount`.
pub(super) fn member_count(state: &State, params: &Params) -> Answer {
    let chat = state.writable(chat_id(params)?)?;
    Ok(json!(match chat.kind {
        ChatKind::Private => 2,
        ChatKind::Group | ChatKind::Supergroup | ChatKind::Channel => chat.members.len() + 1,
    }))
}

/// `createForumTopic`.
pub(super) fn create_topic(state: &mut State, params: &Params, now: DateTime<Utc>) -> Answer {
    let chat_id = chat_id(params)?;
    if !state.writable(chat_id)?.is_forum {
        return Err(Refusal::bad("the chat is not a forum"));
    }
    let name = params.text("name").unwrap_or_default();
    let colour = 7_322_096;
    let mut message = Message::new(Author::Bot, now);
    let created = json!({ "name": name, "icon_color": colour });
    message.body.insert("forum_topic_created".into(), created);
    let id = state.add_message(chat_id, message);
    Ok(json!({ "message_thread_id": id, "name": name, "icon_color": colour }))
}

/// `leaveChat`.
pub(super) fn leave(state: &mut State, params: &Params) -> Answer {
    let chat_id = chat_id(params)?;
    state.writable(chat_id)?;
    if let Some(chat) = state.chats.get_mut(&chat_id) {
        chat.blocked = true;
    }
    Ok(json!(true))
}
