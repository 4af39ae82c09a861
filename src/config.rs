//! Settings: the one place that reads the environment. A `.env` file works, the real environment
//! wins, and a name that begins with `VIGIE_` and is not ours is an error: a misspelt setting that
//! is silently ignored is found out on the wrong morning.
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

#[cfg(feature = "proof")]
use crate::proof::Point;

/// The names that begin with `VIGIE_`.
const OURS: [&str; 9] = [
    "VIGIE_KEY_FILE",
    "VIGIE_SITES",
    "VIGIE_LISTEN",
    "VIGIE_PHONE",
    "VIGIE_RATE",
    "VIGIE_PAID_RATE",
    "VIGIE_PACE",
    "VIGIE_WEBHOOK_URL",
    "VIGIE_HEARTBEAT_URL",
];
/// Messages a second: Telegram allows about 30 (core.telegram.org/bots/faq), a little less keeps
/// clear of it.
pub const RATE_DEFAULT: f64 = 29.7;
/// What Telegram allows with paid broadcasts (core.telegram.org/bots/faq).
const PAID_RATE_MAX: f64 = 1000.0;
const LISTEN_DEFAULT: &str = "127.0.0.1:8008";
const DATABASE_DEFAULT: &str = "sqlite://vigie.db";
const KEY_FILE_DEFAULT: &str = "vigie.key";

/// Every setting.
#[derive(Clone)]
pub struct Config {
    /// The bot's token; without one the rehearsal is run.
    pub token: Option<SecretString>,
    /// Another Bot API server.
    pub api_url: Option<String>,
    /// Where the database is.
    pub database_url: String,
    /// Where the key is.
    pub key_file: PathBuf,
    /// A gazetteer in TOML instead of the built-in one.
    pub sites: Option<PathBuf>,
    /// Where health and metrics are served.
    pub listen: SocketAddr,
    /// The HRO phone's number as shown to residents.
    pub phone: Option<String>,
    /// Messages a second.
    pub rate: f64,
    /// Paid messages a second, if any.
    pub paid_rate: Option<f64>,
    /// Never more than the rate in any second (`VIGIE_PACE=strict`), instead of a smooth pace.
    pub strict: bool,
    /// Where Telegram sends updates to, as seen from outside; without it they are fetched.
    pub webhook_url: Option<String>,
    /// What is called after each full loop, so that somebody outside notices silence.
    pub heartbeat_url: Option<String>,
    /// Where the process ends, and the how manieth time it comes there: `intent_kept:3`
    /// (`VIGIE_TEST_CRASH`, for proofs alone).
    #[cfg(feature = "proof")]
    pub crash: Option<(Point, u64)>,
}

/// A setting that cannot be used: one sentence that says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl Config {
    /// Reads `.env` and the environment.
    ///
    /// # Errors
    /// When a setting is unknown, unreadable or out of its range.
    #[expect(
        clippy::disallowed_methods,
        reason = "this file is the one that reads the environment"
    )]
    pub fn read() -> Result<Config, ConfigError> {
        match dotenvy::dotenv() {
            Ok(_) => {}
            Err(error) if error.not_found() => {}
            Err(_) => {
                return Err(ConfigError(
                    "the file .env cannot be read: write one NAME=value a line, values with spaces in quotes".into(),
                ));
            }
        }
        // A value that is not Unicode is nobody's setting of ours.
        let all = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Config::from(&all)
    }

    /// Makes sense of these variables.
    ///
    /// # Errors
    /// When a setting is unknown, unreadable or out of its range.
    pub fn from(all: &BTreeMap<String, String>) -> Result<Config, ConfigError> {
        for name in all.keys().filter(|name| name.starts_with("VIGIE_")) {
            // Test and build settings have a prefix of their own.
            if !OURS.contains(&name.as_str()) && !name.starts_with("VIGIE_TEST_") {
                return Err(ConfigError(unknown(name)));
            }
        }
        let get = |name: &str| all.get(name).map(|v| v.trim()).filter(|v| !v.is_empty());
        Ok(Config {
            token: token(get("TELOXIDE_TOKEN"), get("TELOXIDE_TOKEN_FILE"))?,
            api_url: get("TELOXIDE_API_URL").map(api_url).transpose()?,
            database_url: get("DATABASE_URL").unwrap_or(DATABASE_DEFAULT).to_owned(),
            key_file: get("VIGIE_KEY_FILE").unwrap_or(KEY_FILE_DEFAULT).into(),
            sites: get("VIGIE_SITES").map(PathBuf::from),
            listen: listen(get("VIGIE_LISTEN").unwrap_or(LISTEN_DEFAULT))?,
            phone: get("VIGIE_PHONE").map(phone).transpose()?,
            rate: get("VIGIE_RATE").map_or(Ok(RATE_DEFAULT), |v| rate("VIGIE_RATE", v))?,
            paid_rate: get("VIGIE_PAID_RATE").map(|v| rate("VIGIE_PAID_RATE", v)).transpose()?,
            strict: get("VIGIE_PACE").map_or(Ok(false), strict)?,
            webhook_url: get("VIGIE_WEBHOOK_URL").map(webhook_url).transpose()?,
            heartbeat_url: get("VIGIE_HEARTBEAT_URL").map(heartbeat_url).transpose()?,
            #[cfg(feature = "proof")]
            crash: get("VIGIE_TEST_CRASH").map(crash).transpose()?,
        })
    }
}

fn unknown(name: &str) -> String {
    let near = OURS
        .iter()
        .max_by(|a, b| strsim::jaro(a, name).total_cmp(&strsim::jaro(b, name)))
        .copied()
        .unwrap_or(OURS[0]);
    format!("{name} is not a setting of Vigie: did you mean {near}?")
}

fn token(direct: Option<&str>, file: Option<&str>) -> Result<Option<SecretString>, ConfigError> {
    let text = match (direct, file) {
        (Some(text), _) => text.to_owned(),
        (None, Some(path)) => std::fs::read_to_string(Path::new(path)).map_err(|error| {
            ConfigError(format!(
                "the token file {path} (TELOXIDE_TOKEN_FILE) cannot be read: {error}"
            ))
        })?,
        (None, None) => return Ok(None),
    };
    let text = text.trim();
    let sound = text.split_once(':').is_some_and(|(id, secret)| {
        !id.is_empty()
            && id.bytes().all(|b| b.is_ascii_digit())
            && secret.len() >= 8
            && secret.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    });
    if sound {
        Ok(Some(SecretString::from(text.to_owned())))
    } else {
        Err(ConfigError(
            "the token (TELOXIDE_TOKEN) does not look like one: copy the whole line that @BotFather gave, such as 123456:ABC-DEF…".into(),
        ))
    }
}

fn api_url(text: &str) -> Result<String, ConfigError> {
    match reqwest::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err(ConfigError(format!(
            "TELOXIDE_API_URL is \"{text}\": write an address such as https://api.telegram.org"
        ))),
    }
}

fn strict(text: &str) -> Result<bool, ConfigError> {
    match text {
        "smooth" => Ok(false),
        "strict" => Ok(true),
        _ => Err(ConfigError(format!("VIGIE_PACE is \"{text}\": write smooth or strict"))),
    }
}

/// Telegram delivers to https alone; http is for a Bot API server of one's own.
fn webhook_url(text: &str) -> Result<String, ConfigError> {
    address("VIGIE_WEBHOOK_URL", text, "https://vigie.example.org/telegram")
}

fn heartbeat_url(text: &str) -> Result<String, ConfigError> {
    address("VIGIE_HEARTBEAT_URL", text, "https://watch.example.org/ping/1234")
}

fn address(name: &str, text: &str, such_as: &str) -> Result<String, ConfigError> {
    match reqwest::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
            Ok(text.to_owned())
        }
        _ => Err(ConfigError(format!("{name} is \"{text}\": write an address such as {such_as}"))),
    }
}

fn listen(text: &str) -> Result<SocketAddr, ConfigError> {
    text.parse().map_err(|_| {
        ConfigError(format!(
            "VIGIE_LISTEN is \"{text}\": write an address and a port, such as {LISTEN_DEFAULT}"
        ))
    })
}

/// A telephone number is shown without spaces, so that it can be tapped whole.
fn phone(text: &str) -> Result<String, ConfigError> {
    let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '(' | ')')).collect();
    let digits = bare.strip_prefix('+').unwrap_or(&bare);
    if (3..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(bare)
    } else {
        Err(ConfigError(format!(
            "VIGIE_PHONE is \"{text}\": write a telephone number in digits, such as +33600000000"
        )))
    }
}

#[cfg(feature = "proof")]
fn crash(text: &str) -> Result<(Point, u64), ConfigError> {
    let (name, nth) = text.split_once(':').unwrap_or((text, "1"));
    let point = Point::ALL.into_iter().find(|point| point.name() == name);
    point.zip(nth.parse().ok()).ok_or_else(|| {
        ConfigError(format!("VIGIE_TEST_CRASH is \"{text}\": write a point such as intent_kept:3"))
    })
}

fn rate(name: &str, text: &str) -> Result<f64, ConfigError> {
    match text.parse::<f64>() {
        Ok(rate) if (0.1..=PAID_RATE_MAX).contains(&rate) => Ok(rate),
        _ => Err(ConfigError(format!(
            "{name} is \"{text}\": write messages a second, from 0.1 to {PAID_RATE_MAX}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::from(&pairs.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect())
    }
    fn refusal(pairs: &[(&str, &str)]) -> String {
        config(pairs).err().expect("refused").to_string()
    }

    #[test]
    fn a_misspelt_setting_is_refused_with_the_right_name() {
        assert_eq!(
            refusal(&[("VIGIE_RATES", "10")]),
            "VIGIE_RATES is not a setting of Vigie: did you mean VIGIE_RATE?"
        );
    }

    #[test]
    fn every_bad_value_says_what_to_write() {
        for (name, value, says) in [
            ("VIGIE_RATE", "fast", "from 0.1 to 1000"),
            ("VIGIE_RATE", "NaN", "from 0.1 to 1000"),
            ("VIGIE_LISTEN", "8008", "127.0.0.1:8008"),
            ("VIGIE_PACE", "calm", "smooth or strict"),
            ("VIGIE_WEBHOOK_URL", "here", "https://vigie.example.org/telegram"),
            ("VIGIE_HEARTBEAT_URL", "here", "https://watch.example.org/ping/1234"),
            ("VIGIE_PHONE", "call me", "+33600000000"),
            ("TELOXIDE_TOKEN", "secret", "@BotFather"),
            ("TELOXIDE_API_URL", "telegram", "https://api.telegram.org"),
            ("TELOXIDE_TOKEN_FILE", "/nowhere/at/all", "cannot be read"),
        ] {
            assert!(refusal(&[(name, value)]).contains(says), "{name}={value}");
        }
    }

    #[test]
    fn nothing_set_means_a_rehearsal_on_a_file() {
        let config = config(&[("VIGIE_PHONE", "+33 6 00 00 00 00")]).expect("sound");
        assert!(config.token.is_none());
        assert_eq!(config.database_url, "sqlite://vigie.db");
        assert_eq!(config.phone.as_deref(), Some("+33600000000"));
        assert!(config.listen.ip().is_loopback());
    }
}
