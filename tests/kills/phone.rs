//! What a phone shows, read without knowing the program: a warning by the pictograms of its first
//! line and by its number, everything else by what it answers.
use chrono::{DateTime, Utc};
use vigie::rehearsal::telegram::Accepted;

/// What a warning says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Threat,
    Elsewhere,
    Other,
    Left,
    Ended,
    Retracted,
}

/// One thing a phone was shown.
#[derive(Debug, Clone)]
pub struct Shown {
    pub seq: u64,
    pub at: DateTime<Utc>,
    pub chat: i64,
    pub message: i32,
    /// A message that was there changed.
    pub edited: bool,
    pub reply_to: Option<i32>,
    pub text: String,
    pub warning: Option<Warning>,
}

/// The parts of a warning that are the same in every language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Warning {
    pub kind: Kind,
    /// The number, such as `C-0412`.
    pub no: String,
    /// The first line.
    pub head: String,
    /// How many vans, where it says so.
    pub vans: Option<u32>,
}

impl Shown {
    /// Reads what was accepted; `None` where it showed nothing.
    pub fn of(call: &Accepted) -> Option<Shown> {
        let edited = match call.method {
            "sendMessage" => false,
            "editMessageText" => true,
            _ => return None,
        };
        let text: String = call.text.as_deref()?.chars().filter(|c| !is_mark(*c)).collect();
        Some(Shown {
            seq: call.seq,
            at: call.at,
            chat: call.chat_id?,
            message: call.message_id?,
            edited,
            reply_to: call.reply_to,
            warning: Warning::read(&text),
            text,
        })
    }
    /// Whether it is such a warning about a place of this name.
    pub fn tells(&self, kind: Kind, place: &str) -> bool {
        self.warning.as_ref().is_some_and(|w| w.kind == kind && w.names(place))
    }
}

/// Marks of direction, which no reader sees.
fn is_mark(c: char) -> bool {
    ('\u{2066}'..='\u{2069}').contains(&c) || matches!(c, '\u{200e}' | '\u{200f}')
}

impl Warning {
    fn read(text: &str) -> Option<Warning> {
        const SIGNS: [(&str, Kind); 9] = [
            ("🚐 ➜", Kind::Threat),
            ("🚐 ⏩", Kind::Threat),
            ("🚐 📍", Kind::Threat),
            ("🗺️ ", Kind::Elsewhere),
            ("🎒", Kind::Other),
            ("🚐 ❓", Kind::Other),
            ("🚐💨", Kind::Left),
            ("⏸️", Kind::Ended),
            ("✉️❌", Kind::Retracted),
        ];
        let first = text.lines().next()?;
        let old = first.strip_prefix("🕘 ").and_then(|rest| rest.split_once(' '));
        let mut head = old.map_or(first, |(_hour, rest)| rest);
        while let Some(rest) = head.strip_prefix("🚐").filter(|rest| rest.starts_with("🚐")) {
            head = rest;
        }
        let kind = SIGNS.iter().find(|(sign, _)| head.starts_with(sign))?.1;
        Some(Warning { kind, no: number(text)?, head: head.to_owned(), vans: vans(text) })
    }
    /// Whether its first line names the place.
    pub fn names(&self, place: &str) -> bool {
        let signs = [' ', '🚐', '📍', '💨', '❌', '✉', '⏸', '🗺', '\u{fe0f}', '➜', '⏩'];
        let named = |part: &str| part.trim_matches(signs) == place;
        self.head.split('·').any(named)
    }
}

/// The number of the convoy in a text.
pub fn number(text: &str) -> Option<String> {
    let at = text.find("C-")?;
    let digits: String = text[at + 2..].chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then(|| format!("C-{digits}"))
}

/// How many vans: the first number on a line that holds no number of a convoy and no clock time.
fn vans(text: &str) -> Option<u32> {
    let clock = |line: &str| {
        line.as_bytes().windows(2).any(|pair| pair[0].is_ascii_digit() && pair[1] == b':')
    };
    text.lines().skip(1).filter(|line| !line.contains("C-") && !clock(line)).find_map(|line| {
        let mut runs = line.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
        runs.next()?.parse().ok()
    })
}
