//! What was not understood, in the words of the text: whatever no finding rests on.
use super::lexicon::Meaning;
use super::term::{Term, What};
use super::token::Token;

/// The most small words between two doubts that are shown as one.
const BRIDGE_TERMS_MAX: usize = 3;

/// The doubts, in the order of the text.
pub(super) fn doubts(terms: &[Term], tokens: &[Token], clean: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < terms.len() {
        if !is_doubt(terms, at) {
            at += 1;
            continue;
        }
        let mut end = at;
        while let Some(next) = next_doubt(terms, end) {
            end = next;
        }
        let first = at - leading(terms, at);
        let last = end + trailing(terms, end);
        let from = tokens[terms[first].first].start;
        let until = tokens[terms[last].last].end;
        let words = clean.get(from..until).unwrap_or_default().trim();
        if !words.is_empty() {
            found.push(words.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        at = last + 1;
    }
    found
}

/// Whether nothing was made of a term that says something.
fn is_doubt(terms: &[Term], at: usize) -> bool {
    let term = &terms[at];
    if term.doubt {
        return true;
    }
    if term.used {
        return false;
    }
    match term.what {
        What::Unknown | What::Digits(_) => true,
        What::Amount(amount) => !amount.article,
        What::Mark(sign) => matches!(sign, '?' | '%') || !is_punctuation(sign),
        What::Means(meaning) => matches!(
            meaning,
            Meaning::Month
                | Meaning::Hour
                | Meaning::Minute
                | Meaning::Half
                | Meaning::HalfPast
                | Meaning::Ago
                | Meaning::Dozen(_)
                | Meaning::Untold
                | Meaning::LegalBasis
                | Meaning::Given
                | Meaning::Refused
                | Meaning::Absent
                | Meaning::Kept
                | Meaning::Check
                | Meaning::Papers
                | Meaning::Full
                | Meaning::Number(_)
        ),
        _ => false,
    }
}

/// Pictograms say something; punctuation does not.
fn is_punctuation(sign: char) -> bool {
    sign.is_ascii_punctuation()
        || sign == '\n'
        || matches!(
            sign,
            '→' | '›'
                | '‹'
                | '«'
                | '»'
                | '“'
                | '”'
                | '’'
                | '‘'
                | '´'
                | '•'
                | '·'
                | '°'
                | '≥'
                | '≤'
                | '፡'
        )
}

/// The next doubt, when only small words stand between.
fn next_doubt(terms: &[Term], at: usize) -> Option<usize> {
    let bridge =
        terms[at + 1..].iter().take(BRIDGE_TERMS_MAX).take_while(|term| is_small(term)).count();
    (at + 1..=at + 1 + bridge).find(|next| *next < terms.len() && is_doubt(terms, *next))
}

fn is_small(term: &Term) -> bool {
    let small = matches!(
        term.meaning(),
        Some(
            Meaning::Filler
                | Meaning::And
                | Meaning::Of
                | Meaning::Des
                | Meaning::Article
                | Meaning::A
                | Meaning::At
                | Meaning::Not
                | Meaning::Adjective
                | Meaning::Observers
                | Meaning::Our
                | Meaning::Person
        )
    );
    let article = matches!(term.what, What::Amount(amount) if amount.article);
    !term.used && (small || article || term.what == What::Mark(':'))
}

/// "une moto" rather than "moto": the article belongs to the doubt.
fn leading(terms: &[Term], at: usize) -> usize {
    let article = at > 0
        && !terms[at - 1].used
        && (matches!(terms[at - 1].what, What::Amount(_))
            || terms[at - 1].means(Meaning::Not)
            || terms[at - 1].means(Meaning::Article));
    usize::from(article)
}

/// "30 policiers" rather than "30": so does what was counted.
fn trailing(terms: &[Term], at: usize) -> usize {
    let counted = matches!(terms[at].what, What::Amount(_))
        && terms.get(at + 1).is_some_and(|term| {
            !term.used && !is_doubt(terms, at + 1) && matches!(term.what, What::Means(_))
        });
    usize::from(counted)
}
