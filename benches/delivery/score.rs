//! Figures from what a server accepted. Pure.
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::wire::Entry;

/// One second, in the server's unit.
pub const SECOND: i64 = 1_000_000;

/// The entries for chats of a range.
pub fn of<'a>(entries: &'a [Entry], chats: &'a Range<i64>) -> impl Iterator<Item = &'a Entry> {
    entries.iter().filter(|entry| chats.contains(&entry.chat))
}

/// How many different chats of a range were reached.
pub fn reached(entries: &[Entry], chats: &Range<i64>) -> usize {
    of(entries, chats).map(|entry| entry.chat).collect::<BTreeSet<_>>().len()
}

/// Messages a second between the first and the last to a range of chats, everything counted that
/// the bot sent meanwhile.
pub fn rate(entries: &[Entry], chats: &Range<i64>) -> f64 {
    let (Some(first), Some(last)) = (of(entries, chats).next(), of(entries, chats).last()) else {
        return 0.0;
    };
    let sent = entries.iter().filter(|e| e.seq > first.seq && e.seq <= last.seq).count();
    sent as f64 * SECOND as f64 / (last.at - first.at).max(1) as f64
}

/// The most messages in any one second.
pub fn most_in_a_second(entries: &[Entry]) -> usize {
    let mut from = 0;
    let mut most = 0;
    for (until, entry) in entries.iter().enumerate() {
        while entry.at - entries[from].at >= SECOND {
            from += 1;
        }
        most = most.max(until + 1 - from);
    }
    most
}

/// Copies on each phone reached, on average and at most.
pub fn copies(entries: &[Entry], chats: &Range<i64>) -> (f64, usize) {
    let mut copies: BTreeMap<i64, usize> = BTreeMap::new();
    for entry in of(entries, chats).filter(|entry| !entry.edit) {
        *copies.entry(entry.chat).or_default() += 1;
    }
    let total: usize = copies.values().sum();
    (total as f64 / copies.len().max(1) as f64, copies.values().copied().max().unwrap_or(0))
}

/// Milliseconds at a share of the sorted values.
pub fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let index = ((values.len() as f64 * share).ceil() as usize).saturating_sub(1);
    values.get(index).copied().unwrap_or(f64::NAN)
}
