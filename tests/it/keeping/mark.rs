//! Somebody copies an old file back, and tells nobody (FAULTS 40).
use std::path::PathBuf;

use crate::world::World;

fn mark(world: &World) -> PathBuf {
    world.file().with_extension("db.mark")
}

/// A morning in which 40 residents are about to be told.
async fn about_to_tell() -> World {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.coordinator("karim").await;
    calais.crowd("fa-bmx", 40).await;
    calais.sender_rests();
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    // The mark is written at every start; in real time every half minute too.
    calais.restart().await;
    calais
}

#[tokio::test]
async fn fault_40_an_old_file_copied_back_is_noticed_and_tells_nobody_again() {
    let mut calais = about_to_tell().await;
    calais.shut().await;
    let copy = std::fs::read(calais.file()).unwrap();
    calais.opens_again().await;
    calais.sender_wakes().await;
    for n in 0..40 {
        calais.phone(&format!("fa-bmx {n}")).has_read();
    }
    calais.phone("karim").has_read();
    calais.shut().await;

    std::fs::write(calais.file(), copy).unwrap();
    calais.opens_again().await;
    calais.deliver_everything().await;
    for n in 0..40 {
        calais.phone(&format!("fa-bmx {n}")).expect_nothing_more();
    }
    calais.phone("karim").finds("remise depuis une copie");
    let told = calais.journal("restored").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["epoch"], 1);
    assert!(told[0]["given_up"].as_i64().unwrap() >= 40, "{told:?}");

    // It is noticed once: what is decided from now on is sent, and the next start finds nothing.
    calais.restart().await;
    assert_eq!(calais.journal("restored").await.len(), 1);
    calais.minutes_pass(30).await;
    calais.phone("amina").says("Terre et Eaux 6 fourgons").await;
    calais.phone("karim").finds("Terre et Eaux");
    for n in 0..40 {
        calais.phone(&format!("fa-bmx {n}")).has_read();
    }
    calais.end().await;
}

#[tokio::test]
async fn without_a_mark_or_with_nonsense_in_it_the_start_goes_on_and_nothing_is_given_up() {
    for nonsense in [None, Some("nonsense"), Some("")] {
        let mut calais = about_to_tell().await;
        calais.shut().await;
        match nonsense {
            None => std::fs::remove_file(mark(&calais)).unwrap(),
            Some(text) => std::fs::write(mark(&calais), text).unwrap(),
        }
        calais.opens_again().await;
        calais.sender_wakes().await;
        for n in 0..40 {
            calais.phone(&format!("fa-bmx {n}")).expect_words("BMX");
        }
        assert_eq!(calais.journal("restored").await.len(), 0);
        assert!(mark(&calais).exists(), "it is made anew");
        calais.end().await;
    }
}

#[tokio::test]
async fn a_start_after_a_crash_is_no_restore() {
    let mut calais = about_to_tell().await;
    calais.restart().await;
    calais.sender_wakes().await;
    for n in 0..40 {
        calais.phone(&format!("fa-bmx {n}")).expect_words("BMX");
    }
    assert_eq!(calais.journal("restored").await.len(), 0);
    calais.end().await;
}
