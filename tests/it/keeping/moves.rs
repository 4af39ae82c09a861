//! From the file to the server.
use serde_json::Value;

use super::place::Place;
use crate::storage_story::postgres::Cluster;

const RESIDENTS: i64 = 120;

#[tokio::test(flavor = "multi_thread")]
async fn a_service_moved_to_postgres_in_mid_broadcast_goes_on_there_and_loses_nobody() {
    let Some(cluster) = Cluster::start() else { return };
    let server = cluster.database("moved");
    let mut place = Place::new().await;
    let running = place.start();
    place.crowd(RESIDENTS).await;
    place.team().await;
    place.alarm();
    place.until_sent("C-0001", 40).await;

    let why = place.is_refused(&["move", "--to", &server]).await;
    assert!(why.contains("another vigie already runs"), "{why}");
    running.killed();
    let before: usize = place.copies().iter().sum();
    assert!(before < 120, "it was killed in the middle");

    let file = place.database.clone();
    let printed = place.does(&["move", "--to", &server, "--json"]).await;
    let told: Value = serde_json::from_str(&printed).unwrap();
    let rows = |table: &str| {
        let tables = told["tables"].as_array().unwrap();
        let found = tables.iter().find(|t| t["table"] == table).unwrap();
        found["rows"].as_u64().unwrap()
    };
    assert_eq!(rows("person"), 122);
    assert!(rows("delivery") > 240 && rows("journal") > 3, "{printed}");
    let why = place.is_refused(&["run"]).await;
    assert!(why.contains("was moved to postgres://localhost/moved"), "{why}");

    place.database = server.clone();
    let running = place.start();
    place.until_everyone_has_it().await;
    // The counters go on: a second convoy is not the first.
    place.arrives(7_100_900_000, "/start fr-hopital");
    place.until_sent("Hôpital", 1).await;
    running.stopped().await;
    let most = place.copies().into_iter().max().unwrap();
    assert!(most <= 2, "{most} copies: only what was on its way may have gone twice");
    let verified = place.does(&["journal", "verify"]).await;
    assert!(verified.contains("sound"), "{verified}");
    assert_eq!(place.journal("moved").await.len(), 1);
    assert_eq!(place.journal("restored").await.len(), 0, "a move is no restore");

    place.database = file;
    let why = place.is_refused(&["move", "--to", &server]).await;
    assert!(why.contains("was moved"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_is_not_empty_or_no_server_is_refused_and_the_source_left_alone() {
    let Some(cluster) = Cluster::start() else { return };
    let server = cluster.database("taken");
    let mut place = Place::new().await;
    let file = place.database.clone();
    place.database = server.clone();
    place.does(&["invite", "--role", "observer"]).await;
    place.database = file.clone();
    place.does(&["invite", "--role", "observer"]).await;
    let why = place.is_refused(&["move", "--to", &server]).await;
    assert!(why.contains("not empty"), "{why}");
    let why = place.is_refused(&["move", "--to", "sqlite://other.db"]).await;
    assert!(why.contains("postgres://"), "{why}");
    place.does(&["journal", "verify"]).await;

    // A failure half way leaves the target empty, and the move can be tried again.
    let blocked = cluster.database("blocked");
    cluster.sql("blocked", "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room'; END $$;");
    place.database = blocked.clone();
    place.does(&["doctor"]).await;
    cluster.sql(
        "blocked",
        "CREATE TRIGGER no BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION no();",
    );
    place.database = file;
    place.is_refused(&["move", "--to", &blocked]).await;
    assert_eq!(cluster.sql("blocked", "SELECT COUNT(*) FROM invite"), "0");
    cluster.sql("blocked", "DROP TRIGGER no ON journal");
    place.does(&["move", "--to", &blocked]).await;
    assert_eq!(cluster.sql("blocked", "SELECT COUNT(*) FROM invite"), "1");
}
