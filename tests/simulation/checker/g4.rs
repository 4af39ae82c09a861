//! G4: to nobody an older version after a newer one; and a retraction reaches everyone whom what it
//! retracts has reached, except who left.
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Europe::Paris;

use super::g2::SETTLED_WITHIN;
use super::{Breach, Known, has_left};
use crate::ledger::{Ledger, What};
use crate::words::{News, Told};

/// What came in so shortly before the desk's tap was on no card yet: it is not what was taken back.
const UNSEEN_BY_DESK: TimeDelta = TimeDelta::seconds(2);
/// Two tellings of one site so far apart, of which the later did not reach somebody, are of two visits
/// of a convoy: sparse news of one visit lies closer together in every zone, or goes to the same people.
const ANOTHER_VISIT: TimeDelta = TimeDelta::minutes(45);
/// A retraction is sent for so long.
const RETRACTED_WITHIN: TimeDelta = TimeDelta::hours(11);

pub fn check(
    known: &Known,
    ledger: &Ledger,
    from: usize,
    now: DateTime<Utc>,
    _end: bool,
) -> Result<(), Breach> {
    for told in known.told[from..].iter().filter(|told| told.news == Some(News::Here)) {
        in_order(known, ledger, told)?;
    }
    for told in known.told.iter().filter(|told| told.news == Some(News::Wrong)) {
        if now - told.at < RETRACTED_WITHIN {
            all_retracted(known, ledger, told, now)?;
        }
    }
    Ok(())
}

/// Whether a message is of the same convoy at the same site.
pub fn same_thread(a: &Told, b: &Told) -> bool {
    a.no == b.no && a.site == b.site
}

/// Whether somebody reported the site again after what `closing` says was decided.
pub fn reported_since(ledger: &Ledger, closing: &Told, told: &Told) -> bool {
    let concerns = |of: &Option<usize>| of.is_none() || *of == closing.site;
    let cancels = ledger.events.iter().filter(|event| match &event.what {
        What::Cancel { site, .. } => concerns(site) && event.pushed.at <= closing.at,
        _ => false,
    });
    let Some(cause) = cancels.max_by_key(|event| event.pushed.at) else { return true };
    let by_desk = matches!(&cause.what, What::Cancel { by_desk: true, .. });
    let unseen = if by_desk { UNSEEN_BY_DESK } else { TimeDelta::zero() };
    ledger.events.iter().any(|event| {
        matches!(&event.what, What::Report { site, .. } if Some(*site) == told.site)
            && event.pushed.at >= cause.pushed.at - unseen
            && event.pushed.at <= told.at
    })
}

fn in_order(known: &Known, ledger: &Ledger, told: &Told) -> Result<(), Breach> {
    let before: Vec<&Told> =
        known.to(told.chat).filter(|b| b.seq < told.seq && same_thread(b, told)).collect();
    let closes = |b: &&&Told| matches!(b.news, Some(News::Left | News::Ended | News::Wrong));
    if let Some(closing) = before.iter().rev().find(closes)
        && !reported_since(ledger, closing, told)
    {
        let what = format!(
            "{} was told at {}, after {:?}: {}",
            told.chat, told.at, closing.news, told.text
        );
        return Err(Breach::of("G4", what));
    }
    let Some(last) = before.iter().rev().find(|b| b.news == Some(News::Here)) else {
        return Ok(());
    };
    let (Some((now, _)), Some((then, _))) = (told.seen, last.seen) else { return Ok(()) };
    let older = (now.0 * 60 + now.1) - (then.0 * 60 + then.1);
    let taken_back = ledger.events.iter().any(|event| match &event.what {
        What::Cancel { site, .. } => {
            (site.is_none() || *site == told.site) && event.pushed.at <= told.at
        }
        _ => false,
    });
    let hour = |at: DateTime<Utc>| at.with_timezone(&Paris).naive_local() - at.naive_utc();
    let same_hour = hour(last.at - TimeDelta::hours(2)) == hour(told.at);
    // Half a day back is the next day.
    let is_older =
        (-600..0).contains(&older) && same_hour && told.at - last.at < TimeDelta::hours(2);
    if is_older && !taken_back {
        let what = format!(
            "{} was told older news at {}: {} after {}",
            told.chat, told.at, told.text, last.text
        );
        return Err(Breach::of("G4", what));
    }
    Ok(())
}

/// Whether a message still says so, and was not changed into one of another convoy.
fn still_reads(known: &Known, told: &Told) -> bool {
    !known.to(told.chat).any(|later| {
        later.seq > told.seq
            && later.edited
            && later.message == told.message
            && !same_thread(later, told)
    })
}

/// By how much later one message says that police were seen than another, the clock being set forth
/// or back left aside.
fn seen_later(newer: &Told, older: &Told) -> TimeDelta {
    const DAY: i64 = 24 * 60;
    let minutes = |told: &Told| told.seen.map(|((hour, minute), _)| hour * 60 + minute);
    let (Some(newer), Some(older)) = (minutes(newer), minutes(older)) else {
        return TimeDelta::zero();
    };
    let later = (newer - older).rem_euclid(DAY);
    TimeDelta::minutes(if later > DAY / 2 { 0 } else { later })
}

fn all_retracted(
    known: &Known,
    ledger: &Ledger,
    wrong: &Told,
    now: DateTime<Utc>,
) -> Result<(), Breach> {
    let Some(calm) = ledger.calm_since else { return Ok(()) };
    if wrong.at.max(calm).max(ledger.quiet_until) + SETTLED_WITHIN > now {
        return Ok(());
    }
    let newest = known.told.iter().rev().find(|told| {
        told.seq < wrong.seq
            && told.news == Some(News::Here)
            && !told.edited
            && same_thread(told, wrong)
    });
    for chat in known.chats().into_iter().filter(|chat| !known.is_team(*chat)) {
        let words =
            || known.to(chat).filter(|told| same_thread(told, wrong) && still_reads(known, told));
        let Some(last) = words().next_back() else { continue };
        let was_here = words().any(|told| told.news == Some(News::Here));
        // Who was told of it as of another site only hears no more once the convoy went on.
        let earlier = newest.is_some_and(|newest| {
            newest.at - last.at >= ANOTHER_VISIT || seen_later(newest, last) >= ANOTHER_VISIT
        });
        let concerned =
            was_here && last.news == Some(News::Here) && last.at <= wrong.at && !earlier;
        if concerned && !has_left(known, ledger, chat) {
            let what = format!("{chat} was never told that this was wrong: {}", last.text);
            return Err(Breach::of("G4", what));
        }
    }
    Ok(())
}
