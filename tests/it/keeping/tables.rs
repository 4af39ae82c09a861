//! Tables that are being made when something ends the program (FAULTS 8).
use std::sync::Arc;

use vigie::storage::{ErrorKind, Store};

use crate::storage_story::postgres::Cluster;
use crate::storage_story::{Counting, open, vault};

async fn refusal(url: &str) -> vigie::storage::StorageError {
    match Store::open(url, vault(), Arc::new(Counting::default())).await {
        Ok(_) => panic!("{url} was opened"),
        Err(error) => error,
    }
}

/// Ended after the first of several migrations: the next start does the rest.
async fn goes_on_after_the_first(url: &str) {
    let entropy = Arc::new(Counting::default());
    let Ok(first) = Store::open_blank(url, vault(), entropy, Some(1)).await else {
        panic!("{url} was not opened")
    };
    let mut tx = first.begin().await.unwrap();
    tx.meta_set("kept", "yes").await.unwrap();
    tx.commit().await.unwrap();
    first.close().await;
    drop(first);
    let store = open(url).await;
    let kept = store.read().await.unwrap().meta_get("kept").await.unwrap();
    assert_eq!(kept.as_deref(), Some("yes"));
    store.close().await;
}

#[tokio::test]
async fn fault_08_a_start_that_ended_between_two_migrations_is_finished_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    goes_on_after_the_first(&format!("sqlite://{}", folder.path().join("vigie.db").display()))
        .await;
    if let Some(cluster) = Cluster::start() {
        goes_on_after_the_first(&cluster.database("between")).await;
    }
}

#[tokio::test]
async fn fault_08_a_migration_that_fails_in_the_middle_leaves_nothing_of_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vigie.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut other = sqlx::ConnectOptions::connect(&options).await.unwrap();
    // A table in the way of the migration's last ones.
    sqlx::query("CREATE TABLE journal (x)").execute(&mut other).await.unwrap();
    let url = format!("sqlite://{}", path.display());
    let error = refusal(&url).await;
    assert!(error.to_string().contains("could not be brought up to date"), "{error}");
    let made: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE name IN ('person', 'inbox')")
            .fetch_one(&mut other)
            .await
            .unwrap();
    assert_eq!(made, 0, "all of it or nothing");
    sqlx::query("DROP TABLE journal").execute(&mut other).await.unwrap();
    sqlx::Connection::close(other).await.unwrap();
    open(&url).await.close().await;

    let Some(cluster) = Cluster::start() else { return };
    let url = cluster.database("middle");
    cluster.sql("middle", "CREATE TABLE journal (x INT)");
    let error = refusal(&url).await;
    assert!(error.to_string().contains("could not be brought up to date"), "{error}");
    let made = "SELECT COUNT(*) FROM pg_tables WHERE tablename IN ('person', 'inbox')";
    assert_eq!(cluster.sql("middle", made), "0");
    cluster.sql("middle", "DROP TABLE journal");
    open(&url).await.close().await;
}

#[tokio::test]
async fn tables_of_a_newer_version_are_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vigie.db");
    let url = format!("sqlite://{}", path.display());
    open(&url).await.close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut other = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'of tomorrow', TRUE, x'00', 0)",
    )
    .execute(&mut other)
    .await
    .unwrap();
    sqlx::Connection::close(other).await.unwrap();
    let error = refusal(&url).await;
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("newer version"), "{error}");
}
