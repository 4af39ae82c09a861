//! Updates by webhook: kept before they are acknowledged, once, and from Telegram alone.
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretBox};
use serde_json::json;
use vigie::pulse::Pushed;
use vigie::rehearsal::telegram::{Aim, Fault, LocalTelegram, PhoneSpec, Times};
use vigie::storage::Store;
use vigie::telegram::webhook::{BODY_BYTES_MAX, Points};
use vigie::vault::{SystemEntropy, Vault};

use super::super::post_office::{PostOffice, api, open_store};
use super::{Door, serve};

const NOUR: i64 = 71;
/// So long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(20);

fn phone(telegram: &LocalTelegram) {
    let spec = PhoneSpec { id: NOUR, label: "nour".to_owned(), language_code: None };
    telegram.add_phone(spec);
}

async fn all_delivered(telegram: &LocalTelegram) {
    let none_wait = |t: &LocalTelegram| (t.waiting_updates() == 0).then_some(());
    // What is confirmed announces nothing by itself.
    for _ in 0..400 {
        if telegram.until(Duration::from_millis(50), none_wait).await.is_some() {
            return;
        }
    }
    panic!("{} updates were not delivered", telegram.waiting_updates());
}

#[tokio::test]
async fn what_telegram_delivers_is_kept_once_however_often_it_comes() {
    let door = Door::open().await;
    let telegram = &door.office.telegram;
    phone(telegram);
    telegram.say(NOUR, "before").unwrap();
    door.webhook.set().await.unwrap();
    telegram.say(NOUR, "after").unwrap();
    all_delivered(telegram).await;
    assert_eq!(door.inbox().await.new, 2, "what waited is delivered too");
    assert!(telegram.repeat_update(telegram.last_update_id()));
    // The next goes behind the repeated one, so once it has come the other has, too.
    telegram.say(NOUR, "and again").unwrap();
    all_delivered(telegram).await;
    assert_eq!(door.inbox().await.new, 3);
    let pulse = door.office.store.pulse();
    assert_eq!((pulse.pushes(Pushed::Kept), pulse.pushes(Pushed::Repeated)), (3, 1));
}

#[tokio::test]
async fn whoever_does_not_know_the_secret_is_turned_away_and_leaves_no_trace() {
    let door = Door::open().await;
    let update = json!({ "update_id": 5, "message": { "chat": { "id": 1 } } }).to_string();
    let secret = door.secret();
    let almost = format!("{}x", &secret[..63]);
    for wrong in [None, Some(""), Some("guess"), Some(almost.as_str()), Some(&secret[..63])] {
        assert_eq!(door.post(wrong, update.clone()).await, StatusCode::FORBIDDEN);
    }
    assert_eq!(door.inbox().await.new, 0);
    assert_eq!(door.office.store.pulse().pushes(Pushed::WrongSecret), 5);
    assert_eq!(door.post(Some(&secret), update).await, StatusCode::OK);
    assert_eq!(door.inbox().await.new, 1);
}

#[tokio::test]
async fn a_stranger_is_turned_away_before_a_large_body_is_read() {
    let door = Door::open().await;
    let huge = vec![b'x'; 64 * BODY_BYTES_MAX];
    let sent = door.client.post(door.url(super::PATH)).body(huge).send().await;
    // The answer comes, or the connection is closed while it is still being written to.
    if let Ok(answer) = sent {
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    }
    assert_eq!(door.office.store.pulse().pushes(Pushed::WrongSecret), 1);
    assert_eq!(door.office.store.pulse().pushes(Pushed::TooLarge), 0);
}

#[tokio::test]
async fn what_is_no_update_has_no_effect() {
    let door = Door::open().await;
    let secret = door.secret();
    for broken in
        [&b""[..], b"{", b"{\"update_id\":7,\"mess", b"\xff\xfe", b"null}", b"update_id=7"]
    {
        let status = door.post(Some(&secret), broken.to_vec()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "it may come whole the next time");
    }
    for numberless in ["null", "[]", "7", "{}", "{\"update_id\":\"7\"}", "{\"update_id\":1.5}"] {
        let status = door.post(Some(&secret), numberless).await;
        assert_eq!(status, StatusCode::OK, "it would come for a day and never be an update");
    }
    let huge = vec![b' '; BODY_BYTES_MAX + 1];
    assert_eq!(door.post(Some(&secret), huge).await, StatusCode::PAYLOAD_TOO_LARGE);
    let deep = format!("{{\"update_id\":8,\"x\":{}", "[".repeat(100_000));
    assert_eq!(door.post(Some(&secret), deep).await, StatusCode::BAD_REQUEST);
    assert_eq!(door.inbox().await.new, 0);
}

#[tokio::test]
async fn only_a_post_to_the_right_path_is_a_delivery() {
    let door = Door::open().await;
    let secret = door.secret();
    for method in ["GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"] {
        let request = door.client.request(method.parse().unwrap(), door.url(super::PATH));
        let answer = request.header(super::SECRET_HEADER, &secret).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answer.headers()["allow"], "POST");
    }
    for path in ["/", "/telegram/", "/Telegram", "/telegram/x", "/telegramx"] {
        let request = door.client.post(door.url(path)).body("{\"update_id\":1}");
        let answer = request.header(super::SECRET_HEADER, &secret).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(door.inbox().await.new, 0);
}

#[tokio::test]
async fn while_the_database_is_away_telegram_is_asked_to_bring_it_again() {
    let office = PostOffice::open().await;
    phone(&office.telegram);
    let folder = tempfile::tempdir().unwrap();
    let away = open_store(&folder).await;
    let address = serve(&office, &away).await;
    away.close().await;
    let url = format!("http://{address}{}", super::PATH).parse().unwrap();
    let (telegram, store) = (api(&office.telegram), office.store.clone());
    let first = vigie::telegram::webhook::Webhook::new(telegram, store, office.clock.clone(), url);
    first.set().await.unwrap();
    office.telegram.say(NOUR, "at six").unwrap();
    let refused = |_: &LocalTelegram| (away.pulse().pushes(Pushed::NotKept) > 1).then_some(());
    let mut tries = 0;
    while refused(&office.telegram).is_none() {
        tokio::time::sleep(Duration::from_millis(50)).await;
        tries += 1;
        assert!(tries < 400, "it was never refused twice");
    }
    assert_eq!(office.telegram.waiting_updates(), 1, "it was not acknowledged");
    // The database is back.
    let door = Door::of(office).await;
    door.webhook.set().await.unwrap();
    all_delivered(&door.office.telegram).await;
    assert_eq!(door.inbox().await.new, 1);
}

#[tokio::test]
async fn every_process_with_the_same_key_knows_the_same_secret_and_no_other_does() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_store(&folder).await;
    let other = tempfile::tempdir().unwrap();
    let same_key = open_store(&other).await;
    let third = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", third.path().join("vigie.db").display());
    let vault = Vault::from_key(&SecretBox::new(Box::new([8; 32])));
    let other_key = Store::open(&url, vault, Arc::new(SystemEntropy)).await.unwrap();
    let of = |store: &Store| store.secret_for("webhook").expose_secret().to_owned();
    assert_eq!(of(&store), of(&same_key));
    assert_ne!(of(&store), of(&other_key));
    assert_ne!(of(&store), store.secret_for("other").expose_secret());
    assert!(of(&store).len() == 64 && of(&store).bytes().all(|b| b.is_ascii_alphanumeric()));
}

#[tokio::test]
async fn fault_25_a_webhook_that_somebody_else_sets_is_noticed_and_taken_back() {
    let mut door = Door::open().await;
    assert_eq!(door.webhook.check().await.unwrap(), Points::Nowhere);
    assert_eq!(door.webhook.check().await.unwrap(), Points::Here);
    let telegram = door.office.telegram.clone();
    let thief = format!("{}/bot{}/setWebhook", telegram.api_url(), telegram.token());
    let body = json!({ "url": "https://elsewhere.example/x" });
    assert!(door.client.post(&thief).json(&body).send().await.unwrap().status().is_success());
    assert_eq!(door.webhook.check().await.unwrap(), Points::Elsewhere);
    assert_eq!(door.webhook.check().await.unwrap(), Points::Here);
    phone(&telegram);
    telegram.say(NOUR, "still here").unwrap();
    all_delivered(&telegram).await;
    assert_eq!(door.inbox().await.new, 1);
}

#[tokio::test]
async fn after_an_absence_in_which_taps_were_lost_open_cards_are_seen_to() {
    let mut door = Door::open().await;
    door.webhook.check().await.unwrap();
    door.office.telegram.script_fault(Aim::Everything, Fault::ServerError(502), Times::Next(1));
    assert!(door.webhook.check().await.is_err());
    door.office.clock.advance(chrono::TimeDelta::minutes(3));
    door.webhook.check().await.unwrap();
    let now = door.office.clock.now();
    let due = door.office.store.begin().await.unwrap().duties_due(now, 10).await.unwrap();
    assert!(due.iter().any(|duty| duty.kind == "outage_over"), "{due:?}");
}

#[tokio::test]
async fn the_webhook_runs_until_it_is_asked_to_stop() {
    let door = Door::open().await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let telegram = door.office.telegram.clone();
    telegram.script_fault(Aim::Everything, Fault::ServerError(502), Times::Next(1));
    let running = tokio::spawn(door.webhook.run(async {
        let _ = stopped.await;
    }));
    phone(&telegram);
    telegram.say(NOUR, "hello").unwrap();
    let set = |t: &LocalTelegram| {
        t.calls().iter().any(|call| call.method == "setWebhook" && call.status == 200).then_some(())
    };
    assert!(telegram.until(PATIENCE, set).await.is_some(), "it is set after a failure, too");
    all_delivered(&telegram).await;
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
}
