//! Which of the times in a text is the moment that was seen: the one told beside the place or the
//! word that the story rests on. Other times become doubts.
use chrono::NaiveTime;

use crate::domain::sighting::Phase;

use super::story::Story;
use super::term::{Term, What};

/// The time of what the text is about; other times become doubts.
pub(super) fn clocks(terms: &mut [Term], anchor: Option<usize>, story: &mut Story) {
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
