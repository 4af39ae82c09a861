//! The text as a row of terms: names of the gazetteer, phrases of the lexicon, numbers, marks, and
//! words nobody knows. Later passes fold several terms into one or mark them as used; what is left
//! over becomes the doubts.
use chrono::NaiveTime;

use crate::domain::sighting::Qualifier;
use crate::domain::site::Gazetteer;

use super::dictionary::{self, Found};
use super::lexicon::Meaning;
use super::names::{NAME_WORDS_MAX, Named};
use super::token::{Kind, Token};

/// No count is larger: bigger numbers are years, telephone numbers or slips.
pub(super) const COUNT_MAX: u32 = 1_999;

/// How many, as told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amount {
    /// `None`: some.
    pub count: Option<u32>,
    pub at_most: Option<u32>,
    pub qualifier: Qualifier,
    /// Only "un", "une", "a": without a noun it was no number.
    pub article: bool,
}

/// What a term is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum What {
    /// A phrase of the lexicon.
    Means(Meaning),
    /// A place or zone of the gazetteer.
    Name(Named),
    /// A number in digits.
    Digits(u32),
    /// A sign.
    Mark(char),
    /// A word nobody knows.
    Unknown,
    /// A count, put together.
    Amount(Amount),
    /// A clock time; `true` when only an hour was said ("at 6").
    Clock(NaiveTime, bool),
    /// From, until.
    Window(NaiveTime, NaiveTime),
    /// Minutes before now.
    MinutesAgo(u32),
    /// "5 novembre", "hier".
    OtherDay,
}

/// One term and the tokens it covers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Term {
    pub what: What,
    /// Written with a plural ending.
    pub plural: bool,
    /// First and last token.
    pub first: usize,
    pub last: usize,
    /// A finding rests on it, so it is no doubt.
    pub used: bool,
    /// Not understood, whatever it means alone.
    pub doubt: bool,
}

impl Term {
    /// A term in place of `terms`, which are not empty.
    pub fn instead_of(terms: &[Term], what: What) -> Term {
        Term {
            what,
            plural: terms.last().is_some_and(|t| t.plural),
            first: terms.first().map_or(0, |t| t.first),
            last: terms.last().map_or(0, |t| t.last),
            used: false,
            doubt: false,
        }
    }
    /// The meaning, for a phrase of the lexicon.
    pub fn meaning(&self) -> Option<Meaning> {
        match self.what {
            What::Means(meaning) => Some(meaning),
            _ => None,
        }
    }
    /// Whether it is this phrase.
    pub fn means(&self, meaning: Meaning) -> bool {
        self.what == What::Means(meaning)
    }
    /// Whether it ends a sentence or line.
    pub fn is_stop(&self) -> bool {
        matches!(self.what, What::Mark('.' | ';' | '\n' | '!' | '?'))
    }
    /// Whether it parts one thing told from the next.
    pub fn is_break(&self) -> bool {
        self.is_stop() || matches!(self.what, What::Mark(',' | '-' | '/' | '|' | '•' | '*'))
    }
}

/// Finds names, phrases, numbers and marks.
pub(super) fn terms(tokens: &[Token], gazetteer: &Gazetteer) -> Vec<Term> {
    let mut found: Vec<Term> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let (what, words, plural) = term_at(tokens, at, gazetteer, found.last());
        found.push(Term {
            what,
            plural,
            first: at,
            last: at + words - 1,
            used: false,
            doubt: false,
        });
        at += words;
    }
    found
}

fn term_at(
    tokens: &[Token],
    at: usize,
    gazetteer: &Gazetteer,
    before: Option<&Term>,
) -> (What, usize, bool) {
    let token = &tokens[at];
    if let Kind::Mark(sign) = token.kind {
        return (What::Mark(sign), 1, false);
    }
    let phrase = phrase_at(tokens, at);
    if let Some((named, words)) = name_at(tokens, at, gazetteer) {
        let covered = phrase.map_or(0, |found| found.words);
        // A name that is also a common word ("PASS") is a name only in capitals.
        if words > covered || (words == covered && token.capitals) {
            return (What::Name(named), words, false);
        }
    }
    if let Some(found) = phrase {
        return (What::Means(found.meaning), found.words, found.plural);
    }
    // "une 15aine".
    let dozen = token.text.strip_suffix("aines").or_else(|| token.text.strip_suffix("aine"));
    if let Some(Ok(size @ 1..=COUNT_MAX)) = dozen.map(str::parse) {
        return (What::Means(Meaning::Dozen(size)), 1, token.text.ends_with('s'));
    }
    if token.kind == Kind::Digits {
        let number = match token.text.parse::<u32>() {
            Ok(value) if value <= COUNT_MAX && token.text.len() <= 4 => What::Digits(value),
            _ => What::Unknown,
        };
        return (number, 1, false);
    }
    // After a number even a misspelled noun is clear.
    let counted = before.is_some_and(|term| match term.what {
        What::Digits(_) => true,
        What::Means(meaning) => matches!(
            meaning,
            Meaning::Number(_) | Meaning::One | Meaning::Of | Meaning::Adjective | Meaning::Des
        ),
        _ => false,
    });
    match dictionary::near_miss(&token.text).filter(|_| counted) {
        Some(found) => (What::Means(found.meaning), 1, found.plural),
        None => (What::Unknown, 1, false),
    }
}

fn phrase_at(tokens: &[Token], at: usize) -> Option<Found> {
    dictionary::look_up(tokens[at..].iter().map(|token| token.text.as_str()))
}

/// The longest name of the gazetteer that begins at a token.
pub(super) fn name_at(
    tokens: &[Token],
    at: usize,
    gazetteer: &Gazetteer,
) -> Option<(Named, usize)> {
    let mut spaced = String::new();
    let mut compact = String::new();
    let mut best = None;
    for (words, token) in tokens[at..].iter().take(NAME_WORDS_MAX).enumerate() {
        if matches!(token.kind, Kind::Mark(_)) {
            break;
        }
        if words > 0 {
            spaced.push(' ');
        }
        spaced.push_str(&token.text);
        compact.push_str(&token.text);
        if let Some(named) = gazetteer.names().find(&spaced, &compact) {
            best = Some((named, words + 1));
        }
    }
    best
}
