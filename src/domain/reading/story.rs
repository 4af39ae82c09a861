//! Where the convoy is and what it does: which of the places named is the site, which the heading,
//! and which phase the words tell. In doubt it reads less, not more: a place is given a convoy only
//! by words that say so.
use chrono::NaiveTime;

use crate::domain::sighting::Phase;
use crate::domain::site::{Gazetteer, PlaceKind};

use super::lexicon::Meaning;
use super::names::Named;
use super::spot::{Cue, Spot, attach, cues};
use super::term::{Term, What};
use super::when::clocks;

/// The most small words between "direction" and the place ("direction de la zone de …").
const LINKS_MAX: usize = 5;

/// What the story comes to; indexes are of the gazetteer's places and zones.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Story {
    pub site: Option<usize>,
    pub zone: Option<usize>,
    pub heading: Option<usize>,
    pub departed: bool,
    pub phase: Option<Phase>,
    pub observed_at: Option<NaiveTime>,
    pub window: Option<(NaiveTime, NaiveTime)>,
    /// The time was only an hour.
    pub hour_only: bool,
    pub minutes_ago: Option<u32>,
    pub other_day: bool,
}

/// What is known besides the words of the story itself.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    /// Something says that police were there.
    pub present: bool,
    /// Something says that none were, and nothing that some were.
    pub none: bool,
    /// For each term, whether it belongs to something told to be there.
    pub counted: Vec<bool>,
    /// For each term, whether it belongs to a count of police vehicles.
    pub police: Vec<bool>,
    /// The terms at which police are denied ("pas de police").
    pub denied: Vec<usize>,
}

/// How a place is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    At,
    Heading,
    From,
    /// "RAS sauf BMX".
    Except,
}

/// Reads the story, marking as used the terms it rests on and as doubts the places it leaves out.
pub(super) fn story(terms: &mut [Term], gazetteer: &Gazetteer, evidence: &Evidence) -> Story {
    let mut story = Story::default();
    let named = names(terms, &mut story);
    let cues = cues(terms, &evidence.denied);
    let mut spots = spots(&named);
    attach(terms, evidence, &mut spots, &cues);
    let moving = named.iter().any(|(_, part, _)| *part == Part::Heading);
    set_phases(&mut spots, gazetteer, moving, evidence);

    let convoy = convoy_cue(&cues);
    let chosen = choose(&spots, convoy)
        .map(|at| more_exactly(terms, &spots, at))
        // "RAS Virval, 8 fourgons direction BMX" is about those on the way.
        .filter(|at| convoy.is_some() || !moving || spots[*at].is_present());
    story.site = chosen.map(|at| spots[at].place);
    story.phase = match (convoy, chosen) {
        (Some(cue), _) => Some(cue.phase),
        (None, Some(at)) => spots[at].phase,
        (None, None) => nowhere(&cues, moving, evidence),
    };
    let spot = chosen.map(|at| &spots[at]);
    let left = spot.and_then(|spot| spot.cue).is_some_and(|cue| cue.phase == Phase::Left);
    story.departed = left && story.heading.is_some() && story.phase == Some(Phase::Moving);
    if terms.iter().any(|term| matches!(term.what, What::Mark('?'))) {
        // A question is no sighting.
        story.phase = None;
    }
    let held = convoy.or_else(|| spot.and_then(|spot| spot.cue));
    doubt_other_cues(terms, &spots, chosen, held);
    settle_names(terms, &named, gazetteer, &story);
    let anchor = held.map(|cue| cue.at).or_else(|| spot.map(|spot| spot.at));
    clocks(terms, anchor, &mut story);
    story
}

/// "Virval RAS" beside another place is shown whole among the doubts, not only the name.
fn doubt_other_cues(terms: &mut [Term], spots: &[Spot], chosen: Option<usize>, held: Option<Cue>) {
    for (at, spot) in spots.iter().enumerate() {
        let Some(cue) = spot.cue else { continue };
        let same = Some(at) == chosen && held.is_some_and(|held| held.phase == cue.phase);
        let shared = chosen.is_some_and(|chosen| spots[chosen].cue == Some(cue));
        if !same && !shared && Some(cue) != held {
            // "pas de police" is two terms.
            let end = cue.at + 1 + usize::from(cue.weak);
            let end = end.min(terms.len());
            terms[cue.at..end].iter_mut().for_each(|term| term.doubt = true);
        }
    }
}

/// Names that the story rests on are used; the others are doubts.
fn settle_names(
    terms: &mut [Term],
    named: &[(usize, Part, Named)],
    gazetteer: &Gazetteer,
    story: &Story,
) {
    let place = |index: Option<usize>| index.and_then(|index| gazetteer.places().get(index));
    for (at, _, name) in named {
        let told = match name {
            Named::Place(index) => [story.site, story.heading].contains(&Some(*index)),
            Named::Zone(index) => {
                let of = place(story.site.or(story.heading)).map(|place| &place.zone);
                let zone = gazetteer.zones().get(*index).map(|zone| &zone.zone);
                of.is_none_or(|of| Some(of) == zone) && story.zone == Some(*index)
            }
        };
        let told = told || terms[*at].used;
        terms[*at].used = told;
        terms[*at].doubt |= !told;
    }
}

/// All names of the text, with the part they play; sets zone and heading.
fn names(terms: &[Term], story: &mut Story) -> Vec<(usize, Part, Named)> {
    let mut named = Vec::new();
    for (at, term) in terms.iter().enumerate() {
        let What::Name(name) = term.what else {
            continue;
        };
        let lead = terms[..at].iter().rev().take(LINKS_MAX).find(|term| !is_link(term));
        let arrow = lead.is_some_and(|lead| matches!(lead.what, What::Mark('→' | '>')));
        let part = match lead.and_then(Term::meaning) {
            _ if arrow => Part::Heading,
            Some(Meaning::Towards) => Part::Heading,
            Some(Meaning::Except) => Part::Except,
            // "gone from Stade", "from BMX to Virval": where it was, not merely whence.
            Some(Meaning::From) if departs(terms, at) => Part::At,
            Some(Meaning::ComingFrom | Meaning::From) => Part::From,
            _ => Part::At,
        };
        match name {
            Named::Zone(zone) => story.zone = story.zone.or(Some(zone)),
            Named::Place(place) if part == Part::Heading => {
                story.heading = story.heading.or(Some(place));
            }
            Named::Place(_) => {}
        }
        named.push((at, part, name));
    }
    named
}

/// Whether the clause of a term tells a departure, a destination or an eviction.
fn departs(terms: &[Term], at: usize) -> bool {
    let before = terms[..at].iter().rev().take_while(|term| !term.is_break());
    let after = terms[at..].iter().take_while(|term| !term.is_break());
    before.chain(after).any(|term| {
        matches!(
            term.meaning(),
            Some(
                Meaning::Cue(Phase::Left)
                    | Meaning::Towards
                    | Meaning::Did(_)
                    | Meaning::Expulsion
                    | Meaning::Taken
            )
        )
    })
}

/// Small words that part nothing.
pub(super) fn is_link(term: &Term) -> bool {
    matches!(
        term.meaning(),
        Some(
            Meaning::Of
                | Meaning::Article
                | Meaning::At
                | Meaning::A
                | Meaning::Filler
                | Meaning::Des
        )
    )
}

fn spots(named: &[(usize, Part, Named)]) -> Vec<Spot> {
    let here = |(at, part, name): &(usize, Part, Named)| match (part, name) {
        (Part::At | Part::Except, Named::Place(place)) => Some(Spot {
            at: *at,
            place: *place,
            cue: None,
            phase: None,
            except: *part == Part::Except,
            counted: false,
            police: false,
        }),
        _ => None,
    };
    named.iter().filter_map(here).collect()
}

/// What happens at each spot.
fn set_phases(spots: &mut [Spot], gazetteer: &Gazetteer, moving: bool, evidence: &Evidence) {
    // Where counts stand beside one of several places, the others have none of their own.
    let told_elsewhere = spots.len() > 1 && spots.iter().any(|spot| spot.counted);
    for spot in spots {
        let landmark = gazetteer
            .places()
            .get(spot.place)
            .is_some_and(|place| place.kind == PlaceKind::Landmark);
        let present = evidence.present && (spot.counted || !told_elsewhere);
        spot.phase = match spot.cue.map(|cue| cue.phase) {
            // Where it goes matters more than where it was; leaving a base is how a convoy forms.
            Some(Phase::Left) if moving => Some(Phase::Moving),
            Some(Phase::Left) if landmark => Some(Phase::Forming),
            Some(phase) => Some(phase),
            None if spot.except && !spot.counted => None,
            // "no police, but 2 cleaning trucks": to be asked.
            None if evidence.none && evidence.present => None,
            None if evidence.none => Some(Phase::Nothing),
            None if moving => Some(Phase::Moving),
            None if !present => None,
            None if landmark => Some(Phase::Forming),
            None => Some(Phase::OnSite),
        };
    }
}

impl Spot {
    fn is_present(&self) -> bool {
        self.phase.is_some_and(Phase::is_presence)
    }
}

/// Lost, found again and split are told of the convoy, wherever it is; the last such word holds.
fn convoy_cue(cues: &[Cue]) -> Option<Cue> {
    let split = cues.iter().find(|cue| cue.phase == Phase::Split);
    let last = cues.iter().rfind(|cue| matches!(cue.phase, Phase::Lost | Phase::Found));
    split.or(last).copied()
}

/// The spot the text is about: that of the convoy's cue, else the first with a presence, else the
/// one excepted from the rest, else the first of which something is told, else the first.
fn choose(spots: &[Spot], convoy: Option<Cue>) -> Option<usize> {
    let first = |fits: &dyn Fn(&Spot) -> bool| spots.iter().position(fits);
    first(&|spot| spot.cue.is_some() && spot.cue == convoy)
        .or_else(|| first(&Spot::is_present))
        .or_else(|| first(&|spot| spot.except))
        .or_else(|| first(&|spot| spot.cue.is_some()))
        .or_else(|| first(&|_| true))
}

/// "Loon-Plage (Total)": the place in parentheses is the more exact one.
fn more_exactly(terms: &mut [Term], spots: &[Spot], at: usize) -> usize {
    let inner = at + 1;
    let Some(place) = spots.get(inner).map(|spot| spot.at) else { return at };
    let enclosed = place > 0
        && terms[place - 1].what == What::Mark('(')
        && terms.get(place + 1).is_some_and(|term| term.what == What::Mark(')'));
    if !enclosed || spots[inner].cue.is_some() {
        return at;
    }
    terms[spots[at].at].used = true;
    inner
}

/// The phase when no place but a heading is named.
fn nowhere(cues: &[Cue], moving: bool, evidence: &Evidence) -> Option<Phase> {
    let last = cues.iter().rfind(|cue| !cue.weak || evidence.none);
    match last.map(|cue| cue.phase) {
        Some(Phase::Left | Phase::Moving | Phase::Nothing) | None if moving => Some(Phase::Moving),
        Some(phase) => Some(phase),
        None if evidence.none => Some(Phase::Nothing),
        None => None,
    }
}
