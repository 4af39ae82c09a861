//! What police did besides moving people and goods, and where the knowledge comes from.
use crate::domain::sighting::Source;

use super::lexicon::Meaning;
use super::term::{Term, What};
use super::told::Conduct;

/// All conduct told, each once, in the order of the text.
pub(super) fn conduct(terms: &mut [Term], interpreters: Option<bool>) -> Vec<Conduct> {
    let mut found: Vec<Conduct> = Vec::new();
    let mut add = |conduct: Conduct| {
        if !found.contains(&conduct) {
            found.push(conduct);
        }
    };
    for at in 0..terms.len() {
        let told = match terms[at].what {
            What::Means(Meaning::Conduct(conduct)) => (!denied(terms, at)).then_some(conduct),
            What::Means(Meaning::LegalBasis) => {
                let told = legal_basis(terms, at);
                let range = sentence(terms, at);
                for near in &mut terms[range] {
                    let said = near.means(Meaning::Given) || near.means(Meaning::Refused);
                    near.used |= said && told.is_some();
                }
                told
            }
            What::Means(Meaning::Check) => check(terms, at),
            What::Means(Meaning::Papers) => papers(terms, at),
            _ => continue,
        };
        if let Some(told) = told {
            terms[at].used = true;
            add(told);
        }
    }
    match interpreters {
        Some(true) if any_near(terms, Meaning::Absent) => {
            for term in terms.iter_mut() {
                term.used |= term.means(Meaning::Absent);
            }
            add(Conduct::InterpretersAbsent);
        }
        Some(true) => add(Conduct::InterpretersPresent),
        Some(false) => add(Conduct::InterpretersAbsent),
        None => {}
    }
    found
}

/// Where the knowledge comes from: the first source named.
pub(super) fn source(terms: &[Term]) -> Source {
    terms
        .iter()
        .find_map(|term| match term.what {
            What::Means(Meaning::Source(source)) => Some(source),
            _ => None,
        })
        .unwrap_or(Source::Direct)
}

/// The terms of the same sentence, commas not parting them.
fn sentence(terms: &[Term], at: usize) -> std::ops::Range<usize> {
    let start = terms[..at].iter().rposition(Term::is_stop).map_or(0, |stop| stop + 1);
    let end = terms[at..].iter().position(Term::is_stop).map_or(terms.len(), |length| at + length);
    start..end
}

/// The terms up to the nearest comma on both sides.
fn clause(terms: &[Term], at: usize) -> &[Term] {
    let start = terms[..at].iter().rposition(Term::is_break).map_or(0, |stop| stop + 1);
    let end = terms[at..].iter().position(Term::is_break).map_or(terms.len(), |length| at + length);
    &terms[start..end]
}

fn any_near(terms: &[Term], meaning: Meaning) -> bool {
    terms.iter().any(|term| term.means(meaning))
}

/// "pas de gaz", "no perimeter".
fn denied(terms: &[Term], at: usize) -> bool {
    terms[..at]
        .iter()
        .rev()
        .find(|term| {
            !matches!(term.meaning(), Some(Meaning::Of | Meaning::Filler | Meaning::Article))
        })
        .is_some_and(|term| term.means(Meaning::Not))
}

/// "refusent de donner la base légale": a refusal outweighs the word for giving.
fn legal_basis(terms: &[Term], at: usize) -> Option<Conduct> {
    let near = &terms[sentence(terms, at)];
    let refused = any_near(near, Meaning::Refused) || any_near(clause(terms, at), Meaning::Not);
    let given = any_near(near, Meaning::Given);
    match (refused, given) {
        (true, _) => Some(Conduct::LegalBasisRefused),
        (false, true) => Some(Conduct::LegalBasisGiven),
        (false, false) => None,
    }
}

/// "papiers et véhicule contrôlés".
fn papers(terms: &[Term], at: usize) -> Option<Conduct> {
    let near = &terms[sentence(terms, at)];
    let checked = any_near(near, Meaning::Check)
        || any_near(near, Meaning::Conduct(Conduct::VehicleCheck))
        || any_near(near, Meaning::Conduct(Conduct::IdentityCheck));
    checked.then_some(Conduct::IdentityCheck)
}

/// "notre voiture contrôlée", "papiers contrôlés".
fn check(terms: &[Term], at: usize) -> Option<Conduct> {
    let near = &terms[sentence(terms, at)];
    let papers = any_near(near, Meaning::Papers);
    let ours = any_near(near, Meaning::Our);
    let watched = any_near(near, Meaning::Observers);
    if papers || watched {
        Some(Conduct::IdentityCheck)
    } else if ours {
        Some(Conduct::VehicleCheck)
    } else {
        None
    }
}
