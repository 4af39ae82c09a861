//! Alerts, letters and deliveries: who gets what, in which order, and how it ends.
use std::collections::BTreeMap;

use chrono::TimeDelta;
use vigie::domain::alert::{Alert, AlertKind, Audience, Mode, Thread, Urgency};
use vigie::domain::delivery::{DeliveryState, Settled};
use vigie::domain::id::LetterId;
use vigie::domain::lang::Lang;
use vigie::domain::person::{Chat, Role};
use vigie::domain::retention;
use vigie::storage::{Answer, Claimed, Progress, Store};

use super::{alert, at, calais, chats, claim, lang, letter, member, publish, resident, save, site};

async fn people(store: &Store, people: &[vigie::domain::person::Person]) {
    let mut tx = store.begin().await.unwrap();
    save(&mut tx, people).await;
    tx.commit().await.unwrap();
}

async fn settle(store: &Store, claimed: &Claimed, how: Settled, minutes: i64) -> u64 {
    let mut tx = store.begin().await.unwrap();
    let row = (claimed.letter_id.clone(), claimed.chat_hash, how);
    let changed = tx.settle("w", &[row], at(minutes)).await.unwrap();
    tx.commit().await.unwrap();
    changed
}

async fn progress(store: &Store, letter: &LetterId) -> Progress {
    let mut tx = store.read().await.unwrap();
    tx.letter_progress(letter).await.unwrap()
}

fn counts(states: &[(DeliveryState, i64)]) -> Progress {
    BTreeMap::from_iter(states.iter().copied())
}

fn follow_up(thread: &str, version: i64, minutes: i64, kind: AlertKind, mode: Mode) -> Alert {
    let mut next = alert(thread, version, minutes);
    next.text.kind = kind;
    next.mode = mode;
    next
}

pub async fn each_audience_is_who_it_says(store: &Store) {
    let mut over = member(23, Role::Coordinator, 3);
    over.role_until = Some(at(0));
    let everyone = [
        resident(11, &["bmx"]),
        resident(12, &["terre-et-eaux", "bmx"]),
        resident(13, &["hopital"]),
        resident(14, &["ryssen"]),
        member(21, Role::Observer, 1),
        member(22, Role::Coordinator, 2),
        over,
        member(24, Role::Contact, 0),
        member(25, Role::Admin, 4),
    ];
    people(store, &everyone).await;
    let cases: [(Audience, Vec<i64>); 5] = [
        (Audience::Site(site("bmx")), vec![11, 12]),
        (Audience::Zone(calais(), vec![site("bmx")]), vec![13]),
        (Audience::Zone(calais(), vec![]), vec![11, 12, 13]),
        (Audience::Team, vec![21, 22, 25]),
        (Audience::Desk, vec![22, 25]),
    ];
    for (n, (audience, expected)) in cases.into_iter().enumerate() {
        let one = Alert { audience: audience.clone(), ..alert(&format!("t{n}"), 1, n as i64) };
        assert_eq!(publish(store, &one).await, expected.len() as u64);
        let claimed = claim(store, 99, n as i64).await;
        assert_eq!(chats(&claimed), expected, "{audience:?}");
        for row in &claimed {
            assert_eq!(settle(store, row, Settled::Sent(1), n as i64).await, 1);
            assert_eq!((row.mode, row.ring, row.attempts), (Mode::Ring, true, 1));
            assert_eq!((row.alert.as_ref(), row.expires_at), (Some(&one.id), one.expires_at));
            assert_eq!(row.say_json, r#"{"say":"alert"}"#);
        }
        let fluent: Vec<Lang> = claimed.iter().map(|row| row.lang).collect();
        let team = matches!(audience, Audience::Team | Audience::Desk);
        let wanted = if team { Lang::FR } else { lang("fa") };
        assert!(fluent.iter().all(|l| *l == wanted));
    }
    let mut tx = store.read().await.unwrap();
    let kept = tx.alerts_since(&calais(), at(1)).await.unwrap();
    assert_eq!(kept.len(), 4);
    let latest = tx.latest_alert(&Thread("t4".into())).await.unwrap();
    assert_eq!(latest.map(|a| a.audience), Some(Audience::Desk));
    assert_eq!(tx.latest_alert(&Thread("none".into())).await.unwrap(), None);
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    assert!(tx.alert_add(&alert("t4", 1, 9), "{}").await.is_err(), "one alert a version");
}

pub async fn an_unsent_version_is_superseded_and_its_ring_is_inherited(store: &Store) {
    people(store, &[resident(1, &["bmx"]), resident(2, &["bmx"])]).await;
    let first = alert("t", 1, 0);
    publish(store, &first).await;
    let heard = claim(store, 1, 0).await.remove(0);
    settle(store, &heard, Settled::Sent(77), 0).await;
    let more_vans = follow_up("t", 2, 1, AlertKind::AtSite, Mode::Edit);
    assert_eq!(publish(store, &more_vans).await, 2);
    let even_more = follow_up("t", 3, 2, AlertKind::AtSite, Mode::Edit);
    publish(store, &even_more).await;
    use DeliveryState::{Sent, Superseded};
    assert_eq!(progress(store, &letter(&first)).await, counts(&[(Sent, 1), (Superseded, 1)]));
    assert_eq!(progress(store, &letter(&more_vans)).await, counts(&[(Superseded, 2)]));
    let claimed = claim(store, 9, 2).await;
    assert_eq!(chats(&claimed), [1, 2]);
    for row in &claimed {
        assert_eq!((row.version, row.mode), (3, Mode::Edit));
        let knew = row.chat == heard.chat;
        assert_eq!(row.previous_message_id, knew.then_some(77));
        assert_eq!(row.ring, !knew, "who heard the first is not rung again; who did not, is");
        settle(store, row, Settled::Sent(78), 2).await;
    }
    publish(store, &follow_up("t", 4, 3, AlertKind::AtSite, Mode::Edit)).await;
    assert!(claim(store, 9, 3).await.iter().all(|row| !row.ring));
}

pub async fn a_retraction_goes_to_those_possibly_reached_and_to_nobody_else(store: &Store) {
    let six: Vec<_> = (1..=6).map(|chat| resident(chat, &["bmx"])).collect();
    people(store, &six).await;
    let wrong = alert("t", 1, 0);
    publish(store, &wrong).await;
    let claimed = claim(store, 5, 0).await;
    let unsent: Vec<i64> = (1..=6).filter(|c| !chats(&claimed).contains(c)).collect();
    settle(store, &claimed[0], Settled::Sent(1), 0).await;
    settle(store, &claimed[1], Settled::Blocked, 0).await;
    let soon = Settled::Again { at: at(30), counts: true };
    settle(store, &claimed[2], soon, 0).await;
    let unharmed = Settled::Again { at: at(30), counts: false };
    settle(store, &claimed[3], unharmed, 0).await;
    // The fifth is still under way.
    let mut retraction = follow_up("t", 2, 1, AlertKind::Retracted, Mode::Reply);
    retraction.urgency = Urgency::Retraction;
    assert_eq!(publish(store, &retraction).await, 3);
    use DeliveryState::{Blocked, Maybe, Sending, Sent, Superseded};
    let states = [(Sending, 1), (Sent, 1), (Maybe, 1), (Blocked, 1), (Superseded, 2)];
    assert_eq!(progress(store, &letter(&wrong)).await, counts(&states));
    let told = claim(store, 9, 1).await;
    let mut expected = vec![claimed[0].chat.0, claimed[2].chat.0];
    expected.sort_unstable();
    assert_eq!(chats(&told), expected, "the fifth waits until its alert is settled");
    let doubtful = Settled::Again { at: at(2), counts: true };
    settle(store, &claimed[4], doubtful, 1).await;
    let last = claim(store, 9, 1).await;
    assert_eq!(chats(&last), [claimed[4].chat.0], "what it retracts is not tried again first");
    assert_eq!(unsent.len(), 1);
    let mut tx = store.begin().await.unwrap();
    tx.forget_person(claimed[0].chat, at(2)).await.unwrap();
    tx.commit().await.unwrap();
    let second = follow_up("t", 3, 3, AlertKind::Retracted, Mode::Reply);
    assert_eq!(publish(store, &second).await, 2, "who left is told nothing more");
}

pub async fn claims_come_in_order_of_urgency_one_a_chat(store: &Store) {
    people(store, &[resident(1, &["bmx", "hopital"]), resident(2, &["hopital"])]).await;
    let mut zone = alert("zone", 1, 0);
    zone.audience = Audience::Zone(calais(), vec![]);
    zone.urgency = Urgency::Zone;
    publish(store, &zone).await;
    let mut tx = store.begin().await.unwrap();
    let answer = Answer {
        to: Chat(3),
        lang: lang("ps"),
        say_json: "{}",
        mode: Mode::Quiet,
        urgency: Urgency::Answer,
        edit: None,
        reply: None,
        thread: None,
        expires_at: at(60),
    };
    tx.answer_add(&answer, at(1)).await.unwrap();
    tx.commit().await.unwrap();
    let threat = alert("threat", 1, 2);
    publish(store, &threat).await;
    let claimed = claim(store, 9, 2).await;
    let order: Vec<(i64, Urgency)> = claimed.iter().map(|c| (c.chat.0, c.urgency)).collect();
    assert_eq!(
        order,
        [(1, Urgency::Threatened), (3, Urgency::Answer), (2, Urgency::Zone)],
        "the threatened first; chat 1's other message waits for this one"
    );
    assert!(claim(store, 9, 2).await.is_empty(), "one under way per chat");
    settle(store, &claimed[0], Settled::Sent(1), 2).await;
    assert_eq!(chats(&claim(store, 9, 2).await), [1]);
    assert!(claim(store, 0, 2).await.is_empty());
}

pub async fn a_later_version_waits_until_the_one_before_is_settled(store: &Store) {
    people(store, &[resident(1, &["bmx"])]).await;
    publish(store, &alert("t", 1, 0)).await;
    let first = claim(store, 9, 0).await.remove(0);
    publish(store, &follow_up("t", 2, 1, AlertKind::Left, Mode::Reply)).await;
    assert!(claim(store, 9, 1).await.is_empty());
    settle(store, &first, Settled::Sent(5), 1).await;
    let second = claim(store, 9, 1).await.remove(0);
    assert_eq!((second.version, second.previous_message_id), (2, Some(5)));
    let again = Settled::Again { at: at(3), counts: false };
    settle(store, &second, again, 1).await;
    assert!(claim(store, 9, 2).await.is_empty(), "not before its time");
    let second = claim(store, 9, 3).await.remove(0);
    assert_eq!(second.attempts, 1, "a refused connection gives the attempt back");
}

pub async fn a_kill_between_claim_and_settle_counts_as_a_possible_send(store: &Store) {
    people(store, &[resident(1, &["bmx"])]).await;
    let news = alert("t", 1, 0);
    publish(store, &news).await;
    for attempt in 1..=3 {
        let minutes = 10 * attempt;
        let claimed = claim(store, 9, minutes).await;
        assert_eq!(claimed[0].attempts, attempt);
        // The process dies here, and the next one starts.
        assert!(claim(store, 9, minutes).await.is_empty());
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.release_stale(at(minutes)).await.unwrap(), 0, "the lease still runs");
        assert_eq!(tx.release_stale(at(minutes + 1)).await.unwrap(), 1);
        tx.commit().await.unwrap();
    }
    assert!(claim(store, 9, 50).await.is_empty(), "three copies at most");
    let maybe = counts(&[(DeliveryState::Maybe, 1)]);
    assert_eq!(progress(store, &letter(&news)).await, maybe);
    let mut retraction = follow_up("t", 2, 51, AlertKind::Retracted, Mode::Reply);
    retraction.urgency = Urgency::Retraction;
    assert_eq!(publish(store, &retraction).await, 1, "and who may have got it is told");
    assert_eq!(claim(store, 9, 51).await.len(), 1);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.release_all(at(51)).await.unwrap(), 1, "the only process need not wait");
    tx.commit().await.unwrap();
}

pub async fn every_end_has_its_name(store: &Store) {
    let eight: Vec<_> = (1..=8).map(|chat| resident(chat, &["bmx"])).collect();
    people(store, &eight).await;
    let news = alert("t", 1, 0);
    publish(store, &news).await;
    let later = Settled::Again { at: at(9), counts: true };
    let ends = [
        Settled::Sent(1),
        Settled::Maybe,
        Settled::Blocked,
        Settled::Refused,
        Settled::Expired,
        Settled::Superseded,
        later,
    ];
    let claimed = claim(store, 8, 0).await;
    let rows: Vec<_> = claimed
        .iter()
        .zip(ends)
        .map(|(row, how)| (row.letter_id.clone(), row.chat_hash, how))
        .collect();
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.settle("w", &rows, at(1)).await.unwrap(), 7);
    assert_eq!(tx.settle("w", &rows, at(1)).await.unwrap(), 0, "an end is an end");
    tx.commit().await.unwrap();
    use DeliveryState::*;
    let each = [Queued, Sending, Sent, Maybe, Blocked, Refused, Expired, Superseded];
    assert_eq!(progress(store, &letter(&news)).await, counts(&each.map(|state| (state, 1))));
}

pub async fn a_late_answer_does_not_undo_another_workers_claim(store: &Store) {
    people(store, &[resident(1, &["bmx"])]).await;
    let news = alert("t", 1, 0);
    publish(store, &news).await;
    let slow = claim(store, 9, 0).await.remove(0);
    let mut tx = store.begin().await.unwrap();
    tx.release_stale(at(5)).await.unwrap();
    assert_eq!(tx.claim(9, "other", at(6), at(5)).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
    let again = Settled::Again { at: at(5), counts: true };
    assert_eq!(settle(store, &slow, again, 5).await, 0);
    assert_eq!(settle(store, &slow, Settled::Blocked, 5).await, 0);
    assert_eq!(settle(store, &slow, Settled::Sent(9), 5).await, 1, "accepted is accepted");
    let mut tx = store.begin().await.unwrap();
    let row = (slow.letter_id.clone(), slow.chat_hash, Settled::Maybe);
    assert_eq!(tx.settle("other", &[row], at(5)).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(progress(store, &letter(&news)).await, counts(&[(DeliveryState::Sent, 1)]));
}

pub async fn an_answer_goes_to_one_chat_and_may_join_a_thread(store: &Store) {
    people(store, &[resident(1, &["bmx"])]).await;
    publish(store, &alert("t", 1, 0)).await;
    publish(store, &follow_up("t", 2, 1, AlertKind::AtSite, Mode::Edit)).await;
    let thread = Thread("t".to_owned());
    let answer = Answer {
        to: Chat(9),
        lang: lang("ti"),
        say_json: r#"{"say":"present state"}"#,
        mode: Mode::Ring,
        urgency: Urgency::Answer,
        edit: Some(41),
        reply: Some(42),
        thread: Some(&thread),
        expires_at: at(60),
    };
    let mut tx = store.begin().await.unwrap();
    tx.save_person(&resident(9, &["bmx"])).await.unwrap();
    let id = tx.answer_add(&answer, at(2)).await.unwrap();
    tx.commit().await.unwrap();
    let claimed = claim(store, 9, 2).await;
    let told = claimed.iter().find(|row| row.chat == Chat(9)).unwrap();
    assert_eq!((told.letter_id.clone(), told.version, told.alert.clone()), (id, 2, None));
    assert_eq!((told.edit_message_id, told.reply_message_id), (Some(41), Some(42)));
    assert_eq!((told.say_json.as_str(), told.lang), (answer.say_json, lang("ti")));
    settle(store, told, Settled::Sent(50), 2).await;
    let mut left = follow_up("t", 3, 3, AlertKind::Left, Mode::Reply);
    left.audience = Audience::Reached;
    publish(store, &left).await;
    let next = claim(store, 9, 3).await;
    assert_eq!((next.len(), next[0].previous_message_id), (1, Some(50)));
}

pub async fn a_finished_letter_is_told_once(store: &Store) {
    people(store, &[resident(1, &["bmx"]), resident(2, &["bmx"])]).await;
    let news = alert("t", 1, 0);
    publish(store, &news).await;
    let mut to_nobody = alert("nobody", 1, 0);
    to_nobody.audience = Audience::Site(site("hopital"));
    assert_eq!(publish(store, &to_nobody).await, 0);
    let finished = || async {
        let mut tx = store.begin().await.unwrap();
        let finished = tx.close_finished(at(2)).await.unwrap();
        tx.commit().await.unwrap();
        finished
    };
    let mut tx = store.begin().await.unwrap();
    let of_zone = tx.claim_of(Urgency::Zone, 9, "w", at(1), at(0)).await.unwrap();
    assert!(of_zone.is_empty(), "of that urgency alone");
    let claimed = tx.claim_of(Urgency::Threatened, 1, "w", at(1), at(0)).await.unwrap();
    tx.commit().await.unwrap();
    settle(store, &claimed[0], Settled::Sent(1), 0).await;
    assert_eq!(finished().await, [(to_nobody.id, Progress::new())], "it reached all of nobody");
    let last = claim(store, 9, 0).await.remove(0);
    assert!(finished().await.is_empty(), "one is under way");
    settle(store, &last, Settled::Blocked, 0).await;
    let ends = counts(&[(DeliveryState::Sent, 1), (DeliveryState::Blocked, 1)]);
    assert_eq!(finished().await, [(news.id, ends)]);
    assert!(finished().await.is_empty(), "once");
}

pub async fn what_is_too_old_expires_in_a_named_state(store: &Store) {
    people(store, &[resident(1, &["bmx"]), resident(2, &["bmx"])]).await;
    let news = alert("t", 1, 0);
    publish(store, &news).await;
    let claimed = claim(store, 1, 0).await;
    let again = Settled::Again { at: at(1), counts: true };
    settle(store, &claimed[0], again, 0).await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.expire_overdue(at(59)).await.unwrap(), 0);
    assert_eq!(tx.expire_overdue(at(60)).await.unwrap(), 2);
    assert_eq!(tx.expire_overdue(at(61)).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let ends = counts(&[(DeliveryState::Expired, 1), (DeliveryState::Maybe, 1)]);
    assert_eq!(progress(store, &letter(&news)).await, ends);
    assert!(claim(store, 9, 61).await.is_empty());
}

pub async fn stop_wins_in_the_middle_of_a_broadcast(store: &Store) {
    people(store, &[resident(1, &["bmx"]), resident(2, &["bmx"]), resident(3, &["bmx"])]).await;
    let news = alert("t", 1, 0);
    publish(store, &news).await;
    let claimed = claim(store, 2, 0).await;
    settle(store, &claimed[0], Settled::Sent(1), 0).await;
    let mut tx = store.begin().await.unwrap();
    for chat in 1..=3 {
        assert!(tx.forget_person(Chat(chat), at(1)).await.unwrap());
    }
    tx.commit().await.unwrap();
    assert_eq!(
        settle(store, &claimed[1], Settled::Sent(2), 1).await,
        0,
        "its row knows it no more"
    );
    assert!(claim(store, 9, 1).await.is_empty());
    let ends = counts(&[(DeliveryState::Sent, 1), (DeliveryState::Left, 2)]);
    assert_eq!(progress(store, &letter(&news)).await, ends);
    people(store, &[resident(1, &["bmx"])]).await;
    let mut left = follow_up("t", 2, 2, AlertKind::Left, Mode::Reply);
    left.audience = Audience::Reached;
    assert_eq!(publish(store, &left).await, 0, "who comes back is somebody new");
}

pub async fn a_restored_backup_sends_nothing_of_the_old_epoch(store: &Store) {
    people(store, &[resident(1, &["bmx"]), resident(2, &["bmx"])]).await;
    let news = alert("t", 1, 0);
    publish(store, &news).await;
    claim(store, 1, 0).await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.epoch().await.unwrap(), 0);
    assert_eq!(tx.raise_epoch(0, at(1)).await.unwrap(), (1, 2));
    assert_eq!(tx.epoch().await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(claim(store, 9, 5).await.is_empty());
    let ends = counts(&[(DeliveryState::Expired, 1), (DeliveryState::Maybe, 1)]);
    assert_eq!(progress(store, &letter(&news)).await, ends);
}

pub async fn the_next_due_time_is_told(store: &Store) {
    people(store, &[resident(1, &["bmx"])]).await;
    let next = |minutes: i64| async move {
        let mut tx = store.read().await.unwrap();
        tx.next_due(at(minutes)).await.unwrap()
    };
    assert_eq!(next(0).await, None);
    publish(store, &alert("t", 1, 0)).await;
    assert_eq!(next(0).await, Some(at(0)), "now");
    let claimed = claim(store, 9, 0).await.remove(0);
    assert_eq!(next(0).await, Some(at(1)), "the lease");
    publish(store, &follow_up("t", 2, 0, AlertKind::Left, Mode::Reply)).await;
    assert_eq!(next(0).await, Some(at(1)), "what waits for another is not due");
    settle(store, &claimed, Settled::Sent(1), 0).await;
    let second = claim(store, 9, 0).await.remove(0);
    let again = Settled::Again { at: at(7), counts: false };
    settle(store, &second, again, 0).await;
    assert_eq!(next(1).await, Some(at(7)), "the next try");
}

pub async fn two_workers_never_hold_the_same_delivery(store: &Store) {
    let many: Vec<_> = (1..=60).map(|chat| resident(chat, &["bmx"])).collect();
    people(store, &many).await;
    let news = alert("t", 1, 0);
    publish(store, &news).await;
    let work = |worker: &'static str| async move {
        let mut held = Vec::new();
        for _ in 0..4 {
            let mut tx = store.begin().await.unwrap();
            held.extend(tx.claim(10, worker, at(9), at(0)).await.unwrap());
            tx.commit().await.unwrap();
        }
        held
    };
    let (a, b) = tokio::join!(work("a"), work("b"));
    let mut all: Vec<i64> = chats(&a).into_iter().chain(chats(&b)).collect();
    let total = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), total, "none twice");
    assert!(total >= 40, "{total}");
}

pub async fn retention_turns_people_into_counts(store: &Store) {
    let mut gone_role = member(3, Role::Observer, 1);
    gone_role.role_until = Some(at(10));
    people(store, &[resident(1, &["bmx"]), gone_role, member(4, Role::Observer, 2)]).await;
    let news = alert("t", 1, 0);
    publish(store, &news).await;
    let claimed = claim(store, 1, 0).await;
    settle(store, &claimed[0], Settled::Sent(1), 0).await;
    let mut tx = store.begin().await.unwrap();
    tx.inbox_put(5, None, "x", at(0)).await.unwrap();
    tx.invite_add([1; 32], Role::Observer, 56, at(60 * 24 * 90), at(0)).await.unwrap();
    tx.invite_add([2; 32], Role::Observer, 56, at(1), at(0)).await.unwrap();
    tx.invite_take([1; 32], at(0)).await.unwrap();
    tx.commit().await.unwrap();
    let moment = TimeDelta::milliseconds(1);
    let mut tx = store.begin().await.unwrap();
    let nothing = tx.purge(at(0) + retention::UPDATE_IDS).await.unwrap();
    assert!(!nothing.erased(), "{nothing:?}");
    let step = tx.purge(at(0) + retention::UPDATE_IDS + moment).await.unwrap();
    assert_eq!((step.updates, step.deliveries), (1, 0));
    let step = tx.purge(at(0) + retention::DELIVERIES + moment).await.unwrap();
    assert_eq!((step.deliveries, step.letters, step.more), (1, 1, false));
    let step = tx.purge(at(1) + retention::INVITES + moment).await.unwrap();
    assert_eq!(step.invites, 2, "used a week ago; expired a week ago");
    let step = tx.purge(at(0) + retention::RESIDENT_UNRENEWED + moment).await.unwrap();
    assert_eq!(step.persons, 2, "the resident, and whose role is over");
    assert!(tx.person_by_chat(Chat(4)).await.unwrap().is_some());
    assert_eq!(tx.kept().await.unwrap()[0], ("person", 1));
    tx.commit().await.unwrap();
    let sent = counts(&[(DeliveryState::Sent, 1)]);
    assert_eq!(progress(store, &letter(&news)).await, sent, "the count stays");
}
