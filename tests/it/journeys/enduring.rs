//! What lasts: warnings while the program restarts, Telegram is out of reach, or news grows old.
use vigie::domain::alert::AlertKind::{self, AtSite, Elsewhere, Left};
use vigie::domain::journal::Broken;

use crate::world::World;

#[tokio::test]
async fn who_comes_during_an_open_warning_hears_it_once_and_then_what_becomes_of_it() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.minutes_pass(10).await;
    calais.stranger("nour").says("/start ti-bmx").await;
    calais.phone("nour").expect_words("BMX");
    calais.phone("nour").expect(AtSite).expect_nothing_more();
    calais.phone("nour").says("/start ti-bmx").await;
    calais.phone("nour").expect_words("BMX");
    calais.phone("nour").expect_nothing_more();
    calais.minutes_pass(20).await;
    calais.phone("amina").says("Le convoi a quitté BMX").await;
    calais.phone("nour").expect(Left).reply().expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn who_comes_when_nothing_is_open_hears_nothing_but_the_welcome() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.minutes_pass(70).await;
    calais.stranger("nour").says("/start fa-bmx").await;
    calais.phone("nour").expect_words("BMX");
    calais.phone("nour").expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn a_sighting_of_20_minutes_ago_says_so_and_one_of_70_minutes_ago_warns_nobody() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.coordinator("yusuf").await;
    calais.resident("nour", "en-bmx").await;
    calais.resident("lina", "en-unicorn").await;
    calais.phone("amina").says("BMX 10 fourgons CRS 7h45").await;
    calais.phone("nour").expect(AtSite).saying("20 minutes ago");
    calais.phone("lina").expect(Elsewhere);
    calais.phone("amina").says("Unicorn 10 fourgons CRS 6h55").await;
    calais.phone("lina").expect_nothing_more();
    assert_eq!(calais.journal("sighting").await.len(), 2);
    calais.is_relaxed("nour");
    calais.is_relaxed("lina");
    calais.end().await;
}

#[tokio::test]
async fn a_warning_that_grows_old_in_the_queue_says_so_and_beyond_an_hour_is_never_sent() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.resident("nour", "en-bmx").await;
    calais.resident("lina", "en-unicorn").await;
    calais.sender_rests();
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.clock_jumps_to("2025-11-10 08:35");
    calais.sender_wakes().await;
    calais.phone("nour").expect(AtSite).saying("30 minutes ago").expect_nothing_more();
    calais.is_relaxed("lina");
    calais.minutes_pass(1).await;
    calais.sender_rests();
    calais.phone("amina").says("Unicorn 10 fourgons CRS").await;
    calais.phone("lina").has_read();
    calais.phone("nour").has_read();
    calais.clock_jumps_to("2025-11-10 10:00");
    calais.sender_wakes().await;
    calais.phone("lina").expect_nothing_more();
    let ended = calais.journal("delivery_summary").await;
    let text = serde_json::to_string(&ended).unwrap();
    assert!(text.contains("expired"), "{text}");
    calais.end().await;
}

#[tokio::test]
async fn a_site_rings_six_times_a_day_and_then_the_desk_decides() {
    let mut calais = World::at("2025-11-10 06:00").await;
    calais.observer("amina").await;
    calais.coordinator("yusuf").await;
    calais.resident("nour", "fa-bmx").await;
    for visit in 1..=7 {
        calais.phone("yusuf").has_read();
        calais.phone("amina").says("BMX 10 fourgons CRS").await;
        let warned = calais.phone("nour").expect(AtSite);
        if visit <= 6 {
            warned.ringing().expect_nothing_more();
        } else {
            warned.quiet().expect_nothing_more();
            calais.phone("yusuf").finds("BMX");
            assert_eq!(calais.journal("ring_limit").await.len(), 1);
        }
        calais.minutes_pass(20).await;
        calais.phone("yusuf").taps("end|*").await;
        calais.phone("yusuf").taps("end!|*").await;
        calais.phone("nour").expect(AlertKind::Ended);
        calais.minutes_pass(20).await;
    }
    calais.end().await;
}

#[tokio::test]
async fn the_language_changed_in_mid_broadcast_holds_for_what_comes_after() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.resident("nour", "fa-bmx").await;
    calais.sender_rests();
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").says("/language").await;
    calais.sender_wakes().await;
    calais.phone("nour").expect(AtSite).saying("پلیس");
    calais.phone("nour").expect_words("Choose");
    calais.phone("nour").taps("lang|en").await;
    calais.phone("nour").has_read();
    calais.minutes_pass(20).await;
    calais.phone("amina").says("Le convoi a quitté BMX").await;
    calais.phone("nour").expect(Left).saying("The police left");
    calais.end().await;
}

#[tokio::test]
async fn stop_in_mid_broadcast_wins() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.resident("nour", "fa-bmx").await;
    calais.sender_rests();
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").says("/stop").await;
    calais.sender_wakes().await;
    calais.phone("nour").expect_say("fa", &vigie::speech::say::Say::Stopped).expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn a_restart_inside_a_report_by_taps_loses_no_step() {
    let mut calais = World::in_calais().await;
    calais.contact("selam", "ti").await;
    calais.phone("selam").says("/report").await;
    if !calais.phone("selam").offers("rp|bmx") {
        calais.phone("selam").taps("rz|calais").await;
    }
    calais.restart().await;
    calais.phone("selam").taps("rp|bmx").await;
    calais.restart().await;
    calais.phone("selam").taps("rw|bmx|on_site").await;
    calais.restart().await;
    calais.phone("selam").taps("rv|bmx|on_site|few").await;
    assert_eq!(calais.journal("sighting").await.len(), 1);
    // The hold survives one too.
    calais.resident("nour", "fa-bmx").await;
    calais.restart().await;
    calais.seconds_pass(100).await;
    calais.phone("nour").expect(AtSite).ringing();
    calais.end().await;
}

#[tokio::test]
async fn a_restart_in_mid_broadcast_reaches_the_rest_and_nobody_twice() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.crowd("fa-bmx", 40).await;
    calais.sender_rests();
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    let sent = calais.a_few_are_sent().await;
    assert!((1..20).contains(&sent), "{sent}");
    calais.restart().await;
    calais.sender_wakes().await;
    for n in 0..40 {
        calais.phone(&format!("fa-bmx {n}")).expect(AtSite).ringing().expect_nothing_more();
    }
    calais.end().await;
}

#[tokio::test]
async fn a_backlog_after_two_hours_is_logged_summed_up_once_and_the_open_cards_come_again() {
    let mut calais = World::at("2025-11-10 05:30").await;
    calais.observer("amina").await;
    calais.observer("karim").await;
    calais.coordinator("yusuf").await;
    calais.resident("nour", "fa-bmx").await;
    calais.resident("rojan", "ar-unicorn").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.phone("rojan").expect(Elsewhere);
    calais.clock_is("2025-11-10 05:45").await;
    calais.telegram.outage(true).await;
    for (when, text) in [
        ("2025-11-10 05:50", "BMX 11 fourgons CRS"),
        ("2025-11-10 06:10", "Le convoi a quitté BMX"),
        ("2025-11-10 06:30", "Unicorn 10 fourgons CRS"),
    ] {
        calais.clock_jumps_to(when);
        calais.phone("amina").types(text);
    }
    for name in ["amina", "karim", "yusuf"] {
        calais.phone(name).has_read();
    }
    calais.clock_jumps_to("2025-11-10 07:45");
    calais.try_to_poll().await;
    calais.telegram.outage(false).await;
    calais.deliver_everything().await;
    assert_eq!(calais.journal("sighting").await.len(), 4);
    calais.phone("nour").expect_nothing_more();
    calais.phone("rojan").expect_nothing_more();
    calais.phone("karim").finds("C-0001").ringing();
    calais.seconds_pass(40).await;
    calais.phone("yusuf").finds("📥");
    calais.minutes_pass(3).await;
    calais.phone("yusuf").finds_no("📥");
    calais.end().await;
}

#[tokio::test]
async fn the_journal_shows_a_single_changed_byte() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.journal_verifies().await;
    calais.shut().await;
    let file = calais.file();
    let mut bytes = std::fs::read(&file).unwrap();
    let (from, to) = (br#""place":"bmx""#, br#""place":"bmy""#);
    let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
    bytes[at..at + from.len()].copy_from_slice(to);
    std::fs::write(&file, &bytes).unwrap();
    calais.opens_again().await;
    assert!(matches!(calais.journal_state().await, Err(Broken::Payload(_))));
    calais.shut().await;
    bytes[at..at + from.len()].copy_from_slice(from);
    std::fs::write(&file, &bytes).unwrap();
    calais.opens_again().await;
    calais.end().await;
}
