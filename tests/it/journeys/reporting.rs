//! How people say what they see, and how it is put right.
use vigie::domain::alert::AlertKind::{AtSite, Elsewhere, Retracted};
use vigie::domain::person::Role;
use vigie::rehearsal::telegram::Other;
use vigie::speech::say::Say;

use crate::world::World;

/// A point in Calais, of nothing in particular, and one some 300 m from it.
const POINT: (f64, f64) = (50.9600, 1.8700);
const NEAR: (f64, f64) = (50.9620, 1.8730);
/// More than 400 m away, still in town.
const FAR: (f64, f64) = (50.9700, 1.8700);

#[tokio::test]
async fn a_contact_reports_in_tigrinya_by_three_taps_and_takes_it_back_by_one() {
    let mut calais = World::in_calais().await;
    calais.contact("selam", "ti").await;
    calais.phone("selam").reports("bmx", "on_site", "some").await;
    let newest = calais.phone("selam").newest();
    let ethiopic = |text: &str| text.chars().any(|c| ('\u{1200}'..='\u{137f}').contains(&c));
    assert!(ethiopic(&newest.text), "{}", newest.text);
    assert!(newest.buttons.iter().flatten().all(|b| ethiopic(&b.label)), "{:?}", newest.buttons);
    let seen = &calais.journal("sighting").await[0];
    assert_eq!((&seen["place"], &seen["phase"]), (&"bmx".into(), &"on_site".into()));
    assert_eq!(seen["vans"], serde_json::json!({ "low": 6, "high": 10 }));
    assert_eq!(seen["role"], "contact");
    calais.phone("selam").taps("undo|*").await;
    calais.phone("selam").has_read();
    assert!(ethiopic(&calais.phone("selam").newest().text));
    assert!(!calais.phone("selam").offers("undo|*"));
    assert_eq!(calais.journal("undo").await.len(), 1);
    calais.end().await;
}

#[tokio::test]
async fn an_observers_text_is_answered_with_what_was_understood() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.phone("amina").says("BMX 10 fourgons CRS, 2 nettoyage, 8h02").await;
    calais.phone("amina").finds("BMX").saying("10").saying("CRS").saying("08:02");
    let seen = &calais.journal("sighting").await[0];
    assert_eq!(seen["observed_at"], "2025-11-10T07:02:00Z");
    calais.end().await;
}

#[tokio::test]
async fn a_text_without_a_place_asks_which_and_the_tap_completes_it() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.resident("nour", "fa-bmx").await;
    calais.phone("amina").says("10 fourgons CRS sont là").await;
    assert_eq!(calais.journal("sighting").await.len(), 0);
    calais.phone("amina").taps("report").await;
    if !calais.phone("amina").offers("rp|bmx") {
        calais.phone("amina").taps("rz|calais").await;
    }
    calais.is_relaxed("nour");
    calais.phone("amina").taps("rp|bmx").await;
    if calais.journal("sighting").await.is_empty() {
        calais.phone("amina").taps("rw|bmx|on_site").await;
        if calais.phone("amina").offers("rv|bmx|on_site|many") {
            calais.phone("amina").taps("rv|bmx|on_site|many").await;
        }
    }
    assert_eq!(calais.journal("sighting").await.len(), 1);
    calais.phone("nour").expect(AtSite);
    calais.end().await;
}

#[tokio::test]
async fn a_pin_finds_its_site_within_400_metres_once_a_coordinator_has_said_where_it_is() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.coordinator("yusuf").await;
    calais.resident("nour", "fa-bmx").await;
    // No point is shipped: an observer is asked, and cannot set one.
    calais.phone("amina").sends_pin(POINT.0, POINT.1).await;
    assert!(calais.phone("amina").offers("rp|bmx") && !calais.phone("amina").offers("at|bmx"));
    calais.phone("yusuf").sends_pin(POINT.0, POINT.1).await;
    calais.phone("yusuf").taps("at|bmx").await;
    assert_eq!(calais.journal("point_set").await.len(), 1);
    // Now it is known.
    calais.phone("amina").sends_pin(NEAR.0, NEAR.1).await;
    let asked = Say::ReportWhat { place: "bmx".parse().unwrap(), role: Role::Observer };
    calais.phone("amina").finds("BMX").expect_nothing_more();
    let _ = asked;
    calais.phone("amina").taps("rw|bmx|on_site").await;
    calais.phone("amina").taps("rv|bmx|on_site|some").await;
    calais.phone("nour").expect(AtSite).ringing();
    assert_eq!(calais.journal("sighting").await[0]["via"], "pin");
    // Beyond 400 m it is asked, never guessed.
    calais.phone("amina").sends_pin(FAR.0, FAR.1).await;
    assert!(calais.phone("amina").newest().buttons.iter().flatten().count() > 5);
    assert_eq!(calais.journal("sighting").await.len(), 1);
    calais.end().await;
}

#[tokio::test]
async fn a_point_that_was_set_is_still_known_after_a_restart() {
    let mut calais = World::in_calais().await;
    calais.coordinator("yusuf").await;
    calais.phone("yusuf").sends_pin(POINT.0, POINT.1).await;
    calais.phone("yusuf").taps("at|bmx").await;
    calais.restart().await;
    calais.phone("yusuf").sends_pin(NEAR.0, NEAR.1).await;
    assert!(calais.phone("yusuf").offers("rw|bmx|on_site"));
    calais.end().await;
}

#[tokio::test]
async fn what_was_seen_is_corrected_by_its_author_within_a_quarter_of_an_hour() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.resident("nour", "fa-bmx").await;
    calais.resident("rojan", "ar-unicorn").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.phone("rojan").expect(Elsewhere);
    calais.minutes_pass(3).await;
    calais.phone("amina").taps("fw|*").await;
    calais.phone("amina").taps("fw|*|nothing").await;
    calais.phone("nour").expect(Retracted).reply();
    calais.phone("rojan").expect(Retracted).reply();
    calais.minutes_pass(20).await;
    calais.phone("amina").has_read();
    calais.phone("amina").taps("fw|*").await;
    calais.phone("amina").taps("fw|*|on_site").await;
    calais.phone("amina").finds_no("Noté");
    calais.end().await;
}

#[tokio::test]
async fn an_edited_message_is_a_correction_and_never_a_silent_overwrite() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.resident("nour", "fa-bmx").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite).ringing();
    calais.minutes_pass(2).await;
    calais.phone("amina").corrects_to("BMX 12 fourgons CRS").await;
    calais.phone("nour").expect(AtSite).edited();
    // Both stand in the journal.
    let seen = calais.journal("sighting").await;
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0]["vans"]["low"], 10);
    assert_eq!(seen[1]["vans"]["low"], 12);
    calais.end().await;
}

#[tokio::test]
async fn residents_texts_are_not_read_and_never_recorded() {
    let mut calais = World::in_calais().await;
    calais.resident("nour", "fa-bmx").await;
    calais.phone("nour").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect_say("fa", &Say::TextNotRead { role: Role::Resident });
    calais.phone("nour").sends_other(Other::Voice).await;
    calais.phone("nour").expect_say("fa", &Say::KindNotTaken { role: Role::Resident });
    assert_eq!(calais.journal("sighting").await.len(), 0);
    calais.end().await;
}
