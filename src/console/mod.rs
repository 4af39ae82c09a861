//! What is served on VIGIE_LISTEN: whether Vigie is well. The desk's web page comes here later.
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::storage::Store;

/// Serves at `address` in the background, and gives the address it took.
///
/// # Errors
/// When the address is taken.
pub async fn listen(address: SocketAddr, store: Arc<Store>) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("{address} (VIGIE_LISTEN) cannot be listened on: set another address, such as 127.0.0.1:8009")
    })?;
    let taken = listener.local_addr()?;
    let router = Router::new().route("/healthz", get(health)).with_state(store);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "health is no longer served");
        }
    });
    Ok(taken)
}

/// Whether the database answers and how many updates wait.
async fn health(State(store): State<Arc<Store>>) -> (StatusCode, Json<Value>) {
    let inbox = async {
        let mut tx = store.read().await?;
        tx.inbox_counts().await
    };
    match inbox.await {
        Ok(counts) => {
            (StatusCode::OK, Json(json!({ "waiting": counts.new, "set_aside": counts.aside })))
        }
        Err(error) => {
            tracing::error!(%error, "the health check failed");
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "database": "does not answer" })))
        }
    }
}
