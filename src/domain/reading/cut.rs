//! Cuts one group out of the terms: the count, the noun, and whose it is. "CRS vans" and "fourgons de
//! CRS", "2 de la PAF" and "PAF : 2" come to the same.
use crate::domain::sighting::{Crew, Vehicle};

use super::group::{Group, Joined, Noun, Who};
use super::lexicon::Meaning;
use super::number::qualifier_after;
use super::term::{Amount, Term, What};
use super::token::Token;

/// The most small words between a noun and what belongs to it ("fourgons blancs de la …").
const LINKS_MAX: usize = 5;

/// Looks at terms from one place on.
pub(super) struct Cutter<'a> {
    pub terms: &'a [Term],
    pub tokens: &'a [Token],
    pub french: bool,
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

    /// The group that begins at a term.
    pub fn group_at(&self, start: usize) -> Option<Group> {
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
        let nobody = amount.is_some_and(|amount| amount.count == Some(0));
        let mut group = Group {
            amount,
            noun,
            negated: negated || nobody,
            persons: self.meaning(noun_at) == Some(Meaning::Gendarmes),
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
            Meaning::Crew(_) | Meaning::Gendarmes => self.crew_group(at),
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

    fn crew(&self, at: usize) -> Option<Crew> {
        match self.meaning(at)? {
            Meaning::Crew(crew) => Some(crew),
            Meaning::Gendarmes => Some(Crew::Gendarmerie),
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
        let Some(crew) = self.crew(link + open) else {
            return (None, end);
        };
        let mut after = link + open + 1;
        if open == 1 {
            let closed = self.terms.get(after).map(|term| term.what) == Some(What::Mark(')'));
            return if closed { (Some(crew), after + 1) } else { (None, end) };
        }
        let mut crew = crew;
        while let Some(next) = self.crew(after) {
            crew = more_special(crew, next);
            after += 1;
        }
        (Some(crew), after)
    }

    /// A crew first: "CRS vans", "2 de la PAF", "CRS : 10 fourgons", "CRS 10".
    fn crew_group(&self, at: usize) -> Option<(Noun, usize, bool)> {
        let mut end = at;
        let mut crew = None;
        while let Some(next) = self.crew(end) {
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
