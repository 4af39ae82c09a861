//! A resident's warning: a first line of pictograms that can be understood without reading, then
//! one short fixed sentence a line, the number last. Nothing in it promises safety.
use super::time::{self, Age};
use super::words::{LRI, PDI, Words};
use crate::domain::alert::{AlertKind, AlertText, Confidence};
use crate::domain::sighting::Vans;
use crate::domain::site::SiteCode;

/// Marks a drill on the line of pictograms, before and behind.
const EXERCISE: &str = "🧪";

impl Words<'_> {
    /// The whole warning as Telegram HTML.
    pub(super) fn alert(&self, text: &AlertText) -> String {
        let (kind, site) = told(text);
        let mut lines = vec![self.pictograms(kind, site, text.exercise)];
        if text.exercise {
            lines.push(first_line_bold(&self.html("exercise", &[])));
        }
        let told = self.html(
            message_of(kind, site.is_some()),
            &[
                ("site", site.map(|code| self.place(code)).unwrap_or_default().into()),
                ("time", self.clock(text.observed_at)),
                ("no", thread_number(text.no).into()),
            ],
        );
        // Only a threat is set in bold: bold on "the police left" would drown "they may come back".
        lines.push(if is_threat(kind) { first_line_bold(&told) } else { told });
        if is_presence(kind) {
            lines.push(self.seen(text));
            lines.extend(text.vans.and_then(|vans| self.vans(vans)));
            lines.extend(self.sureness(text.confidence));
        }
        if is_threat(kind) {
            lines.push(self.html("advice", &[]));
        }
        if text.exercise {
            lines.push(self.html("exercise", &[]));
        }
        // A retraction has already named the number of the message it takes back.
        if kind != AlertKind::Retracted {
            lines.push(self.html("number", &[("no", thread_number(text.no).into())]));
        }
        lines.join("\n")
    }

    /// The first line. It is one left-to-right isolate in every script, so that the arrow points
    /// at the site for readers of Persian as for readers of French.
    fn pictograms(&self, kind: AlertKind, site: Option<&SiteCode>, exercise: bool) -> String {
        let name = site.map(|code| self.place_sign(code)).unwrap_or_default();
        let drawn = match kind {
            AlertKind::ComingToSite => format!("🚐🚐🚐 ➜ {name}"),
            AlertKind::PassingSite => format!("🚐🚐🚐 ⏩ {name}"),
            AlertKind::AtSite | AlertKind::Card => format!("🚐🚐🚐 📍 {name}"),
            AlertKind::Elsewhere => format!("🗺️ {name} 🚐"),
            AlertKind::BeReady => "🎒 🚐🚐🚐 ❓".to_owned(),
            AlertKind::Lost => "🚐 ❓".to_owned(),
            AlertKind::Left => format!("🚐💨 {name}"),
            AlertKind::Ended => "⏸️ 🚐".to_owned(),
            AlertKind::Retracted => format!("✉️❌ {name}"),
        };
        let drawn = drawn.trim_end();
        if exercise {
            format!("{LRI}{EXERCISE} {drawn} {EXERCISE}{PDI}")
        } else {
            format!("{LRI}{drawn}{PDI}")
        }
    }

    fn seen(&self, text: &AlertText) -> String {
        let time = ("time", self.clock(text.observed_at));
        match time::age(text.observed_at, self.reader.now) {
            Age::JustNow => self.html("seen-now", &[time]),
            Age::Fresh(n) => self.html("seen-fresh", &[time, ("n", n.into())]),
            Age::Old(n) => self.html("seen-old", &[time, ("n", n.into())]),
            Age::Past => self.html("seen-past", &[time]),
        }
    }

    /// How many police vehicles; nothing where nothing is known.
    fn vans(&self, vans: Vans) -> Option<String> {
        match (vans.low, vans.high) {
            (_, Some(0)) | (0 | 1, None) => None,
            (low, Some(high)) if low == high => Some(self.html("vans-about", &[("n", low.into())])),
            (low, Some(high)) => Some(
                self.html("vans-between", &[("low", low.max(1).into()), ("high", high.into())]),
            ),
            (low, None) => Some(self.html("vans-least", &[("n", low.into())])),
        }
    }

    /// Only what somebody of the team saw or confirmed is said to be seen by the team; two
    /// contacts who agree are neither that nor doubtful.
    fn sureness(&self, confidence: Confidence) -> Option<String> {
        match confidence {
            Confidence::Confirmed => Some(self.html("confirmed", &[])),
            Confidence::TwoContacts => None,
            Confidence::OneContact | Confidence::Unvouched => Some(self.html("unconfirmed", &[])),
        }
    }
}

/// The number of a thread as everyone sees it: `C-0412`.
pub(super) fn thread_number(no: i64) -> String {
    format!("C-{no:04}")
}

/// What is really told. A warning that should name a site and has none can only say that we do
/// not know where police are.
fn told(text: &AlertText) -> (AlertKind, Option<&SiteCode>) {
    let needs_site = matches!(
        text.kind,
        AlertKind::ComingToSite
            | AlertKind::PassingSite
            | AlertKind::AtSite
            | AlertKind::Elsewhere
            | AlertKind::Left
            | AlertKind::Card
    );
    if needs_site && text.site.is_none() {
        (AlertKind::Lost, None)
    } else {
        (text.kind, text.site.as_ref())
    }
}

/// The sentence that says what and where.
fn message_of(kind: AlertKind, site_known: bool) -> &'static str {
    match kind {
        AlertKind::BeReady => "be-ready",
        AlertKind::ComingToSite => "coming-to-site",
        AlertKind::PassingSite => "passing-site",
        AlertKind::AtSite | AlertKind::Card => "at-site",
        AlertKind::Elsewhere => "elsewhere",
        AlertKind::Left => "left",
        AlertKind::Ended => "ended",
        AlertKind::Retracted if site_known => "retracted",
        AlertKind::Retracted => "retracted-no-site",
        AlertKind::Lost => "lost",
    }
}

/// Whether police were seen somewhere, so that time, strength and sureness are told.
fn is_presence(kind: AlertKind) -> bool {
    matches!(
        kind,
        AlertKind::BeReady
            | AlertKind::ComingToSite
            | AlertKind::PassingSite
            | AlertKind::AtSite
            | AlertKind::Elsewhere
            | AlertKind::Card
    )
}

/// Whether the reader may have to leave soon.
fn is_threat(kind: AlertKind) -> bool {
    matches!(
        kind,
        AlertKind::BeReady
            | AlertKind::ComingToSite
            | AlertKind::PassingSite
            | AlertKind::AtSite
            | AlertKind::Card
    )
}

/// The first line in bold, to be read first.
pub(super) fn first_line_bold(text: &str) -> String {
    match text.split_once('\n') {
        Some((first, rest)) => format!("<b>{first}</b>\n{rest}"),
        None => format!("<b>{text}</b>"),
    }
}
