//! The door: which update is what, on one screen. Everything behind it works with an [`Ask`], in
//! which no `&str` is ever a place and no JSON is left.
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use teloxide::dptree::{self, Handler};
use teloxide::types::{
    CallbackQuery, ChatMemberUpdated, MaybeInaccessibleMessage, Message, MessageKind,
    MessageOrigin, Update, UpdateKind,
};

use super::command::{self, Command};
use crate::domain::person::Chat;
use crate::domain::site::Point;
use crate::domain::tap::Tap;

/// What a message says, and when and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The message's number in its chat.
    pub message: i64,
    /// When it was sent, by Telegram's clock.
    pub at: DateTime<Utc>,
    /// When it was last changed; `at` where it never was.
    pub changed_at: DateTime<Utc>,
    /// What stands in it.
    pub content: Content,
}

/// What stands in a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A command; `None` for one we do not have.
    Command(Option<Command>),
    /// Text.
    Text {
        /// As typed.
        text: String,
        /// Where a forwarded message comes from, so that two forwards of one message are known.
        forward_of: Option<String>,
    },
    /// A place on the map.
    Pin(Point),
    /// Somebody's contact card.
    ContactCard,
    /// A sticker, a voice message, a poll…
    Other,
}

/// What somebody asks of us.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// A message, or (`again`) one that was changed after it was sent.
    Message {
        /// From which chat.
        chat: Chat,
        /// What it says.
        written: Written,
        /// Whether it is a change of an earlier message.
        again: bool,
    },
    /// A tap on a button.
    Tapped {
        /// From which chat.
        chat: Chat,
        /// To be answered with this.
        query: String,
        /// The message with the button; it can be edited unless it is very old.
        message: Option<i64>,
        /// What the button said; `None` when no button of ours says that.
        tap: Option<Tap>,
        /// The message that the one with the button answered.
        about: Option<Box<Written>>,
    },
    /// A tap from somewhere that cannot be answered in a chat.
    StrayTap {
        /// To be answered with this.
        query: String,
    },
    /// The person blocked the bot, or left.
    Gone(Chat),
    /// Somebody changed what the bot may do in a channel.
    InChannel {
        /// Who did it: their own chat with the bot.
        by: Chat,
        /// The channel.
        channel: Chat,
        /// Its title.
        title: String,
        /// Whether the bot may write there now.
        may_post: bool,
    },
    /// A group became another chat.
    Moved {
        /// The old chat.
        from: Chat,
        /// The new one.
        to: Chat,
    },
    /// Nothing that concerns us: group talk, channel posts, kinds of updates that are new to us.
    Nothing,
}

/// The bot's own name, for commands addressed to it.
#[derive(Debug, Clone)]
pub struct BotName(pub String);

/// The schema: every kind of update and where it goes.
pub fn schema() -> Handler<'static, Ask> {
    dptree::entry()
        .branch(
            dptree::filter_map(|u: Update| private_message(&u, false))
                .endpoint(async |message: Message, bot: BotName| said(message, &bot.0, false)),
        )
        .branch(
            dptree::filter_map(|u: Update| private_message(&u, true))
                .endpoint(async |message: Message, bot: BotName| said(message, &bot.0, true)),
        )
        .branch(
            dptree::filter_map(|u: Update| callback(&u))
                .endpoint(async |query: CallbackQuery, bot: BotName| tapped(query, &bot.0)),
        )
        .branch(
            dptree::filter_map(|u: Update| membership(&u))
                .endpoint(async |change: ChatMemberUpdated| gone(&change)),
        )
        .branch(dptree::filter_map(|u: Update| in_channel(&u)).endpoint(async |ask: Ask| ask))
        .branch(dptree::filter_map(|u: Update| migration(&u)).endpoint(async |ask: Ask| ask))
}

/// Sends an update through the schema.
pub async fn read(update: Update, bot: BotName) -> Ask {
    match schema().dispatch(dptree::deps![update, bot]).await {
        ControlFlow::Break(ask) => ask,
        ControlFlow::Continue(_) => Ask::Nothing,
    }
}

fn private_message(update: &Update, edited: bool) -> Option<Message> {
    let message = match (&update.kind, edited) {
        (UpdateKind::Message(message), false) => message,
        (UpdateKind::EditedMessage(message), true) => message,
        _ => return None,
    };
    (message.chat.is_private() && message.migrate_to_chat_id().is_none()).then(|| message.clone())
}

fn callback(update: &Update) -> Option<CallbackQuery> {
    match &update.kind {
        UpdateKind::CallbackQuery(query) => Some(query.clone()),
        _ => None,
    }
}

fn membership(update: &Update) -> Option<ChatMemberUpdated> {
    match &update.kind {
        UpdateKind::MyChatMember(change) if change.chat.is_private() => Some(change.clone()),
        _ => None,
    }
}

fn in_channel(update: &Update) -> Option<Ask> {
    let UpdateKind::MyChatMember(change) = &update.kind else { return None };
    change.chat.is_channel().then(|| Ask::InChannel {
        // A private chat has its person's number (core.telegram.org/bots/api#chat).
        by: Chat(i64::try_from(change.from.id.0).unwrap_or_default()),
        channel: Chat(change.chat.id.0),
        title: change.chat.title().unwrap_or_default().to_owned(),
        may_post: change.new_chat_member.can_post_messages(),
    })
}

fn migration(update: &Update) -> Option<Ask> {
    let UpdateKind::Message(message) = &update.kind else { return None };
    let to = message.migrate_to_chat_id()?;
    Some(Ask::Moved { from: Chat(message.chat.id.0), to: Chat(to.0) })
}

fn said(message: Message, bot: &str, again: bool) -> Ask {
    Ask::Message { chat: Chat(message.chat.id.0), written: written(&message, bot), again }
}

fn tapped(query: CallbackQuery, bot: &str) -> Ask {
    let tap = query.data.as_deref().and_then(Tap::decode);
    let Some(holder) = &query.message else { return Ask::StrayTap { query: query.id.0 } };
    let about = match holder {
        MaybeInaccessibleMessage::Regular(message) => {
            message.reply_to_message().map(|quoted| Box::new(written(quoted, bot)))
        }
        MaybeInaccessibleMessage::Inaccessible(_) => None,
    };
    let chat = holder.chat();
    if !chat.is_private() {
        return Ask::StrayTap { query: query.id.0 };
    }
    Ask::Tapped {
        chat: Chat(chat.id.0),
        query: query.id.0,
        message: Some(i64::from(holder.id().0)),
        tap,
        about,
    }
}

fn gone(change: &ChatMemberUpdated) -> Ask {
    if change.new_chat_member.is_banned() || change.new_chat_member.is_left() {
        Ask::Gone(Chat(change.chat.id.0))
    } else {
        Ask::Nothing
    }
}

fn written(message: &Message, bot: &str) -> Written {
    Written {
        message: i64::from(message.id.0),
        at: message.date,
        changed_at: message.edit_date().copied().unwrap_or(message.date),
        content: content(message, bot),
    }
}

fn content(message: &Message, bot: &str) -> Content {
    if !matches!(message.kind, MessageKind::Common(_)) {
        return Content::Other;
    }
    if message.via_bot.is_some() {
        return Content::Other;
    }
    if let Some(text) = message.text() {
        return match command::read(text, bot) {
            Some(command) => Content::Command(command),
            None => Content::Text { text: text.to_owned(), forward_of: forward_of(message) },
        };
    }
    if let Some(location) = message.location() {
        return Content::Pin(Point { lat: location.latitude, lon: location.longitude });
    }
    if message.contact().is_some() {
        return Content::ContactCard;
    }
    Content::Other
}

/// A name for the forwarded message: its author, as far as Telegram says, and when it was written.
fn forward_of(message: &Message) -> Option<String> {
    let origin = message.forward_origin()?;
    let author = match origin {
        MessageOrigin::User { sender_user, .. } => format!("user {}", sender_user.id),
        MessageOrigin::HiddenUser { sender_user_name, .. } => format!("hidden {sender_user_name}"),
        MessageOrigin::Chat { sender_chat, .. } => format!("chat {}", sender_chat.id),
        MessageOrigin::Channel { chat, message_id, .. } => {
            format!("channel {} {}", chat.id, message_id.0)
        }
    };
    Some(format!("{author} {}", origin.date().timestamp()))
}
