//! How things stand: duties that are kept, the queue in numbers, subscribers, locks, commits.
use vigie::domain::alert::Urgency;
use vigie::domain::delivery::DeliveryState;
use vigie::domain::person::Chat;
use vigie::storage::Store;

use super::{alert, at, resident, save, site};

pub async fn a_duty_that_is_set_already_is_not_put_off(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    tx.duty_keep("kept", "all", at(5)).await.unwrap();
    tx.duty_keep("kept", "all", at(90)).await.unwrap();
    tx.duty_keep("kept", "another", at(1)).await.unwrap();
    tx.commit().await.unwrap();
    let due = store.begin().await.unwrap().duties_due(at(100), 10).await.unwrap();
    let due: Vec<_> = due.iter().map(|duty| (duty.subject.as_str(), duty.due_at)).collect();
    assert_eq!(due, [("another", at(1)), ("all", at(5))]);
}

pub async fn the_queue_is_counted_by_state_and_urgency(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    assert!(tx.queue_counts().await.unwrap().is_empty());
    assert_eq!(tx.queue_due_since(at(9)).await.unwrap(), None);
    save(&mut tx, &[resident(1, &["bmx"]), resident(2, &["bmx"]), resident(3, &["bmx"])]).await;
    let told = alert("site:a", 1, 1);
    tx.alert_add(&told, "{}").await.unwrap();
    tx.enqueue_alert(&told, &[site("bmx")]).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.claim(1, "w", at(9), at(2)).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    let counts = tx.queue_counts().await.unwrap();
    let counts: Vec<_> = counts.iter().map(|c| (c.state, c.urgency, c.count)).collect();
    assert_eq!(
        counts,
        [
            (DeliveryState::Queued, Urgency::Threatened, 2),
            (DeliveryState::Sending, Urgency::Threatened, 1),
        ]
    );
    assert_eq!(tx.queue_due_since(at(9)).await.unwrap(), Some(at(1)));
    assert_eq!(tx.queue_due_since(at(0)).await.unwrap(), None, "it is not due yet");
}

pub async fn whoever_watches_several_sites_is_one_subscriber(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.watcher_count().await.unwrap(), 0);
    save(&mut tx, &[resident(1, &["bmx", "fort-vert"]), resident(2, &["bmx"]), resident(3, &[])])
        .await;
    assert_eq!(tx.watcher_count().await.unwrap(), 2);
    tx.forget_person(Chat(1), at(1)).await.unwrap();
    assert_eq!(tx.watcher_count().await.unwrap(), 1);
}

pub async fn every_commit_is_timed(store: &Store) {
    let before = store.pulse().commits.get();
    for value in ["1", "2", "3"] {
        let mut tx = store.begin().await.unwrap();
        tx.meta_set("timed", value).await.unwrap();
        tx.commit().await.unwrap();
    }
    drop(store.begin().await.unwrap());
    assert_eq!(store.pulse().commits.get(), before + 3);
    assert_eq!(store.pulse().commit_time.cumulative().1, before + 3);
    assert!(store.pulse().commit_time.sum_seconds() > 0.0);
}
