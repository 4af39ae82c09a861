//! What several processes do with one database.
use std::time::Duration;

use vigie::domain::alert::{AlertKind, Audience, Mode, Urgency};
use vigie::domain::delivery::Settled;
use vigie::domain::person::Chat;
use vigie::storage::{Answer, Store};

use super::{alert, at, chats, claim, lang, letter, publish, resident, save};

async fn people(store: &Store, count: i64) {
    let mut tx = store.begin().await.unwrap();
    let many: Vec<_> = (1..=count).map(|chat| resident(chat, &["bmx"])).collect();
    save(&mut tx, &many).await;
    tx.commit().await.unwrap();
}

pub async fn the_living_processes_stand_in_a_table_and_one_polls(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    tx.process_join("a").await.unwrap();
    tx.process_join("b").await.unwrap();
    assert!(tx.process_take_polling("a").await.unwrap());
    assert!(tx.process_take_polling("a").await.unwrap(), "it is still it");
    assert!(!tx.process_take_polling("b").await.unwrap());
    assert!(!tx.process_take_polling("nobody").await.unwrap());
    assert!(tx.process_renew("a").await.unwrap());
    let living = tx.processes().await.unwrap();
    let beats: Vec<_> = living.iter().map(|p| (p.name.as_str(), p.beat, p.polls)).collect();
    assert_eq!(beats, [("a", 1, true), ("b", 0, false)]);

    assert!(tx.process_renew("a").await.unwrap());
    assert!(!tx.process_strike_out(&living[0]).await.unwrap(), "its beat moved meanwhile");
    let living = tx.processes().await.unwrap();
    assert!(tx.process_strike_out(&living[0]).await.unwrap());
    assert!(!tx.process_strike_out(&living[0]).await.unwrap(), "once");
    assert!(!tx.process_renew("a").await.unwrap(), "it must join anew");
    assert!(tx.process_take_polling("b").await.unwrap(), "with its holder the lease is gone");
    tx.process_give_polling("b").await.unwrap();
    tx.process_join("a").await.unwrap();
    assert!(tx.process_take_polling("a").await.unwrap());
    tx.process_leave("a").await.unwrap();
    let living = tx.processes().await.unwrap();
    assert_eq!((living.len(), living[0].polls), (1, false));
    tx.commit().await.unwrap();
}

pub async fn the_claims_of_a_dead_process_are_free_at_once_and_only_its(store: &Store) {
    people(store, 3).await;
    publish(store, &alert("t", 1, 0)).await;
    let mut tx = store.begin().await.unwrap();
    let dead = tx.claim(2, "dead", at(60), at(0)).await.unwrap();
    let living = tx.claim(1, "living", at(60), at(0)).await.unwrap();
    assert_eq!((dead.len(), living.len()), (2, 1));
    assert_eq!(tx.claimed_by("living").await.unwrap().len(), 1);
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.release_of("dead", at(0)).await.unwrap(), 2);
    assert!(tx.claimed_by("dead").await.unwrap().is_empty());
    tx.commit().await.unwrap();
    let again = claim(store, 9, 0).await;
    assert_eq!(chats(&again), chats(&dead));
    assert!(again.iter().all(|c| c.attempts == 2), "each may have arrived");
}

pub async fn when_a_chat_was_last_written_to_is_known_to_all(store: &Store) {
    people(store, 2).await;
    let news = alert("t", 1, 0);
    publish(store, &news).await;
    let claimed = claim(store, 2, 0).await;
    let mut tx = store.begin().await.unwrap();
    let (one, other) = (claimed[0].chat_hash, claimed[1].chat_hash);
    tx.settle("w", &[(letter(&news), one, Settled::Sent(7))], at(3)).await.unwrap();
    let lately = tx.written_since([one, other].into_iter(), at(3)).await.unwrap();
    assert_eq!(lately, [(one, at(3))]);
    assert!(tx.written_since([one].into_iter(), at(4)).await.unwrap().is_empty());
    tx.commit().await.unwrap();
}

pub async fn of_two_claims_at_once_no_chat_gets_two_messages(store: &Store) {
    people(store, 40).await;
    let mut tx = store.begin().await.unwrap();
    // Each chat has an answer waiting; while claims go on, a warning for all comes in before them.
    for chat in 1..=40 {
        let answer = Answer {
            to: Chat(chat),
            lang: lang("fa"),
            say_json: "{}",
            mode: Mode::Quiet,
            urgency: Urgency::Rest,
            edit: None,
            reply: None,
            thread: None,
            expires_at: at(60),
        };
        tx.answer_add(&answer, at(0)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let work = |worker: &'static str| async move {
        let mut held = Vec::new();
        for _ in 0..12 {
            let mut tx = store.begin().await.unwrap();
            held.extend(tx.claim(4, worker, at(9), at(0)).await.unwrap());
            tx.commit().await.unwrap();
            tokio::task::yield_now().await;
        }
        held
    };
    let news = alert("t", 1, 0);
    let (a, b, _) = tokio::join!(work("a"), work("b"), publish(store, &news));
    let mut all: Vec<i64> = chats(&a).into_iter().chain(chats(&b)).collect();
    all.sort_unstable();
    assert_eq!(all, (1..=40).collect::<Vec<_>>(), "each chat once, though each has two waiting");
}

pub async fn who_is_being_written_to_is_not_missed_by_a_retraction_made_meanwhile(store: &Store) {
    people(store, 1).await;
    let news = alert("t", 1, 0);
    publish(store, &news).await;
    let mut tx = store.begin().await.unwrap();
    let claimed = tx.claim(1, "w", at(9), at(0)).await.unwrap();
    assert_eq!(claimed.len(), 1);
    // The claim is not committed yet when the retraction is decided.
    let mut wrong = alert("t", 2, 1);
    wrong.text.kind = AlertKind::Retracted;
    wrong.audience = Audience::Reached;
    let (queued, ()) = tokio::join!(publish(store, &wrong), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        tx.commit().await.unwrap();
    });
    assert_eq!(queued, 1, "it may reach them, so the retraction must");
    assert!(claim(store, 9, 1).await.is_empty(), "not before the first is over");
    let mut tx = store.begin().await.unwrap();
    let sent = [(letter(&news), claimed[0].chat_hash, Settled::Sent(7))];
    tx.settle("w", &sent, at(1)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(claim(store, 9, 2).await.len(), 1);
}

pub async fn what_is_put_back_while_it_is_overtaken_is_not_sent_any_more(store: &Store) {
    people(store, 1).await;
    let news = alert("t", 1, 0);
    publish(store, &news).await;
    let claimed = claim(store, 1, 0).await;
    let mut tx = store.begin().await.unwrap();
    let later = alert("t", 2, 1);
    tx.alert_add(&later, "{}").await.unwrap();
    tx.enqueue_alert(&later, &super::sites_of_calais()).await.unwrap();
    // Its sender could not reach Telegram, and says so before the new version is committed.
    let back = [(letter(&news), claimed[0].chat_hash, Settled::Again { at: at(1), counts: false })];
    let put_back = async {
        let mut tx = store.begin().await.unwrap();
        tx.settle("w", &back, at(1)).await.unwrap();
        tx.commit().await.unwrap();
    };
    let ((), ()) = tokio::join!(put_back, async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        tx.commit().await.unwrap();
    });
    let next = claim(store, 9, 2).await;
    assert_eq!(next.len(), 1);
    assert_eq!(next[0].letter_id, letter(&later), "the old version is superseded");
}

pub async fn an_update_in_somebodys_hands_is_nobody_elses_nor_is_its_chat(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    tx.inbox_put(1, Some(Chat(1)), "first", at(0)).await.unwrap();
    tx.inbox_put(2, Some(Chat(1)), "second", at(0)).await.unwrap();
    tx.inbox_put(3, None, "no chat", at(0)).await.unwrap();
    let next = tx.inbox_next(9, at(0)).await.unwrap();
    tx.commit().await.unwrap();

    let mut mine = store.begin().await.unwrap();
    assert!(mine.inbox_take(&next[0], at(0)).await.unwrap());
    assert!(mine.inbox_take(&next[1], at(0)).await.unwrap());
    if store.is_shared() {
        let mut theirs = store.begin().await.unwrap();
        assert!(theirs.inbox_next(9, at(0)).await.unwrap().is_empty(), "passed over");
        assert!(!theirs.inbox_take(&next[0], at(0)).await.unwrap());
        assert!(!theirs.inbox_take(&next[1], at(0)).await.unwrap());
    }
    mine.inbox_done(1, at(0)).await.unwrap();
    mine.commit().await.unwrap();

    let mut theirs = store.begin().await.unwrap();
    assert!(!theirs.inbox_take(&next[0], at(0)).await.unwrap(), "it is done");
    assert!(theirs.inbox_take(&next[1], at(0)).await.unwrap(), "free with its transaction");
    let second = theirs.inbox_next(9, at(0)).await.unwrap();
    assert!(theirs.inbox_take(&second[0], at(0)).await.unwrap());
}

pub async fn the_first_value_of_a_fact_holds(store: &Store) {
    let set = |value: &'static str| async move {
        let mut tx = store.begin().await.unwrap();
        let held = tx.meta_first("fact", value).await.unwrap();
        tx.commit().await.unwrap();
        held
    };
    let (a, b) = tokio::join!(set("a"), set("b"));
    assert_eq!(a, b);
}

pub async fn who_queues_calls_the_other_processes(store: &Store) {
    let Some(mut calls) = store.listen().await.unwrap() else {
        assert!(!store.is_shared());
        return;
    };
    people(store, 1).await;
    publish(store, &alert("t", 1, 0)).await;
    let call = tokio::time::timeout(Duration::from_secs(5), calls.next()).await.unwrap();
    assert_eq!(call.unwrap(), Some(vigie::storage::Call::Queued));
}
