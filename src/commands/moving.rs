//! `vigie move`: everything of a SQLite file into a PostgreSQL database, at once or not at all.
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;
use serde_json::json;

use super::backup::same;
use super::{journal, vault};
use crate::clock::Clock;
use crate::config::Config;
use crate::storage::{Store, TableCount};
use crate::vault::SystemEntropy;

#[derive(Args)]
pub struct Move {
    /// The address of an empty PostgreSQL database (postgres://…).
    #[arg(long)]
    to: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub async fn run(config: &Config, moving: Move) -> anyhow::Result<ExitCode> {
    if !config.database_url.starts_with("sqlite:") {
        bail!(
            "DATABASE_URL names a server already; back to a file leads vigie backup, then vigie restore"
        );
    }
    let place = place(&moving.to)?;
    let entropy = Arc::new(SystemEntropy);
    let open_source = Store::open(&config.database_url, vault(&config.key_file)?, entropy.clone());
    let source = open_source.await.context("the service must be stopped before it is moved")?;
    let key = vault(&config.key_file)?;
    let target = Store::open_blank(&moving.to, key, entropy, None).await?;
    let now = Clock::wall().now();

    let mut from = source.read().await?;
    let mut into = target.begin().await?;
    let counts = into.pour(&mut from).await?;
    drop(from);
    same(&counts, &into.tally().await?)?;
    let (entries, _) = journal::chain(&mut into).await.context("on the new side")?;
    // Whatever was on its way when the service ended may have arrived: the usual rule.
    let released = into.release_all(now).await?;
    into.journal_append("moved", &json!({ "to": "postgresql", "released": released }), now).await?;
    into.commit().await?;
    target.close().await;
    let left = match leave(&source, &place).await {
        Ok(()) => true,
        Err(error) => {
            eprintln!("vigie: the old file could not be told that it was left: {error}");
            false
        }
    };
    source.close().await;
    report(&moving, &counts, entries, released, &place, left);
    Ok(ExitCode::SUCCESS)
}

/// A service started on the old file by mistake would tell everything again.
async fn leave(source: &Store, place: &str) -> anyhow::Result<()> {
    let mut tx = source.begin().await?;
    tx.moved_to(place).await?;
    Ok(tx.commit().await?)
}

/// The address without user, password and options.
fn place(url: &str) -> anyhow::Result<String> {
    let rest = url
        .strip_prefix("postgres://")
        .or_else(|| url.strip_prefix("postgresql://"))
        .context("--to must begin with postgres://")?;
    let rest = rest.split('?').next().unwrap_or_default();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, after)| after);
    Ok(format!("postgres://{rest}"))
}

fn report(
    moving: &Move,
    counts: &[TableCount],
    entries: i64,
    released: u64,
    place: &str,
    left: bool,
) {
    if moving.json {
        println!(
            "{}",
            json!({ "tables": counts, "entries": entries, "released": released, "to": place,
                    "source_left": left })
        );
        return;
    }
    println!("{:<20} {:>10} {:>10}", "table", "there", "here");
    for TableCount { table, rows, .. } in counts {
        println!("{table:<20} {rows:>10} {rows:>10}");
    }
    println!("Every row is the same on both sides, and the journal is sound: {entries} entries.");
    if released > 0 {
        println!(
            "{released} messages were on their way when the service ended; they count as possibly sent."
        );
    }
    println!(
        "Next: set DATABASE_URL to the new address (the same VIGIE_KEY_FILE), and start the service."
    );
    if left {
        println!(
            "The old file is left as it was, but for a note that it was left. Remove it within 72 hours: it holds what is kept of people."
        );
    } else {
        println!(
            "Do not start a service on the old file again. Remove it within 72 hours: it holds what is kept of people."
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_place_tells_no_password() {
        let told = place("postgres://vigie:p@ss@db.example.org:5433/vigie?sslmode=require");
        assert_eq!(told.unwrap(), "postgres://db.example.org:5433/vigie");
        assert!(place("sqlite://vigie.db").is_err());
    }
}
