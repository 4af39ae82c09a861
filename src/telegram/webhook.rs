//! Receives updates by webhook. Owns the same order as polling: what came is committed to the inbox
//! first, and only then acknowledged; where the database does not take it Telegram is told so and
//! brings it again. Several processes may receive at once: the inbox knows each update by its number.
//! Also owns that the webhook is, and stays, ours. The route itself is `console`'s.
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use teloxide::payloads::{GetWebhookInfo, SetWebhook, SetWebhookSetters};
use teloxide::types::True;
use tokio::sync::Notify;

use super::api::{Api, CALL_TIMEOUT};
use super::poll::{PollError, TAPS_KEPT, WANTED, chat_of, pause_after, worth_telling};
use super::unkept::Apology;
use crate::clock::Clock;
use crate::coordination;
use crate::proof::{self, Point};
use crate::pulse::{Last, Pushed, TOLD_AGAIN_AFTER};
use crate::storage::{StorageError, Store};

/// Connections that Telegram may deliver by at once. As many chats are handled side by side; more
/// would only wait before the same database, and each costs a connection of the proxy.
const CONNECTIONS_MAX: u8 = 16;
/// Whether the webhook is still ours is asked so often: a stolen token is noticed within a minute, and
/// the question is also the sign that Telegram is there when nobody writes.
const CHECK_EVERY: Duration = Duration::from_secs(60);
/// The largest body that is read. Of the updates we ask for the largest (a text of 4,096 characters
/// with a hundred entities, in answer to another) stays below a tenth of it.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// What the secret is derived for.
const SECRET_CONTEXT: &str = "webhook";

/// Takes in what is delivered. Has no `Debug`: it holds the secret.
pub struct Mailbox {
    store: Arc<Store>,
    clock: Clock,
    arrived: Arc<Notify>,
    secret: SecretString,
    wrong_secret_told: Last,
    apology: Option<Arc<Apology>>,
}

/// What a delivery is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// It is kept, or had been: never to be brought again.
    Kept,
    /// It is no update; a broken one may come whole the next time.
    NotAnUpdate,
    /// It could not be kept: to be brought again.
    NotKept,
}

impl Mailbox {
    /// Takes in for `store`, and wakes whoever waits on `arrived`.
    pub fn new(store: Arc<Store>, clock: Clock, arrived: Arc<Notify>) -> Mailbox {
        let secret = store.secret_for(SECRET_CONTEXT);
        let wrong_secret_told = Last::default();
        Mailbox { store, clock, arrived, secret, wrong_secret_told, apology: None }
    }

    /// Has people told when what they sent cannot be kept.
    #[must_use]
    pub fn with_apology(self, apology: Arc<Apology>) -> Mailbox {
        Mailbox { apology: Some(apology), ..self }
    }

    /// Whether a delivery comes from Telegram. The comparison takes as long wherever the first
    /// difference is: the hashes of both are compared, in constant time (`blake3::Hash`).
    pub fn knows(&self, secret: Option<&[u8]>) -> bool {
        let expected = blake3::hash(self.secret.expose_secret().as_bytes());
        let known = secret.is_some_and(|secret| blake3::hash(secret) == expected);
        if !known {
            self.store.pulse().pushed(Pushed::WrongSecret);
            if self.wrong_secret_told.age().is_none_or(|age| age > TOLD_AGAIN_AFTER) {
                self.wrong_secret_told.mark();
                tracing::error!(
                    alarm = "webhook_secret",
                    "something that does not know the secret wrote to the webhook"
                );
            }
        }
        known
    }

    /// Notes a delivery that was too large to be read, or did not come through.
    pub fn refused(&self, how: Pushed) {
        self.store.pulse().pushed(how);
        tracing::error!(alarm = "webhook_body", kind = how.code(), "a delivery was refused");
    }

    /// Keeps a delivered update, durably, before this returns.
    pub async fn keep(&self, body: &[u8]) -> Receipt {
        let Ok(update) = serde_json::from_slice::<Value>(body) else {
            self.refused(Pushed::Malformed);
            return Receipt::NotAnUpdate;
        };
        let Some(id) = update["update_id"].as_i64() else {
            // As in polling: it would come again for a day, and never be anything else.
            tracing::error!(alarm = "update_without_number", "an update was passed over");
            self.store.pulse().pushed(Pushed::Malformed);
            return Receipt::Kept;
        };
        match self.put(id, &update).await {
            Ok(fresh) => {
                self.store.pulse().pushed(if fresh { Pushed::Kept } else { Pushed::Repeated });
                if let Some(apology) = &self.apology {
                    apology.all_is_well();
                }
                if fresh {
                    self.arrived.notify_one();
                }
                Receipt::Kept
            }
            Err(error) => {
                tracing::error!(%error, "a delivered update could not be kept");
                self.store.pulse().pushed(Pushed::NotKept);
                if let Some(apology) = &self.apology {
                    apology.not_kept(std::slice::from_ref(&update), &error).await;
                }
                Receipt::NotKept
            }
        }
    }

    async fn put(&self, id: i64, update: &Value) -> Result<bool, StorageError> {
        let mut tx = self.store.begin().await?;
        let raw = update.to_string();
        let fresh = tx.inbox_put(id, chat_of(update), &raw, self.clock.now()).await?;
        proof::reach(Point::UpdatesFetched).await;
        tx.commit().await?;
        proof::reach(Point::UpdatesKept).await;
        Ok(fresh)
    }
}

/// What Telegram says of the webhook.
#[derive(Deserialize)]
struct Info {
    url: String,
    #[serde(default)]
    pending_update_count: u64,
    last_error_date: Option<i64>,
}

/// Where the webhook points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Points {
    /// To us.
    Here,
    /// Nowhere: somebody removed it.
    Nowhere,
    /// To somebody else.
    Elsewhere,
}

/// Keeps the webhook ours.
pub struct Webhook {
    api: Api,
    store: Arc<Store>,
    clock: Clock,
    url: Url,
    /// When Telegram last answered about it.
    answered_at: Option<DateTime<Utc>>,
}

impl Webhook {
    /// The webhook at `url`, as seen from outside.
    pub fn new(api: Api, store: Arc<Store>, clock: Clock, url: Url) -> Webhook {
        Webhook { api, store, clock, url, answered_at: None }
    }

    /// Directs Telegram here. What waits is delivered; nothing is dropped. Each of several processes
    /// does so at its start, with the same words.
    ///
    /// # Errors
    /// When Telegram refuses or cannot be asked.
    pub async fn set(&self) -> Result<(), PollError> {
        let secret = self.store.secret_for(SECRET_CONTEXT);
        let call = SetWebhook::new(self.url.clone())
            .max_connections(CONNECTIONS_MAX)
            .allowed_updates(WANTED)
            .drop_pending_updates(false)
            .secret_token(secret.expose_secret());
        self.api.call::<_, True>(&call, CALL_TIMEOUT).await.map_err(worth_telling)?;
        self.store.pulse().webhook_confirmed.mark();
        Ok(())
    }

    /// Asks Telegram where the webhook points, and directs it here again where it does not. One that
    /// points elsewhere was set by somebody who has the token (FAULTS 25).
    ///
    /// # Errors
    /// When Telegram refuses or cannot be asked, or an absence could not be written down.
    pub async fn check(&mut self) -> Result<Points, PollError> {
        let info: Info =
            self.api.call(&GetWebhookInfo::new(), CALL_TIMEOUT).await.map_err(worth_telling)?;
        let first = self.answered_at.is_none();
        self.reached().await?;
        if Url::parse(&info.url).is_ok_and(|url| url == self.url) {
            self.store.pulse().webhook_confirmed.mark();
            if info.pending_update_count > 0 && info.last_error_date.is_some() {
                let waiting = info.pending_update_count;
                tracing::warn!(waiting, "Telegram has had trouble delivering to the webhook");
            }
            return Ok(Points::Here);
        }
        let points = if info.url.is_empty() {
            if !first {
                tracing::warn!(alarm = "webhook_gone", "the webhook was gone and is set again");
            }
            Points::Nowhere
        } else {
            let host = Url::parse(&info.url).ok();
            let host = host.as_ref().and_then(|url| url.host_str()).unwrap_or("?");
            tracing::error!(
                alarm = "foreign_webhook",
                host,
                "somebody directed this bot's updates elsewhere; if nobody of the team did, the token is stolen: revoke it with @BotFather"
            );
            Points::Elsewhere
        };
        self.set().await?;
        Ok(points)
    }

    /// Telegram answered. When it had not for so long that it dropped taps, open cards go out again.
    async fn reached(&mut self) -> Result<(), PollError> {
        let now = self.clock.now();
        let away = self.answered_at.is_some_and(|at| now - at > TAPS_KEPT);
        if away {
            let mut tx = self.store.begin().await?;
            coordination::in_reach_again(&mut tx, now).await?;
            tx.commit().await?;
        }
        self.answered_at = Some(now);
        Ok(())
    }

    /// Sets the webhook and looks after it until `stop` is ready. Failures are waited out.
    ///
    /// # Errors
    /// [`PollError::TokenRefused`], after which everything is useless.
    pub async fn run(mut self, stop: impl Future<Output = ()>) -> Result<(), PollError> {
        tokio::pin!(stop);
        let mut failures = 0usize;
        let mut is_set = false;
        loop {
            let round = async {
                if is_set {
                    self.check().await.map(drop)
                } else {
                    // First asked, so that one that points elsewhere is noticed before it is replaced.
                    if self.check().await? == Points::Here {
                        self.set().await?;
                    }
                    Ok(())
                }
            };
            let result = tokio::select! {
                biased;
                () = &mut stop => return Ok(()),
                result = round => result,
            };
            let pause = match result {
                Ok(()) => {
                    (failures, is_set) = (0, true);
                    CHECK_EVERY
                }
                Err(PollError::TokenRefused) => return Err(PollError::TokenRefused),
                Err(error) => {
                    failures += 1;
                    tracing::warn!(%error, failures, "the webhook could not be looked after");
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
