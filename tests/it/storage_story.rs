//! The storage story: every function of storage, on both engines, told as sentences. On SQLite each
//! chapter is a test of its own; on PostgreSQL all run in one private cluster, which needs Debian's
//! `postgresql` package. Without it a line says that half was skipped, unless
//! `VIGIE_TEST_REQUIRE_POSTGRES=1` asks for a failure.
mod bench;
mod broadcasts;
mod channels;
mod deliveries;
mod files;
mod people;
pub mod postgres;
mod records;
mod sharing;
mod slow;
mod standing;
mod whole;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretBox;
use vigie::domain::alert::{
    Alert, AlertKind, AlertText, Audience, Confidence, Mode, Thread, Urgency,
};
use vigie::domain::id::{AlertId, ConvoyId, Entropy, LetterId};
use vigie::domain::lang::Lang;
use vigie::domain::person::{Chat, Person, Role};
use vigie::domain::site::{SiteCode, Zone};
use vigie::storage::{Claimed, Store, Tx};
use vigie::vault::Vault;

/// Randomness that differs at every call and is the same in every run.
#[derive(Default)]
pub struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let n = self.0.fetch_add(1, Ordering::Relaxed);
        let mut stream = blake3::Hasher::new().update(&n.to_le_bytes()).finalize_xof();
        stream.fill(bytes);
    }
}

pub fn vault() -> Vault {
    Vault::from_key(&SecretBox::new(Box::new([7; 32])))
}

/// A store that opened, or a panic that says why not.
pub async fn open(url: &str) -> Store {
    match Store::open(url, vault(), Arc::new(Counting::default())).await {
        Ok(store) => store,
        Err(error) => panic!("{url}: {error}"),
    }
}

/// 17 November 2025, 07:05 UTC (08:05 in Paris), and so many minutes.
pub fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_763_363_100, 0).unwrap() + TimeDelta::minutes(minutes)
}
pub fn site(code: &str) -> SiteCode {
    code.parse().unwrap()
}
pub fn calais() -> Zone {
    "calais".parse().unwrap()
}
pub fn lang(code: &str) -> Lang {
    code.parse().unwrap()
}
pub fn resident(chat: i64, sites: &[&str]) -> Person {
    Person {
        sites: sites.iter().map(|code| site(code)).collect(),
        ..Person::resident(Chat(chat), lang("fa"), at(0))
    }
}
pub fn member(chat: i64, role: Role, tag: i64) -> Person {
    Person {
        role,
        tag,
        role_until: Some(at(60 * 24 * 56)),
        ..Person::resident(Chat(chat), Lang::FR, at(0))
    }
}

/// An alert at BMX, loud, for those who watch it.
pub fn alert(thread: &str, version: i64, minutes: i64) -> Alert {
    let entropy = Counting::default();
    entropy.0.store(
        u64::from(thread.bytes().fold(7u32, |a, b| a.wrapping_mul(31) + u32::from(b))) * 1000
            + version as u64,
        Ordering::Relaxed,
    );
    Alert {
        id: AlertId::fresh(at(minutes), &entropy),
        version,
        thread: Thread(thread.to_owned()),
        zone: calais(),
        convoy: ConvoyId::from("convoy"),
        visit: None,
        audience: Audience::Site(site("bmx")),
        mode: Mode::Ring,
        urgency: Urgency::Threatened,
        reason: "at_your_site".to_owned(),
        text: AlertText {
            kind: AlertKind::AtSite,
            site: Some(site("bmx")),
            observed_at: at(minutes),
            vans: None,
            confidence: Confidence::Confirmed,
            no: 412,
            exercise: false,
        },
        decided_at: at(minutes),
        expires_at: at(minutes + 60),
    }
}

/// The zone's sites as the gazetteer would say.
pub fn sites_of_calais() -> Vec<SiteCode> {
    ["bmx", "terre-et-eaux", "hopital"].map(site).to_vec()
}

pub async fn publish(store: &Store, alert: &Alert) -> u64 {
    let mut tx = store.begin().await.unwrap();
    tx.alert_add(alert, r#"{"say":"alert"}"#).await.unwrap();
    let queued = tx.enqueue_alert(alert, &sites_of_calais()).await.unwrap();
    tx.commit().await.unwrap();
    queued
}

/// Claims as worker `w` with a lease of a minute, and commits.
pub async fn claim(store: &Store, limit: i64, minutes: i64) -> Vec<Claimed> {
    let mut tx = store.begin().await.unwrap();
    let claimed = tx.claim(limit, "w", at(minutes + 1), at(minutes)).await.unwrap();
    tx.commit().await.unwrap();
    claimed
}
pub fn letter(alert: &Alert) -> LetterId {
    LetterId::from(alert.id.as_str())
}
pub fn chats(claimed: &[Claimed]) -> Vec<i64> {
    let mut chats: Vec<i64> = claimed.iter().map(|c| c.chat.0).collect();
    chats.sort_unstable();
    chats
}
pub async fn save(tx: &mut Tx, people: &[Person]) {
    for person in people {
        tx.save_person(person).await.unwrap();
    }
}

/// Names every chapter once: a test each on SQLite, and a list for PostgreSQL.
macro_rules! story {
    ($($part:ident :: $chapter:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test]
                async fn $chapter() {
                    let directory = tempfile::tempdir().unwrap();
                    let path = directory.path().join("vigie.db");
                    let store = super::open(&format!("sqlite://{}", path.display())).await;
                    super::$part::$chapter(&store).await;
                    store.close().await;
                }
            )+
        }
        #[tokio::test(flavor = "multi_thread")]
        async fn every_chapter_on_postgres() {
            let Some(cluster) = postgres::Cluster::start() else { return };
            $(
                let store = open(&cluster.database(stringify!($chapter))).await;
                $part::$chapter(&store).await;
                store.close().await;
            )+
        }
    };
}

story! {
    people::an_update_is_kept_once_and_handled_in_the_order_of_its_chat,
    people::a_failed_update_waits_with_its_chat_and_is_at_last_set_aside,
    people::a_person_comes_back_as_saved,
    people::the_team_is_who_holds_a_role_now,
    people::a_forgotten_person_leaves_nothing,
    people::an_admin_erases_all_that_is_kept_of_somebody_and_of_nobody_else,
    whole::what_is_written_out_is_read_back_the_same,
    whole::how_far_a_database_has_come_is_known,
    people::a_chat_that_changes_its_number_keeps_its_person,
    people::an_invitation_is_taken_once,
    people::two_who_take_one_invitation_at_once_do_not_both_get_it,
    records::a_sighting_comes_back_as_told,
    records::the_link_to_a_reporter_goes_and_the_sighting_stays,
    records::a_ruling_is_taken_back_once,
    records::visits_keep_their_number_and_become_void_when_no_longer_derived,
    records::points_follows_duties_and_facts_are_kept,
    records::the_journal_is_a_chain_that_shows_every_change,
    records::entries_written_at_once_stand_one_after_another,
    records::a_transaction_that_is_dropped_leaves_nothing,
    records::a_commit_after_a_failure_is_never_silent,
    records::what_cannot_be_understood_is_named_by_table_column_and_row,
    deliveries::each_audience_is_who_it_says,
    deliveries::an_unsent_version_is_superseded_and_its_ring_is_inherited,
    deliveries::a_retraction_goes_to_those_possibly_reached_and_to_nobody_else,
    deliveries::claims_come_in_order_of_urgency_one_a_chat,
    deliveries::a_later_version_waits_until_the_one_before_is_settled,
    deliveries::a_kill_between_claim_and_settle_counts_as_a_possible_send,
    deliveries::every_end_has_its_name,
    deliveries::a_late_answer_does_not_undo_another_workers_claim,
    deliveries::an_answer_goes_to_one_chat_and_may_join_a_thread,
    deliveries::a_finished_letter_is_told_once,
    deliveries::what_is_too_old_expires_in_a_named_state,
    deliveries::stop_wins_in_the_middle_of_a_broadcast,
    deliveries::a_restored_backup_sends_nothing_of_the_old_epoch,
    deliveries::the_next_due_time_is_told,
    deliveries::two_workers_never_hold_the_same_delivery,
    deliveries::retention_turns_people_into_counts,
    broadcasts::a_broadcast_stands_as_its_rows_do,
    broadcasts::an_edit_goes_on_in_the_message_that_was_begun,
    broadcasts::a_line_goes_to_the_desk_replaces_itself_and_waits_for_answers,
    broadcasts::a_duty_is_taken_once_and_as_it_was_read,
    channels::a_channel_is_offered_adopted_once_and_comes_back_as_it_was,
    channels::a_channel_gets_one_row_for_what_it_carries_and_none_for_the_rest,
    channels::a_channel_hears_of_the_end_only_where_it_heard_of_the_beginning,
    channels::a_channel_that_ends_gets_nothing_that_was_on_its_way,
    standing::a_duty_that_is_set_already_is_not_put_off,
    standing::the_queue_is_counted_by_state_and_urgency,
    standing::whoever_watches_several_sites_is_one_subscriber,
    standing::every_commit_is_timed,
    sharing::the_living_processes_stand_in_a_table_and_one_polls,
    sharing::the_claims_of_a_dead_process_are_free_at_once_and_only_its,
    sharing::when_a_chat_was_last_written_to_is_known_to_all,
    sharing::of_two_claims_at_once_no_chat_gets_two_messages,
    sharing::who_is_being_written_to_is_not_missed_by_a_retraction_made_meanwhile,
    sharing::what_is_put_back_while_it_is_overtaken_is_not_sent_any_more,
    sharing::an_update_in_somebodys_hands_is_nobody_elses_nor_is_its_chat,
    sharing::the_first_value_of_a_fact_holds,
    sharing::who_queues_calls_the_other_processes,
}
