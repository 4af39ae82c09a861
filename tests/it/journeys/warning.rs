//! How a sighting becomes a warning, and what becomes of it.
use vigie::domain::alert::AlertKind::{
    AtSite, BeReady, ComingToSite, Elsewhere, Ended, Left, Retracted,
};

use crate::world::World;

/// Amina and Karim observe, Yusuf coordinates; Nour lives at BMX, Rojan at Terre et Eaux, Haben at
/// Loon-Plage.
async fn a_morning() -> World {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.observer("karim").await;
    calais.coordinator("yusuf").await;
    calais.resident("nour", "fa-bmx").await;
    calais.resident("rojan", "ar-terre-et-eaux").await;
    calais.resident("haben", "ti-loon-plage").await;
    calais
}

#[tokio::test]
async fn the_first_sighting_of_an_observer_rings_the_site_and_quietly_tells_the_zone() {
    let mut calais = a_morning().await;
    calais.phone("amina").says("BMX 10 fourgons CRS, 2 nettoyage, 8h05").await;
    calais.phone("nour").expect(AtSite).ringing().saying("BMX").expect_nothing_more();
    calais.phone("rojan").expect(Elsewhere).quiet().saying("BMX").expect_nothing_more();
    calais.phone("haben").expect_nothing_more();
    calais.phone("amina").finds("BMX");
    assert!(calais.phone("karim").offers("go|*|10"));
    let told = calais.decided().await;
    assert!(told.contains(&("at_site".into(), "seen_by_team".into())), "{told:?}");
    calais.end().await;
}

#[tokio::test]
async fn a_sighting_of_a_contact_by_three_taps_is_held_and_after_90_seconds_told_to_that_site_as_unsure()
 {
    let mut calais = a_morning().await;
    calais.contact("selam", "ti").await;
    calais.phone("selam").reports("bmx", "on_site", "some").await;
    calais.phone("nour").expect_nothing_more();
    assert!(calais.phone("yusuf").offers("yes|*"));
    calais.seconds_pass(60).await;
    calais.phone("nour").expect_nothing_more();
    calais.seconds_pass(40).await;
    calais.phone("nour").expect(AtSite).ringing().expect_nothing_more();
    calais.phone("rojan").expect_nothing_more();
    let told = calais.decided().await;
    assert!(told.contains(&("at_site".into(), "one_contact_unsure".into())), "{told:?}");
    assert_eq!(calais.journal("held").await.len(), 1);
    calais.end().await;
}

#[tokio::test]
async fn a_second_independent_contact_releases_a_held_report_at_once() {
    let mut calais = a_morning().await;
    calais.contact("selam", "ti").await;
    calais.contact("omid", "fa").await;
    calais.phone("selam").reports("bmx", "on_site", "some").await;
    calais.phone("nour").expect_nothing_more();
    calais.phone("omid").reports("bmx", "on_site", "unknown").await;
    calais.phone("nour").expect(AtSite).ringing().expect_nothing_more();
    calais.phone("rojan").expect(Elsewhere).quiet();
    calais.end().await;
}

#[tokio::test]
async fn the_same_contact_twice_does_not_make_two_voices() {
    let mut calais = a_morning().await;
    calais.contact("selam", "ti").await;
    calais.phone("selam").reports("bmx", "on_site", "some").await;
    calais.phone("selam").reports("bmx", "on_site", "many").await;
    calais.phone("nour").expect_nothing_more();
    calais.phone("rojan").expect_nothing_more();
    calais.seconds_pass(100).await;
    calais.phone("nour").expect(AtSite).ringing();
    calais.end().await;
}

#[tokio::test]
async fn a_coordinators_confirmation_releases_a_held_report_at_once() {
    let mut calais = a_morning().await;
    calais.contact("selam", "ti").await;
    calais.phone("selam").reports("bmx", "on_site", "some").await;
    calais.phone("yusuf").taps("yes|*").await;
    calais.phone("nour").expect(AtSite).ringing().expect_nothing_more();
    calais.phone("rojan").expect(Elsewhere).quiet();
    calais.seconds_pass(100).await;
    calais.end().await;
}

#[tokio::test]
async fn not_true_keeps_a_held_report_from_residents_and_in_the_journal() {
    let mut calais = a_morning().await;
    calais.contact("selam", "ti").await;
    calais.phone("selam").reports("bmx", "on_site", "some").await;
    calais.phone("yusuf").taps("no|*").await;
    calais.minutes_pass(5).await;
    calais.phone("nour").expect_nothing_more();
    assert_eq!(calais.journal("sighting").await.len(), 1);
    assert_eq!(calais.journal("ruling").await[0]["decides"], "not_true");
    calais.end().await;
}

#[tokio::test]
async fn a_convoy_that_forms_is_be_ready_once_and_quiet_for_the_zone() {
    let mut calais = a_morning().await;
    calais.phone("amina").says("Commissariat : convoi en formation, 8 fourgons CRS").await;
    calais.phone("nour").expect(BeReady).quiet().expect_nothing_more();
    calais.phone("rojan").expect(BeReady).quiet().expect_nothing_more();
    calais.minutes_pass(6).await;
    calais.phone("karim").says("Commissariat : convoi en formation, 9 fourgons CRS").await;
    calais.phone("nour").expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn a_convoy_on_its_way_rings_where_it_goes_and_again_when_it_is_there() {
    let mut calais = a_morning().await;
    calais.phone("amina").says("Le convoi part vers BMX, 8 fourgons CRS").await;
    calais.phone("nour").expect(ComingToSite).ringing();
    calais.phone("rojan").expect(BeReady).quiet();
    calais.minutes_pass(6).await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite).ringing();
    calais.phone("rojan").expect(Elsewhere).quiet();
    calais.end().await;
}

#[tokio::test]
async fn a_convoy_that_moved_on_rings_at_the_new_site_and_edits_elsewhere() {
    let mut calais = a_morning().await;
    calais.resident("lina", "en-unicorn").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite).ringing();
    calais.phone("rojan").expect(Elsewhere).quiet();
    calais.phone("lina").expect(Elsewhere).quiet();
    calais.minutes_pass(30).await;
    calais.phone("amina").says("Terre et Eaux 10 fourgons CRS").await;
    calais.phone("rojan").expect(AtSite).ringing().expect_nothing_more();
    calais.phone("lina").expect(Elsewhere).edited().expect_nothing_more();
    calais.is_relaxed("nour");
    calais.end().await;
}

#[tokio::test]
async fn when_it_has_left_those_who_were_warned_are_told_in_reply_that_it_may_return() {
    let mut calais = a_morning().await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.phone("rojan").expect(Elsewhere);
    calais.minutes_pass(30).await;
    calais.phone("amina").says("Le convoi a quitté BMX").await;
    calais.phone("nour").expect(Left).reply().expect_nothing_more();
    calais.phone("rojan").expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn when_it_is_lost_residents_are_told_nothing_and_the_team_is_asked_who_sees_it() {
    let mut calais = a_morning().await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.phone("rojan").expect(Elsewhere);
    calais.minutes_pass(20).await;
    calais.phone("karim").has_read();
    calais.phone("amina").says("Convoi perdu après BMX").await;
    calais.phone("nour").expect_nothing_more();
    calais.phone("rojan").expect_nothing_more();
    calais.phone("karim").finds("BMX").ringing();
    calais.end().await;
}

#[tokio::test]
async fn the_end_says_since_when_the_readers_own_site_has_been_quiet() {
    let mut calais = a_morning().await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.clock_is("2025-11-10 08:48").await;
    calais.phone("amina").says("Le convoi a quitté BMX").await;
    calais.phone("nour").expect(Left).reply();
    calais.clock_is("2025-11-10 09:31").await;
    calais.phone("amina").says("Unicorn 10 fourgons CRS").await;
    calais.is_relaxed("rojan");
    calais.phone("nour").expect(Elsewhere);
    calais.phone("yusuf").taps("end|*").await;
    calais.phone("yusuf").taps("end!|*").await;
    calais.phone("nour").expect(Ended).reply().saying("08:48").without("09:31");
    calais.end().await;
}

#[tokio::test]
async fn an_ended_operation_is_told_in_reply_to_all_who_may_have_been_told() {
    let mut calais = a_morning().await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.phone("rojan").expect(Elsewhere);
    calais.minutes_pass(40).await;
    calais.phone("yusuf").taps("end|*").await;
    calais.phone("nour").expect_nothing_more();
    calais.phone("yusuf").taps("end!|*").await;
    calais.phone("nour").expect(Ended).reply().expect_nothing_more();
    calais.phone("rojan").expect(Ended).reply().expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn a_retracted_warning_is_taken_back_from_all_who_may_have_been_told() {
    let mut calais = a_morning().await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.phone("rojan").expect(Elsewhere);
    calais.minutes_pass(3).await;
    calais.phone("yusuf").taps("wrong|*").await;
    calais.phone("nour").expect_nothing_more();
    calais.phone("yusuf").taps("wrong!|*").await;
    calais.phone("nour").expect(Retracted).reply().expect_nothing_more();
    calais.phone("rojan").expect(Retracted).reply().expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn a_report_taken_back_within_60_seconds_is_taken_back_from_those_who_were_told() {
    let mut calais = a_morning().await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.phone("rojan").expect(Elsewhere);
    calais.seconds_pass(20).await;
    calais.phone("amina").taps("undo|*").await;
    calais.phone("nour").expect(Retracted).reply().expect_nothing_more();
    calais.phone("rojan").expect(Retracted).reply().expect_nothing_more();
    assert_eq!(calais.journal("undo").await.len(), 1);
    calais.end().await;
}

#[tokio::test]
async fn a_visit_whose_only_report_is_taken_back_is_counted_no_more() {
    let mut calais = a_morning().await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    assert_eq!(visits(&calais).await, ["bmx"]);
    calais.phone("amina").taps("undo|*").await;
    assert!(visits(&calais).await.is_empty());
    calais.phone("amina").says("BMX 8 fourgons CRS").await;
    assert_eq!(visits(&calais).await, ["bmx"]);
    for name in ["nour", "rojan"] {
        calais.is_relaxed(name);
    }
    calais.end().await;
}

/// The sites of the visits that stand in the books.
async fn visits(calais: &World) -> Vec<String> {
    let store = calais.store();
    let mut tx = store.read().await.unwrap();
    let zone = "calais".parse().unwrap();
    let rows = tx.visits_since(&zone, chrono::DateTime::UNIX_EPOCH).await.unwrap();
    rows.into_iter().map(|(_, visit)| visit.site.to_string()).collect()
}

#[tokio::test]
async fn a_report_cannot_be_taken_back_after_a_minute_by_a_tap() {
    let mut calais = a_morning().await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.phone("rojan").expect(Elsewhere);
    calais.seconds_pass(75).await;
    calais.phone("amina").has_read();
    calais.phone("amina").taps("undo|*").await;
    calais.phone("amina").expect_say("fr", &vigie::speech::say::Say::UndoTooLate);
    calais.phone("nour").expect_nothing_more();
    assert_eq!(calais.journal("undo").await.len(), 0);
    calais.end().await;
}

#[tokio::test]
async fn a_corrected_place_warns_the_right_site_and_takes_the_wrong_warning_back() {
    let mut calais = a_morning().await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.phone("rojan").expect(Elsewhere);
    calais.minutes_pass(2).await;
    calais.phone("amina").taps("fp|*").await;
    calais.phone("amina").taps("fp|*|terre-et-eaux").await;
    calais.phone("nour").expect(Retracted).reply();
    calais.phone("nour").expect(Elsewhere).quiet().saying("Terre et Eaux");
    calais.phone("rojan").expect(Retracted).reply();
    calais.phone("rojan").expect(AtSite).ringing();
    calais.end().await;
}

#[tokio::test]
async fn whoever_was_told_to_be_ready_and_then_of_their_own_site_hears_once_that_it_was_wrong() {
    let mut calais = a_morning().await;
    calais.phone("amina").says("Commissariat : convoi en formation, 8 fourgons CRS").await;
    calais.phone("nour").expect(BeReady);
    calais.phone("rojan").expect(BeReady);
    calais.minutes_pass(10).await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite).ringing();
    calais.phone("rojan").expect(Elsewhere).quiet();
    calais.phone("yusuf").taps("wrong|*").await;
    calais.phone("yusuf").taps("wrong!|*").await;
    calais.phone("nour").expect(Retracted).expect_nothing_more();
    calais.phone("rojan").expect(Retracted).expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn a_convoy_that_comes_back_within_the_hour_rings_again() {
    let mut calais = a_morning().await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite).ringing();
    calais.phone("rojan").expect(Elsewhere);
    calais.minutes_pass(20).await;
    calais.phone("amina").says("Le convoi a quitté BMX").await;
    calais.phone("nour").expect(Left).reply();
    calais.minutes_pass(25).await;
    calais.phone("karim").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite).ringing().expect_nothing_more();
    calais.is_relaxed("rojan");
    calais.end().await;
}

#[tokio::test]
async fn a_site_that_was_warned_by_mistake_is_warned_again_when_police_come_after_all() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.observer("binta").await;
    calais.resident("nour", "fa-bmx").await;
    calais.phone("amina").says("BMX 6 fourgons CRS").await;
    calais.phone("nour").expect(AtSite).ringing();
    calais.phone("amina").corrects_to("Virval 6 fourgons CRS").await;
    calais.phone("nour").expect(Retracted).reply();
    calais.minutes_pass(3).await;
    calais.is_relaxed("nour");
    calais.phone("nour").has_read();
    calais.phone("binta").says("BMX 6 fourgons CRS").await;
    calais.phone("nour").expect(AtSite).ringing();
    calais.end().await;
}
