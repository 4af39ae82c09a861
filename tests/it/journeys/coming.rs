//! How people come, choose and go.
use vigie::domain::alert::AlertKind;
use vigie::domain::person::{Chat, Role};
use vigie::speech::say::Say;

use crate::world::World;

fn site(code: &str) -> vigie::domain::site::SiteCode {
    code.parse().unwrap()
}

#[tokio::test]
async fn a_flyers_code_subscribes_at_once_with_one_message_and_no_question() {
    let mut calais = World::in_calais().await;
    calais.stranger("nour").says("/start fa-bmx").await;
    let welcome = Say::Welcome { sites: vec![site("bmx")] };
    calais.phone("nour").expect_say("fa", &welcome).expect_nothing_more();
    let kept = calais.person("nour").await.unwrap();
    assert_eq!(
        (kept.lang.as_str(), kept.sites, kept.role),
        ("fa", vec![site("bmx")], Role::Resident)
    );
    calais.end().await;
}

#[tokio::test]
async fn a_bare_start_asks_the_language_with_six_buttons_in_their_own_scripts_then_the_sites() {
    let mut calais = World::in_calais().await;
    calais.stranger("selam").says("/start").await;
    calais.phone("selam").expect_say("fr", &Say::ChooseLanguage).expect_nothing_more();
    let buttons = calais.phone("selam").newest().buttons;
    let labels: Vec<String> = buttons.into_iter().flatten().map(|b| b.label).collect();
    assert_eq!(labels.len(), 6);
    for name in ["Français", "English", "فارسی", "ትግርኛ", "پښتو", "العربية"]
    {
        assert!(labels.iter().any(|label| label.contains(name)), "{name} is not in {labels:?}");
    }
    calais.phone("selam").taps("ትግርኛ").await;
    let zone = "calais".parse().unwrap();
    let asked = Say::ChooseSites { zone, chosen: vec![] };
    calais.phone("selam").expect_say("ti", &asked).expect_nothing_more();
    calais.phone("selam").taps("site|bmx").await;
    let zone = "calais".parse().unwrap();
    let asked = Say::ChooseSites { zone, chosen: vec![site("bmx")] };
    calais.phone("selam").expect_say("ti", &asked).edited().expect_nothing_more();
    calais.phone("selam").taps("done").await;
    let welcome = Say::Welcome { sites: vec![site("bmx")] };
    calais.phone("selam").expect_say("ti", &welcome).edited();
    calais.end().await;
}

#[tokio::test]
async fn sites_are_chosen_and_taken_back_in_both_zones_and_none_at_all_is_said_plainly() {
    let mut calais = World::in_calais().await;
    calais.resident("nour", "ps-bmx").await;
    calais.phone("nour").says("/sites").await;
    calais.phone("nour").taps("site|unicorn").await;
    calais.phone("nour").taps("sites|dunkerque").await;
    calais.phone("nour").taps("site|loon-plage").await;
    let kept = calais.person("nour").await.unwrap().sites;
    assert_eq!(kept.len(), 3, "{kept:?}");
    for code in ["bmx", "unicorn"] {
        if !calais.phone("nour").offers(&format!("site|{code}")) {
            calais.phone("nour").taps("sites|calais").await;
        }
        calais.phone("nour").taps(&format!("site|{code}")).await;
    }
    assert_eq!(calais.person("nour").await.unwrap().sites, vec![site("loon-plage")]);
    calais.phone("nour").taps("sites|dunkerque").await;
    calais.phone("nour").taps("site|loon-plage").await;
    calais.phone("nour").has_read();
    calais.phone("nour").taps("done").await;
    calais.phone("nour").expect_say("ps", &Say::NoSites).expect_nothing_more();
    calais.end().await;
}

#[tokio::test]
async fn stop_erases_everything_and_says_goodbye_in_their_language() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.resident("nour", "ti-bmx").await;
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("nour").expect(AlertKind::AtSite);
    calais.phone("nour").says("/stop").await;
    calais.phone("nour").expect_say("ti", &Say::Stopped).expect_nothing_more();
    assert_eq!(calais.person("nour").await, None);
    assert_eq!(calais.journal("unsubscribed").await.len(), 1);

    // What was told of the visit later does not reach them.
    calais.minutes_pass(20).await;
    calais.phone("amina").says("Le convoi a quitté BMX").await;
    calais.phone("nour").expect_nothing_more();

    // The answer to their own goodbye is a delivery too: it ends with the house's next cleaning.
    let chat = calais.id("nour");
    let hash = calais.store().hash(Chat(chat)).0;
    calais.clock_is("2025-11-14 09:00").await;
    calais.store().after_erasure().await.unwrap();
    let file = calais.file();
    let bytes = || {
        let mut all = std::fs::read(&file).unwrap();
        all.extend(std::fs::read(file.with_extension("db-wal")).unwrap_or_default());
        all
    };
    let holds = |needle: &[u8]| bytes().windows(needle.len()).any(|window| window == needle);
    assert!(!holds(chat.to_string().as_bytes()), "the chat's number is in the file");
    assert!(!holds(&chat.to_be_bytes()) && !holds(&chat.to_le_bytes()));
    assert!(!holds(&hash), "the chat's hash is in the file");
    calais.end().await;
}

#[tokio::test]
async fn blocking_the_bot_is_a_stop_without_words() {
    let mut calais = World::in_calais().await;
    calais.resident("nour", "fa-bmx").await;
    calais.phone("nour").blocks();
    calais.deliver_everything().await;
    assert_eq!(calais.person("nour").await, None);
    calais.end().await;
}

#[tokio::test]
async fn privacy_is_answered_in_every_language_with_a_button_to_stop() {
    let mut calais = World::in_calais().await;
    for lang in ["fr", "en", "fa", "ti", "ps", "ar"] {
        calais.resident(lang, &format!("{lang}-bmx")).await;
        calais.phone(lang).says("/privacy").await;
        calais.phone(lang).expect_say(lang, &Say::Privacy).expect_nothing_more();
        assert!(calais.phone(lang).offers("stop"));
    }
    calais.phone("en").taps("stop").await;
    calais.phone("en").expect_say("en", &Say::Stopped);
    assert_eq!(calais.person("en").await, None);
    calais.end().await;
}

#[tokio::test]
async fn an_invitation_enrols_once_and_whoever_comes_second_is_a_plain_visitor() {
    let mut calais = World::in_calais().await;
    let token = calais.invitation(Role::Observer, 56).await;
    calais.stranger("amina").says(&format!("/start {token}")).await;
    calais.phone("amina").expect_words("Bienvenue").expect_nothing_more();
    assert_eq!(calais.person("amina").await.unwrap().role, Role::Observer);
    calais.stranger("nour").says(&format!("/start {token}")).await;
    calais.phone("nour").expect_say("fr", &Say::InviteNotValid);
    calais.phone("nour").expect_say("fr", &Say::ChooseLanguage).expect_nothing_more();
    assert_eq!(calais.person("nour").await, None);
    calais.phone("nour").taps("lang|ar").await;
    calais.phone("nour").has_read();
    assert_eq!(calais.person("nour").await.unwrap().role, Role::Resident);
    calais.end().await;
}

#[tokio::test]
async fn a_contact_is_asked_the_language_first_and_then_told_what_they_can_do() {
    let mut calais = World::in_calais().await;
    let token = calais.invitation(Role::Contact, 56).await;
    calais.stranger("selam").says(&format!("/start {token}")).await;
    calais.phone("selam").expect_say("fr", &Say::ChooseLanguage).expect_nothing_more();
    calais.phone("selam").taps("lang|ti").await;
    calais
        .phone("selam")
        .expect_say("ti", &Say::Help { role: Role::Contact })
        .expect_nothing_more();
    assert!(calais.phone("selam").offers("report"));
    calais.end().await;
}

#[tokio::test]
async fn a_role_says_a_week_before_that_it_ends_and_then_it_ends() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.clock_is("2025-12-28 08:00").await;
    calais.phone("amina").expect_nothing_more();
    calais.clock_is("2025-12-29 10:00").await;
    calais.phone("amina").expect_words("observateur").quiet().expect_nothing_more();
    calais.clock_is("2025-12-30 10:00").await;
    calais.phone("amina").expect_nothing_more();
    calais.clock_is("2026-01-05 10:00").await;
    calais.phone("amina").expect_words("observateur").expect_nothing_more();
    assert_eq!(calais.person("amina").await.unwrap().role, Role::Resident);
    calais.phone("amina").says("BMX 10 fourgons CRS").await;
    calais.phone("amina").expect_say("fr", &Say::TextNotRead { role: Role::Resident });
    assert_eq!(calais.journal("sighting").await.len(), 0);
    assert_eq!(calais.journal("role_ends").await.len(), 1);
    assert_eq!(calais.journal("role_ended").await.len(), 1);
    calais.end().await;
}

#[tokio::test]
async fn each_role_has_its_own_menu_in_its_own_language() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.coordinator("yusuf").await;
    calais.contact("selam", "ti").await;
    calais.resident("nour", "fa-bmx").await;
    let with = |world: &mut World, name: &str, command: &str| {
        world.phone(name).menu().iter().any(|known| known == command)
    };
    for name in ["amina", "yusuf"] {
        assert!(with(&mut calais, name, "convoys") && with(&mut calais, name, "report"), "{name}");
    }
    assert!(with(&mut calais, "selam", "report") && !with(&mut calais, "selam", "convoys"));
    assert!(!with(&mut calais, "nour", "report"));
    let id = calais.id("selam");
    let (_, says) = calais.telegram.commands(id).into_iter().next().unwrap();
    assert!(says.chars().any(|c| ('\u{1200}'..='\u{137f}').contains(&c)), "{says}");
    calais.end().await;
}

#[tokio::test]
async fn a_member_of_the_team_is_asked_twice_before_a_stop_erases_their_role() {
    let mut calais = World::in_calais().await;
    calais.observer("amina").await;
    calais.phone("amina").says("/stop").await;
    assert!(calais.person("amina").await.is_some());
    calais.phone("amina").taps("never").await;
    assert!(calais.person("amina").await.is_some());
    calais.phone("amina").says("/stop").await;
    calais.phone("amina").taps("stop!").await;
    assert_eq!(calais.person("amina").await, None);
    calais.end().await;
}

#[tokio::test]
async fn after_41_days_of_silence_a_resident_is_asked_and_after_45_forgotten() {
    let mut calais = World::in_calais().await;
    calais.resident("nour", "fa-bmx").await;
    calais.resident("selam", "ti-bmx").await;
    calais.clock_is("2025-12-21 08:00").await;
    calais.phone("nour").expect_nothing_more();
    calais.clock_is("2025-12-21 10:00").await;
    calais.phone("nour").expect_say("fa", &Say::RenewAsk).quiet();
    calais.phone("selam").expect_say("ti", &Say::RenewAsk).quiet();
    calais.phone("selam").taps("renew").await;
    calais.phone("selam").expect_say("ti", &Say::Renewed);
    for day in ["2025-12-22 10:00", "2025-12-24 10:00", "2025-12-25 10:00", "2025-12-26 10:00"] {
        calais.clock_is(day).await;
    }
    assert_eq!(calais.person("nour").await, None);
    assert!(calais.person("selam").await.is_some());
    calais.end().await;
}
