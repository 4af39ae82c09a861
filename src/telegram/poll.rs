//! Fetches updates by long poll. Owns the order that loses none: what came is committed to the inbox
//! first, and only then confirmed to Telegram; a crash in between brings it again, and the inbox
//! knows it by its number. Never looks at what an update says, beyond whose it is.
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::Value;
use teloxide::payloads::{
    DeleteWebhook, DeleteWebhookSetters, GetUpdates, GetUpdatesSetters, GetWebhookInfo,
};
use teloxide::types::{AllowedUpdate, True};
use tokio::sync::Notify;

use super::api::{Api, CALL_TIMEOUT, CallError};
use super::unkept::Apology;
use crate::clock::Clock;
use crate::coordination::{self, CoordinationError};
use crate::dispatch::Fence;
use crate::domain::person::Chat;
use crate::proof::{self, Defect, Point};
use crate::storage::{StorageError, Store};

/// How long Telegram may keep a poll open when nothing comes, in seconds: long enough to cost
/// nothing, short enough for the paths that drop a connection after half a minute of silence.
pub const LONG_POLL_SECONDS: u32 = 25;
/// Updates in one answer; Telegram gives no more than 100.
const BATCH_MAX: u8 = 100;
/// After so many conflicts in a row another poller is surely there. One or two may be the ghost of
/// our own last connection, just after a restart.
const CONFLICTS_MAX: u32 = 3;
/// Between two polls while in conflict.
const CONFLICT_PAUSE: Duration = Duration::from_secs(2);
/// Pauses after 1, 2, 3… failures in a row, in seconds; the last is repeated. Coming back half a
/// minute late is bearable, hammering a server in trouble is not.
const FAILURE_PAUSES_SECONDS: [u64; 6] = [1, 2, 4, 8, 15, 30];

/// Telegram keeps a tap for about 150 seconds: after a longer absence taps have been lost.
pub const TAPS_KEPT: TimeDelta = TimeDelta::seconds(150);

/// The kinds of updates that are asked for, fetched or delivered.
pub(super) const WANTED: [AllowedUpdate; 4] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MyChatMember,
];

/// Why polling cannot go on, or did not work this time.
#[derive(Debug, thiserror::Error)]
pub enum PollError {
    /// Somebody else polls with the same token.
    #[error(
        "another program receives this bot's updates: only one may run with a token, and if it is not yours the token is stolen: revoke it with @BotFather"
    )]
    Conflict,
    /// The token no longer holds.
    #[error("Telegram refuses the bot's token: get the right one from @BotFather")]
    TokenRefused,
    /// The call failed; it is worth trying again.
    #[error(transparent)]
    Call(#[from] CallError),
    /// Nothing could be kept, so nothing was confirmed; it is worth trying again.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// What follows from an absence could not be written down; it is worth trying again.
    #[error(transparent)]
    Coordination(#[from] CoordinationError),
}

/// What one poll brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Polled {
    /// Updates in the answer.
    pub received: usize,
    /// Those among them that the inbox did not have.
    pub fresh: usize,
}

/// Where a webhook points.
#[derive(Deserialize)]
struct Webhook {
    url: String,
}

/// Polls for updates. There is one a token.
pub struct Poller {
    api: Api,
    store: Arc<Store>,
    clock: Clock,
    inbox: Arc<Notify>,
    long_poll_seconds: u32,
    /// What to confirm with the next call: one more than the highest number committed. Confirmed
    /// once and then forgotten, so that numbers that start again lower are never skipped.
    confirm: Option<i32>,
    batch: u8,
    reach: Reach,
    fence: Fence,
    apology: Option<Arc<Apology>>,
}

/// Since when Telegram is out of reach, if it is.
#[derive(Clone, Copy)]
enum Reach {
    /// The last poll was answered, then.
    Answered(DateTime<Utc>),
    /// None has been since then.
    Lost(DateTime<Utc>),
    /// None was ever.
    Never,
}

impl Poller {
    /// Polls through `api` into the inbox of `store`, and wakes whoever waits on `inbox`.
    pub fn new(api: Api, store: Arc<Store>, clock: Clock, inbox: Arc<Notify>) -> Poller {
        Poller {
            api,
            store,
            clock,
            inbox,
            long_poll_seconds: LONG_POLL_SECONDS,
            confirm: None,
            batch: BATCH_MAX,
            reach: Reach::Never,
            fence: Fence::open(),
            apology: None,
        }
    }

    /// Polls only while `fence` lets it: of several processes one polls, the others stand by.
    #[must_use]
    pub fn fenced_by(self, fence: Fence) -> Poller {
        Poller { fence, ..self }
    }

    /// Lets Telegram keep a poll open at most so long; 0 answers at once.
    #[must_use]
    pub fn with_long_poll(self, seconds: u32) -> Poller {
        Poller { long_poll_seconds: seconds, ..self }
    }

    /// Has people told when what they sent cannot be kept.
    #[must_use]
    pub fn with_apology(self, apology: Arc<Apology>) -> Poller {
        Poller { apology: Some(apology), ..self }
    }

    /// Makes sure that updates come by polling. A webhook that points anywhere is not ours here:
    /// whoever set it has the token and has read the updates meanwhile.
    ///
    /// # Errors
    /// When Telegram cannot be asked.
    pub async fn take_over(&self) -> Result<(), PollError> {
        let webhook: Webhook =
            self.api.call(&GetWebhookInfo::new(), CALL_TIMEOUT).await.map_err(worth_telling)?;
        if webhook.url.is_empty() {
            return Ok(());
        }
        let host = reqwest::Url::parse(&webhook.url).ok();
        let host = host.as_ref().and_then(|url| url.host_str()).unwrap_or("?");
        tracing::error!(
            alarm = "foreign_webhook",
            host,
            "somebody directed this bot's updates elsewhere; if nobody of the team did, the token is stolen: revoke it with @BotFather"
        );
        let call = DeleteWebhook::new().drop_pending_updates(false);
        if let Err(error) = self.api.call::<_, True>(&call, CALL_TIMEOUT).await {
            tracing::error!(alarm = "webhook_stays", %error, "the webhook could not be removed");
            return Err(worth_telling(error));
        }
        Ok(())
    }

    /// Somebody else may have polled meanwhile: nothing is known of what to confirm.
    fn begin_anew(&mut self) {
        self.confirm = None;
        self.reach = Reach::Never;
    }

    /// One poll: fetch, commit, and remember what to confirm.
    ///
    /// # Errors
    /// As [`PollError`] tells apart; nothing is confirmed then.
    pub async fn step(&mut self) -> Result<Polled, PollError> {
        let mut call = GetUpdates::new()
            .limit(self.batch)
            .timeout(self.long_poll_seconds)
            .allowed_updates(WANTED);
        call.offset = self.confirm;
        let timeout = CALL_TIMEOUT + Duration::from_secs(u64::from(self.long_poll_seconds));
        let answer = self.api.call::<_, Vec<Value>>(&call, timeout).await;
        // An answer too large to come through whole is asked for in smaller pieces.
        self.batch = match &answer {
            Err(CallError::NotUnderstood { .. }) => (self.batch / 4).max(1),
            _ => BATCH_MAX,
        };
        if answer.is_err()
            && let Reach::Answered(at) = self.reach
        {
            self.reach = Reach::Lost(at);
        }
        let updates = answer.map_err(worth_telling)?;
        self.confirm = None;
        let kept = self.keep(&updates).await;
        if let Some(apology) = &self.apology {
            match &kept {
                Err(PollError::Storage(error)) => apology.not_kept(&updates, error).await,
                Ok(polled) if polled.received > 0 => apology.all_is_well(),
                _ => {}
            }
        }
        let polled = kept?;
        self.reached().await?;
        Ok(polled)
    }

    /// Telegram answered. When it had not for so long that it dropped taps, that is seen to.
    async fn reached(&mut self) -> Result<(), PollError> {
        let now = self.clock.now();
        if let Reach::Lost(since) = self.reach
            && now - since > TAPS_KEPT
        {
            let mut tx = self.store.begin().await?;
            coordination::in_reach_again(&mut tx, now).await?;
            tx.commit().await?;
        }
        self.reach = Reach::Answered(now);
        Ok(())
    }

    /// Commits what came, then notes what may be confirmed.
    async fn keep(&mut self, updates: &[Value]) -> Result<Polled, PollError> {
        let mut polled = Polled { received: updates.len(), fresh: 0 };
        if updates.is_empty() {
            return Ok(polled);
        }
        let now = self.clock.now();
        let mut highest = None;
        let mut tx = self.store.begin().await?;
        for update in updates {
            let Some(id) = update["update_id"].as_i64() else {
                tracing::error!(alarm = "update_without_number", "an update was passed over");
                continue;
            };
            let mut fresh = tx.inbox_put(id, chat_of(update), &update.to_string(), now).await?;
            if !fresh && proof::broken(Defect::DuplicateHandled) {
                fresh = tx.inbox_put(-id, chat_of(update), &update.to_string(), now).await?;
            }
            polled.fresh += usize::from(fresh);
            highest = highest.max(Some(id));
        }
        if proof::broken(Defect::AcknowledgeBeforeCommit) {
            let mut early = GetUpdates::new().limit(1).timeout(0);
            early.offset = highest.and_then(|id| i32::try_from(id + 1).ok());
            self.api.call::<_, Vec<Value>>(&early, CALL_TIMEOUT).await.map_err(worth_telling)?;
        }
        proof::reach(Point::UpdatesFetched).await;
        tx.commit().await?;
        proof::reach(Point::UpdatesKept).await;
        self.confirm = highest.and_then(|id| i32::try_from(id).ok()?.checked_add(1));
        if polled.fresh > 0 {
            self.inbox.notify_one();
        }
        Ok(polled)
    }

    /// Polls until `stop` is ready. Failures are waited out; none at the start is fatal but a
    /// refused token.
    ///
    /// # Errors
    /// [`PollError::Conflict`] and [`PollError::TokenRefused`], after which polling is useless.
    pub async fn run(mut self, stop: impl Future<Output = ()>) -> Result<(), PollError> {
        tokio::pin!(stop);
        let mut failures = 0usize;
        let mut conflicts = 0u32;
        let mut ours = false;
        let mut fence = self.fence.clone();
        loop {
            let holds = fence.holds();
            self.store.pulse().fetches(holds);
            if !holds {
                tokio::select! {
                    biased;
                    () = &mut stop => return Ok(()),
                    () = fence.opens() => {}
                }
                tracing::info!("this process fetches the updates from now on");
                self.store.pulse().fetches(true);
                self.begin_anew();
                ours = false;
            }
            let round = async {
                if !ours {
                    self.take_over().await?;
                    ours = true;
                }
                self.step().await.map(drop)
            };
            let result = tokio::select! {
                biased;
                () = &mut stop => return Ok(()),
                // Whatever comes after this is another's to fetch; what was not confirmed comes again.
                () = fence.closes() => continue,
                result = round => result,
            };
            let pause = match result {
                Ok(()) => {
                    (failures, conflicts) = (0, 0);
                    continue;
                }
                Err(PollError::TokenRefused) => return Err(PollError::TokenRefused),
                Err(PollError::Conflict) => {
                    conflicts += 1;
                    if conflicts >= CONFLICTS_MAX {
                        return Err(PollError::Conflict);
                    }
                    // The conflict may be a webhook that was set behind our back.
                    ours = false;
                    CONFLICT_PAUSE
                }
                Err(error) => {
                    tracing::warn!(%error, failures, "no updates this time");
                    failures += 1;
                    pause_after(failures)
                }
            };
            tokio::select! {
                biased;
                () = &mut stop => return Ok(()),
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}

pub(super) fn pause_after(failures: usize) -> Duration {
    let index = failures.clamp(1, FAILURE_PAUSES_SECONDS.len()) - 1;
    Duration::from_secs(FAILURE_PAUSES_SECONDS[index])
}

/// Tells apart the failures after which polling is useless.
pub(super) fn worth_telling(error: CallError) -> PollError {
    match error {
        CallError::Refused { code: 409, .. } => PollError::Conflict,
        CallError::Refused { code: 401 | 404, .. } => PollError::TokenRefused,
        other => PollError::Call(other),
    }
}

/// Whose update it is, so that one chat's are handled one after another.
pub(super) fn chat_of(update: &Value) -> Option<Chat> {
    let of_message = ["message", "edited_message", "my_chat_member"]
        .into_iter()
        .find_map(|kind| update[kind]["chat"]["id"].as_i64());
    let tap = &update["callback_query"];
    of_message
        .or_else(|| tap["message"]["chat"]["id"].as_i64())
        .or_else(|| tap["from"]["id"].as_i64())
        .map(Chat)
}
