//! Commands beside a service: in the very second of its first start, and to erase a person.
use std::process::Stdio;

use super::place::{Place, said};
use crate::storage_story::postgres::Cluster;

/// Starts the service and, in the same moment, commands that need its tables.
async fn all_at_once(place: &Place) {
    let running = place.start();
    let mut commands = Vec::new();
    for _ in 0..4 {
        let mut command = place.command(&["invite", "--role", "observer"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        commands.push(command.spawn().unwrap());
    }
    for command in commands {
        let output = tokio::task::spawn_blocking(|| command.wait_with_output().unwrap());
        let output = output.await.unwrap();
        assert!(output.status.success(), "{}; {}", said(&output.stderr), place.log());
        assert!(said(&output.stdout).contains("start"), "{}", said(&output.stdout));
    }
    running.stopped_after_start(place).await;
    assert_eq!(place.journal("invited").await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_in_the_very_second_of_the_first_start_are_made() {
    for _ in 0..3 {
        all_at_once(&Place::new().await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_in_the_very_second_of_the_first_start_are_made_on_a_server_too() {
    let Some(cluster) = Cluster::start() else { return };
    for n in 0..3 {
        let mut place = Place::new().await;
        place.database = cluster.database(&format!("first{n}"));
        all_at_once(&place).await;
    }
}

async fn somebody_is_forgotten(place: &Place) {
    place.does(&["invite", "--role", "observer"]).await;
    let running = place.start();
    place.team().await;
    place.alarm();
    place.until_sent("C-0001", 1).await;
    let printed = place.does(&["forget", "--tag", "1"]).await;
    assert!(printed.contains("Erased") && printed.contains("Backups"), "{printed}");
    let why = place.is_refused(&["forget", "--tag", "1"]).await;
    assert!(why.contains("nobody of the team has the number 1"), "{why}");
    let why = place.is_refused(&["forget", "--chat", "-4711"]).await;
    assert!(why.contains("nothing is kept") && !why.contains("4711"), "{why}");
    let told = place.journal("forgotten").await;
    assert_eq!(told.len(), 1);
    let entry = told[0]["entry"].to_string();
    assert!(entry.contains("\"persons\":1") && !entry.contains("7200000017"), "{entry}");
    // What an entry tells can go too, and the chain still holds.
    place.does(&["forget", "--entry", "1"]).await;
    assert!(place.does(&["journal", "verify"]).await.contains("sound"));
    assert!(place.is_refused(&["forget", "--entry", "1"]).await.contains("no entry 1"));
    running.stopped().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_forgets_somebody_beside_the_service_and_nobody_is_named() {
    let mut place = Place::new().await;
    somebody_is_forgotten(&place).await;
    let Some(cluster) = Cluster::start() else { return };
    place = Place::new().await;
    place.database = cluster.database("forgets");
    somebody_is_forgotten(&place).await;
}
