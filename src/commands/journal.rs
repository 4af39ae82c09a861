//! `vigie journal`: prints the journal, or proves it.
use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Paris;
use clap::{Args, Subcommand};
use serde_json::json;

use super::store_beside;
use crate::config::Config;
use crate::domain::journal::{self, GENESIS, Hash};
use crate::storage::Tx;

/// Entries read at once.
const PAGE: i64 = 1_000;

#[derive(Args)]
pub struct Journal {
    #[command(subcommand)]
    check: Option<Check>,
    /// From this moment: a day such as 2025-11-17 (Paris), or a full instant (RFC 3339).
    #[arg(long)]
    since: Option<String>,
    /// Up to and with this day, or before this instant.
    #[arg(long)]
    until: Option<String>,
}

#[derive(Subcommand)]
enum Check {
    /// Checks that no entry was changed, added or removed.
    Verify {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(config: &Config, journal: Journal) -> anyhow::Result<ExitCode> {
    match journal.check {
        Some(Check::Verify { json }) => verify(config, json).await,
        None => {
            let since = journal.since.as_deref().map(|text| moment(text, 0)).transpose()?;
            let until = journal.until.as_deref().map(|text| moment(text, 1)).transpose()?;
            print(config, since, until).await
        }
    }
}

/// A day means its beginning in Paris, `days_after` days later; an instant means itself.
fn moment(text: &str, days_after: u64) -> anyhow::Result<DateTime<Utc>> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Ok(instant.with_timezone(&Utc));
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let day = day.and_then(|day| day.checked_add_days(chrono::Days::new(days_after)));
    day.and_then(|day| Paris.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest())
        .map(|at| at.with_timezone(&Utc))
        .with_context(|| format!("\"{text}\" is not a moment: write a day such as 2025-11-17"))
}

async fn print(
    config: &Config,
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
) -> anyhow::Result<ExitCode> {
    let store = store_beside(config).await?;
    let mut out = std::io::stdout().lock();
    let mut after = 0;
    loop {
        let mut tx = store.read().await?;
        let entries = tx.journal_range(since, until, after, PAGE).await?;
        let Some(last) = entries.last() else { return Ok(ExitCode::SUCCESS) };
        after = last.seq;
        for entry in &entries {
            let payload = entry.payload.as_deref().map(serde_json::from_str::<serde_json::Value>);
            let line = json!({
                "seq": entry.seq, "at": entry.at, "kind": entry.kind,
                "entry": payload.transpose().context("an entry is not JSON")?,
            });
            match writeln!(out, "{line}") {
                // Whoever reads has enough.
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
                    return Ok(ExitCode::SUCCESS);
                }
                written => written?,
            }
        }
    }
}

async fn verify(config: &Config, as_json: bool) -> anyhow::Result<ExitCode> {
    let store = store_beside(config).await?;
    let (seq, hash) = chain(&mut store.read().await?).await?;
    let head: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    if as_json {
        println!("{}", json!({ "entries": seq, "head": head, "sound": true }));
    } else {
        println!("The journal is sound: {seq} entries, head {head}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Checks the chain from its first entry to its head, and gives the head.
pub(super) async fn chain(tx: &mut Tx) -> anyhow::Result<(i64, Hash)> {
    let (mut hash, mut seq) = (GENESIS, 0);
    loop {
        let links = tx.journal_links(seq, PAGE).await?;
        if links.is_empty() {
            break;
        }
        for link in &links {
            hash = journal::check(&hash, seq + 1, link)?;
            seq = link.seq;
        }
    }
    let (head_seq, head) = tx.journal_head().await?;
    if (head_seq, head) != (seq, hash) {
        bail!("the journal was cut: its head is entry {head_seq}, its last entry is {seq}");
    }
    Ok((seq, hash))
}
