//! Places in what people type: recognised by any spelling the gazetteer knows, otherwise suggested
//! by likeness and left to the person to choose.
use crate::domain::fold;
use crate::domain::site::{Gazetteer, Place, SiteCode};

use super::lexicon::Meaning;
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
    let unknown = (0..terms.len())
        .filter(|at| terms[*at].what == What::Unknown && is_word(&terms[*at], tokens));
    for at in unknown.take(GUESSES_MAX) {
        // A name reaches over unknown and small words, not over counts or crews.
        let reach = |term: &&Term| may_be_named(term, tokens);
        let before = terms[..at].iter().rev().take(GUESS_WORDS_MAX - 1).take_while(reach).count();
        let after = terms[at..].iter().take(GUESS_WORDS_MAX).take_while(reach).count();
        for start in at - before..=at {
            for end in at..(at + after).min(start + GUESS_WORDS_MAX) {
                let stretch = &tokens[terms[start].first..=terms[end].last];
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

fn is_word(term: &Term, tokens: &[Token]) -> bool {
    tokens[term.first].kind == Kind::Word
}

fn may_be_named(term: &Term, tokens: &[Token]) -> bool {
    let small = matches!(
        term.meaning(),
        Some(
            Meaning::Filler
                | Meaning::Of
                | Meaning::Des
                | Meaning::Article
                | Meaning::A
                | Meaning::And
                | Meaning::Adjective
        )
    );
    is_word(term, tokens) && (small || term.what == What::Unknown)
}
