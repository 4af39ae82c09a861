//! What a phone was sent, recognised without reading a word: a warning by the pictograms of its
//! first line, which are the same in every language and are what a reader who cannot read goes by;
//! what is not a warning by the buttons under it.
use chrono::{DateTime, Utc};
use vigie::domain::alert::AlertKind;
use vigie::rehearsal::telegram::Accepted;

/// One thing that happened on a phone.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Which warning it is; `None` for anything else.
    pub kind: Option<AlertKind>,
    /// The text as it was then.
    pub text: String,
    /// A message that was there changed.
    pub edited: bool,
    /// It made no sound.
    pub silent: bool,
    /// The message it quotes.
    pub reply_to: Option<i32>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A moment in Paris time.
pub fn paris(when: &str) -> DateTime<Utc> {
    super::moment(when)
}

/// Marks of direction, which no reader sees.
pub fn unmarked(text: &str) -> String {
    text.chars().filter(|c| !('\u{2066}'..='\u{2069}').contains(c)).collect()
}

/// The kind of a warning by its first line: an hour before it where the news is old, and as many vans
/// as were counted, say nothing of the kind. Whatever begins otherwise is no warning.
pub fn warning(text: &str) -> Option<AlertKind> {
    const SIGNS: [(&str, AlertKind); 9] = [
        ("🚐 ➜", AlertKind::ComingToSite),
        ("🚐 ⏩", AlertKind::PassingSite),
        ("🚐 📍", AlertKind::AtSite),
        ("🗺️ ", AlertKind::Elsewhere),
        ("🎒", AlertKind::BeReady),
        ("🚐 ❓", AlertKind::Lost),
        ("🚐💨", AlertKind::Left),
        ("⏸️", AlertKind::Ended),
        ("✉️❌", AlertKind::Retracted),
    ];
    let first = unmarked(text.lines().next().unwrap_or_default());
    let old = first.strip_prefix("🕘 ").and_then(|rest| rest.split_once(' '));
    let mut first = old.map_or(first.as_str(), |(_hour, rest)| rest);
    while first.starts_with("🚐🚐") {
        first = &first["🚐".len()..];
    }
    SIGNS.iter().find(|(sign, _)| first.starts_with(sign)).map(|(_, kind)| *kind)
}

impl Seen {
    /// Reads a call that took effect; `None` where it showed nothing.
    pub fn of(call: &Accepted) -> Option<Seen> {
        let edited = match call.method {
            "sendMessage" => false,
            "editMessageText" => true,
            _ => return None,
        };
        let text = call.text.clone()?;
        Some(Seen {
            kind: warning(&text),
            text,
            edited,
            silent: call.silent,
            reply_to: call.reply_to,
            at: call.at,
        })
    }
    /// How it arrived, in a word.
    pub fn arrived(&self) -> &'static str {
        match (self.edited, self.reply_to, self.silent) {
            (true, ..) => "edited",
            (_, Some(_), _) => "reply",
            (_, _, true) => "quiet",
            _ => "ringing",
        }
    }
}
