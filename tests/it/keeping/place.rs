//! A folder with a key, a database and a Telegram, and the program to run there. In real time.
use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Output};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use vigie::clock::Clock;
use vigie::rehearsal::telegram::{LocalOptions, LocalTelegram, PhoneSpec};

/// So long a test waits for what must happen.
pub const PATIENCE: Duration = Duration::from_secs(60);
const TOKEN: &str = "987654321:AAF-a-token-that-must-never-be-shown-0123";
const AMINA: i64 = 7_200_000_017;
const KARIM: i64 = 7_200_000_034;
const CROWD: i64 = 7_100_000_000;

pub struct Place {
    pub folder: TempDir,
    pub telegram: LocalTelegram,
    pub database: String,
    residents: i64,
}

/// A running program, ended with the test.
pub struct Running(pub Child);

impl Running {
    /// As by kill -9, and waits until it is gone.
    pub fn killed(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
    /// Waits until it keeps watch, then stops it.
    pub async fn stopped_after_start(self, place: &Place) {
        place.arrives(7_100_700_000, "/start fr-hopital");
        place.until_sent("Hôpital", 1).await;
        self.stopped().await;
    }
    /// As by SIGTERM, and waits until it has ended well.
    pub async fn stopped(mut self) {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let ended = tokio::task::spawn_blocking(move || self.0.wait().unwrap());
        assert_eq!(ended.await.unwrap().code(), Some(0));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

impl Place {
    pub async fn new() -> Place {
        let options = LocalOptions { token: TOKEN.to_owned(), ..LocalOptions::unlimited() };
        let telegram = LocalTelegram::start(Clock::wall(), options).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}", folder.path().join("vigie.db").display());
        Place { folder, telegram, database, residents: 0 }
    }
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
        command
            .args(args)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .current_dir(self.folder.path())
            .env("TELOXIDE_TOKEN", TOKEN)
            .env("TELOXIDE_API_URL", self.telegram.api_url())
            .env("DATABASE_URL", &self.database)
            .env("VIGIE_KEY_FILE", self.path("vigie.key"))
            .env("VIGIE_LISTEN", "127.0.0.1:0")
            .env("VIGIE_PHONE", "+33639980000")
            .env("VIGIE_RATE", "60");
        command
    }
    /// Starts the service; its log goes on where the last one ended.
    pub fn start(&self) -> Running {
        let log = File::options().append(true).create(true).open(self.path("log")).unwrap();
        let mut command = self.command(&["run"]);
        command.stdout(log.try_clone().unwrap()).stderr(log);
        Running(command.spawn().unwrap())
    }
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }
    pub async fn output(&self, args: &[&str]) -> Output {
        let mut command = self.command(args);
        tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap()
    }
    /// Runs a command that must end well, and gives what it printed.
    pub async fn does(&self, args: &[&str]) -> String {
        let output = self.output(args).await;
        assert!(output.status.success(), "{args:?}: {}", said(&output.stderr));
        said(&output.stdout)
    }
    /// Runs a command that must be refused, and gives the one sentence it says.
    pub async fn is_refused(&self, args: &[&str]) -> String {
        let output = self.output(args).await;
        let why = said(&output.stderr);
        assert!(!output.status.success(), "{args:?}: {}", said(&output.stdout));
        let last = why.lines().last().unwrap_or_default().to_owned();
        assert!(last.starts_with("vigie: ") && !last.contains("Error {"), "{args:?}: {why}");
        last
    }
    /// So many residents of BMX come.
    pub async fn crowd(&mut self, residents: i64) {
        self.residents = residents;
        for n in 0..residents {
            self.arrives(CROWD + n, "/start fa-bmx");
        }
        self.until_sent("BMX", usize::try_from(residents).unwrap()).await;
    }
    /// An observer and a coordinator are enrolled.
    pub async fn team(&self) {
        for (id, role, sent) in [(AMINA, "observer", 1), (KARIM, "coordinator", 2)] {
            let printed = self.does(&["invite", "--role", role]).await;
            let token = printed.rsplit('=').next().unwrap();
            self.arrives(id, &format!("/start {token}"));
            self.until_sent("Bienvenue", sent).await;
        }
    }
    /// The observer reports a convoy at BMX.
    pub fn alarm(&self) {
        self.telegram.say(AMINA, "BMX 10 fourgons CRS").unwrap();
    }
    /// What the coordinator was told.
    pub fn desk_reads(&self, words: &str) -> bool {
        self.telegram
            .chat(KARIM)
            .iter()
            .any(|bubble| bubble.from_bot && bubble.text.contains(words))
    }
    pub fn arrives(&self, id: i64, says: &str) {
        let spec = PhoneSpec { id, label: id.to_string(), language_code: None };
        self.telegram.add_phone(spec);
        self.telegram.say(id, says).unwrap();
    }
    /// Waits until the bot has sent so many messages that hold these words.
    pub async fn until_sent(&self, words: &str, count: usize) {
        let sent = |telegram: &LocalTelegram| {
            let calls = telegram.accepted();
            let with =
                calls.iter().filter(|c| c.text.as_deref().is_some_and(|t| t.contains(words)));
            (with.count() >= count).then_some(())
        };
        let done = self.telegram.until(PATIENCE, sent).await;
        assert!(done.is_some(), "\"{words}\" was not sent {count} times; the log:\n{}", self.log());
    }
    /// Waits until everyone of the crowd has the alert.
    pub async fn until_everyone_has_it(&self) {
        let everyone = |_: &LocalTelegram| self.copies().iter().all(|n| *n > 0).then_some(());
        let done = self.telegram.until(PATIENCE, everyone).await;
        assert!(done.is_some(), "{:?}; the log:\n{}", self.copies(), self.log());
    }
    /// How many copies of the first alert each of the crowd has.
    pub fn copies(&self) -> Vec<usize> {
        let copies = |id: i64| {
            let bubbles = self.telegram.chat(id);
            bubbles.iter().filter(|b| b.from_bot && b.text.contains("C-0001")).count()
        };
        (0..self.residents).map(|n| copies(CROWD + n)).collect()
    }
    /// The journal's entries of one kind.
    pub async fn journal(&self, kind: &str) -> Vec<Value> {
        let printed = self.does(&["journal"]).await;
        let entries = printed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        entries.filter(|entry| entry["kind"] == kind).collect()
    }
}
