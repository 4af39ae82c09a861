//! Updates, persons and invitations.
use vigie::domain::person::{Chat, Role};
use vigie::storage::{ErrorKind, Store};

use super::{alert, at, claim, lang, member, publish, resident, save, site};

pub async fn an_update_is_kept_once_and_handled_in_the_order_of_its_chat(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    assert!(tx.inbox_put(900, Some(Chat(1)), r#"{"n":1}"#, at(0)).await.unwrap());
    assert!(tx.inbox_put(20, Some(Chat(1)), "second", at(1)).await.unwrap());
    assert!(tx.inbox_put(21, Some(Chat(2)), "other chat", at(1)).await.unwrap());
    assert!(tx.inbox_put(22, None, "no chat", at(1)).await.unwrap());
    assert!(tx.inbox_put(23, None, "no chat either", at(1)).await.unwrap());
    assert!(!tx.inbox_put(900, Some(Chat(1)), "again", at(2)).await.unwrap());
    let next = tx.inbox_next(10, at(2)).await.unwrap();
    let ids: Vec<i64> = next.iter().map(|row| row.update_id).collect();
    assert_eq!(ids, [900, 21, 22, 23], "arrival decides, not the number, and one a chat");
    assert_eq!(next[0].raw, r#"{"n":1}"#);
    assert_eq!(next[0].chat_hash, Some(store.hash(Chat(1))));
    assert_eq!(next[0].received_at, at(0));
    assert_eq!(tx.inbox_next(1, at(2)).await.unwrap().len(), 1);
    tx.inbox_done(900, at(3)).await.unwrap();
    let next = tx.inbox_next(1, at(3)).await.unwrap();
    assert_eq!(next[0].raw, "second");
    assert!(!tx.inbox_put(900, Some(Chat(1)), "after it was done", at(4)).await.unwrap());
    let counts = tx.inbox_counts().await.unwrap();
    assert_eq!((counts.new, counts.aside, counts.oldest_new), (4, 0, Some(at(1))));
    tx.commit().await.unwrap();
}

pub async fn a_failed_update_waits_with_its_chat_and_is_at_last_set_aside(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    tx.inbox_put(1, Some(Chat(1)), "bad", at(0)).await.unwrap();
    tx.inbox_put(2, Some(Chat(1)), "behind it", at(0)).await.unwrap();
    tx.inbox_failed(1, at(1), Some(at(5))).await.unwrap();
    assert!(tx.inbox_next(10, at(4)).await.unwrap().is_empty());
    let next = tx.inbox_next(10, at(5)).await.unwrap();
    assert_eq!((next.len(), next[0].update_id, next[0].attempts), (1, 1, 1));
    tx.inbox_failed(1, at(5), None).await.unwrap();
    let next = tx.inbox_next(10, at(5)).await.unwrap();
    assert_eq!((next.len(), next[0].update_id), (1, 2));
    assert_eq!(tx.inbox_counts().await.unwrap().aside, 1);
    tx.commit().await.unwrap();
}

pub async fn a_person_comes_back_as_saved(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    let mut nour = resident(-100_555, &["bmx", "hopital"]);
    assert_eq!(tx.person_by_chat(nour.chat).await.unwrap(), None);
    tx.save_person(&nour).await.unwrap();
    assert_eq!(tx.person_by_chat(nour.chat).await.unwrap(), Some(nour.clone()));
    nour.sites = vec![site("terre-et-eaux")];
    nour.lang = lang("ti");
    nour.last_place = Some(site("bmx"));
    nour.renewed_at = at(9);
    tx.save_person(&nour).await.unwrap();
    tx.save_person(&nour).await.unwrap();
    assert_eq!(tx.person_by_chat(nour.chat).await.unwrap(), Some(nour));
    let counts = tx.count_persons_by_role_lang_site().await.unwrap();
    assert_eq!(counts.len(), 1);
    assert_eq!((counts[0].count, counts[0].site.clone()), (1, Some(site("terre-et-eaux"))));
    tx.commit().await.unwrap();
}

pub async fn the_team_is_who_holds_a_role_now(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.next_tag().await.unwrap(), 1);
    let mut late = member(13, Role::Observer, 3);
    late.role_until = Some(at(10));
    let people = [
        member(11, Role::Observer, 1),
        member(12, Role::Coordinator, 2),
        late.clone(),
        member(14, Role::Contact, 0),
        member(15, Role::Contact, 0),
        resident(16, &["bmx"]),
    ];
    save(&mut tx, &people).await;
    assert_eq!(tx.next_tag().await.unwrap(), 4);
    let tags = |people: Vec<vigie::domain::person::Person>| -> Vec<i64> {
        people.iter().map(|p| p.tag).collect()
    };
    assert_eq!(tags(tx.team(Role::Observer, at(9)).await.unwrap()), [1, 2, 3]);
    assert_eq!(tags(tx.team(Role::Observer, at(10)).await.unwrap()), [1, 2]);
    assert_eq!(tags(tx.team(Role::Coordinator, at(9)).await.unwrap()), [2]);
    assert_eq!(tx.team(Role::Contact, at(9)).await.unwrap().len(), 5);
    assert_eq!(tx.roles_ending_before(at(11)).await.unwrap(), [late]);
    tx.forget_person(Chat(11), at(9)).await.unwrap();
    assert_eq!(tx.next_tag().await.unwrap(), 1, "a number is free again");
    let unrenewed = tx.persons_unrenewed_since(at(1), at(10), 9).await.unwrap();
    let mut chats: Vec<i64> = unrenewed.iter().map(|p| p.chat.0).collect();
    chats.sort_unstable();
    assert_eq!(chats, [13, 16], "whose role is over is a resident");
    let clash = tx.save_person(&member(17, Role::Observer, 2)).await;
    assert_eq!(clash.unwrap_err().kind(), ErrorKind::Other, "one number, one member");
}

pub async fn a_forgotten_person_leaves_nothing(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    save(&mut tx, &[resident(1, &["bmx"]), resident(2, &["bmx"])]).await;
    tx.commit().await.unwrap();
    let news = alert("t", 1, 1);
    assert_eq!(publish(store, &news).await, 2);
    let mut tx = store.begin().await.unwrap();
    assert!(tx.forget_person(Chat(1), at(2)).await.unwrap());
    assert!(!tx.forget_person(Chat(1), at(2)).await.unwrap());
    assert_eq!(tx.person_by_chat(Chat(1)).await.unwrap(), None);
    assert_eq!(tx.count_persons_by_role_lang_site().await.unwrap()[0].count, 1);
    tx.commit().await.unwrap();
    assert!(store.after_erasure().await.unwrap());
    let claimed = claim(store, 10, 3).await;
    assert_eq!(super::chats(&claimed), [2]);
}

pub async fn an_admin_erases_all_that_is_kept_of_somebody_and_of_nobody_else(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    save(&mut tx, &[resident(1, &["bmx"]), resident(2, &["bmx"])]).await;
    for (update, chat) in [(1, Chat(1)), (2, Chat(2))] {
        tx.inbox_put(update, Some(chat), "typed", at(0)).await.unwrap();
        let answer = vigie::storage::Answer {
            to: chat,
            lang: lang("fa"),
            say_json: r#"{"typed":"x"}"#,
            mode: vigie::domain::alert::Mode::Quiet,
            urgency: vigie::domain::alert::Urgency::Answer,
            edit: None,
            reply: None,
            thread: None,
            expires_at: at(9),
        };
        tx.answer_add(&answer, at(0)).await.unwrap();
    }
    tx.commit().await.unwrap();
    publish(store, &alert("t", 1, 1)).await;
    let mut tx = store.begin().await.unwrap();
    let erased = tx.erase_person(Chat(1), "reporter", at(2)).await.unwrap();
    assert_eq!((erased.persons, erased.updates, erased.letters), (1, 1, 1));
    assert!(tx.erase_person(Chat(1), "reporter", at(2)).await.unwrap().is_nothing());
    assert!(tx.person_by_chat(Chat(2)).await.unwrap().is_some());
    let next = tx.inbox_next(9, at(2)).await.unwrap();
    assert_eq!(next.iter().map(|row| row.update_id).collect::<Vec<_>>(), [2]);
    assert!(!tx.inbox_put(1, Some(Chat(1)), "again", at(3)).await.unwrap(), "known by its number");
    tx.commit().await.unwrap();
    let claimed = claim(store, 10, 3).await;
    assert_eq!(super::chats(&claimed), [2]);
}

pub async fn a_chat_that_changes_its_number_keeps_its_person(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    save(&mut tx, &[resident(-5, &["bmx"]), resident(6, &[])]).await;
    tx.inbox_put(1, Some(Chat(-5)), "x", at(0)).await.unwrap();
    tx.commit().await.unwrap();
    publish(store, &alert("t", 1, 1)).await;
    let mut tx = store.begin().await.unwrap();
    tx.rewrite_chat(Chat(-5), Chat(-1005), at(2)).await.unwrap();
    assert_eq!(tx.person_by_chat(Chat(-5)).await.unwrap(), None);
    let moved = tx.person_by_chat(Chat(-1005)).await.unwrap().unwrap();
    assert_eq!(moved.sites, [site("bmx")]);
    let next = tx.inbox_next(1, at(2)).await.unwrap();
    assert_eq!(next[0].chat_hash, Some(store.hash(Chat(-1005))));
    tx.commit().await.unwrap();
    assert_eq!(super::chats(&claim(store, 10, 2).await), [-1005]);
    let mut tx = store.begin().await.unwrap();
    tx.rewrite_chat(Chat(-1005), Chat(6), at(3)).await.unwrap();
    assert_eq!(tx.person_by_chat(Chat(-1005)).await.unwrap(), None);
    assert!(tx.person_by_chat(Chat(6)).await.unwrap().is_some());
    tx.commit().await.unwrap();
}

pub async fn an_invitation_is_taken_once(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    tx.invite_add([1; 32], Role::Observer, 56, at(60), at(0)).await.unwrap();
    tx.invite_add([2; 32], Role::Admin, 7, at(10), at(0)).await.unwrap();
    assert_eq!(tx.invite_take([9; 32], at(1)).await.unwrap(), None);
    assert_eq!(tx.invite_take([2; 32], at(10)).await.unwrap(), None, "expired");
    assert_eq!(tx.invite_take([1; 32], at(1)).await.unwrap(), Some((Role::Observer, 56)));
    assert_eq!(tx.invite_take([1; 32], at(1)).await.unwrap(), None, "used");
    tx.commit().await.unwrap();
}

pub async fn two_who_take_one_invitation_at_once_do_not_both_get_it(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    tx.invite_add([1; 32], Role::Observer, 56, at(60), at(0)).await.unwrap();
    tx.commit().await.unwrap();
    let take = || async {
        let mut tx = store.begin().await.unwrap();
        let taken = tx.invite_take([1; 32], at(1)).await.unwrap();
        tx.commit().await.unwrap();
        u8::from(taken.is_some())
    };
    let (a, b, c) = tokio::join!(take(), take(), take());
    assert_eq!(a + b + c, 1);
}
