//! Those who send: the `vigie` program on a database of its own, and a plain loop around teloxide's
//! `Throttle`. Each is a process, so that its time and memory are its own.
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use futures::StreamExt;
use teloxide::adaptors::throttle::{Limits, Throttle};
use teloxide::payloads::SendMessageSetters;
use teloxide::prelude::*;
use tempfile::TempDir;
use vigie::clock::Clock;
use vigie::domain::lang::Lang;
use vigie::domain::person::{Chat, Person, Role};
use vigie::storage::Store;
use vigie::vault::{SystemEntropy, Vault};

use crate::wire::Server;

/// Who reports what they see.
pub const OBSERVER: i64 = 77;
/// Residents begin at this number.
pub const CROWD: i64 = 1_000_000;
/// Rows written in one commit while a database is prepared.
const PREPARED_AT_ONCE: usize = 2_000;
/// Messages a second that the plain loop keeps waiting in its throttle: more than it can send.
const LOOP_WAITING: usize = 500;
/// The kernel's unit of CPU time in /proc (USER_HZ), in seconds.
const TICK_SECONDS: f64 = 0.01;

/// A folder with a database, a key and a log.
pub struct Home {
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
}

impl Home {
    pub fn new() -> anyhow::Result<Home> {
        Ok(Home { folder: tempfile::tempdir()?, settings: Vec::new() })
    }
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Home {
        self.settings.push((name, value.to_string()));
        self
    }
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
    fn database(&self) -> String {
        format!("sqlite://{}", self.path("vigie.db").display())
    }

    /// Enrols the observer, and residents: from which number, how many, of which site.
    pub fn enrol(&self, residents: &[(i64, i64, &str)]) -> anyhow::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let vault = Vault::at(&self.path("vigie.key"))?;
            let store = Store::open(&self.database(), vault, Arc::new(SystemEntropy)).await?;
            let now = Clock::wall().now();
            let mut observer = Person::resident(Chat(OBSERVER), Lang::FR, now);
            observer.role = Role::Observer;
            observer.tag = 1;
            let langs: Vec<Lang> = ["fa", "ti", "ps", "ar", "en", "fr"]
                .iter()
                .filter_map(|l| l.parse().ok())
                .collect();
            let mut people = vec![observer];
            for (first, count, site) in residents {
                for (id, lang) in (*first..first + count).zip(langs.iter().cycle()) {
                    let mut person = Person::resident(Chat(id), *lang, now);
                    person.sites.push(site.parse().map_err(anyhow::Error::msg)?);
                    people.push(person);
                }
            }
            for group in people.chunks(PREPARED_AT_ONCE) {
                let mut tx = store.begin().await?;
                for person in group {
                    tx.save_person(person).await?;
                }
                tx.commit().await?;
            }
            store.close().await;
            Ok(())
        })
    }

    /// Starts the service.
    pub fn vigie(&self, program: &Path, server: &Server) -> anyhow::Result<Process> {
        let log = File::options().append(true).create(true).open(self.path("log"))?;
        let mut command = Command::new(program);
        command
            .arg("run")
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("TELOXIDE_TOKEN", &server.token)
            .env("TELOXIDE_API_URL", &server.url)
            .env("DATABASE_URL", self.database())
            .env("VIGIE_KEY_FILE", self.path("vigie.key"))
            .env("VIGIE_LISTEN", "127.0.0.1:0")
            .env("RUST_LOG", "vigie=warn")
            .envs(self.settings.iter().map(|(name, value)| (*name, value)))
            .stdout(log.try_clone()?)
            .stderr(log);
        Ok(Process { child: command.spawn().context("the vigie program does not start")? })
    }
}

/// The plain loop: the same text to so many chats, `rate` a second.
pub fn throttle(server: &Server, count: i64, rate: u32) -> anyhow::Result<Process> {
    let child = Command::new(std::env::current_exe()?)
        .args(["--throttle", &server.url, &server.token, &count.to_string(), &rate.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    Ok(Process { child })
}

/// The body of that process.
pub fn run_throttle(url: &str, token: &str, count: i64, rate: u32) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let url = url.parse()?;
    runtime.block_on(async {
        let limits = Limits { messages_per_sec_overall: rate, ..Limits::default() };
        let bot = Throttle::new_spawn(Bot::new(token).set_api_url(url), limits);
        futures::stream::iter(CROWD..CROWD + count)
            .for_each_concurrent(LOOP_WAITING, |id| {
                let bot = bot.clone();
                async move {
                    let text =
                        "C-0001 · BMX: la police est au lieu. Vue il y a 1 min. 10 fourgons.";
                    let mut call = bot.send_message(ChatId(id), text);
                    if rate > 30 {
                        call = call.allow_paid_broadcast(true);
                    }
                    // As a plain loop does: whoever cannot be reached is passed over.
                    let _ = call.await;
                }
            })
            .await;
        // Measured from outside until it is ended.
        std::future::pending::<()>().await;
        Ok(())
    })
}

/// A running contestant; it ends with its handle.
pub struct Process {
    child: Child,
}

/// What a process has used.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// Seconds of CPU, its own and the kernel's for it.
    pub cpu_seconds: f64,
    /// Peak resident memory (VmHWM), in MiB.
    pub peak_mib: f64,
    /// Sockets open now.
    pub sockets: usize,
}

impl Process {
    pub fn usage(&self) -> anyhow::Result<Usage> {
        let folder = PathBuf::from(format!("/proc/{}", self.child.id()));
        let stat = std::fs::read_to_string(folder.join("stat"))?;
        // The name in brackets may hold spaces; user and system time are fields 14 and 15.
        let (_, fields) = stat.rsplit_once(')').context("an unexpected /proc/…/stat")?;
        let ticks: f64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<f64>().ok())
            .sum();
        let status = std::fs::read_to_string(folder.join("status"))?;
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok())
            .context("no VmHWM")?;
        let sockets = std::fs::read_dir(folder.join("fd"))?
            .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
            .filter(|target| target.to_string_lossy().starts_with("socket:"))
            .count();
        Ok(Usage { cpu_seconds: ticks * TICK_SECONDS, peak_mib: peak / 1024.0, sockets })
    }

    /// Kills it, as a power cut would.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.kill();
    }
}

/// Long enough for a started service to fetch its first updates.
pub const SETTLE: Duration = Duration::from_millis(1_500);
