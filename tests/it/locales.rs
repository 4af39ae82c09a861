//! The words of every language: complete, balanced, and fit for the one who reads them half
//! asleep. What no test can tell, a native speaker must: see `vigie sign-off`.
mod faults;
mod files;
pub mod scenery;
mod shapes;

use std::collections::{BTreeMap, BTreeSet};

use vigie::domain::alert::AlertKind;
use vigie::domain::lang::Lang;
use vigie::domain::matching::Rule;
use vigie::domain::person::Role;
use vigie::domain::tap::{CALLBACK_BYTES_MAX, Tap};
use vigie::speech::samples::{self, every_say};
use vigie::speech::say::{Reader, Say};
use vigie::speech::{Rendered, Scene, Speech};

/// Longest message, in UTF-16 units as Telegram counts: a warning must fit one screen.
const UNITS_MAX: usize = 1_000;
/// Longest description Telegram takes in a command menu, in characters.
const MENU_CHARS_MAX: usize = 256;

fn speech() -> Speech {
    Speech::load().unwrap()
}

/// Every sample in every language: (language, name, sample, rendered).
fn everything(phone: Option<&str>) -> Vec<(Lang, &'static str, samples::Sample, Rendered)> {
    let speech = speech();
    let gazetteer = scenery::gazetteer();
    let scene = Scene { gazetteer: &gazetteer, phone };
    let setting = scenery::setting();
    let mut all = Vec::new();
    for language in speech.languages() {
        for sample in every_say(&setting) {
            let reader = setting.reader(language.lang);
            let rendered = speech.render(&sample.say, &reader, &scene);
            all.push((language.lang, sample.name, sample, rendered));
        }
    }
    all
}

#[test]
fn the_languages_are_offered_in_their_order_each_in_its_own_script() {
    let speech = speech();
    let codes: Vec<String> =
        speech.languages().iter().map(|language| language.lang.to_string()).collect();
    assert_eq!(codes[..6], ["fr", "en", "fa", "ti", "ps", "ar"]);
    for language in speech.languages() {
        let rtl = ["fa", "ps", "ar"].contains(&language.lang.as_str());
        assert_eq!(language.rtl, rtl, "{}", language.lang);
        assert!(!language.reviewed.is_empty(), "{}", language.lang);
    }
}

#[test]
fn every_utterance_has_a_sample() {
    let seen: BTreeSet<usize> =
        every_say(&scenery::setting()).iter().map(|sample| samples::variant(&sample.say)).collect();
    assert_eq!(seen, (0..samples::VARIANTS).collect());
}

#[test]
fn every_utterance_is_said_in_every_language_and_is_short() {
    for (lang, name, _, rendered) in everything(Some("+33600000000")) {
        let units = rendered.plain().encode_utf16().count();
        assert!(units > 0, "{lang} {name} is empty");
        assert!(units < UNITS_MAX, "{lang} {name} has {units} units");
        assert!(!rendered.text.contains("{$"), "{lang} {name}: an empty slot in {}", rendered.text);
        assert!(
            rendered.text.lines().all(|line| !line.trim().is_empty()),
            "{lang} {name} has an empty line"
        );
    }
}

#[test]
fn a_language_says_what_is_for_residents_in_its_own_words() {
    let others: BTreeMap<(Lang, &str), String> = everything(None)
        .into_iter()
        .map(|(lang, name, _, rendered)| ((lang, name), rendered.plain()))
        .collect();
    for ((lang, name), text) in &others {
        let sample =
            every_say(&scenery::setting()).into_iter().find(|sample| sample.name == *name).unwrap();
        if sample.resident && !matches!(sample.say, Say::ChooseLanguage) {
            let french = &others[&(Lang::FR, *name)];
            assert_eq!(*lang == Lang::FR, text == french, "{lang} {name}");
        }
    }
}

#[test]
fn isolates_are_balanced_and_never_stand_in_a_label() {
    for (lang, name, _, rendered) in everything(Some("+33600000000")) {
        for line in rendered.text.lines() {
            assert_eq!(faults::open_isolates(line), Ok(0), "{lang} {name}: {line}");
        }
        for button in rendered.buttons.iter().flatten() {
            assert!(!button.label.contains(faults::is_isolate), "{lang} {name}: {}", button.label);
            assert!(!button.label.trim().is_empty(), "{lang} {name}");
        }
    }
}

#[test]
fn a_line_from_right_to_left_begins_with_a_word_of_its_script() {
    let speech = speech();
    for (lang, name, sample, rendered) in everything(Some("+33600000000")) {
        let rtl = speech.language(lang).unwrap().rtl;
        if !rtl || !sample.resident || matches!(sample.say, Say::ChooseLanguage) {
            continue;
        }
        for line in rendered.plain().lines() {
            // The line of pictograms is one left-to-right isolate of its own.
            if line.starts_with('\u{2066}') && line.ends_with('\u{2069}') {
                continue;
            }
            let first = line.chars().find(|letter| letter.is_alphanumeric());
            assert!(first.is_some_and(faults::is_arabic_letter), "{lang} {name}: {line}");
            assert!(!line.starts_with(faults::is_isolate), "{lang} {name}: {line}");
        }
    }
}

#[test]
fn a_list_of_places_runs_in_the_direction_of_its_script() {
    let speech = speech();
    for (lang, name, _, rendered) in everything(None) {
        if name == "welcome" {
            let first = rendered.text.lines().next().unwrap();
            let rtl = speech.language(lang).unwrap().rtl;
            assert_eq!(first.contains("\u{2068}\u{200f}\u{2068}"), rtl, "{lang}: {first}");
        }
    }
}

#[test]
fn the_built_in_places_are_named_in_the_script_of_every_reader() {
    let gazetteer = vigie::gazetteer::built_in().unwrap();
    let speech = speech();
    for language in speech.languages() {
        let code = language.lang.as_str();
        if ["fr", "en"].contains(&code) {
            continue;
        }
        for place in gazetteer.places() {
            let name = place.scripts.get(&language.lang);
            let name = name.unwrap_or_else(|| panic!("{} has no name in {code}", place.code));
            let strange = name.chars().find(|letter| !faults::belongs(code, *letter));
            assert_eq!(strange, None, "{} in {code}: {name}", place.code);
            let first = name.chars().next().unwrap();
            assert!(first.is_alphabetic() && !first.is_ascii(), "{} in {code}", place.code);
        }
    }
}

#[test]
fn every_button_fits_telegram_and_is_understood_again() {
    let speech = speech();
    let gazetteer = scenery::longest_codes();
    let scene = Scene { gazetteer: &gazetteer, phone: None };
    let setting = samples::Setting::of(&gazetteer, scenery::setting().now).unwrap();
    for sample in every_say(&setting) {
        let rendered = speech.render(&sample.say, &setting.reader(Lang::FR), &scene);
        for button in rendered.buttons.iter().flatten() {
            let data = button.data();
            assert!(data.len() <= CALLBACK_BYTES_MAX, "{}: {data}", sample.name);
            assert_eq!(Tap::decode(&data), Some(button.tap.clone()));
        }
    }
}

#[test]
fn no_two_kinds_of_warning_begin_alike() {
    let warnings: Vec<_> = everything(None)
        .into_iter()
        .filter_map(|(lang, name, sample, rendered)| match sample.say {
            Say::Alert(text) => Some((lang, name, (text.kind, text.exercise), rendered.plain())),
            _ => None,
        })
        .collect();
    for (lang, name, kind, text) in &warnings {
        for (other_lang, other_name, other_kind, other) in &warnings {
            if lang != other_lang || kind == other_kind {
                continue;
            }
            let line = |text: &str, at: usize| text.lines().nth(at).unwrap().to_owned();
            assert_ne!(line(text, 0), line(other, 0), "{lang} {name} {other_name}");
            if kind.1 == other_kind.1 {
                let word = |text: &str| line(text, 1).split(' ').next().unwrap().to_owned();
                assert_ne!(word(text), word(other), "{lang} {name} {other_name}");
            }
        }
    }
}

#[test]
fn only_what_the_team_saw_is_said_to_be_seen_by_the_team() {
    let speech = speech();
    for language in speech.languages() {
        let seen = files::message(language.lang, "alerts.ftl", "confirmed");
        let unsure = files::message(language.lang, "alerts.ftl", "unconfirmed");
        let said: BTreeMap<_, _> = everything(None)
            .into_iter()
            .filter(|(lang, ..)| *lang == language.lang)
            .map(|(_, name, _, rendered)| (name, rendered.plain()))
            .collect();
        assert!(said["at-site"].contains(&seen) && !said["at-site"].contains(&unsure));
        assert!(
            said["at-site-unsure"].contains(&unsure) && !said["at-site-unsure"].contains(&seen)
        );
        assert!(!said["at-site-old"].contains(&unsure) && !said["at-site-old"].contains(&seen));
    }
}

#[test]
fn the_number_comes_last_and_a_retraction_names_it_with_the_site() {
    for (lang, name, sample, rendered) in everything(None) {
        let Say::Alert(text) = sample.say else {
            continue;
        };
        let plain = rendered.plain();
        let last = plain.lines().last().unwrap();
        assert!(plain.contains("C-0412"), "{lang} {name}");
        if text.kind == AlertKind::Retracted {
            assert_eq!(plain.contains("BMX"), text.site.is_some(), "{lang} {name}");
        } else {
            assert!(last.contains("C-0412"), "{lang} {name}: {last}");
        }
    }
}

#[test]
fn a_telephone_line_shows_the_number_and_disappears_without_one() {
    for (lang, name, sample, rendered) in everything(Some("+33600000000")) {
        if matches!(sample.say, Say::NotReceived | Say::Help { .. } | Say::TooMany) {
            assert!(rendered.text.contains("\u{2068}+33600000000\u{2069}"), "{lang} {name}");
        }
    }
    for (lang, name, _, rendered) in everything(None) {
        assert!(!rendered.text.contains("+33"), "{lang} {name}");
    }
}

#[test]
fn fault_52_markup_that_somebody_typed_appears_literally() {
    for (lang, name, _, rendered) in everything(Some("<i>&0")) {
        let mut rest = rendered.text.as_str();
        while let Some(at) = rest.find('<') {
            rest = &rest[at..];
            let tag = &rest[..rest.find('>').unwrap() + 1];
            assert!(["<b>", "</b>"].contains(&tag), "{lang} {name}: {tag}");
            rest = &rest[tag.len()..];
        }
        for (at, _) in rendered.text.match_indices('&') {
            let entity = &rendered.text[at..];
            assert!(
                ["&amp;", "&lt;", "&gt;", "&quot;"].iter().any(|known| entity.starts_with(known)),
                "{lang} {name}: {}",
                rendered.text
            );
        }
    }
}

#[test]
fn a_team_member_who_reads_another_language_is_told_in_french() {
    let speech = speech();
    let gazetteer = scenery::gazetteer();
    let scene = Scene { gazetteer: &gazetteer, phone: None };
    let setting = scenery::setting();
    let card = Say::Card(Box::new(samples::card(&setting)));
    let persian: Lang = "fa".parse().unwrap();
    let read = |lang| speech.render(&card, &setting.reader(lang), &scene);
    assert_eq!(read(persian), read(Lang::FR));
    assert_ne!(read(Lang::EN), read(Lang::FR));
}

#[test]
fn a_card_calls_its_reader_you_and_gives_the_desk_its_buttons() {
    let speech = speech();
    let gazetteer = scenery::gazetteer();
    let scene = Scene { gazetteer: &gazetteer, phone: None };
    let setting = scenery::setting();
    let card = Say::Card(Box::new(samples::card(&setting)));
    let desk = setting.reader(Lang::EN);
    let observer = Reader { tag: 5, desk: false, ..desk };
    let (desk, observer) =
        (speech.render(&card, &desk, &scene), speech.render(&card, &observer, &scene));
    assert!(desk.plain().contains("you on the way") && desk.plain().contains("no. 5 there"));
    assert!(
        observer.plain().contains("you there") && observer.plain().contains("no. 3 on the way")
    );
    assert!(observer.buttons.len() < desk.buttons.len());
    let taps = |rendered: &Rendered| -> Vec<Tap> {
        rendered.buttons.iter().flatten().map(|button| button.tap.clone()).collect()
    };
    let is_of_desk = |tap: &Tap| !matches!(tap, Tap::Follow(..));
    assert!(!taps(&observer).iter().any(is_of_desk));
    assert!(taps(&desk).iter().any(|tap| matches!(tap, Tap::Retract(_))));
}

#[test]
fn every_rule_of_matching_is_put_into_words() {
    const RULES: [Rule; 10] = [
        Rule::Coverage,
        Rule::Left,
        Rule::Lost,
        Rule::SameVisit,
        Rule::SamePlace,
        Rule::NextVisitMoved,
        Rule::NextVisitFoundAgain,
        Rule::NewConvoy,
        Rule::PossibleSplit,
        Rule::Ruled,
    ];
    let speech = speech();
    let gazetteer = scenery::gazetteer();
    let scene = Scene { gazetteer: &gazetteer, phone: None };
    let setting = scenery::setting();
    let said = |rule: &str| {
        let mut card = samples::card(&setting);
        if let Some(why) = &mut card.why {
            why.rule = rule.to_owned();
        }
        let card = Say::Card(Box::new(card));
        speech.render(&card, &setting.reader(Lang::EN), &scene).plain()
    };
    for rule in RULES {
        assert_ne!(said(rule.code()), said("unheard of"), "{}", rule.code());
    }
}

#[test]
fn every_role_has_a_menu_in_every_language() {
    let speech = speech();
    for language in speech.languages() {
        for role in [Role::Resident, Role::Contact, Role::Observer, Role::Admin] {
            let menu = speech.command_menu(role, language.lang);
            let commands: Vec<&str> = menu.iter().map(|(command, _)| *command).collect();
            assert_eq!(commands.contains(&"report"), role.may_report());
            assert_eq!(commands.contains(&"convoys"), role.is_team());
            assert!(commands.contains(&"stop") && commands.contains(&"privacy"));
            for (command, what) in menu {
                assert!(
                    !what.is_empty() && what.chars().count() <= MENU_CHARS_MAX,
                    "{} {command}",
                    language.lang
                );
                assert!(!what.contains("HRO"), "{} {command}", language.lang);
            }
        }
    }
}
