//! `vigie doctor`: is everything as it should be?
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{places, vault};
use crate::app::TELEGRAM;
use crate::clock::Clock;
use crate::config::Config;
use crate::speech::Speech;
use crate::storage::Store;
use crate::telegram::api::Api;
use crate::telegram::outbound::TelegramCourier;
use crate::vault::SystemEntropy;

/// A clock this far from Telegram's is worth a warning.
const SKEW_WARNS_SECONDS: i64 = 30;
/// A clock this far off makes "seen 5 minutes ago" untrue.
const SKEW_FAILS_SECONDS: i64 = 120;

/// How long Telegram's clock is waited for.
const TIME_WITHIN: Duration = Duration::from_secs(5);

/// How one thing is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    Warning,
    Wrong,
}

#[derive(Serialize)]
struct Finding {
    what: &'static str,
    state: State,
    says: String,
}

pub async fn run(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let mut findings = vec![configuration(config)];
    findings.push(gazetteer(config));
    findings.extend(words());
    findings.extend(database(config).await);
    findings.extend(telegram(config).await);

    let wrong = findings.iter().any(|finding| finding.state == State::Wrong);
    if json {
        println!("{}", serde_json::to_string(&findings)?);
    } else {
        for finding in &findings {
            let mark = match finding.state {
                State::Ok => "ok     ",
                State::Warning => "warning",
                State::Wrong => "WRONG  ",
            };
            println!("{mark}  {:<14} {}", finding.what, finding.says);
        }
    }
    Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn finding(what: &'static str, state: State, says: impl Into<String>) -> Finding {
    Finding { what, state, says: says.into() }
}

fn configuration(config: &Config) -> Finding {
    match (&config.token, &config.phone) {
        (None, _) => finding(
            "configuration",
            State::Warning,
            "no token (TELOXIDE_TOKEN): only the rehearsal can run",
        ),
        (Some(_), None) => finding(
            "configuration",
            State::Warning,
            "no number for residents to call (VIGIE_PHONE)",
        ),
        (Some(_), Some(_)) => finding("configuration", State::Ok, "token and phone are set"),
    }
}

fn gazetteer(config: &Config) -> Finding {
    match places(config) {
        Ok(gazetteer) => {
            let says =
                format!("{} places in {} zones", gazetteer.places().len(), gazetteer.zones().len());
            finding("places", State::Ok, says)
        }
        Err(error) => finding("places", State::Wrong, super::one_sentence(&error)),
    }
}

fn words() -> Vec<Finding> {
    let speech = match Speech::load() {
        Ok(speech) => speech,
        Err(error) => return vec![finding("words", State::Wrong, error.to_string())],
    };
    speech
        .languages()
        .into_iter()
        .map(|language| {
            let says = format!("{} ({}): {}", language.lang, language.name, language.reviewed);
            let signed_off = language.is_signed_off();
            let state = if signed_off { State::Ok } else { State::Warning };
            finding("words", state, says)
        })
        .collect()
}

async fn database(config: &Config) -> Vec<Finding> {
    let vault = match vault(&config.key_file) {
        Ok(vault) => vault,
        Err(error) => return vec![finding("key", State::Wrong, super::one_sentence(&error))],
    };
    let mut found = vec![finding("key", State::Ok, config.key_file.display().to_string())];
    let store = match Store::open_beside(&config.database_url, vault, Arc::new(SystemEntropy)).await
    {
        Ok(store) => store,
        Err(error) => {
            found.push(finding("database", State::Wrong, error.to_string()));
            return found;
        }
    };
    match store.settings().await {
        Ok(settings) => {
            for setting in settings {
                let state = if setting.holds() { State::Ok } else { State::Wrong };
                let says = format!("{} is {}", setting.name, setting.value);
                found.push(finding("database", state, says));
            }
        }
        Err(error) => found.push(finding("database", State::Wrong, error.to_string())),
    }
    let counts = async {
        let mut tx = store.read().await?;
        tx.inbox_counts().await
    };
    match counts.await {
        Ok(counts) if counts.aside == 0 => {
            found.push(finding("inbox", State::Ok, format!("{} waiting", counts.new)));
        }
        Ok(counts) => {
            let says = format!("{} waiting, {} set aside after failing", counts.new, counts.aside);
            found.push(finding("inbox", State::Warning, says));
        }
        Err(error) => found.push(finding("inbox", State::Wrong, error.to_string())),
    }
    found
}

async fn telegram(config: &Config) -> Vec<Finding> {
    let Some(token) = &config.token else { return Vec::new() };
    let address = config.api_url.as_deref().unwrap_or(TELEGRAM);
    let api = match Api::new(address, token) {
        Ok(api) => api,
        Err(error) => return vec![finding("telegram", State::Wrong, error.to_string())],
    };
    let mut found = Vec::new();
    match TelegramCourier::new(api).me().await {
        Ok(me) => found.push(finding("telegram", State::Ok, format!("@{} answers", me.username))),
        Err(error) => {
            found.push(finding("telegram", State::Wrong, error.to_string()));
            return found;
        }
    }
    if let Some(theirs) = their_time(address).await {
        let skew = (Clock::wall().now() - theirs).num_seconds().abs();
        let state = if skew <= SKEW_WARNS_SECONDS {
            State::Ok
        } else if skew <= SKEW_FAILS_SECONDS {
            State::Warning
        } else {
            State::Wrong
        };
        found.push(finding("clock", state, format!("{skew} s from Telegram's")));
    }
    found
}

/// The time that stands in the head of every answer (RFC 9110, `Date`).
async fn their_time(address: &str) -> Option<DateTime<Utc>> {
    let answer = reqwest::Client::new().get(address).timeout(TIME_WITHIN).send().await.ok()?;
    let date = answer.headers().get("date")?.to_str().ok()?;
    DateTime::parse_from_rfc2822(date).ok().map(|at| at.with_timezone(&Utc))
}
