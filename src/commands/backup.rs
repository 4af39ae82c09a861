//! `vigie backup` and `vigie restore`: an encrypted copy of everything but the key, and its way back.
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::json;

use super::safe::{Draft, Openers, Recipients, open};
use super::{journal, store_beside, vault};
use crate::clock::Clock;
use crate::config::Config;
use crate::coordination;
use crate::domain::retention::DELIVERIES;
use crate::storage::{Store, TableCount, stream_head};
use crate::vault::SystemEntropy;

/// Steps of the purge after a restore; each does thousands of rows, and what is left is the hourly
/// looking after's.
const PURGE_STEPS_MAX: usize = 1_000;

#[derive(Args)]
pub struct Backup {
    /// The file to write; it must not exist yet.
    file: PathBuf,
    #[command(flatten)]
    to: Recipients,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct Restore {
    /// The backup.
    file: PathBuf,
    #[command(flatten)]
    with: Openers,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub async fn back_up(config: &Config, backup: Backup) -> anyhow::Result<ExitCode> {
    let store = store_beside(config).await?;
    let now = Clock::wall().now();
    let mut draft = Draft::begin(&backup.file, &backup.to, &vault(&config.key_file)?)?;
    let mut tx = store.read().await?;
    let counts = match tx.write_all(now, &mut draft.out).await {
        Ok(counts) => counts,
        Err(error) => {
            draft.give_up();
            return Err(error.into());
        }
    };
    drop(tx);
    let bytes = draft.finish()?;
    let rows: u64 = counts.iter().map(|count| count.rows).sum();
    if let Err(error) = noted(&store, rows, now).await {
        eprintln!("vigie: the backup is whole, but the journal could not be told of it: {error}");
    }
    if backup.json {
        println!("{}", json!({ "file": backup.file, "bytes": bytes, "tables": counts }));
    } else {
        println!(
            "{rows} rows of {} tables are in {} ({bytes} bytes, encrypted). Remove it by {}: what is kept of people may not live longer in a backup than in the database.",
            counts.len(),
            backup.file.display(),
            (now + DELIVERIES).format("%Y-%m-%d %H:%M UTC")
        );
    }
    Ok(ExitCode::SUCCESS)
}

async fn noted(store: &Store, rows: u64, now: DateTime<Utc>) -> anyhow::Result<()> {
    let mut tx = store.begin().await?;
    tx.journal_append("backup_made", &json!({ "rows": rows }), now).await?;
    Ok(tx.commit().await?)
}

pub async fn restore(config: &Config, restore: Restore) -> anyhow::Result<ExitCode> {
    if !config.key_file.exists() {
        bail!(
            "the key file {} is not there: put the key of that database back first (VIGIE_KEY_FILE); a new one would open nothing",
            config.key_file.display()
        );
    }
    let now = Clock::wall().now();
    let key = vault(&config.key_file)?;
    let mut input = open(&restore.file, &restore.with, &key)?;
    let head = stream_head(&mut input)?;
    if head.key != key.fingerprint() {
        bail!(
            "this backup was made of a database with another key: put the key file of that time back (VIGIE_KEY_FILE)"
        );
    }
    let made_at =
        DateTime::from_timestamp_millis(head.made_at).context("the backup has no date")?;
    let entropy = Arc::new(SystemEntropy);
    let blank =
        Store::open_blank(&config.database_url, key, entropy.clone(), Some(head.migration)).await?;
    let known = blank.mark_read().map_or(0, |mark| mark.epoch);
    let mut tx = blank.begin().await?;
    let counts = tx.read_all(&mut input).await?;
    same(&counts, &tx.tally().await?)?;
    let (entries, _) = journal::chain(&mut tx).await.context("in the backup")?;
    let begun = coordination::restored(&mut tx, known, now).await?;
    tx.commit().await?;
    blank.close().await;
    drop(blank);

    // Opened as the service opens it: tables of an older version are brought up to date, and what
    // should have been erased since the backup was made is erased.
    let store = Store::open(&config.database_url, vault(&config.key_file)?, entropy).await?;
    for _ in 0..PURGE_STEPS_MAX {
        let mut tx = store.begin().await?;
        let report = tx.purge(now).await?;
        tx.commit().await?;
        if !report.more {
            break;
        }
    }
    store.after_erasure().await?;
    coordination::keep_mark(&store, now).await?;
    store.close().await;
    if restore.json {
        println!(
            "{}",
            json!({ "made_at": made_at, "tables": counts, "entries": entries,
                    "epoch": begun.epoch, "given_up": begun.ended })
        );
    } else {
        let rows: u64 = counts.iter().map(|count| count.rows).sum();
        println!(
            "{rows} rows of {} tables are back, as they were on {}.",
            counts.len(),
            made_at.format("%Y-%m-%d at %H:%M UTC")
        );
        println!("The journal is sound: {entries} entries.");
        println!(
            "Epoch {} begins: {} messages that waited then are given up and never sent.",
            begun.epoch, begun.ended
        );
        println!(
            "Next: start the service (vigie run); the desk is told. Whoever left since the backup was made is in it again: ask them once more."
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether what was brought in is what there was.
pub(super) fn same(there: &[TableCount], here: &[TableCount]) -> anyhow::Result<()> {
    for count in there {
        let found = here.iter().find(|other| other.table == count.table);
        if found != Some(count) {
            bail!(
                "the table {} did not arrive as it was ({} rows there, {} here): nothing was kept of it",
                count.table,
                count.rows,
                found.map_or(0, |found| found.rows)
            );
        }
    }
    Ok(())
}
