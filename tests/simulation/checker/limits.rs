//! Telegram's limits are never exceeded: a 429 that nobody scripted is a breach; and what Telegram
//! told us to wait is waited.
use chrono::{DateTime, TimeDelta, Utc};
use vigie::rehearsal::telegram::Call;

use super::{Breach, is_gone};
use crate::census::retry_after;
use crate::ledger::Ledger;

/// Once somebody is gone, calls that were on their way or an answer to their own words may follow.
const AFTER_GONE_MAX: usize = 3;

pub fn check(calls: &[Call], from: usize, ledger: &Ledger) -> Result<(), Breach> {
    for (n, call) in calls.iter().enumerate().skip(from) {
        if call.status == 429 && call.fault.is_none() {
            let what =
                format!("{} to {:?} came too soon, at {}", call.method, call.chat_id, call.at);
            return Err(Breach::of("limits", what));
        }
        if call.status != 404
            && let Some(until) = told_to_wait(&calls[..n], call, ledger)
            && call.at < until
        {
            let what = format!(
                "{:?} was to wait until {until} and was called at {}",
                call.chat_id, call.at
            );
            return Err(Breach::of("limits", what));
        }
        if is_gone(call) && call.chat_id.is_some_and(|chat| chat > 0) {
            let same =
                |c: &&Call| c.chat_id == call.chat_id && is_gone(c) && c.method == call.method;
            let before = calls[..n].iter().rev().filter(same);
            // A team member keeps the role, and is written to again.
            let soon = before.filter(|c| call.at - c.at < TimeDelta::minutes(5)).count();
            if soon > AFTER_GONE_MAX {
                let what = format!("{:?} is gone, and was called {soon} times more", call.chat_id);
                return Err(Breach::of("G2", what));
            }
        }
    }
    Ok(())
}

/// Until when this chat was told to wait, by the last answer to it; forgotten in a crash.
fn told_to_wait(before: &[Call], call: &Call, ledger: &Ledger) -> Option<DateTime<Utc>> {
    let counts = |c: &&Call| c.method.starts_with("send") || c.method.starts_with("edit");
    let chat = call.chat_id.filter(|_| counts(&call))?;
    let last = before.iter().rev().filter(counts).find(|c| c.chat_id == Some(chat))?;
    let seconds = retry_after(last)?;
    let until = last.at + TimeDelta::seconds(seconds);
    let undisturbed =
        ledger.crashes_after(last.at) == 0 && !ledger.skewed_between(last.at, call.at);
    undisturbed.then_some(until)
}
