//! How claims hold up against a long queue. Run by hand:
//! `cargo test --release -- --ignored --nocapture claims_against_a_hundred_thousand`.
use std::time::Instant;

use vigie::domain::delivery::Settled;
use vigie::storage::Store;

use super::{alert, at, open, postgres, publish, resident};

async fn measure(store: &Store, name: &str) {
    let people = 20_000;
    let mut tx = store.begin().await.unwrap();
    for chat in 1..=people {
        tx.save_person(&resident(chat, &["bmx"])).await.unwrap();
    }
    tx.commit().await.unwrap();
    for n in 0..5 {
        let started = Instant::now();
        let queued = publish(store, &alert(&format!("t{n}"), 1, n)).await;
        println!("{name}: {queued} deliveries queued in {:?}", started.elapsed());
    }
    let started = Instant::now();
    let (mut rows, mut slowest) = (0, std::time::Duration::ZERO);
    for _ in 0..300 {
        let one = Instant::now();
        let mut tx = store.begin().await.unwrap();
        let claimed = tx.claim(30, "w", at(99), at(9)).await.unwrap();
        tx.commit().await.unwrap();
        slowest = slowest.max(one.elapsed());
        let ends: Vec<_> =
            claimed.iter().map(|c| (c.letter_id.clone(), c.chat_hash, Settled::Sent(1))).collect();
        let mut tx = store.begin().await.unwrap();
        rows += tx.settle("w", &ends, at(9)).await.unwrap();
        tx.commit().await.unwrap();
    }
    println!(
        "{name}: {rows} claimed and settled in groups of 30 in {:?} ({:.0} a second), slowest claim {slowest:?}",
        started.elapsed(),
        rows as f64 / started.elapsed().as_secs_f64()
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement, not a test"]
async fn claims_against_a_hundred_thousand() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("vigie.db");
    measure(&open(&format!("sqlite://{}", path.display())).await, "SQLite").await;
    if let Some(cluster) = postgres::Cluster::start() {
        measure(&open(&cluster.database("long_queue")).await, "PostgreSQL").await;
    }
}
