//! G6: once a retraction has begun nothing of what it retracts starts any more, and it goes before
//! everything else that waits.
use chrono::TimeDelta;

use super::g4::{reported_since, same_thread};
use super::{Breach, Known};
use crate::ledger::Ledger;
use crate::words::{News, Told};

/// A message may be on its way, and one answer to a person may have its turn.
const BEFORE_IT_MAX: usize = 2;
/// A chat gets one message a second; after one it is not ready for another.
const CHAT_READY_AFTER: TimeDelta = TimeDelta::milliseconds(1_500);
/// A retraction to everyone is over by then.
const ONE_RETRACTION: TimeDelta = TimeDelta::minutes(2);

pub fn check(known: &Known, ledger: &Ledger, from: usize) -> Result<(), Breach> {
    let firsts: Vec<&Told> = firsts(known);
    for told in known.told[from..].iter().filter(|told| told.news == Some(News::Here)) {
        let begun =
            firsts.iter().rev().find(|wrong| same_thread(wrong, told) && wrong.at < told.at);
        if let Some(wrong) = begun
            && !reported_since(ledger, wrong, told)
        {
            let what = format!(
                "retracted at {}, and {} was told at {}: {}",
                wrong.at, told.chat, told.at, told.text
            );
            return Err(Breach::of("G6", what));
        }
    }
    let fresh = known.told.get(from).map(|told| told.at);
    for wrong in firsts.iter().filter(|wrong| fresh.is_some_and(|at| wrong.at >= at)) {
        goes_first(known, ledger, wrong)?;
    }
    Ok(())
}

/// The first message of each retraction.
fn firsts(known: &Known) -> Vec<&Told> {
    let mut firsts: Vec<&Told> = Vec::new();
    for told in known.told.iter().filter(|told| told.news == Some(News::Wrong)) {
        let begun = |first: &&Told| same_thread(first, told) && told.at - first.at < ONE_RETRACTION;
        if !firsts.iter().any(begun) {
            firsts.push(told);
        }
    }
    firsts
}

fn goes_first(known: &Known, ledger: &Ledger, first: &Told) -> Result<(), Breach> {
    let last = known.told.iter().filter(|told| {
        told.news == Some(News::Wrong)
            && same_thread(told, first)
            && told.at - first.at < ONE_RETRACTION
    });
    let waiting: Vec<&Told> = last.filter(|told| told.at > first.at && told.chat > 0).collect();
    let Some(end) = waiting.iter().map(|told| told.at).max() else { return Ok(()) };
    let disturbed = known.calls.iter().any(|call| {
        let near = call.at >= first.at - ONE_RETRACTION && call.at <= end;
        near && (call.fault.is_some() || call.status != 200)
    });
    let dead = ledger.crashes.iter().any(|crash| crash.at >= first.at && crash.at <= end);
    if disturbed || dead || ledger.skewed_between(first.at, end) {
        return Ok(());
    }
    let others = known
        .told
        .iter()
        .filter(|told| told.news != Some(News::Wrong) && told.at > first.at && told.at < end);
    let mut before = 0;
    for other in others {
        let ready = waiting.iter().any(|wrong| {
            wrong.at > other.at
                && !known.to(wrong.chat).any(|told| {
                    told.seq < wrong.seq
                        && other.at - told.at < CHAT_READY_AFTER
                        && told.at <= wrong.at
                })
        });
        before += usize::from(ready);
    }
    if before > BEFORE_IT_MAX {
        let what = format!("{before} other messages went before the rest of: {}", first.text);
        return Err(Breach::of("G6", what));
    }
    Ok(())
}
