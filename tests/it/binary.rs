//! The program itself, started as people start it, over real HTTP and in real time: everything else
//! is tested with a clock that stands still.
use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use vigie::clock::Clock;
use vigie::rehearsal::telegram::{LocalOptions, LocalTelegram, PhoneSpec};

/// So long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(60);
/// When asked to stop, the program may take so long (FAULTS 9).
const STOP_WITHIN: Duration = Duration::from_secs(10);
const TOKEN: &str = "987654321:AAF-a-token-that-must-never-be-shown-0123";
const AMINA: i64 = 7_200_000_017;
const CROWD: i64 = 7_100_000_000;

/// A folder with a database and a key, and a Telegram.
struct Place {
    folder: TempDir,
    telegram: LocalTelegram,
}

/// A running program, ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Place {
    async fn new() -> Place {
        let options = LocalOptions { token: TOKEN.to_owned(), ..LocalOptions::unlimited() };
        let telegram = LocalTelegram::start(Clock::wall(), options).await.unwrap();
        Place { folder: tempfile::tempdir().unwrap(), telegram }
    }
    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
    fn command(&self, args: &[&str]) -> Command {
        let mut command = bare(args);
        command
            .current_dir(self.folder.path())
            .env("TELOXIDE_TOKEN", TOKEN)
            .env("TELOXIDE_API_URL", self.telegram.api_url())
            .env(
                "DATABASE_URL",
                format!("sqlite://{}", self.folder.path().join("vigie.db").display()),
            )
            .env("VIGIE_KEY_FILE", self.folder.path().join("vigie.key"))
            .env("VIGIE_LISTEN", "127.0.0.1:0")
            .env("VIGIE_RATE", "200")
            .env("RUST_LOG", "debug");
        command
    }
    /// Starts the service; its log goes on where the last one ended.
    fn start(&self) -> Running {
        let log = File::options().append(true).create(true).open(self.log()).unwrap();
        let mut command = self.command(&["run"]);
        command.stdout(log.try_clone().unwrap()).stderr(log);
        Running(command.spawn().unwrap())
    }
    async fn output(&self, args: &[&str]) -> Output {
        let mut command = self.command(args);
        tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap()
    }
    fn arrives(&self, id: i64, says: &str) {
        let spec = PhoneSpec { id, label: id.to_string(), language_code: None };
        self.telegram.add_phone(spec);
        self.telegram.say(id, says).unwrap();
    }
    /// Waits until the bot has sent so many messages that hold these words.
    async fn until_sent(&self, words: &str, count: usize) {
        let sent = |telegram: &LocalTelegram| {
            let calls = telegram.accepted();
            let with =
                calls.iter().filter(|c| c.text.as_deref().is_some_and(|t| t.contains(words)));
            (with.count() >= count).then_some(())
        };
        let done = self.telegram.until(PATIENCE, sent).await;
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        assert!(done.is_some(), "\"{words}\" was not sent {count} times; the log:\n{log}");
    }
}

/// The program with nothing in its environment.
fn bare(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
    command.args(args).env_clear().env("PATH", "/usr/bin:/bin");
    command
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// One line, not empty, that ends as a sentence or an advice does, and shows no code.
fn is_a_sentence(text: &str) -> bool {
    let shown = !text.is_empty() && text.lines().count() == 1;
    shown && !text.contains("panicked") && !text.contains("Error {") && !text.contains("Err(")
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_mid_broadcast_and_started_again_it_reaches_everyone_and_hardly_anyone_twice() {
    const RESIDENTS: i64 = 200;
    let place = Place::new().await;
    let mut running = place.start();
    for n in 0..RESIDENTS {
        place.arrives(CROWD + n, "/start fa-bmx");
    }
    place.until_sent("BMX", usize::try_from(RESIDENTS).unwrap()).await;
    let invited = place.output(&["invite", "--role", "observer"]).await;
    let link = said(&invited.stdout);
    assert_eq!(link.lines().count(), 1, "{link} {}", said(&invited.stderr));
    let prefix = "https://t.me/vigie_rehearsal_bot?start=";
    let token = link.strip_prefix(prefix).unwrap_or_else(|| panic!("{link}"));
    place.arrives(AMINA, &format!("/start {token}"));
    place.until_sent("Bienvenue", 1).await;

    place.telegram.say(AMINA, "BMX 10 fourgons CRS").unwrap();
    place.until_sent("C-0001", 40).await;
    running.0.kill().unwrap();
    running.0.wait().unwrap();
    let copies = |id: i64| {
        let bubbles = place.telegram.chat(id);
        bubbles.iter().filter(|b| b.from_bot && b.text.contains("C-0001")).count()
    };
    let total = || (0..RESIDENTS).map(|n| copies(CROWD + n)).sum::<usize>();
    assert!(total() < 200, "it was killed in the middle");

    running = place.start();
    let everyone = |_: &LocalTelegram| (0..RESIDENTS).all(|n| copies(CROWD + n) > 0).then_some(());
    assert!(place.telegram.until(PATIENCE, everyone).await.is_some(), "{} of 200", total());

    // SIGTERM: what is on its way lands, then it ends well.
    let pid = running.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let asked = Instant::now();
    let ended = tokio::task::spawn_blocking(move || {
        let status = running.0.wait();
        (running, status)
    });
    let (_, status) = tokio::time::timeout(STOP_WITHIN, ended).await.unwrap().unwrap();
    assert_eq!(status.unwrap().code(), Some(0), "after {:?}", asked.elapsed());
    let most = (0..RESIDENTS).map(|n| copies(CROWD + n)).max().unwrap();
    assert!(most <= 2, "{most} copies on one phone");
    assert!(total() <= 200 + 30, "{} copies of 200: more than were on their way", total());

    let verified = place.output(&["journal", "verify"]).await;
    assert!(verified.status.success(), "{}", said(&verified.stderr));
    assert!(said(&verified.stdout).contains("sound"), "{}", said(&verified.stdout));
    let log = std::fs::read_to_string(place.log()).unwrap();
    let secret = TOKEN.split(':').nth(1).unwrap();
    for word in [secret, "BMX 10 fourgons", &AMINA.to_string(), &(CROWD + 7).to_string(), token] {
        assert!(!log.contains(word), "the log holds {word}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_service_on_the_same_file_refuses_in_a_sentence() {
    let place = Place::new().await;
    let _first = place.start();
    place.arrives(CROWD, "/start fa-bmx");
    place.until_sent("BMX", 1).await;
    let second = place.output(&["run"]).await;
    assert!(!second.status.success());
    let last = said(&second.stderr).lines().last().unwrap_or_default().to_owned();
    assert!(is_a_sentence(&last) && last.starts_with("vigie: "), "{}", said(&second.stderr));
}

#[test]
fn a_setting_that_is_not_ours_is_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = bare(&["doctor"]);
    let output = command.current_dir(&folder).env("VIGIE_PHONES", "1").output().unwrap();
    assert!(!output.status.success());
    let why = said(&output.stderr);
    assert!(is_a_sentence(&why) && why.contains("VIGIE_PHONE?"), "{why}");
}

#[test]
fn a_wrong_command_line_ends_with_2_and_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    for args in [
        &["nonsense"][..],
        &["invite"],
        &["invite", "--role", "king"],
        &["invite", "--role", "observer", "--days", "0"],
        &["journal", "--nope"],
        &["rehearse", "--port", "99999"],
    ] {
        let output = bare(args).current_dir(&folder).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let why = said(&output.stderr);
        assert!(is_a_sentence(&why), "{args:?}: {why}");
        assert!(output.stdout.is_empty());
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "nothing was made");
}

#[test]
fn settings_with_wrong_values_are_refused_in_one_sentence_each() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in [
        ("VIGIE_RATE", "fast"),
        ("VIGIE_RATE", "0"),
        ("VIGIE_LISTEN", "everywhere"),
        ("DATABASE_URL", "mysql://x"),
        ("TELOXIDE_API_URL", "not a url"),
        ("TELOXIDE_TOKEN_FILE", "/no/such/file"),
        ("VIGIE_SITES", "/no/such/file"),
    ] {
        let mut command = bare(&["invite", "--role", "observer"]);
        if name == "VIGIE_SITES" {
            command = bare(&["read", "BMX"]);
        }
        let output = command.current_dir(&folder).env(name, value).output().unwrap();
        let why = said(&output.stderr);
        assert!(!output.status.success(), "{name}={value}");
        assert!(is_a_sentence(&why), "{name}={value}: {why}");
    }
}

#[test]
fn read_prints_the_example_of_the_interface_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let text = "BMX 10 fourgons CRS, 2 nettoyage, 8h05";
    let output = bare(&["read", "--json", text]).current_dir(&folder).output().unwrap();
    assert!(output.status.success(), "{}", said(&output.stderr));
    let told: Value = serde_json::from_str(&said(&output.stdout)).unwrap();
    let example = json!({
        "site": "bmx", "zone": "calais", "phase": "on_site", "observed_at": "08:05", "window": null,
        "heading": null,
        "vehicles": [
            { "crew": "crs", "vehicle": "van", "count": 10, "qualifier": "exact" },
            { "crew": "cleaning", "vehicle": "van", "count": 2, "qualifier": "exact" }
        ],
        "people": [], "goods": [], "conduct": [], "source": "direct", "doubts": []
    });
    assert_eq!(told, example);
    let keys = |text: &str| -> Vec<String> {
        let object: serde_json::Map<String, Value> = serde_json::from_str(text).unwrap();
        object.keys().cloned().collect()
    };
    assert_eq!(keys(&said(&output.stdout)), keys(&example.to_string()));
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "it needs no database");
}
