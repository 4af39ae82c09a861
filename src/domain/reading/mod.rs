//! Reads a free-text sighting, French or English: "BMX 10 fourgons CRS, 2 nettoyage, 8h05". Pure:
//! text and gazetteer in, a [`Reading`] out, whatever the text. It never fails and never guesses a
//! place; what it did not understand it hands back as doubts, in the words of the text.
//!
//! The way of a text: [`fold`](super::fold) cleans it, `token` cuts it, `term` finds names and
//! phrases (`lexicon` is the dictionary), `number` and `hour` put numbers and times together,
//! `group` finds what is counted, and `vehicles`, `people`, `goods`, `conduct` and `story` make of
//! it what is told; `doubt` collects the rest.
mod conduct;
mod cut;
mod dictionary;
mod doubt;
mod goods;
mod group;
mod hour;
mod lexicon;
pub mod names;
mod number;
mod people;
mod place;
mod spot;
mod story;
mod term;
mod token;
mod told;
mod vehicles;
mod when;

pub use place::{find_place, suggest};
pub use told::{
    CLOCK_FORMAT, Conduct, GoodsCount, GoodsKind, OfWhom, PeopleCount, PeopleKind, Reading,
};

use super::fold;
use super::sighting::Crew;
use super::site::Gazetteer;
use group::{Group, Noun};
use lexicon::Meaning;
use story::Evidence;
use term::{Term, What};
use token::Token;

/// Shown last among the doubts when the text was longer than [`fold::TEXT_CHARS_MAX`].
const CUT_MARK: &str = "…";

/// Reads one text.
pub fn read(text: &str, gazetteer: &Gazetteer) -> Reading {
    let (clean, cut) = fold::clean(text);
    let tokens = token::tokens(&clean);
    let terms = term::terms(&tokens, gazetteer);
    let unread = terms.clone();
    let terms = hour::times(&number::spelled(&terms), &tokens);
    let mut terms = number::amounts(&terms, &tokens, &clean);
    let groups = group::groups(&mut terms, &tokens, is_french(&tokens));

    let vehicles = vehicles::vehicles(&groups);
    let (people, doubted_people) = people::people(&groups, &mut terms);
    let (goods, doubted_goods) = goods::goods(&groups, &terms);
    let conduct = conduct::conduct(&mut terms, vehicles.interpreters);
    for index in [&vehicles.doubted, &doubted_people, &doubted_goods].into_iter().flatten() {
        doubt_group(&mut terms, &groups[*index]);
    }

    let told = !vehicles.counts.is_empty() || !people.is_empty() || !goods.is_empty();
    let police = vehicles.counts.iter().any(|seen| seen.crew.is_police());
    let evidence = evidence(&terms, &groups, told || !conduct.is_empty(), police);
    let story = story::story(&mut terms, gazetteer, &evidence);
    let mut doubts = doubt::doubts(&terms, &tokens, &clean);
    if cut {
        doubts.push(CUT_MARK.to_owned());
    }
    let place = |index: usize| gazetteer.places().get(index);
    let site = story.site.and_then(place);
    let heading = story.heading.and_then(place);
    let named_zone = story.zone.and_then(|index| gazetteer.zones().get(index));
    let suggestions = match site.or(heading) {
        Some(_) => Vec::new(),
        None => place::suggestions(&unread, &tokens, gazetteer),
    };
    Reading {
        site: site.map(|place| place.code.clone()),
        zone: site
            .or(heading)
            .map(|place| place.zone.clone())
            .or_else(|| named_zone.map(|zone| zone.zone.clone())),
        phase: story.phase,
        observed_at: story.observed_at,
        window: story.window,
        heading: heading.map(|place| place.code.clone()),
        departed: story.departed,
        vehicles: vehicles.counts,
        people,
        goods,
        conduct,
        source: conduct::source(&terms),
        time_unclear: story.hour_only,
        other_day: story.other_day,
        minutes_ago: story.minutes_ago,
        suggestions,
        doubts,
    }
}

fn doubt_group(terms: &mut [Term], group: &Group) {
    for term in &mut terms[group.start..group.end] {
        term.doubt = true;
    }
}

/// What says that police were there, and what says that none were.
fn evidence(terms: &[Term], groups: &[Group], told: bool, police: bool) -> Evidence {
    let named = |term: &Term| {
        matches!(term.meaning(), Some(Meaning::Operation | Meaning::Expulsion | Meaning::Officers))
    };
    let mut counted = vec![false; terms.len()];
    let mut counted_police = counted.clone();
    let mut denied = Vec::new();
    let mut none = false;
    for group in groups {
        if !group.negated {
            counted[group.start..group.end].fill(true);
            let of_police = matches!(group.noun, Noun::Vehicle { crew, machine, .. }
                if crew.or(machine).is_none_or(Crew::is_police));
            if of_police && group.amount.is_some() {
                counted_police[group.start..group.end].fill(true);
            }
        } else if let Noun::Vehicle { crew, .. } = group.noun {
            none |= crew.is_none_or(Crew::is_police);
            // "pas de PAF" says nothing of the others.
            if matches!(crew, None | Some(Crew::Police)) {
                denied.push(group.start);
            }
        }
    }
    let denied_word = |pair: &[Term]| pair[0].means(Meaning::Not) && named(&pair[1]);
    denied.extend(
        terms.windows(2).enumerate().filter(|(_, pair)| denied_word(pair)).map(|(at, _)| at),
    );
    none |= terms.windows(2).any(denied_word);
    let window = |term: &Term| matches!(term.what, What::Window(..));
    Evidence {
        present: told || terms.iter().any(|term| (named(term) && !none) || window(term)),
        none: none && !police,
        counted,
        police: counted_police,
        denied,
    }
}

/// Whether the text is French rather than English, by its small words; it matters for "car" alone.
fn is_french(tokens: &[Token]) -> bool {
    const FRENCH: [&str; 24] = [
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "et",
        "une",
        "un",
        "sur",
        "au",
        "aux",
        "avec",
        "dont",
        "fourgon",
        "fourgons",
        "voiture",
        "voitures",
        "nettoyage",
        "police nationale",
        "vers",
        "h",
        "ni",
        "pas",
    ];
    const ENGLISH: [&str; 20] = [
        "the", "of", "and", "at", "with", "van", "vans", "is", "are", "from", "towards", "no",
        "police", "cleaning", "two", "three", "to", "in", "left", "white",
    ];
    let count =
        |words: &[&str]| tokens.iter().filter(|token| words.contains(&token.text.as_str())).count();
    count(&FRENCH) > count(&ENGLISH)
}
