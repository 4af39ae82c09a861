//! What happens when somebody asks something: each handler loads what it needs, calls one use
//! case, and says what became of it. The role is looked up anew for every act, in its transaction.
mod enrol;
mod mirror;
mod report;
mod said;
mod sites;
mod tapped;
mod team;

pub use enrol::token_hash;

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use futures::future::BoxFuture;
use teloxide::types::{Update, UpdateKind};

use super::inbox::{AfterCommit, CallbackAnswer, Handle, HandleError};
use super::schema::{self, Ask, BotName};
use crate::clock::Clock;
use crate::coordination::{CoordinationError, House};
use crate::domain::alert::{Mode, Thread, Urgency};
use crate::domain::lang::Lang;
use crate::domain::person::{Chat, Person, Role};
use crate::domain::site::{Gazetteer, Point, SiteCode};
use crate::speech::Speech;
use crate::speech::say::Say;
use crate::storage::{Answer, StorageError, Tx};

/// An answer is of no use much later.
const ANSWER_WITHIN: TimeDelta = TimeDelta::hours(1);
/// Residents who show that they still want warnings are renewed at most so often, to write less.
const RENEW_AT_MOST_EVERY: TimeDelta = TimeDelta::days(1);

/// The places as they are now: the team sets points while Vigie runs.
#[derive(Clone)]
pub struct Places(Arc<RwLock<Arc<Gazetteer>>>);

impl Places {
    /// Begins with these.
    pub fn new(gazetteer: Gazetteer) -> Places {
        Places(Arc::new(RwLock::new(Arc::new(gazetteer))))
    }
    /// The places now.
    pub fn now(&self) -> Arc<Gazetteer> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
    /// Sets where a place is.
    pub fn set_point(&self, site: &SiteCode, point: Point) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut held).set_point(site, point);
    }
}

/// Handles every update.
pub struct Handlers {
    /// The clock.
    pub clock: Clock,
    /// The places.
    pub places: Places,
    /// Where identifiers come from.
    pub entropy: Arc<dyn crate::domain::id::Entropy>,
    /// The words, to know which languages there are and what the menus say.
    pub speech: Arc<Speech>,
    /// The bot's own name.
    pub bot: BotName,
}

impl Handle for Handlers {
    fn handle<'a>(
        &'a self,
        tx: &'a mut Tx,
        update: Update,
        _received_at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<AfterCommit, HandleError>> {
        async move {
            if let UpdateKind::Error(_) = update.kind {
                tracing::info!("an update of a kind that is new to us was passed over");
                return Ok(AfterCommit::default());
            }
            let ask = schema::read(update, self.bot.clone()).await;
            let now = self.clock.now();
            let chat = match &ask {
                Ask::Message { chat, .. } | Ask::Tapped { chat, .. } | Ask::Gone(chat) => *chat,
                Ask::InChannel { by, .. } => *by,
                Ask::Moved { from, to } => {
                    tx.rewrite_chat(*from, *to, now).await?;
                    return Ok(AfterCommit::default());
                }
                Ask::StrayTap { query } => {
                    let answer = CallbackAnswer { id: query.clone(), text: None, alert: false };
                    return Ok(AfterCommit { answers: vec![answer], ..AfterCommit::default() });
                }
                Ask::Nothing => return Ok(AfterCommit::default()),
            };
            let mut turn = self.turn(tx, chat, now).await?;
            turn.take(ask).await?;
            Ok(turn.after)
        }
        .boxed()
    }

    /// Nobody's report is lost without their knowing: they are told that it did not reach us, and
    /// whom to call.
    fn given_up<'a>(
        &'a self,
        tx: &'a mut Tx,
        update: Update,
    ) -> BoxFuture<'a, Result<(), HandleError>> {
        async move {
            match schema::read(update, self.bot.clone()).await {
                Ask::Message { chat, .. } | Ask::Tapped { chat, .. } => {
                    let mut turn = self.turn(tx, chat, self.clock.now()).await?;
                    turn.say(&Say::NotReceived).await
                }
                _ => Ok(()),
            }
        }
        .boxed()
    }
}

impl Handlers {
    async fn turn<'a>(
        &'a self,
        tx: &'a mut Tx,
        chat: Chat,
        now: DateTime<Utc>,
    ) -> Result<Turn<'a>, HandleError> {
        let person = tx.person_by_chat(chat).await?;
        let role = person.as_ref().map_or(Role::Resident, |p| p.role_at(now));
        let house = House { gazetteer: self.places.now(), entropy: Arc::clone(&self.entropy) };
        let after = AfterCommit::default();
        Ok(Turn { hands: self, tx, house, now, chat, person, role, after })
    }
}

impl From<CoordinationError> for HandleError {
    fn from(error: CoordinationError) -> HandleError {
        match error {
            CoordinationError::Storage(error) => HandleError::Storage(error),
            CoordinationError::Say(_) => HandleError::Defect("an utterance could not be stored"),
        }
    }
}

/// One person's turn: who asks, what the house is like now, and what is to be done after.
struct Turn<'a> {
    hands: &'a Handlers,
    tx: &'a mut Tx,
    house: House,
    now: DateTime<Utc>,
    chat: Chat,
    person: Option<Person>,
    role: Role,
    after: AfterCommit,
}

/// How an answer arrives.
#[derive(Clone, Copy, Default)]
struct How {
    edit: Option<i64>,
    reply: Option<i64>,
}

impl Turn<'_> {
    async fn take(&mut self, ask: Ask) -> Result<(), HandleError> {
        match ask {
            Ask::Message { written, again, .. } => {
                self.renew().await?;
                self.said(written, again).await
            }
            Ask::Tapped { query, message, tap, about, .. } => {
                self.renew().await?;
                let toast = CallbackAnswer { id: query, text: None, alert: false };
                self.after.answers.push(toast);
                self.tapped(tap, message, about.map(|written| *written)).await
            }
            Ask::Gone(_) => self.gone().await,
            Ask::InChannel { channel, title, may_post, .. } => {
                self.channel(channel, &title, may_post).await
            }
            Ask::Moved { .. } | Ask::StrayTap { .. } | Ask::Nothing => Ok(()),
        }
    }

    /// The reader's language; French for whoever has not chosen one, as on the flyers.
    fn lang(&self) -> Lang {
        self.person.as_ref().map_or(Lang::FR, |person| person.lang)
    }

    /// Says something in a new message.
    async fn say(&mut self, say: &Say) -> Result<(), HandleError> {
        self.utter(say, How::default(), None).await
    }

    /// Says something in place of the message that was tapped.
    async fn put(&mut self, say: &Say, message: Option<i64>) -> Result<(), HandleError> {
        self.utter(say, How { edit: message, reply: None }, None).await
    }

    /// Says something in answer to a message, so that a tap on it still knows what it was about.
    async fn answer(&mut self, say: &Say, to: i64) -> Result<(), HandleError> {
        self.utter(say, How { edit: None, reply: Some(to) }, None).await
    }

    async fn utter(
        &mut self,
        say: &Say,
        how: How,
        thread: Option<&Thread>,
    ) -> Result<(), HandleError> {
        let say_json = serde_json::to_string(say)
            .map_err(|_| HandleError::Defect("an utterance could not be stored"))?;
        let answer = Answer {
            to: self.chat,
            lang: self.lang(),
            say_json: &say_json,
            mode: if how.edit.is_some() { Mode::Edit } else { Mode::Quiet },
            urgency: Urgency::Answer,
            edit: how.edit,
            reply: how.reply,
            thread,
            expires_at: self.now + ANSWER_WITHIN,
        };
        self.tx.answer_add(&answer, self.now).await?;
        self.after.queued = true;
        Ok(())
    }

    async fn save(&mut self, person: Person) -> Result<(), StorageError> {
        self.tx.save_person(&person).await?;
        self.role = person.role_at(self.now);
        self.person = Some(person);
        Ok(())
    }

    /// Whoever writes or taps still wants to be here.
    async fn renew(&mut self) -> Result<(), HandleError> {
        if let Some(mut person) = self.person.clone()
            && self.now - person.renewed_at > RENEW_AT_MOST_EVERY
        {
            person.renewed_at = self.now;
            self.save(person).await?;
        }
        Ok(())
    }

    /// Erases everything about this chat.
    async fn forget(&mut self) -> Result<bool, HandleError> {
        let was_team = self.person.as_ref().is_some_and(|p| p.role > Role::Resident);
        let known = self.tx.forget_person(self.chat, self.now).await?;
        if known {
            let kind = if was_team { "member_left" } else { "unsubscribed" };
            self.tx.journal_append(kind, &serde_json::json!({}), self.now).await?;
        }
        self.person = None;
        self.role = Role::Resident;
        self.after.erased = known;
        Ok(known)
    }

    /// The person blocked the bot: nothing can be said any more.
    async fn gone(&mut self) -> Result<(), HandleError> {
        if self.person.as_ref().is_some_and(|person| person.role == Role::Resident) {
            self.forget().await?;
        }
        Ok(())
    }
}
