//! Counts the alarm lines of the log by their kind: whatever part of the program raises one, with a
//! field `alarm`, is counted without knowing of it.
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Kinds are written in the program's text, so there are a few dozen; more would be a mistake that
/// must not fill the memory.
const KINDS_MAX: usize = 64;
/// The longest name of a kind that is kept.
const KIND_CHARS_MAX: usize = 40;

static COUNTS: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

/// A layer of the log that counts alarms.
pub struct AlarmCounter;

impl<S: Subscriber> Layer<S> for AlarmCounter {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut Ear);
    }
}

struct Ear;

impl Visit for Ear {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() != "alarm" {
            return;
        }
        let kind: String = value.chars().take(KIND_CHARS_MAX).collect();
        let mut counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() < KINDS_MAX || counts.contains_key(&kind) {
            *counts.entry(kind).or_default() += 1;
        }
    }
    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

/// How many alarms of each kind there were since the process began.
pub fn counts() -> BTreeMap<String, u64> {
    COUNTS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[test]
    fn alarms_are_counted_by_kind_and_other_lines_are_not() {
        let subscriber = tracing_subscriber::registry().with(AlarmCounter);
        tracing::subscriber::with_default(subscriber, || {
            tracing::error!(alarm = "only_in_this_test", "an alarm");
            tracing::error!(alarm = "only_in_this_test", "an alarm");
            tracing::error!(other = "never_in_this_test", "a line");
        });
        assert_eq!(counts().get("only_in_this_test"), Some(&2));
        assert_eq!(counts().get("never_in_this_test"), None);
    }
}
