//! Channels that mirror what residents are told.
use vigie::domain::alert::AlertKind::{AtSite, BeReady, Elsewhere, Left, Retracted};
use vigie::rehearsal::telegram::Standing;

use crate::world::World;

const CHANNEL: &str = "Alertes Calais";

/// Amina observes, Yusuf coordinates, Nour lives at BMX; a channel carries Calais in Persian.
async fn a_morning() -> World {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.coordinator("yusuf").await;
    calais.resident("nour", "fa-bmx").await;
    calais.mirror(CHANNEL, "yusuf", "fa", "calais").await;
    calais.phone("yusuf").finds("porte désormais les alertes de Calais");
    calais
}

#[tokio::test]
async fn a_channel_is_told_once_what_the_residents_of_each_site_are_told_in_its_language() {
    let mut calais = a_morning().await;
    calais.resident("rojan", "ar-terre-et-eaux").await;
    calais.phone("amina").says("BMX 10 fourgons CRS, 8h05").await;
    let nour = calais.phone("nour").newest().text;
    calais.phone("nour").expect(AtSite).ringing();
    calais.phone("rojan").expect(Elsewhere);
    calais.phone(CHANNEL).expect(AtSite).ringing().expect_nothing_more();
    assert_eq!(calais.phone(CHANNEL).newest().text, nour, "the same words");
    assert!(calais.phone(CHANNEL).newest().buttons.is_empty());
    calais.minutes_pass(3).await;
    calais.phone("amina").says("BMX 14 fourgons CRS").await;
    calais.phone("nour").expect(AtSite).edited();
    calais.phone(CHANNEL).expect(AtSite).edited().expect_nothing_more();
    calais.phone("amina").says("BMX partis").await;
    calais.phone("nour").expect(Left).reply();
    calais.phone(CHANNEL).expect(Left).reply().expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn be_ready_is_for_the_whole_zone_and_so_for_its_channel() {
    let mut calais = a_morning().await;
    calais.phone("amina").says("Commissariat : convoi en formation, 8 fourgons CRS").await;
    calais.phone("nour").expect(BeReady).quiet();
    calais.phone(CHANNEL).expect(BeReady).quiet().expect_nothing_more();
    calais.phone("amina").taps("undo|*").await;
    calais.phone("nour").expect(Retracted).reply();
    calais.phone(CHANNEL).expect(Retracted).reply().expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn what_one_contact_says_is_for_that_site_alone_and_so_is_its_retraction() {
    let mut calais = a_morning().await;
    calais.contact("selam", "ti").await;
    calais.phone("selam").reports("bmx", "on_site", "some").await;
    calais.seconds_pass(100).await;
    calais.phone("nour").expect(AtSite).ringing();
    calais.phone(CHANNEL).expect_nothing_more();
    calais.phone("yusuf").taps("no|*").await;
    calais.phone("nour").expect(Retracted);
    calais.phone(CHANNEL).expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn a_second_voice_brings_it_to_the_channel() {
    let mut calais = a_morning().await;
    calais.contact("selam", "ti").await;
    calais.contact("omid", "fa").await;
    calais.phone("selam").reports("bmx", "on_site", "some").await;
    calais.seconds_pass(100).await;
    calais.phone("nour").expect(AtSite).ringing();
    calais.phone("omid").reports("bmx", "on_site", "some").await;
    calais.phone("nour").expect(AtSite);
    calais.phone(CHANNEL).expect(AtSite).expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn a_retraction_in_mid_broadcast_reaches_the_channel_once_if_the_warning_may_have() {
    let mut calais = a_morning().await;
    calais.crowd("en-bmx", 150).await;
    calais.phone("amina").types("BMX 10 fourgons CRS");
    calais.take_in().await;
    for _ in 0..12 {
        calais.a_few_are_sent().await;
        calais.take_in().await;
    }
    calais.phone("amina").touches("undo|*");
    calais.take_in().await;
    calais.deliver_everything().await;
    for name in [CHANNEL.to_owned(), "nour".to_owned()]
        .into_iter()
        .chain((0..150).map(|n| format!("en-bmx {n}")))
    {
        let told: Vec<_> = calais.everything_told(&name).iter().map(|seen| seen.kind).collect();
        let both = [Some(AtSite), Some(Retracted)];
        assert!(told.is_empty() || told == both, "{name}: {told:?}");
    }
    calais.end().await;
}

#[tokio::test]
async fn a_channel_of_another_zone_hears_nothing_of_this_one() {
    let mut calais = a_morning().await;
    calais.mirror("Alertes Dunkerque", "yusuf", "ps", "dunkerque").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.phone(CHANNEL).expect(AtSite);
    calais.phone("Alertes Dunkerque").expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn a_channel_is_offered_by_the_desk_alone_and_carries_nothing_without_its_tap() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.coordinator("yusuf").await;
    calais.stranger("mallory");
    calais.opens_channel("Piège", "mallory").await;
    calais.opens_channel("Le canal d'Amina", "amina").await;
    calais.phone("yusuf").expect_nothing_more();
    calais.phone("amina").expect_nothing_more();
    calais.opens_channel(CHANNEL, "yusuf").await;
    calais.phone("yusuf").finds(CHANNEL);
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    for channel in ["Piège", "Le canal d'Amina", CHANNEL] {
        calais.phone(channel).expect_nothing_more();
    }
    let button = calais.phone("yusuf").data("mir|*|fr|calais");
    calais.phone("amina").forges(&button).await;
    calais.phone(CHANNEL).expect_nothing_more();
    assert_eq!(calais.journal("tap_refused").await.len(), 1);
    calais.end().await;
}

#[tokio::test]
async fn a_channel_adopted_while_something_goes_on_is_told_the_present_state_and_what_follows() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.coordinator("yusuf").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.minutes_pass(2).await;
    calais.mirror(CHANNEL, "yusuf", "en", "calais").await;
    calais.phone(CHANNEL).expect(AtSite).quiet().expect_nothing_more();
    calais.phone("amina").says("BMX partis").await;
    calais.phone(CHANNEL).expect(Left).reply();
    calais.end().await;
}

#[tokio::test]
async fn the_desk_lists_mirrors_and_ends_one_when_it_is_sure() {
    let mut calais = a_morning().await;
    calais.phone("yusuf").says("/mirrors").await;
    calais.phone("yusuf").finds(CHANNEL).saying("Calais");
    calais.phone("yusuf").taps("mir-|*").await;
    calais.phone("yusuf").taps("mir!|*").await;
    calais.phone("yusuf").finds("ne porte pas d'alertes");
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AtSite);
    calais.phone(CHANNEL).expect_nothing_more();
    calais.phone("yusuf").says("/mirrors").await;
    calais.phone("yusuf").finds("Aucun canal");
    let menu = calais.phone("yusuf").menu();
    assert!(menu.contains(&"mirrors".to_owned()), "{menu:?}");
    assert!(!calais.phone("amina").menu().contains(&"mirrors".to_owned()));
    calais.end().await;
}

#[tokio::test]
async fn losing_its_rights_ends_the_mirror_and_tells_the_desk_whoever_notices_first() {
    for standing in [Standing::Out, Standing::MayNotPost] {
        let mut calais = a_morning().await;
        calais.bot_in_channel(CHANNEL, "yusuf", standing).await;
        calais.phone("yusuf").finds("Je ne peux plus écrire dans le canal");
        calais.phone("amina").says("BMX 10 fourgons CRS").await;
        calais.phone("nour").expect(AtSite);
        calais.end().await;
    }
}

#[tokio::test]
async fn a_refused_post_ends_the_mirror_and_nobody_else_is_harmed() {
    for standing in [Standing::Out, Standing::MayNotPost] {
        let mut calais = a_morning().await;
        calais.telegram.lose_in_channel(calais.id(CHANNEL), standing);
        calais.phone("amina").says("BMX 10 fourgons CRS").await;
        calais.phone("nour").expect(AtSite);
        calais.phone("yusuf").finds("Je ne peux plus écrire dans le canal");
        let store = calais.store();
        assert_eq!(store.read().await.unwrap().channels().await.unwrap(), []);
        calais.end().await;
    }
}
