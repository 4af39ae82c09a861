//! Puts numbers together: "vingt-deux", "une quinzaine", "18 à 20", "plus de 40". It gives amounts;
//! of what, others say.
use crate::domain::sighting::Qualifier;

use super::lexicon::Meaning;
use super::term::{Amount, COUNT_MAX, Term, What};
use super::token::Token;

/// The longest spelled-out number in words ("quatre-vingt-dix-neuf" after "cent").
const NUMBER_TERMS_MAX: usize = 6;
/// The most qualifiers before a number ("au moins environ").
const QUALIFIERS_MAX: usize = 4;

/// Replaces spelled-out numbers with digits.
pub(super) fn spelled(terms: &[Term]) -> Vec<Term> {
    let mut found = Vec::with_capacity(terms.len());
    let mut at = 0;
    while at < terms.len() {
        match spelled_at(&terms[at..]) {
            Some((value, length)) => {
                found.push(Term::instead_of(&terms[at..at + length], What::Digits(value)));
                at += length;
            }
            None => {
                found.push(terms[at]);
                at += 1;
            }
        }
    }
    found
}

fn spelled_at(terms: &[Term]) -> Option<(u32, usize)> {
    // "cent", "a hundred", "une centaine" (an amount, not here).
    let hundred_follows = terms.get(1).is_some_and(|t| t.means(Meaning::Number(100)));
    let first = match terms.first()?.meaning()? {
        Meaning::Number(value) => value,
        Meaning::One | Meaning::A if hundred_follows => 1,
        _ => return None,
    };
    let (mut value, mut length) = (first, 1);
    while length < terms.len().min(NUMBER_TERMS_MAX) {
        let joined = usize::from(terms[length].means(Meaning::And));
        let next = match terms.get(length + joined).and_then(Term::meaning) {
            Some(Meaning::Number(next)) => next,
            Some(Meaning::One) if joined == 1 => 1,
            _ => break,
        };
        let tens = value % 100;
        let fits = match next {
            100 => joined == 0 && value < 10,
            20..=90 => value >= 100 && tens == 0,
            11..=16 => matches!(tens, 60 | 80) || (value >= 100 && tens == 0),
            1..=9 => (tens >= 20 && tens % 10 == 0) || (value >= 100 && tens == 0),
            _ => false,
        };
        // "vingt et un" is one number, "vingt et deux" are two.
        if !fits || (joined == 1 && value < 100 && !matches!(next, 1 | 11)) {
            break;
        }
        value = if next == 100 { value * 100 } else { value + next };
        length += 1 + joined;
    }
    (value <= COUNT_MAX).then_some((value, length))
}

/// Replaces every number, alone or qualified, with an amount.
pub(super) fn amounts(terms: &[Term], tokens: &[Token], clean: &str) -> Vec<Term> {
    let mut found = Vec::with_capacity(terms.len());
    let mut at = 0;
    while at < terms.len() {
        match amount_at(terms, at, tokens, clean) {
            Some((amount, end)) => {
                found.push(Term::instead_of(&terms[at..end], What::Amount(amount)));
                at = end;
            }
            None => {
                found.push(terms[at]);
                at += 1;
            }
        }
    }
    found
}

/// The amount that begins at a term, and where it ends.
fn amount_at(
    terms: &[Term],
    start: usize,
    tokens: &[Token],
    clean: &str,
) -> Option<(Amount, usize)> {
    let (qualifier, between, at) = qualifiers(terms, start);
    let (mut amount, mut end) = plain(terms, at, tokens, clean)?;
    if at > start && amount.article {
        // "environ un fourgon" is rare, "about a convoy" is not: only real numbers are qualified.
        return None;
    }
    if let Some(qualifier) = qualifier {
        amount.qualifier = qualifier;
    }
    if let Some((top, after)) = range_top(terms, end, amount, between) {
        amount.at_most = Some(top);
        amount.qualifier = Qualifier::AtLeast;
        end = after;
    }
    if terms.get(end).is_some_and(|t| t.means(Meaning::Times)) && !amount.article {
        end += 1;
    }
    if let Some(qualifier) = qualifier_after(terms, end, tokens)
        && !amount.article
        && amount.count.is_some()
    {
        if amount.at_most.is_none() {
            amount.qualifier = qualifier;
        }
        end += 1;
    }
    Some((amount, end))
}

/// The qualifiers before a number: the qualifier, whether "entre" stands there, where they end.
fn qualifiers(terms: &[Term], start: usize) -> (Option<Qualifier>, bool, usize) {
    let (mut qualifier, mut between, mut at) = (None, false, start);
    while at < terms.len() && at - start < QUALIFIERS_MAX {
        match terms[at].what {
            What::Means(Meaning::AtLeast | Meaning::MoreThan | Meaning::Minute)
            | What::Mark('>' | '≥') => qualifier = Some(Qualifier::AtLeast),
            What::Means(Meaning::AtMost) | What::Mark('<' | '≤') => {
                qualifier = Some(Qualifier::AtMost);
            }
            What::Means(Meaning::About) | What::Mark('~') => qualifier = Some(Qualifier::About),
            What::Means(Meaning::Between) => between = true,
            What::Means(Meaning::Of) if at > start => {}
            _ => break,
        }
        at += 1;
    }
    (qualifier, between, at)
}

/// A number without qualifiers.
fn plain(terms: &[Term], at: usize, tokens: &[Token], clean: &str) -> Option<(Amount, usize)> {
    let exact = |count: u32, article: bool| Amount {
        count: Some(count),
        at_most: None,
        qualifier: Qualifier::Exact,
        article,
    };
    let some = Amount { count: None, at_most: None, qualifier: Qualifier::About, article: true };
    let term = terms.get(at)?;
    if let Some((amount, end)) = dozens(terms, at) {
        return Some((amount, end));
    }
    match term.what {
        What::Digits(value) => Some((exact(value, false), at + 1)),
        What::Means(Meaning::One) => Some((exact(1, true), at + 1)),
        What::Means(Meaning::A) => {
            let token = &tokens[term.first];
            let written = clean.get(token.start..token.end).unwrap_or_default();
            let article = written.eq_ignore_ascii_case("a") && counts_follow(terms, at + 1);
            article.then_some((exact(1, true), at + 1))
        }
        What::Means(Meaning::Some) => {
            let of = terms.get(at + 1).is_some_and(|t| t.means(Meaning::Of));
            Some((some, at + 1 + usize::from(of)))
        }
        // "voiture des interprètes" is whose, "des fourgons" is some.
        What::Means(Meaning::Des) => {
            let whose = at > 0 && is_counted(&terms[at - 1]);
            (!whose && counts_follow(terms, at + 1)).then_some((some, at + 1))
        }
        _ => None,
    }
}

/// "une quinzaine de", "deux douzaines", "a dozen", "une bonne dizaine".
fn dozens(terms: &[Term], at: usize) -> Option<(Amount, usize)> {
    let mut here = at;
    let times = match terms[at].what {
        What::Digits(times) => Some(times),
        What::Means(Meaning::One | Meaning::A) => Some(1),
        _ => None,
    };
    here += usize::from(times.is_some());
    while terms.get(here).is_some_and(|t| t.means(Meaning::About) || t.means(Meaning::Adjective)) {
        here += 1;
    }
    let Some(Meaning::Dozen(size)) = terms.get(here)?.meaning() else {
        return None;
    };
    // "des dizaines" is no number.
    let count = match times {
        None if terms[here].plural => None,
        times => size.checked_mul(times.unwrap_or(1)).filter(|n| *n <= COUNT_MAX),
    };
    let of = terms.get(here + 1).is_some_and(|t| t.means(Meaning::Of));
    Some((
        Amount { count, at_most: None, qualifier: Qualifier::About, article: false },
        here + 1 + usize::from(of),
    ))
}

/// Whether something that is counted comes next, adjectives aside.
pub(super) fn counts_follow(terms: &[Term], at: usize) -> bool {
    let mut rest = terms.iter().skip(at);
    rest.find(|term| !term.means(Meaning::Adjective) && !term.means(Meaning::Other))
        .is_some_and(is_counted)
}

/// Whether a term is something one counts.
pub(super) fn is_counted(term: &Term) -> bool {
    term.meaning().is_some_and(|meaning| {
        matches!(
            meaning,
            Meaning::Crew(_)
                | Meaning::Gendarmes
                | Meaning::Vehicle(_)
                | Meaning::Car
                | Meaning::Machine(..)
                | Meaning::Officers
                | Meaning::Person
                | Meaning::Women
                | Meaning::Children
                | Meaning::Goods(_)
        )
    })
}

/// The upper end of "18 à 20", "18-20", "18 ou 20", "entre 18 et 20", and where it ends.
fn range_top(terms: &[Term], at: usize, low: Amount, between: bool) -> Option<(u32, usize)> {
    let low = low.count.filter(|_| !low.article)?;
    let parts = match terms.get(at)?.what {
        What::Means(Meaning::A | Meaning::Or) | What::Mark('-' | '/') => true,
        What::Means(Meaning::Towards | Meaning::AtMost) => true,
        What::Means(Meaning::And) => between,
        _ => false,
    };
    match terms.get(at + 1)?.what {
        What::Digits(top) if parts && top > low => Some((top, at + 2)),
        _ => None,
    }
}

/// "10 environ", "10 max", "10+".
pub(super) fn qualifier_after(terms: &[Term], at: usize, tokens: &[Token]) -> Option<Qualifier> {
    let numbered = terms.get(at + 1).is_some_and(|t| {
        matches!(t.what, What::Digits(_) | What::Amount(_))
            || matches!(t.meaning(), Some(Meaning::One | Meaning::Number(_) | Meaning::Of))
    });
    if numbered {
        return None;
    }
    let term = terms.get(at)?;
    match term.what {
        What::Means(Meaning::AtLeast) => Some(Qualifier::AtLeast),
        What::Means(Meaning::AtMost) => Some(Qualifier::AtMost),
        What::Means(Meaning::About) => Some(Qualifier::About),
        What::Mark('+') if tokens[term.first].glued => Some(Qualifier::AtLeast),
        _ => None,
    }
}
