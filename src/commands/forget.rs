//! `vigie forget`: erases a person, or what one entry of the journal tells, at once.
use std::io;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use serde_json::json;

use super::store_beside;
use crate::clock::Clock;
use crate::config::Config;
use crate::coordination::REPORTER;
use crate::domain::person::{Chat, Role};

#[derive(Args)]
#[group(id = "whom", required = true, multiple = false)]
pub struct Forget {
    /// The person of this Telegram chat; "-" reads the number from standard input, so that it stands in
    /// no list of commands.
    #[arg(long, group = "whom", allow_hyphen_values = true)]
    chat: Option<String>,
    /// The member of the team with this number.
    #[arg(long, group = "whom")]
    tag: Option<i64>,
    /// What this entry of the journal tells; its place in the chain stays.
    #[arg(long, group = "whom")]
    entry: Option<i64>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub async fn run(config: &Config, forget: Forget) -> anyhow::Result<ExitCode> {
    let store = store_beside(config).await?;
    let now = Clock::wall().now();
    let mut tx = store.begin().await?;
    tx.lock_decisions().await?;
    let told = if let Some(entry) = forget.entry {
        if !tx.journal_erase(entry).await? {
            bail!("there is no entry {entry} in the journal that still tells anything");
        }
        tx.journal_append("entry_erased", &json!({ "entry": entry }), now).await?;
        json!({ "entry": entry })
    } else {
        let chat = match (&forget.chat, forget.tag) {
            (Some(text), _) => chat(text)?,
            (None, tag) => {
                let team = tx.team(Role::Contact, now).await?;
                let tag =
                    tag.filter(|tag| *tag > 0).context("a number of the team is 1 or more")?;
                let member = team.into_iter().find(|person| person.tag == tag);
                member.with_context(|| format!("nobody of the team has the number {tag}"))?.chat
            }
        };
        let erased = tx.erase_person(chat, REPORTER, now).await?;
        if erased.is_nothing() {
            bail!("nothing is kept of this chat");
        }
        // Nobody is named: only that somebody was forgotten, and how much went.
        tx.journal_append("forgotten", &json!({ "erased": erased }), now).await?;
        serde_json::to_value(erased)?
    };
    tx.commit().await?;
    let in_files = store.after_erasure().await?;
    if forget.json {
        println!("{}", json!({ "erased": told, "overwritten": in_files }));
    } else {
        println!("Erased. The journal says that it was done, and of whom it does not.");
        if !in_files {
            println!("The running service overwrites it in the files within the hour.");
        }
        println!("Backups made before still hold it: remove them.");
    }
    Ok(ExitCode::SUCCESS)
}

fn chat(text: &str) -> anyhow::Result<Chat> {
    let mut line = text.to_owned();
    if text == "-" {
        line.clear();
        io::stdin().read_line(&mut line).context("no chat could be read")?;
    }
    let number = line.trim().parse::<i64>();
    // The number itself is not repeated: it would stand in whatever keeps our output.
    Ok(Chat(number.ok().context("a chat is a number, such as Telegram gives")?))
}
