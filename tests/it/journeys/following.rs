//! Who goes after the convoy, and what the desk decides.
use vigie::domain::alert::AlertKind::{AtSite, Elsewhere};

use crate::world::World;

async fn a_card() -> World {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.observer("karim").await;
    calais.coordinator("yusuf").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    for name in ["amina", "karim", "yusuf"] {
        calais.phone(name).has_read();
    }
    calais
}

#[tokio::test]
async fn i_follow_i_am_there_is_shown_on_everybodys_card_in_place() {
    let mut calais = a_card().await;
    calais.phone("amina").taps("go|*|10").await;
    calais.phone("karim").finds("n° 1").edited().saying("BMX");
    calais.phone("yusuf").finds("n° 1").edited();
    calais.minutes_pass(8).await;
    calais.phone("amina").taps("go|*|there").await;
    calais.phone("karim").finds("n° 1").edited();
    let steps: Vec<String> = calais
        .journal("follow")
        .await
        .iter()
        .map(|s| s["step"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(steps, ["going", "there"]);
    calais.minutes_pass(18).await;
    assert_eq!(calais.journal("nobody_follows").await.len(), 0);
    calais.end().await;
}

#[tokio::test]
async fn after_10_minutes_without_anyone_the_card_rings_again_and_at_20_the_desk() {
    let mut calais = a_card().await;
    calais.minutes_pass(9).await;
    calais.phone("karim").expect_nothing_more();
    calais.minutes_pass(2).await;
    calais.phone("karim").finds("BMX").ringing();
    calais.phone("karim").expect_nothing_more();
    calais.phone("yusuf").has_read();
    calais.minutes_pass(10).await;
    calais.phone("karim").expect_nothing_more();
    calais.phone("yusuf").finds("BMX").ringing();
    assert_eq!(calais.journal("nobody_follows").await.len(), 2);
    calais.end().await;
}

#[tokio::test]
async fn nobody_could_follow_ends_in_the_journal_as_such() {
    let mut calais = a_card().await;
    calais.phone("karim").taps("go|*|cant").await;
    calais.minutes_pass(45).await;
    calais.phone("yusuf").taps("end|*").await;
    calais.phone("yusuf").taps("end!|*").await;
    assert_eq!(calais.journal("nobody_could_follow").await.len(), 1);
    assert_eq!(calais.journal("follow_closed").await.len(), 0);
    calais.end().await;
}

#[tokio::test]
async fn whoever_follows_and_loses_it_has_told_the_team_that_it_is_lost() {
    let mut calais = a_card().await;
    calais.resident("nour", "fa-bmx").await;
    calais.phone("nour").has_read();
    calais.phone("amina").taps("go|*|there").await;
    calais.minutes_pass(5).await;
    calais.phone("karim").has_read();
    calais.phone("amina").taps("go|*|lost").await;
    let last = calais.journal("sighting").await.pop().unwrap();
    assert_eq!(last["phase"], "lost");
    calais.phone("karim").finds("BMX").ringing();
    calais.phone("nour").expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn handing_over_rings_at_once_for_somebody_else() {
    let mut calais = a_card().await;
    calais.phone("amina").taps("go|*|there").await;
    calais.minutes_pass(15).await;
    calais.phone("karim").has_read();
    calais.phone("amina").taps("go|*|over").await;
    calais.phone("karim").finds("BMX").ringing();
    calais.phone("karim").taps("go|*|5").await;
    calais.phone("amina").finds("n° 2").edited();
    calais.minutes_pass(25).await;
    let steps = calais.journal("follow").await;
    assert_eq!(steps.len(), 3);
    calais.end().await;
}

#[tokio::test]
async fn convoys_posts_the_open_cards_again_and_says_when_there_are_none() {
    let mut calais = a_card().await;
    calais.phone("karim").says("/convoys").await;
    calais.phone("karim").finds("BMX");
    calais.phone("yusuf").taps("end|*").await;
    calais.phone("yusuf").taps("end!|*").await;
    calais.phone("karim").has_read();
    calais.phone("karim").says("/convoys").await;
    calais.phone("karim").expect_say("fr", &vigie::speech::say::Say::NoConvoys);
    calais.end().await;
}

#[tokio::test]
async fn two_sites_far_apart_within_ten_minutes_ask_the_desk_whether_it_split_and_both_ring() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.observer("karim").await;
    calais.coordinator("yusuf").await;
    calais.resident("nour", "fa-bmx").await;
    calais.resident("rojan", "ar-terre-et-eaux").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite).ringing();
    calais.phone("rojan").expect(Elsewhere).quiet();
    calais.minutes_pass(2).await;
    calais.phone("karim").says("Terre et Eaux 8 fourgons CRS").await;
    calais.phone("rojan").expect(AtSite).ringing();
    assert!(calais.phone("yusuf").offers("same|*") && calais.phone("yusuf").offers("other|*"));
    calais.phone("yusuf").taps("other|*").await;
    assert_eq!(calais.journal("ruling").await[0]["decides"], "not_same");
    calais.is_relaxed("nour");
    calais.is_relaxed("rojan");
    calais.end().await;
}

#[tokio::test]
async fn both_zones_have_their_own_convoys_on_one_morning() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.observer("karim").await;
    calais.resident("nour", "fa-bmx").await;
    calais.resident("haben", "ti-loon-plage").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.minutes_pass(1).await;
    calais.phone("karim").says("Loon-Plage 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite).ringing().saying("C-0001").expect_nothing_more();
    calais.phone("haben").expect(AtSite).ringing().saying("C-0002").expect_nothing_more();
    calais.end().await;
}
