//! Command menus: one for each scope and language, and which of them a phone shows.
use serde_json::{Value, json};

use super::super::message::ChatKind;
use super::super::params::Params;
use super::super::refusal::{Answer, Refusal};
use super::super::state::{Menu, State};

/// Commands of one menu (core.telegram.org/bots/api#setmycommands).
const COMMANDS_MAX: usize = 100;
/// Characters of a description.
const DESCRIPTION_CHARS_MAX: usize = 256;

fn key(params: &Params) -> Result<(String, String), Refusal> {
    let scope = params.json("scope")?;
    let scope = scope.unwrap_or_else(|| json!({ "type": "default" }));
    let language = params.text("language_code").unwrap_or_default();
    let two_letters = language.len() == 2 && language.bytes().all(|b| b.is_ascii_lowercase());
    if !language.is_empty() && !two_letters {
        return Err(Refusal::bad("invalid language code specified"));
    }
    Ok((scope_key(&scope), language))
}

/// A scope in one spelling.
fn scope_key(scope: &Value) -> String {
    let id = |name: &str| scope[name].as_i64().unwrap_or(0);
    let kind = scope["type"].as_str().unwrap_or("default");
    format!("{kind}|{}|{}", id("chat_id"), id("user_id"))
}

fn command(value: &Value) -> Result<(String, String), Refusal> {
    let name = value["command"].as_str().unwrap_or_default();
    let name = name.strip_prefix('/').unwrap_or(name);
    let description = value["description"].as_str().unwrap_or_default().trim();
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if !(1..=32).contains(&name.len()) || !name.bytes().all(fits) {
        return Err(Refusal::bad("BOT_COMMAND_INVALID"));
    }
    if !(1..=DESCRIPTION_CHARS_MAX).contains(&description.chars().count()) {
        return Err(Refusal::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
    }
    Ok((name.to_owned(), description.to_owned()))
}

/// `setMyCommands`.
pub(super) fn set(state: &mut State, params: &Params) -> Answer {
    let key = key(params)?;
    let scope = params.json("scope")?.unwrap_or(Value::Null);
    if let Some(chat) = scope["chat_id"].as_i64() {
        state.writable(chat)?;
    }
    let commands = params.json("commands")?.unwrap_or(Value::Null);
    let commands = commands.as_array().cloned().unwrap_or_default();
    if commands.len() > COMMANDS_MAX {
        return Err(Refusal::bad("BOT_COMMANDS_TOO_MUCH"));
    }
    let menu: Menu = commands.iter().map(command).collect::<Result<_, _>>()?;
    if menu.is_empty() {
        state.menus.remove(&key);
    } else {
        state.menus.insert(key, menu);
    }
    touch_all(state);
    Ok(json!(true))
}

/// A menu may change what any phone shows.
fn touch_all(state: &mut State) {
    state.revision += 1;
    let revision = state.revision;
    for chat in state.chats.values_mut() {
        chat.revision = revision;
    }
}

/// `getMyCommands`.
pub(super) fn get(state: &State, params: &Params) -> Answer {
    let menu = state.menus.get(&key(params)?);
    let commands = menu.into_iter().flatten();
    let commands: Vec<Value> = commands
        .map(|(command, description)| json!({ "command": command, "description": description }))
        .collect();
    Ok(json!(commands))
}

/// `deleteMyCommands`.
pub(super) fn delete(state: &mut State, params: &Params) -> Answer {
    state.menus.remove(&key(params)?);
    touch_all(state);
    Ok(json!(true))
}

/// The menu a person sees in a chat: the narrowest scope first, in each the person's language
/// before none (core.telegram.org/bots/api#determining-list-of-commands).
pub(in super::super) fn menu_for(state: &State, chat_id: i64, person: i64) -> Menu {
    let Some(chat) = state.chats.get(&chat_id) else {
        return Menu::new();
    };
    let language = state.people.get(&person);
    let language = language.and_then(|person| person.language_code.as_deref());
    let language = language.map(|code| code.split('-').next().unwrap_or(code).to_owned());
    let of_chat = json!({ "type": "chat", "chat_id": chat_id });
    let scopes = match chat.kind {
        ChatKind::Private => vec![of_chat, json!({ "type": "all_private_chats" })],
        ChatKind::Group | ChatKind::Supergroup | ChatKind::Channel => vec![
            json!({ "type": "chat_member", "chat_id": chat_id, "user_id": person }),
            of_chat,
            json!({ "type": "all_group_chats" }),
        ],
    };
    let scopes = scopes.into_iter().chain([json!({ "type": "default" })]);
    for scope in scopes.map(|scope| scope_key(&scope)) {
        for language in language.iter().cloned().chain([String::new()]) {
            if let Some(menu) = state.menus.get(&(scope.clone(), language)) {
                return menu.clone();
            }
        }
    }
    Menu::new()
}
