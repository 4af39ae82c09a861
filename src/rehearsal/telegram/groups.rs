//! Groups: members, topics, and the move to a supergroup.
use serde_json::json;

use super::LocalTelegram;
use super::message::{Author, Chat, ChatKind, Message};
use super::people::{CannotDo, cannot};

/// A group with the bot in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSpec {
    /// Its id, below zero.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// A supergroup from the start.
    pub supergroup: bool,
    /// A supergroup with topics.
    pub forum: bool,
    /// The people in it.
    pub members: Vec<i64>,
}

impl LocalTelegram {
    /// Adds a group.
    pub fn add_group(&self, group: GroupSpec) {
        let kind = match group.supergroup || group.forum {
            true => ChatKind::Supergroup,
            false => ChatKind::Group,
        };
        let mut chat = Chat::new(group.id, kind, &group.title);
        chat.members = group.members;
        chat.is_forum = group.forum;
        let mut state = self.inner.lock();
        state.chats.insert(group.id, chat);
        state.touch(group.id);
        drop(state);
        self.inner.announce();
    }
    /// Lets a person write into a topic of a forum group.
    ///
    /// # Errors
    /// When the person may not write there.
    pub fn say_in_topic(
        &self,
        chat_id: i64,
        topic: i32,
        person: i64,
        text: &str,
    ) -> Result<i32, CannotDo> {
        let text = text.to_owned();
        self.send_as(chat_id, person, |_, message| {
            message.text = text;
            message.topic = Some(topic);
        })
    }
    /// Throws the bot out of a group, or takes it in again.
    pub fn set_kicked(&self, chat_id: i64, kicked: bool) {
        if let Some(chat) = self.inner.lock().chats.get_mut(&chat_id) {
            chat.blocked = kicked;
        }
    }
    /// Makes a group a supergroup with another id: the old one answers with the new from now on.
    ///
    /// # Errors
    /// When there is no such group.
    pub fn migrate(&self, old: i64, new: i64) -> Result<(), CannotDo> {
        let now = self.inner.clock.now();
        let mut state = self.inner.lock();
        let Some(group) = state.chats.get_mut(&old) else {
            return cannot(format!("there is no group {old}"));
        };
        if group.kind != ChatKind::Group {
            return cannot("only a plain group becomes a supergroup");
        }
        group.migrated_to = Some(new);
        let members = group.members.clone();
        let author = members.first().map_or(Author::Bot, |id| Author::Person(*id));
        let mut chat = Chat::new(new, ChatKind::Supergroup, &group.title.clone());
        chat.members = members;
        state.chats.insert(new, chat);
        for (chat, name, other) in
            [(old, "migrate_to_chat_id", new), (new, "migrate_from_chat_id", old)]
        {
            let mut message = Message::new(author, now);
            message.body.insert(name.to_owned(), json!(other));
            let id = state.add_message(chat, message);
            let body = state.message_json(chat, id);
            state.updates.push("message", body, now);
        }
        drop(state);
        self.inner.updates_arrived.notify_waiters();
        self.inner.announce();
        Ok(())
    }
}
