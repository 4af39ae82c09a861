//! The local Telegram when things go wrong: limits, weather, outages, updates out of the ordinary.
use std::time::Duration;

use chrono::TimeDelta;
use teloxide::prelude::*;
use teloxide::types::{AllowedUpdate, UpdateKind};
use teloxide::{ApiError, RequestError};
use vigie::rehearsal::telegram::{Aim, Fault, LocalOptions, Times};

use super::{NOUR, PATIENCE, api_error, nour, world};

#[tokio::test]
async fn the_limits_are_policed_by_the_clock() {
    let (_telegram, bot, clock) = world(LocalOptions::default()).await;
    for _ in 0..5 {
        bot.send_message(nour(), "x").await.unwrap();
    }
    let result = bot.send_message(nour(), "x").await;
    assert!(matches!(result, Err(RequestError::RetryAfter(wait)) if wait.seconds() == 1));
    clock.advance(TimeDelta::seconds(1));
    bot.send_message(nour(), "x").await.unwrap();
}

#[tokio::test]
async fn faults_before_the_act_leave_no_trace() {
    let (telegram, bot, _) = world(LocalOptions::unlimited()).await;
    let next = |fault| telegram.script_fault(Aim::Chat(NOUR), fault, Times::Next(1));
    next(Fault::TooMany(7));
    let result = bot.send_message(nour(), "x").await;
    assert!(matches!(result, Err(RequestError::RetryAfter(wait)) if wait.seconds() == 7));
    next(Fault::MigrateTo(-9));
    let result = bot.send_message(nour(), "x").await;
    assert!(matches!(result, Err(RequestError::MigrateToChatId(ChatId(-9)))));
    next(Fault::Unauthorized);
    let error = api_error(bot.send_message(nour(), "x").await);
    assert_eq!(error, ApiError::InvalidToken);
    next(Fault::CutBefore);
    let result = bot.send_message(nour(), "x").await;
    assert!(matches!(result, Err(RequestError::Network(_))), "{result:?}");
    // teloxide itself would sleep for ten seconds at a 5xx.
    next(Fault::ServerError(502));
    let url = format!("{}/bot{}/sendMessage", telegram.api_url(), telegram.token());
    let answer = reqwest::Client::new().post(url).form(&[("chat_id", "501"), ("text", "x")]);
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.status(), 502);
    assert!(answer.text().await.unwrap().starts_with("<html>"));
    assert!(telegram.accepted().is_empty());
    let statuses: Vec<u16> = telegram.calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [429, 400, 401, 0, 502]);
}

#[tokio::test]
async fn faults_after_the_act_leave_the_message_on_the_phone() {
    let (telegram, bot, _) = world(LocalOptions::unlimited()).await;
    let impatient = reqwest::Client::builder().timeout(Duration::from_millis(300)).build().unwrap();
    let impatient = Bot::with_client(telegram.token(), impatient)
        .set_api_url(telegram.api_url().parse().unwrap());
    let next = |fault| telegram.script_fault(Aim::Chats, fault, Times::Next(1));
    next(Fault::CutAfterAccept);
    let result = bot.send_message(nour(), "cut").await;
    assert!(matches!(result, Err(RequestError::Network(_))), "{result:?}");
    next(Fault::BrokenJson);
    let result = bot.send_message(nour(), "broken").await;
    assert!(matches!(result, Err(RequestError::InvalidJson { .. })), "{result:?}");
    next(Fault::LostAnswer);
    let result = impatient.send_message(nour(), "lost").await;
    assert!(matches!(result, Err(RequestError::Network(_))), "{result:?}");
    next(Fault::Hang);
    let result = impatient.send_message(nour(), "never").await;
    assert!(matches!(result, Err(RequestError::Network(_))), "{result:?}");
    let texts: Vec<_> = telegram.chat(NOUR).into_iter().map(|b| b.text).collect();
    assert_eq!(texts, ["cut", "broken", "lost"]);
    assert_eq!(telegram.accepted().len(), 3);
}

#[tokio::test]
async fn in_an_outage_connections_are_refused_and_afterwards_all_is_well() {
    let (telegram, bot, _) = world(LocalOptions::unlimited()).await;
    bot.get_me().await.unwrap();
    let poll = tokio::spawn({
        let bot = bot.clone();
        async move { bot.get_updates().timeout(10).await }
    });
    tokio::task::yield_now().await;
    telegram.outage(true).await;
    assert!(tokio::time::timeout(PATIENCE, poll).await.unwrap().unwrap().is_err());
    match bot.get_me().await {
        Err(RequestError::Network(error)) => assert!(error.is_connect(), "{error:?}"),
        other => panic!("{other:?}"),
    }
    telegram.say(NOUR, "in the meantime").unwrap();
    telegram.outage(false).await;
    assert_eq!(bot.get_updates().await.unwrap().len(), 1);
}

#[tokio::test]
async fn updates_come_twice_and_numbers_fall() {
    let (telegram, bot, _) = world(LocalOptions::unlimited()).await;
    telegram.say(NOUR, "one").unwrap();
    let first = bot.get_updates().await.unwrap()[0].id;
    bot.get_updates().offset(first.0 as i32 + 1).await.unwrap();
    assert!(telegram.repeat_update(i64::from(first.0)));
    assert_eq!(bot.get_updates().await.unwrap()[0].id, first);
    telegram.restart_ids();
    telegram.say(NOUR, "two").unwrap();
    let updates = bot.get_updates().offset(first.0 as i32 + 1).await.unwrap();
    assert!(updates.iter().any(|update| update.id < first));
}

#[tokio::test]
async fn a_webhook_gets_updates_with_its_secret_and_polling_is_refused_meanwhile() {
    use axum::{Router, http::HeaderMap, routing::post};
    let (telegram, bot, _) = world(LocalOptions::unlimited()).await;
    let (seen, mut sightings) = tokio::sync::mpsc::unbounded_channel();
    let hook = post(move |headers: HeaderMap, body: String| async move {
        let secret = headers["X-Telegram-Bot-Api-Secret-Token"].to_str().unwrap();
        seen.send((secret.to_owned(), body)).unwrap();
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/hook", hook)).await });
    bot.set_webhook(url.parse().unwrap())
        .secret_token("s3cret")
        .allowed_updates([AllowedUpdate::Message])
        .await
        .unwrap();
    telegram.say(NOUR, "pushed").unwrap();
    let got = tokio::time::timeout(PATIENCE, sightings.recv()).await.unwrap();
    let (secret, body) = got.unwrap();
    assert_eq!(secret, "s3cret");
    let update: Update = serde_json::from_str(&body).unwrap();
    assert!(matches!(update.kind, UpdateKind::Message(_)));
    assert!(bot.get_updates().await.is_err());
    assert_eq!(bot.get_webhook_info().await.unwrap().url, Some(url.parse().unwrap()));
    bot.delete_webhook().await.unwrap();
    assert!(bot.get_webhook_info().await.unwrap().url.is_none());
}
