//! How the checker reads a message: by the pictograms of its first line, by the number C-…, by the
//! site's name, and by the fixed words of each language as they stand in `locales/`. It shares
//! nothing with the code that writes them.
use chrono::{DateTime, Utc};
use vigie::rehearsal::telegram::Accepted;

use crate::actors::Site;

const ALERTS: [(&str, &str); 6] = [
    ("fr", include_str!("../../locales/fr/alerts.ftl")),
    ("en", include_str!("../../locales/en/alerts.ftl")),
    ("fa", include_str!("../../locales/fa/alerts.ftl")),
    ("ti", include_str!("../../locales/ti/alerts.ftl")),
    ("ps", include_str!("../../locales/ps/alerts.ftl")),
    ("ar", include_str!("../../locales/ar/alerts.ftl")),
];
/// What a resident is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum News {
    /// Police are at, or coming to, the reader's own site.
    Here,
    /// Police are at another site.
    Elsewhere,
    /// Police gather.
    Ready,
    Left,
    Ended,
    Wrong,
}

impl News {
    /// Whether it says that police are somewhere.
    pub fn is_presence(self) -> bool {
        matches!(self, News::Here | News::Elsewhere | News::Ready)
    }
}

/// A message as it arrived.
#[derive(Debug, Clone)]
pub struct Told {
    pub seq: u64,
    pub at: DateTime<Utc>,
    pub chat: i64,
    /// Its number in the chat.
    pub message: Option<i32>,
    /// A message that was there changed.
    pub edited: bool,
    pub reply_to: Option<i32>,
    pub news: Option<News>,
    /// Of `C-0412`.
    pub no: Option<u32>,
    /// Position in the cast's sites.
    pub site: Option<usize>,
    /// The clock time at which police were seen, hour and minute, and how many minutes ago that is
    /// said to be; none where only the clock time is said.
    pub seen: Option<((i64, i64), Option<i64>)>,
    pub lang: Option<&'static str>,
    /// That the team saw it.
    pub sure: bool,
    /// Every number in it but the minutes ago.
    pub numbers: Vec<i64>,
    pub text: String,
}

/// A line with holes.
struct Pattern {
    lang: &'static str,
    /// Minutes ago, where the words themselves say them.
    fixed: Option<i64>,
    /// No minutes are said.
    past: bool,
    before: String,
    between: Option<String>,
    after: String,
}

/// The words of all languages.
pub struct Words {
    seen: Vec<Pattern>,
    sure: Vec<String>,
}

/// The values of a message: one, or one for each of its variants, with the variant's name.
fn values(ftl: &str, id: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut lines = ftl.lines().skip_while(|line| !line.starts_with(&format!("{id} =")));
    let Some(first) = lines.next() else { return found };
    let first = first.split_once('=').map_or("", |(_, value)| value.trim());
    if !first.is_empty() && !first.ends_with("->") {
        found.push((String::new(), first.to_owned()));
    }
    for line in lines.take_while(|line| line.starts_with([' ', '}'])) {
        let line = line.trim().trim_start_matches('*');
        match line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((variant, value)) => found.push((variant.to_owned(), value.trim().to_owned())),
            None if line != "}" => found.push((String::new(), line.to_owned())),
            None => {}
        }
    }
    found
}

fn patterns(lang: &'static str, ftl: &str) -> Vec<Pattern> {
    let mut made = Vec::new();
    for id in ["seen-now", "seen-ago", "seen-past"] {
        for (variant, value) in values(ftl, id) {
            let Some((before, rest)) = value.split_once("{ $time }") else { continue };
            let (between, after) = match rest.split_once("{ $n }") {
                Some((between, after)) => (Some(between.to_owned()), after.to_owned()),
                None => (None, rest.to_owned()),
            };
            let fixed = match (id, variant.as_str()) {
                ("seen-now", _) => Some(0),
                (_, "zero") => Some(0),
                (_, "one") => Some(1),
                (_, "two") => Some(2),
                _ => None,
            };
            let past = id == "seen-past";
            let fixed = fixed.filter(|_| between.is_none());
            made.push(Pattern { lang, fixed, past, before: before.to_owned(), between, after });
        }
    }
    made
}

impl Pattern {
    fn read(&self, line: &str) -> Option<((i64, i64), Option<i64>)> {
        let rest = line.strip_prefix(self.before.as_str())?.strip_suffix(self.after.as_str())?;
        let (time, ago) = match &self.between {
            Some(between) => {
                let (time, n) = rest.split_once(between.as_str())?;
                (time, Some(n.parse().ok()?))
            }
            None => (rest, self.fixed),
        };
        let (hour, minute) = time.split_once(':')?;
        let clock = (hour.parse().ok()?, minute.parse().ok()?);
        (ago.is_some() || self.past).then_some((clock, ago))
    }
}

/// Marks of direction, which no reader sees.
fn unmarked(text: &str) -> String {
    text.chars().filter(|c| !('\u{2066}'..='\u{2069}').contains(c)).collect()
}

fn news(first: &str) -> Option<News> {
    let old = first.strip_prefix("🕘 ").and_then(|rest| rest.split_once(' '));
    let mut first = old.map_or(first, |(_hour, rest)| rest);
    while first.starts_with("🚐🚐") {
        first = &first["🚐".len()..];
    }
    const SIGNS: [(&str, News); 8] = [
        ("🚐 ➜", News::Here),
        ("🚐 ⏩", News::Here),
        ("🚐 📍", News::Here),
        ("🗺️ ", News::Elsewhere),
        ("🎒", News::Ready),
        ("🚐💨", News::Left),
        ("⏸️", News::Ended),
        ("✉️❌", News::Wrong),
    ];
    SIGNS.iter().find(|(sign, _)| first.starts_with(sign)).map(|(_, news)| *news)
}

fn number(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("C-")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn numbers(text: &str) -> Vec<i64> {
    let words = text.split(|c: char| !c.is_ascii_digit()).filter(|word| !word.is_empty());
    words.filter_map(|word| word.parse().ok()).collect()
}

impl Words {
    /// Reads the words.
    pub fn load() -> Words {
        let seen = ALERTS.iter().flat_map(|(lang, ftl)| patterns(lang, ftl)).collect();
        let only = |ftl: &str, id: &str| values(ftl, id).into_iter().next().map(|(_, value)| value);
        let sure = ALERTS.iter().filter_map(|(_, ftl)| only(ftl, "confirmed")).collect();
        Words { seen, sure }
    }

    /// Reads a message; `None` for a call that shows nothing.
    pub fn read(&self, call: &Accepted, sites: &[Site]) -> Option<Told> {
        if !matches!(call.method, "sendMessage" | "editMessageText") {
            return None;
        }
        let text = unmarked(call.text.as_deref()?);
        let first = text.lines().next().unwrap_or_default();
        let mut seen = None;
        let mut counted = Vec::new();
        for line in text.lines() {
            let found = self.seen.iter().find_map(|p| Some((p.read(line)?, p.lang)));
            if found.is_some() {
                seen = found;
            } else {
                counted.extend(numbers(line));
            }
        }
        counted.sort_unstable();
        counted.dedup();
        let holds = |words: &[String]| text.lines().any(|line| words.iter().any(|w| w == line));
        Some(Told {
            seq: call.seq,
            at: call.at,
            chat: call.chat_id?,
            message: call.message_id,
            edited: call.method == "editMessageText",
            reply_to: call.reply_to,
            news: news(first),
            no: number(&text),
            site: sites.iter().position(|site| first.contains(site.name)),
            seen: seen.map(|(seen, _)| seen),
            lang: seen.map(|(_, lang)| lang),
            sure: holds(&self.sure),
            numbers: counted,
            text,
        })
    }
}
