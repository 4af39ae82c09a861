//! What the groups come to as people: how many were evicted, arrested, sheltered, injured, or left
//! by themselves, and how many of them were women and children. A count whose fate is not told
//! becomes a doubt.
use std::collections::BTreeMap;

use crate::domain::sighting::{Phase, Qualifier};

use super::group::{Group, Joined, Noun, Who};
use super::lexicon::Meaning;
use super::term::{Term, What};
use super::told::{OfWhom, PeopleCount, PeopleKind};

/// How far from the people the word for what was done to them is looked for, in terms.
const REACH_TERMS: usize = 8;

/// A group on its way to a count.
#[derive(Debug, Clone)]
struct Draft {
    group: usize,
    who: Who,
    what: Option<PeopleKind>,
    count: PeopleCount,
    joined: Joined,
    within: Option<usize>,
    counted: bool,
}

/// Resolves all groups of people; gives the indexes of those that were not understood, too. Marks
/// the words for what was done to them as used.
pub(super) fn people(groups: &[Group], terms: &mut [Term]) -> (Vec<PeopleCount>, Vec<usize>) {
    let mut drafts = drafts(groups, terms);
    share_fates(&mut drafts);
    let (mut found, doubted) = gather(drafts);
    bare_words(terms, &mut found);
    (found, doubted)
}

fn drafts(groups: &[Group], terms: &mut [Term]) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        let (who, what) = match group.noun {
            Noun::Person(who) => (who, None),
            Noun::Did(kind) => (Who::Anyone, Some(kind)),
            _ => continue,
        };
        let what = what
            .or_else(|| told_before(group, terms))
            .or_else(|| told_after(group, group.end, terms))
            .or_else(|| told_after(group, after_parts(groups, index, terms), terms))
            .or_else(|| expulsion_before(group, terms));
        if group.negated {
            continue;
        }
        let one = group.definite && !group.plural && group.amount.is_none();
        let amount = group.amount;
        let count = amount.map_or(one.then_some(1), |amount| amount.count);
        let vague = if one { Qualifier::Exact } else { Qualifier::About };
        drafts.push(Draft {
            group: index,
            who,
            what,
            count: PeopleCount {
                what: what.unwrap_or(PeopleKind::Evicted),
                count,
                at_most: amount.and_then(|amount| amount.at_most),
                qualifier: amount.map_or(vague, |amount| amount.qualifier),
                of_whom: BTreeMap::new(),
            },
            joined: group.joined,
            within: group.within,
            counted: amount.is_some(),
        });
    }
    drafts
}

/// "arrested 2 people", "arrestation d'une personne".
fn told_before(group: &Group, terms: &mut [Term]) -> Option<PeopleKind> {
    let at = before(group, terms)?;
    match terms[at].what {
        What::Means(Meaning::Did(kind)) if !terms[at].used => {
            terms[at].used = true;
            Some(kind)
        }
        _ => None,
    }
}

/// "expulsion de 15 personnes".
fn expulsion_before(group: &Group, terms: &[Term]) -> Option<PeopleKind> {
    let at = before(group, terms)?;
    terms[at].means(Meaning::Expulsion).then_some(PeopleKind::Evicted)
}

/// The first word before a group that is more than a link.
fn before(group: &Group, terms: &[Term]) -> Option<usize> {
    terms[..group.start]
        .iter()
        .enumerate()
        .rev()
        .take(REACH_TERMS)
        .find(|(_, term)| {
            let link = matches!(
                term.meaning(),
                Some(Meaning::Of | Meaning::Article | Meaning::Filler | Meaning::A | Meaning::Des)
            );
            !link && term.what != What::Mark(':')
        })
        .map(|(at, _)| at)
}

/// "2 personnes se déplacent d'elles-mêmes", "2 people were arrested", "20 personnes partent".
fn told_after(group: &Group, from: usize, terms: &mut [Term]) -> Option<PeopleKind> {
    let reach = terms[from..]
        .iter()
        .take(REACH_TERMS)
        .take_while(|term| {
            let parts =
                matches!(term.what, What::Mark('(' | ')')) || term.means(Meaning::Including);
            !term.is_break() && !term.used && !parts
        })
        .count();
    let mut told = None;
    for term in &mut terms[from..from + reach] {
        let kind = match term.what {
            What::Means(Meaning::Did(kind)) => kind,
            What::Means(Meaning::Cue(Phase::Left)) if group.amount.is_some() => {
                PeopleKind::LeftByThemselves
            }
            _ => continue,
        };
        // "sont parties d'elles-mêmes": both words tell the same.
        if told.is_none_or(|before| before == kind) {
            term.used = true;
            told = Some(kind);
        }
    }
    told
}

/// Where the text goes on after "(dont 3 femmes et 2 enfants)".
fn after_parts(groups: &[Group], index: usize, terms: &[Term]) -> usize {
    let end = groups[index + 1..]
        .iter()
        .take_while(|part| part.within == Some(index))
        .last()
        .map_or(groups[index].end, |part| part.end);
    let closed = terms.get(end).is_some_and(|term| term.what == What::Mark(')'));
    end + usize::from(closed)
}

/// "2 hommes et une femme arrêtés": what is told of the last is true of all; a part without a fate
/// of its own shares that of the whole, and gives it one.
fn share_fates(drafts: &mut [Draft]) {
    for at in (0..drafts.len().saturating_sub(1)).rev() {
        let next = &drafts[at + 1];
        let linked = matches!(next.joined, Joined::And | Joined::Comma | Joined::Apart);
        let part = next.within == Some(drafts[at].group);
        let people = drafts[at].counted && next.counted;
        if drafts[at].what.is_none() && people && (linked || part) && next.who != Who::Anyone {
            drafts[at].what = drafts[at + 1].what;
        }
    }
}

/// Puts parts into their wholes and adds up what "et" joins.
fn gather(drafts: Vec<Draft>) -> (Vec<PeopleCount>, Vec<usize>) {
    let mut found: Vec<(usize, Who, PeopleCount)> = Vec::new();
    let mut doubted = Vec::new();
    for draft in drafts {
        let part = part_of(draft.who);
        let whole = draft
            .within
            .and_then(|of| found.iter().position(|(group, ..)| *group == of))
            .or_else(|| trailing_part(&draft, &found));
        if let (Some(part), Some(whole), Some(count)) = (part, whole, draft.count.count)
            && draft.what.is_none_or(|what| what == found[whole].2.what)
        {
            *found[whole].2.of_whom.entry(part).or_insert(0) += count;
            continue;
        }
        let Some(what) = draft.what else {
            if draft.counted {
                doubted.push(draft.group);
            }
            continue;
        };
        let mut count = draft.count;
        count.what = what;
        if let (Some(part), Some(number)) = (part, count.count) {
            count.of_whom.insert(part, number);
        }
        if let Some((_, _, before)) = found.last_mut()
            && draft.joined == Joined::And
            && draft.within.is_none()
            && before.what == what
            && (part.is_some() || !before.of_whom.is_empty())
            && let (Some(sum), Some(more)) = (before.count, count.count)
        {
            before.count = Some(sum.saturating_add(more));
            for (part, number) in count.of_whom {
                *before.of_whom.entry(part).or_insert(0) += number;
            }
            continue;
        }
        found.push((draft.group, draft.who, count));
    }
    (found.into_iter().map(|(_, _, count)| count).collect(), doubted)
}

/// "15 personnes expulsées, 3 femmes, 2 enfants": who they were, as long as they fit among them.
fn trailing_part(draft: &Draft, found: &[(usize, Who, PeopleCount)]) -> Option<usize> {
    let at = found.len().checked_sub(1)?;
    let (_, who, whole) = &found[at];
    let known: u32 = whole.of_whom.values().sum();
    let fits = whole.count? >= known.saturating_add(draft.count.count?);
    let follows = draft.joined != Joined::Stop && *who == Who::Anyone && draft.what.is_none();
    (follows && fits).then_some(at)
}

fn part_of(who: Who) -> Option<OfWhom> {
    match who {
        Who::Anyone => None,
        Who::Women => Some(OfWhom::Women),
        Who::Children => Some(OfWhom::Children),
    }
}

/// "des arrestations": done to some, not counted.
fn bare_words(terms: &mut [Term], found: &mut Vec<PeopleCount>) {
    for term in terms.iter_mut().filter(|term| !term.used) {
        let What::Means(Meaning::Did(what)) = term.what else {
            continue;
        };
        term.used = true;
        if found.iter().all(|known| known.what != what) {
            found.push(PeopleCount {
                what,
                count: None,
                at_most: None,
                qualifier: Qualifier::About,
                of_whom: BTreeMap::new(),
            });
        }
    }
}
