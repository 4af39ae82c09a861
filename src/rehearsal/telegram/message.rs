//! Messages and the people and chats they belong to, as plain data, and their Bot API form.
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::markup::{Entity, entities_json};

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Author {
    Bot,
    Person(i64),
}

/// One message.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub id: i32,
    pub author: Author,
    pub at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
    /// The text, or the caption where there is a `body`.
    pub text: String,
    pub entities: Vec<Entity>,
    /// What is not text, as fields of the Bot API: `photo`, `location`, `dice`, …
    pub body: Map<String, Value>,
    pub reply_to: Option<i32>,
    pub silent: bool,
    pub inline_keyboard: Option<Value>,
    pub forward_origin: Option<Value>,
    pub topic: Option<i32>,
    pub deleted: bool,
}

impl Message {
    pub fn new(author: Author, at: DateTime<Utc>) -> Message {
        Message {
            id: 0,
            author,
            at,
            edited_at: None,
            text: String::new(),
            entities: Vec::new(),
            body: Map::new(),
            reply_to: None,
            silent: false,
            inline_keyboard: None,
            forward_origin: None,
            topic: None,
            deleted: false,
        }
    }
    /// A message by way of another bot is still text.
    pub fn is_text(&self) -> bool {
        self.body.keys().all(|name| name == "via_bot")
    }
}

/// A person with a phone.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub id: i64,
    pub label: String,
    pub language_code: Option<String>,
    pub deactivated: bool,
}

impl Person {
    pub fn json(&self) -> Value {
        let mut user = json!({ "id": self.id, "is_bot": false, "first_name": self.label });
        if let Some(code) = &self.language_code {
            user["language_code"] = json!(code);
        }
        user
    }
}

/// What kind of chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChatKind {
    Private,
    Group,
    Supergroup,
    Channel,
}

/// One chat with the bot in it.
#[derive(Debug, Clone)]
pub(super) struct Chat {
    pub id: i64,
    pub kind: ChatKind,
    pub title: String,
    pub members: Vec<i64>,
    pub is_forum: bool,
    /// Private: the person has written, so that the bot may. Groups: the bot is a member. Channels:
    /// the bot is an administrator.
    pub open: bool,
    /// The person blocked the bot, or the group threw it out, or the channel lets it write no more.
    pub blocked: bool,
    pub migrated_to: Option<i64>,
    pub messages: BTreeMap<i32, Message>,
    /// Supergroups and channels number their own messages.
    pub last_message_id: i32,
    /// The reply keyboard shown under the input now.
    pub reply_keyboard: Option<Value>,
    /// The revision of the last change of anything in it.
    pub revision: u64,
}

impl Chat {
    pub fn new(id: i64, kind: ChatKind, title: &str) -> Chat {
        Chat {
            id,
            kind,
            title: title.to_owned(),
            members: Vec::new(),
            is_forum: false,
            open: !matches!(kind, ChatKind::Private | ChatKind::Channel),
            blocked: false,
            migrated_to: None,
            messages: BTreeMap::new(),
            last_message_id: 0,
            reply_keyboard: None,
            revision: 0,
        }
    }
    pub fn json(&self) -> Value {
        match self.kind {
            ChatKind::Private => {
                json!({ "id": self.id, "type": "private", "first_name": self.title })
            }
            ChatKind::Group => json!({ "id": self.id, "type": "group", "title": self.title }),
            ChatKind::Channel => json!({ "id": self.id, "type": "channel", "title": self.title }),
            ChatKind::Supergroup => json!({
                "id": self.id,
                "type": "supergroup",
                "title": self.title,
                "is_forum": self.is_forum,
            }),
        }
    }
    pub fn message(&self, id: i32) -> Option<&Message> {
        self.messages.get(&id).filter(|message| !message.deleted)
    }
    pub fn message_mut(&mut self, id: i32) -> Option<&mut Message> {
        self.messages.get_mut(&id).filter(|message| !message.deleted)
    }
}

/// A message in the Bot API's form. `author` is the sender's user object; `quoted` the message it
/// replies to in the same form.
pub(super) fn message_json(
    message: &Message,
    chat: Value,
    author: Value,
    quoted: Option<Value>,
) -> Value {
    let mut out = json!({
        "message_id": message.id,
        "from": author,
        "chat": chat,
        "date": message.at.timestamp(),
    });
    for (name, value) in &message.body {
        out[name] = value.clone();
    }
    let (text, entities) = match message.is_text() {
        true => ("text", "entities"),
        false => ("caption", "caption_entities"),
    };
    if message.is_text() || !message.text.is_empty() {
        out[text] = json!(message.text);
        if !message.entities.is_empty() {
            out[entities] = entities_json(&message.entities);
        }
    }
    if let Some(at) = message.edited_at {
        out["edit_date"] = json!(at.timestamp());
    }
    if let Some(markup) = &message.inline_keyboard {
        out["reply_markup"] = markup.clone();
    }
    if let Some(origin) = &message.forward_origin {
        out["forward_origin"] = origin.clone();
    }
    if let Some(quoted) = quoted {
        out["reply_to_message"] = quoted;
    }
    if let Some(topic) = message.topic {
        out["message_thread_id"] = json!(topic);
        out["is_topic_message"] = json!(true);
    }
    out
}
