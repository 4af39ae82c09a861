//! The sender killed and started again, and its loop under a clock that runs.
use std::time::Duration;

use chrono::TimeDelta;
use vigie::dispatch::{DispatchError, Pace};
use vigie::domain::alert::{AlertKind, Audience, Mode, Urgency};
use vigie::domain::delivery::DeliveryState;
use vigie::rehearsal::telegram::{Aim, Call, Fault, LocalOptions, Times};
use vigie::speech::say::Say;

use crate::post_office::{CALL_TIME, PostOffice, eight_five};

#[tokio::test]
async fn fault_05_killed_between_the_intent_and_the_answer_it_is_tried_again() {
    let mut office = PostOffice::open().await;
    let people = office.residents("bmx", 2).await;
    let hang = office.telegram.script_fault(Aim::Chats, Fault::Hang, Times::Always);
    let warning = office.at_site("bmx").await;
    // The kill comes while both calls hang, after the intents were committed.
    let cut = tokio::time::timeout(Duration::from_millis(100), office.worker.step()).await;
    assert!(cut.is_err());
    assert_eq!(office.count(&warning, DeliveryState::Sending).await, 2);
    let office = office.restart().await;
    office.telegram.clear_fault(hang);
    office.deliver_everything().await;
    for chat in people {
        assert_eq!(office.heard(chat).len(), 1);
    }
}

#[tokio::test]
async fn fault_06_killed_after_it_was_accepted_it_comes_at_most_once_more_and_is_retracted() {
    let mut office = PostOffice::open().await;
    let people = office.residents("bmx", 1).await;
    office.fault(people[0], Fault::LostAnswer, Times::Next(1));
    office.at_site("bmx").await;
    let cut = tokio::time::timeout(Duration::from_millis(100), office.worker.step()).await;
    assert!(cut.is_err());
    let office = office.restart().await;
    let text = office.text("bmx", AlertKind::Retracted);
    let say = Say::Alert(text.clone());
    office.publish("bmx", Audience::Reached, Mode::Reply, Urgency::Retraction, text, &say).await;
    office.deliver_everything().await;
    let heard = office.heard(people[0]);
    assert_eq!(heard.len(), 2, "the warning and its retraction");
}

#[tokio::test]
async fn fault_07_killed_amid_a_broadcast_the_rest_are_told_and_nobody_twice() {
    let mut office = PostOffice::open().await;
    let people = office.residents("bmx", 60).await;
    let warning = office.at_site("bmx").await;
    office.deliver_until(eight_five() + TimeDelta::seconds(1)).await;
    let told = office.order().len();
    assert!(told > 10 && told < 50, "{told}");
    let office = office.restart().await;
    office.deliver_everything().await;
    for chat in people {
        assert_eq!(office.heard(chat).len(), 1);
    }
    assert_eq!(office.count(&warning, DeliveryState::Sent).await, 60);
}

#[tokio::test]
async fn the_loop_sends_on_a_call_keeps_the_rate_and_stops_when_asked() {
    let mut office = PostOffice::open_with(LocalOptions::default(), 29.7).await;
    office.clock.set_speed(1.0);
    let people = office.residents("bmx", 40).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = std::sync::Arc::clone(&office.worker);
    let running = tokio::spawn(async move {
        worker
            .run(async {
                let _ = stopped.await;
            })
            .await
    });
    tokio::task::yield_now().await;
    office.at_site("bmx").await;
    let all = office.telegram.until(Duration::from_secs(10), |telegram| {
        (telegram.accepted().len() == people.len()).then_some(())
    });
    assert!(all.await.is_some());
    stop.send(()).unwrap();
    assert_eq!(running.await.unwrap(), Ok(()));
    assert!(office.telegram.calls().iter().all(|call| call.status == 200));
    let accepted = office.telegram.accepted();
    let seconds = (accepted[39].at - accepted[0].at).as_seconds_f64();
    assert!(seconds < 2.0, "{seconds}");
    let mut tx = office.store.read().await.unwrap();
    assert!(tx.next_due(office.clock.now()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_hanging_call_holds_nobody_else_up() {
    let mut office = PostOffice::open_with(LocalOptions::default(), 29.7).await;
    office.clock.set_speed(1.0);
    let people = office.residents("bmx", 20).await;
    for chat in &people[..3] {
        office.fault(*chat, Fault::Hang, Times::Always);
    }
    let worker = std::sync::Arc::clone(&office.worker);
    let running = tokio::spawn(async move { worker.run(std::future::pending()).await });
    office.at_site("bmx").await;
    let others = office.telegram.until(Duration::from_secs(10), |telegram| {
        (telegram.accepted().len() == 17).then(|| telegram.clock().now())
    });
    let took = others.await.unwrap() - eight_five();
    assert!(took < TimeDelta::milliseconds(2_000), "{took}");
    running.abort();
}

#[tokio::test]
async fn fault_24_a_refused_token_ends_the_loop_and_keeps_what_waits() {
    let mut office = PostOffice::open().await;
    office.clock.set_speed(1.0);
    office.residents("bmx", 3).await;
    let id = office.telegram.script_fault(Aim::Everything, Fault::Unauthorized, Times::Always);
    let warning = office.at_site("bmx").await;
    let ended = office.worker.run(std::future::pending()).await;
    assert_eq!(ended, Err(DispatchError::TokenRefused));
    assert_eq!(office.count(&warning, DeliveryState::Queued).await, 3);
    office.telegram.clear_fault(id);
    let office = office.restart().await;
    office.clock.advance(TimeDelta::seconds(5));
    office.deliver_everything().await;
    assert_eq!(office.count(&warning, DeliveryState::Sent).await, 3);
}

#[tokio::test]
async fn slow_hung_and_failing_calls_hold_nobody_else_up() {
    let mut office = PostOffice::open_with(LocalOptions::default(), 29.7).await;
    office.clock.set_speed(1.0);
    let people = office.residents("bmx", 60).await;
    for (index, fault) in
        [Fault::Hang, Fault::Slow(5_000), Fault::ServerError(502), Fault::CutBefore]
            .iter()
            .enumerate()
    {
        for chat in people.iter().skip(index).step_by(10) {
            office.fault(*chat, fault.clone(), Times::Always);
        }
    }
    let worker = std::sync::Arc::clone(&office.worker);
    let running = tokio::spawn(async move { worker.run(std::future::pending()).await });
    office.at_site("bmx").await;
    let others = office.telegram.until(Duration::from_secs(15), |telegram| {
        (telegram.accepted().len() >= 36).then(|| telegram.clock().now())
    });
    let took = others.await.unwrap() - eight_five();
    assert!(took < TimeDelta::milliseconds(4_500), "{took}");
    running.abort();
}

#[tokio::test]
async fn where_every_call_hangs_there_are_never_more_than_a_bounded_number_of_them() {
    let mut office = PostOffice::open_with(LocalOptions::unlimited(), 5_000.0).await;
    office.clock.set_speed(1.0);
    office.residents("bmx", 300).await;
    office.telegram.script_fault(Aim::Chats, Fault::Hang, Times::Always);
    let worker = std::sync::Arc::clone(&office.worker);
    let running = tokio::spawn(async move { worker.run(std::future::pending()).await });
    office.at_site("bmx").await;
    // Calls that are given up make room for others: count those of the first lives only.
    let first = office
        .telegram
        .until(Duration::from_secs(10), |telegram| telegram.calls().first().map(|call| call.at));
    let first = first.await.unwrap();
    tokio::time::sleep(CALL_TIME * 3).await;
    let calls = office.telegram.calls();
    let of_first_lives = |call: &&Call| call.at - first < TimeDelta::from_std(CALL_TIME).unwrap();
    let together = calls.iter().filter(of_first_lives).count();
    assert!((30..=128).contains(&together), "{together}");
    assert!(calls.len() > together, "and others follow");
    running.abort();
}

#[tokio::test]
async fn a_broadcast_that_is_paid_for_says_so_in_each_call_and_an_answer_does_not() {
    let pace = Pace { paid: Some(1_000.0), ..Pace::free(29.7) };
    let mut office = PostOffice::open_with(LocalOptions::default(), 29.7).await;
    office.worker = office.worker_at(pace);
    office.clock.set_speed(1.0);
    let people = office.residents("bmx", 300).await;
    let worker = std::sync::Arc::clone(&office.worker);
    let running = tokio::spawn(async move { worker.run(std::future::pending()).await });
    office.at_site("bmx").await;
    for chat in &people[..40] {
        office.answer(*chat, &Say::Renewed, Mode::Quiet, None, None).await;
    }
    let all = office.telegram.until(Duration::from_secs(10), |telegram| {
        (telegram.accepted().len() == 340).then(|| telegram.clock().now())
    });
    assert!(all.await.is_some(), "{}", office.telegram.accepted().len());
    // At 29.7 a second three hundred would take ten seconds, and with the flag forty answers none.
    let accepted = office.telegram.accepted();
    let seconds = |text: &str| {
        let of: Vec<_> = accepted
            .iter()
            .filter(|c| c.text.as_deref().is_some_and(|t| t.contains(text)))
            .collect();
        (of[of.len() - 1].at - of[0].at).as_seconds_f64()
    };
    assert!(seconds("BMX") < 5.0, "{}", seconds("BMX"));
    assert!(office.telegram.calls().iter().all(|call| call.status == 200));
    running.abort();
}
