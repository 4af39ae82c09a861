//! G1: what somebody wrote is answered, once the faults have ended if not before; what was answered has
//! its effect, which G2 sees to.
use chrono::{DateTime, TimeDelta, Utc};
use vigie::rehearsal::telegram::Fault;

use super::g2::SETTLED_WITHIN;
use super::{Breach, Known};
use crate::ledger::{Event, Ledger, What};

/// An answer is of no use much later, and is not sent then.
const ANSWER_WITHIN: TimeDelta = TimeDelta::minutes(55);

pub fn check(known: &Known, ledger: &Ledger, now: DateTime<Utc>, end: bool) -> Result<(), Breach> {
    for event in &ledger.events {
        let (by, message) = match &event.what {
            What::Report { by, message: Some(message), .. } => (*by, *message),
            What::Asked { by, message } => (*by, *message),
            _ => continue,
        };
        if end && event.taken.is_none() {
            return Err(Breach::of("G1", format!("message {message} of {by} was never fetched")));
        }
        if is_due(event, ledger, now) && !is_answered(known, event, by, message) {
            let what = format!(
                "message {message} of {by}, written at {}, was never answered",
                event.pushed.at
            );
            return Err(Breach::of("G1", what));
        }
    }
    Ok(())
}

/// Whether it has been in hand, and nothing went wrong, for long enough.
fn is_due(event: &Event, ledger: &Ledger, now: DateTime<Utc>) -> bool {
    let (Some(taken), Some(calm)) = (event.taken, ledger.calm_since) else { return false };
    let from = taken.at.max(calm).max(ledger.quiet_until);
    from - taken.at < ANSWER_WITHIN
        && from + SETTLED_WITHIN <= now
        && !ledger.skewed_between(event.pushed.at, from)
}

fn is_answered(known: &Known, event: &Event, by: i64, message: i32) -> bool {
    let after = |at: DateTime<Utc>| at >= event.pushed.at;
    known.to(by).any(|told| told.reply_to == Some(message) && after(told.at))
        // Without markup an answer quotes nothing.
        || known.calls.iter().any(|call| {
            call.chat_id == Some(by) && call.fault == Some(Fault::CannotParse) && after(call.at)
        })
}
