//! The way in for updates that Telegram delivers: HTTP around [`Mailbox`]. Whoever does not know the
//! secret is turned away before a byte of what they send is read.
//!
//! [`Mailbox`]: crate::telegram::webhook::Mailbox
use std::sync::Arc;
use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::header::ALLOW;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::Console;
use crate::pulse::Pushed;
use crate::telegram::webhook::{BODY_BYTES_MAX, Receipt};

/// The header that carries the secret (core.telegram.org/bots/api#setwebhook).
const SECRET_HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";
/// A body that has not come by then is not waited for; Telegram sends the whole of it at once.
const BODY_WITHIN: Duration = Duration::from_secs(10);
/// Telegram waits longer for an answer; a database that takes so long is away.
const KEPT_WITHIN: Duration = Duration::from_secs(20);

/// Every path that nothing else is served at: the webhook's, or none.
pub(super) async fn deliver(State(console): State<Arc<Console>>, request: Request) -> Response {
    let mailbox = match &console.webhook {
        Some((path, mailbox)) if path == request.uri().path() => Arc::clone(mailbox),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    if request.method() != Method::POST {
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "POST")]).into_response();
    }
    let secret = request.headers().get(SECRET_HEADER).map(|value| value.as_bytes());
    if !mailbox.knows(secret) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let body = to_bytes(request.into_body(), BODY_BYTES_MAX);
    let body = match tokio::time::timeout(BODY_WITHIN, body).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => {
            mailbox.refused(Pushed::TooLarge);
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        }
        Err(_) => {
            mailbox.refused(Pushed::Malformed);
            return StatusCode::REQUEST_TIMEOUT.into_response();
        }
    };
    // On a task of its own: a connection that is cut must not stop a commit half-way, nor keep
    // whoever waits for the update from being woken after it.
    let keeping = tokio::spawn(async move { mailbox.keep(&body).await });
    let receipt = match tokio::time::timeout(KEPT_WITHIN, keeping).await {
        Ok(Ok(receipt)) => receipt,
        _ => Receipt::NotKept,
    };
    match receipt {
        Receipt::Kept => StatusCode::OK.into_response(),
        Receipt::NotAnUpdate => StatusCode::BAD_REQUEST.into_response(),
        Receipt::NotKept => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
