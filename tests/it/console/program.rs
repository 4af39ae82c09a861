//! The program itself with a webhook: over real HTTP, as a server would run it behind a TLS proxy.
use std::net::TcpListener;
use std::process::{Child, Command};
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;
use vigie::clock::Clock;
use vigie::rehearsal::telegram::{LocalOptions, LocalTelegram, PhoneSpec};

const TOKEN: &str = "987654321:AAF-a-token-that-must-never-be-shown-0123";
const NOUR: i64 = 7_200_000_071;
/// So long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program, ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn said(telegram: &LocalTelegram, count: usize) {
    let sent = |telegram: &LocalTelegram| {
        let calls = telegram.accepted();
        let to_nour = calls.iter().filter(|c| c.chat_id == Some(NOUR) && c.text.is_some()).count();
        (to_nour >= count).then_some(())
    };
    assert!(telegram.until(PATIENCE, sent).await.is_some(), "{count} messages were not sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_webhook_the_program_answers_people_and_polls_never() {
    let options = LocalOptions { token: TOKEN.to_owned(), ..LocalOptions::unlimited() };
    let telegram = LocalTelegram::start(Clock::wall(), options).await.unwrap();
    telegram.add_phone(PhoneSpec { id: NOUR, label: "nour".to_owned(), language_code: None });
    let folder = tempfile::tempdir().unwrap();
    // A port that is free now; the program takes it a moment later.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let console = format!("http://127.0.0.1:{port}");
    let log = folder.path().join("log");
    let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
    command
        .arg("run")
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .current_dir(folder.path())
        .env("TELOXIDE_TOKEN", TOKEN)
        .env("TELOXIDE_API_URL", telegram.api_url())
        .env("VIGIE_LISTEN", format!("127.0.0.1:{port}"))
        .env("VIGIE_WEBHOOK_URL", format!("{console}/in/telegram?x=1"))
        .stderr(std::fs::File::create(&log).unwrap());
    let mut running = Running(command.spawn().unwrap());

    telegram.say(NOUR, "/start fa-bmx").unwrap();
    said(&telegram, 1).await;
    telegram.say(NOUR, "/sites").unwrap();
    said(&telegram, 2).await;
    let calls = telegram.calls();
    assert!(calls.iter().any(|call| call.method == "setWebhook" && call.status == 200));
    assert!(!calls.iter().any(|call| call.method == "getUpdates"), "it polls, too");

    let client = reqwest::Client::new();
    let health = client.get(format!("{console}/healthz")).send().await.unwrap();
    assert_eq!(health.status(), StatusCode::OK);
    let health: Value = health.json().await.unwrap();
    assert_eq!((&health["status"], &health["problems"]), (&"well".into(), &Value::Array(vec![])));
    let ahead = health["clock_ahead_seconds"].as_i64().unwrap();
    assert!(ahead.abs() <= 30, "{ahead}");
    let forged = client.post(format!("{console}/in/telegram")).body("{\"update_id\":1}").send();
    assert_eq!(forged.await.unwrap().status(), StatusCode::FORBIDDEN);
    let page = client.get(format!("{console}/metrics")).send().await.unwrap().text().await.unwrap();
    for line in [
        "vigie_webhook_requests_total{outcome=\"kept\"} 2",
        "vigie_webhook_requests_total{outcome=\"wrong_secret\"} 1",
        "vigie_alarms_total{kind=\"webhook_secret\"} 1",
        "vigie_sends_total{outcome=\"accepted\"} 2",
        "vigie_rate_set 29.7",
        "vigie_polls_total 0",
    ] {
        assert!(page.contains(&format!("{line}\n")), "{line}\n{page}");
    }

    let pid = running.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let ended = tokio::task::spawn_blocking(move || running.0.wait()).await.unwrap().unwrap();
    assert_eq!(ended.code(), Some(0));
    let log = std::fs::read_to_string(&log).unwrap();
    assert!(!log.contains("AAF-a-token") && !log.contains(&NOUR.to_string()), "{log}");
}
