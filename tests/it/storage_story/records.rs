//! Sightings, rulings, convoys, small facts and the journal.
use serde_json::json;
use vigie::domain::alert::Confidence;
use vigie::domain::convoy::{ConvoyState, Stage};
use vigie::domain::follow::{Step, Taken};
use vigie::domain::id::{ConvoyId, RulingId, SightingId, VisitId};
use vigie::domain::journal::{GENESIS, check};
use vigie::domain::person::{Chat, Role};
use vigie::domain::ruling::{Ruling, RulingKind};
use vigie::domain::sighting::{
    Crew, Phase, Qualifier, Reporter, Sighting, Source, Vans, Vehicle, VehicleCount, Via,
};
use vigie::domain::site::Point;
use vigie::storage::{ConvoyRow, Store, VisitRow};

use super::{at, calais, site};

fn sighting(id: &str, minutes: i64) -> Sighting {
    Sighting {
        id: SightingId::from(id),
        zone: calais(),
        place: site("bmx"),
        phase: Phase::OnSite,
        heading: Some(site("terre-et-eaux")),
        observed_at: at(minutes),
        received_at: at(minutes + 1),
        reporter: Reporter {
            role: Role::Observer,
            pseudonym: Some("p1".to_owned()),
            forward_of: Some("f1".to_owned()),
        },
        vans: Some(Vans { low: 11, high: Some(12) }),
        vehicles: vec![VehicleCount {
            crew: Crew::Crs,
            vehicle: Vehicle::Van,
            count: Some(11),
            at_most: Some(12),
            qualifier: Qualifier::AtLeast,
        }],
        source: Source::ResidentCall,
        via: Via::Text,
        withdrawn_at: None,
    }
}

pub async fn a_sighting_comes_back_as_told(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    let told = sighting("b", 5);
    let bare = Sighting { heading: None, vans: None, vehicles: Vec::new(), ..sighting("a", 5) };
    let elsewhere = Sighting { zone: "dunkerque".parse().unwrap(), ..sighting("c", 5) };
    let words = "'); DROP TABLE sighting; -- <b>\u{0}🚐 ፖሊስ";
    tx.sighting_add(&told, Some(words)).await.unwrap();
    tx.sighting_add(&bare, None).await.unwrap();
    tx.sighting_add(&sighting("d", 2), None).await.unwrap();
    tx.sighting_add(&elsewhere, None).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert!(tx.sighting_add(&told, None).await.is_err(), "never changed");
    drop(tx);
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.sighting(&told.id).await.unwrap(), Some(told.clone()));
    assert_eq!(tx.sighting_text(&told.id).await.unwrap().as_deref(), Some(words));
    assert_eq!(tx.sighting_text(&bare.id).await.unwrap(), None);
    assert_eq!(tx.sighting(&SightingId::from("no")).await.unwrap(), None);
    let since = tx.sightings_since(&calais(), at(5)).await.unwrap();
    assert_eq!(since, [bare.clone(), told.clone()], "by time, then identifier");
    assert_eq!(tx.sightings_since(&calais(), at(0)).await.unwrap().len(), 3);
    assert_eq!(tx.sightings_by("p1", at(4)).await.unwrap(), 3);
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    assert!(tx.sighting_withdraw(&told.id, at(6)).await.unwrap());
    assert!(!tx.sighting_withdraw(&told.id, at(7)).await.unwrap());
    let marked = tx.sightings_since(&calais(), at(5)).await.unwrap();
    assert_eq!(marked[1].withdrawn_at, Some(at(6)), "marked, not gone");
    tx.commit().await.unwrap();
}

pub async fn the_link_to_a_reporter_goes_and_the_sighting_stays(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    tx.sighting_add(&sighting("old", 0), Some("said")).await.unwrap();
    tx.sighting_add(&sighting("new", 10), Some("said")).await.unwrap();
    assert_eq!(tx.forget_reporters_before(at(5)).await.unwrap(), 1);
    assert_eq!(tx.forget_reporters_before(at(5)).await.unwrap(), 0);
    let old = tx.sighting(&SightingId::from("old")).await.unwrap().unwrap();
    assert_eq!((old.reporter.pseudonym, old.reporter.forward_of), (None, None));
    assert_eq!(old.reporter.role, Role::Observer);
    assert_eq!(tx.sighting_text(&old.id).await.unwrap(), None);
    let new = tx.sighting(&SightingId::from("new")).await.unwrap().unwrap();
    assert_eq!(new.reporter.pseudonym.as_deref(), Some("p1"));
    tx.commit().await.unwrap();
}

pub async fn a_ruling_is_taken_back_once(store: &Store) {
    let ruling = Ruling {
        id: RulingId::from("r1"),
        zone: calais(),
        kind: RulingKind::NotSame,
        sighting: Some(SightingId::from("s")),
        convoy: None,
        visit: Some(VisitId::from("v")),
        role: Role::Coordinator,
        tag: 2,
        at: at(3),
        undone_at: None,
    };
    let mut tx = store.begin().await.unwrap();
    tx.ruling_add(&ruling).await.unwrap();
    let kept = tx.rulings_since(&calais(), at(3)).await.unwrap();
    assert_eq!(kept, std::slice::from_ref(&ruling));
    assert!(tx.rulings_since(&calais(), at(4)).await.unwrap().is_empty());
    assert!(tx.ruling_undo(&ruling.id, at(4)).await.unwrap());
    assert!(!tx.ruling_undo(&ruling.id, at(5)).await.unwrap());
    let kept = tx.rulings_since(&calais(), at(0)).await.unwrap();
    assert_eq!(kept[0].undone_at, Some(at(4)));
    for (n, kind) in [
        RulingKind::Same,
        RulingKind::Confirm,
        RulingKind::NotTrue,
        RulingKind::Ended,
        RulingKind::Retract,
    ]
    .into_iter()
    .enumerate()
    {
        let id = RulingId::from(format!("k{n}"));
        let one = Ruling { id, kind, at: at(9), ..ruling.clone() };
        tx.ruling_add(&one).await.unwrap();
        let kept = tx.rulings_since(&calais(), at(9)).await.unwrap();
        assert_eq!(kept.last().map(|r| r.kind), Some(kind), "its code is read back");
    }
    tx.commit().await.unwrap();
}

pub async fn visits_keep_their_number_and_become_void_when_no_longer_derived(store: &Store) {
    let convoy = |id: &str, state| ConvoyRow {
        id: ConvoyId::from(id),
        zone: calais(),
        state,
        opened_at: at(0),
        last_at: at(5),
        parent: None,
    };
    let visit = |id: &str, stage| VisitRow {
        id: VisitId::from(id),
        convoy: ConvoyId::from("c1"),
        site: site("bmx"),
        stage,
        from: at(1),
        until: None,
        confidence: Confidence::OneContact,
    };
    let mut tx = store.begin().await.unwrap();
    for state in [
        ConvoyState::Forming,
        ConvoyState::Moving,
        ConvoyState::OnSite,
        ConvoyState::Gone,
        ConvoyState::Lost,
        ConvoyState::FoundAgain,
        ConvoyState::Ended,
    ] {
        tx.save_convoy(&convoy("c1", state)).await.unwrap();
    }
    tx.save_convoy(&convoy("c2", ConvoyState::Moving)).await.unwrap();
    assert_eq!(tx.save_visit(&visit("v1", Stage::Coming)).await.unwrap(), 1);
    assert_eq!(tx.save_visit(&visit("v2", Stage::Passing)).await.unwrap(), 2);
    let left = VisitRow { until: Some(at(9)), ..visit("v1", Stage::Left) };
    assert_eq!(tx.save_visit(&left).await.unwrap(), 1, "the number stays");
    let standing = tx.visits_since(&calais(), at(0)).await.unwrap();
    assert_eq!(standing, [(1, left.clone()), (2, visit("v2", Stage::Passing))]);
    let keep = [VisitId::from("v1")];
    assert_eq!(tx.void_visits_not_in(&calais(), at(0), &keep).await.unwrap(), 1);
    assert_eq!(tx.void_visits_not_in(&calais(), at(0), &keep).await.unwrap(), 0);
    assert_eq!(tx.visits_since(&calais(), at(0)).await.unwrap(), [(1, left)]);
    let other_zone = "dunkerque".parse().unwrap();
    assert_eq!(tx.void_visits_not_in(&other_zone, at(0), &[]).await.unwrap(), 0);
    assert_eq!(
        tx.void_visits_not_in(&calais(), at(2), &[]).await.unwrap(),
        0,
        "too early to judge"
    );
    let again = tx.save_visit(&visit("v2", Stage::Present)).await.unwrap();
    assert_eq!(again, 2, "derived again, it stands again, under its number");
    assert_eq!(tx.visits_since(&calais(), at(0)).await.unwrap().len(), 2);
    let kept = [ConvoyId::from("c1")];
    assert_eq!(tx.void_convoys_not_in(&calais(), at(0), &kept).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

pub async fn points_follows_duties_and_facts_are_kept(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    let point = Point { lat: 50.951_234_567, lon: -1.858_7 };
    tx.point_set(&site("bmx"), Point { lat: 1.0, lon: 2.0 }, at(0)).await.unwrap();
    tx.point_set(&site("bmx"), point, at(1)).await.unwrap();
    assert_eq!(tx.points().await.unwrap(), [(site("bmx"), point)]);

    let convoy = ConvoyId::from("c");
    let steps =
        [Step::Going { eta: at(10) }, Step::There, Step::LostIt, Step::HandedOver, Step::Cannot];
    let taken: Vec<Taken> = steps
        .into_iter()
        .enumerate()
        .map(|(n, step)| Taken { tag: n as i64, step, at: at(n as i64) })
        .collect();
    for one in &taken {
        tx.follow_add(&convoy, Role::Observer, one).await.unwrap();
    }
    assert_eq!(tx.follows(&convoy).await.unwrap(), taken);

    assert_eq!(tx.next_duty().await.unwrap(), None);
    tx.duty_set("nobody_follows", "c", at(10)).await.unwrap();
    tx.duty_set("nobody_follows", "c", at(12)).await.unwrap();
    tx.duty_set("hold", "v", at(11)).await.unwrap();
    assert_eq!(tx.next_duty().await.unwrap(), Some(at(11)));
    assert!(tx.duties_due(at(10), 9).await.unwrap().is_empty());
    let due = tx.duties_due(at(12), 9).await.unwrap();
    assert_eq!((due.len(), due[0].kind.as_str(), due[1].due_at), (2, "hold", at(12)));
    assert!(tx.duty_clear("hold", "v").await.unwrap());
    assert!(!tx.duty_clear("hold", "v").await.unwrap(), "somebody else did it");

    assert_eq!(tx.meta_get("x").await.unwrap(), None);
    tx.meta_set("x", "1").await.unwrap();
    tx.meta_set("x", "2").await.unwrap();
    assert_eq!(tx.meta_get("x").await.unwrap().as_deref(), Some("2"));
    assert_eq!(tx.next_thread_no().await.unwrap(), 1);
    assert_eq!(tx.next_thread_no().await.unwrap(), 2);
    tx.lock_zone(&calais()).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn the_journal_is_a_chain_that_shows_every_change(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.journal_head().await.unwrap(), (0, GENESIS));
    for n in 1..=5 {
        let seq = tx
            .journal_append("sighting", &json!({"n": n, "text": "é\u{0}🚐"}), at(n))
            .await
            .unwrap();
        assert_eq!(seq, n);
    }
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let entries = tx.journal_range(Some(at(2)), Some(at(4)), 0, 99).await.unwrap();
    assert_eq!(entries.iter().map(|e| e.seq).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(tx.journal_range(None, None, 3, 1).await.unwrap()[0].seq, 4);
    let payload: serde_json::Value =
        serde_json::from_str(entries[0].payload.as_deref().unwrap()).unwrap();
    assert_eq!(payload["kind"], "sighting");
    assert_eq!(payload["at"], "2025-11-17T07:07:00.000Z");
    assert_eq!((&payload["n"], &payload["text"]), (&json!(2), &json!("é\u{0}🚐")));
    assert!(tx.journal_erase(3).await.unwrap());
    assert!(!tx.journal_erase(3).await.unwrap());
    let links = tx.journal_links(0, 99).await.unwrap();
    assert_eq!(links[2].payload, None, "erased");
    let mut prev = GENESIS;
    for (n, link) in links.iter().enumerate() {
        prev = check(&prev, n as i64 + 1, link).unwrap();
    }
    assert_eq!(tx.journal_head().await.unwrap(), (5, prev), "and it ends where it should");
    let mut changed = links[1].clone();
    changed.payload = changed.payload.map(|p| p.replace("sighting", "nothing"));
    assert!(check(&links[0].hash, 2, &changed).is_err());
    let texts: Vec<_> = links.iter().filter_map(|l| l.nonce).collect();
    assert_eq!(texts.len(), 4);
    tx.commit().await.unwrap();
}

pub async fn entries_written_at_once_stand_one_after_another(store: &Store) {
    let write = |n: i64| async move {
        let mut tx = store.begin().await.unwrap();
        tx.journal_append("x", &json!({"n": n}), at(n)).await.unwrap();
        tx.commit().await.unwrap();
    };
    tokio::join!(write(1), write(2), write(3), write(4), write(5));
    let mut tx = store.read().await.unwrap();
    let mut prev = GENESIS;
    for (n, link) in tx.journal_links(0, 9).await.unwrap().iter().enumerate() {
        prev = check(&prev, n as i64 + 1, link).unwrap();
    }
    assert_eq!(tx.journal_head().await.unwrap(), (5, prev));
}

pub async fn a_transaction_that_is_dropped_leaves_nothing(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    tx.inbox_put(1, Some(Chat(1)), "x", at(0)).await.unwrap();
    tx.journal_append("x", &json!({}), at(0)).await.unwrap();
    assert_eq!(tx.next_thread_no().await.unwrap(), 1);
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.inbox_counts().await.unwrap().new, 0);
    assert_eq!(tx.journal_head().await.unwrap().0, 0);
    assert_eq!(tx.next_thread_no().await.unwrap(), 1);
    drop(tx);
    let mut tx = store.read().await.unwrap();
    let refused = tx.meta_set("x", "1").await.unwrap_err();
    assert_eq!(refused.kind(), vigie::storage::ErrorKind::ReadOnly, "a reader cannot write");
}

pub async fn a_commit_after_a_failure_is_never_silent(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    tx.meta_set("before", "1").await.unwrap();
    tx.sighting_add(&sighting("a", 0), None).await.unwrap();
    let twice = tx.sighting_add(&sighting("a", 0), None).await;
    assert!(twice.is_err());
    let committed = tx.commit().await.is_ok();
    let mut tx = store.read().await.unwrap();
    let kept = tx.meta_get("before").await.unwrap().is_some();
    assert_eq!(committed, kept, "what was called committed is kept");
}

pub async fn what_cannot_be_understood_is_named_by_table_column_and_row(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    tx.meta_set("epoch", "not a number").await.unwrap();
    let error = tx.epoch().await.unwrap_err();
    assert_eq!(error.kind(), vigie::storage::ErrorKind::Inconsistent);
    assert!(error.to_string().contains("meta.value of row epoch"), "{error}");
}
