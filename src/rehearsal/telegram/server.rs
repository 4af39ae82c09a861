//! HTTP around the methods: tokens, the weather, waiting for updates, answers, the journal.
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Request, State as Shared};
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, DATE};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use serde_json::{Value, json};

use super::Inner;
use super::journal::Call;
use super::listener::Scissors;
use super::methods::{self, allowed_updates};
use super::params::Params;
use super::refusal::{Answer, Refusal};
use super::weather::Fault;

/// Uploads by bots are limited to 50 MB (core.telegram.org/bots/api#sending-files).
const BODY_BYTES_MAX: usize = 50 * 1024 * 1024;
/// The longest wait of one `getUpdates`, in seconds, as the real server caps it.
const POLL_SECONDS_MAX: u64 = 50;
const POLL_REPLACED: &str = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
const POLL_WITH_WEBHOOK: &str = "Conflict: can't use getUpdates method while webhook is active; \
     use deleteWebhook to delete the webhook first";

/// The routes of the Bot API.
pub(super) fn router(inner: Arc<Inner>) -> Router {
    Router::new()
        .route("/{bot}/{method}", any(call))
        .route("/file/{bot}/{*path}", get(file))
        .fallback(|| async { answer(&Err(Refusal::new(404, "Not Found"))) })
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn_with_state(Arc::clone(&inner), dated))
        .with_state(inner)
}

/// Writes the time on every answer, by the clock this Telegram goes by and as wrong as it is told to be.
async fn dated(Shared(inner): Shared<Arc<Inner>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let at = inner.clock.now() + inner.lock().skew;
    let written = at.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::from_str(&written) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

fn answer(result: &Answer) -> Response {
    let (status, body) = match result {
        Ok(result) => (200, json!({ "ok": true, "result": result })),
        Err(refusal) => (refusal.status, refusal.body()),
    };
    json_response(status, body.to_string())
}

fn json_response(status: u16, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

fn html_response(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let body = format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n</body>\r\n</html>\r\n"
    );
    (status, [(CONTENT_TYPE, "text/html")], body).into_response()
}

/// A call that will never be answered. The client ends it, or the cutting of its connection.
async fn never(inner: &Inner, scissors: &Scissors) -> Response {
    let limit = inner.lock().silence;
    match limit {
        Some(limit) => tokio::time::sleep(limit).await,
        None => std::future::pending().await,
    }
    scissors.cut();
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

async fn call(
    Shared(inner): Shared<Arc<Inner>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    Path((bot, method)): Path<(String, String)>,
    request: Request,
) -> Response {
    if !inner.is_open() {
        scissors.cut();
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let params = match Params::read(request).await {
        Ok(params) => params,
        Err(refusal) => return answer(&Err(refusal)),
    };
    let named = methods::spelled(&method);
    if let Err(refusal) = inner.check_token(&bot) {
        inner.journal_call(named.unwrap_or("?"), &params, refusal.status, Some(&refusal), None);
        return answer(&Err(refusal));
    }
    let Some(method) = named else {
        let refusal = Refusal::unknown_method();
        inner.journal_call(&method, &params, refusal.status, Some(&refusal), None);
        return answer(&Err(refusal));
    };
    let (wait, fault) = inner.lock().weather.meet(method, params.chat_id());
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    if let Some(refusal) = fault.as_ref().and_then(as_refusal) {
        inner.journal_call(method, &params, refusal.status, Some(&refusal), fault);
        return answer(&Err(refusal));
    }
    match fault {
        Some(Fault::Hang) => {
            inner.journal_call(method, &params, 0, None, fault);
            return never(&inner, &scissors).await;
        }
        Some(Fault::CutBefore) => {
            inner.journal_call(method, &params, 0, None, fault);
            scissors.cut();
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        Some(Fault::ServerError(status)) => {
            inner.journal_call(method, &params, status, None, fault);
            return html_response(status);
        }
        _ => {}
    }
    let result = match method {
        "getUpdates" => inner.get_updates(&params).await,
        _ => inner.perform(method, &params),
    };
    finish(&inner, &scissors, method, &params, &result, fault).await
}

/// Journals the result and answers with it, or fails to.
async fn finish(
    inner: &Inner,
    scissors: &Scissors,
    method: &str,
    params: &Params,
    result: &Answer,
    fault: Option<Fault>,
) -> Response {
    let status = match (&fault, result) {
        (Some(Fault::CutAfterAccept | Fault::LostAnswer), _) => 0,
        (_, Ok(_)) => 200,
        (_, Err(refusal)) => refusal.status,
    };
    if method != "getUpdates" || result.is_err() || fault.is_some() {
        inner.journal_call(method, params, status, result.as_ref().err(), fault.clone());
    }
    match fault {
        Some(Fault::CutAfterAccept) => {
            scissors.cut();
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Some(Fault::LostAnswer) => never(inner, scissors).await,
        Some(Fault::BrokenJson) => json_response(200, "{\"ok\":true,\"result\":{\"mess".to_owned()),
        _ => answer(result),
    }
}

/// The faults that are a refusal like any other.
fn as_refusal(fault: &Fault) -> Option<Refusal> {
    Some(match fault {
        Fault::TooMany(seconds) => Refusal::too_many(*seconds),
        Fault::Unauthorized => Refusal::unauthorized(),
        Fault::Blocked => Refusal::blocked(),
        Fault::ChatNotFound => Refusal::chat_not_found(),
        Fault::Deactivated => Refusal::deactivated(),
        Fault::MigrateTo(id) => Refusal::migrated(*id),
        Fault::CannotParse => Refusal::bad(
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        _ => return None,
    })
}

/// `/file/bot<token>/<path>`.
async fn file(
    Shared(inner): Shared<Arc<Inner>>,
    Path((bot, path)): Path<(String, String)>,
) -> Response {
    if let Err(refusal) = inner.check_token(&bot) {
        return answer(&Err(refusal));
    }
    let state = inner.lock();
    match state.files.values().find(|file| file.path == path) {
        Some(file) => Response::new(Body::from(file.bytes.clone())),
        None => answer(&Err(Refusal::new(404, "Not Found"))),
    }
}

impl Inner {
    fn check_token(&self, bot: &str) -> Result<(), Refusal> {
        match bot.strip_prefix("bot") {
            Some(token) if token == self.lock().token => Ok(()),
            Some(_) => Err(Refusal::unauthorized()),
            None => Err(Refusal::new(404, "Not Found")),
        }
    }

    fn journal_call(
        &self,
        method: &str,
        params: &Params,
        status: u16,
        refusal: Option<&Refusal>,
        fault: Option<Fault>,
    ) {
        let at = self.clock.now();
        self.lock().journal.call(Call {
            seq: 0,
            at,
            method: method.chars().take(64).collect(),
            chat_id: params.chat_id(),
            status,
            description: refusal.map(|refusal| refusal.description.clone()),
            fault,
        });
        self.announce();
    }

    /// Does a call under the lock.
    fn perform(&self, method: &'static str, params: &Params) -> Answer {
        let now = self.clock.now();
        let result = methods::perform(&mut self.lock(), method, params, now);
        self.updates_arrived.notify_waiters();
        self.announce();
        result
    }

    /// `getUpdates`: confirms by the offset, then waits for something to give, in real time: the
    /// timeout is a matter of the connection.
    async fn get_updates(&self, params: &Params) -> Answer {
        let offset = params.integer("offset").unwrap_or(0);
        let limit = params.integer("limit").unwrap_or(100);
        let limit = usize::try_from(limit).unwrap_or(1);
        let timeout = params.integer("timeout").unwrap_or(0);
        let timeout = u64::try_from(timeout).unwrap_or(0).min(POLL_SECONDS_MAX);
        let deadline = tokio::time::Instant::now() + Duration::from_secs(timeout);
        let poll = {
            let mut state = self.lock();
            if state.webhook.is_some() {
                return Err(Refusal::new(409, POLL_WITH_WEBHOOK));
            }
            if let Some(allowed) = allowed_updates(params)? {
                state.updates.allowed = allowed;
            }
            state.updates.poll += 1;
            state.updates.poll
        };
        // An older one that waits learns that it has been replaced.
        self.updates_arrived.notify_waiters();
        loop {
            let arrived = self.updates_arrived.notified();
            tokio::pin!(arrived);
            arrived.as_mut().enable();
            let batch: Vec<Value> = {
                let mut state = self.lock();
                if state.updates.poll != poll {
                    return Err(Refusal::new(409, POLL_REPLACED));
                }
                state.updates.take(offset, limit, self.clock.now())
            };
            if !batch.is_empty() || tokio::time::Instant::now() >= deadline {
                return Ok(json!(batch));
            }
            // Either end of the wait leads to another look.
            let _ = tokio::time::timeout_at(deadline, arrived).await;
        }
    }
}
