//! A scripted morning: who says, taps or sends what at which moment. This file knows the format and
//! checks it; playing it is `player`'s.
//!
//! ```toml
//! title = { fr = "BMX, perdu, retrouvé", en = "BMX, lost, found again" }
//! start = "2025-11-10T07:30"            # Paris
//!
//! [[line]]
//! at = "07:38:00"                       # Paris, same day; never before the line above
//! who = "observer_1"                    # the key of a phone
//! says = "Commissariat : 8 fourgons CRS"
//!
//! [[line]]
//! at = "07:39:30"
//! who = "observer_2"
//! tap = "go|*|10"                       # newest button whose data fits, without its version
//!
//! [[line]]
//! at = "07:41:00"
//! who = "observer_2"
//! taps = "Sur place"                    # newest button whose label begins so, or contains it
//!
//! [[line]]
//! at = "07:45:00"
//! who = "contact"
//! location = [50.9, 1.8]                # latitude, longitude
//!
//! [[line]]
//! at = "07:46:00"
//! note = { fr = "Il fait encore nuit.", en = "It is still dark." }
//! ```
use chrono::{DateTime, Days, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Paris;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// The scripts that are shipped: every day of FIELD's fortnight, oldest first.
const SHIPPED: &[(&str, &str)] = &[
    ("2025-11-03", include_str!("mornings/2025-11-03.toml")),
    ("2025-11-05", include_str!("mornings/2025-11-05.toml")),
    ("2025-11-06", include_str!("mornings/2025-11-06.toml")),
    ("2025-11-10", include_str!("mornings/2025-11-10.toml")),
    ("2025-11-12", include_str!("mornings/2025-11-12.toml")),
    ("2025-11-13", include_str!("mornings/2025-11-13.toml")),
    ("2025-11-14", include_str!("mornings/2025-11-14.toml")),
];
/// The script that shows most: it is offered first.
pub const SHOWPIECE: &str = "2025-11-10";
/// A script of more lines is a mistake.
const LINES_MAX: usize = 5_000;
/// A morning is moved by at most a century; the clock of a rehearsal is never further off.
const DAYS_MOVED_MAX: u64 = 36_525;

/// A text in the team's two languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bilingual {
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
}

/// One thing that is done.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Somebody writes this.
    Says(String),
    /// Somebody taps the newest button with this label, or with data that begins so.
    TapsLabel(String),
    /// Somebody taps the newest button whose data fits this pattern.
    TapsData(String),
    /// Somebody sends this position: latitude, longitude.
    Location(f64, f64),
    /// Something is told to those who watch.
    Note(Bilingual),
}

/// One line of a script.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The moment.
    pub at: DateTime<Utc>,
    /// Where it stands in the file, counted from 1.
    pub no: usize,
    /// The key of the phone; none for notes.
    pub who: Option<String>,
    /// What is done.
    pub act: Act,
}

/// A whole morning.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// Names it among others, such as `2025-11-10`.
    pub key: String,
    /// What stands in the list.
    pub title: Bilingual,
    /// Where the clock is set to before the first line.
    pub start: DateTime<Utc>,
    /// In the order of time.
    pub lines: Vec<Line>,
}

/// What is wrong with a script.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// The file is not TOML, or has a field that is not known.
    #[error("{key}: {why}")]
    Format {
        /// The script.
        key: String,
        /// The parser's explanation, which names the place.
        why: String,
    },
    /// A line does not make sense.
    #[error("{key}, line {no}: {why}")]
    Line {
        /// The script.
        key: String,
        /// The line of the file, counted from 1.
        no: usize,
        /// What to write instead.
        why: String,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawText {
    One(String),
    Two { fr: String, en: String },
}

impl From<RawText> for Bilingual {
    fn from(raw: RawText) -> Bilingual {
        match raw {
            RawText::One(text) => Bilingual { fr: text.clone(), en: text },
            RawText::Two { fr, en } => Bilingual { fr, en },
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScript {
    title: RawText,
    start: Spanned<String>,
    #[serde(default)]
    line: Vec<RawLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLine {
    at: Spanned<String>,
    who: Option<String>,
    says: Option<String>,
    taps: Option<String>,
    tap: Option<String>,
    location: Option<[f64; 2]>,
    note: Option<RawText>,
}

/// The line of the file at a byte offset.
fn line_no(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().iter().take(offset);
    1 + before.filter(|byte| **byte == b'\n').count()
}

fn paris(local: NaiveDateTime) -> Option<DateTime<Utc>> {
    let there = Paris.from_local_datetime(&local).earliest()?;
    Some(there.with_timezone(&Utc))
}

/// The same Paris clock time so many days later.
fn days_later(at: DateTime<Utc>, days: u64) -> DateTime<Utc> {
    let local = at.with_timezone(&Paris).naive_local() + Days::new(days);
    // An hour that does not exist that night: any moment near it will do.
    paris(local).unwrap_or(at + TimeDelta::days(i64::try_from(days).unwrap_or(0)))
}

fn act(raw: RawLine) -> Result<(Option<String>, Act), String> {
    let mut acts: Vec<Act> = Vec::new();
    acts.extend(raw.says.map(Act::Says));
    acts.extend(raw.taps.map(Act::TapsLabel));
    acts.extend(raw.tap.map(Act::TapsData));
    acts.extend(raw.location.map(|[lat, lon]| Act::Location(lat, lon)));
    acts.extend(raw.note.map(|note| Act::Note(note.into())));
    let act = match (acts.pop(), acts.is_empty()) {
        (Some(act), true) => act,
        _ => {
            return Err("write exactly one of says, taps, tap, location and note".to_owned());
        }
    };
    match (&act, &raw.who) {
        (Act::Note(_), Some(_)) => Err("a note has no who".to_owned()),
        (Act::Note(_), None) => Ok((None, act)),
        (_, None) => Err("say who does this: who = \"observer_1\"".to_owned()),
        (Act::Says(text), _) | (Act::TapsLabel(text), _) | (Act::TapsData(text), _)
            if text.trim().is_empty() =>
        {
            Err("there is nothing between the quotes".to_owned())
        }
        (Act::Location(lat, lon), _) if lat.abs() > 90.0 || lon.abs() > 180.0 => {
            Err("location is [latitude, longitude] in degrees, such as [50.95, 1.86]".to_owned())
        }
        (_, Some(_)) => Ok((raw.who, act)),
    }
}

impl Script {
    /// Reads and checks a script.
    ///
    /// # Errors
    /// When it is not as the module describes; the error names the line.
    pub fn parse(key: &str, text: &str) -> Result<Script, ScriptError> {
        let raw: RawScript = toml::from_str(text).map_err(|error| ScriptError::Format {
            key: key.to_owned(),
            why: error.to_string().trim_end().to_owned(),
        })?;
        let wrong = |offset: usize, why: String| ScriptError::Line {
            key: key.to_owned(),
            no: line_no(text, offset),
            why,
        };
        let offset = raw.start.span().start;
        let local =
            NaiveDateTime::parse_from_str(raw.start.get_ref(), "%Y-%m-%dT%H:%M").map_err(|_| {
                let why = "start is a Paris date and time, such as 2025-11-10T07:30";
                wrong(offset, why.to_owned())
            })?;
        let start = paris(local)
            .ok_or_else(|| wrong(offset, "this hour does not exist in Paris".to_owned()))?;
        let mut lines: Vec<Line> = Vec::new();
        for raw in raw.line {
            let offset = raw.at.span().start;
            let at = NaiveTime::parse_from_str(raw.at.get_ref(), "%H:%M:%S")
                .map_err(|_| wrong(offset, "at is a clock time, such as 08:05:00".to_owned()))?;
            let at = paris(local.date().and_time(at))
                .ok_or_else(|| wrong(offset, "this hour does not exist in Paris".to_owned()))?;
            if at < lines.last().map_or(start, |line| line.at) {
                let why = "this is before the start or the line above".to_owned();
                return Err(wrong(offset, why));
            }
            let (who, act) = act(raw).map_err(|why| wrong(offset, why))?;
            let no = line_no(text, offset);
            lines.push(Line { at, no, who, act });
        }
        if lines.is_empty() || lines.len() > LINES_MAX {
            let why = format!("a script has 1 to {LINES_MAX} lines");
            return Err(wrong(0, why));
        }
        Ok(Script { key: key.to_owned(), title: raw.title.into(), start, lines })
    }

    /// The mornings that are shipped, the showpiece first.
    ///
    /// # Errors
    /// None, unless a shipped file was changed and not tested.
    pub fn shipped() -> Result<Vec<Script>, ScriptError> {
        let read = SHIPPED.iter().map(|(key, text)| Script::parse(key, text));
        let mut scripts: Vec<Script> = read.collect::<Result<_, _>>()?;
        scripts.sort_by_key(|script| script.key != SHOWPIECE);
        Ok(scripts)
    }

    /// The same morning on the first day on which it does not begin before `now`: a clock that many
    /// read is never turned back, so a morning that is over is played on another day.
    pub fn not_before(&self, now: DateTime<Utc>) -> Script {
        let mut script = self.clone();
        let mut days = 0;
        while script.start < now && days < DAYS_MOVED_MAX {
            days += 1;
            script.start = days_later(self.start, days);
        }
        for (line, original) in script.lines.iter_mut().zip(&self.lines) {
            line.at = days_later(original.at, days);
        }
        script
    }

    /// The keys of the phones it needs.
    pub fn cast(&self) -> std::collections::BTreeSet<&str> {
        let who = self.lines.iter().filter_map(|line| line.who.as_deref());
        who.collect()
    }
}

/// Whether the data of a button fits a pattern: the same fields, where `*` fits any. The first
/// field of the data, its version, is left aside.
pub(super) fn data_fits(pattern: &str, data: &str) -> bool {
    let Some((_version, data)) = data.split_once('|') else {
        return false;
    };
    let (pattern, data) = (pattern.split('|'), data.split('|'));
    pattern.clone().count() == data.clone().count()
        && pattern.zip(data).all(|(p, d)| p == "*" || p == d)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "title = \"T\"\nstart = \"2025-11-10T07:30\"\n\n[[line]]\nat = \"07:38:00\"\nwho = \"observer_1\"\nsays = \"BMX\"\n";

    #[test]
    fn times_are_paris_times() {
        let script = Script::parse("x", GOOD).unwrap();
        assert_eq!(script.start.to_rfc3339(), "2025-11-10T06:30:00+00:00");
        assert_eq!(script.lines[0].at.to_rfc3339(), "2025-11-10T06:38:00+00:00");
        assert_eq!(script.lines[0].no, 5);
    }

    #[test]
    fn an_error_names_the_line_and_what_to_write() {
        for (wrong, no, why) in [
            (GOOD.replace("07:38:00", "8h"), 5, "clock time"),
            (GOOD.replace("07:38:00", "07:29:59"), 5, "before the start"),
            (GOOD.replace("T07:30", " 07h30"), 2, "Paris date"),
            (GOOD.replace("who = \"observer_1\"\n", ""), 5, "who"),
            (GOOD.replace("says = \"BMX\"", ""), 5, "exactly one"),
            (format!("{GOOD}tap = \"go|*|5\"\n"), 5, "exactly one"),
            (GOOD.replace("says = \"BMX\"", "location = [95.0, 1.0]"), 5, "latitude"),
        ] {
            match Script::parse("x", &wrong).unwrap_err() {
                ScriptError::Line { no: at, why: said, .. } => {
                    assert_eq!(at, no, "{wrong}");
                    assert!(said.contains(why), "{said}");
                }
                other => panic!("{other}"),
            }
        }
        let unknown = Script::parse("x", &GOOD.replace("says", "sings")).unwrap_err();
        assert!(unknown.to_string().contains("sings"), "{unknown}");
    }

    #[test]
    fn a_morning_that_is_over_moves_to_another_day() {
        let script = Script::parse("x", GOOD).unwrap();
        assert_eq!(script.not_before(script.start), script);
        let moved = script.not_before(script.start + TimeDelta::seconds(1));
        assert_eq!(moved.start, script.start + TimeDelta::days(1));
        assert_eq!(moved.lines[0].at, script.lines[0].at + TimeDelta::days(1));
    }

    #[test]
    fn patterns_fit_field_by_field_behind_the_version() {
        assert!(data_fits("go|*|5", "1|go|0123|5"));
        assert!(!data_fits("go|*|5", "1|go|0123|10"));
        assert!(!data_fits("go|*", "1|go|0123|5"));
        assert!(!data_fits("done", "done"));
        assert!(data_fits("done", "1|done"));
    }

    #[test]
    fn every_shipped_morning_reads_and_has_a_cast_that_is_known() {
        let scripts = Script::shipped().unwrap();
        assert_eq!(scripts.len(), SHIPPED.len());
        assert_eq!(scripts[0].key, SHOWPIECE);
        for script in scripts {
            let day = script.start.with_timezone(&Paris).format("%Y-%m-%d");
            assert_eq!(script.key, day.to_string());
            for who in script.cast() {
                let known = ["observer_1", "observer_2", "contact", "coordinator"];
                assert!(known.contains(&who), "{}: {who}", script.key);
            }
        }
    }
}
