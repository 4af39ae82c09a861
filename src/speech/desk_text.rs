//! The desk's words about broadcasts and channels.
use super::alert_text::thread_number;
use super::desk_say::{BroadcastLine, LinePlace};
use super::words::{Slot, Words};
use crate::domain::alert::AlertKind;

/// From this many on, digits stand in groups of three.
const GROUP: i64 = 1_000;
/// Up to so many seconds time is told in seconds alone.
const SECONDS_ALONE_MAX: i64 = 90;

impl Words<'_> {
    /// One line: which broadcast, how many it has reached, what became of the others, how long.
    pub(super) fn broadcast(&self, line: &BroadcastLine) -> String {
        let mut parts = vec![self.reached(line)];
        for (id, count) in [
            ("line-blocked", line.blocked),
            ("line-maybe", line.maybe),
            ("line-expired", line.expired),
            ("line-superseded", line.superseded),
            ("line-refused", line.refused),
            ("line-gone", line.left),
        ] {
            if count > 0 {
                parts.push(self.html(id, &[("n", self.grouped(count))]));
            }
        }
        if let Some(seconds) = line.seconds_left {
            parts.push(self.html("line-left", &[("time", span(seconds).into())]));
        }
        let (id, place) = match &line.place {
            LinePlace::Site(site) => ("line-site", self.place(site)),
            LinePlace::Zone(zone) => ("line-zone", self.zone(zone)),
        };
        let state = if line.took_seconds.is_some() { "✅" } else { "⏳" };
        self.html(
            id,
            &[
                ("sign", format!("{state} {}", sign(line.kind)).into()),
                ("no", thread_number(line.no).into()),
                ("place", place.into()),
                ("list", parts.join(", ").into()),
            ],
        )
    }

    fn reached(&self, line: &BroadcastLine) -> String {
        let (reached, total) = (self.grouped(line.reached), self.grouped(line.total));
        match line.took_seconds {
            Some(seconds) => self.html(
                "line-over",
                &[("reached", reached), ("total", total), ("time", span(seconds).into())],
            ),
            None => self.html("line-running", &[("reached", reached), ("total", total)]),
        }
    }

    /// A number as the language writes it: 1,040.
    fn grouped(&self, number: i64) -> Slot {
        if number < GROUP {
            return number.to_string().into();
        }
        let (thousands, rest) = (self.grouped(number / GROUP), number % GROUP);
        let Slot::Text(thousands) = thousands else { return number.to_string().into() };
        format!("{thousands}{}{rest:03}", self.label("thousands", &[])).into()
    }
}

/// What kind of message it is: the residents' own pictograms.
fn sign(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::ComingToSite => "➜",
        AlertKind::PassingSite => "⏩",
        AlertKind::AtSite | AlertKind::Card => "📍",
        AlertKind::Elsewhere => "🗺️",
        AlertKind::BeReady => "🎒",
        AlertKind::Lost => "❓",
        AlertKind::Left => "💨",
        AlertKind::Ended => "⏸️",
        AlertKind::Retracted => "❌",
    }
}

/// A span of time: `40 s`, `3 min`.
fn span(seconds: i64) -> String {
    if seconds <= SECONDS_ALONE_MAX {
        format!("{} s", seconds.max(1))
    } else {
        format!("{} min", (seconds + 59) / 60)
    }
}
