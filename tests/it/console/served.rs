//! Health and figures as they are served.
use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::{Value, json};
use vigie::domain::alert::Mode;
use vigie::rehearsal::telegram::{Aim, Fault, Times};
use vigie::speech::say::Say;

use super::super::post_office::PostOffice;
use super::Door;

async fn health(door: &Door) -> (StatusCode, Value) {
    let answer = door.get("/healthz").await;
    (answer.status(), answer.json().await.unwrap())
}

/// The value of a sample.
fn sample(page: &str, name: &str) -> f64 {
    let line =
        page.lines().find(|line| line.strip_prefix(name).is_some_and(|r| r.starts_with(' ')));
    line.unwrap_or_else(|| panic!("no {name} in\n{page}"))
        .rsplit(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap()
}

#[tokio::test]
async fn health_says_what_waits_and_what_is_wrong() {
    let door = Door::open().await;
    let (status, told) = health(&door).await;
    assert_eq!((status, &told["status"]), (StatusCode::OK, &json!("well")));
    assert_eq!(told["waiting"], 0);
    assert_eq!(door.post(Some(&door.secret()), "{\"update_id\":1}").await, StatusCode::OK);
    door.office.clock.advance(TimeDelta::seconds(9));
    let (_, told) = health(&door).await;
    assert_eq!((&told["waiting"], &told["oldest_waiting_seconds"]), (&json!(1), &json!(9)));
    door.office.store.close().await;
    let (status, told) = health(&door).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(told["problems"], json!(["database"]));
}

#[tokio::test]
async fn the_figures_follow_a_broadcast_and_name_nobody() {
    let mut office = PostOffice::open().await;
    let crowd = office.residents("bmx", 5).await;
    for chat in &crowd {
        office.answer(*chat, &Say::Renewed, Mode::Quiet, None, None).await;
    }
    office.telegram.script_fault(Aim::Chat(crowd[0]), Fault::Blocked, Times::Always);
    let door = Door::of(office).await;
    let before = door.get("/metrics").await.text().await.unwrap();
    assert_eq!(
        sample(&before, "vigie_queue{state=\"queued\",urgency=\"answer\"}"),
        5.0,
        "{before}"
    );
    for _ in 0..20 {
        door.office.worker.step().await.unwrap();
        door.office.clock.advance(TimeDelta::seconds(1));
    }
    let answer = door.get("/metrics").await;
    assert!(
        answer.headers()["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4")
    );
    let after = answer.text().await.unwrap();
    assert_eq!(sample(&after, "vigie_queue{state=\"queued\",urgency=\"answer\"}"), 0.0);
    assert_eq!(sample(&after, "vigie_sends_total{outcome=\"accepted\"}"), 4.0);
    assert_eq!(sample(&after, "vigie_sends_total{outcome=\"blocked\"}"), 1.0);
    assert_eq!(sample(&after, "vigie_deliveries_total{state=\"sent\",urgency=\"answer\"}"), 4.0);
    assert_eq!(sample(&after, "vigie_queue_seconds_count"), 4.0);
    assert_eq!(sample(&after, "vigie_in_flight"), 0.0);
    assert_eq!(sample(&after, "vigie_database_up"), 1.0);
    assert!(sample(&after, "vigie_commit_seconds_count") > 5.0);
    assert!(after.lines().count() < 400, "{}", after.lines().count());
    for (index, line) in after.lines().enumerate() {
        let sound = line.starts_with("# HELP vigie_")
            || line.starts_with("# TYPE vigie_")
            || (line.starts_with("vigie_")
                && line.rsplit(' ').next().unwrap().parse::<f64>().is_ok());
        assert!(sound, "line {index}: {line}");
        let words: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
        for chat in &crowd {
            assert!(!words.iter().any(|word| *word == chat.to_string()), "{line}");
        }
    }
    assert!(!after.contains("bmx") && !after.contains("BMX"));
}

#[tokio::test]
async fn figures_are_served_while_the_database_is_away() {
    let door = Door::open().await;
    door.office.store.close().await;
    let answer = door.get("/metrics").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let page = answer.text().await.unwrap();
    assert_eq!(sample(&page, "vigie_database_up"), 0.0);
    assert!(!page.contains("vigie_inbox_waiting "), "what is not known is not said");
}
