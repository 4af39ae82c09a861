//! Channels: whoever owns one makes the bot its administrator, or takes that back.
use serde_json::{Value, json};

use super::LocalTelegram;
use super::message::{Author, Chat, ChatKind};
use super::people::{CannotDo, cannot};
use super::state::State;

/// What the bot is in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// An administrator who may post.
    MayPost,
    /// An administrator who may not.
    MayNotPost,
    /// Nothing.
    Out,
}

impl LocalTelegram {
    /// Adds a channel that the bot has no part in yet. Its id is below zero.
    pub fn add_channel(&self, id: i64, title: &str) {
        let mut state = self.inner.lock();
        state.chats.insert(id, Chat::new(id, ChatKind::Channel, title));
        state.touch(id);
        drop(state);
        self.inner.announce();
    }
    /// The bot loses its part in a channel and is not told, as when the update was lost.
    pub fn lose_in_channel(&self, id: i64, now_is: Standing) {
        if let Some(channel) = self.inner.lock().chats.get_mut(&id) {
            channel.open = now_is != Standing::Out;
            channel.blocked = now_is == Standing::MayNotPost;
        }
    }
    /// A person who owns the channel says what the bot is there; the bot is told.
    ///
    /// # Errors
    /// When there is no such channel.
    pub fn set_in_channel(&self, id: i64, person: i64, now_is: Standing) -> Result<(), CannotDo> {
        let now = self.inner.clock.now();
        let mut state = self.inner.lock();
        let Some(channel) = state.chats.get_mut(&id).filter(|c| c.kind == ChatKind::Channel) else {
            return cannot(format!("there is no channel {id}"));
        };
        let was = match (channel.open, channel.blocked) {
            (false, _) => Standing::Out,
            (true, true) => Standing::MayNotPost,
            (true, false) => Standing::MayPost,
        };
        channel.open = now_is != Standing::Out;
        channel.blocked = now_is == Standing::MayNotPost;
        let chat = channel.json();
        state.touch(id);
        let body = json!({
            "chat": chat,
            "from": state.author_json(Author::Person(person)),
            "date": now.timestamp(),
            "old_chat_member": member(&state, was),
            "new_chat_member": member(&state, now_is),
        });
        self.push(state, "my_chat_member", body, now);
        Ok(())
    }
}

/// The bot as a member, in the Bot API's form (core.telegram.org/bots/api#chatmemberadministrator).
fn member(state: &State, standing: Standing) -> Value {
    if standing == Standing::Out {
        return json!({ "status": "left", "user": state.bot_json() });
    }
    json!({
        "status": "administrator", "user": state.bot_json(), "can_be_edited": false,
        "is_anonymous": false, "can_manage_chat": true, "can_change_info": false,
        "can_post_messages": standing == Standing::MayPost, "can_edit_messages": false,
        "can_delete_messages": false, "can_invite_users": false, "can_restrict_members": false,
        "can_promote_members": false, "can_manage_video_chats": false,
        "can_post_stories": false, "can_edit_stories": false, "can_delete_stories": false,
        "can_manage_voice_chats": false,
    })
}
