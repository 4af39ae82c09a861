//! What the team is told of the machine itself: the self-test, absences of Telegram, a wrong clock.
use std::sync::Arc;

use chrono::TimeDelta;
use vigie::coordination::{CUT_OFF_TOLD_AFTER, House, in_touch};
use vigie::domain::alert::AlertKind::{AtSite, Left, Retracted};
use vigie::domain::skew::Trust;
use vigie::gazetteer::built_in;
use vigie::vault::SystemEntropy;

use crate::world::{World, unmarked};

/// What the timers do twice a minute.
async fn looks_after_itself(calais: &mut World) {
    let house =
        House { gazetteer: Arc::new(built_in().unwrap()), entropy: Arc::new(SystemEntropy) };
    let store = calais.store();
    in_touch(&store, &house, calais.clock.now()).await.unwrap();
    calais.deliver_everything().await;
}

/// A minute goes by.
async fn a_minute(calais: &mut World) {
    calais.seconds_pass(60).await;
    looks_after_itself(calais).await;
}

// ── The self-test ───────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn at_quarter_past_five_the_desk_is_told_quietly_how_the_machine_is() {
    let mut calais = World::at("2025-11-10 05:05").await;
    calais.observer("amina").await;
    calais.coordinator("yusuf").await;
    calais.resident("nour", "fa-bmx").await;
    calais.resident("lina", "fa-unicorn").await;
    calais.minutes_pass(9).await;
    calais.phone("yusuf").finds_no("Auto-test");
    calais.minutes_pass(2).await;
    let told = calais.everything_told("yusuf").pop().unwrap();
    for line in [
        "Auto-test de 05:15 : tout fonctionne.",
        "l'écriture fonctionne",
        "Telegram a répondu il y a 0 s",
        "Aucun message n'attend",
        "Écart entre l'horloge et celle de Telegram : 0 s",
        "Personnes abonnées : 2",
        "fa, ti, ps, ar",
    ] {
        let text = unmarked(&told.text);
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(told.silent);
    calais.phone("amina").finds_no("Auto-test");
    assert_eq!(calais.journal("self_test").await.len(), 1);
    calais.end().await;
}

#[tokio::test]
async fn fault_32_over_both_dst_nights_there_is_one_self_test_a_morning() {
    for (evening, mornings) in [
        ("2026-03-27 22:00", ["2026-03-28", "2026-03-29", "2026-03-30"]),
        ("2026-10-23 22:00", ["2026-10-24", "2026-10-25", "2026-10-26"]),
    ] {
        let mut calais = World::at(evening).await;
        calais.coordinator("yusuf").await;
        for (index, morning) in mornings.iter().enumerate() {
            calais.clock_is(&format!("{morning} 05:14")).await;
            assert_eq!(calais.journal("self_test").await.len(), index, "{morning}");
            calais.clock_is(&format!("{morning} 05:16")).await;
            calais.restart().await;
            calais.deliver_everything().await;
            assert_eq!(calais.journal("self_test").await.len(), index + 1, "{morning}");
        }
        calais.end().await;
    }
}

#[tokio::test]
async fn a_self_test_that_was_slept_through_is_made_once_at_the_next_start() {
    let mut calais = World::at("2025-11-10 22:00").await;
    calais.coordinator("yusuf").await;
    calais.shut().await;
    calais.clock_jumps_to("2025-11-13 06:00");
    calais.opens_again().await;
    calais.deliver_everything().await;
    assert_eq!(calais.journal("self_test").await.len(), 1);
    calais.end().await;
}

#[tokio::test]
async fn a_self_test_says_what_needs_a_look() {
    let mut calais = World::at("2025-11-10 05:00").await;
    calais.coordinator("yusuf").await;
    calais.telegram.skew(TimeDelta::seconds(-45));
    calais.clock_is("2025-11-10 05:16").await;
    let text = unmarked(&calais.phone("yusuf").newest().text);
    assert!(text.contains("quelque chose est à vérifier"), "{text}");
    assert!(text.contains("Écart entre l'horloge et celle de Telegram : 4"), "{text}");
    calais.end().await;
}

// ── Absences of Telegram ────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn fault_13_and_28_when_telegram_returns_the_desk_is_told_from_when_to_when_it_was_away() {
    let mut calais = World::at("2025-11-10 05:40").await;
    calais.observer("amina").await;
    calais.coordinator("yusuf").await;
    looks_after_itself(&mut calais).await;
    calais.telegram.outage(true).await;
    calais.clock_jumps_to("2025-11-10 07:45");
    calais.try_to_poll().await;
    // Nothing is said while it cannot be said.
    let house =
        House { gazetteer: Arc::new(built_in().unwrap()), entropy: Arc::new(SystemEntropy) };
    assert!(!in_touch(&calais.store(), &house, calais.clock.now()).await.unwrap());
    // Whoever starts anew in the middle of it still knows since when.
    calais.restart().await;
    calais.telegram.outage(false).await;
    calais.deliver_everything().await;
    looks_after_itself(&mut calais).await;
    calais.phone("yusuf").finds("05:40");
    let text = unmarked(&calais.phone("yusuf").newest().text);
    assert!(text.contains("coupés l'un de l'autre de 05:40 à 07:45"), "{text}");
    calais.phone("amina").finds_no("coupés");
    looks_after_itself(&mut calais).await;
    a_minute(&mut calais).await;
    assert_eq!(calais.journal("cut_off").await.len(), 1, "once");
    calais.end().await;
}

#[tokio::test]
async fn a_short_absence_is_told_to_nobody() {
    let mut calais = World::in_calais().await;
    calais.coordinator("yusuf").await;
    looks_after_itself(&mut calais).await;
    calais.telegram.outage(true).await;
    calais.clock.advance(CUT_OFF_TOLD_AFTER - TimeDelta::seconds(5));
    calais.try_to_poll().await;
    calais.telegram.outage(false).await;
    calais.deliver_everything().await;
    looks_after_itself(&mut calais).await;
    assert!(calais.journal("cut_off").await.is_empty());
    calais.end().await;
}

// ── A wrong clock ───────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn fault_31_with_a_wrong_clock_sightings_are_logged_residents_hear_nothing_and_the_team_knows()
 {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.coordinator("yusuf").await;
    calais.resident("nour", "en-bmx").await;
    calais.telegram.skew(TimeDelta::seconds(-200));
    a_minute(&mut calais).await;
    assert_eq!(calais.store().pulse().trust(), Trust::Wrong);
    for name in ["amina", "yusuf"] {
        let text = unmarked(&calais.phone(name).newest().text);
        assert!(text.contains("L'horloge de la machine est fausse de 4 min"), "{text}");
    }
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect_nothing_more();
    calais.phone("amina").finds("ne sont pas prévenu·es automatiquement");
    calais.phone("yusuf").finds("BMX");
    assert_eq!(calais.journal("sighting").await.len(), 1);
    assert_eq!(calais.journal("silence").await[0]["reason"], "clock_wrong");
    for _ in 0..3 {
        a_minute(&mut calais).await;
    }
    calais.phone("nour").expect_nothing_more();
    assert_eq!(calais.journal("clock_wrong").await.len(), 1, "once");

    // It comes back by itself, with what is still news.
    calais.telegram.skew(TimeDelta::zero());
    a_minute(&mut calais).await;
    calais.phone("nour").expect(AtSite).ringing().saying("4 minutes ago").expect_nothing_more();
    calais.phone("amina").finds("de nouveau juste");
    a_minute(&mut calais).await;
    assert_eq!(calais.journal("clock_right").await.len(), 1, "once");
    calais.end().await;
}

#[tokio::test]
async fn a_clock_that_is_off_by_a_minute_stops_nothing() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.resident("nour", "en-bmx").await;
    for skew in [-60, 60] {
        calais.telegram.skew(TimeDelta::seconds(skew));
        a_minute(&mut calais).await;
        assert_eq!(calais.store().pulse().trust(), Trust::Off);
    }
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite).expect_nothing_more();
    assert!(calais.journal("clock_wrong").await.is_empty());
    calais.end().await;
}

#[tokio::test]
async fn a_departure_waits_until_the_clock_is_right() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.resident("nour", "en-bmx").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.telegram.skew(TimeDelta::minutes(10));
    a_minute(&mut calais).await;
    calais.phone("amina").says("Le convoi a quitté BMX").await;
    calais.phone("nour").expect_nothing_more();
    calais.telegram.skew(TimeDelta::zero());
    a_minute(&mut calais).await;
    calais.phone("nour").expect(Left);
    calais.phone("nour").has_read();
    calais.end().await;
}

#[tokio::test]
async fn a_warning_is_taken_back_even_while_the_clock_is_wrong() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.resident("nour", "en-bmx").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.telegram.skew(TimeDelta::minutes(10));
    calais.seconds_pass(20).await;
    assert_eq!(calais.store().pulse().trust(), Trust::Wrong);
    calais.phone("amina").taps("undo|*").await;
    calais.phone("nour").expect(Retracted).expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn who_comes_while_the_clock_is_wrong_is_told_no_age() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.telegram.skew(TimeDelta::minutes(-10));
    a_minute(&mut calais).await;
    calais.stranger("nour").says("/start en-bmx").await;
    calais.phone("nour").expect_words("BMX");
    calais.phone("nour").expect_nothing_more();
    calais.end().await;
}
