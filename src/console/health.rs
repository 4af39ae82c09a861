//! Whether Vigie is well, judged from what this process has seen and what the database says. Not well
//! means that something people rely on does not happen now: `/healthz` then answers 503 and names it.
use std::time::Duration;

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use crate::clock::Clock;
use crate::domain::skew::Trust;
use crate::pulse::Pulse;
use crate::storage::{InboxCounts, StorageError, Store};

/// The database answers in milliseconds; what asks for health waits no longer than this.
const DATABASE_WITHIN: Duration = Duration::from_secs(3);
/// A poll is answered after 25 seconds at the latest, or given up after 35, and after failures there
/// are pauses of 30; a webhook is asked after every minute. Beyond this nothing goes round any more.
const SILENT_FOR: Duration = Duration::from_secs(180);
/// Something has been due for so long, and in all that time nothing was accepted: the sender is stuck.
/// Telegram's own longest usual waits after a 429 are shorter.
const STUCK_FOR: Duration = Duration::from_secs(120);

/// What is wrong, for machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// The database does not answer.
    Database,
    /// Telegram has answered nothing for long.
    Telegram,
    /// No update has been asked for for long, by the process whose task it is.
    Fetching,
    /// Something has been due for long, and nothing is accepted.
    Sending,
    /// The clock is so wrong that residents are warned of nothing automatically.
    Clock,
}

/// What somebody should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// The clock is not Telegram's.
    ClockOff,
    /// The last commits took long.
    SlowCommits,
    /// Updates were given up.
    SetAside,
}

/// How Vigie is. Serialised as `/healthz` answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Health {
    /// `well` or `unwell`.
    pub status: &'static str,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What should be looked at.
    pub warnings: Vec<Warning>,
    /// Updates that wait; `None` where the database does not answer.
    pub waiting: Option<i64>,
    /// Updates given up.
    pub set_aside: Option<i64>,
    /// For how many seconds the oldest update has waited.
    pub oldest_waiting_seconds: Option<i64>,
    /// For how many seconds the delivery has been due that waits longest.
    pub due_for_seconds: Option<i64>,
    /// Seconds since Telegram answered anything.
    pub telegram_answered_seconds_ago: Option<u64>,
    /// Seconds since a poll for updates was answered.
    pub polled_seconds_ago: Option<u64>,
    /// Seconds since Telegram accepted a message.
    pub accepted_seconds_ago: Option<u64>,
    /// Seconds since something was durably written.
    pub committed_seconds_ago: Option<u64>,
    /// By how many seconds our clock is ahead of Telegram's.
    pub clock_ahead_seconds: Option<i64>,
}

impl Health {
    /// The HTTP status it is told with.
    pub fn status(&self) -> StatusCode {
        if self.problems.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
    }
}

/// What the database says.
struct Told {
    inbox: InboxCounts,
    due_since: Option<DateTime<Utc>>,
}

/// Looks at everything, in a few seconds at most.
pub async fn examine(store: &Store, clock: &Clock) -> Health {
    let now = clock.now();
    let told = match tokio::time::timeout(DATABASE_WITHIN, ask(store, now)).await {
        Ok(Ok(told)) => Some(told),
        Ok(Err(error)) => {
            tracing::error!(%error, "the health check failed");
            None
        }
        Err(_) => {
            tracing::error!("the health check waited for the database in vain");
            None
        }
    };
    judge(store.pulse(), told.as_ref(), now)
}

async fn ask(store: &Store, now: DateTime<Utc>) -> Result<Told, StorageError> {
    let mut tx = store.read().await?;
    Ok(Told { inbox: tx.inbox_counts().await?, due_since: tx.queue_due_since(now).await? })
}

fn judge(pulse: &Pulse, told: Option<&Told>, now: DateTime<Utc>) -> Health {
    let due_for = told.and_then(|told| told.due_since).map(|since| now - since);
    let trust = pulse.trust();
    let mut problems = Vec::new();
    if told.is_none() {
        problems.push(Problem::Database);
    }
    if pulse.answered.age_or_life() > SILENT_FOR {
        problems.push(Problem::Telegram);
    }
    if pulse.is_fetching() && pulse.polled.age_or_life() > SILENT_FOR {
        problems.push(Problem::Fetching);
    }
    if is_stuck(due_for, pulse.accepted.age_or_life()) {
        problems.push(Problem::Sending);
    }
    if trust == Trust::Wrong {
        problems.push(Problem::Clock);
    }
    let mut warnings = Vec::new();
    if trust == Trust::Off {
        warnings.push(Warning::ClockOff);
    }
    if pulse.is_slow() {
        warnings.push(Warning::SlowCommits);
    }
    if told.is_some_and(|told| told.inbox.aside > 0) {
        warnings.push(Warning::SetAside);
    }
    let seconds = |age: Option<Duration>| age.map(|age| age.as_secs());
    let oldest = told.and_then(|told| told.inbox.oldest_new);
    Health {
        status: if problems.is_empty() { "well" } else { "unwell" },
        problems,
        warnings,
        waiting: told.map(|told| told.inbox.new),
        set_aside: told.map(|told| told.inbox.aside),
        oldest_waiting_seconds: oldest.map(|at| (now - at).num_seconds()),
        due_for_seconds: due_for.map(|due| due.num_seconds()),
        telegram_answered_seconds_ago: seconds(pulse.answered.age()),
        polled_seconds_ago: seconds(pulse.polled.age()),
        accepted_seconds_ago: seconds(pulse.accepted.age()),
        committed_seconds_ago: seconds(pulse.committed.age()),
        clock_ahead_seconds: pulse.skew().map(|skew| skew.num_seconds()),
    }
}

/// Whether something has waited too long while nothing was accepted.
fn is_stuck(due_for: Option<TimeDelta>, accepted_ago: Duration) -> bool {
    let due_for = due_for.and_then(|due| due.to_std().ok()).unwrap_or_default();
    due_for > STUCK_FOR && accepted_ago > STUCK_FOR
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }
    fn quiet() -> Told {
        Told { inbox: InboxCounts { new: 0, aside: 0, oldest_new: None }, due_since: None }
    }

    #[test]
    fn a_quiet_morning_is_well_and_a_database_that_is_away_is_not() {
        let pulse = Pulse::default();
        let well = judge(&pulse, Some(&quiet()), now());
        assert_eq!((well.status, well.status()), ("well", StatusCode::OK));
        let unwell = judge(&pulse, None, now());
        assert_eq!(unwell.problems, [Problem::Database]);
        assert_eq!(unwell.status(), StatusCode::SERVICE_UNAVAILABLE);
    }

    #[test]
    fn the_sender_is_stuck_when_something_is_due_and_nothing_goes_but_not_amid_a_long_broadcast() {
        let minutes = |n: i64| Some(TimeDelta::minutes(n));
        assert!(is_stuck(minutes(3), Duration::from_secs(180)));
        assert!(!is_stuck(minutes(5), Duration::from_secs(1)), "a long queue that moves");
        assert!(!is_stuck(minutes(1), Duration::from_secs(3_600)), "it became due just now");
        assert!(!is_stuck(None, Duration::from_secs(36_000)), "a quiet night");
    }

    #[test]
    fn fault_31_a_wrong_clock_is_named() {
        let pulse = Pulse::default();
        let answers = |off: i64| {
            let took = TimeDelta::milliseconds(50);
            pulse.telegram_answered(Some(now() - TimeDelta::seconds(off)), now(), took);
            judge(&pulse, Some(&quiet()), now())
        };
        assert_eq!(answers(60).warnings, [Warning::ClockOff]);
        let wrong = answers(-200);
        assert_eq!((wrong.problems, wrong.clock_ahead_seconds), (vec![Problem::Clock], Some(-200)));
        assert!(answers(0).problems.is_empty());
    }

    #[test]
    fn updates_given_up_are_a_warning() {
        let told =
            Told { inbox: InboxCounts { new: 1, aside: 2, oldest_new: Some(now()) }, ..quiet() };
        let health = judge(&Pulse::default(), Some(&told), now() + TimeDelta::seconds(7));
        assert_eq!(health.warnings, [Warning::SetAside]);
        assert_eq!(health.oldest_waiting_seconds, Some(7));
    }
}
