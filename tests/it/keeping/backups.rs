//! A copy beside the running service, and its way back.
use std::path::Path;

use super::place::Place;
use crate::storage_story::postgres::Cluster;

const RESIDENTS: i64 = 120;

async fn fault_40_on(place: &mut Place, back: &str) {
    let running = place.start();
    place.crowd(RESIDENTS).await;
    place.team().await;
    place.alarm();
    place.until_sent("C-0001", 40).await;
    let printed = place.does(&["backup", "copy.age"]).await;
    assert!(printed.contains("Remove it by"), "{printed}");
    place.until_everyone_has_it().await;
    running.killed();

    let copy = std::fs::read(place.path("copy.age")).unwrap();
    assert!(copy.starts_with(b"age-encryption.org/v1"));
    let key = std::fs::read(place.path("vigie.key")).unwrap();
    // Long enough that chance does not write one into the sealed copy.
    for secret in [key.as_slice(), b"delivery", b"C-0001", b"journal"] {
        assert!(!copy.windows(secret.len()).any(|window| window == secret));
    }
    let before: usize = place.copies().iter().sum();
    place.database = back.to_owned();
    let printed = place.does(&["restore", "copy.age"]).await;
    assert!(printed.contains("given up and never sent"), "{printed}");
    let again = place.is_refused(&["restore", "copy.age"]).await;
    assert!(again.contains("not empty"), "{again}");

    let running = place.start();
    place.arrives(7_100_900_000, "/start fr-hopital");
    place.until_sent("Hôpital", 1).await;
    place.until_sent("remise depuis une copie", 1).await;
    assert!(place.desk_reads("remise depuis une copie"));
    running.stopped().await;
    assert_eq!(place.copies().iter().sum::<usize>(), before, "nobody is told again");
    assert_eq!(place.journal("restored").await.len(), 1);
    assert!(place.does(&["journal", "verify"]).await.contains("sound"));
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_40_a_backup_made_in_mid_broadcast_and_restored_never_broadcasts_again() {
    let mut place = Place::new().await;
    let back = format!("sqlite://{}", place.path("back.db").display());
    fault_40_on(&mut place, &back).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_40_the_same_from_one_server_to_another() {
    let Some(cluster) = Cluster::start() else { return };
    let mut place = Place::new().await;
    place.database = cluster.database("before");
    let back = cluster.database("after");
    fault_40_on(&mut place, &back).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_opens_only_with_what_it_was_made_for() {
    let mut place = Place::new().await;
    place.does(&["invite", "--role", "observer"]).await;
    std::fs::write(place.path("words"), "a long enough passphrase\n").unwrap();
    place.does(&["backup", "a.age"]).await;
    place.does(&["backup", "b.age", "--passphrase-file", "words"]).await;
    let why = place.is_refused(&["backup", "a.age"]).await;
    assert!(why.contains("exists already"), "{why}");
    let why = place.is_refused(&["backup", "c.age", "--recipient", "age1nobody"]).await;
    assert!(why.contains("is not an age recipient"), "{why}");
    assert!(!Path::new(&place.path("c.age.part")).exists());

    place.database = format!("sqlite://{}", place.path("back.db").display());
    let why = place.is_refused(&["restore", "b.age"]).await;
    assert!(why.contains("does not open"), "{why}");
    // Cut anywhere, it is refused, and the place stays empty.
    let whole = std::fs::read(place.path("b.age")).unwrap();
    std::fs::write(place.path("cut.age"), &whole[..whole.len() - 50]).unwrap();
    place.is_refused(&["restore", "cut.age", "--passphrase-file", "words"]).await;
    std::fs::rename(place.path("vigie.key"), place.path("away.key")).unwrap();
    let why = place.is_refused(&["restore", "b.age", "--passphrase-file", "words"]).await;
    assert!(why.contains("put the key of that database back"), "{why}");
    assert!(!place.path("vigie.key").exists(), "no new key is made");
    std::fs::rename(place.path("away.key"), place.path("vigie.key")).unwrap();
    place.does(&["restore", "b.age", "--passphrase-file", "words"]).await;
    assert_eq!(place.journal("invited").await.len(), 1);
}
