//! Cuts the terms into groups: a count and what is counted, "15 fourgons de CRS", "et 2 de la PAF",
//! "dont un enfant". How groups hang together (lists, parentheses, *dont*) is noted here; what they
//! come to is decided by `vehicles`, `people` and `goods`.
use crate::domain::sighting::{Crew, Vehicle};

use super::lexicon::Meaning;
use super::number::qualifier_after;
use super::term::{Amount, Term, What};
use super::token::Token;
use super::told::{GoodsKind, PeopleKind};

/// The most small words between a noun and what belongs to it ("fourgons blancs de la …").
const LINKS_MAX: usize = 5;

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

/// "(…)" right after a group, or "dont …" up to the next comma.
fn scope_at(terms: &[Term], at: usize, found: &[Group]) -> Option<Scope> {
    let of = found.len().checked_sub(1)?;
    // Groups within hang on the one outside.
    let of = found[of].within.unwrap_or(of);
    match terms[at].what {
        What::Mark('(') => {
            let close = terms[at..]
                .iter()
                .position(|term| matches!(term.what, What::Mark(')' | '\n')))
                .map(|length| at + length)?;
            let closed = matches!(terms[close].what, What::Mark(')'));
            let detail = closed
                && at == found.last()?.end
                && !matches!(
                    terms.get(at + 1).map(|t| t.what),
                    Some(What::Mark('+') | What::Means(Meaning::And | Meaning::Plus))
                );
            detail.then_some(Scope { of, until: close })
        }
        What::Means(Meaning::Including) => {
            let until = terms[at..]
                .iter()
                .position(|term| term.is_break() || matches!(term.what, What::Mark(')')))
                .map_or(terms.len(), |length| at + length);
            Some(Scope { of, until })
        }
        _ => None,
    }
}

struct Cutter<'a> {
    terms: &'a [Term],
    tokens: &'a [Token],
    french: bool,
}

impl Cutter<'_> {
    fn meaning(&self, at: usize) -> Option<Meaning> {
        self.terms.get(at).and_then(Term::meaning)
    }

    fn amount(&self, at: usize) -> Option<Amount> {
        match self.terms.get(at)?.what {
            What::Amount(amount) => Some(amount),
            _ => None,
        }
    }

    /// Past small words from `at` on.
    fn past(&self, at: usize, small: impl Fn(Meaning) -> bool) -> usize {
        let skipped = self.terms[at.min(self.terms.len())..]
            .iter()
            .take(LINKS_MAX)
            .take_while(|term| term.meaning().is_some_and(&small))
            .count();
        at + skipped
    }

    fn group_at(&self, start: usize) -> Option<Group> {
        let negated = matches!(self.meaning(start), Some(Meaning::Not | Meaning::MoreThan));
        let mut at = start + usize::from(negated);
        let definite = self.meaning(at) == Some(Meaning::Article);
        at += usize::from(definite);
        if negated {
            at = self.past(at, is_link);
        }
        let amount = self.amount(at);
        at += usize::from(amount.is_some());
        let mut other = false;
        let noun_at = if amount.is_some() || definite || negated {
            let noun_at = self.past(at, |m| is_link(m) || is_adjective(m));
            other = self.terms[at..noun_at.min(self.terms.len())]
                .iter()
                .any(|term| term.means(Meaning::Other));
            noun_at
        } else {
            at
        };
        let linked = amount.is_some()
            && self.terms[at..noun_at.min(self.terms.len())]
                .iter()
                .any(|term| term.meaning().is_some_and(is_link));
        let (noun, end, plural) = match self.noun_at(noun_at, amount.is_some() || negated) {
            Some(found) => found,
            None if amount.is_some() && other => (Noun::Same, noun_at, false),
            None => return None,
        };
        let mut group = Group {
            amount,
            noun,
            negated,
            definite,
            linked,
            plural,
            joined: Joined::Apart,
            within: None,
            start,
            end,
        };
        self.counted_after(&mut group);
        Some(group)
    }

    /// The noun at a term, where it ends, and whether it is plural.
    fn noun_at(&self, at: usize, counted: bool) -> Option<(Noun, usize, bool)> {
        let plural = self.terms.get(at)?.plural;
        let simple = |noun| Some((noun, at + 1, plural));
        if self.meaning(at) == Some(Meaning::Our) {
            let end = self.past(at + 1, is_adjective);
            let vehicle = self.vehicle(end)?;
            return Some((Noun::Aside, vehicle.1, false));
        }
        if let Some((vehicle, end)) = self.vehicle(at) {
            return self.vehicle_group(vehicle, end, plural);
        }
        match self.meaning(at)? {
            Meaning::Machine(crew, vehicle) => {
                let (own, end) = self.crew_after(at + 1);
                let noun = Noun::Vehicle { vehicle: Some(vehicle), crew: own, machine: Some(crew) };
                Some((noun, end, plural))
            }
            Meaning::Crew(_) => self.crew_group(at),
            Meaning::Goods(kind) => {
                let full = self.meaning(at + 1) == Some(Meaning::Full);
                Some((Noun::Goods { kind, full }, at + 1 + usize::from(full), plural))
            }
            Meaning::Full => match self.meaning(at + 1) {
                Some(Meaning::Goods(kind)) => {
                    let plural = self.terms[at + 1].plural;
                    Some((Noun::Goods { kind, full: true }, at + 2, plural))
                }
                _ if counted => simple(Noun::Full),
                _ => None,
            },
            Meaning::Person => simple(Noun::Person(Who::Anyone)),
            Meaning::Women => simple(Noun::Person(Who::Women)),
            Meaning::Children => simple(Noun::Person(Who::Children)),
            Meaning::Did(kind) if counted => simple(Noun::Did(kind)),
            _ => None,
        }
    }

    /// A vehicle noun and where it ends. "car" is a bus in French.
    fn vehicle(&self, at: usize) -> Option<(Vehicle, usize)> {
        match self.meaning(at)? {
            Meaning::Vehicle(vehicle) => Some((vehicle, at + 1)),
            Meaning::Car if self.french => Some((Vehicle::Bus, at + 1)),
            Meaning::Car => Some((Vehicle::Car, at + 1)),
            _ => None,
        }
    }

    /// "fourgons de la Police Nationale", "voiture banalisée", "voiture des observateurs".
    fn vehicle_group(
        &self,
        vehicle: Vehicle,
        end: usize,
        plural: bool,
    ) -> Option<(Noun, usize, bool)> {
        let link = self.past(end, |m| is_link(m) || is_adjective(m));
        if self.meaning(link) == Some(Meaning::Observers) && link > end {
            return Some((Noun::Aside, link + 1, plural));
        }
        let (crew, end) = self.crew_after(end);
        let noun = Noun::Vehicle { vehicle: Some(vehicle), crew, machine: None };
        Some((noun, end, plural))
    }

    /// The crew a vehicle belongs to, and where it ends. Of two crews without a word between them
    /// the more special one counts ("police CRS").
    fn crew_after(&self, end: usize) -> (Option<Crew>, usize) {
        let link = self.past(end, |m| is_link(m) || is_adjective(m));
        let open = usize::from(matches!(
            self.terms.get(link).map(|term| term.what),
            Some(What::Mark('('))
        ));
        let Some(Meaning::Crew(crew)) = self.meaning(link + open) else {
            return (None, end);
        };
        let mut after = link + open + 1;
        if open == 1 {
            let closed = self.terms.get(after).map(|term| term.what) == Some(What::Mark(')'));
            return if closed { (Some(crew), after + 1) } else { (None, end) };
        }
        let mut crew = crew;
        while let Some(Meaning::Crew(next)) = self.meaning(after) {
            crew = more_special(crew, next);
            after += 1;
        }
        (Some(crew), after)
    }

    /// A crew first: "CRS vans", "2 de la PAF", "CRS : 10 fourgons", "CRS 10".
    fn crew_group(&self, at: usize) -> Option<(Noun, usize, bool)> {
        let mut end = at;
        let mut crew = None;
        while let Some(Meaning::Crew(next)) = self.meaning(end) {
            crew = Some(crew.map_or(next, |crew| more_special(crew, next)));
            end += 1;
        }
        // English: "interpreters' car"; the s of the genitive is a small word.
        let vehicle_at = self.past(end, |m| m == Meaning::Adjective || m == Meaning::Filler);
        let direct = self.terms[end..vehicle_at.min(self.terms.len())]
            .iter()
            .all(|term| term.means(Meaning::Adjective) || self.is_genitive(term));
        let vehicle = self.vehicle(vehicle_at).filter(|_| direct);
        let plural = self.terms.get(vehicle_at).is_some_and(|term| term.plural);
        let noun = |vehicle: Option<Vehicle>, machine: Option<Crew>| Noun::Vehicle {
            vehicle,
            crew,
            machine,
        };
        if let Some((vehicle, end)) = vehicle {
            return Some((noun(Some(vehicle), None), end, plural));
        }
        if let Some(Meaning::Machine(whose, vehicle)) = self.meaning(end) {
            let plural = self.terms[end].plural;
            return Some((noun(Some(vehicle), Some(whose)), end + 1, plural));
        }
        Some((noun(None, None), end, true))
    }

    fn is_genitive(&self, term: &Term) -> bool {
        self.tokens[term.first].text == "s"
    }

    /// Counts that stand behind: "CRS : 10 fourgons", "PAF 2", "fourgons x 5", "fourgons au moins".
    fn counted_after(&self, group: &mut Group) {
        if group.amount.is_none() && !group.negated {
            self.number_after(group);
        } else if let Some(amount) = &mut group.amount
            && amount.at_most.is_none()
            && amount.count.is_some()
            && let Some(qualifier) = qualifier_after(self.terms, group.end, self.tokens)
            && !matches!(self.terms[group.end].what, What::Mark(_))
        {
            amount.qualifier = qualifier;
            group.end += 1;
        }
    }

    fn number_after(&self, group: &mut Group) {
        let Noun::Vehicle { vehicle, crew, machine } = group.noun else {
            return;
        };
        let mut at = group.end;
        let marked = matches!(
            self.terms.get(at).map(|term| term.what),
            Some(What::Mark(':' | '=') | What::Means(Meaning::Times))
        );
        at += usize::from(marked);
        let Some(amount) = self.amount(at).filter(|amount| !amount.article || marked) else {
            return;
        };
        let noun_at = self.past(at + 1, |m| is_link(m) || is_adjective(m));
        match self.noun_at(noun_at, true) {
            // "CRS : 10 fourgons": the crew stands before the count of its vehicles.
            Some((
                Noun::Vehicle { vehicle: Some(later), crew: None, machine: None },
                end,
                plural,
            )) if vehicle.is_none() => {
                *group = Group {
                    amount: Some(amount),
                    noun: Noun::Vehicle { vehicle: Some(later), crew, machine },
                    plural,
                    end,
                    ..*group
                };
            }
            // "CRS 10, PN 2": a list with the crews first, unless this number has its own crew
            // ("CRS 10 PAF" is ten of PAF, "CRS 10 PAF 2" is not).
            Some((Noun::Vehicle { .. }, end, _)) if self.amount(end).is_none() => {}
            Some((Noun::Vehicle { .. }, ..)) | None => {
                group.amount = Some(amount);
                group.end = at + 1;
            }
            Some(_) => {}
        }
    }
}

fn is_link(meaning: Meaning) -> bool {
    matches!(meaning, Meaning::Of | Meaning::Des | Meaning::Article)
}

fn is_adjective(meaning: Meaning) -> bool {
    matches!(meaning, Meaning::Adjective | Meaning::Other)
}

fn more_special(one: Crew, other: Crew) -> Crew {
    if one == Crew::Police { other } else { one }
}
