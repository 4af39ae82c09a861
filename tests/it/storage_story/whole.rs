//! A whole database written out and read back, and how far it has come.
use serde_json::Value;
use vigie::domain::person::{Chat, Role};
use vigie::domain::site::Point;
use vigie::storage::{Store, stream_head};

use super::{alert, at, claim, member, publish, resident, save, site};

/// A little of everything.
async fn history(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    save(&mut tx, &[resident(1, &["bmx"]), resident(2, &[]), member(3, Role::Observer, 1)]).await;
    for update in 0..450 {
        tx.inbox_put(update, Some(Chat(update)), "raw", at(0)).await.unwrap();
    }
    let point = Point { lat: 50.957_812_345_678_9, lon: 1.0 / 3.0 };
    tx.point_set(&site("bmx"), point, at(0)).await.unwrap();
    for n in 0..3 {
        tx.journal_append("kind", &Value::from(n), at(n)).await.unwrap();
    }
    tx.journal_erase(2).await.unwrap();
    tx.commit().await.unwrap();
    publish(store, &alert("t", 1, 0)).await;
    claim(store, 1, 0).await;
}

pub async fn what_is_written_out_is_read_back_the_same(store: &Store) {
    history(store).await;
    let mut stream = Vec::new();
    let mut tx = store.read().await.unwrap();
    let written = tx.write_all(at(5), &mut stream).await.unwrap();
    drop(tx);
    let inbox = written.iter().find(|count| count.table == "inbox").unwrap();
    assert_eq!(inbox.rows, 450);

    // Into the same place: whatever happened since is gone, and the counters go on.
    let mut tx = store.begin().await.unwrap();
    save(&mut tx, &[resident(9, &["bmx"])]).await;
    let mut input = stream.as_slice();
    let head = stream_head(&mut input).unwrap();
    assert_eq!(head.made_at, at(5).timestamp_millis());
    assert_eq!(tx.read_all(&mut input).await.unwrap(), written);
    assert_eq!(tx.tally().await.unwrap(), written);
    assert!(tx.person_by_chat(Chat(9)).await.unwrap().is_none());
    let points = tx.points().await.unwrap();
    assert_eq!(points[0].1, Point { lat: 50.957_812_345_678_9, lon: 1.0 / 3.0 }, "to the last bit");
    assert!(tx.inbox_put(9_000, Some(Chat(1)), "raw", at(6)).await.unwrap());
    tx.commit().await.unwrap();

    // A change of one value shows, and so does an end that is missing.
    let mut tx = store.begin().await.unwrap();
    tx.meta_set("x", "1").await.unwrap();
    assert_ne!(tx.tally().await.unwrap(), written);
    let cut = &stream[..stream.len() - 10];
    let mut input = cut;
    stream_head(&mut input).unwrap();
    assert!(tx.read_all(&mut input).await.is_err());
}

pub async fn how_far_a_database_has_come_is_known(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.beat().await.unwrap(), None, "nothing has happened yet");
    tx.journal_append("kind", &Value::Null, at(0)).await.unwrap();
    let mark = tx.beat().await.unwrap().unwrap();
    assert_eq!((mark.epoch, mark.seq, mark.beat), (0, 1, 2));
    assert!(tx.has_come_as_far(&mark).await.unwrap());
    tx.journal_append("kind", &Value::Null, at(1)).await.unwrap();
    assert!(tx.has_come_as_far(&mark).await.unwrap(), "further is far enough");

    let behind = vigie::storage::Mark { beat: 3, ..mark.clone() };
    assert!(!tx.has_come_as_far(&behind).await.unwrap(), "by a beat");
    let ahead = vigie::storage::Mark { seq: 9, ..mark.clone() };
    assert!(!tx.has_come_as_far(&ahead).await.unwrap(), "by entries");
    let other = vigie::storage::Mark { hash: "00".repeat(32), ..mark.clone() };
    assert!(!tx.has_come_as_far(&other).await.unwrap(), "another history");
    let stranger = vigie::storage::Mark { birth: "00".repeat(32), ..ahead.clone() };
    assert!(tx.has_come_as_far(&stranger).await.unwrap(), "the mark of another database");
    let (epoch, _) = tx.raise_epoch(4, at(2)).await.unwrap();
    assert_eq!(epoch, 5, "above what is known");
    assert!(tx.has_come_as_far(&ahead).await.unwrap(), "that restore has been seen to");
    let later = vigie::storage::Mark { epoch: 6, ..mark };
    assert!(!tx.has_come_as_far(&later).await.unwrap());
    tx.commit().await.unwrap();
}
