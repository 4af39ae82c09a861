//! G7: the journal verifies from its beginning to its head, and every delivery ends in a named state.
//! The one file that looks into the database: with plain SQL, as anybody could.
use sqlx::{ConnectOptions, Row, SqliteConnection};
use vigie::domain::journal::{GENESIS, check as verify};

use super::Breach;
use crate::stage::Stage;

const NAMED: [&str; 7] = ["sent", "maybe", "blocked", "refused", "expired", "superseded", "left"];

/// What is left to do once nothing goes wrong any more: nothing.
pub async fn settled(stage: &Stage) -> Result<(), Breach> {
    let mut file = open(stage).await;
    let waiting = stage.telegram.waiting_updates();
    if waiting > 0 {
        return Err(Breach::of("liveness", format!("{waiting} updates still wait at Telegram")));
    }
    for (what, sql) in [
        ("updates are not handled", "SELECT COUNT(*) FROM inbox WHERE state = 'new'"),
        ("updates were set aside", "SELECT COUNT(*) FROM inbox WHERE state = 'aside'"),
        ("deliveries are not settled", "SELECT COUNT(*) FROM delivery WHERE settled_at IS NULL"),
        ("letters are not closed", "SELECT COUNT(*) FROM letter WHERE closed_at IS NULL"),
    ] {
        let count: i64 = sqlx::query_scalar(sql).fetch_one(&mut file).await.unwrap();
        if count > 0 {
            return Err(Breach::of("liveness", format!("{count} {what}")));
        }
    }
    Ok(())
}

/// The deliveries that are not settled, a line each.
pub async fn waiting(stage: &Stage) -> Vec<String> {
    let mut file = open(stage).await;
    let sql = "SELECT state || ' try ' || attempts || ' of ' || coalesce(thread, 'an answer') || ' v' || version
        || ' urgency ' || urgency || ' next ' || next_at || ' chat ' || hex(chat_hash) AS line
        FROM delivery WHERE settled_at IS NULL LIMIT 20";
    sqlx::query_scalar(sql).fetch_all(&mut file).await.unwrap()
}

pub async fn check(stage: &Stage) -> Result<(), Breach> {
    settled(stage).await?;
    let mut file = open(stage).await;
    let states = sqlx::query("SELECT state, COUNT(*) AS n FROM delivery GROUP BY state");
    for row in states.fetch_all(&mut file).await.unwrap() {
        let (state, count): (String, i64) = (row.get("state"), row.get("n"));
        if !NAMED.contains(&state.as_str()) {
            return Err(Breach::of("G7", format!("{count} deliveries are \"{state}\" at the end")));
        }
    }
    let Some(store) = stage.store() else { return Err(Breach::of("G7", "nothing runs")) };
    let mut tx = store.read().await.unwrap();
    let (mut hash, mut seq) = (GENESIS, 0);
    for link in tx.journal_links(0, 1_000_000).await.unwrap() {
        hash = verify(&hash, seq + 1, &link)
            .map_err(|broken| Breach::of("G7", format!("the journal is broken: {broken:?}")))?;
        seq = link.seq;
    }
    if tx.journal_head().await.unwrap() != (seq, hash) {
        return Err(Breach::of("G7", "the journal's end was cut"));
    }
    let numbers: i64 = sqlx::query_scalar("SELECT COUNT(*) - COUNT(DISTINCT no) FROM visit")
        .fetch_one(&mut file)
        .await
        .unwrap();
    if numbers > 0 {
        return Err(Breach::of("G7", "two visits have one number"));
    }
    Ok(())
}

async fn open(stage: &Stage) -> SqliteConnection {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(stage.file()).read_only(true);
    options.connect().await.unwrap()
}
