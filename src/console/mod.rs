//! What is served on VIGIE_LISTEN: whether Vigie is well, its figures, and the way in for updates that
//! Telegram delivers; and the call that tells a watcher outside that all goes round. The desk's web
//! page comes here later. Nothing served here names a person, a chat or a text.
mod health;
mod heartbeat;
mod metrics;
mod webhook;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use tokio::net::TcpListener;

use crate::clock::Clock;
use crate::storage::Store;
use crate::telegram::webhook::Mailbox;

pub use self::health::{Health, examine};
pub use self::heartbeat::{Beat, Heartbeat};
pub use self::metrics::figures;

/// What the console serves from.
#[derive(Clone)]
pub struct Console {
    /// Everything that is kept.
    pub store: Arc<Store>,
    /// The clock.
    pub clock: Clock,
    /// The path at which Telegram delivers, and who takes it in there.
    pub webhook: Option<(String, Arc<Mailbox>)>,
}

/// Serves at `address` in the background, and gives the address it took.
///
/// # Errors
/// When the address is taken, or the webhook's path is one of the console's own.
pub async fn listen(address: SocketAddr, console: Console) -> anyhow::Result<SocketAddr> {
    let own = ["/healthz", "/metrics"];
    if let Some((path, _)) =
        console.webhook.as_ref().filter(|(path, _)| own.contains(&path.as_str()))
    {
        anyhow::bail!(
            "{path} is taken: choose another path in VIGIE_WEBHOOK_URL, such as /telegram"
        );
    }
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("{address} (VIGIE_LISTEN) cannot be listened on: set another address, such as 127.0.0.1:8009")
    })?;
    let taken = listener.local_addr()?;
    let router = Router::new()
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .fallback(webhook::deliver)
        .with_state(Arc::new(console));
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "health is no longer served");
        }
    });
    Ok(taken)
}

async fn health(State(console): State<Arc<Console>>) -> impl IntoResponse {
    let health = examine(&console.store, &console.clock).await;
    (health.status(), Json(health))
}

async fn metrics(State(console): State<Arc<Console>>) -> impl IntoResponse {
    let text = figures(&console.store, &console.clock).await;
    // The version of the text format that every Prometheus reads.
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}
