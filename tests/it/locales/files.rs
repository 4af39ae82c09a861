//! The files of `locales/` as Fluent reads them: the same messages, the same slots, the plural
//! forms of the language, the letters of the language, nothing that is never said.
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{
    Entry, Expression, InlineExpression, Pattern, PatternElement, Resource, VariantKey,
};
use vigie::domain::lang::Lang;

use super::faults;

/// The plural categories of CLDR 44 for whole numbers.
const CATEGORIES: [(&str, &[&str]); 6] = [
    ("fr", &["many", "one", "other"]),
    ("en", &["one", "other"]),
    ("fa", &["one", "other"]),
    ("ti", &["one", "other"]),
    ("ps", &["one", "other"]),
    ("ar", &["few", "many", "one", "other", "two", "zero"]),
];
/// Files every language has.
const RESIDENT_FILES: [&str; 2] = ["alerts.ftl", "resident.ftl"];

fn locales() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("locales")
}

fn languages() -> Vec<String> {
    let mut found: Vec<String> = fs::read_dir(locales())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("resident.ftl").exists())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    found.sort();
    found
}

fn parsed(lang: &str, file: &str) -> Resource<String> {
    let text = fs::read_to_string(locales().join(lang).join(file)).unwrap();
    fluent_syntax::parser::parse(text).unwrap()
}

/// Message identifiers with their pattern.
fn messages(lang: &str, file: &str) -> BTreeMap<String, Pattern<String>> {
    parsed(lang, file)
        .body
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Message(message) => Some((message.id.name, message.value.unwrap())),
            _ => None,
        })
        .collect()
}

/// The text of a message that has no slots.
pub fn message(lang: Lang, file: &str, id: &str) -> String {
    let mut parts = Parts::default();
    parts.read(&messages(lang.as_str(), file)[id]);
    parts.text
}

/// What stands in a pattern.
#[derive(Default)]
struct Parts {
    variables: BTreeSet<String>,
    text: String,
    /// The keys of each choice.
    choices: Vec<BTreeSet<String>>,
}

impl Parts {
    fn read(&mut self, pattern: &Pattern<String>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => self.text.push_str(value),
                PatternElement::Placeable { expression } => self.read_expression(expression),
            }
        }
    }
    fn read_expression(&mut self, expression: &Expression<String>) {
        match expression {
            Expression::Inline(inline) => self.read_inline(inline),
            Expression::Select { selector, variants } => {
                self.read_inline(selector);
                let key = |key: &VariantKey<String>| match key {
                    VariantKey::Identifier { name } => name.clone(),
                    VariantKey::NumberLiteral { value } => value.clone(),
                };
                self.choices.push(variants.iter().map(|variant| key(&variant.key)).collect());
                for variant in variants {
                    self.read(&variant.value);
                }
            }
        }
    }
    fn read_inline(&mut self, inline: &InlineExpression<String>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.variables.insert(id.name.clone());
            }
            InlineExpression::Placeable { expression } => self.read_expression(expression),
            _ => {}
        }
    }
}

fn parts(pattern: &Pattern<String>) -> Parts {
    let mut parts = Parts::default();
    parts.read(pattern);
    parts
}

fn variables(lang: &str, file: &str) -> BTreeMap<String, BTreeSet<String>> {
    messages(lang, file)
        .iter()
        .map(|(id, pattern)| (id.clone(), parts(pattern).variables))
        .collect()
}

#[test]
fn every_language_has_the_same_messages_with_the_same_slots() {
    for file in RESIDENT_FILES {
        let english = variables("en", file);
        for lang in languages() {
            assert_eq!(variables(&lang, file), english, "locales/{lang}/{file}");
        }
    }
    assert_eq!(variables("fr", "team.ftl"), variables("en", "team.ftl"));
}

#[test]
fn every_choice_by_number_has_all_forms_of_its_language() {
    for lang in languages() {
        let needed = CATEGORIES.iter().find(|(code, _)| *code == lang);
        let (_, needed) = needed.unwrap_or_else(|| panic!("add the plural forms of {lang} here"));
        for file in ["alerts.ftl", "resident.ftl", "team.ftl"] {
            if !locales().join(&lang).join(file).exists() {
                continue;
            }
            for (id, pattern) in messages(&lang, file) {
                for choice in parts(&pattern).choices {
                    let choice: Vec<&str> = choice.iter().map(String::as_str).collect();
                    assert_eq!(choice, *needed, "locales/{lang}/{file} {id}");
                }
            }
        }
    }
}

#[test]
fn a_language_is_written_with_its_own_letters() {
    // Words that stay in Latin script inside another: names, and what is tapped.
    const KEPT: [&str; 3] = ["Human Rights Observers", "HRO", "Telegram"];
    for lang in languages() {
        for file in RESIDENT_FILES {
            for (id, pattern) in messages(&lang, file) {
                let mut text = parts(&pattern).text;
                if let Some(letter) = text.chars().find(|letter| !faults::belongs(&lang, *letter)) {
                    panic!("locales/{lang}/{file} {id}: {letter} (U+{:04X})", letter as u32);
                }
                for kept in KEPT {
                    text = text.replace(kept, "");
                }
                let latin = text.chars().any(|letter| letter.is_ascii_alphabetic());
                let reads_latin = ["fr", "en"].contains(&lang.as_str());
                assert!(reads_latin || !latin, "locales/{lang}/{file} {id}: {text}");
            }
        }
    }
}

#[test]
fn no_language_turns_the_direction_of_text_by_hand() {
    for lang in languages() {
        for file in RESIDENT_FILES {
            let text = fs::read_to_string(locales().join(&lang).join(file)).unwrap();
            let turns = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
            assert!(!text.contains(turns), "locales/{lang}/{file}");
        }
    }
}

#[test]
fn no_message_is_never_said() {
    let sources: String = [
        "alert_text",
        "buttons",
        "card_text",
        "desk_text",
        "mirror_text",
        "mod",
        "resident",
        "team",
        "upkeep_text",
    ]
    .iter()
    .map(|name| {
        let path = format!("{}/src/speech/{name}.rs", env!("CARGO_MANIFEST_DIR"));
        fs::read_to_string(path).unwrap()
    })
    .collect();
    for file in ["alerts.ftl", "resident.ftl", "team.ftl"] {
        for id in messages("en", file).keys() {
            let by_name = sources.contains(&format!("\"{id}\""));
            let by_menu = id
                .strip_prefix("cmd-")
                .is_some_and(|command| sources.contains(&format!("\"{command}\"")));
            assert!(by_name || by_menu, "{file}: {id} is never said");
        }
    }
}
