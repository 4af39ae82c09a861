//! Everything that goes out to Telegram. Owns how a letter becomes a call, and the one table that
//! says what each failure means ([`outcome_of`]): by type and code, never by reading a sentence.
//! Decides nothing about when, whether or how often to send; that is `dispatch`'s.
use std::time::Duration;

use futures::future::BoxFuture;
use serde::Deserialize;
use teloxide::ApiError;
use teloxide::payloads::{
    AnswerCallbackQuery, AnswerCallbackQuerySetters, DeleteMyCommands, DeleteMyCommandsSetters,
    EditMessageText, EditMessageTextSetters, GetMe, SendMessage, SendMessageSetters, SetMyCommands,
    SetMyCommandsSetters,
};
use teloxide::types::{
    BotCommand, BotCommandScope, CallbackQueryId, ChatId, InlineKeyboardButton,
    InlineKeyboardMarkup, LinkPreviewOptions, MessageId, ParseMode, ReplyParameters, True,
};

use super::api::{Api, CALL_TIMEOUT, CallError};
use crate::dispatch::{Body, Courier, Letter, Outcome};
use crate::domain::lang::Lang;
use crate::domain::person::Chat;
use crate::pulse::Send;

/// How long an answer to a tap may take. It only stops the little clock on the button; the message
/// that follows says what happened.
const CALLBACK_TIMEOUT: Duration = Duration::from_secs(3);
/// Telegram cuts nothing and refuses what is longer (core.telegram.org/bots/api#answercallbackquery).
const CALLBACK_TEXT_CHARS_MAX: usize = 200;
/// The wait when a 429 names none.
const WAIT_SECONDS_UNTOLD: u32 = 5;

/// Carries letters to Telegram. Has no `Debug` on purpose: it holds the token.
#[derive(Clone)]
pub struct TelegramCourier {
    api: Api,
    timeout: Duration,
}

/// Who the bot is.
#[derive(Clone, Deserialize)]
pub struct Me {
    /// Its number.
    pub id: i64,
    /// Its name in links, without the @.
    pub username: String,
}

/// Who sees a menu of commands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum MenuFor {
    /// Everyone who has no menu of their own.
    Everyone,
    /// One chat.
    Chat(Chat),
}

impl TelegramCourier {
    /// Carries through `api`.
    pub fn new(api: Api) -> TelegramCourier {
        TelegramCourier { api, timeout: CALL_TIMEOUT }
    }

    /// Waits at most so long for the answer to each letter.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> TelegramCourier {
        TelegramCourier { timeout, ..self }
    }

    /// Who we are, as far as Telegram knows.
    ///
    /// # Errors
    /// When Telegram cannot be asked.
    pub async fn me(&self) -> Result<Me, CallError> {
        self.api.call(&GetMe::new(), self.timeout).await
    }

    /// Answers a tap, as well as can be: an old tap, or a Telegram that is away, is nobody's harm.
    pub async fn answer_callback(&self, id: &str, text: Option<&str>, alert: bool) {
        let mut answer = AnswerCallbackQuery::new(CallbackQueryId(id.to_owned()));
        if let Some(text) = text {
            let short: String = text.chars().take(CALLBACK_TEXT_CHARS_MAX).collect();
            answer = answer.text(short).show_alert(alert);
        }
        match self.api.call::<_, True>(&answer, CALLBACK_TIMEOUT).await {
            Ok(_) | Err(CallError::Refused { kind: ApiError::InvalidQueryId, .. }) => {}
            Err(error) => tracing::debug!(%error, "a tap was not answered"),
        }
    }

    /// Sets the menu of commands (name, description) for readers of `lang`, or, with none, for
    /// readers of any other language. An empty menu removes it.
    ///
    /// # Errors
    /// When Telegram refuses or cannot be reached.
    pub async fn set_commands(
        &self,
        shown_to: MenuFor,
        lang: Option<Lang>,
        commands: &[(String, String)],
    ) -> Result<(), CallError> {
        let scope = match shown_to {
            MenuFor::Everyone => BotCommandScope::Default,
            MenuFor::Chat(chat) => BotCommandScope::Chat { chat_id: ChatId(chat.0).into() },
        };
        let language_code = lang.map(|lang| lang.to_string());
        if commands.is_empty() {
            let mut call = DeleteMyCommands::new().scope(scope);
            call.language_code = language_code;
            return self.api.call::<_, True>(&call, self.timeout).await.map(drop);
        }
        let menu = commands.iter().map(|(name, description)| BotCommand::new(name, description));
        let mut call = SetMyCommands::new(menu).scope(scope);
        call.language_code = language_code;
        self.api.call::<_, True>(&call, self.timeout).await.map(drop)
    }

    async fn send(&self, letter: &Letter) -> Outcome {
        let (text, mode) = text_of(&letter.body);
        let mut call = SendMessage::new(ChatId(letter.chat.0), text)
            .link_preview_options(no_preview())
            .disable_notification(letter.silent);
        if letter.paid {
            call = call.allow_paid_broadcast(true);
        }
        call.parse_mode = mode;
        if !letter.buttons.is_empty() {
            call = call.reply_markup(keyboard(letter));
        }
        if let Some(quoted) = letter.reply_to.and_then(message_id) {
            call =
                call.reply_parameters(ReplyParameters::new(quoted).allow_sending_without_reply());
        }
        match self.api.call::<_, MessageId>(&call, self.timeout).await {
            Ok(MessageId(id)) => Outcome::Sent(i64::from(id)),
            Err(error) => outcome_of(&error),
        }
    }

    async fn edit(&self, letter: &Letter, id: MessageId) -> Outcome {
        let (text, mode) = text_of(&letter.body);
        let mut call = EditMessageText::new(ChatId(letter.chat.0), id, text)
            .link_preview_options(no_preview());
        call.parse_mode = mode;
        if !letter.buttons.is_empty() {
            call = call.reply_markup(keyboard(letter));
        }
        match self.api.call::<_, MessageId>(&call, self.timeout).await {
            Ok(MessageId(id)) => Outcome::Sent(i64::from(id)),
            Err(error) => outcome_of(&error),
        }
    }
}

impl Courier for TelegramCourier {
    fn carry<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            let pulse = self.api.pulse();
            let _under_way = pulse.map(|pulse| pulse.in_flight.hold());
            let outcome = match letter.edit {
                None => self.send(letter).await,
                Some(id) => match message_id(id) {
                    Some(id) => self.edit(letter, id).await,
                    None => Outcome::NothingToEdit,
                },
            };
            if let Some(pulse) = pulse {
                pulse.sent(counted_as(outcome));
            }
            outcome
        })
    }
}

/// What an outcome counts as in the figures.
fn counted_as(outcome: Outcome) -> Send {
    match outcome {
        Outcome::Sent(_) | Outcome::NotModified => Send::Accepted,
        Outcome::WaitAsTold { .. } => Send::TooMany,
        Outcome::Ambiguous => Send::Ambiguous,
        Outcome::SurelyUnsent => Send::Unsent,
        Outcome::RecipientGone => Send::Blocked,
        _ => Send::Refused,
    }
}

/// What a failed call means for the letter it carried. `fault_…` tests name each line.
pub fn outcome_of(error: &CallError) -> Outcome {
    match error {
        CallError::NotReached => Outcome::SurelyUnsent,
        CallError::NotAnswered | CallError::NotUnderstood { .. } => Outcome::Ambiguous,
        CallError::Refused { migrate_to: Some(chat), .. } => Outcome::Moved(Chat(*chat)),
        CallError::Refused { retry_after: Some(seconds), .. } => {
            Outcome::WaitAsTold { seconds: *seconds }
        }
        CallError::Refused { code, kind, .. } => refusal(*code, kind),
    }
}

/// What a refusal means: by its kind where teloxide knows it, else by its code.
fn refusal(code: u16, kind: &ApiError) -> Outcome {
    match kind {
        ApiError::MessageNotModified => Outcome::NotModified,
        ApiError::MessageToEditNotFound
        | ApiError::MessageCantBeEdited
        | ApiError::MessageIdInvalid
        | ApiError::MessageIdentifierNotSpecified => Outcome::NothingToEdit,
        ApiError::BotBlocked
        | ApiError::UserDeactivated
        | ApiError::ChatNotFound
        | ApiError::UserNotFound
        | ApiError::GroupDeactivated
        | ApiError::BotKicked
        | ApiError::BotKickedFromSupergroup
        | ApiError::BotKickedFromChannel
        | ApiError::NotEnoughRightsToPostMessages
        | ApiError::CantInitiateConversation
        | ApiError::CantTalkWithBots => Outcome::RecipientGone,
        ApiError::InvalidToken => Outcome::TokenRefused,
        _ => match code {
            429 => Outcome::WaitAsTold { seconds: WAIT_SECONDS_UNTOLD },
            400 | 413 => Outcome::Malformed,
            401 => Outcome::TokenRefused,
            403 => Outcome::RecipientGone,
            500.. => Outcome::Ambiguous,
            _ => Outcome::Refused,
        },
    }
}

fn text_of(body: &Body) -> (&str, Option<ParseMode>) {
    match body {
        Body::Html(text) => (text, Some(ParseMode::Html)),
        Body::Plain(text) => (text, None),
    }
}

fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

fn keyboard(letter: &Letter) -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new(
        letter
            .buttons
            .iter()
            .map(|row| row.iter().map(|key| InlineKeyboardButton::callback(&key.label, &key.data))),
    )
}

fn message_id(id: i64) -> Option<MessageId> {
    i32::try_from(id).ok().map(MessageId)
}
