//! People who act at the same moment, by the numbers of the fault list.
use vigie::domain::alert::AlertKind::{AtSite, Elsewhere, Retracted};
use vigie::speech::say::Say;

use crate::world::World;

async fn a_held_report() -> World {
    let mut calais = World::in_calais().await;
    calais.coordinator("yusuf").await;
    calais.coordinator("ines").await;
    calais.contact("selam", "ti").await;
    calais.resident("nour", "fa-bmx").await;
    calais.phone("selam").reports("bmx", "on_site", "some").await;
    calais.phone("yusuf").has_read();
    calais.phone("ines").has_read();
    calais
}

#[tokio::test]
async fn fault_54_two_coordinators_confirm_and_the_second_is_told_who_was_first() {
    let mut calais = a_held_report().await;
    calais.phone("yusuf").touches("yes|*");
    calais.phone("ines").touches("yes|*");
    calais.deliver_everything().await;
    calais.phone("nour").expect(AtSite).ringing().expect_nothing_more();
    assert_eq!(calais.journal("ruling").await.len(), 1);
    let (yusuf, ines) = (calais.phone("yusuf").shows(), calais.phone("ines").shows());
    let told = |shown: &str| shown.contains("Déjà décidé") || shown.contains("déjà");
    assert!(told(&yusuf) != told(&ines), "{yusuf}\n\n{ines}");
    calais.end().await;
}

#[tokio::test]
async fn fault_55_confirm_against_not_true_goes_by_the_order_of_commit() {
    let mut calais = a_held_report().await;
    calais.phone("yusuf").taps("no|*").await;
    calais.phone("ines").taps("yes|*").await;
    calais.minutes_pass(3).await;
    calais.phone("nour").expect_nothing_more();
    assert_eq!(calais.journal("ruling").await.len(), 1);
    calais.end().await;
}

#[tokio::test]
async fn fault_55_where_the_retraction_wins_nothing_of_the_warning_goes_out() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.coordinator("yusuf").await;
    calais.resident("nour", "fa-bmx").await;
    calais.resident("lina", "en-unicorn").await;
    calais.sender_rests();
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    let visit = calais
        .journal("alert")
        .await
        .iter()
        .rev()
        .find_map(|a| a["visit"].as_str().map(str::to_owned))
        .unwrap();
    calais.phone("yusuf").forges(&format!("1|wrong!|{visit}")).await;
    calais.sender_wakes().await;
    calais.phone("nour").expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn fault_56_two_observers_take_one_convoy_and_both_stand_on_the_card() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.observer("karim").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("amina").touches("go|*|5");
    calais.phone("karim").touches("go|*|10");
    calais.deliver_everything().await;
    assert_eq!(calais.journal("follow").await.len(), 2);
    let card = calais.phone("amina").shows();
    assert!(card.contains("n° 2"), "{card}");
    calais.end().await;
}

#[tokio::test]
async fn fault_57_a_follower_who_falls_silent_is_asked_and_then_the_card_opens_again() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.observer("karim").await;
    calais.coordinator("yusuf").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("karim").taps("go|*|5").await;
    for name in ["amina", "karim", "yusuf"] {
        calais.phone(name).has_read();
    }
    calais.minutes_pass(19).await;
    assert!(
        calais.journal("asked_all_well").await.is_empty(),
        "a quarter of an hour is not silence"
    );
    calais.minutes_pass(2).await;
    assert_eq!(calais.journal("asked_all_well").await.len(), 1);
    assert_eq!(calais.phone("karim").count(), 1, "the follower alone is asked");
    assert_eq!(calais.phone("amina").count(), 0);
    calais.minutes_pass(11).await;
    let steps = calais.journal("follow").await;
    assert!(steps.last().unwrap().to_string().contains("silent"), "{steps:?}");
    assert!(calais.phone("amina").count() > 0, "the card rings again for the others");
    calais.end().await;
}

#[tokio::test]
async fn fault_57_a_follower_who_answers_or_reports_goes_on_following() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.observer("karim").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("karim").taps("go|*|5").await;
    calais.minutes_pass(15).await;
    calais.phone("karim").says("BMX 12 fourgons CRS").await;
    calais.minutes_pass(15).await;
    assert!(calais.journal("asked_all_well").await.is_empty(), "a report is a word from them");
    calais.minutes_pass(12).await;
    assert_eq!(calais.journal("asked_all_well").await.len(), 1);
    calais.phone("karim").taps("go|*|there").await;
    calais.minutes_pass(12).await;
    assert_eq!(calais.journal("follow").await.len(), 2, "going, there, and nobody gave up");
    calais.end().await;
}

#[tokio::test]
async fn fault_58_59_a_language_changed_and_a_stop_in_mid_broadcast_are_in_the_journeys() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.crowd("ti-bmx", 12).await;
    calais.sender_rests();
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.a_few_are_sent().await;
    for n in 0..12 {
        calais.phone(&format!("ti-bmx {n}")).types("/stop");
    }
    calais.take_in().await;
    calais.sender_wakes().await;
    let mut warned = 0;
    for n in 0..12 {
        let name = format!("ti-bmx {n}");
        let shown = calais.phone(&name).shows();
        warned += usize::from(shown.contains("C-0001"));
        calais.phone(&name).finds(first_words(&Say::Stopped).as_str());
        assert_eq!(calais.person(&name).await, None);
    }
    assert!(warned < 12, "the stop came before the rest was sent");
    calais.end().await;
}

/// The first words of something in Tigrinya.
fn first_words(say: &Say) -> String {
    use vigie::speech::{Scene, say::Reader};
    let gazetteer = vigie::gazetteer::built_in().unwrap();
    let scene = Scene { gazetteer: &gazetteer, phone: None };
    let reader =
        Reader { lang: "ti".parse().unwrap(), now: Default::default(), tag: 0, desk: false };
    let plain = crate::world::speech().render(say, &reader, &scene).plain();
    plain.lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn fault_61_an_old_conversation_goes_on_or_begins_again_cleanly() {
    let mut calais = World::in_calais().await;
    calais.contact("selam", "ti").await;
    calais.phone("selam").says("/report").await;
    calais.clock_is("2025-11-11 08:00").await;
    calais.restart().await;
    if !calais.phone("selam").offers("rp|bmx") {
        calais.phone("selam").taps("rz|calais").await;
    }
    calais.phone("selam").taps("rp|bmx").await;
    assert!(calais.phone("selam").offers("rw|bmx|on_site"));
    calais.end().await;
}

#[tokio::test]
async fn fault_62_two_sites_ten_minutes_apart_are_never_one_visit_and_a_wrong_merge_is_split() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.observer("karim").await;
    calais.coordinator("yusuf").await;
    calais.resident("nour", "fa-bmx").await;
    calais.resident("lina", "en-unicorn").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite).ringing();
    calais.phone("lina").expect(Elsewhere);
    calais.minutes_pass(10).await;
    calais.phone("karim").says("Unicorn 10 fourgons CRS").await;
    calais.phone("lina").expect(AtSite).ringing();
    let visits = |told: &[serde_json::Value]| {
        let mut visits: Vec<_> =
            told.iter().filter(|a| a["tells"] == "at_site").map(|a| a["visit"].clone()).collect();
        visits.dedup();
        visits.len()
    };
    assert_eq!(visits(&calais.journal("alert").await), 2);
    calais.is_relaxed("nour");
    calais.is_relaxed("lina");
    let question = calais.phone("yusuf").offers("other|*");
    assert!(question, "the desk can say that it is not the same");
    calais.phone("yusuf").taps("other|*").await;
    assert_eq!(calais.journal("ruling").await[0]["decides"], "not_same");
    calais.end().await;
}

#[tokio::test]
async fn fault_63_a_role_that_ends_between_the_tap_and_its_handling_is_judged_when_it_is_handled() {
    let mut calais = World::in_calais().await;
    calais.coordinator("yusuf").await;
    calais.clock_is("2026-01-05 07:50").await;
    calais.observer("amina").await;
    calais.resident("nour", "fa-bmx").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.phone("yusuf").taps("wrong|*").await;
    calais.phone("yusuf").touches("wrong!|*");
    calais.clock_jumps_to("2026-01-05 08:30");
    calais.deliver_everything().await;
    assert_eq!(calais.journal("ruling").await.len(), 0);
    let _ = Retracted;
    calais.phone("nour").expect_nothing_more();
    calais.end().await;
}
