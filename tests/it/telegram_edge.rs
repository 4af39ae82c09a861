//! The edge to Telegram: what each failure means, updates that are never lost nor handled twice, and
//! a token that is never written anywhere.
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::BoxFuture;
use secrecy::SecretString;
use teloxide::types::{Update, UpdateKind};
use tokio::sync::Notify;
use vigie::dispatch::{Body, Courier, Key, Letter, Outcome};
use vigie::domain::lang::Lang;
use vigie::domain::person::{Chat, Person};
use vigie::rehearsal::telegram::{Aim, Fault, LocalOptions, LocalTelegram, Times};
use vigie::storage::Tx;
use vigie::telegram::api::Api;
use vigie::telegram::inbox::{AfterCommit, CallbackAnswer, Handle, HandleError, InboxWorker, Menu};
use vigie::telegram::outbound::{MenuFor, TelegramCourier};
use vigie::telegram::poll::{PollError, Poller};

use crate::post_office::{CALL_TIME, PostOffice, api};

const NOUR: i64 = 1_001;
const AMINA: i64 = 1_002;

fn courier(telegram: &LocalTelegram) -> TelegramCourier {
    TelegramCourier::new(api(telegram)).with_timeout(CALL_TIME)
}

fn letter(chat: i64) -> Letter {
    Letter {
        chat: Chat(chat),
        body: Body::Html("<b>BMX</b> 1 &lt; 2".to_owned()),
        buttons: vec![vec![Key { label: "ok".to_owned(), data: "1|never".to_owned() }]],
        silent: true,
        reply_to: None,
        edit: None,
        paid: false,
    }
}

/// A post office with two residents whose chats are open.
async fn two_phones() -> PostOffice {
    let mut office = PostOffice::open().await;
    assert_eq!(office.residents("bmx", 2).await, [NOUR, AMINA]);
    office
}

#[tokio::test]
async fn a_letter_arrives_as_it_is_written() {
    let office = two_phones().await;
    let outcome = courier(&office.telegram).carry(&letter(NOUR)).await;
    let heard = office.heard(NOUR);
    assert_eq!(outcome, Outcome::Sent(i64::from(heard[0].message_id)));
    assert_eq!(heard[0].text, "BMX 1 < 2");
    assert!(heard[0].silent && heard[0].buttons.len() == 1);
    let plain = Letter { body: Body::Plain("<b>".to_owned()), silent: false, ..letter(NOUR) };
    courier(&office.telegram).carry(&plain).await;
    assert_eq!(office.heard(NOUR)[1].text, "<b>");
}

#[tokio::test]
async fn each_failure_means_one_thing() {
    let office = two_phones().await;
    let table = [
        (Fault::TooMany(7), Outcome::WaitAsTold { seconds: 7 }),
        (Fault::ServerError(502), Outcome::Ambiguous),
        (Fault::ServerError(500), Outcome::Ambiguous),
        (Fault::Hang, Outcome::Ambiguous),
        (Fault::CutBefore, Outcome::Ambiguous),
        (Fault::CutAfterAccept, Outcome::Ambiguous),
        (Fault::LostAnswer, Outcome::Ambiguous),
        (Fault::BrokenJson, Outcome::Ambiguous),
        (Fault::Blocked, Outcome::RecipientGone),
        (Fault::Deactivated, Outcome::RecipientGone),
        (Fault::ChatNotFound, Outcome::RecipientGone),
        (Fault::CannotParse, Outcome::Malformed),
        (Fault::MigrateTo(-100_500), Outcome::Moved(Chat(-100_500))),
        (Fault::Unauthorized, Outcome::TokenRefused),
    ];
    for (fault, meaning) in table {
        office.fault(NOUR, fault.clone(), Times::Next(1));
        // A client of its own each time: a connection that was cut must not meet the next fault.
        let outcome = courier(&office.telegram).carry(&letter(NOUR)).await;
        assert_eq!(outcome, meaning, "{fault:?}");
    }
}

#[tokio::test]
async fn fault_13_a_refused_connection_is_surely_unsent() {
    let office = two_phones().await;
    let courier = courier(&office.telegram);
    assert!(matches!(courier.carry(&letter(NOUR)).await, Outcome::Sent(_)));
    office.telegram.outage(true).await;
    let first = courier.carry(&letter(NOUR)).await;
    assert!(matches!(first, Outcome::SurelyUnsent | Outcome::Ambiguous));
    assert_eq!(courier.carry(&letter(NOUR)).await, Outcome::SurelyUnsent);
    office.telegram.outage(false).await;
    assert!(matches!(courier.carry(&letter(NOUR)).await, Outcome::Sent(_)));
}

#[tokio::test]
async fn fault_17_a_text_that_is_too_long_or_wrongly_marked_up_is_malformed() {
    let office = two_phones().await;
    let courier = courier(&office.telegram);
    for body in [Body::Html("<b>open".to_owned()), Body::Plain("x".repeat(4_097))] {
        let outcome = courier.carry(&Letter { body, ..letter(NOUR) }).await;
        assert_eq!(outcome, Outcome::Malformed);
    }
}

#[tokio::test]
async fn fault_27_edits_that_change_nothing_or_find_nothing_are_told_apart() {
    let office = two_phones().await;
    let courier = courier(&office.telegram);
    let Outcome::Sent(id) = courier.carry(&letter(NOUR)).await else {
        panic!("not sent");
    };
    let edit = |id| Letter { edit: Some(id), ..letter(NOUR) };
    assert_eq!(courier.carry(&edit(id)).await, Outcome::NotModified);
    assert_eq!(courier.carry(&edit(9_999)).await, Outcome::NothingToEdit);
    assert_eq!(courier.carry(&edit(i64::MAX)).await, Outcome::NothingToEdit);
}

#[tokio::test]
async fn a_menu_is_set_for_everyone_for_a_language_and_for_one_chat() {
    let office = two_phones().await;
    let courier = courier(&office.telegram);
    let menu = |name: &str| vec![(name.to_owned(), "what it does".to_owned())];
    courier.set_commands(MenuFor::Everyone, None, &menu("sites")).await.unwrap();
    courier.set_commands(MenuFor::Everyone, Some(Lang::FR), &menu("lieux")).await.unwrap();
    let nour = MenuFor::Chat(Chat(NOUR));
    courier.set_commands(nour, None, &menu("report")).await.unwrap();
    assert_eq!(office.telegram.commands(NOUR)[0].0, "report");
    assert_eq!(office.telegram.commands(AMINA)[0].0, "sites");
    courier.set_commands(nour, None, &[]).await.unwrap();
    assert_eq!(office.telegram.commands(NOUR)[0].0, "sites");
}

// ── Updates in ──────────────────────────────────────────────────────────────────────────────────

fn poller(office: &PostOffice) -> Poller {
    let inbox = Arc::new(Notify::new());
    let store = Arc::clone(&office.store);
    Poller::new(api(&office.telegram), store, office.clock.clone(), inbox).with_long_poll(0)
}

async fn waiting(office: &PostOffice) -> i64 {
    let mut tx = office.store.read().await.unwrap();
    tx.inbox_counts().await.unwrap().new
}

#[tokio::test]
async fn fault_01_an_update_is_confirmed_only_after_it_was_committed() {
    let office = two_phones().await;
    office.telegram.say(NOUR, "one").unwrap();
    let mut polling = poller(&office);
    assert_eq!(polling.step().await.unwrap().fresh, 1);
    assert_eq!((waiting(&office).await, office.telegram.waiting_updates()), (1, 1));
    // Killed before it could confirm: the next poller gets it again and knows it.
    drop(polling);
    let mut polling = poller(&office);
    let again = polling.step().await.unwrap();
    assert_eq!((again.received, again.fresh), (1, 0));
    assert_eq!(polling.step().await.unwrap().received, 0);
    assert_eq!((waiting(&office).await, office.telegram.waiting_updates()), (1, 0));
}

#[tokio::test]
async fn fault_36_what_cannot_be_kept_is_not_confirmed() {
    let office = two_phones().await;
    office.telegram.say(NOUR, "one").unwrap();
    let mut polling = poller(&office);
    office.store.close().await;
    assert!(matches!(polling.step().await, Err(PollError::Storage(_))));
    assert!(matches!(polling.step().await, Err(PollError::Storage(_))));
    assert_eq!(office.telegram.waiting_updates(), 1);
}

#[tokio::test]
async fn fault_19_20_21_twice_out_of_order_or_numbered_lower_each_is_taken_once() {
    let office = two_phones().await;
    let mut polling = poller(&office);
    office.telegram.say(NOUR, "one").unwrap();
    office.telegram.say(NOUR, "two").unwrap();
    office.telegram.reverse_updates();
    assert_eq!(polling.step().await.unwrap().fresh, 2);
    let newest = office.telegram.last_update_id();
    assert_eq!(polling.step().await.unwrap().received, 0);
    assert!(office.telegram.repeat_update(newest));
    assert_eq!(polling.step().await.unwrap().fresh, 0);
    office.telegram.restart_ids();
    for n in 0..3 {
        office.telegram.say(NOUR, &format!("after a quiet week {n}")).unwrap();
        assert!(office.telegram.last_update_id() < newest);
        assert_eq!(polling.step().await.unwrap().fresh, 1);
    }
    assert_eq!(waiting(&office).await, 5);
}

#[tokio::test]
async fn fault_10_another_poller_ends_this_one_with_its_own_error() {
    let office = two_phones().await;
    let long = poller(&office).with_long_poll(10);
    let older = tokio::spawn(async move {
        let mut long = long;
        long.step().await
    });
    let mut newer = poller(&office);
    let ended = loop {
        newer.step().await.unwrap();
        if older.is_finished() {
            break older.await.unwrap();
        }
        tokio::task::yield_now().await;
    };
    assert!(matches!(ended, Err(PollError::Conflict)));
}

#[tokio::test]
async fn fault_24_a_refused_token_ends_polling_at_once() {
    let office = two_phones().await;
    office.telegram.script_fault(Aim::Everything, Fault::Unauthorized, Times::Always);
    let ended = poller(&office).run(std::future::pending()).await;
    assert!(matches!(ended, Err(PollError::TokenRefused)));
}

#[tokio::test]
async fn fault_25_a_foreign_webhook_is_removed_and_no_update_is_lost() {
    let office = two_phones().await;
    let thief = teloxide::Bot::new(office.telegram.token())
        .set_api_url(office.telegram.api_url().parse().unwrap());
    let elsewhere = "https://127.0.0.1:9/taken".parse().unwrap();
    teloxide::requests::Requester::set_webhook(&thief, elsewhere).await.unwrap();
    office.telegram.say(NOUR, "one").unwrap();
    let mut polling = poller(&office);
    assert!(matches!(polling.step().await, Err(PollError::Conflict)));
    polling.take_over().await.unwrap();
    assert_eq!(polling.step().await.unwrap().fresh, 1);
}

#[tokio::test]
async fn a_telegram_that_is_away_at_the_start_is_waited_for() {
    let office = two_phones().await;
    office.telegram.say(NOUR, "one").unwrap();
    office.telegram.outage(true).await;
    let arrived = Arc::new(Notify::new());
    let (store, inbox) = (Arc::clone(&office.store), Arc::clone(&arrived));
    let polling = Poller::new(api(&office.telegram), store, office.clock.clone(), inbox);
    let polling = tokio::spawn(polling.run(std::future::pending()));
    tokio::task::yield_now().await;
    office.telegram.outage(false).await;
    tokio::time::timeout(Duration::from_secs(10), arrived.notified()).await.unwrap();
    assert_eq!(waiting(&office).await, 1);
    polling.abort();
}

// ── Handling ────────────────────────────────────────────────────────────────────────────────────

/// Writes down what it is given, per chat, in the store; fails or panics on request.
#[derive(Default)]
struct Scribe {
    tries: Mutex<HashMap<String, u32>>,
}

impl Scribe {
    fn tries(&self, text: &str) -> u32 {
        self.tries.lock().unwrap().get(text).copied().unwrap_or(0)
    }
}

async fn note(
    tx: &mut Tx,
    update: &Update,
    at: DateTime<Utc>,
) -> Result<(String, AfterCommit), HandleError> {
    let mut after = AfterCommit { queued: true, ..AfterCommit::default() };
    let (chat, text) = match &update.kind {
        UpdateKind::Message(message) => {
            (message.chat.id.0, message.text().unwrap_or("").to_owned())
        }
        UpdateKind::CallbackQuery(tap) => {
            let answer = CallbackAnswer {
                id: tap.id.0.clone(),
                text: Some("noted".to_owned()),
                alert: false,
            };
            after.answers.push(answer);
            after.menus.push(Menu {
                shown_to: MenuFor::Chat(Chat(NOUR)),
                lang: None,
                commands: vec![("help".to_owned(), "help".to_owned())],
            });
            (NOUR, "tapped".to_owned())
        }
        _ => (0, "unknown".to_owned()),
    };
    tx.journal_append("noted", &serde_json::json!({ "chat": chat, "text": text }), at).await?;
    Ok((text, after))
}

impl Handle for Scribe {
    fn handle<'a>(
        &'a self,
        tx: &'a mut Tx,
        update: Update,
        received_at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<AfterCommit, HandleError>> {
        Box::pin(async move {
            let (text, after) = note(tx, &update, received_at).await?;
            let tries = {
                let mut tries = self.tries.lock().unwrap();
                let count = tries.entry(text.clone()).or_default();
                *count += 1;
                *count
            };
            match text.as_str() {
                "panic" => panic!("a handler's mistake"),
                "fail once" if tries == 1 => Err(HandleError::Defect("once")),
                _ => Ok(after),
            }
        })
    }
}

fn inbox(office: &PostOffice, scribe: &Arc<Scribe>) -> InboxWorker {
    let handler: Arc<dyn Handle> = Arc::clone(scribe) as Arc<dyn Handle>;
    let (store, wake) = (Arc::clone(&office.store), Arc::clone(&office.wake));
    InboxWorker::new(store, office.clock.clone(), handler, courier(&office.telegram), wake)
}

async fn noted(office: &PostOffice) -> Vec<String> {
    let entries = office.journal("noted").await;
    entries.iter().map(|entry| entry["text"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn one_chat_is_handled_in_order_and_others_do_not_wait_for_it() {
    let office = two_phones().await;
    let scribe = Arc::new(Scribe::default());
    for text in ["a1", "a2", "a3"] {
        office.telegram.say(NOUR, text).unwrap();
    }
    office.telegram.say(AMINA, "b1").unwrap();
    poller(&office).step().await.unwrap();
    let mut inbox = inbox(&office, &scribe);
    assert_eq!(inbox.step().await.unwrap().handled, 2);
    let mut first = noted(&office).await;
    first.sort();
    assert_eq!(first, ["a1", "b1"]);
    inbox.step().await.unwrap();
    inbox.step().await.unwrap();
    assert_eq!(noted(&office).await[2..], ["a2", "a3"]);
    assert_eq!(waiting(&office).await, 0);
}

#[tokio::test]
async fn fault_03_a_handler_that_panics_leaves_nothing_is_tried_thrice_and_set_aside() {
    let office = two_phones().await;
    let scribe = Arc::new(Scribe::default());
    office.telegram.say(NOUR, "panic").unwrap();
    office.telegram.say(NOUR, "after").unwrap();
    office.telegram.say(AMINA, "other").unwrap();
    poller(&office).step().await.unwrap();
    let mut inbox = inbox(&office, &scribe);
    let first = inbox.step().await.unwrap();
    assert_eq!((first.handled, first.failed), (1, 1));
    assert_eq!(inbox.step().await.unwrap().handled, 0, "its chat waits with it");
    let mut aside = 0;
    for _ in 0..2 {
        office.clock.advance(TimeDelta::seconds(5));
        aside += inbox.step().await.unwrap().aside;
    }
    assert_eq!((aside, scribe.tries("panic")), (1, 3));
    inbox.step().await.unwrap();
    assert_eq!(noted(&office).await, ["other", "after"]);
    let mut tx = office.store.read().await.unwrap();
    assert_eq!(tx.inbox_counts().await.unwrap().aside, 1);
}

#[tokio::test]
async fn fault_02_and_03_what_failed_or_was_killed_is_handled_once_in_the_end() {
    let office = two_phones().await;
    let scribe = Arc::new(Scribe::default());
    office.telegram.say(NOUR, "fail once").unwrap();
    poller(&office).step().await.unwrap();
    assert_eq!(inbox(&office, &scribe).step().await.unwrap().failed, 1);
    assert!(noted(&office).await.is_empty());
    let office = office.restart().await;
    office.clock.advance(TimeDelta::seconds(2));
    assert_eq!(inbox(&office, &scribe).step().await.unwrap().handled, 1);
    assert_eq!(inbox(&office, &scribe).step().await.unwrap().handled, 0);
    assert_eq!(noted(&office).await, ["fail once"]);
}

#[tokio::test]
async fn a_tap_is_answered_and_a_menu_set_once_its_work_is_committed() {
    let office = two_phones().await;
    let scribe = Arc::new(Scribe::default());
    courier(&office.telegram).carry(&letter(NOUR)).await;
    let message = office.heard(NOUR)[0].message_id;
    office.telegram.tap(NOUR, message, "ok").unwrap();
    poller(&office).step().await.unwrap();
    inbox(&office, &scribe).step().await.unwrap();
    assert_eq!(noted(&office).await, ["tapped"]);
    assert_eq!(office.telegram.last_answer(NOUR).unwrap().text, "noted");
    assert_eq!(office.telegram.commands(NOUR)[0].0, "help");
}

#[tokio::test]
async fn fault_27_a_tap_too_old_to_be_answered_harms_nothing() {
    let office = two_phones().await;
    let courier = courier(&office.telegram);
    courier.answer_callback("no such tap", Some("text"), false).await;
    office.telegram.outage(true).await;
    courier.answer_callback("no such tap", None, false).await;
}

// ── What is never written ───────────────────────────────────────────────────────────────────────

/// Keeps everything that is logged.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Vec<u8>>>);

impl Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn neither_token_nor_chat_nor_words_are_ever_logged() {
    const TOKEN: &str = "7123456789:AAH4kz-Qw3rTyUiOpAsDfGhJkLzXcVbNm_0";
    const SECRET: &str = "AAH4kz-Qw3rTyUiOpAsDfGhJkLzXcVbNm_0";
    const CHAT: i64 = 5_550_123_987;
    let ear = Ear::default();
    let writer = ear.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let options = LocalOptions { token: TOKEN.to_owned(), ..LocalOptions::unlimited() };
    let office = PostOffice::open_with(options, 29.7).await;
    office.enrol(Person::resident(Chat(CHAT), Lang::EN, office.clock.now())).await;
    let faults = [
        Fault::ServerError(502),
        Fault::BrokenJson,
        Fault::CutBefore,
        Fault::LostAnswer,
        Fault::CannotParse,
        Fault::TooMany(1),
        Fault::Blocked,
        Fault::Unauthorized,
    ];
    for fault in faults {
        office.telegram.script_fault(Aim::Everything, fault, Times::Next(1));
        let text = vigie::speech::say::Say::Renewed;
        office.answer(CHAT, &text, vigie::domain::alert::Mode::Quiet, None, None).await;
        // Some of these faults end the step with an error, which is logged or returned.
        if let Err(error) = office.worker.step().await {
            tracing::error!(%error, ?error, "step");
        }
        office.clock.advance(TimeDelta::seconds(30));
    }
    for fault in [Fault::ServerError(502), Fault::BrokenJson, Fault::Unauthorized] {
        office.telegram.script_fault(Aim::Everything, fault, Times::Next(1));
        office.telegram.say(CHAT, "eleven vans at the hidden lake").unwrap();
        if let Err(error) = poller(&office).step().await {
            tracing::error!(%error, ?error, "poll");
        }
    }
    office.telegram.say(CHAT, "panic").unwrap();
    poller(&office).step().await.unwrap();
    let scribe = Arc::new(Scribe::default());
    let mut inbox = inbox(&office, &scribe);
    for _ in 0..8 {
        inbox.step().await.unwrap();
        office.clock.advance(TimeDelta::seconds(6));
    }
    office.telegram.outage(true).await;
    let away = Api::new(&office.telegram.api_url(), &SecretString::from(TOKEN.to_owned())).unwrap();
    let error = TelegramCourier::new(away).me().await.err().unwrap();
    tracing::error!(%error, ?error, "me");

    let logged = String::from_utf8(ear.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("alarm") && logged.len() > 1_000, "nothing was listened to");
    for forbidden in [SECRET, "hidden lake", &CHAT.to_string()] {
        assert!(!logged.contains(forbidden), "{forbidden} stands in the log");
    }
}
