//! Plays a script on the phones of a local Telegram, each line at its moment of the clock, whatever
//! the clock's speed. Tests crank it line by line; the rehearsal lets it run.
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::script::{Act, Line, Script, data_fits};
use super::telegram::{Button, LocalTelegram};
use crate::clock::Clock;

/// How often the clock is looked at while waiting: its speed may change, or it may be set.
const LOOK_PAUSE: Duration = Duration::from_millis(50);
/// So long, in real time, the player waits for a button that is not there yet.
const BUTTON_PATIENCE: Duration = Duration::from_secs(6);

/// A line that was played.
#[derive(Debug, Clone, PartialEq)]
pub struct Played {
    /// The line.
    pub line: Line,
    /// How it went; a tap fails when no such button is on the phone.
    pub outcome: Result<(), String>,
}

/// The script names a phone that is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}, line {no}: there is no phone \"{who}\"; there are: {known}")]
pub struct UnknownPhone {
    key: String,
    no: usize,
    who: String,
    known: String,
}

/// A script in play.
pub struct Player {
    script: Arc<Script>,
    phones: BTreeMap<String, i64>,
    telegram: LocalTelegram,
    next: usize,
}

impl Player {
    /// Prepares a script for phones named by keys.
    ///
    /// # Errors
    /// When a line is for a phone that is not there.
    pub fn new(
        script: Arc<Script>,
        phones: BTreeMap<String, i64>,
        telegram: LocalTelegram,
    ) -> Result<Player, UnknownPhone> {
        for line in &script.lines {
            let who = line.who.as_deref().unwrap_or_default();
            if line.who.is_some() && !phones.contains_key(who) {
                return Err(UnknownPhone {
                    key: script.key.clone(),
                    no: line.no,
                    who: who.to_owned(),
                    known: phones.keys().cloned().collect::<Vec<_>>().join(", "),
                });
            }
        }
        Ok(Player { script, phones, telegram, next: 0 })
    }
    /// The script.
    pub fn script(&self) -> &Script {
        &self.script
    }
    /// The moment of the next line; `None` when the script is over.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.script.lines.get(self.next).map(|line| line.at)
    }
    /// How many lines have been played.
    pub fn played(&self) -> usize {
        self.next
    }
    /// Plays the next line now, whatever the time is.
    pub fn step(&mut self) -> Option<Played> {
        let line = self.script.lines.get(self.next)?.clone();
        self.next += 1;
        let outcome = self.act(&line);
        Some(Played { line, outcome })
    }
    /// Plays every line that is due at `now`.
    pub fn play_due(&mut self, now: DateTime<Utc>) -> Vec<Played> {
        let mut played = Vec::new();
        while self.next_due().is_some_and(|due| due <= now) {
            played.extend(self.step());
        }
        played
    }
    /// Plays all by the clock and tells of every line. A tap whose button is not there yet waits a
    /// moment for it.
    pub async fn run(mut self, clock: &Clock, mut tell: impl FnMut(&Played)) {
        while let Some(line) = self.script.lines.get(self.next).cloned() {
            while clock.now() < line.at {
                tokio::time::sleep(LOOK_PAUSE).await;
            }
            self.next += 1;
            let outcome = match line.act {
                Act::TapsLabel(_) | Act::TapsData(_) => self.tap_when_there(&line).await,
                _ => self.act(&line),
            };
            tell(&Played { line, outcome });
        }
    }

    async fn tap_when_there(&self, line: &Line) -> Result<(), String> {
        let tapped = |telegram: &LocalTelegram| self.act_on(telegram, line).ok();
        match self.telegram.until(BUTTON_PATIENCE, tapped).await {
            Some(()) => Ok(()),
            None => self.act(line),
        }
    }
    fn act(&self, line: &Line) -> Result<(), String> {
        self.act_on(&self.telegram, line)
    }
    fn act_on(&self, telegram: &LocalTelegram, line: &Line) -> Result<(), String> {
        let who = line.who.as_deref().unwrap_or_default();
        let id = self.phones.get(who).copied().unwrap_or_default();
        match &line.act {
            Act::Note(_) => Ok(()),
            Act::Says(text) => telegram.say(id, text).map(drop).map_err(|e| e.0),
            Act::Location(lat, lon) => {
                let sent = telegram.send_location(id, *lat, *lon);
                sent.map(drop).map_err(|e| e.0)
            }
            Act::TapsData(pattern) => {
                tap_newest(telegram, id, &[&|b| has_data(b, |data| data_fits(pattern, data))])
                    .ok_or_else(|| format!("{who} has no button with data {pattern}"))
            }
            Act::TapsLabel(label) => {
                let begins = |b: &Button| b.label.starts_with(label.as_str());
                let contains = |b: &Button| b.label.to_lowercase().contains(&label.to_lowercase());
                let data = |b: &Button| {
                    has_data(b, |data| {
                        let bare = data.split_once('|').map_or(data, |(_, rest)| rest);
                        bare.starts_with(label.as_str())
                    })
                };
                tap_newest(telegram, id, &[&begins, &contains, &data])
                    .ok_or_else(|| format!("{who} has no button \"{label}\""))
            }
        }
    }
}

fn has_data(button: &Button, fits: impl Fn(&str) -> bool) -> bool {
    button.data.as_deref().is_some_and(fits)
}

/// Taps the newest button that fits the first of the ways that any button fits.
fn tap_newest(telegram: &LocalTelegram, id: i64, ways: &[&dyn Fn(&Button) -> bool]) -> Option<()> {
    let chat = telegram.chat(id);
    for way in ways {
        let newest_first = chat.iter().rev().filter(|bubble| !bubble.deleted);
        for bubble in newest_first {
            let mut buttons = bubble.buttons.iter().flatten();
            let found = buttons.find(|button| button.data.is_some() && way(button));
            if let Some(data) = found.and_then(|button| button.data.as_deref()) {
                return telegram.tap_raw(id, bubble.message_id, data).ok().map(drop);
            }
        }
    }
    None
}
