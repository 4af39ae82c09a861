//! One reader's words: looks messages up, fills and escapes their slots, names places in the
//! reader's script. It decides nothing about what is said.
use fluent_bundle::{FluentArgs, FluentValue};

use super::Scene;
use super::load::Tongue;
use super::say::Reader;
use super::time;
use crate::domain::site::{SiteCode, Zone};

/// First-strong isolate: what follows takes its own direction and does not disturb its line.
pub(super) const FSI: char = '\u{2068}';
/// Left-to-right isolate, for the pictograms: their arrow must point at the site in every script.
pub(super) const LRI: char = '\u{2066}';
/// Right-to-left mark. A list of isolated names has no letter of its own from which its direction
/// could be told, so this stands in for one.
const RLM: &str = "\u{200f}";
/// End of an isolate.
pub(super) const PDI: char = '\u{2069}';
/// Longest piece of what somebody typed that is shown back to them, in characters: enough to
/// recognise it, and far from the limit of a message.
const TYPED_CHARS_MAX: usize = 80;

/// What fills a slot.
pub(super) enum Slot {
    /// Text; escaped before it meets markup.
    Text(String),
    /// A number; it also chooses the plural form.
    Number(i64),
}

impl From<String> for Slot {
    fn from(text: String) -> Slot {
        Slot::Text(text)
    }
}
impl From<&str> for Slot {
    fn from(text: &str) -> Slot {
        Slot::Text(text.to_owned())
    }
}
impl From<i64> for Slot {
    fn from(number: i64) -> Slot {
        Slot::Number(number)
    }
}
impl From<u32> for Slot {
    fn from(number: u32) -> Slot {
        Slot::Number(i64::from(number))
    }
}

/// Names and fillings of a message's slots.
pub(super) type Slots<'s> = &'s [(&'static str, Slot)];

/// The words of one reader at one moment.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    /// The reader's language.
    pub(super) tongue: &'a Tongue,
    /// What is said where that language lacks a message: French, then English.
    pub(super) fallback: [&'a Tongue; 2],
    /// Who reads, and when.
    pub(super) reader: &'a Reader,
    /// Places and the telephone.
    pub(super) scene: &'a Scene<'a>,
}

impl Words<'_> {
    /// A message as Telegram HTML, its slots escaped.
    pub(super) fn html(&self, id: &str, slots: Slots<'_>) -> String {
        self.look_up(id, &filled(slots, escape))
    }

    /// A message as plain text without isolates, for buttons and menus.
    pub(super) fn label(&self, id: &str, slots: Slots<'_>) -> String {
        without_isolates(&self.look_up(id, &filled(slots, str::to_owned)))
    }

    /// Never empty: a missing message is said in French and English, and where even those lack it
    /// the number to call stands in its place.
    fn look_up(&self, id: &str, slots: &FluentArgs<'_>) -> String {
        if let Some(text) = self.tongue.say(id, slots) {
            return text;
        }
        let spare: Vec<String> =
            self.fallback.iter().filter_map(|tongue| tongue.say(id, slots)).collect();
        if spare.is_empty() {
            format!("HRO {}", self.scene.phone.unwrap_or_default()).trim_end().to_owned()
        } else {
            spare.join("\n")
        }
    }

    /// A place within a sentence: in the reader's script with the sign's Latin name, `… (BMX)`.
    pub(super) fn place(&self, code: &SiteCode) -> String {
        match self.names(code) {
            (Some(script), name) => format!("{script} ({name})"),
            (None, name) => name,
        }
    }

    /// Several places within a sentence, each isolated.
    pub(super) fn places(&self, codes: &[SiteCode]) -> String {
        let (start, separator) = if self.tongue.about.rtl { (RLM, "، ") } else { ("", ", ") };
        let names: Vec<String> =
            codes.iter().map(|code| format!("{FSI}{}{PDI}", self.place(code))).collect();
        format!("{start}{}", names.join(separator))
    }

    /// A place on a button: `… · BMX`.
    pub(super) fn place_label(&self, code: &SiteCode) -> String {
        match self.names(code) {
            (Some(script), name) => format!("{script} · {name}"),
            (None, name) => name,
        }
    }

    /// A place on the line of pictograms, escaped; each name isolated.
    pub(super) fn place_sign(&self, code: &SiteCode) -> String {
        match self.names(code) {
            (Some(script), name) => {
                format!("{FSI}{}{PDI} · {FSI}{}{PDI}", escape(&script), escape(&name))
            }
            (None, name) => format!("{FSI}{}{PDI}", escape(&name)),
        }
    }

    /// A zone on a button or in a sentence.
    pub(super) fn zone(&self, zone: &Zone) -> String {
        let Some(rules) = self.scene.gazetteer.zone(zone) else {
            return zone.to_string();
        };
        match rules.scripts.get(&self.tongue.about.lang) {
            // "Dunkirk" needs no "Dunkerque" beside it.
            Some(script) if script.is_ascii() => script.clone(),
            Some(script) if *script != rules.name => format!("{script} · {}", rules.name),
            _ => rules.name.clone(),
        }
    }

    /// The name in the reader's script, where it has one of its own, and the sign's name. A place
    /// the gazetteer no longer knows keeps its code as its name.
    fn names(&self, code: &SiteCode) -> (Option<String>, String) {
        let Some(place) = self.scene.gazetteer.place(code) else {
            return (None, code.to_string());
        };
        let script = place.scripts.get(&self.tongue.about.lang);
        (script.filter(|script| **script != place.name).cloned(), place.name.clone())
    }

    /// Paris clock time as seen from the reader's now.
    pub(super) fn clock(&self, at: chrono::DateTime<chrono::Utc>) -> Slot {
        Slot::Text(time::clock(at, self.reader.now))
    }
}

fn filled(slots: Slots<'_>, treat: impl Fn(&str) -> String) -> FluentArgs<'static> {
    let mut args = FluentArgs::new();
    for (name, slot) in slots {
        let value = match slot {
            Slot::Text(text) => FluentValue::from(treat(text)),
            Slot::Number(number) => FluentValue::from(*number),
        };
        args.set(*name, value);
    }
    args
}

/// The three characters Telegram's HTML reads as markup, and the quote (fault 52).
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

/// Text without the marks that isolate directions.
pub(super) fn without_isolates(text: &str) -> String {
    text.chars().filter(|letter| !matches!(letter, '\u{2066}'..='\u{2069}')).collect()
}

/// What somebody typed, fit to be shown back: short, on one line, without marks that turn the
/// direction of what stands around it (fault 44).
pub(super) fn typed(text: &str) -> String {
    let turns = |letter: char| matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .filter(|letter| !turns(*letter))
        .take(TYPED_CHARS_MAX)
        .collect::<String>()
        .trim()
        .to_owned()
}
