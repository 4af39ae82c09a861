//! `vigie read`: prints what Vigie understands of a free-text sighting. It needs no database and
//! keeps nothing.
use std::collections::BTreeMap;
use std::io::{BufRead, Read, Write};

use anyhow::Context;
use chrono::NaiveTime;
use serde::Serialize;

use crate::domain::fold::TEXT_CHARS_MAX;
use crate::domain::reading::{CLOCK_FORMAT, OfWhom, Reading, read};
use crate::domain::sighting::{Qualifier, Source};
use crate::domain::site::{Gazetteer, SiteCode};

/// The longest line taken from stdin, in bytes: the longest text in the widest encoding. A longer
/// line is read in pieces, so that a file without line ends does not fill the memory.
const LINE_BYTES_MAX: u64 = 4 * TEXT_CHARS_MAX as u64;

/// Reads `text`, or, when there is none, one text a line from `input`, and writes to `out` what was
/// understood: for people, or with `json` as one object a line. Lines without letters are skipped.
///
/// # Errors
/// When `input` cannot be read or `out` cannot be written.
pub fn run(
    text: Vec<String>,
    json: bool,
    gazetteer: &Gazetteer,
    mut input: impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    if !text.is_empty() {
        return answer(&text.join(" "), json, gazetteer, out);
    }
    let mut line = Vec::new();
    loop {
        line.clear();
        let bytes = input
            .by_ref()
            .take(LINE_BYTES_MAX)
            .read_until(b'\n', &mut line)
            .context("could not read standard input")?;
        if bytes == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&line);
        if !text.trim().is_empty() {
            answer(text.trim(), json, gazetteer, out)?;
        }
    }
}

fn answer(
    text: &str,
    json: bool,
    gazetteer: &Gazetteer,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let reading = read(text, gazetteer);
    let shown = if json {
        serde_json::to_string(&reading).context("could not write the reading as JSON")?
    } else {
        describe(&reading, gazetteer)
    };
    writeln!(out, "{shown}").context("could not write the answer")
}

/// A reading as lines for people; a blank line ends it.
fn describe(reading: &Reading, gazetteer: &Gazetteer) -> String {
    let place = |code: &SiteCode| {
        let name = gazetteer.place(code).map_or("", |place| place.name.as_str());
        format!("{name} ({code})")
    };
    let list = |items: Vec<String>| items.join(", ");
    let site = reading.site.as_ref().map_or_else(|| "not recognised".to_owned(), place);
    let mut lines = vec![
        ("place", site),
        ("zone", reading.zone.as_ref().map_or_else(String::new, ToString::to_string)),
        ("what", reading.phase.map_or("not said", |phase| phase.code()).to_owned()),
        ("towards", reading.heading.as_ref().map_or_else(String::new, place)),
        ("time", time(reading)),
    ];
    let vehicles = reading.vehicles.iter().map(|seen| {
        let number = number(seen.count, seen.at_most, seen.qualifier);
        format!("{number} {} {}", code(seen.crew), code(seen.vehicle))
    });
    lines.push(("vehicles", list(vehicles.collect())));
    let people = reading.people.iter().map(|people| {
        let number = number(people.count, people.at_most, people.qualifier);
        format!("{number} {}{}", code(people.what), parts(&people.of_whom))
    });
    lines.push(("people", list(people.collect())));
    let goods = reading.goods.iter().map(|goods| {
        let number = number(goods.count, goods.at_most, goods.qualifier);
        format!("{number} {}{}", code(goods.what), parts(&goods.of_whom))
    });
    lines.push(("goods", list(goods.collect())));
    lines.push(("conduct", list(reading.conduct.iter().map(code).collect())));
    if reading.source != Source::Direct {
        lines.push(("source", code(reading.source)));
    }
    lines.push(("perhaps", list(reading.suggestions.iter().map(place).collect())));
    let doubts = reading.doubts.iter().map(|words| format!("\"{words}\""));
    lines.push(("not understood", list(doubts.collect())));
    lines
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name:<16}{value}\n"))
        .collect()
}

fn time(reading: &Reading) -> String {
    let clock = |at: NaiveTime| at.format(CLOCK_FORMAT).to_string();
    let mut told: Vec<String> = Vec::new();
    told.extend(reading.observed_at.map(clock));
    told.extend(reading.window.map(|(from, until)| format!("{} to {}", clock(from), clock(until))));
    told.extend(reading.minutes_ago.map(|minutes| format!("{minutes} min ago")));
    if reading.time_unclear {
        told.push("(to ask: only an hour was written)".to_owned());
    }
    if reading.other_day {
        told.push("(to ask: a day was written)".to_owned());
    }
    told.join(" ")
}

fn number(count: Option<u32>, at_most: Option<u32>, qualifier: Qualifier) -> String {
    match (count, at_most, qualifier) {
        (None, ..) => "some".to_owned(),
        (Some(count), Some(top), _) => format!("{count} to {top}"),
        (Some(count), None, Qualifier::Exact) => count.to_string(),
        (Some(count), None, Qualifier::AtLeast) => format!("at least {count}"),
        (Some(count), None, Qualifier::About) => format!("about {count}"),
        (Some(count), None, Qualifier::AtMost) => format!("at most {count}"),
    }
}

fn parts(of_whom: &BTreeMap<OfWhom, u32>) -> String {
    let parts: Vec<String> =
        of_whom.iter().map(|(part, count)| format!("{count} {}", code(part))).collect();
    if parts.is_empty() { String::new() } else { format!(" (of which {})", parts.join(", ")) }
}

/// The code of INTERFACE, words apart.
fn code(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(code)) => code.replace('_', " "),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::built_in;

    fn ran(text: &[&str], json: bool, input: &[u8]) -> String {
        let text = text.iter().map(|word| (*word).to_owned()).collect();
        let mut out = Vec::new();
        run(text, json, &built_in().unwrap(), input, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn words_of_the_command_line_are_one_text() {
        let said = ran(&["BMX", "10 fourgons", "CRS,", "8h05"], false, b"");
        assert!(said.contains("place           BMX (bmx)\n"), "{said}");
        assert!(said.contains("vehicles        10 crs van\n"), "{said}");
        assert!(said.contains("time            08:05\n"), "{said}");
        assert!(!said.contains("not understood"), "{said}");
    }
    #[test]
    fn json_is_what_partners_rely_on() {
        let said = ran(&["BMX 10 fourgons CRS, 2 nettoyage, 8h05"], true, b"");
        let expected = concat!(
            r#"{"site":"bmx","zone":"calais","phase":"on_site","observed_at":"08:05","window":null,"#,
            r#""heading":null,"vehicles":[{"crew":"crs","vehicle":"van","count":10,"qualifier":"exact"},"#,
            r#"{"crew":"cleaning","vehicle":"van","count":2,"qualifier":"exact"}],"people":[],"goods":[],"#,
            r#""conduct":[],"source":"direct","doubts":[]}"#,
            "\n"
        );
        assert_eq!(said, expected);
    }
    #[test]
    fn without_words_each_line_of_stdin_is_a_text() {
        let said = ran(&[], true, "RAS Virval\r\n\n  \nBMX \u{feff}RAS\n\u{fffd}".as_bytes());
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), 3, "{said}");
        assert!(lines[0].contains(r#""site":"virval""#) && lines[1].contains(r#""site":"bmx""#));
    }
    #[test]
    fn bytes_that_are_no_text_and_lines_without_end_are_survived() {
        assert_eq!(ran(&[], true, b"\xff\xfe BMX \x00 RAS\n").lines().count(), 1);
        let long = vec![b'x'; 1_000_000];
        assert!(ran(&[], true, &long).lines().count() > 50);
    }
}
