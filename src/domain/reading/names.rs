//! Every way a place or zone is written, folded once, so that finding one in a text is a look-up.
//! It finds and suggests; it never chooses between two.
use std::collections::HashMap;

use crate::domain::fold;
use crate::domain::site::{Place, ZoneRules};

use super::token::{Kind, tokens};

/// The longest name that is looked for, in words.
pub const NAME_WORDS_MAX: usize = 8;
/// Names of at least so many letters are also found when written without the spaces between their
/// words ("beaumarais", "loonplage"); shorter ones would be found inside common words.
const COMPACT_LETTERS_MIN: usize = 6;
/// Words with fewer letters are too short to guess a place from.
const GUESS_LETTERS_MIN: usize = 4;
/// How alike (0 to 1, the share of letters that need no change) a word must be to suggest a place:
/// one slip in five letters, two in nine.
pub const GUESS_LIKENESS_MIN: f64 = 0.76;
/// The most places suggested for one text; a phone shows so many buttons without scrolling.
pub const SUGGESTIONS_MAX: usize = 3;

/// What a name names: an index into the gazetteer's places or zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::domain) enum Named {
    Place(usize),
    Zone(usize),
}

#[derive(Debug, Clone, PartialEq)]
struct Spelling {
    compact: String,
    letters: usize,
    letter_set: u64,
    named: Named,
}

/// All spellings of a gazetteer.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::domain) struct Names {
    by_words: HashMap<String, Named>,
    by_letters: HashMap<String, Named>,
    spellings: Vec<Spelling>,
}

impl Names {
    /// Folds all names, codes and aliases. Where two places share a spelling the first keeps it;
    /// the gazetteer's loader refuses such a file.
    pub fn new(zones: &[ZoneRules], places: &[Place]) -> Names {
        let mut names = Names::default();
        for (index, place) in places.iter().enumerate() {
            for spelling in spellings_of_place(place) {
                names.add(spelling, Named::Place(index));
            }
        }
        for (index, zone) in zones.iter().enumerate() {
            for spelling in spellings_of_zone(zone) {
                names.add(spelling, Named::Zone(index));
            }
        }
        names
    }

    fn add(&mut self, spelling: &str, named: Named) {
        let words = spelling_words(spelling);
        if words.is_empty() {
            return;
        }
        let compact = words.concat();
        let letters = compact.chars().count();
        self.by_words.entry(words.join(" ")).or_insert(named);
        if letters >= COMPACT_LETTERS_MIN {
            self.by_letters.entry(compact.clone()).or_insert(named);
        }
        self.spellings.push(Spelling { letter_set: letter_set(&compact), letters, compact, named });
    }

    /// What these folded words, written one after the other, name.
    pub fn find(&self, spaced: &str, compact: &str) -> Option<Named> {
        self.by_words.get(spaced).or_else(|| self.by_letters.get(compact)).copied()
    }

    /// What these folded letters resemble, each with its likeness.
    pub fn resembling<'a>(&'a self, compact: &'a str) -> impl Iterator<Item = (Named, f64)> + 'a {
        let letters = compact.chars().count();
        let set = letter_set(compact);
        self.spellings.iter().filter_map(move |spelling| {
            // Cheap bounds first: most spellings differ in length or letters by too much.
            let longer = letters.max(spelling.letters);
            let slips = ((1.0 - GUESS_LIKENESS_MIN) * longer as f64) as usize;
            let apart = letters.abs_diff(spelling.letters);
            let strange = (set ^ spelling.letter_set).count_ones() as usize;
            if letters < GUESS_LETTERS_MIN || apart > slips || strange > 2 * slips {
                return None;
            }
            let likeness = strsim::normalized_damerau_levenshtein(compact, &spelling.compact);
            (likeness >= GUESS_LIKENESS_MIN).then_some((spelling.named, likeness))
        })
    }
}

/// A spelling as folded words, the way the reader sees them.
pub fn spelling_words(spelling: &str) -> Vec<String> {
    tokens(&fold::clean(spelling).0)
        .into_iter()
        .filter(|token| !matches!(token.kind, Kind::Mark(_)))
        .map(|token| token.text)
        .collect()
}

/// Every spelling of a place: its code, names and aliases.
pub fn spellings_of_place(place: &Place) -> impl Iterator<Item = &str> {
    [place.code.as_str(), place.name.as_str()]
        .into_iter()
        .chain(place.scripts.values().map(String::as_str))
        .chain(place.aliases.iter().map(String::as_str))
}

/// Every spelling of a zone.
pub fn spellings_of_zone(zone: &ZoneRules) -> impl Iterator<Item = &str> {
    [zone.zone.as_str(), zone.name.as_str()]
        .into_iter()
        .chain(zone.scripts.values().map(String::as_str))
        .chain(zone.aliases.iter().map(String::as_str))
}

/// The letters that occur, as a set of 64 classes.
fn letter_set(word: &str) -> u64 {
    word.chars().fold(0, |set, letter| set | 1 << (letter as u32 % 64))
}
