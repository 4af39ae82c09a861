//! The census: which faults really struck, read from Telegram's journal.
use std::collections::BTreeSet;

use chrono::TimeDelta;
use vigie::rehearsal::telegram::{Call, Fault};

use crate::faults::Kind;
use crate::ledger::Ledger;

/// Chats told to wait within so long were told together.
const TOGETHER: TimeDelta = TimeDelta::seconds(5);

/// Notes what a call tells; `true` when a fault met it.
pub fn note(ledger: &mut Ledger, call: &Call) -> bool {
    let description = call.description.as_deref().unwrap_or_default();
    if description.contains("not modified") {
        ledger.struck.insert(Kind::NotModified);
    }
    if description.contains("query is too old") {
        ledger.struck.insert(Kind::QueryTooOld);
    }
    if description.contains("upgraded to a supergroup") {
        ledger.struck.insert(Kind::Migrated);
    }
    if description.contains("deactivated") {
        ledger.struck.insert(Kind::Deactivated);
    }
    if let Some(seconds) = retry_after(call) {
        let until = call.at + TimeDelta::seconds(seconds);
        let together = ledger.quiet_until > call.at && call.at - ledger.quiet_until < TOGETHER;
        ledger.quiet_until = ledger.quiet_until.max(until);
        if together {
            ledger.struck.insert(Kind::TooManySeveral);
        }
    }
    let kind = match &call.fault {
        None => return false,
        Some(Fault::TooMany(_)) => Kind::TooManyOneChat,
        Some(Fault::ServerError(_)) => Kind::ServerError,
        Some(Fault::CutBefore) => Kind::CutBefore,
        Some(Fault::CutAfterAccept) => Kind::CutAfterAccept,
        Some(Fault::LostAnswer | Fault::Hang) => Kind::LostAnswer,
        Some(Fault::BrokenJson) => Kind::BrokenJson,
        Some(Fault::Blocked) => Kind::Blocked,
        Some(Fault::ChatNotFound) => Kind::ChatNotFound,
        Some(Fault::Deactivated) => Kind::Deactivated,
        Some(Fault::CannotParse) => Kind::CannotParse,
        Some(Fault::MigrateTo(_)) => Kind::Migrated,
        Some(Fault::Unauthorized) => Kind::TokenRefused,
        Some(Fault::Slow(_)) => return true,
    };
    ledger.struck.insert(kind);
    true
}

/// How long a call was told to wait, in seconds.
pub fn retry_after(call: &Call) -> Option<i64> {
    let description = call.description.as_deref()?;
    description.strip_prefix("Too Many Requests: retry after ")?.parse().ok()
}

/// The faults that struck nowhere.
pub fn missing(struck: &BTreeSet<&str>) -> Vec<&'static str> {
    Kind::ALL.iter().map(|(_, name)| *name).filter(|name| !struck.contains(name)).collect()
}
