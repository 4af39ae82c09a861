//! `vigie run`: the service.
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use super::{places, vault};
use crate::app::{App, Fittings, TELEGRAM};
use crate::clock::Clock;
use crate::config::Config;
use crate::console;
use crate::dispatch::Pace;
#[cfg(feature = "proof")]
use crate::proof;
use crate::speech::Speech;
use crate::storage::Store;
use crate::telegram::poll::LONG_POLL_SECONDS;
use crate::vault::SystemEntropy;

pub async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    #[cfg(feature = "proof")]
    if let Some((point, nth)) = config.crash {
        proof::arm(point, nth, proof::Then::Abort);
    }
    let token = config.token.clone().context("no token is set (TELOXIDE_TOKEN)")?;
    let entropy = Arc::new(SystemEntropy);
    let vault = vault(&config.key_file)?;
    let store = Arc::new(Store::open(&config.database_url, vault, entropy.clone()).await?);
    let app = App::open(Fittings {
        api_url: config.api_url.clone().unwrap_or_else(|| TELEGRAM.to_owned()),
        token,
        store: Arc::clone(&store),
        gazetteer: places(config)?,
        speech: Arc::new(Speech::load()?),
        clock: Clock::wall(),
        entropy,
        phone: config.phone.clone(),
        pace: pace(config),
        long_poll_seconds: LONG_POLL_SECONDS,
        sender: format!("vigie-{}", std::process::id()),
    })
    .await?;
    if config.phone.is_none() {
        tracing::warn!("no number is set for residents to call (VIGIE_PHONE)");
    }
    let listening = console::listen(config.listen, Arc::clone(&store)).await?;
    tracing::info!(health = %listening, "Vigie keeps watch");
    app.run(asked_to_stop()?).await?;
    Ok(ExitCode::SUCCESS)
}

/// What may be sent, as set.
pub fn pace(config: &Config) -> Pace {
    Pace {
        rate: config.paid_rate.unwrap_or(config.rate),
        strict: config.strict,
        paid: config.paid_rate.is_some(),
    }
}

/// Ready on SIGTERM and on Ctrl-C.
///
/// # Errors
/// When the system does not let the program hear signals.
pub fn asked_to_stop() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
