//! How the desk sees a broadcast go.
use vigie::domain::alert::AlertKind::{AtSite, Retracted};

use crate::world::{World, unmarked};

/// Amina observes, Yusuf coordinates, so many live at BMX.
async fn a_crowded_morning(residents: usize) -> World {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.coordinator("yusuf").await;
    calais.crowd("en-bmx", residents).await;
    calais
}

/// The lines about broadcasts that a phone was sent since it was last looked at, and how each came.
fn lines(calais: &mut World, name: &str) -> Vec<(String, &'static str)> {
    let told = calais.everything_told(name);
    let line = |text: &str| text.starts_with('⏳') || text.starts_with('✅');
    told.iter()
        .map(|seen| (unmarked(&seen.text), seen.arrived()))
        .filter(|(text, _)| line(text) && text.contains("C-0001"))
        .collect()
}

/// Sends a few every second, and looks at the timers.
async fn seconds_of_sending(calais: &mut World, seconds: usize) {
    for _ in 0..seconds {
        calais.a_few_are_sent().await;
        calais.take_in().await;
    }
}

#[tokio::test]
async fn a_large_broadcast_has_one_line_for_the_desk_edited_in_place_until_it_ends() {
    let mut calais = a_crowded_morning(400).await;
    calais.phone("amina").types("BMX 10 fourgons CRS");
    calais.take_in().await;
    seconds_of_sending(&mut calais, 12).await;
    let during = lines(&mut calais, "yusuf");
    let how: Vec<_> = during.iter().map(|(_, arrived)| *arrived).collect();
    assert_eq!(how, ["quiet", "edited"], "one message: {during:?}");
    for (text, _) in &during {
        assert!(text.starts_with("⏳ 📍 C-0001 · BMX"), "{text}");
        assert!(text.contains(" sur 400, encore "), "{text}");
    }
    calais.seconds_pass(30).await;
    calais.seconds_pass(30).await;
    let after = lines(&mut calais, "yusuf");
    assert!(after.iter().all(|(_, arrived)| *arrived == "edited"), "{after:?}");
    let (end, _) = after.last().unwrap();
    assert!(end.starts_with("✅ 📍 C-0001 · BMX : 400 sur 400 atteints en "), "{end}");
    assert_eq!(lines(&mut calais, "amina").len(), 0, "it is for the desk");
    for n in 0..400 {
        calais.phone(&format!("en-bmx {n}")).expect(AtSite);
    }
    calais.end().await;
}

#[tokio::test]
async fn a_small_broadcast_has_none() {
    let mut calais = a_crowded_morning(20).await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.minutes_pass(2).await;
    assert_eq!(lines(&mut calais, "yusuf"), []);
    for n in 0..20 {
        calais.phone(&format!("en-bmx {n}")).expect(AtSite);
    }
    calais.end().await;
}

#[tokio::test]
async fn the_line_goes_on_after_a_restart_in_the_same_message() {
    let mut calais = a_crowded_morning(400).await;
    calais.phone("amina").types("BMX 10 fourgons CRS");
    calais.take_in().await;
    seconds_of_sending(&mut calais, 12).await;
    assert!(!lines(&mut calais, "yusuf").is_empty());
    calais.restart().await;
    calais.seconds_pass(30).await;
    calais.seconds_pass(30).await;
    let after = lines(&mut calais, "yusuf");
    assert!(!after.is_empty() && after.iter().all(|(_, how)| *how == "edited"), "{after:?}");
    assert!(after.last().unwrap().0.starts_with('✅'));
    for n in 0..400 {
        calais.phone(&format!("en-bmx {n}")).expect(AtSite);
    }
    calais.end().await;
}

#[tokio::test]
async fn a_retraction_in_mid_broadcast_ends_the_line() {
    let mut calais = a_crowded_morning(400).await;
    calais.phone("amina").types("BMX 10 fourgons CRS");
    calais.take_in().await;
    seconds_of_sending(&mut calais, 12).await;
    assert!(!lines(&mut calais, "yusuf").is_empty());
    calais.phone("amina").touches("undo|*");
    calais.take_in().await;
    calais.seconds_pass(30).await;
    calais.seconds_pass(30).await;
    let after = lines(&mut calais, "yusuf");
    assert_eq!(after.len(), 1, "{after:?}");
    assert!(after[0].0.starts_with("✅ 📍 C-0001 · BMX"), "{after:?}");
    assert!(after[0].0.contains("devenus inutiles"), "{after:?}");
    let mut warned = 0;
    for n in 0..400 {
        let told = calais.everything_told(&format!("en-bmx {n}"));
        let kinds: Vec<_> = told.iter().map(|seen| seen.kind).collect();
        assert!(kinds.is_empty() || kinds == [Some(AtSite), Some(Retracted)], "{kinds:?}");
        warned += usize::from(!kinds.is_empty());
    }
    assert!((20..100).contains(&warned), "it was taken back in the middle: {warned}");
    calais.end().await;
}
