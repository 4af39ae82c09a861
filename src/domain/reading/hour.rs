//! Finds clock times, spans of time and days: "8h05", "vers 10 h", "entre 9h56 et 11h37", "at 6",
//! "il y a 10 min", "hier 5 novembre". Times stay as written; which day they belong to is asked of
//! whoever knows what day it is.
use chrono::NaiveTime;

use super::lexicon::Meaning;
use super::number::is_counted;
use super::term::{Term, What};
use super::token::Token;

/// "il y a 5 h" is still an age; more is a story of another day.
const HOURS_AGO_MAX: u32 = 12;

/// Replaces what tells time with one term each.
pub(super) fn times(terms: &[Term], tokens: &[Token]) -> Vec<Term> {
    let found = replace(terms, |terms, at| {
        day_at(terms, at, tokens)
            .or_else(|| ago_at(terms, at))
            .or_else(|| clock_at(terms, at, tokens))
    });
    replace(&found, window_at)
}

fn replace(terms: &[Term], find: impl Fn(&[Term], usize) -> Option<(What, usize)>) -> Vec<Term> {
    let mut found = Vec::with_capacity(terms.len());
    let mut at = 0;
    while at < terms.len() {
        if let Some((what, end)) = find(terms, at) {
            found.push(Term::instead_of(&terms[at..end], what));
            at = end;
        } else {
            found.push(terms[at]);
            at += 1;
        }
    }
    found
}

fn digits(terms: &[Term], at: usize) -> Option<u32> {
    match terms.get(at)?.what {
        What::Digits(value) => Some(value),
        _ => None,
    }
}

fn meaning(terms: &[Term], at: usize) -> Option<Meaning> {
    terms.get(at).and_then(Term::meaning)
}

fn glued(terms: &[Term], at: usize, tokens: &[Token]) -> bool {
    terms.get(at).is_some_and(|term| tokens[term.first].glued)
}

/// A clock time that begins at a term.
fn clock_at(terms: &[Term], at: usize, tokens: &[Token]) -> Option<(What, usize)> {
    match meaning(terms, at) {
        Some(Meaning::Noon) => return hour_minute(12, 0, false, at + 1),
        Some(Meaning::Midnight) => return hour_minute(0, 0, false, at + 1),
        Some(Meaning::HalfPast) => {
            let hour = digits(terms, at + 1)?;
            return twelve_hours(terms, hour, 30, at + 2, true);
        }
        _ => {}
    }
    let hour = digits(terms, at)?;
    // "10 à 12" is a range, not ten at noon.
    let counted = at > 1 && digits(terms, at - 2).is_some();
    let introduced = at > 0 && !counted && introduces(&terms[at - 1]);
    let length = tokens[terms[at].first].text.len();
    if length == 4 && introduced && !noun_follows(terms, at + 1) {
        return hour_minute(hour / 100, hour % 100, false, at + 1);
    }
    match terms.get(at + 1).map(|term| term.what) {
        Some(What::Means(Meaning::Hour)) => {
            let (minute, end) = minutes(terms, at + 2, tokens);
            let clock = tokens[terms[at + 1].first].text.starts_with('o');
            twelve_hours(terms, hour, minute, end, clock)
        }
        Some(What::Mark(sign @ (':' | '.'))) if glued(terms, at + 1, tokens) => {
            let minute = digits(terms, at + 2).filter(|_| glued(terms, at + 2, tokens));
            let two = |term: &Term| tokens[term.first].text.len() == 2;
            let minute = minute.filter(|_| two(&terms[at + 2]));
            match minute {
                Some(minute) if sign == ':' || !noun_follows(terms, at + 3) => {
                    half_of_day(terms, hour, minute, at + 3)
                }
                _ => bare_hour(terms, at, hour, introduced),
            }
        }
        Some(What::Means(Meaning::Morning | Meaning::Evening)) => {
            half_of_day(terms, hour, 0, at + 1)
        }
        _ => bare_hour(terms, at, hour, introduced),
    }
}

/// "at 6", where no noun says that it is six of something.
fn bare_hour(terms: &[Term], at: usize, hour: u32, introduced: bool) -> Option<(What, usize)> {
    let end = at + 1;
    if !introduced || noun_follows(terms, end) || range_follows(terms, end) {
        return None;
    }
    // "at 18" can only be the evening.
    hour_minute(hour, 0, hour <= 12, end)
}

/// Words after which a bare number is an hour.
fn introduces(term: &Term) -> bool {
    term.meaning().is_some_and(|meaning| {
        matches!(meaning, Meaning::At | Meaning::A | Meaning::Towards | Meaning::Since)
    })
}

/// The minutes after an hour: "05", "et demie", none. "8h 15 fourgons" is eight o'clock, 15 vans.
fn minutes(terms: &[Term], at: usize, tokens: &[Token]) -> (u32, usize) {
    let half = usize::from(meaning(terms, at) == Some(Meaning::And));
    if meaning(terms, at + half) == Some(Meaning::Half) {
        return (30, at + half + 1);
    }
    let Some(minute) = digits(terms, at).filter(|minute| *minute < 60) else {
        return (0, at);
    };
    let end = at + 1;
    let touching = glued(terms, at, tokens);
    let two = tokens[terms[at].first].text.len() >= 2;
    let counts = noun_follows(terms, end) || range_follows(terms, end);
    if touching || (two && !counts) {
        let unit = usize::from(meaning(terms, end) == Some(Meaning::Minute));
        (minute, end + unit)
    } else {
        (0, at)
    }
}

/// Whether the number before `at` counts something.
fn noun_follows(terms: &[Term], at: usize) -> bool {
    let skipped = terms.iter().skip(at).find(|term| {
        !matches!(
            term.meaning(),
            Some(Meaning::Adjective | Meaning::Other | Meaning::Times | Meaning::Of)
        )
    });
    skipped.is_some_and(|term| {
        is_counted(term)
            || matches!(
                term.meaning(),
                Some(
                    Meaning::Did(_)
                        | Meaning::Dozen(_)
                        | Meaning::Minute
                        | Meaning::Month
                        | Meaning::Full
                )
            )
    })
}

/// Whether "à 20 fourgons" comes next.
fn range_follows(terms: &[Term], at: usize) -> bool {
    let joins = terms.get(at).is_some_and(|term| {
        matches!(term.what, What::Mark('-' | '/'))
            || matches!(term.meaning(), Some(Meaning::A | Meaning::Or | Meaning::Towards))
    });
    joins && digits(terms, at + 1).is_some() && noun_follows(terms, at + 2)
}

/// "six o'clock" says no more than "at 6": morning or evening.
fn twelve_hours(
    terms: &[Term],
    hour: u32,
    minute: u32,
    at: usize,
    spoken: bool,
) -> Option<(What, usize)> {
    let told = matches!(meaning(terms, at), Some(Meaning::Morning | Meaning::Evening));
    if spoken && !told && hour <= 12 {
        return hour_minute(hour, minute, true, at);
    }
    half_of_day(terms, hour, minute, at)
}

/// Takes "du matin", "pm" into account.
fn half_of_day(terms: &[Term], hour: u32, minute: u32, at: usize) -> Option<(What, usize)> {
    match meaning(terms, at) {
        Some(Meaning::Morning) => hour_minute(hour % 24, minute, false, at + 1),
        Some(Meaning::Evening) if hour < 12 => hour_minute(hour + 12, minute, false, at + 1),
        Some(Meaning::Evening) => hour_minute(hour, minute, false, at + 1),
        _ => hour_minute(hour, minute, false, at),
    }
}

fn hour_minute(hour: u32, minute: u32, doubt: bool, end: usize) -> Option<(What, usize)> {
    let hour = if hour == 24 { 0 } else { hour };
    NaiveTime::from_hms_opt(hour, minute, 0).map(|at| (What::Clock(at, doubt), end))
}

/// "il y a 10 min", "10 minutes ago", "il y a 2 h".
fn ago_at(terms: &[Term], at: usize) -> Option<(What, usize)> {
    let french = meaning(terms, at) == Some(Meaning::ThereIs);
    let mut here = at + usize::from(french);
    while french && meaning(terms, here) == Some(Meaning::About) {
        here += 1;
    }
    // "il y a une demi-heure", "half an hour ago".
    let half = [(Meaning::One, Meaning::Half), (Meaning::Half, Meaning::One)]
        .into_iter()
        .any(|(a, b)| meaning(terms, here) == Some(a) && meaning(terms, here + 1) == Some(b));
    if half && meaning(terms, here + 2) == Some(Meaning::Hour) {
        let ago = usize::from(meaning(terms, here + 3) == Some(Meaning::Ago));
        return (french || ago == 1).then_some((What::MinutesAgo(30), here + 3 + ago));
    }
    let number = match terms.get(here)?.what {
        What::Digits(number) => number,
        What::Means(Meaning::One | Meaning::A) => 1,
        _ => return None,
    };
    let minutes = match meaning(terms, here + 1)? {
        Meaning::Minute => number,
        Meaning::Hour if number <= HOURS_AGO_MAX => number * 60,
        _ => return None,
    };
    let ago = usize::from(meaning(terms, here + 2) == Some(Meaning::Ago));
    (french || ago == 1).then_some((What::MinutesAgo(minutes), here + 2 + ago))
}

/// "hier", "lundi 17 novembre 2025", "le 12/11", "17.11.2025".
fn day_at(terms: &[Term], at: usize, tokens: &[Token]) -> Option<(What, usize)> {
    let mut end = at;
    if meaning(terms, end) == Some(Meaning::Day) {
        end += 1;
    }
    let named = end > at;
    let day = |at: usize| digits(terms, at).is_some_and(|day| (1..=31).contains(&day));
    let month = |at: usize| meaning(terms, at) == Some(Meaning::Month);
    let day_first = day(end) && month(end + 1);
    let month_first = month(end) && day(end + 1) && !noun_follows(terms, end + 2);
    if day_first || month_first {
        end += 2;
    } else if let Some(after) = slashed_date(terms, end, named || after_article(terms, at)) {
        end = after;
    }
    let year = terms.get(end).is_some_and(|term| {
        let text = tokens[term.first].text.as_str();
        text.len() == 4 && text.starts_with("20") && text.bytes().all(|b| b.is_ascii_digit())
    });
    let dated = end > at + usize::from(named);
    let end = end + usize::from(year && dated);
    (end > at).then_some((What::OtherDay, end))
}

fn after_article(terms: &[Term], at: usize) -> bool {
    at > 0 && matches!(meaning(terms, at - 1), Some(Meaning::Article | Meaning::Of))
}

/// "12/11/2025" anywhere; "12/11" only after "le" or a weekday, as it might be a range.
fn slashed_date(terms: &[Term], at: usize, introduced: bool) -> Option<usize> {
    let slash = |at: usize| matches!(terms.get(at).map(|t| t.what), Some(What::Mark('/' | '.')));
    let day = digits(terms, at).is_some_and(|day| (1..=31).contains(&day));
    let month = digits(terms, at + 2).is_some_and(|month| (1..=12).contains(&month));
    if !day || !month || !slash(at + 1) {
        return None;
    }
    let year = slash(at + 3)
        && terms.get(at + 4).is_some_and(|t| matches!(t.what, What::Digits(_) | What::Unknown));
    if year {
        return Some(at + 5);
    }
    (introduced && !noun_follows(terms, at + 3)).then_some(at + 3)
}

/// "9h56–11h37", "de 9h56 à 11h37", "entre 9 et 11 h", "from 9 to 11am".
fn window_at(terms: &[Term], at: usize) -> Option<(What, usize)> {
    let opened = matches!(
        meaning(terms, at),
        Some(Meaning::Between | Meaning::From | Meaning::Of | Meaning::Since)
    );
    let first = at + usize::from(opened);
    let from = match terms.get(first)?.what {
        What::Clock(time, _) => Some(time),
        // "de 9 à 11h": the hour word stands once.
        What::Digits(hour) if opened => NaiveTime::from_hms_opt(hour, 0, 0),
        _ => None,
    }?;
    let joined = match terms.get(first + 1)?.what {
        What::Mark('-' | '→' | '/') => true,
        What::Means(Meaning::A | Meaning::Towards | Meaning::AtMost) => true,
        What::Means(Meaning::And) => meaning(terms, at) == Some(Meaning::Between),
        _ => false,
    };
    match terms.get(first + 2)?.what {
        What::Clock(until, _) if joined => Some((What::Window(from, until), first + 3)),
        _ => None,
    }
}
