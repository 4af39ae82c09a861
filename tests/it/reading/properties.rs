//! What must hold of the reader whatever the text: it never panics, never counts a number twice,
//! never invents a place, never drops a word it does not know, and its work is bounded.
use std::time::{Duration, Instant};

use proptest::prelude::*;

use vigie::domain::fold::{TEXT_CHARS_MAX, clean};
use vigie::domain::reading::names::{SUGGESTIONS_MAX, spelling_words, spellings_of_place};
use vigie::domain::reading::{Reading, find_place, read, suggest};
use vigie::domain::site::{Gazetteer, SiteCode};

use super::{gazetteer, table};

/// Words of the field that stand for no number, or for one at most.
const WORDS: [&str; 96] = [
    "fourgons",
    "fourgon",
    "vans",
    "van",
    "voiture",
    "cars",
    "véhicules",
    "camion",
    "benne",
    "bus",
    "tractopelle",
    "ranger",
    "4x4",
    "CRS",
    "PN",
    "PAF",
    "police",
    "Police Nationale",
    "gendarmes",
    "GM",
    "nettoyage",
    "interprètes",
    "banalisée",
    "AFEJI",
    "de",
    "de la",
    "des",
    "d'",
    "du",
    "la",
    "le",
    "les",
    "the",
    "of",
    "un",
    "une",
    "a",
    "et",
    "and",
    "dont",
    "including",
    "(",
    ")",
    ",",
    ".",
    ":",
    "+",
    "-",
    "/",
    "x",
    "ni",
    "pas de",
    "aucun",
    "no",
    "plus de",
    "au moins",
    "environ",
    "max",
    "à",
    "ou",
    "entre",
    "autres",
    "personnes",
    "people",
    "femmes",
    "enfants",
    "expulsées",
    "arrêtés",
    "partent d'elles-mêmes",
    "tentes",
    "tents",
    "bâche",
    "pleines",
    "saisies",
    "restent",
    "BMX",
    "Virval",
    "Stade",
    "Loon-Plage",
    "commissariat",
    "direction",
    "vers",
    "towards",
    "arrivés",
    "partis",
    "left",
    "perdus",
    "retrouvés",
    "RAS",
    "rien",
    "8h",
    "h",
    "min",
    "?",
    "\n",
    "zblorg",
];

fn sum(reading: &Reading) -> u64 {
    let vehicles = reading.vehicles.iter().filter_map(|seen| seen.count);
    let people = reading.people.iter().filter_map(|people| people.count);
    let goods = reading.goods.iter().filter_map(|goods| goods.count);
    vehicles.chain(people).chain(goods).map(u64::from).sum()
}

/// The words of a text run together, as the reader sees them.
fn letters(text: &str) -> String {
    spelling_words(text).concat()
}

fn is_named(code: &SiteCode, text: &str, gazetteer: &Gazetteer) -> bool {
    let text = letters(text);
    let place = gazetteer.place(code).unwrap();
    spellings_of_place(place).any(|spelling| text.contains(&letters(spelling)))
}

/// A text of the field's words with numbers among them, and the sum of those numbers.
fn field_text() -> impl Strategy<Value = (String, u64)> {
    let piece = prop_oneof![
        3 => prop::sample::select(WORDS.as_slice()).prop_map(|word| (word.to_owned(), 1)),
        1 => (100u64..1_900).prop_map(|number| (number.to_string(), number)),
        1 => (0u64..24).prop_map(|number| (number.to_string(), number)),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| {
        let sum = pieces.iter().map(|(_, value)| value).sum();
        let words: Vec<String> = pieces.into_iter().map(|(word, _)| word).collect();
        (words.join(" "), sum)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        let gazetteer = gazetteer();
        let reading = read(&text, gazetteer);
        prop_assert!(reading.suggestions.len() <= SUGGESTIONS_MAX);
        find_place(&text, gazetteer);
        suggest(&text, gazetteer);
    }

    #[test]
    fn no_number_is_counted_twice((text, numbers) in field_text()) {
        let reading = read(&text, gazetteer());
        prop_assert!(sum(&reading) <= numbers, "{text:?}: {reading:?}");
    }

    #[test]
    fn no_place_is_invented((text, _) in field_text(), noise in "[a-zé '&-]{0,30}") {
        let gazetteer = gazetteer();
        let text = format!("{noise} {text}");
        let reading = read(&text, gazetteer);
        for code in reading.site.iter().chain(&reading.heading) {
            prop_assert!(is_named(code, &text, gazetteer), "{code} in {text:?}");
        }
        if reading.place().is_some() {
            prop_assert!(reading.suggestions.is_empty());
        }
    }

    #[test]
    fn doubts_are_words_of_the_text((text, _) in field_text()) {
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let whole = flat(&clean(&text).0);
        for doubt in read(&text, gazetteer()).doubts {
            prop_assert!(whole.contains(&doubt), "{doubt:?} in {text:?}");
        }
    }

    #[test]
    fn no_unknown_word_is_dropped((text, _) in field_text(), at in 0usize..40) {
        let mut words: Vec<&str> = text.split(' ').collect();
        words.insert(at.min(words.len()), "qwzxjk");
        let text = words.join(" ");
        let reading = read(&text, gazetteer());
        prop_assert!(reading.doubts.iter().any(|d| d.contains("qwzxjk")), "{text:?}: {reading:?}");
    }

    #[test]
    fn a_question_is_never_a_presence((text, _) in field_text()) {
        let reading = read(&format!("{text} ?"), gazetteer());
        prop_assert_eq!(reading.phase, None);
    }

    #[test]
    fn spaces_case_and_accents_change_nothing(index in 0usize..12) {
        let gazetteer = gazetteer();
        let text = &table()[index].text;
        let loud = text.to_uppercase().replace(' ', "  ");
        let (plain, loud) = (read(text, gazetteer), read(&loud, gazetteer));
        prop_assert_eq!((plain.vehicles, plain.people, plain.goods), (loud.vehicles, loud.people, loud.goods));
    }
}

#[test]
fn fault_42_long_and_hostile_texts_are_bounded() {
    let gazetteer = gazetteer();
    let started = Instant::now();
    let hostile = [
        String::new(),
        "BMX ".repeat(TEXT_CHARS_MAX / 4),
        "x".repeat(1_000_000),
        "10 fourgons de CRS et ".repeat(50_000),
        "(".repeat(TEXT_CHARS_MAX),
        "RAS BMX, ".repeat(1_000),
        "rue des hutes ".repeat(400),
        format!("BMX{} 10 CRS", "\u{301}".repeat(10_000)),
        "\u{202e}".repeat(1_000_000),
        "\u{fdfa}".repeat(10_000),
        "8h".repeat(2_000),
        "dont 2 ".repeat(600),
    ];
    for text in &hostile {
        let reading = read(text, gazetteer);
        assert!(serde_json::to_string(&reading).unwrap().len() < 1_000_000);
        suggest(text, gazetteer);
    }
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn fault_42_a_text_that_was_cut_says_so() {
    let reading = read(&format!("BMX 10 fourgons CRS {}", "et ".repeat(2_000)), gazetteer());
    assert_eq!(reading.doubts.last().map(String::as_str), Some("…"));
    assert_eq!(reading.vans().map(|vans| vans.low), Some(10));
}

#[test]
fn fault_43_and_44_what_cannot_be_seen_changes_nothing() {
    let gazetteer = gazetteer();
    let plain = read("BMX 10 fourgons CRS, 8h05", gazetteer);
    let hidden = "\u{feff}B\u{200b}M\u{ad}X\0 \u{202e}10\u{202c} four\u{2060}gons\u{7} \u{2066}CRS\u{2069}, 8\u{200d}h05";
    assert_eq!(read(hidden, gazetteer), plain);
    assert!(plain.doubts.is_empty());
}

#[test]
fn fault_49_a_slip_is_suggested_and_never_chosen() {
    let gazetteer = gazetteer();
    for (typed, meant) in [
        ("Tere et Eaux", "terre-et-eaux"),
        ("10 fourgons à Vervotières", "rue-des-verrotieres"),
        ("puitouk", "puythouck"),
        ("Unikorn", "unicorn"),
        ("Mardik", "mardyck"),
        ("مارديق", "mardyck"),
    ] {
        let reading = read(typed, gazetteer);
        assert_eq!(reading.place(), None, "{typed}");
        let first = reading.suggestions.first().map(SiteCode::as_str);
        assert_eq!(first, Some(meant), "{typed}");
        assert_eq!(suggest(typed, gazetteer), reading.suggestions);
    }
    for far in ["Lyon", "xx", "bonjour", "10 fourgons CRS", "la maison"] {
        assert_eq!(suggest(far, gazetteer), Vec::<SiteCode>::new(), "{far}");
    }
}

#[test]
fn every_place_is_found_by_every_spelling() {
    let gazetteer = gazetteer();
    for place in gazetteer.places() {
        for spelling in spellings_of_place(place) {
            let text = format!("10 CRS, {spelling}, 8h05");
            let found = read(&text, gazetteer).site;
            assert_eq!(found.as_ref(), Some(&place.code), "{spelling}");
            let found = find_place(&text, gazetteer).map(|found| &found.code);
            assert_eq!(found, Some(&place.code), "{spelling}");
        }
    }
}

/// In a debug build the bound is wider: the reader is some ten times slower there.
#[test]
fn a_line_is_read_within_its_time() {
    let allowed = Duration::from_micros(if cfg!(debug_assertions) { 3_000 } else { 100 });
    let (gazetteer, lines) = (gazetteer(), table());
    let best = (0..5)
        .map(|_| {
            let started = Instant::now();
            for line in lines {
                std::hint::black_box(read(&line.text, gazetteer));
            }
            started.elapsed() / u32::try_from(lines.len()).unwrap()
        })
        .min();
    assert!(best.is_some_and(|best| best <= allowed), "{best:?} a line");
}
