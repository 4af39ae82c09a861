//! A disk that is full, a file that cannot be written, a file that is damaged, somebody who holds the
//! database (FAULTS 35 to 38).
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use vigie::rehearsal::telegram::LocalTelegram;

use super::place::{PATIENCE, Place};
use crate::storage_story::postgres::Cluster;

/// A resident who chose Farsi, and one who never wrote before.
const NOUR: i64 = 7_100_000_000;
const STRANGER: i64 = 7_100_800_000;
/// The beginnings of "call … now" in three languages, up to the number.
const CALLS: &str = "+33639980000";

/// A disk of a few megabytes, or `None`, with a line, where nothing may be mounted.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn at(path: &Path, megabytes: u32) -> Option<SmallDisk> {
        std::fs::create_dir(path).unwrap();
        let size = format!("size={megabytes}m,mode=700");
        let mut mounted = Command::new("mount");
        mounted.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(path);
        match mounted.output() {
            Ok(output) if output.status.success() => Some(SmallDisk(path.to_owned())),
            _ => {
                println!("skipped: no disk can be mounted here, so none could be filled");
                None
            }
        }
    }
    /// Fills it to the last byte.
    fn fill(&self) {
        use std::io::Write;
        let mut ballast = std::fs::File::create(self.0.join("ballast")).unwrap();
        let (mut size, chunk) = (65_536, vec![0u8; 65_536]);
        while size > 0 {
            if ballast.write_all(&chunk[..size]).is_err() {
                size /= 2;
            }
        }
    }
    fn make_room(&self) {
        std::fs::remove_file(self.0.join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// What the bot told somebody.
fn told(place: &Place, id: i64) -> Vec<String> {
    let bubbles = place.telegram.chat(id);
    bubbles.into_iter().filter(|bubble| bubble.from_bot).map(|bubble| bubble.text).collect()
}

async fn until_told(place: &Place, id: i64, words: &str) {
    let there = |_: &LocalTelegram| told(place, id).iter().any(|t| t.contains(words)).then_some(());
    let done = place.telegram.until(PATIENCE, there).await;
    assert!(done.is_some(), "{words}: {:?}; the log:\n{}", told(place, id), place.log());
}

fn times_told(place: &Place, id: i64, words: &str) -> usize {
    told(place, id).iter().filter(|text| text.contains(words)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_36_on_a_full_disk_nobody_hears_received_and_everybody_is_told_to_call() {
    let mut place = Place::new().await;
    let Some(disk) = SmallDisk::at(&place.path("disk"), 16) else { return };
    place.database = format!("sqlite://{}", place.path("disk/vigie.db").display());
    let running = place.start();
    place.crowd(1).await;
    place.team().await;
    disk.fill();

    place.alarm();
    place.telegram.say(NOUR, "/sites").unwrap();
    place.arrives(STRANGER, "/start");
    until_told(&place, NOUR, CALLS).await;
    until_told(&place, STRANGER, CALLS).await;
    place.until_sent("Vigie ne peut rien garder", 1).await;
    let strange = told(&place, STRANGER).join("\n");
    assert!(strange.contains("ne nous est pas parvenu") && strange.contains("did not reach us"));
    assert!(!told(&place, NOUR).join("\n").contains("did not reach us"), "in Farsi alone");
    assert!(place.log().contains("nothing_kept"), "{}", place.log());
    assert_eq!(place.copies(), [0], "nothing is told that is not kept");
    // The updates come again and again meanwhile; the answer does not.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(times_told(&place, STRANGER, "did not reach us"), 1);

    disk.make_room();
    place.until_everyone_has_it().await;
    running.stopped().await;
    assert_eq!(place.journal("sighting").await.len(), 1);
    assert!(place.does(&["journal", "verify"]).await.contains("sound"));
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_37_a_disk_that_cannot_be_written_is_refused_at_the_start_in_a_sentence() {
    let mut place = Place::new().await;
    let Some(disk) = SmallDisk::at(&place.path("disk"), 8) else { return };
    place.database = format!("sqlite://{}", place.path("disk/vigie.db").display());
    place.does(&["invite", "--role", "observer"]).await;
    let remounted = Command::new("mount").args(["-o", "remount,ro"]).arg(&disk.0).status().unwrap();
    assert!(remounted.success());
    let why = place.is_refused(&["run"]).await;
    assert!(why.contains("vigie.db") && why.contains("Read-only"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_38_damaged_pages_are_refused_with_the_way_out_and_the_file_left_alone() {
    let mut place = Place::new().await;
    let running = place.start();
    place.crowd(60).await;
    running.stopped().await;
    let file = place.path("vigie.db");
    let sound = std::fs::read(&file).unwrap();
    let pages = sound.len() / 4096;
    let mut refused = Vec::new();
    for page in 1..pages {
        let mut damaged = sound.clone();
        damaged[page * 4096..page * 4096 + 512].fill(0xA5);
        std::fs::write(&file, &damaged).unwrap();
        for left in ["vigie.db-wal", "vigie.db-shm"] {
            let _ = std::fs::remove_file(place.path(left));
        }
        let output = place.output(&["journal"]).await;
        if output.status.success() {
            continue;
        }
        let why = super::place::said(&output.stderr);
        assert!(why.contains("is damaged") && why.contains("deploy/RESTORE.md"), "{page}: {why}");
        let why = place.is_refused(&["run"]).await;
        assert!(why.contains("is damaged") && why.contains("deploy/RESTORE.md"), "{page}: {why}");
        assert!(std::fs::read(&file).unwrap() == damaged, "page {page}: it was left as it is");
        refused.push(page);
        if refused.len() == 5 {
            break;
        }
    }
    assert_eq!(refused.len(), 5, "of {pages} pages: {refused:?}");
    std::fs::write(&file, &sound).unwrap();
    place.start().stopped_after_start(&place).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_35_somebody_who_holds_the_database_for_seconds_loses_us_nothing() {
    let mut place = Place::new().await;
    let running = place.start();
    place.crowd(40).await;
    place.team().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.path("vigie.db"));
    let mut other = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    place.alarm();
    // Longer than a write waits for its turn.
    tokio::time::sleep(Duration::from_secs(8)).await;
    assert_eq!(place.copies().iter().sum::<usize>(), 0);
    sqlx::query("COMMIT").execute(&mut other).await.unwrap();
    place.until_everyone_has_it().await;
    running.stopped().await;
    assert_eq!(place.copies(), [1; 40], "once each");
    assert_eq!(place.journal("sighting").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_42a_postgres_that_goes_away_in_mid_broadcast_and_comes_back_loses_nobody() {
    let Some(cluster) = Cluster::start() else { return };
    let mut place = Place::new().await;
    place.database = cluster.database("away");
    let running = place.start();
    place.crowd(120).await;
    place.team().await;
    // Who is at the desk is learnt by heart at every start, and every half minute.
    running.stopped().await;
    let running = place.start();
    place.alarm();
    place.until_sent("C-0001", 30).await;
    cluster.goes_away();
    place.arrives(STRANGER, "/start fr-bmx");
    until_told(&place, STRANGER, CALLS).await;
    let strange = told(&place, STRANGER).join("\n");
    assert!(strange.contains("ne nous est pas parvenu") && strange.contains("did not reach us"));
    assert!(!strange.contains("BMX"), "nothing is said to be received");
    place.until_sent("Vigie ne peut rien garder", 1).await;
    cluster.goes_on();
    place.until_everyone_has_it().await;
    until_told(&place, STRANGER, "BMX").await;
    running.stopped().await;
    let most = place.copies().into_iter().max().unwrap();
    assert!(most <= 2, "{most} copies: only what was on its way may have gone twice");
    assert!(place.does(&["journal", "verify"]).await.contains("sound"));
    assert_eq!(place.journal("restored").await.len(), 0, "it was away, not put back");
}
