//! Has the updates of the inbox handled. Owns that each has exactly one effect: the handler works in
//! the transaction that also marks the update as done, so a crash at any point handles it again from
//! the start. One chat's updates are handled one after another, different chats side by side. A
//! handler that fails or panics harms its own update alone: it is tried again, then set aside.
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use futures::future::BoxFuture;
use teloxide::types::{Update, UpdateKind};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::outbound::{MenuFor, TelegramCourier};
use super::unkept::Apology;
use crate::clock::Clock;
use crate::domain::lang::Lang;
use crate::proof::{self, Defect, Point};
use crate::storage::{InboxRow, StorageError, Store, Tx};

/// Chats handled side by side. Handlers work in the database alone, where writers take turns; more
/// would only wait longer.
const AT_ONCE_MAX: i64 = 16;
/// The same where several processes share a database: each handling holds one of the ten connections
/// that a process has, and the sender and the sign of life need theirs.
const AT_ONCE_SHARED_MAX: i64 = 6;
/// After so many failed attempts an update is set aside: what failed three times will fail again,
/// and the chat's later messages wait behind it.
const ATTEMPTS_MAX: i64 = 3;
/// Before the second and the third attempt, in seconds.
const RETRY_SECONDS: [i64; 2] = [1, 5];
/// A handler that has not come to an end by then has failed. Handlers take milliseconds.
const HANDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Answers to taps and menus on their way at once; beyond that they wait.
const AFTERTHOUGHTS_MAX: usize = 32;
/// How long the loop sleeps when nothing wakes it: updates that wait for another try need no waker.
const IDLE_PAUSE: Duration = Duration::from_secs(1);
/// What is due is in another process's hands: it is looked at again after it, for that one may die.
const ELSEWHERE_PAUSE: Duration = Duration::from_millis(100);
/// The pause when the database does not answer.
const TROUBLE_PAUSE: Duration = Duration::from_secs(2);

/// Why an update could not be handled.
#[derive(Debug, thiserror::Error)]
pub enum HandleError {
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Something that should not be; the text names no person and repeats no message.
    #[error("{0}")]
    Defect(&'static str),
}

/// The answer to a tap.
#[derive(Clone, PartialEq, Eq)]
pub struct CallbackAnswer {
    /// The tap.
    pub id: String,
    /// What is shown for a moment, if anything.
    pub text: Option<String>,
    /// Whether it must be closed by hand.
    pub alert: bool,
}

/// A menu of commands to set.
#[derive(Clone, PartialEq, Eq)]
pub struct Menu {
    /// Who sees it.
    pub shown_to: MenuFor,
    /// For readers of this language; of any other, where there is none.
    pub lang: Option<Lang>,
    /// Name and description of each; none removes the menu.
    pub commands: Vec<(String, String)>,
}

/// What is done once the handler's work is committed, as well as it can be: none of it is promised.
#[derive(Default)]
pub struct AfterCommit {
    /// Taps to answer.
    pub answers: Vec<CallbackAnswer>,
    /// Menus to set.
    pub menus: Vec<Menu>,
    /// Messages were queued: wake the dispatcher.
    pub queued: bool,
    /// Something was erased: make it unreadable in the files too.
    pub erased: bool,
}

/// Handles updates.
pub trait Handle: Send + Sync {
    /// Does everything that follows from `update` in `tx`, which is committed, together with the
    /// mark that the update is done, when this returns well; otherwise nothing of it has happened.
    /// An update that teloxide cannot read comes as [`UpdateKind::Error`] with its raw JSON.
    ///
    /// # Errors
    /// When it should be tried again, or set aside after [`ATTEMPTS_MAX`] tries.
    fn handle<'a>(
        &'a self,
        tx: &'a mut Tx,
        update: Update,
        received_at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<AfterCommit, HandleError>>;

    /// Tells whoever sent `update` that it could not be handled.
    ///
    /// # Errors
    /// When not even that can be kept; the update is set aside all the same.
    fn given_up<'a>(
        &'a self,
        tx: &'a mut Tx,
        update: Update,
    ) -> BoxFuture<'a, Result<(), HandleError>> {
        let _ = (tx, update);
        std::future::ready(Ok(())).boxed()
    }
}

/// What one step did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InboxReport {
    /// Updates handled.
    pub handled: usize,
    /// Updates that will be tried again.
    pub failed: usize,
    /// Updates given up.
    pub aside: usize,
    /// Updates that another process has in hand, or has handled.
    pub elsewhere: usize,
}

/// What each handling task needs.
struct Bench {
    store: Arc<Store>,
    clock: Clock,
    handler: Arc<dyn Handle>,
}

/// How one handling ended.
enum Handled {
    Done(AfterCommit),
    /// Another process has it in hand, or another of its chat.
    Elsewhere,
    /// The update's own fault, as far as one can tell.
    Failed,
    /// The database's: the update is not to blame.
    Trouble(StorageError),
}

/// Works the inbox off.
pub struct InboxWorker {
    bench: Arc<Bench>,
    courier: TelegramCourier,
    dispatch: Arc<Notify>,
    afterthoughts: JoinSet<()>,
    apology: Option<Arc<Apology>>,
}

impl InboxWorker {
    /// Works off the inbox of `store` with `handler`; `dispatch` is notified when messages were queued.
    pub fn new(
        store: Arc<Store>,
        clock: Clock,
        handler: Arc<dyn Handle>,
        courier: TelegramCourier,
        dispatch: Arc<Notify>,
    ) -> InboxWorker {
        InboxWorker {
            bench: Arc::new(Bench { store, clock, handler }),
            courier,
            dispatch,
            afterthoughts: JoinSet::new(),
            apology: None,
        }
    }

    /// Has people told when what follows from what they sent cannot be kept.
    #[must_use]
    pub fn with_apology(self, apology: Arc<Apology>) -> InboxWorker {
        InboxWorker { apology: Some(apology), ..self }
    }

    /// Handles what is due, at most one update a chat, and waits for all that follows from it.
    ///
    /// # Errors
    /// When the database does not let it.
    pub async fn step(&mut self) -> Result<InboxReport, StorageError> {
        let report = self.turn().await;
        while self.afterthoughts.join_next().await.is_some() {}
        report
    }

    /// Works until `stop` is ready; what is being handled then is finished first.
    pub async fn run(mut self, inbox: Arc<Notify>, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        loop {
            let pause = match self.turn().await {
                Ok(InboxReport { handled: 0, elsewhere: 1.., .. }) => ELSEWHERE_PAUSE,
                Ok(InboxReport { handled: 0, .. }) => IDLE_PAUSE,
                Ok(_) => Duration::ZERO,
                Err(error) => {
                    tracing::error!(%error, "the inbox waits for the database");
                    TROUBLE_PAUSE
                }
            };
            tokio::select! {
                biased;
                () = &mut stop => break,
                () = inbox.notified(), if !pause.is_zero() && pause != TROUBLE_PAUSE => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        while self.afterthoughts.join_next().await.is_some() {}
    }

    /// Handles what is due, and leaves answers to taps on their way.
    async fn turn(&mut self) -> Result<InboxReport, StorageError> {
        let store = &self.bench.store;
        let (mut tx, at_once) = match store.is_shared() {
            true => (store.begin().await?, AT_ONCE_SHARED_MAX),
            false => (store.read().await?, AT_ONCE_MAX),
        };
        let rows = tx.inbox_next(at_once, self.bench.clock.now()).await?;
        drop(tx);
        let mut tasks = JoinSet::new();
        for row in rows {
            let bench = Arc::clone(&self.bench);
            tasks.spawn(async move {
                let handled = bench.handle(&row).await;
                (row, handled)
            });
        }
        let mut report = InboxReport::default();
        let mut trouble = None;
        while let Some(joined) = tasks.join_next().await {
            // Panics are caught inside the task; what is left is a runtime that shuts down.
            let Ok((row, handled)) = joined else {
                continue;
            };
            match handled {
                Handled::Done(after) => {
                    report.handled += 1;
                    let waited = self.bench.clock.now() - row.received_at;
                    let pulse = self.bench.store.pulse();
                    pulse.handling_time.observe(waited.to_std().unwrap_or_default());
                    self.follow_up(after).await;
                }
                Handled::Elsewhere => report.elsewhere += 1,
                Handled::Failed => match self.bench.failed(&row).await {
                    Ok(true) => {
                        report.aside += 1;
                        self.dispatch.notify_one();
                    }
                    Ok(false) => report.failed += 1,
                    Err(error) => trouble = Some(error),
                },
                Handled::Trouble(_) if proof::broken(Defect::DoneThoughFailed) => {
                    let mut tx = self.bench.store.begin().await?;
                    tx.inbox_done(row.update_id, self.bench.clock.now()).await?;
                    tx.commit().await?;
                }
                Handled::Trouble(error) => {
                    if let (Some(apology), Ok(update)) =
                        (&self.apology, serde_json::from_str(&row.raw))
                    {
                        apology.not_kept(&[update], &error).await;
                    }
                    trouble = Some(error);
                }
            }
        }
        trouble.map_or(Ok(report), Err)
    }

    /// Does what follows a commit, without keeping the next updates waiting for Telegram.
    async fn follow_up(&mut self, after: AfterCommit) {
        if after.queued {
            self.dispatch.notify_one();
        }
        if after.erased {
            let store = Arc::clone(&self.bench.store);
            self.afterthoughts.spawn(async move {
                if let Err(error) = store.after_erasure().await {
                    tracing::warn!(%error, "erased rows are still readable in the files");
                }
            });
        }
        if after.answers.is_empty() && after.menus.is_empty() {
            return;
        }
        while self.afterthoughts.len() >= AFTERTHOUGHTS_MAX {
            self.afterthoughts.join_next().await;
        }
        while self.afterthoughts.try_join_next().is_some() {}
        let courier = self.courier.clone();
        self.afterthoughts.spawn(async move {
            for answer in &after.answers {
                let text = answer.text.as_deref();
                courier.answer_callback(&answer.id, text, answer.alert).await;
            }
            for menu in &after.menus {
                let set = courier.set_commands(menu.shown_to, menu.lang, &menu.commands);
                if let Err(error) = set.await {
                    tracing::warn!(%error, "a menu could not be set");
                }
            }
        });
    }
}

impl Bench {
    /// Handles one update in a transaction of its own.
    async fn handle(&self, row: &InboxRow) -> Handled {
        let Some(update) = read(&row.raw) else {
            tracing::error!(update = row.update_id, "an update cannot be read");
            return Handled::Failed;
        };
        let work = AssertUnwindSafe(self.work(row, update)).catch_unwind();
        match tokio::time::timeout(HANDLE_TIMEOUT, work).await {
            Ok(Ok(Ok(Some(after)))) => Handled::Done(after),
            Ok(Ok(Ok(None))) => Handled::Elsewhere,
            Ok(Ok(Err(HandleError::Storage(error)))) if error.is_passing() => {
                Handled::Trouble(error)
            }
            Ok(Ok(Err(error))) => {
                tracing::error!(update = row.update_id, %error, "an update was not handled");
                Handled::Failed
            }
            Ok(Err(_panic)) => {
                tracing::error!(update = row.update_id, "handling an update panicked");
                Handled::Failed
            }
            Err(_elapsed) => {
                tracing::error!(update = row.update_id, "handling an update took too long");
                Handled::Failed
            }
        }
    }

    /// `None`: the update is another process's. What is taken here is free again as soon as this
    /// transaction ends, and with it if this process ends: others go on at once.
    async fn work(
        &self,
        row: &InboxRow,
        update: Update,
    ) -> Result<Option<AfterCommit>, HandleError> {
        let mut tx = self.store.begin().await?;
        if !tx.inbox_take(row, self.clock.now()).await? {
            return Ok(None);
        }
        let after = self.handler.handle(&mut tx, update, row.received_at).await?;
        tx.inbox_done(row.update_id, self.clock.now()).await?;
        proof::reach(Point::Handling).await;
        tx.commit().await?;
        proof::reach(Point::Handled).await;
        Ok(Some(after))
    }

    async fn tell_sender(&self, update: Update) -> Result<(), HandleError> {
        let mut tx = self.store.begin().await?;
        self.handler.given_up(&mut tx, update).await?;
        Ok(tx.commit().await?)
    }

    /// Notes a failed attempt. Says whether the update was given up.
    async fn failed(&self, row: &InboxRow) -> Result<bool, StorageError> {
        let (now, update_id, attempts) = (self.clock.now(), row.update_id, row.attempts + 1);
        let retry = usize::try_from(attempts - 1)
            .ok()
            .and_then(|index| RETRY_SECONDS.get(index))
            .filter(|_| attempts < ATTEMPTS_MAX)
            .map(|seconds| now + TimeDelta::seconds(*seconds));
        if retry.is_none() {
            tracing::error!(alarm = "update_aside", update = update_id, "an update was given up");
        }
        if let (None, Some(update)) = (retry, read(&row.raw))
            && let Err(error) = self.tell_sender(update).await
        {
            tracing::error!(update = update_id, %error, "its sender could not be told");
        }
        let mut tx = self.store.begin().await?;
        tx.inbox_failed(update_id, now, retry).await?;
        tx.commit().await?;
        Ok(retry.is_none())
    }
}

/// Reads an update. What teloxide does not know keeps its raw JSON, so that its sender can still
/// be answered.
fn read(raw: &str) -> Option<Update> {
    // From the text itself: teloxide takes an update of a known kind for an unknown one when it is
    // read from a JSON value.
    let mut update: Update = serde_json::from_str(raw).ok()?;
    if let UpdateKind::Error(kept) = &mut update.kind {
        *kept = serde_json::from_str(raw).ok()?;
    }
    Some(update)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_message_is_understood() {
        let raw = r#"{"update_id":7,"message":{"message_id":1,"date":1,"text":"BMX",
            "chat":{"id":1,"type":"private","first_name":"x"}}}"#;
        let update = read(raw).unwrap();
        assert!(matches!(update.kind, UpdateKind::Message(_)));
    }

    #[test]
    fn an_update_of_an_unknown_kind_keeps_its_json() {
        let update = read(r#"{"update_id":7,"news":{"chat":{"id":1}}}"#).unwrap();
        let UpdateKind::Error(value) = update.kind else {
            panic!("an unknown kind was understood");
        };
        assert_eq!(value["news"]["chat"]["id"], 1);
        assert!(read("{").is_none());
        assert!(read("[]").is_none());
    }
}
