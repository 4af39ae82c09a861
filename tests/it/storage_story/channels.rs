//! Channels: kept sealed, told once what they carry, forgotten at once.
use vigie::domain::alert::{Alert, AlertKind, Audience, Confidence, Mode, Thread};
use vigie::domain::delivery::{DeliveryState, Settled};
use vigie::domain::mirror::Mirrors;
use vigie::domain::person::{Chat, Role};
use vigie::domain::retention;
use vigie::storage::{Claimed, Store};

use super::{alert, at, calais, chats, claim, lang, letter, member, publish, resident, save, site};

const CHANNEL: Chat = Chat(-1_001);

/// Offers a channel and adopts it; gives its number.
async fn adopted(store: &Store, chat: Chat, language: &str, zone: &str) -> i64 {
    let mut tx = store.begin().await.unwrap();
    let no = tx.channel_offer(chat, "a title", at(0)).await.unwrap().no;
    let mirrors = Mirrors { lang: lang(language), zone: zone.parse().unwrap() };
    assert!(tx.channel_adopt(no, &mirrors, at(0)).await.unwrap());
    tx.commit().await.unwrap();
    no
}

async fn settle_all(store: &Store, claimed: &[Claimed], how: Settled, minutes: i64) {
    let mut tx = store.begin().await.unwrap();
    let rows: Vec<_> =
        claimed.iter().map(|row| (row.letter_id.clone(), row.chat_hash, how)).collect();
    tx.settle("w", &rows, at(minutes)).await.unwrap();
    tx.commit().await.unwrap();
}

fn next(of: &Alert, version: i64, kind: AlertKind, audience: Audience) -> Alert {
    let mut next = alert(&of.thread.0, version, version);
    next.text.kind = kind;
    next.audience = audience;
    next.mode = Mode::Reply;
    next
}

pub async fn a_channel_is_offered_adopted_once_and_comes_back_as_it_was(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    let offered = tx.channel_offer(CHANNEL, "Alertes", at(0)).await.unwrap();
    assert_eq!((offered.no, offered.chat, &offered.mirrors), (1, CHANNEL, &None));
    assert_eq!(tx.channel_offer(CHANNEL, "Renamed", at(1)).await.unwrap(), offered);
    let mirrors = Mirrors { lang: lang("ti"), zone: calais() };
    assert!(tx.channel_adopt(offered.no, &mirrors, at(1)).await.unwrap());
    let other = Mirrors { lang: lang("fr"), zone: calais() };
    assert!(!tx.channel_adopt(offered.no, &other, at(2)).await.unwrap(), "it is decided");
    assert!(!tx.channel_adopt(99, &other, at(2)).await.unwrap());
    let known = tx.channel_by_chat(CHANNEL).await.unwrap().unwrap();
    assert_eq!((known.title.as_str(), known.mirrors), ("Alertes", Some(mirrors)));
    let second = tx.channel_offer(Chat(-1_002), "Zwei", at(3)).await.unwrap();
    let listed: Vec<i64> = tx.channels().await.unwrap().iter().map(|channel| channel.no).collect();
    assert_eq!(listed, [1, second.no]);
    assert!(tx.channel_refused(store.hash(CHANNEL), at(4)).await.unwrap());
    assert!(!tx.channel_refused(store.hash(Chat(5)), at(4)).await.unwrap());
    let due = tx.duties_due(at(4), 9).await.unwrap();
    assert_eq!(due.iter().map(|duty| duty.subject.as_str()).collect::<Vec<_>>(), ["1"]);
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let report = tx.purge(at(3) + retention::CHANNEL_OFFERED).await.unwrap();
    assert_eq!(report.channels, 0);
    let report = tx.purge(at(4) + retention::CHANNEL_OFFERED).await.unwrap();
    assert_eq!((report.channels, report.erased()), (1, true));
    assert_eq!(tx.channel(second.no).await.unwrap(), None, "nobody decided on it for a week");
    assert_eq!(tx.channel_end(1, at(5)).await.unwrap().map(|channel| channel.no), Some(1));
    assert_eq!(tx.channel_end(1, at(5)).await.unwrap(), None);
    let again = tx.channel_offer(CHANNEL, "Alertes", at(6)).await.unwrap();
    assert!(again.no > second.no, "numbers never come back: an old button means nothing");
    tx.commit().await.unwrap();
}

pub async fn a_channel_gets_one_row_for_what_it_carries_and_none_for_the_rest(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    save(&mut tx, &[resident(1, &["bmx"]), resident(2, &["hopital"])]).await;
    save(&mut tx, &[member(21, Role::Coordinator, 1)]).await;
    tx.channel_offer(Chat(-1_003), "undecided", at(0)).await.unwrap();
    tx.commit().await.unwrap();
    adopted(store, CHANNEL, "ti", "calais").await;
    adopted(store, Chat(-1_002), "ti", "dunkerque").await;

    let unsure = |mut alert: Alert| {
        alert.text.confidence = Confidence::OneContact;
        alert
    };
    let of_zone = |kind| {
        let mut alert = alert(&format!("{kind:?}"), 1, 3);
        alert.audience = Audience::Zone(calais(), vec![site("bmx")]);
        alert.text.kind = kind;
        alert
    };
    let mut team = alert("card", 1, 4);
    team.audience = Audience::Team;
    let cases = [
        (alert("site", 1, 0), vec![-1_001, 1]),
        (unsure(alert("unsure", 1, 1)), vec![1]),
        (of_zone(AlertKind::BeReady), vec![-1_001, 2]),
        (of_zone(AlertKind::Elsewhere), vec![2]),
        (team, vec![21]),
    ];
    for (n, (one, expected)) in cases.into_iter().enumerate() {
        assert_eq!(publish(store, &one).await, expected.len() as u64, "{n}");
        let claimed = claim(store, 9, 9).await;
        assert_eq!(chats(&claimed), expected, "{n}");
        for row in claimed.iter().filter(|row| row.chat == CHANNEL) {
            assert_eq!((row.lang, row.urgency), (lang("ti"), one.urgency));
        }
        settle_all(store, &claimed, Settled::Sent(7), 9).await;
    }
}

pub async fn a_channel_hears_of_the_end_only_where_it_heard_of_the_beginning(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    save(&mut tx, &[resident(1, &["bmx"])]).await;
    tx.commit().await.unwrap();
    let early = alert("early", 1, 0);
    publish(store, &early).await;
    settle_all(store, &claim(store, 9, 0).await, Settled::Sent(5), 0).await;
    adopted(store, CHANNEL, "ti", "calais").await;
    let heard = alert("heard", 1, 1);
    publish(store, &heard).await;
    settle_all(store, &claim(store, 9, 1).await, Settled::Sent(6), 1).await;

    let wrong = next(&early, 2, AlertKind::Retracted, Audience::Site(site("bmx")));
    assert_eq!(publish(store, &wrong).await, 1, "it never had what is taken back");
    settle_all(store, &claim(store, 9, 2).await, Settled::Sent(7), 2).await;
    let doubted = {
        let mut alert = next(&heard, 2, AlertKind::AtSite, Audience::Site(site("bmx")));
        alert.text.confidence = Confidence::OneContact;
        alert
    };
    assert_eq!(publish(store, &doubted).await, 2, "it is brought down with the others");
    let claimed = claim(store, 9, 2).await;
    assert!(claimed.iter().all(|row| row.previous_message_id == Some(6)));
    settle_all(store, &claimed, Settled::Sent(6), 2).await;
    let elsewhere = Audience::ReachedHereOnly(vec![Thread("early".into())]);
    let ended = next(&heard, 3, AlertKind::Ended, elsewhere);
    assert_eq!(publish(store, &ended).await, 1, "the resident heard it in the other thread");
    assert_eq!(chats(&claim(store, 9, 3).await), [CHANNEL.0]);
}

pub async fn a_channel_that_ends_gets_nothing_that_was_on_its_way(store: &Store) {
    let no = adopted(store, CHANNEL, "ti", "calais").await;
    let warning = alert("t", 1, 0);
    assert_eq!(publish(store, &warning).await, 1);
    let mut tx = store.begin().await.unwrap();
    tx.channel_end(no, at(1)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(claim(store, 9, 1).await.is_empty());
    let mut tx = store.read().await.unwrap();
    let progress = tx.letter_progress(&letter(&warning)).await.unwrap();
    assert_eq!(progress.get(&DeliveryState::Left), Some(&1));
    drop(tx);
    let retraction = next(&warning, 2, AlertKind::Retracted, Audience::Reached);
    assert_eq!(publish(store, &retraction).await, 0);
}
