//! One call to the Bot API. Owns the HTTP client and the token, and turns whatever comes back into a
//! value or one of the ways in which a call can fail. The payloads and the typed errors are
//! teloxide's; the call itself is ours, because teloxide's own holds a call for ten seconds after
//! every 5xx, drops the error code, and writes whole answers to the log.
//!
//! Nothing here can print the token: it stands in no `Debug`, no error and no log line.
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Client, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use teloxide::ApiError;
use teloxide::requests::Payload;

use crate::clock::Clock;
use crate::pulse::Pulse;

/// Longest wait for a connection. Well below the time of a call, so that a call that never left can
/// be told from one that was not answered.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
/// Longest wait for the answer to one call. Telegram answers in well under a second; what takes ten
/// times as long has been lost.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// Idle connections kept open, so that a broadcast does not shake hands for each message.
const IDLE_CONNECTIONS_MAX: usize = 64;
/// An answer longer than this is not Telegram's: a hundred updates of the largest kind stay below.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// How a call failed.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// No connection came about: nothing was done.
    #[error("Telegram cannot be reached")]
    NotReached,
    /// The call was written, and no whole answer came back: it may have been done.
    #[error("the call was made and not answered")]
    NotAnswered,
    /// An answer came that is not the Bot API's: a proxy's page, half a body. It may have been done.
    #[error("the answer could not be read (HTTP status {status})")]
    NotUnderstood {
        /// The HTTP status.
        status: u16,
    },
    /// Telegram said no.
    #[error("Telegram refused the call with code {code}")]
    Refused {
        /// The error code, as in HTTP.
        code: u16,
        /// What it is, as far as teloxide knows it.
        kind: ApiError,
        /// The group is now this chat.
        migrate_to: Option<i64>,
        /// To be tried again after so many seconds.
        retry_after: Option<u32>,
    },
}

/// Why no client could be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The address is none.
    #[error(
        "\"{0}\" is not the address of a Bot API server: write it like https://api.telegram.org"
    )]
    Address(String),
    /// The token is none. It is not repeated.
    #[error("the bot's token is not one: it is written like 123456:ABC-DEF, as @BotFather gave it")]
    Token,
    /// The system refused.
    #[error("no HTTP client can be made: {0}")]
    Client(#[source] reqwest::Error),
}

/// The way to a Bot API server. Has no `Debug` on purpose.
#[derive(Clone)]
pub struct Api {
    client: Client,
    /// Everything before the method's name, token and all.
    base: SecretString,
    /// Who is told that Telegram answered, and by which clock.
    pulse: Option<(Arc<Pulse>, Clock)>,
}

/// Telegram's envelope. Unlike teloxide's it keeps the code, and takes an `ok` without a result for
/// the unreadable answer it is.
#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Envelope<T> {
    ok: bool,
    result: Option<T>,
    error_code: Option<u16>,
    description: Option<ApiError>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize, Default)]
struct Parameters {
    migrate_to_chat_id: Option<i64>,
    retry_after: Option<u32>,
}

impl Api {
    /// A client for the server at `address` (http is allowed), with this token.
    ///
    /// # Errors
    /// When address or token cannot be one.
    pub fn new(address: &str, token: &SecretString) -> Result<Api, SetupError> {
        let url = Url::parse(address)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| SetupError::Address(address.to_owned()))?;
        if !looks_like_a_token(token.expose_secret()) {
            return Err(SetupError::Token);
        }
        let mut builder = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(CALL_TIMEOUT)
            .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
            .tcp_nodelay(true)
            .redirect(reqwest::redirect::Policy::none());
        if is_loopback(&url) {
            builder = builder.no_proxy();
        }
        let base = format!("{}/bot{}/", url.as_str().trim_end_matches('/'), token.expose_secret());
        Ok(Api {
            client: builder.build().map_err(SetupError::Client)?,
            base: SecretString::from(base),
            pulse: None,
        })
    }

    /// Tells `pulse` of every answer: that there was one, and how Telegram's clock compares with `clock`.
    #[must_use]
    pub fn with_pulse(self, pulse: Arc<Pulse>, clock: Clock) -> Api {
        Api { pulse: Some((pulse, clock)), ..self }
    }

    /// Who is told of answers.
    pub(super) fn pulse(&self) -> Option<&Pulse> {
        self.pulse.as_ref().map(|(pulse, _)| pulse.as_ref())
    }

    /// Makes one call and waits for its answer at most `timeout`.
    ///
    /// # Errors
    /// As [`CallError`] tells apart.
    pub async fn call<P, T>(&self, payload: &P, timeout: Duration) -> Result<T, CallError>
    where
        P: Payload + Serialize,
        T: DeserializeOwned,
    {
        let url = format!("{}{}", self.base.expose_secret(), P::NAME);
        let began = Instant::now();
        let answer = self.client.post(url).timeout(timeout).json(payload).send().await;
        let mut answer = answer.map_err(|error| not_done_or_unknown(&error))?;
        self.note(&answer, began.elapsed());
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|_| CallError::NotAnswered)? {
            body.extend_from_slice(&part);
            if body.len() > ANSWER_BYTES_MAX {
                return Err(CallError::NotUnderstood { status });
            }
        }
        let opened = open::<T>(&body, status);
        if let (Some((pulse, _)), Ok(_), "GetUpdates") = (&self.pulse, &opened, P::NAME) {
            pulse.telegram_polled();
        }
        opened
    }

    /// Notes an answer's time. Only the Bot API's own answers count, whatever they say: a proxy's
    /// page is no sign of Telegram.
    fn note(&self, answer: &reqwest::Response, took: Duration) {
        let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let is_json = header("content-type").is_some_and(|kind| kind.contains("json"));
        if let (Some((pulse, clock)), true) = (&self.pulse, is_json) {
            let theirs = header("date").and_then(|date| DateTime::parse_from_rfc2822(date).ok());
            let real = TimeDelta::from_std(took).unwrap_or(TimeDelta::MAX);
            // By the rehearsal's clock, which may run sixty times as fast, it took longer.
            let micros =
                real.num_microseconds().unwrap_or(i64::MAX) as f64 * clock.speed().max(1.0);
            let took = TimeDelta::microseconds(micros as i64);
            pulse.telegram_answered(theirs.map(|at| at.with_timezone(&Utc)), clock.now(), took);
        }
    }
}

/// Reads the envelope.
fn open<T: DeserializeOwned>(body: &[u8], status: u16) -> Result<T, CallError> {
    let envelope: Envelope<T> =
        serde_json::from_slice(body).map_err(|_| CallError::NotUnderstood { status })?;
    if envelope.ok {
        return envelope.result.ok_or(CallError::NotUnderstood { status });
    }
    let parameters = envelope.parameters.unwrap_or_default();
    Err(CallError::Refused {
        code: envelope.error_code.unwrap_or(status),
        kind: envelope.description.unwrap_or_else(|| ApiError::Unknown(String::new())),
        migrate_to: parameters.migrate_to_chat_id,
        retry_after: parameters.retry_after,
    })
}

/// A call that did not get as far as a connection was surely not done; of any other failure one
/// cannot know. The error itself is dropped: its text holds the address, and so the token.
fn not_done_or_unknown(error: &reqwest::Error) -> CallError {
    if error.is_connect() || error.is_builder() {
        CallError::NotReached
    } else {
        CallError::NotAnswered
    }
}

fn looks_like_a_token(token: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    token.split_once(':').is_some_and(|(number, secret)| {
        !number.is_empty()
            && number.chars().all(|c| c.is_ascii_digit())
            && !secret.is_empty()
            && secret.chars().all(fits)
    })
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ok_without_a_result_or_half_a_body_is_not_understood() {
        for body in
            [&b"{\"ok\":true}"[..], b"{\"ok\":true,\"result\":{\"mess", b"<html>502</html>", b""]
        {
            assert!(matches!(
                open::<u32>(body, 200),
                Err(CallError::NotUnderstood { status: 200 })
            ));
        }
    }

    #[test]
    fn a_refusal_keeps_its_code_kind_and_parameters() {
        let body = br#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}"#;
        let Err(CallError::Refused { code, retry_after, .. }) = open::<u32>(body, 429) else {
            panic!("a refusal was taken for something else");
        };
        assert_eq!((code, retry_after), (429, Some(7)));
    }

    #[test]
    fn a_wrong_token_or_address_is_refused_without_repeating_the_token() {
        let token = |text: &str| SecretString::from(text.to_owned());
        for wrong in ["", "abc", "123:", "12a:b", "123:a/b", "123:a b"] {
            let Err(error) = Api::new("http://127.0.0.1:1", &token(wrong)) else {
                panic!("{wrong} was taken for a token");
            };
            assert!(matches!(error, SetupError::Token));
        }
        for wrong in ["", "api.telegram.org", "file:///etc", "ftp://x"] {
            assert!(Api::new(wrong, &token("1:a")).is_err());
        }
        assert!(Api::new("http://127.0.0.1:8081/", &token("1:a")).is_ok());
    }
}
