//! `vigie invite`: one single-use link.
use std::process::ExitCode;

use chrono::TimeDelta;
use serde_json::json;

use super::store_beside;
use crate::app::TELEGRAM;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::id::Entropy;
use crate::domain::person::Role;
use crate::telegram::api::Api;
use crate::telegram::handlers::token_hash;
use crate::telegram::outbound::TelegramCourier;
use crate::vault::SystemEntropy;

/// A role holds for eight weeks: volunteers stay two to six months and their tasks rotate.
pub const DAYS_DEFAULT: i64 = 56;
/// A link that nobody used for so long no longer works.
const LINK_HOLDS: TimeDelta = TimeDelta::days(7);
/// Random bytes in a link: 128 bits cannot be guessed.
const TOKEN_BYTES: usize = 16;

pub async fn run(config: &Config, role: Role, days: i64, json: bool) -> anyhow::Result<ExitCode> {
    let store = store_beside(config).await?;
    let mut bytes = [0u8; TOKEN_BYTES];
    SystemEntropy.fill(&mut bytes);
    let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let now = Clock::wall().now();
    let mut tx = store.begin().await?;
    tx.invite_add(token_hash(&token), role, days, now + LINK_HOLDS, now).await?;
    tx.journal_append("invited", &json!({ "role": role, "days": days }), now).await?;
    tx.commit().await?;

    let link = match name(config).await {
        Some(bot) => format!("https://t.me/{bot}?start={token}"),
        None => format!("/start {token}"),
    };
    if json {
        println!("{}", json!({ "link": link, "role": role, "days": days }));
    } else {
        println!("{link}");
        if link.starts_with('/') {
            eprintln!(
                "Telegram could not be asked for the bot's name: send this line to the bot instead of a link."
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn name(config: &Config) -> Option<String> {
    let token = config.token.as_ref()?;
    let api = Api::new(config.api_url.as_deref().unwrap_or(TELEGRAM), token).ok()?;
    Some(TelegramCourier::new(api).me().await.ok()?.username)
}
