//! Message text as Telegram takes it: which characters it drops, its HTML and what it refuses in
//! it, lengths in UTF-16 units, and which words it recognises as commands.
use serde::Serialize;
use serde_json::{Value, json};

use super::refusal::Refusal;

/// The longest text of a message, in UTF-16 units (core.telegram.org/bots/api#sendmessage).
pub const TEXT_UNITS_MAX: usize = 4096;
/// The longest caption of a photo, voice or document, in UTF-16 units.
pub const CAPTION_UNITS_MAX: usize = 1024;
/// Further entities are ignored, as the real server does.
const ENTITIES_MAX: usize = 100;

/// A formatted part of a text; offsets and lengths in UTF-16 units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entity {
    /// `bold`, `italic`, `code`, `blockquote`, `bot_command`, `text_link`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it begins.
    pub offset: usize,
    /// How long it is.
    pub length: usize,
    /// Where a `text_link` leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Entity {
    fn end(&self) -> usize {
        self.offset + self.length
    }
}

/// A text and its formatting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Formatted {
    pub text: String,
    pub entities: Vec<Entity>,
}

/// How long a text is in the unit Telegram counts in.
pub fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// What becomes of a character: Telegram deletes the line and paragraph separators and the
/// direction overrides (U+2028–202E) but keeps the isolates (U+2066–2069), deletes three marks
/// that draw over other lines, and turns control characters into spaces.
fn cleaned(c: char) -> Option<char> {
    match c {
        '\u{2028}'..='\u{202E}' | '\u{0333}' | '\u{033F}' | '\u{030A}' | '\r' => None,
        '\n' => Some('\n'),
        c if c < ' ' => Some(' '),
        c => Some(c),
    }
}

/// A text without what Telegram deletes from every text.
pub fn clean(text: &str) -> String {
    text.chars().filter_map(cleaned).collect()
}

/// Reads the text of a call, in the parse mode it names.
pub(super) fn read(text: &str, parse_mode: Option<&str>) -> Result<Formatted, Refusal> {
    let mut formatted = match parse_mode.unwrap_or_default() {
        "" => Formatted { text: clean(text), entities: Vec::new() },
        mode if mode.eq_ignore_ascii_case("html") => {
            parse_html(text).map_err(|why| Refusal::bad(format!("can't parse entities: {why}")))?
        }
        _ => return Err(Refusal::bad("unsupported parse_mode")),
    };
    trim(&mut formatted);
    formatted.entities.extend(commands(&formatted.text));
    formatted.entities.sort_by_key(|entity| (entity.offset, std::cmp::Reverse(entity.length)));
    formatted.entities.truncate(ENTITIES_MAX);
    Ok(formatted)
}

/// Telegram trims texts at both ends; the entities move along.
fn trim(formatted: &mut Formatted) {
    let text = &formatted.text;
    let cut = utf16_len(&text[..text.len() - text.trim_start().len()]);
    let trimmed = text.trim().to_owned();
    let len = utf16_len(&trimmed);
    formatted.entities.retain_mut(|entity| {
        let start = entity.offset.saturating_sub(cut).min(len);
        let end = entity.end().saturating_sub(cut).min(len);
        entity.offset = start;
        entity.length = end - start;
        entity.length > 0
    });
    formatted.text = trimmed;
}

/// The words that Telegram marks as commands: `/word`, not inside another word.
pub(super) fn commands(text: &str) -> Vec<Entity> {
    let mut found = Vec::new();
    let mut before: Option<char> = None;
    let mut offset = 0;
    for (at, c) in text.char_indices() {
        let free = before.is_none_or(|b| !b.is_alphanumeric() && b != '_' && b != '/');
        if c == '/' && free {
            let word: String = text[at + 1..]
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '@'))
                .collect();
            let after = text[at + 1 + word.len()..].chars().next();
            let name = word.split('@').next().unwrap_or_default();
            if (1..=64).contains(&name.len()) && after != Some('/') {
                found.push(Entity {
                    kind: "bot_command".to_owned(),
                    offset,
                    length: 1 + word.len(),
                    url: None,
                });
            }
        }
        before = Some(c);
        offset += c.len_utf16();
    }
    found
}

struct Open {
    name: String,
    kind: Option<String>,
    url: Option<String>,
    offset: usize,
}

fn kind_of(
    name: &str,
    attributes: &[(String, String)],
    at: usize,
) -> Result<Option<String>, String> {
    let has = |key: &str| attributes.iter().any(|(name, _)| name == key);
    let kind = match name {
        "b" | "strong" => "bold",
        "i" | "em" => "italic",
        "u" | "ins" => "underline",
        "s" | "strike" | "del" => "strikethrough",
        "tg-spoiler" => "spoiler",
        "span" if attributes.iter().any(|(k, v)| k == "class" && v == "tg-spoiler") => "spoiler",
        "span" => {
            return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {at}"));
        }
        "code" => "code",
        "pre" => "pre",
        "blockquote" if has("expandable") => "expandable_blockquote",
        "blockquote" => "blockquote",
        "a" => return Ok(has("href").then(|| "text_link".to_owned())),
        "tg-emoji" => return Ok(None),
        _ => {
            return Err(format!("Unsupported start tag \"{name}\" at byte offset {at}"));
        }
    };
    Ok(Some(kind.to_owned()))
}

/// Parses Telegram's HTML; the error is Telegram's explanation.
fn parse_html(source: &str) -> Result<Formatted, String> {
    let mut out = Formatted::default();
    let mut units = 0;
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while let Some(c) = source[at..].chars().next() {
        match c {
            '<' => {
                let close = source[at..]
                    .find('>')
                    .ok_or_else(|| format!("Unclosed start tag at byte offset {at}"))?;
                let tag = &source[at + 1..at + close];
                if let Some(name) = tag.strip_prefix('/') {
                    end_tag(name, at, units, &mut open, &mut out.entities)?;
                } else {
                    let (name, attributes) = tag_parts(tag);
                    let kind = kind_of(&name, &attributes, at)?;
                    let url = attributes
                        .into_iter()
                        .find(|(key, _)| key == "href")
                        .map(|(_, value)| value);
                    open.push(Open { name, kind, url, offset: units });
                }
                at += close + 1;
            }
            _ => {
                let (c, len) = match c {
                    '&' => character(&source[at..]),
                    c => (c, c.len_utf8()),
                };
                if let Some(c) = cleaned(c) {
                    out.text.push(c);
                    units += c.len_utf16();
                }
                at += len;
            }
        }
    }
    match open.pop() {
        Some(tag) => Err(format!("Can't find end tag corresponding to start tag \"{}\"", tag.name)),
        None => Ok(out),
    }
}

fn end_tag(
    name: &str,
    at: usize,
    units: usize,
    open: &mut Vec<Open>,
    entities: &mut Vec<Entity>,
) -> Result<(), String> {
    let name = name.trim().to_ascii_lowercase();
    let Some(tag) = open.pop() else {
        return Err(format!("Unexpected end tag at byte offset {at}"));
    };
    if !name.is_empty() && name != tag.name {
        return Err(format!(
            "Unmatched end tag at byte offset {at}, expected \"</{}>\", found \"</{name}>\"",
            tag.name
        ));
    }
    if let Some(kind) = tag.kind
        && units > tag.offset
    {
        entities.push(Entity {
            kind,
            offset: tag.offset,
            length: units - tag.offset,
            url: tag.url,
        });
    }
    Ok(())
}

/// The name of a start tag and its attributes. Values that hold `>` are not supported here.
fn tag_parts(tag: &str) -> (String, Vec<(String, String)>) {
    let tag = tag.trim();
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return (name.to_ascii_lowercase(), attributes);
        }
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let key = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            match after.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inner = &after[1..];
                    let end = inner.find(quote).unwrap_or(inner.len());
                    value = &inner[..end];
                    rest = inner.get(end + 1..).unwrap_or_default();
                }
                _ => {
                    let end = after.find(char::is_whitespace).unwrap_or(after.len());
                    value = &after[..end];
                    rest = &after[end..];
                }
            }
        }
        attributes.push((key, unescape(value)));
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let (c, len) = match c {
            '&' => character(&text[at..]),
            c => (c, c.len_utf8()),
        };
        out.push(c);
        at += len;
    }
    out
}

/// The character that a text beginning with `&` stands for, and how many bytes it takes. What is
/// not one of the four names or a number is an ampersand.
fn character(text: &str) -> (char, usize) {
    for (name, c) in [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"')] {
        if text.starts_with(name) {
            return (c, name.len());
        }
    }
    let number = text.strip_prefix("&#").and_then(|digits| {
        let end = digits.find(';')?;
        let code = match digits[..end].strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => digits[..end].parse().ok()?,
        };
        Some((char::from_u32(code)?, end + 3))
    });
    number.unwrap_or(('&', 1))
}

fn html_tags(entity: &Entity) -> Option<(String, &'static str)> {
    let tags = match entity.kind.as_str() {
        "bold" => ("<b>".to_owned(), "</b>"),
        "italic" => ("<i>".to_owned(), "</i>"),
        "underline" => ("<u>".to_owned(), "</u>"),
        "strikethrough" => ("<s>".to_owned(), "</s>"),
        "spoiler" => ("<tg-spoiler>".to_owned(), "</tg-spoiler>"),
        "code" => ("<code>".to_owned(), "</code>"),
        "pre" => ("<pre>".to_owned(), "</pre>"),
        "blockquote" => ("<blockquote>".to_owned(), "</blockquote>"),
        "expandable_blockquote" => ("<blockquote expandable>".to_owned(), "</blockquote>"),
        "text_link" => {
            let url = entity.url.as_deref().unwrap_or_default();
            (format!("<a href=\"{}\">", escape(url)), "</a>")
        }
        _ => return None,
    };
    Some(tags)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A text with its entities as HTML again. Entities are nested as the parser leaves them.
pub(super) fn render_html(text: &str, entities: &[Entity]) -> String {
    let mut out = String::new();
    let mut open: Vec<(usize, &'static str)> = Vec::new();
    let mut units = 0;
    let close_until = |out: &mut String, open: &mut Vec<(usize, &'static str)>, units: usize| {
        while open.last().is_some_and(|(end, _)| *end <= units) {
            out.push_str(open.pop().map_or("", |(_, tag)| tag));
        }
    };
    for c in text.chars() {
        close_until(&mut out, &mut open, units);
        for entity in entities.iter().filter(|entity| entity.offset == units) {
            if let Some((start, end)) = html_tags(entity) {
                out.push_str(&start);
                open.push((entity.end(), end));
            }
        }
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
        units += c.len_utf16();
    }
    close_until(&mut out, &mut open, units);
    out
}

/// Entities as the Bot API writes them.
pub(super) fn entities_json(entities: &[Entity]) -> Value {
    json!(entities)
}
