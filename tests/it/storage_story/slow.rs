//! A disk that takes long (FAULTS 41), made with PostgreSQL: a trigger that waits until the commit
//! makes commits of one table slow, and no others.
use std::process::Command;
use std::time::{Duration, Instant};

use vigie::domain::person::Chat;
use vigie::pulse::COMMIT_SLOW;

use super::postgres::Cluster;
use super::{at, open};

const SLOW: &str = "
    CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(0.8); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON inbox DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION wait();";

#[tokio::test(flavor = "multi_thread")]
async fn fault_41_slow_commits_are_counted_and_hold_up_nothing_else() {
    let Some(cluster) = Cluster::start() else { return };
    let url = cluster.database("slow");
    let store = open(&url).await;
    let made = Command::new("psql").args([&url, "-q", "-c", SLOW]).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let began = Instant::now();
    let keep = |id: i64| {
        let store = &store;
        async move {
            let mut tx = store.begin().await.unwrap();
            tx.inbox_put(id, Some(Chat(id)), "{}", at(0)).await.unwrap();
            tx.commit().await.unwrap();
        }
    };
    let others = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let asked = Instant::now();
        assert_eq!(store.read().await.unwrap().inbox_counts().await.unwrap().new, 0);
        let mut tx = store.begin().await.unwrap();
        tx.meta_set("quick", "1").await.unwrap();
        tx.commit().await.unwrap();
        asked.elapsed()
    };
    let (quick, ..) = tokio::join!(others, keep(1), keep(2), keep(3), keep(4));
    let all = began.elapsed();
    assert!(quick < COMMIT_SLOW, "others waited {quick:?}");
    assert!(all < Duration::from_millis(4 * 800), "they waited for one another: {all:?}");
    assert_eq!(store.pulse().commits_slow.get(), 4);
    assert!(store.pulse().is_slow());
    assert_eq!(store.read().await.unwrap().inbox_counts().await.unwrap().new, 4, "nothing is lost");
    store.close().await;
}
