//! A reading as an entry of the table: short, readable, and the same for what is expected and what
//! was read.
use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::Value;

use vigie::domain::reading::{OfWhom, Reading};
use vigie::domain::sighting::{Qualifier, Source};

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    pub line: Vec<Line>,
}

/// One line and what is read from it; what is left out is expected to be empty.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub text: String,
    /// `site phase → heading`, or a zone in brackets where no place is named.
    #[serde(default)]
    at: String,
    /// Clock time, `from–until`, `N min ago`; `unclear` or `other day` after it where it must be
    /// asked.
    #[serde(default)]
    time: String,
    /// `crew vehicle count`, in the order of the text.
    #[serde(default)]
    vehicles: String,
    #[serde(default)]
    people: String,
    #[serde(default)]
    goods: String,
    #[serde(default)]
    conduct: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    suggests: String,
    #[serde(default)]
    doubts: Vec<String>,
}

fn code(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(code)) => code,
        other => format!("{other:?}"),
    }
}

fn number(count: Option<u32>, at_most: Option<u32>, qualifier: Qualifier) -> String {
    let Some(count) = count else {
        return "some".to_owned();
    };
    match (qualifier, at_most) {
        (Qualifier::AtLeast, Some(top)) => format!("{count}–{top}"),
        (Qualifier::AtLeast, None) => format!("≥{count}"),
        (Qualifier::AtMost, _) => format!("≤{count}"),
        (Qualifier::About, _) => format!("~{count}"),
        (Qualifier::Exact, _) => count.to_string(),
    }
}

fn parts(of_whom: &BTreeMap<OfWhom, u32>) -> String {
    if of_whom.is_empty() {
        return String::new();
    }
    let parts: Vec<String> =
        of_whom.iter().map(|(who, count)| format!("{} {count}", code(who))).collect();
    format!(" ({})", parts.join(" "))
}

/// What was read, as a table entry.
pub fn shown(text: &str, reading: &Reading) -> Line {
    let mut at = reading.site.as_ref().map(ToString::to_string).unwrap_or_default();
    if reading.place().is_none()
        && let Some(zone) = &reading.zone
    {
        let _ = write!(at, "[{zone}]");
    }
    if let Some(phase) = reading.phase {
        let _ = write!(at, " {}", phase.code());
    }
    if let Some(heading) = &reading.heading {
        let _ = write!(at, " → {heading}");
    }
    if reading.departed {
        at.push_str(" (departed)");
    }
    let mut times: Vec<String> = Vec::new();
    times.extend(reading.observed_at.map(|t| t.format("%H:%M").to_string()));
    times.extend(
        reading.window.map(|(a, b)| format!("{}–{}", a.format("%H:%M"), b.format("%H:%M"))),
    );
    times.extend(reading.minutes_ago.map(|m| format!("{m} min ago")));
    times.extend(reading.time_unclear.then(|| "unclear".to_owned()));
    times.extend(reading.other_day.then(|| "other day".to_owned()));
    let vehicles: Vec<String> = reading
        .vehicles
        .iter()
        .map(|v| {
            let number = number(v.count, v.at_most, v.qualifier);
            format!("{} {} {number}", code(v.crew), code(v.vehicle))
        })
        .collect();
    let people: Vec<String> = reading
        .people
        .iter()
        .map(|p| {
            let number = number(p.count, p.at_most, p.qualifier);
            format!("{} {number}{}", code(p.what), parts(&p.of_whom))
        })
        .collect();
    let goods: Vec<String> = reading
        .goods
        .iter()
        .map(|g| {
            let number = number(g.count, g.at_most, g.qualifier);
            format!("{} {number}{}", code(g.what), parts(&g.of_whom))
        })
        .collect();
    let conduct: Vec<String> = reading.conduct.iter().map(code).collect();
    let suggests: Vec<String> = reading.suggestions.iter().map(ToString::to_string).collect();
    Line {
        text: text.to_owned(),
        at: at.trim().to_owned(),
        time: times.join(" "),
        vehicles: vehicles.join(", "),
        people: people.join(", "),
        goods: goods.join(", "),
        conduct: conduct.join(", "),
        source: match reading.source {
            Source::Direct => String::new(),
            other => code(other),
        },
        suggests: suggests.join(", "),
        doubts: reading.doubts.clone(),
    }
}

/// As a table entry, to compare and to copy.
pub fn entry(line: &Line) -> String {
    let mut entry = format!("[[line]]\ntext = {:?}\n", line.text);
    let fields = [
        ("at", &line.at),
        ("time", &line.time),
        ("vehicles", &line.vehicles),
        ("people", &line.people),
        ("goods", &line.goods),
        ("conduct", &line.conduct),
        ("source", &line.source),
        ("suggests", &line.suggests),
    ];
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(entry, "{name} = {value:?}");
    }
    if !line.doubts.is_empty() {
        let _ = writeln!(entry, "doubts = {:?}", line.doubts);
    }
    entry
}
