//! The commands of the command line: each reads its settings, does one thing, and says in one
//! sentence what is wrong when it cannot.
mod backup;
mod broadcasts;
mod doctor;
mod forget;
mod invite;
mod journal;
mod moving;
mod rehearse;
mod run;
mod safe;
mod sign_off;

use std::io::{self, BufReader};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::{Parser, Subcommand};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::app::AppError;
use crate::config::Config;
use crate::domain::person::Role;
use crate::domain::site::Gazetteer;
use crate::gazetteer;
use crate::pulse::alarms::AlarmCounter;
use crate::read_command;
use crate::storage::Store;
use crate::vault::{SystemEntropy, Vault};

/// Vigie, a lookout for human-rights observers: spot, alert, follow, log.
#[derive(Parser)]
#[command(name = "vigie", version, about, max_term_width = 100)]
pub struct Line {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the service; without a token, the rehearsal.
    Run,
    /// Runs the whole product against a local Telegram, with a page of phones.
    Rehearse(rehearse::Rehearse),
    /// Prints one single-use link that enrols a member of the team.
    Invite {
        /// What the bearer becomes: contact, observer, coordinator or admin.
        #[arg(long, value_parser = role)]
        role: Role,
        /// For how many days.
        #[arg(long, default_value_t = invite::DAYS_DEFAULT, value_parser = clap::value_parser!(i64).range(1..=366))]
        days: i64,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Reads a free-text sighting, or one a line from standard input, and prints what it understood.
    Read {
        /// The text.
        text: Vec<String>,
        /// Print JSON, one object a text.
        #[arg(long)]
        json: bool,
    },
    /// Prints the journal, one JSON entry a line; or checks its chain.
    Journal(journal::Journal),
    /// Shows the broadcasts of the last 24 hours and how each stands.
    Broadcasts(broadcasts::Broadcasts),
    /// Checks configuration, key, database, clock, words and Telegram.
    Doctor {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Writes an encrypted copy of everything but the key, beside the running service.
    Backup(backup::Backup),
    /// Brings a backup back into an empty place; nothing of it is ever sent again.
    Restore(backup::Restore),
    /// Moves everything from the SQLite file into an empty PostgreSQL database.
    Move(moving::Move),
    /// Erases a person at once, or what one entry of the journal tells.
    Forget(forget::Forget),
    /// Makes the sheet on which a native speaker signs off a language.
    SignOff(sign_off::SignOff),
}

fn role(text: &str) -> Result<Role, String> {
    match Role::from_code(text) {
        Some(Role::Resident) | None => {
            Err("write contact, observer, coordinator or admin".to_owned())
        }
        Some(role) => Ok(role),
    }
}

/// What clap has to say: help and version as they are, a mistake in one sentence.
pub fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default().trim_start_matches("error: ");
    let more: Vec<&str> =
        lines.take_while(|l| !l.starts_with("Usage") && !l.starts_with("For more")).collect();
    let detail = if more.is_empty() { String::new() } else { format!(" {}", more.join(" ")) };
    eprintln!("vigie: {first}{detail} (\"vigie help\" lists the commands)");
    ExitCode::from(2)
}

/// Runs a command.
pub async fn run(line: Line) -> ExitCode {
    let done = match line.command {
        Some(Command::Read { text, json }) => read(text, json),
        Some(other) => with_config(Some(other)).await,
        None => with_config(None).await,
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("vigie: {}", one_sentence(&error));
            let code = error.downcast_ref::<AppError>().map_or(1, AppError::exit_code);
            ExitCode::from(code)
        }
    }
}

/// The chain of an error's causes in one line, without saying the same twice.
fn one_sentence(error: &anyhow::Error) -> String {
    let mut said = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !said.contains(&cause) {
            if !said.is_empty() {
                said.push_str(": ");
            }
            said.push_str(&cause);
        }
    }
    said
}

fn read(text: Vec<String>, json: bool) -> anyhow::Result<ExitCode> {
    let config = Config::read()?;
    let input = BufReader::new(io::stdin());
    read_command::run(text, json, &places(&config)?, input, &mut io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}

async fn with_config(command: Option<Command>) -> anyhow::Result<ExitCode> {
    let config = Config::read()?;
    match command {
        None | Some(Command::Run) if config.token.is_none() => {
            log();
            println!(
                "No token is set (TELOXIDE_TOKEN), so this is the rehearsal: everything is real but Telegram."
            );
            rehearse::run(&config, rehearse::Rehearse::default()).await
        }
        None | Some(Command::Run) => {
            log();
            run::run(&config).await
        }
        Some(Command::Rehearse(rehearse)) => {
            log();
            rehearse::run(&config, rehearse).await
        }
        Some(Command::Invite { role, days, json }) => invite::run(&config, role, days, json).await,
        Some(Command::Journal(journal)) => journal::run(&config, journal).await,
        Some(Command::Broadcasts(asked)) => broadcasts::run(&config, asked).await,
        Some(Command::Doctor { json }) => doctor::run(&config, json).await,
        Some(Command::Backup(backup)) => backup::back_up(&config, backup).await,
        Some(Command::Restore(restore)) => backup::restore(&config, restore).await,
        Some(Command::Move(moving)) => moving::run(&config, moving).await,
        Some(Command::Forget(forget)) => forget::run(&config, forget).await,
        Some(Command::SignOff(sheet)) => sign_off::run(&config, &sheet),
        Some(Command::Read { text, json }) => read(text, json),
    }
}

/// Our own lines from `info`, other crates' from `warn`; teloxide, which would log whole updates,
/// not at all, whatever RUST_LOG says.
fn log() {
    // The usual words of a panic may hold what somebody wrote; where it happened is enough.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "?".to_owned(), ToString::to_string);
        tracing::error!(alarm = "panic", place, "a part of the program panicked");
    }));
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,vigie=info"));
    let filter = ["teloxide=off", "teloxide_core=off", "hyper=warn", "reqwest=warn", "sqlx=warn"]
        .into_iter()
        .filter_map(|directive| directive.parse().ok())
        .fold(filter, EnvFilter::add_directive);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_filter(filter);
    // Alarms are counted whatever RUST_LOG lets through; they are never less than a warning.
    let alarms = AlarmCounter.with_filter(LevelFilter::WARN);
    let _ = tracing_subscriber::registry().with(lines).with(alarms).try_init();
}

fn places(config: &Config) -> anyhow::Result<Gazetteer> {
    match &config.sites {
        None => Ok(gazetteer::built_in()?),
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| {
                format!("the file of places {} (VIGIE_SITES) cannot be read", path.display())
            })?;
            let parsed = gazetteer::parse(&text);
            Ok(parsed.with_context(|| format!("in {} (VIGIE_SITES)", path.display()))?)
        }
    }
}

/// The key, made at the first start.
fn vault(path: &Path) -> anyhow::Result<Vault> {
    Ok(Vault::at(path)?)
}

/// The store, for a command that may run beside the service.
async fn store_beside(config: &Config) -> anyhow::Result<Store> {
    let vault = vault(&config.key_file)?;
    Ok(Store::open_beside(&config.database_url, vault, Arc::new(SystemEntropy)).await?)
}
