//! Where the convoy is and what it does: which of the places named is the site, which the heading,
//! and which phase the words tell. In doubt it reads less, not more: a place is given a convoy only
//! by words that say so.
use chrono::NaiveTime;

use crate::domain::sighting::Phase;
use crate::domain::site::{Gazetteer, PlaceKind};

use super::lexicon::Meaning;
use super::names::Named;
use super::term::{Term, What};

/// The most small words between "direction" and the place ("direction de la zone de …").
const LINKS_MAX: usize = 5;

/// What the story comes to; indexes are of the gazetteer's places and zones.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Story {
    pub site: Option<usize>,
    pub zone: Option<usize>,
    pub heading: Option<usize>,
    pub phase: Option<Phase>,
    pub observed_at: Option<NaiveTime>,
    pub window: Option<(NaiveTime, NaiveTime)>,
    /// The time was only an hour.
    pub hour_only: bool,
    pub minutes_ago: Option<u32>,
    pub other_day: bool,
}

/// What is known besides: whether anything says that police were there, and whether something says
/// that none were.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence {
    pub present: bool,
    pub none: bool,
}

/// How a place is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    At,
    Heading,
    From,
}

#[derive(Debug, Clone)]
struct Spot {
    /// Its term.
    at: usize,
    place: usize,
    cue: Option<(usize, Phase)>,
    phase: Option<Phase>,
}

/// Reads the story, marking as used the terms it rests on and as doubts the places it leaves out.
pub(super) fn story(terms: &mut [Term], gazetteer: &Gazetteer, evidence: Evidence) -> Story {
    let mut story = Story::default();
    let named = names(terms, &mut story);
    let cues = cues(terms);
    let mut spots = spots(terms, &named, &cues);
    let landmark = |place: usize| {
        gazetteer.places().get(place).is_some_and(|place| place.kind == PlaceKind::Landmark)
    };
    let moving = story.heading.is_some() || named.iter().any(|(_, part, _)| *part == Part::Heading);
    for spot in &mut spots {
        spot.phase = phase_at(spot.cue.map(|(_, cue)| cue), landmark(spot.place), moving, evidence);
    }
    let convoy = convoy_cue(&cues);
    let chosen = choose(&spots, convoy);
    story.site = chosen.map(|at| spots[at].place);
    story.phase = match (convoy, chosen) {
        (Some((_, phase)), _) => Some(phase),
        (None, Some(at)) => spots[at].phase,
        (None, None) => nowhere(&cues, moving, evidence),
    };
    if terms.iter().any(|term| matches!(term.what, What::Mark('?'))) {
        // A question is no sighting.
        story.phase = None;
    }
    let place = |index: Option<usize>| index.and_then(|index| gazetteer.places().get(index));
    for (at, _, name) in &named {
        let told = match name {
            Named::Place(index) => [story.site, story.heading].contains(&Some(*index)),
            Named::Zone(index) => {
                let of = place(story.site.or(story.heading)).map(|place| &place.zone);
                let zone = gazetteer.zones().get(*index).map(|zone| &zone.zone);
                of.is_none_or(|of| Some(of) == zone) && story.zone == Some(*index)
            }
        };
        terms[*at].used |= told;
        terms[*at].doubt |= !told;
    }
    let anchor = convoy
        .map(|(at, _)| at)
        .or_else(|| chosen.and_then(|at| spots[at].cue.map(|(cue, _)| cue)))
        .or_else(|| chosen.map(|at| spots[at].at));
    clocks(terms, anchor, &mut story);
    story
}

/// All names of the text, with the part they play; sets zone and heading.
fn names(terms: &mut [Term], story: &mut Story) -> Vec<(usize, Part, Named)> {
    let mut named = Vec::new();
    for at in 0..terms.len() {
        let What::Name(name) = terms[at].what else {
            continue;
        };
        let lead = terms[..at].iter().rev().take(LINKS_MAX).find(|term| !is_link(term));
        let part = match lead.and_then(|term| term.meaning()) {
            _ if matches!(lead.map(|term| term.what), Some(What::Mark('→' | '>'))) => {
                Part::Heading
            }
            Some(Meaning::Towards) => Part::Heading,
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

fn is_link(term: &Term) -> bool {
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

/// The words that tell a phase, in order. A denied departure means that they are still there; other
/// denied cues tell nothing and become doubts.
fn cues(terms: &mut [Term]) -> Vec<(usize, Phase)> {
    let mut found = Vec::new();
    for at in 0..terms.len() {
        let What::Means(Meaning::Cue(phase)) = terms[at].what else {
            continue;
        };
        if terms[at].used {
            continue;
        }
        let denied = terms[..at]
            .iter()
            .rev()
            .find(|term| !is_link(term))
            .is_some_and(|term| term.means(Meaning::Not) && !term.used);
        terms[at].used = true;
        match (denied, phase) {
            (false, _) => found.push((at, phase)),
            (true, Phase::Left) => found.push((at, Phase::OnSite)),
            (true, _) => terms[at].doubt = true,
        }
    }
    found
}

/// The places where something is or is not, each with the cue that belongs to it: the last one
/// that stands nearer to it than to another place.
fn spots(terms: &[Term], named: &[(usize, Part, Named)], cues: &[(usize, Phase)]) -> Vec<Spot> {
    let mut spots: Vec<Spot> = named
        .iter()
        .filter_map(|(at, part, name)| match (part, name) {
            (Part::At, Named::Place(place)) => {
                Some(Spot { at: *at, place: *place, cue: None, phase: None })
            }
            _ => None,
        })
        .collect();
    for (at, phase) in cues {
        if let Some(owner) = owner(terms, &spots, cues, *at) {
            spots[owner].cue = Some((*at, *phase));
        }
    }
    share_along_lists(terms, &mut spots);
    spots
}

/// The spot a cue speaks of: the one right after it, else right before it, else the last before,
/// else the next after.
fn owner(terms: &[Term], spots: &[Spot], cues: &[(usize, Phase)], cue: usize) -> Option<usize> {
    let open = |from: usize, to: usize| {
        let between = from.min(to) + 1..from.max(to);
        let other = cues.iter().any(|(at, _)| between.contains(at));
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

/// "Virval, Stade et BMX: RAS": places of one list share what is told of one of them, where it is
/// that nothing is there.
fn share_along_lists(terms: &[Term], spots: &mut [Spot]) {
    let listed = |from: usize, to: usize| {
        terms[from + 1..to].iter().all(|term| {
            matches!(term.what, What::Mark(',' | '/' | ':' | '-' | '+'))
                || term.means(Meaning::And)
                || term.means(Meaning::Or)
                || is_link(term)
                || matches!(term.meaning(), Some(Meaning::Cue(Phase::Nothing)))
        })
    };
    let nothing = |spot: &Spot| spot.cue.filter(|(_, phase)| *phase == Phase::Nothing);
    for at in 1..spots.len() {
        if spots[at].cue.is_none() && listed(spots[at - 1].at, spots[at].at) {
            let told_after = counted_next(terms, spots[at].at);
            spots[at].cue = nothing(&spots[at - 1]).filter(|_| !told_after);
        }
    }
    for at in (1..spots.len()).rev() {
        if spots[at - 1].cue.is_none() && listed(spots[at - 1].at, spots[at].at) {
            spots[at - 1].cue = nothing(&spots[at]);
        }
    }
}

/// "Virval RAS, BMX 10 fourgons": a count right after a place is told of that place.
fn counted_next(terms: &[Term], place: usize) -> bool {
    terms[place + 1..]
        .iter()
        .take_while(|term| !term.is_stop() && !matches!(term.what, What::Name(_)))
        .any(|term| matches!(term.what, What::Amount(_)) && term.used)
}

/// The phase of one place.
fn phase_at(cue: Option<Phase>, landmark: bool, moving: bool, evidence: Evidence) -> Option<Phase> {
    match cue {
        // Leaving a base is how a convoy forms.
        Some(Phase::Left) if landmark && moving => Some(Phase::Moving),
        Some(Phase::Left) if landmark => Some(Phase::Forming),
        Some(phase) => Some(phase),
        None if evidence.none => Some(Phase::Nothing),
        None if moving => Some(Phase::Moving),
        None if !evidence.present => None,
        None if landmark => Some(Phase::Forming),
        None => Some(Phase::OnSite),
    }
}

/// Lost, found again and split are told of the convoy, wherever it is; the last such word holds.
fn convoy_cue(cues: &[(usize, Phase)]) -> Option<(usize, Phase)> {
    let split = cues.iter().find(|(_, phase)| *phase == Phase::Split);
    let last = cues.iter().rfind(|(_, phase)| matches!(phase, Phase::Lost | Phase::Found));
    split.or(last).copied()
}

/// The spot the text is about: that of the convoy's cue, else the first with a presence, else the
/// first of which something is told, else the first.
fn choose(spots: &[Spot], convoy: Option<(usize, Phase)>) -> Option<usize> {
    let told = |spot: &Spot| spot.cue.is_some() && spot.cue == convoy;
    let present = |spot: &Spot| spot.phase.is_some_and(Phase::is_presence);
    spots
        .iter()
        .position(told)
        .or_else(|| spots.iter().position(present))
        .or_else(|| spots.iter().position(|spot| spot.cue.is_some()))
        .or(if spots.is_empty() { None } else { Some(0) })
}

/// The phase when no place but a heading is named.
fn nowhere(cues: &[(usize, Phase)], moving: bool, evidence: Evidence) -> Option<Phase> {
    match cues.last().map(|(_, phase)| *phase) {
        Some(Phase::Left | Phase::Moving) | None if moving => Some(Phase::Moving),
        Some(phase) => Some(phase),
        None if evidence.none => Some(Phase::Nothing),
        None => None,
    }
}

/// The time of what the text is about; other times become doubts.
fn clocks(terms: &mut [Term], anchor: Option<usize>, story: &mut Story) {
    let mut told: Vec<(usize, NaiveTime, bool)> = Vec::new();
    for (at, term) in terms.iter_mut().enumerate() {
        match term.what {
            What::Clock(time, doubt) => told.push((at, time, doubt)),
            What::Window(from, until) if story.window.is_none() => {
                story.window = Some((from, until));
                term.used = true;
            }
            What::Window(..) => term.doubt = true,
            What::MinutesAgo(minutes) if story.minutes_ago.is_none() => {
                story.minutes_ago = Some(minutes);
                term.used = true;
            }
            What::MinutesAgo(_) => term.doubt = true,
            What::OtherDay => {
                story.other_day = true;
                term.doubt = true;
            }
            _ => {}
        }
    }
    let near = anchor.and_then(|anchor| {
        told.iter().position(|(at, ..)| {
            let between = anchor.min(*at)..anchor.max(*at);
            !terms[between].iter().any(Term::is_break)
        })
    });
    let chosen = near.unwrap_or(0);
    if let Some((at, time, doubt)) = told.get(chosen).copied() {
        story.observed_at = Some(time);
        story.hour_only = doubt;
        terms[at].used = true;
    }
    // "arrivés 8h05, partis 9h40": from, until.
    if let [(first, from, _), (_, until, _)] = told.as_slice()
        && (story.phase, chosen, story.window) == (Some(Phase::Left), 1, None)
        && from < until
    {
        story.window = Some((*from, *until));
        terms[*first].used = true;
    }
    for (at, ..) in told {
        terms[at].doubt |= !terms[at].used;
    }
}
