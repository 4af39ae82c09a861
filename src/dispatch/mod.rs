//! Brings what was decided to the people it is for: durable, paced, the most urgent first. Owns the
//! rules of sending (attempts, ageing, end states) and never decides what is said or to whom; never
//! speaks HTTP either: that is the [`Courier`]'s.
use futures::future::BoxFuture;

use crate::domain::person::Chat;

mod attempt;
mod fence;
mod flight;
pub mod pacing;
mod step;
mod verdict;
mod worker;

pub use self::attempt::Voice;
pub use self::fence::{Fence, Pass};
pub use self::pacing::Pace;
pub use self::step::StepReport;
pub use self::worker::{DispatchError, Sender, Worker};

/// The text of a letter.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// HTML as Telegram understands it.
    Html(String),
    /// Text in which nothing is markup.
    Plain(String),
}

/// A button below a letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// What it reads.
    pub label: String,
    /// What it says when tapped, at most 64 bytes.
    pub data: String,
}

/// One message as it goes out. Has no `Debug`: its text and its recipient belong in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// To whom.
    pub chat: Chat,
    /// What.
    pub body: Body,
    /// The rows of buttons below it.
    pub buttons: Vec<Vec<Key>>,
    /// Whether it arrives without sound.
    pub silent: bool,
    /// The message it quotes; sent without the quote where that is gone.
    pub reply_to: Option<i64>,
    /// The message whose text it replaces.
    pub edit: Option<i64>,
    /// Whether it may be paid for to go beyond the free rate.
    pub paid: bool,
}

/// How one attempt to bring a letter ended. The kinds are told apart by what follows from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Accepted, as this message.
    Sent(i64),
    /// The message to edit already reads so.
    NotModified,
    /// The message to edit is gone, or can no longer be edited.
    NothingToEdit,
    /// Too many messages: to be tried again after so many seconds. Whether only this chat or the
    /// whole bot is meant, Telegram does not say; [`pacing`] judges by how many are told so.
    WaitAsTold {
        /// So long.
        seconds: u32,
    },
    /// The call never left: nothing can have arrived.
    SurelyUnsent,
    /// The call was made and its end is unknown: it may have arrived.
    Ambiguous,
    /// The recipient blocked the bot, or is gone, for good.
    RecipientGone,
    /// Telegram cannot take the text or its markup.
    Malformed,
    /// Telegram will not have this message in this chat, and will not change its mind.
    Refused,
    /// The group is now this chat.
    Moved(Chat),
    /// The bot's token no longer holds.
    TokenRefused,
}

/// Brings letters.
pub trait Courier: Send + Sync {
    /// Makes one attempt, within a bounded time.
    fn carry<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Outcome>;
}
