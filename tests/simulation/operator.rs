//! What an operator does to the service, and what is done to its machine and its bot.
use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use sqlx::ConnectOptions;
use vigie::storage::ErrorKind;

use crate::checker::Breach;
use crate::faults::Kind;
use crate::script::Trouble;
use crate::stage::Stage;

/// A service that is to be stopped in order has run for so long, in real time.
const RUNS: Duration = Duration::from_millis(60);
/// The operator needs so long to start it again.
const STARTS_AGAIN: TimeDelta = TimeDelta::seconds(3);
/// Pages of the file that are overwritten with nonsense.
const DAMAGED: std::ops::Range<usize> = 8_192..60_000;

/// Does it, and says what should not have come of it.
pub async fn act(stage: &mut Stage, trouble: &Trouble) -> Result<(), Breach> {
    match trouble {
        Trouble::StopInOrder => stop_in_order(stage).await,
        Trouble::SecondInstance => second_instance(stage).await,
        Trouble::Corrupt => corrupt(stage).await,
        Trouble::ForeignWebhook => foreign_webhook(stage).await,
        Trouble::DiskFull(full) => {
            if let Some(store) = stage.store() {
                store.cannot_grow(*full).await.unwrap();
                stage.ledger.storm();
            }
            stage.full = *full;
            Ok(())
        }
        _ => Ok(()),
    }
}

async fn stop_in_order(stage: &mut Stage) -> Result<(), Breach> {
    let Some(app) = stage.app.take() else { return Ok(()) };
    stage.ledger.storm();
    let ended = app.run(tokio::time::sleep(RUNS)).await;
    stage.starts_at = Some(stage.now() + STARTS_AGAIN);
    stage.ledger.struck.insert(Kind::StoppedInOrder);
    ended.map_err(|error| Breach::of("fault_09", format!("asked to stop, it failed: {error}")))
}

async fn second_instance(stage: &mut Stage) -> Result<(), Breach> {
    if stage.app.is_none() {
        return Ok(());
    }
    stage.ledger.struck.insert(Kind::SecondInstance);
    match stage.open_store(&stage.file()).await {
        Err(error) if error.kind() == ErrorKind::Refused => Ok(()),
        Err(error) => Err(Breach::of("fault_10", format!("a second service failed with: {error}"))),
        Ok(_) => Err(Breach::of("fault_10", "a second service started on the same file")),
    }
}

/// The file is damaged while the service is down; what the operator then restores is the file as it
/// was.
async fn corrupt(stage: &mut Stage) -> Result<(), Breach> {
    stage.dies(STARTS_AGAIN).await;
    let damaged = stage.file().with_file_name("damaged.db");
    let mut bytes = std::fs::read(stage.file()).unwrap();
    let end = DAMAGED.end.min(bytes.len());
    bytes[DAMAGED.start..end].fill(0x5a);
    std::fs::write(&damaged, bytes).unwrap();
    stage.ledger.struck.insert(Kind::Corrupt);
    match stage.open_store(&damaged).await {
        Ok(_) => Err(Breach::of("fault_38", "a damaged file was opened")),
        Err(_) => Ok(()),
    }
}

/// Whoever has the token directs the updates elsewhere.
async fn foreign_webhook(stage: &mut Stage) -> Result<(), Breach> {
    let url = format!("{}/bot{}/setWebhook", stage.telegram.api_url(), stage.telegram.token());
    let elsewhere = serde_json::json!({ "url": "https://127.0.0.1:8443/elsewhere" });
    let answer = reqwest::Client::new().post(url).json(&elsewhere).send().await;
    if answer.is_ok_and(|answer| answer.status().is_success()) {
        stage.ledger.struck.insert(Kind::ForeignWebhook);
        stage.ledger.storm();
    }
    Ok(())
}

/// Another program holds the write lock of the file for so long; ready when it does.
pub async fn hold_lock(file: &Path, span: Duration) -> tokio::task::JoinHandle<()> {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut other = options.connect().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    tokio::spawn(async move {
        tokio::time::sleep(span).await;
        sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    })
}
