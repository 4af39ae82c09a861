//! Pushing updates to a webhook: one at a time, in order, with the secret header, again and again
//! until it answers 2xx.
use std::sync::Weak;
use std::time::Duration;

use serde_json::Value;

use super::Inner;
use super::state::Webhook;

/// The header that carries the secret token (core.telegram.org/bots/api#setwebhook).
const SECRET_HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";
/// How long the webhook has to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// Between two tries after a failure; the real server waits longer and longer.
const RETRY_PAUSE: Duration = Duration::from_millis(300);
/// How often to look whether there is a webhook at all.
const IDLE_PAUSE: Duration = Duration::from_millis(200);

/// Delivers as long as the server lives.
pub(super) async fn deliver(inner: Weak<Inner>) {
    let Ok(client) = reqwest::Client::builder().timeout(ANSWER_TIMEOUT).build() else {
        return;
    };
    while let Some(inner) = inner.upgrade() {
        let Some((webhook, update)) = inner.next_for_webhook() else {
            let arrived = inner.updates_arrived.notified();
            // Both ends of the wait lead to another look.
            let _ = tokio::time::timeout(IDLE_PAUSE, arrived).await;
            continue;
        };
        match post(&client, &webhook, &update).await {
            Ok(()) => inner.lock().updates.confirm_first(1),
            Err(why) => {
                let at = inner.clock.now();
                if let Some(webhook) = &mut inner.lock().webhook {
                    webhook.last_error = Some((at, why));
                }
                drop(inner);
                tokio::time::sleep(RETRY_PAUSE).await;
            }
        }
    }
}

async fn post(client: &reqwest::Client, webhook: &Webhook, update: &Value) -> Result<(), String> {
    let mut request = client.post(&webhook.url).json(update);
    if let Some(secret) = &webhook.secret {
        request = request.header(SECRET_HEADER, secret);
    }
    match request.send().await {
        Ok(response) if response.status().is_success() => Ok(()),
        Ok(response) => Err(format!("Wrong response from the webhook: {}", response.status())),
        Err(_) => Err("Connection failed".to_owned()),
    }
}

impl Inner {
    fn next_for_webhook(&self) -> Option<(Webhook, Value)> {
        let now = self.clock.now();
        let mut state = self.lock();
        let webhook = state.webhook.clone()?;
        Some((webhook, state.updates.first(now)?))
    }
}
