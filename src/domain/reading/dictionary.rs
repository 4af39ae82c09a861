//! Looks words up in the lexicon: the longest phrase that begins at a word. Built once, on first
//! use, from the tables in `lexicon`.
use std::collections::HashMap;
use std::sync::LazyLock;

use super::lexicon::{Meaning, TABLES};

/// Words with fewer letters are not taken for a misspelling of a counted noun.
const SLIP_LETTERS_MIN: usize = 5;

/// One spelling of an entry.
#[derive(Debug)]
struct Phrase {
    /// The words after the first.
    rest: Vec<String>,
    meaning: Meaning,
    plural: bool,
}

/// What was found at a word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    pub meaning: Meaning,
    /// Written with a plural ending.
    pub plural: bool,
    /// How many words.
    pub words: usize,
}

struct Dictionary {
    phrases: HashMap<String, Vec<Phrase>>,
    nouns: Vec<(String, Meaning, bool)>,
}

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(build);

fn build() -> Dictionary {
    let mut phrases: HashMap<String, Vec<Phrase>> = HashMap::new();
    let mut nouns = Vec::new();
    for (meaning, spellings) in TABLES.into_iter().flatten() {
        for (spelling, plural) in spellings.split('|').flat_map(endings) {
            // The lexicon is folded as what people type is, in every script.
            let spelling = crate::domain::fold::fold(&spelling);
            let mut words = spelling.split(' ').map(str::to_owned);
            let Some(first) = words.next() else { continue };
            let rest: Vec<String> = words.collect();
            let counted = matches!(
                meaning,
                Meaning::Vehicle(_) | Meaning::Machine(..) | Meaning::Goods(_) | Meaning::Person
            );
            if counted && rest.is_empty() && first.chars().count() >= SLIP_LETTERS_MIN {
                nouns.push((first.clone(), *meaning, plural));
            }
            phrases.entry(first).or_default().push(Phrase { rest, meaning: *meaning, plural });
        }
    }
    for choices in phrases.values_mut() {
        choices.sort_by_key(|phrase| std::cmp::Reverse(phrase.rest.len()));
    }
    Dictionary { phrases, nouns }
}

/// "tente(s)" is "tente" and, plural, "tentes"; several endings multiply.
fn endings(pattern: &str) -> Vec<(String, bool)> {
    let Some((before, rest)) = pattern.split_once('(') else {
        return vec![(pattern.to_owned(), is_plain_plural(pattern))];
    };
    let (ending, after) = rest.split_once(')').unwrap_or((rest, ""));
    let plural_ending = matches!(ending, "s" | "x" | "es" | "nt" | "ent");
    endings(after)
        .into_iter()
        .flat_map(|(tail, plural)| {
            let plural = plural && !tail.is_empty();
            [
                (format!("{before}{tail}"), plural),
                (format!("{before}{ending}{tail}"), plural || plural_ending),
            ]
        })
        .collect()
}

/// Plurals that the tables write out.
fn is_plain_plural(word: &str) -> bool {
    const PLURALS: [&str; 17] = [
        "people",
        "men",
        "women",
        "children",
        "personnes",
        "lorries",
        "mattresses",
        "buses",
        "clothes",
        "habits",
        "fringues",
        "babies",
        "chaussures",
        "shoes",
        "bennes",
        "ppl",
        "bin lorries",
    ];
    PLURALS.contains(&word)
}

/// The longest phrase that begins at `words[0]`.
pub(super) fn look_up<'a>(words: impl Iterator<Item = &'a str> + Clone) -> Option<Found> {
    let choices = DICTIONARY.phrases.get(words.clone().next()?)?;
    choices
        .iter()
        .find(|phrase| {
            let mut following = words.clone().skip(1);
            phrase.rest.iter().all(|word| following.next() == Some(word))
        })
        .map(|phrase| Found {
            meaning: phrase.meaning,
            plural: phrase.plural,
            words: phrase.rest.len() + 1,
        })
}

/// The counted noun that `word` is one slip away from, such as "fougons".
pub(super) fn near_miss(word: &str) -> Option<Found> {
    let letters = word.chars().count();
    if letters < SLIP_LETTERS_MIN {
        return None;
    }
    DICTIONARY
        .nouns
        .iter()
        .filter(|(noun, ..)| noun.chars().count().abs_diff(letters) <= 1)
        .find(|(noun, ..)| strsim::osa_distance(noun, word) == 1)
        .map(|(_, meaning, plural)| Found { meaning: *meaning, plural: *plural, words: 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_phrase_means_two_things() {
        let twice: Vec<String> = DICTIONARY
            .phrases
            .iter()
            .flat_map(|(first, choices)| {
                choices.iter().enumerate().filter_map(move |(i, a)| {
                    let other =
                        choices[..i].iter().find(|b| b.rest == a.rest && b.meaning != a.meaning)?;
                    Some(format!("{first} {:?}: {:?}, {:?}", a.rest, a.meaning, other.meaning))
                })
            })
            .collect();
        assert!(twice.is_empty(), "{}", twice.join("\n"));
    }
    #[test]
    fn every_phrase_is_written_folded() {
        for (_, spellings) in TABLES.into_iter().flatten() {
            for (spelling, _) in spellings.split('|').flat_map(endings) {
                let tokens = super::super::names::spelling_words(&spelling);
                let numbered = spelling.contains(|c: char| c.is_ascii_digit());
                assert!(
                    numbered || tokens.join(" ") == crate::domain::fold::fold(&spelling),
                    "{spelling}"
                );
            }
        }
    }
    #[test]
    fn the_longest_phrase_wins_and_slips_are_forgiven() {
        let found = look_up("police aux frontieres à".split(' ')).unwrap();
        assert_eq!((found.words, found.plural), (3, false));
        assert!(look_up("camions bennes".split(' ')).unwrap().plural);
        assert!(near_miss("fougons").unwrap().plural);
        assert_eq!(near_miss("four"), None);
    }
}
