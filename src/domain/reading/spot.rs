//! The places of a text and the words that tell what happens there, brought together. A word is
//! given to one place, the nearest; only "nothing" is shared along a list of places.
use crate::domain::sighting::Phase;

use super::lexicon::Meaning;
use super::story::{Evidence, is_link};
use super::term::{Term, What};

/// A word that tells a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cue {
    /// Its term.
    pub at: usize,
    pub phase: Phase,
    /// "pas de police": it yields to vehicles counted at the same place.
    pub weak: bool,
}

/// A place where something is or is not.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    /// Its term.
    pub at: usize,
    /// Index into the gazetteer's places.
    pub place: usize,
    pub cue: Option<Cue>,
    pub phase: Option<Phase>,
    /// What is told of all others is not told of it.
    pub except: bool,
    /// Something is counted or said to be there.
    pub counted: bool,
    /// Police vehicles are counted there.
    pub police: bool,
}

/// The words that tell a phase, in order. A denied departure means that they are still there; other
/// denied words tell nothing and become doubts. `denied` are the terms at which police are denied.
pub(super) fn cues(terms: &mut [Term], denied: &[usize]) -> Vec<Cue> {
    let mut found = Vec::new();
    for at in 0..terms.len() {
        if denied.contains(&at) {
            found.push(Cue { at, phase: Phase::Nothing, weak: true });
            continue;
        }
        let What::Means(Meaning::Cue(phase)) = terms[at].what else {
            continue;
        };
        if terms[at].used {
            continue;
        }
        let not = terms[..at]
            .iter()
            .rev()
            .find(|term| !is_link(term))
            .is_some_and(|term| term.means(Meaning::Not) && !term.used);
        terms[at].used = true;
        match (not, phase) {
            (false, _) => found.push(Cue { at, phase, weak: false }),
            (true, Phase::Left) => found.push(Cue { at, phase: Phase::OnSite, weak: false }),
            (true, _) => terms[at].doubt = true,
        }
    }
    found
}

/// Gives every cue to the spot it speaks of; of several at one spot the last holds. "Nothing" does
/// not undo police counted at the same place ("10 fourgons, rien de plus"): it becomes a doubt.
pub(super) fn attach(terms: &mut [Term], evidence: &Evidence, spots: &mut [Spot], cues: &[Cue]) {
    let operation = |at: usize| terms[at].means(Meaning::Operation);
    for spot in spots.iter_mut() {
        let told = |at: usize| evidence.counted[at] || operation(at);
        spot.counted = is_told_at(terms, &told, spot.at);
        spot.police = is_told_at(terms, &|at| evidence.police[at], spot.at);
    }
    let only_one = spots.len() == 1;
    for cue in cues {
        let Some(owner) = owner(terms, spots, cues, cue.at) else {
            continue;
        };
        let spot = &mut spots[owner];
        let yields = spot.counted || spot.cue.is_some() || (only_one && !evidence.none);
        if spot.police && cue.phase == Phase::Nothing && !cue.weak {
            terms[cue.at].doubt = true;
        } else if !(spot.except || cue.weak && yields) {
            spot.cue = Some(*cue);
        }
    }
    share_along_lists(terms, spots);
}

/// The spot a cue speaks of: the one right after it, else right before it, else the last before,
/// else the next after.
fn owner(terms: &[Term], spots: &[Spot], cues: &[Cue], cue: usize) -> Option<usize> {
    let open = |from: usize, to: usize| {
        let between = from.min(to) + 1..from.max(to);
        let other = cues.iter().any(|cue| between.contains(&cue.at));
        !other && !terms[between].iter().any(Term::is_break)
    };
    let after = spots.iter().position(|spot| spot.at > cue);
    let before = spots.iter().rposition(|spot| spot.at < cue);
    let near_after = after.filter(|at| open(cue, spots[*at].at));
    let near_before = before.filter(|at| open(spots[*at].at, cue));
    match (near_before, near_after) {
        // "BMX RAS, …": between two neighbours the closer one.
        (Some(b), Some(a)) if cue - spots[b].at < spots[a].at - cue => Some(b),
        (_, Some(a)) => Some(a),
        (Some(b), None) => Some(b),
        (None, None) => before.or(after),
    }
}

/// "Virval, Stade et BMX : RAS": places of one list share that nothing is there, unless something
/// is told of one of them.
fn share_along_lists(terms: &[Term], spots: &mut [Spot]) {
    let listed = |from: &Spot, to: &Spot| {
        terms[from.at + 1..to.at].iter().all(|term| {
            matches!(term.what, What::Mark(',' | '/' | ':' | '-' | '+'))
                || term.means(Meaning::And)
                || term.means(Meaning::Or)
                || is_link(term)
        })
    };
    let nothing = |spot: &Spot| spot.cue.filter(|cue| cue.phase == Phase::Nothing);
    let free = |spot: &Spot| spot.cue.is_none() && !spot.except && !spot.counted;
    for at in 1..spots.len() {
        if free(&spots[at]) && listed(&spots[at - 1], &spots[at]) {
            spots[at].cue = nothing(&spots[at - 1]);
        }
    }
    for at in (1..spots.len()).rev() {
        if free(&spots[at - 1]) && listed(&spots[at - 1], &spots[at]) {
            spots[at - 1].cue = nothing(&spots[at]);
        }
    }
}

/// Whether something is told beside a place: in its own clause, or after it, before any other place
/// ("BMX, 10 fourgons"), unless that clause names a place of its own ("10 fourgons au Stade").
fn is_told_at(terms: &[Term], told: &dyn Fn(usize) -> bool, place: usize) -> bool {
    let named = |at: usize| matches!(terms[at].what, What::Name(_));
    let before = (0..place).rev().take_while(|at| !terms[*at].is_break() && !named(*at)).any(told);
    if before {
        return true;
    }
    let Some(first) = (place + 1..terms.len())
        .take_while(|at| !terms[*at].is_stop() && !named(*at))
        .find(|at| told(*at))
    else {
        return false;
    };
    let own_clause = terms[place..first].iter().all(|term| !term.is_break());
    let elsewhere = (first..terms.len()).take_while(|at| !terms[*at].is_break()).any(named);
    own_clause || !elsewhere
}
