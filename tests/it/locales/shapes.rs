//! The shapes of one kind of warning: old news is not told like news of now, one vehicle is not
//! many, and nothing leads a sleepy finger to end the warnings.
use chrono::TimeDelta;
use vigie::domain::alert::{AlertKind, AlertText, Confidence};
use vigie::domain::lang::Lang;
use vigie::domain::person::Role;
use vigie::domain::sighting::Vans;
use vigie::domain::tap::Tap;
use vigie::speech::samples;
use vigie::speech::say::Say;
use vigie::speech::{Rendered, Scene, Speech};

use super::scenery;

fn say(lang: Lang, say: &Say) -> Rendered {
    let gazetteer = scenery::gazetteer();
    let scene = Scene { gazetteer: &gazetteer, phone: Some("+33600000000") };
    Speech::load().unwrap().render(say, &scenery::setting().reader(lang), &scene)
}

fn warning(lang: Lang, kind: AlertKind, minutes: i64, low: u32, high: Option<u32>) -> String {
    let setting = scenery::setting();
    let text = AlertText {
        kind,
        site: Some(setting.site.clone()),
        observed_at: setting.now - TimeDelta::minutes(minutes),
        vans: Some(Vans { low, high }),
        confidence: Confidence::Confirmed,
        no: 412,
        exercise: false,
    };
    say(lang, &Say::Alert(text)).plain()
}

fn languages() -> Vec<Lang> {
    Speech::load().unwrap().languages().iter().map(|language| language.lang).collect()
}

fn line(text: &str, at: usize) -> String {
    text.lines().nth(at).unwrap().to_owned()
}

const OF_A_SITE: [AlertKind; 4] =
    [AlertKind::AtSite, AlertKind::ComingToSite, AlertKind::PassingSite, AlertKind::Elsewhere];

#[test]
fn old_news_is_told_in_other_words_under_other_pictograms() {
    for lang in languages() {
        for kind in OF_A_SITE {
            let fresh = warning(lang, kind, 15, 11, None);
            for minutes in [16, 61, 26 * 60] {
                let old = warning(lang, kind, minutes, 11, None);
                assert!(line(&old, 0).contains("🕘"), "{lang} {old}");
                assert!(!fresh.contains("🕘"), "{lang} {fresh}");
                assert_ne!(line(&fresh, 1), line(&old, 1), "{lang} {kind:?}");
            }
        }
    }
}

#[test]
fn one_vehicle_is_never_many_and_a_few_are_no_convoy() {
    for lang in languages() {
        for kind in &OF_A_SITE[..3] {
            let many = warning(lang, *kind, 3, 11, None);
            let few = warning(lang, *kind, 3, 1, Some(5));
            let one = warning(lang, *kind, 3, 1, Some(1));
            for (text, vehicles) in [(&many, 3), (&few, 2), (&one, 1)] {
                assert_eq!(line(text, 0).matches('🚐').count(), vehicles, "{lang} {text}");
            }
            assert_ne!(line(&many, 1), line(&few, 1), "{lang} {kind:?}");
            assert_ne!(line(&few, 1), line(&one, 1), "{lang} {kind:?}");
        }
    }
}

#[test]
fn the_end_of_all_warnings_is_not_offered_where_a_button_is_asked_for() {
    for lang in languages() {
        for role in [Role::Resident, Role::Contact] {
            for asked in
                [Say::OldButton { role }, Say::TextNotRead { role }, Say::KindNotTaken { role }]
            {
                let said = say(lang, &asked);
                let buttons: Vec<_> = said.buttons.iter().flatten().collect();
                assert!(!buttons.iter().any(|button| button.tap == Tap::Stop), "{lang}");
                // The text names the first of them, without its pictogram.
                let (_, name) = buttons[0].label.split_once(' ').unwrap();
                assert!(said.plain().contains(name), "{lang}: {name} in {}", said.plain());
            }
        }
        let help = say(lang, &Say::Help { role: Role::Resident });
        assert!(help.buttons.iter().flatten().any(|button| button.tap == Tap::Stop), "{lang}");
    }
}

#[test]
fn a_button_that_is_named_is_named_as_it_stands() {
    for lang in languages() {
        let named = [Say::Stopped, Say::Privacy, Say::Help { role: Role::Contact }];
        for asked in named {
            let said = say(lang, &asked);
            let (_, name) = said.buttons[0][0].label.split_once(' ').unwrap();
            assert!(said.plain().contains(name), "{lang}: {name} in {}", said.plain());
        }
        let setting = scenery::setting();
        let sites = say(lang, &Say::ChooseSites { zone: setting.zone, chosen: vec![setting.site] });
        let (_, name) = sites.buttons.last().unwrap()[0].label.split_once(' ').unwrap();
        assert!(sites.plain().contains(name), "{lang}: {name} in {}", sites.plain());
    }
}

#[test]
fn nothing_is_said_to_be_zero_minutes_ago() {
    let setting = scenery::setting();
    for lang in [Lang::FR, Lang::EN] {
        for minutes in [0, 1] {
            let mut card = samples::card(&setting);
            card.last_seen = setting.now - TimeDelta::minutes(minutes);
            if let Some(why) = &mut card.why {
                why.minutes = Some(minutes);
            }
            let text = say(lang, &Say::Card(Box::new(card))).plain();
            for said in ["0 min", "1 min"] {
                assert!(!text.contains(&format!("({said}")), "{lang} {text}");
                assert!(!text.contains(&format!(" {said}")), "{lang} {text}");
            }
        }
    }
}
