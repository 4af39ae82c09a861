//! How broadcasts go, and the line about one.
use chrono::TimeDelta;
use vigie::domain::alert::{AlertKind, Audience, Mode, Thread, Urgency};
use vigie::domain::delivery::{DeliveryState, Settled};
use vigie::domain::id::AlertId;
use vigie::domain::person::Role;
use vigie::storage::{Claimed, Line, Store};

use super::{alert, at, claim, lang, member, publish, resident, save};

async fn settle(store: &Store, row: &Claimed, how: Settled, minutes: i64) {
    let mut tx = store.begin().await.unwrap();
    let row = (row.letter_id.clone(), row.chat_hash, how);
    assert_eq!(tx.settle("w", &[row], at(minutes)).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

pub async fn a_broadcast_stands_as_its_rows_do(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    let people: Vec<_> = (1..=6).map(|chat| resident(chat, &["bmx"])).collect();
    save(&mut tx, &people).await;
    save(&mut tx, &[resident(7, &["hopital"]), member(21, Role::Coordinator, 1)]).await;
    tx.commit().await.unwrap();

    let yesterday = alert("old", 1, -60 * 25);
    let urgent = alert("urgent", 1, 0);
    let mut later = alert("later", 1, 1);
    later.audience = Audience::Zone(super::calais(), vec![]);
    later.urgency = Urgency::Zone;
    let mut card = alert("card", 1, 1);
    card.audience = Audience::Team;
    card.urgency = Urgency::Team;
    card.text.kind = AlertKind::Card;
    let mut tx = store.begin().await.unwrap();
    tx.alert_add(&yesterday, "{}").await.unwrap();
    tx.commit().await.unwrap();
    for one in [&urgent, &later, &card] {
        publish(store, one).await;
    }
    let claimed = claim(store, 4, 1).await;
    for (row, how) in claimed.iter().zip([Settled::Sent(1), Settled::Blocked, Settled::Maybe]) {
        settle(store, row, how, 2).await;
    }

    let mut tx = store.read().await.unwrap();
    let known = tx.broadcasts_since(at(-60 * 24)).await.unwrap();
    let ids: Vec<&AlertId> = known.iter().map(|alert| &alert.id).collect();
    assert_eq!(ids, [&urgent.id, &later.id], "neither cards nor what is older");
    let soon = at(2) + TimeDelta::seconds(5);
    let standing = tx.standing(&later, soon).await.unwrap();
    assert_eq!((standing.total(), standing.open(), standing.begun_at), (7, 7, at(1)));
    assert_eq!(standing.before, 3, "two of the urgent one and the card go first");
    let standing = tx.standing(&urgent, soon).await.unwrap();
    let states = [DeliveryState::Sent, DeliveryState::Blocked, DeliveryState::Maybe];
    assert!(states.iter().all(|state| standing.count(*state) == 1), "{standing:?}");
    assert_eq!((standing.total(), standing.open(), standing.before), (6, 3, 0));
    assert_eq!((standing.lately, standing.last_at), (3, Some(at(2))));
    assert_eq!(tx.standing(&urgent, at(9)).await.unwrap().lately, 0);
    assert_eq!(tx.alert(&urgent.id).await.unwrap(), Some(urgent));
    assert_eq!(tx.alert(&AlertId::from("none")).await.unwrap(), None);
}

pub async fn an_edit_goes_on_in_the_message_that_was_begun(store: &Store) {
    let first = alert("t", 1, 0);
    let mut edit = alert("t", 2, 1);
    edit.mode = Mode::Edit;
    let mut reply = alert("t", 3, 2);
    reply.mode = Mode::Reply;
    for one in [&first, &edit, &reply] {
        publish(store, one).await;
    }
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.message_begun_by(&first).await.unwrap(), first.id);
    assert_eq!(tx.message_begun_by(&edit).await.unwrap(), first.id);
    assert_eq!(tx.message_begun_by(&reply).await.unwrap(), reply.id);
}

pub async fn a_line_goes_to_the_desk_replaces_itself_and_waits_for_answers(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    let mut over = member(24, Role::Admin, 4);
    over.role_until = Some(at(0));
    let people = [
        resident(1, &["bmx"]),
        member(21, Role::Observer, 1),
        member(22, Role::Coordinator, 2),
        member(23, Role::Admin, 3),
        over,
    ];
    save(&mut tx, &people).await;
    assert_eq!(tx.line_readers(at(1)).await.unwrap(), 2);
    assert_eq!(tx.rate().await.unwrap(), None);
    tx.rate_set(29.7).await.unwrap();
    assert_eq!(tx.rate().await.unwrap(), Some(29.7));
    let thread = Thread("line:x".to_owned());
    assert_eq!(tx.line_last(&thread).await.unwrap(), None);
    let line =
        |say_json| Line { thread: &thread, say_json, urgency: Urgency::Answer, expires_at: at(30) };
    assert_eq!(tx.line_add(&line("1"), at(1)).await.unwrap(), 2);
    tx.commit().await.unwrap();

    let sent = claim(store, 1, 1).await.remove(0);
    settle(store, &sent, Settled::Sent(70), 1).await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.line_add(&line("2"), at(2)).await.unwrap(), 2);
    assert_eq!(tx.line_last(&thread).await.unwrap().as_deref(), Some("2"));
    let answer = vigie::storage::Answer {
        to: sent.chat,
        lang: lang("fr"),
        say_json: "an answer",
        mode: Mode::Quiet,
        urgency: Urgency::Answer,
        edit: None,
        reply: None,
        thread: None,
        expires_at: at(30),
    };
    tx.answer_add(&answer, at(2)).await.unwrap();
    tx.commit().await.unwrap();

    let mut claimed = claim(store, 9, 2).await;
    let theirs = claimed.iter().position(|row| row.chat == sent.chat).unwrap();
    let first = claimed.remove(theirs);
    assert_eq!(first.say_json, "an answer", "an answer never waits for a line");
    settle(store, &first, Settled::Sent(71), 2).await;
    claimed.extend(claim(store, 9, 2).await);
    assert_eq!(claimed.len(), 2, "the line that was not sent is not sent any more");
    for row in claimed {
        assert_eq!((row.say_json.as_str(), row.mode, row.ring), ("2", Mode::Edit, false));
        let had = row.chat == sent.chat;
        assert_eq!(row.previous_message_id, had.then_some(70));
    }
}

pub async fn a_duty_is_taken_once_and_as_it_was_read(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    tx.duty_set("line", "x", at(0)).await.unwrap();
    let duty = tx.duties_due(at(0), 9).await.unwrap().remove(0);
    tx.duty_set("line", "x", at(1)).await.unwrap();
    assert!(!tx.duty_take(&duty).await.unwrap(), "it was put off meanwhile");
    let duty = tx.duties_due(at(1), 9).await.unwrap().remove(0);
    assert!(tx.duty_take(&duty).await.unwrap());
    assert!(!tx.duty_take(&duty).await.unwrap());
    tx.commit().await.unwrap();
}
