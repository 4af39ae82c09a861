//! Places in what people type: recognised by any spelling the gazetteer knows, otherwise suggested
//! by likeness and left to the person to choose.
use crate::domain::fold;
use crate::domain::site::{Gazetteer, Place, SiteCode};

use super::names::{Named, SUGGESTIONS_MAX};
use super::term::{Term, What, name_at, terms};
use super::token::{Kind, Token, tokens};

/// The longest name guessed at, in words.
const GUESS_WORDS_MAX: usize = 4;
/// Only so many words are guessed at: enough for a name, and a bound on the work for a long text.
const GUESSES_MAX: usize = 24;

/// The first place a text names, by its code, name or an alias in any script.
pub fn find_place<'a>(text: &str, gazetteer: &'a Gazetteer) -> Option<&'a Place> {
    let tokens = tokens(&fold::clean(text).0);
    (0..tokens.len()).find_map(|at| match name_at(&tokens, at, gazetteer)? {
        (Named::Place(index), _) => gazetteer.places().get(index),
        (Named::Zone(_), _) => None,
    })
}

/// Places whose names resemble what was typed, best first, at most
/// [`SUGGESTIONS_MAX`](super::names::SUGGESTIONS_MAX). Nothing is chosen by it.
pub fn suggest(text: &str, gazetteer: &Gazetteer) -> Vec<SiteCode> {
    let tokens = tokens(&fold::clean(text).0);
    let terms = terms(&tokens, gazetteer);
    suggestions(&terms, &tokens, gazetteer)
}

/// As [`suggest`], for terms already found: looks at words nobody knows, and at the words beside
/// them, as a name's other words may be common ones ("rue des Hutes").
pub(super) fn suggestions(
    terms: &[Term],
    tokens: &[Token],
    gazetteer: &Gazetteer,
) -> Vec<SiteCode> {
    let mut scored: Vec<(usize, f64)> = Vec::new();
    let unknown = terms
        .iter()
        .filter(|term| term.what == What::Unknown && tokens[term.first].kind == Kind::Word);
    for term in unknown.take(GUESSES_MAX) {
        let from = term.first.saturating_sub(GUESS_WORDS_MAX - 1);
        for start in from..=term.first {
            for end in term.first..tokens.len().min(start + GUESS_WORDS_MAX) {
                let stretch = &tokens[start..=end];
                if stretch.iter().any(|token| matches!(token.kind, Kind::Mark(_))) {
                    continue;
                }
                let compact: String = stretch.iter().map(|token| token.text.as_str()).collect();
                let alike = gazetteer.names().resembling(&compact);
                scored.extend(alike.filter_map(|(named, likeness)| match named {
                    Named::Place(index) => Some((index, likeness)),
                    Named::Zone(_) => None,
                }));
            }
        }
    }
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut codes: Vec<SiteCode> = Vec::new();
    for place in scored.iter().filter_map(|(index, _)| gazetteer.places().get(*index)) {
        if codes.len() < SUGGESTIONS_MAX && !codes.contains(&place.code) {
            codes.push(place.code.clone());
        }
    }
    codes
}
