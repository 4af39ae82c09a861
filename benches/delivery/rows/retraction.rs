//! A retraction in the middle of a broadcast: how soon the last of those who were told hears it.
use std::thread::sleep;
use std::time::Duration;

use crate::contestants::{CROWD, Home, OBSERVER, SETTLE};
use crate::rows::{SIGHTING, crowd, until};
use crate::wire::{Entry, Police, Server};
use crate::{Plan, page, score};

/// The button under the observer's own report.
const UNDO: &str = "↩️";

pub fn run(plan: &Plan) -> anyhow::Result<()> {
    let told = plan.number(1_000, 300);
    let chats = crowd(told * 2);
    let mut server = Server::start(Police::Bucket)?;
    server.people(CROWD, told * 2)?;
    server.people(OBSERVER, 1)?;
    let home = Home::new()?;
    home.enrol(&[(CROWD, told * 2, "bmx")])?;
    let _vigie = home.vigie(&plan.program, &server)?;
    sleep(SETTLE);
    server.say(OBSERVER, SIGHTING)?;
    let wanted = usize::try_from(told)?;
    let patience = Duration::from_secs(u64::try_from(told)? / 20 + 30);
    until(&mut server, patience, |entries| score::reached(entries, &chats) >= wanted)?;
    let at = server.order(&crate::wire::Order::Tap { id: OBSERVER, label: UNDO.to_owned() })?;
    let retracted = |entries: &[Entry]| {
        let mut copies = std::collections::BTreeMap::<i64, Vec<i64>>::new();
        for entry in score::of(entries, &chats).filter(|entry| !entry.edit) {
            copies.entry(entry.chat).or_default().push(entry.at);
        }
        let told = copies.len();
        let mut heard: Vec<i64> =
            copies.into_values().filter_map(|times| times.get(1).copied()).collect();
        heard.sort_unstable();
        (told, heard)
    };
    until(&mut server, patience, |entries| {
        let (told, heard) = retracted(entries);
        told == heard.len()
    })?;
    let (told, heard) = retracted(&server.accepted);
    let seconds = |at_last: Option<&i64>| at_last.map_or(f64::NAN, |t| (t - at) as f64 / 1e6);
    // Whoever had not been told when the retraction was decided must hear neither.
    let late = score::of(&server.accepted, &chats)
        .filter(|entry| heard.first().is_some_and(|first| entry.at > *first))
        .count()
        .saturating_sub(heard.len() - 1);
    page::row(
        "retraction tapped in mid-broadcast → last of those told reached",
        "≤ 60 s for 1,000",
        &format!(
            "**{:.1} s** for {told}, the first after {:.2} s; {late} warnings after the first retraction",
            seconds(heard.last()),
            seconds(heard.first())
        ),
        None,
    );
    Ok(())
}
