//! `vigie run`: the service.
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use reqwest::Url;
use tokio::signal::unix::{SignalKind, signal};

use super::{places, vault};
use crate::app::{App, Fittings, TELEGRAM};
use crate::clock::Clock;
use crate::config::Config;
use crate::console::{self, Console, Heartbeat};
use crate::dispatch::Pace;
use crate::domain::id::Entropy;
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
    let name = sender_name(entropy.as_ref());
    let vault = vault(&config.key_file)?;
    let store = Arc::new(Store::open(&config.database_url, vault, entropy.clone()).await?);
    let clock = Clock::wall();
    let mut app = App::open(Fittings {
        api_url: config.api_url.clone().unwrap_or_else(|| TELEGRAM.to_owned()),
        token,
        store: Arc::clone(&store),
        gazetteer: places(config)?,
        speech: Arc::new(Speech::load()?),
        clock: clock.clone(),
        entropy,
        phone: config.phone.clone(),
        pace: pace(config),
        long_poll_seconds: LONG_POLL_SECONDS,
        sender: name,
    })
    .await?;
    if config.phone.is_none() {
        tracing::warn!("no number is set for residents to call (VIGIE_PHONE)");
    }
    let mut webhook = None;
    if let Some(address) = &config.webhook_url {
        let url = Url::parse(address).context("VIGIE_WEBHOOK_URL is not an address")?;
        let path = url.path().to_owned();
        let (receiving, mailbox) = app.with_webhook(url);
        app = receiving;
        webhook = Some((path, Arc::new(mailbox)));
    }
    let console = Console { store: Arc::clone(&store), clock: clock.clone(), webhook };
    let listening = console::listen(config.listen, console).await?;
    if let Some(address) = &config.heartbeat_url {
        let url = Url::parse(address).context("VIGIE_HEARTBEAT_URL is not an address")?;
        let heartbeat = Heartbeat::new(url, Arc::clone(&store), clock, app.courier())?;
        // Ends with the process: it holds nothing that must be finished.
        tokio::spawn(heartbeat.run(std::future::pending()));
    }
    tracing::info!(health = %listening, "Vigie keeps watch");
    app.run(asked_to_stop()?).await?;
    Ok(ExitCode::SUCCESS)
}

/// A name that no other process has, on this machine or another, now or after a restart.
fn sender_name(entropy: &dyn Entropy) -> String {
    let mut bytes = [0u8; 8];
    entropy.fill(&mut bytes);
    format!("vigie-{}-{:016x}", std::process::id(), u64::from_be_bytes(bytes))
}

/// What may be sent, as set.
pub fn pace(config: &Config) -> Pace {
    Pace { rate: config.rate, strict: config.strict, paid: config.paid_rate }
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
