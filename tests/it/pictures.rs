//! The rehearsal as a newcomer meets it: the binary is started, the morning of 10 November is
//! played, and a real browser photographs the phones. What residents were told is checked here;
//! whether letters join and directions are right is for somebody to see on the pictures, which
//! are left in `target/tmp/pictures`.
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// As fast as the page allows: the morning of three hours takes some twenty seconds.
const SPEED: f64 = 600.0;
/// The morning must be over by then, also on a slow machine.
const PATIENCE: Duration = Duration::from_secs(180);
/// Nothing more changes when the phones have looked the same for so long.
const QUIET: Duration = Duration::from_secs(3);
const REQUIRED: &str = "VIGIE_TEST_REQUIRE_BROWSER";

/// The running binary; ended when the test is over, however it ends.
struct Rehearsal {
    child: Child,
    url: String,
    _folder: tempfile::TempDir,
}

impl Rehearsal {
    fn start() -> Rehearsal {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_vigie"))
            .args(["rehearse", "--port", "0"])
            .current_dir(folder.path())
            .env_remove("TELOXIDE_TOKEN")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line
            .split_whitespace()
            .find(|word| word.starts_with("http://"))
            .unwrap_or_else(|| panic!("no address in {line:?}"))
            .to_owned();
        Rehearsal { child, url, _folder: folder }
    }
    async fn state(&self) -> Value {
        reqwest::get(format!("{}page/state", self.url)).await.unwrap().json().await.unwrap()
    }
    async fn plays(&self, script: &str) {
        let body = json!({ "script": script, "speed": SPEED });
        let url = format!("{}page/play", self.url);
        let answer = reqwest::Client::new().post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success());
        let begun = Instant::now();
        let (mut seen, mut since) = (Value::Null, Instant::now());
        loop {
            assert!(begun.elapsed() < PATIENCE, "the morning does not end: {}", self.state().await);
            tokio::time::sleep(Duration::from_millis(250)).await;
            let state = self.state().await;
            let bubbles: Vec<Value> =
                state["phones"].as_array().unwrap().iter().map(|p| p["bubbles"].clone()).collect();
            let bubbles = Value::Array(bubbles);
            if bubbles != seen {
                (seen, since) = (bubbles, Instant::now());
            }
            if state["playing"]["over"] == true && since.elapsed() > QUIET {
                return;
            }
        }
    }
}

impl Drop for Rehearsal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the bot said on a phone: first lines, and whether they rang.
fn told(state: &Value, key: &str) -> Vec<(String, bool)> {
    let phones = state["phones"].as_array().unwrap();
    let phone = phones.iter().find(|phone| phone["key"] == key).unwrap();
    let bubbles = phone["bubbles"].as_array().unwrap().iter();
    bubbles
        .filter(|bubble| bubble["from_bot"] == true)
        .map(|bubble| {
            let first = bubble["text"].as_str().unwrap().lines().next().unwrap_or_default();
            (first.to_owned(), bubble["silent"] == false)
        })
        .collect()
}

fn photograph(url: &str, size: (u32, u32), to: &Path) -> std::io::Result<()> {
    let profile = tempfile::tempdir()?;
    let status = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"])
        .args(["--disable-background-networking", "--hide-scrollbars", "--timeout=6000"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--window-size={},{}", size.0, size.1))
        .arg(format!("--screenshot={}", to.display()))
        .arg(url)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    assert!(status.success(), "chromium failed");
    let bytes = std::fs::metadata(to)?.len();
    assert!(bytes > 20_000, "{} is nearly empty", to.display());
    Ok(())
}

#[tokio::test]
async fn the_morning_is_played_and_the_phones_are_photographed() {
    let rehearsal = Rehearsal::start();
    rehearsal.plays("2025-11-10").await;
    let state = rehearsal.state().await;
    assert_eq!(state["playing"]["missed"], Value::Null, "every line of the script was played");

    for reader in ["resident_fa", "resident_ti", "resident_ps"] {
        let told = told(&state, reader);
        let ringing: Vec<&str> =
            told.iter().filter(|(_, rang)| *rang).map(|(first, _)| first.as_str()).collect();
        // On the way, there, left, ended: each rang once, and each can be told by its pictograms.
        assert_eq!(ringing.len(), 4, "{reader}: {told:?}");
        assert!(ringing[0].contains('➜') && ringing[1].contains('📍'), "{reader}: {told:?}");
        assert!(ringing[2].contains('💨'), "{reader}: {told:?}");
    }
    assert_eq!(told(&state, "resident_en").len(), 1, "nothing happened in Dunkirk");

    let folder: PathBuf = [env!("CARGO_TARGET_TMPDIR"), "pictures"].iter().collect();
    std::fs::create_dir_all(&folder).unwrap();
    let views = [
        ("all", "", (1640, 1240)),
        ("farsi", "#resident_fa", (420, 1000)),
        ("tigrinya", "#resident_ti", (420, 1000)),
        ("pashto", "#resident_ps", (420, 1000)),
        ("arabic", "#resident_ar", (420, 1000)),
        ("coordinator", "#coordinator", (420, 1000)),
    ];
    for (name, hash, size) in views {
        let (url, to) = (format!("{}{hash}", rehearsal.url), folder.join(format!("{name}.png")));
        let taken = tokio::task::spawn_blocking(move || photograph(&url, size, &to)).await.unwrap();
        if let Err(error) = taken {
            assert!(!required(), "chromium is required: {error}");
            println!("skipped: chromium could not be started ({error})");
            return;
        }
    }
    println!("the pictures are in {}", folder.display());
}

#[expect(clippy::disallowed_methods, reason = "a test asks how it is to be run")]
fn required() -> bool {
    std::env::var(REQUIRED).is_ok_and(|value| value == "1")
}
