//! The heartbeat: called after a full loop, never without one, and nobody waits for it.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use chrono::TimeDelta;
use tokio::net::TcpListener;
use vigie::console::{Beat, Heartbeat};
use vigie::dispatch::{Fence, Pass};
use vigie::domain::alert::Mode;
use vigie::rehearsal::telegram::{Aim, Fault, Times};
use vigie::speech::say::Say;
use vigie::telegram::api::Api;
use vigie::telegram::outbound::TelegramCourier;

use super::super::post_office::{PostOffice, api};

/// A watcher that counts how often it is called.
async fn watcher() -> (String, Arc<AtomicUsize>) {
    let heard = Arc::new(AtomicUsize::new(0));
    let counting = heard.clone();
    let app = Router::new().route(
        "/ping",
        get(move || {
            counting.fetch_add(1, Ordering::SeqCst);
            async { StatusCode::OK }
        }),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/ping", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, heard)
}

fn noted(office: &PostOffice) -> Api {
    api(&office.telegram).with_pulse(office.store.pulse().clone(), office.clock.clone())
}

fn heart(office: &PostOffice, url: &str) -> Heartbeat {
    let courier = TelegramCourier::new(noted(office));
    Heartbeat::new(url.parse().unwrap(), office.store.clone(), office.clock.clone(), courier)
        .unwrap()
}

/// What the timers do twice a minute.
async fn write(office: &PostOffice) {
    let mut tx = office.store.begin().await.unwrap();
    tx.meta_set("alive_at", "1").await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn in_a_quiet_night_a_word_with_telegram_stands_for_a_message() {
    let office = PostOffice::open().await;
    let (url, heard) = watcher().await;
    let mut heart = heart(&office, &url);
    write(&office).await;
    assert_eq!(heart.step().await, Beat::Called);
    assert_eq!(heart.step().await, Beat::NothingWritten, "nothing happened since");
    write(&office).await;
    office.telegram.script_fault(Aim::Everything, Fault::ServerError(502), Times::Next(1));
    assert_eq!(heart.step().await, Beat::NotAnswered);
    assert_eq!(heart.step().await, Beat::Called, "what was written still counts");
    office.telegram.outage(true).await;
    write(&office).await;
    assert_eq!(heart.step().await, Beat::NotAnswered);
    assert_eq!(heard.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn when_something_is_due_a_message_must_have_been_accepted() {
    let mut office = PostOffice::open().await;
    let (url, heard) = watcher().await;
    let mut heart = heart(&office, &url);
    let chat = office.residents("bmx", 1).await[0];
    office.answer(chat, &Say::Renewed, Mode::Quiet, None, None).await;
    assert_eq!(heart.step().await, Beat::Called, "it became due just now");
    office.clock.advance(TimeDelta::seconds(61));
    write(&office).await;
    assert_eq!(heart.step().await, Beat::NothingAccepted, "though Telegram answers getMe");
    office.worker.step().await.unwrap();
    assert_eq!(heart.step().await, Beat::Called);
    assert_eq!(heard.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn whoever_fetches_updates_must_have_been_answered() {
    let office = PostOffice::open().await;
    let (url, _) = watcher().await;
    let mut heart = heart(&office, &url);
    office.store.pulse().fetches(true);
    write(&office).await;
    assert_eq!(heart.step().await, Beat::NotAnswered);
    let mut poller = vigie::telegram::poll::Poller::new(
        noted(&office),
        office.store.clone(),
        office.clock.clone(),
        office.wake.clone(),
    )
    .with_long_poll(0);
    poller.step().await.unwrap();
    assert_eq!(heart.step().await, Beat::Called);
}

#[tokio::test]
async fn fault_65_alerts_go_out_while_the_heartbeats_address_hangs_refuses_or_is_gone() {
    // One that takes the connection and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hangs = format!("http://{}/", silent.local_addr().unwrap());
    let (url, _) = watcher().await;
    let refuses = url.replace("/ping", "/nothing-here");
    let gone = "http://127.0.0.1:1/".to_owned();
    for address in [&refuses, &gone, &hangs] {
        let mut office = PostOffice::open().await;
        let mut heart = heart(&office, address);
        write(&office).await;
        let beating = tokio::spawn(async move { heart.step().await });
        let crowd = office.residents("bmx", 3).await;
        for chat in &crowd {
            office.answer(*chat, &Say::Renewed, Mode::Quiet, None, None).await;
        }
        let mut sent = 0;
        for _ in 0..5 {
            sent += office.worker.step().await.unwrap().sent;
            office.clock.advance(TimeDelta::seconds(1));
        }
        assert_eq!(sent, 3, "{address}");
        if address == &hangs {
            assert!(!beating.is_finished(), "the beat still waits, and nobody with it");
            beating.abort();
        } else {
            assert_eq!(beating.await.unwrap(), Beat::NotHeard);
        }
        assert_eq!(office.store.pulse().heartbeats.get(), 0);
    }
}

#[tokio::test]
async fn a_process_that_stands_by_is_not_asked_what_it_fetched() {
    let office = PostOffice::open().await;
    let (url, _) = watcher().await;
    let mut heart = heart(&office, &url);
    let (keeper, fence) = Fence::with_keeper();
    keeper.send_replace(Pass::Never);
    let poller = vigie::telegram::poll::Poller::new(
        noted(&office),
        office.store.clone(),
        office.clock.clone(),
        office.wake.clone(),
    )
    .with_long_poll(0)
    .fenced_by(fence);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let polling = tokio::spawn(poller.run(async {
        let _ = stopped.await;
    }));
    let pulse = office.store.pulse();
    write(&office).await;
    assert_eq!(heart.step().await, Beat::Called, "another process fetches");
    assert!(!pulse.is_fetching());
    keeper.send_replace(Pass::Always);
    while pulse.polls.get() == 0 {
        tokio::task::yield_now().await;
    }
    assert!(pulse.is_fetching());
    keeper.send_replace(Pass::Never);
    while pulse.is_fetching() {
        tokio::task::yield_now().await;
    }
    stop.send(()).unwrap();
    polling.await.unwrap().unwrap();
}
