//! The heartbeat: an address outside is called after each full loop, and only then, so that whoever
//! watches it notices our silence. A full loop since the last call means: something was durably
//! written; Telegram answered (a poll where this process fetches, otherwise anything it was asked);
//! and, *when something was due*, Telegram accepted a message. In a quiet night nothing is due for
//! hours: then a `getMe` there and back stands for the send, since it takes the same way.
//!
//! It runs on a task of its own and holds nothing that others wait for: whatever becomes of the
//! address, alerts go out (FAULTS 65).
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use reqwest::{Client, Url, redirect};

use crate::clock::Clock;
use crate::pulse::Send;
use crate::storage::Store;
use crate::telegram::outbound::TelegramCourier;

/// A watcher that allows a few minutes of silence hears us in time, and is not bothered otherwise.
const EVERY: Duration = Duration::from_secs(60);
/// The address may take so long to answer, connecting included.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// The database is given so long to say what is due.
const DATABASE_WITHIN: Duration = Duration::from_secs(5);
/// What has been due for less than this may still be on its way in the usual course of things.
const DUE_FOR: TimeDelta = TimeDelta::seconds(60);

/// What became of one beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// The address was called and answered well.
    Called,
    /// The address was called and did not answer well.
    NotHeard,
    /// Nothing was durably written since the last call.
    NothingWritten,
    /// Telegram did not answer since the last call.
    NotAnswered,
    /// Something is due, and Telegram accepted nothing since the last call.
    NothingAccepted,
}

/// How far the counts had come at the last call.
#[derive(Default, Clone, Copy)]
struct Mark {
    commits: u64,
    polls: u64,
    accepted: u64,
}

/// Calls the address.
pub struct Heartbeat {
    client: Client,
    url: Url,
    store: Arc<Store>,
    clock: Clock,
    courier: TelegramCourier,
    last: Mark,
}

impl Heartbeat {
    /// Calls `url` for the service on `store`; asks Telegram through `courier`.
    ///
    /// # Errors
    /// When the system does not give a client.
    pub fn new(
        url: Url,
        store: Arc<Store>,
        clock: Clock,
        courier: TelegramCourier,
    ) -> anyhow::Result<Heartbeat> {
        let client =
            Client::builder().timeout(ANSWER_WITHIN).redirect(redirect::Policy::none()).build()?;
        Ok(Heartbeat { client, url, store, clock, courier, last: Mark::default() })
    }

    /// Calls the address if a full loop lies behind us.
    pub async fn step(&mut self) -> Beat {
        let pulse = self.store.pulse();
        let mut now = Mark {
            commits: pulse.commits.get(),
            polls: pulse.polls.get(),
            accepted: pulse.sends(Send::Accepted),
        };
        if now.commits == self.last.commits {
            return Beat::NothingWritten;
        }
        if pulse.is_fetching() && now.polls == self.last.polls {
            return Beat::NotAnswered;
        }
        if now.accepted == self.last.accepted {
            match self.is_something_due().await {
                Some(false) => {}
                // What is overdue may have been accepted while we asked.
                Some(true) => {
                    now.accepted = self.store.pulse().sends(Send::Accepted);
                    if now.accepted == self.last.accepted {
                        return Beat::NothingAccepted;
                    }
                }
                None => return Beat::NothingWritten,
            }
            if self.courier.me().await.is_err() {
                return Beat::NotAnswered;
            }
        }
        match self.client.get(self.url.clone()).send().await {
            Ok(answer) if answer.status().is_success() => {
                self.store.pulse().heartbeats.up();
                self.last = now;
                Beat::Called
            }
            _ => Beat::NotHeard,
        }
    }

    /// Whether a delivery is overdue; `None` where the database does not say.
    async fn is_something_due(&self) -> Option<bool> {
        let overdue = self.clock.now() - DUE_FOR;
        let ask = async { self.store.read().await?.queue_due_since(overdue).await };
        match tokio::time::timeout(DATABASE_WITHIN, ask).await {
            Ok(Ok(since)) => Some(since.is_some()),
            _ => None,
        }
    }

    /// Calls the address every minute until `stop` is ready.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        let mut was = Beat::Called;
        loop {
            tokio::select! {
                biased;
                () = &mut stop => return,
                () = tokio::time::sleep(EVERY) => {}
            }
            let beat = tokio::select! {
                biased;
                () = &mut stop => return,
                beat = self.step() => beat,
            };
            // The address may hold a secret, so it is named nowhere.
            match beat {
                Beat::Called => {}
                Beat::NotHeard if was == beat => {}
                Beat::NotHeard => tracing::warn!("the heartbeat's address does not answer well"),
                why => tracing::warn!(?why, "no heartbeat this time"),
            }
            was = beat;
        }
    }
}
