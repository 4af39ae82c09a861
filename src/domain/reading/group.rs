//! Cuts the terms into groups: a count and what is counted, "15 fourgons de CRS", "et 2 de la PAF",
//! "dont un enfant". How groups hang together (lists, parentheses, *dont*) is noted here; what they
//! come to is decided by `vehicles`, `people` and `goods`.
use crate::domain::sighting::{Crew, Vehicle};

use super::cut::Cutter;
use super::lexicon::Meaning;
use super::term::{Amount, Term, What};
use super::token::Token;
use super::told::{GoodsKind, PeopleKind};

/// What a group counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Noun {
    /// `vehicle` is `None` when only the crew was said ("2 de la PAF"), `crew` when only the
    /// vehicle; `machine` is whose such a machine always is ("une benne").
    Vehicle {
        vehicle: Option<Vehicle>,
        crew: Option<Crew>,
        machine: Option<Crew>,
    },
    /// "2 autres": of the same as before.
    Same,
    /// `full`: "8 tentes pleines".
    Goods {
        kind: GoodsKind,
        full: bool,
    },
    /// "3 pleines".
    Full,
    Person(Who),
    /// What was done, without a word for the people ("20 partent d'elles-mêmes").
    Did(PeopleKind),
    /// Understood, and not to be counted: the observers' own car, police on foot.
    Aside,
}

/// Which people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Anyone,
    Women,
    Children,
}

/// How a group follows the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joined {
    /// Nothing but its place in the text.
    Apart,
    /// A comma.
    Comma,
    /// "et", "+".
    And,
    /// A full stop or a new line.
    Stop,
}

/// A count and what is counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    pub amount: Option<Amount>,
    pub noun: Noun,
    /// "pas de", "ni".
    pub negated: bool,
    /// "la voiture", "les 10 fourgons": known already.
    pub definite: bool,
    /// The noun is a word for people: "12 gendarmes".
    pub persons: bool,
    /// Small words stand between count and noun: "2 de la PAF".
    pub linked: bool,
    pub plural: bool,
    pub joined: Joined,
    /// Within parentheses, or after *dont*: of the group of this index.
    pub within: Option<usize>,
    /// First term, and the one after the last.
    pub start: usize,
    pub end: usize,
}

/// Cuts all groups out of the terms, marking theirs as used.
pub(super) fn groups(terms: &mut [Term], tokens: &[Token], french: bool) -> Vec<Group> {
    let mut found: Vec<Group> = Vec::new();
    let mut joined = Joined::Stop;
    let mut open: Option<Scope> = None;
    let mut at = 0;
    while at < terms.len() {
        if let Some(scope) = open
            && at >= scope.until
        {
            open = None;
        }
        if let Some(scope) = scope_at(terms, at, &found) {
            open = Some(scope);
            joined = Joined::Apart;
            at += 1;
            continue;
        }
        if let Some(mut group) = (Cutter { terms, tokens, french }).group_at(at) {
            group.joined = joined;
            group.within = open.map(|scope| scope.of);
            for term in &mut terms[group.start..group.end] {
                term.used = true;
            }
            at = group.end.max(at + 1);
            found.push(group);
            joined = Joined::Apart;
            continue;
        }
        joined = follow(joined, &terms[at]);
        at += 1;
    }
    found
}

fn follow(joined: Joined, term: &Term) -> Joined {
    match term.what {
        What::Means(Meaning::And | Meaning::Plus) | What::Mark('+') => match joined {
            Joined::Stop => Joined::Stop,
            _ => Joined::And,
        },
        _ if term.is_stop() => Joined::Stop,
        _ if term.is_break() => match joined {
            Joined::Apart | Joined::Comma => Joined::Comma,
            other => other,
        },
        _ => joined,
    }
}

/// A stretch whose groups are parts of an earlier one.
#[derive(Clone, Copy)]
struct Scope {
    of: usize,
    until: usize,
}

/// "(…)" or ": …" right after a group, or "dont …" up to the next comma.
fn scope_at(terms: &[Term], at: usize, found: &[Group]) -> Option<Scope> {
    let last = found.last()?;
    // Groups within hang on the one outside.
    let of = last.within.unwrap_or(found.len() - 1);
    let adjoins = terms[last.end..at].iter().all(|term| term.means(Meaning::Filler));
    let ends = |end: &dyn Fn(&Term) -> bool| {
        terms[at + 1..].iter().position(end).map_or(terms.len(), |length| at + 1 + length)
    };
    let until = match terms[at].what {
        What::Mark('(') if adjoins => {
            let until = ends(&|term| matches!(term.what, What::Mark(')' | '\n')));
            let closed = terms.get(until).is_some_and(|term| term.what == What::Mark(')'));
            // "(+ 2 nettoyage)" is more, not the same.
            let more = terms.get(at + 1).is_some_and(|term| {
                term.what == What::Mark('+')
                    || term.means(Meaning::And)
                    || term.means(Meaning::Plus)
            });
            (closed && !more).then_some(until)
        }
        // "12 véhicules : 8 de CRS, 4 de la PAF": the list is what the total is made of.
        What::Mark(':' | '=') if adjoins && is_total(last) => Some(ends(&Term::is_stop)),
        What::Means(Meaning::Including) => {
            Some(ends(&|term| term.is_break() || term.what == What::Mark(')')))
        }
        _ => None,
    };
    until.map(|until| Scope { of, until })
}

/// A count of vehicles of which nobody has said whose they are.
fn is_total(group: &Group) -> bool {
    let nameless = matches!(
        group.noun,
        Noun::Vehicle { vehicle: Some(_), crew: None | Some(Crew::Police), machine: None }
    );
    let counted = group.amount.is_some_and(|amount| !amount.article);
    nameless && counted && group.within.is_none()
}
