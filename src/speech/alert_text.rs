//! A resident's warning: a first line of pictograms that can be understood without reading, then
//! one short fixed sentence a line, the number last. Nothing in it promises safety. Old news is
//! told in the past, and one vehicle is never called many.
use super::time::{self, Age};
use super::words::{LRI, PDI, Words};
use crate::domain::alert::{AlertKind, AlertText, Confidence};
use crate::domain::sighting::Vans;
use crate::domain::site::SiteCode;

/// Marks a drill on the line of pictograms, before and behind.
const EXERCISE: &str = "🧪";
/// Stands with the clock time before the pictograms of old news: seen half asleep, it must not look
/// like news of now.
const EARLIER: &str = "🕘";
/// Up to this many police vehicles nothing is called a convoy or many.
const FEW_VEHICLES_MAX: u32 = 5;

impl Words<'_> {
    /// The whole warning as Telegram HTML.
    pub(super) fn alert(&self, text: &AlertText) -> String {
        let (kind, site) = told(text);
        let told = self.html(
            message_of(kind, site.is_some(), Amount::of(text.vans), self.is_old(text)),
            &[
                ("site", site.map(|code| self.place(code)).unwrap_or_default().into()),
                ("time", self.clock(text.observed_at)),
                ("no", thread_number(text.no).into()),
            ],
        );
        let mut lines = vec![self.pictograms(text)];
        if text.exercise {
            lines.push(first_line_bold(&self.html("exercise", &[])));
        }
        // Only a threat is set in bold: bold on "the police left" would drown "they may come back".
        lines.push(if is_threat(kind) { first_line_bold(&told) } else { told });
        if is_presence(kind) {
            lines.push(self.seen(text));
            lines.extend(
                text.vans.filter(|_| !says_one(kind, text.vans)).and_then(|v| self.vans(v)),
            );
            lines.extend(self.sureness(text.confidence));
        }
        // Who is woken by the middle of a drill must not find the order to pack there.
        if !text.exercise {
            lines.extend(advice(kind).map(|id| self.html(id, &[])));
        } else {
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
    fn pictograms(&self, text: &AlertText) -> String {
        let (kind, site) = told(text);
        let name = site.map(|code| self.place_sign(code)).unwrap_or_default();
        let vehicles = Amount::of(text.vans).sign();
        let mut drawn = match kind {
            AlertKind::ComingToSite => format!("{vehicles} ➜ {name}"),
            AlertKind::PassingSite => format!("{vehicles} ⏩ {name}"),
            AlertKind::AtSite | AlertKind::Card => format!("{vehicles} 📍 {name}"),
            AlertKind::Elsewhere => format!("🗺️ {name} 🚐"),
            AlertKind::BeReady => format!("🎒 {vehicles} ❓"),
            AlertKind::Lost => "🚐 ❓".to_owned(),
            AlertKind::Left => format!("🚐💨 {name}"),
            AlertKind::Ended => format!("⏸️ 🚐 {name}"),
            AlertKind::Retracted => format!("✉️❌ {name}"),
        };
        if is_presence(kind) && self.is_old(text) {
            let at = time::clock(text.observed_at, self.reader.now);
            drawn = format!("{EARLIER} {at} {drawn}");
        }
        let drawn = drawn.trim_end();
        if text.exercise {
            format!("{LRI}{EXERCISE} {drawn} {EXERCISE}{PDI}")
        } else {
            format!("{LRI}{drawn}{PDI}")
        }
    }

    /// Whether police were seen so long ago that they may be gone by now.
    fn is_old(&self, text: &AlertText) -> bool {
        matches!(time::age(text.observed_at, self.reader.now), Age::Old(_) | Age::Past)
    }

    fn seen(&self, text: &AlertText) -> String {
        let time = ("time", self.clock(text.observed_at));
        match time::age(text.observed_at, self.reader.now) {
            Age::JustNow => self.html("seen-now", &[time]),
            Age::Fresh(n) | Age::Old(n) => self.html("seen-ago", &[time, ("n", n.into())]),
            Age::Past => match time::other_day(text.observed_at, self.reader.now) {
                Some((day, hour)) => {
                    self.html("seen-day", &[("day", day.into()), ("time", hour.into())])
                }
                None => self.html("seen-past", &[time]),
            },
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

/// How many police vehicles, as far as the sentence and the pictograms care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Amount {
    One,
    Few,
    /// More than a few, or not counted.
    Many,
}

impl Amount {
    fn of(vans: Option<Vans>) -> Amount {
        match vans.and_then(|vans| vans.high) {
            Some(1) => Amount::One,
            Some(2..=FEW_VEHICLES_MAX) => Amount::Few,
            _ => Amount::Many,
        }
    }
    fn sign(self) -> &'static str {
        match self {
            Amount::One => "🚐",
            Amount::Few => "🚐🚐",
            Amount::Many => "🚐🚐🚐",
        }
    }
}

/// The sentence of one kind in its shapes.
struct Shapes {
    many: &'static str,
    few: &'static str,
    one: &'static str,
    old: &'static str,
    one_old: &'static str,
}

const AT_SITE: Shapes = Shapes {
    many: "at-site",
    few: "at-site-few",
    one: "at-site-one",
    old: "at-site-old",
    one_old: "at-site-one-old",
};
const COMING: Shapes = Shapes {
    many: "coming-to-site",
    few: "coming-to-site-few",
    one: "coming-to-site-one",
    old: "coming-to-site-old",
    one_old: "coming-to-site-one-old",
};
const PASSING: Shapes = Shapes {
    many: "passing-site",
    few: "passing-site-few",
    one: "passing-site-one",
    old: "passing-site-old",
    one_old: "passing-site-one-old",
};

impl Shapes {
    fn pick(&self, amount: Amount, old: bool) -> &'static str {
        match (amount, old) {
            (Amount::One, true) => self.one_old,
            (_, true) => self.old,
            (Amount::One, false) => self.one,
            (Amount::Few, false) => self.few,
            (Amount::Many, false) => self.many,
        }
    }
}

/// The sentence that says what and where.
fn message_of(kind: AlertKind, site_known: bool, amount: Amount, old: bool) -> &'static str {
    match kind {
        AlertKind::BeReady if amount == Amount::Many => "be-ready",
        AlertKind::BeReady => "be-ready-few",
        AlertKind::ComingToSite => COMING.pick(amount, old),
        AlertKind::PassingSite => PASSING.pick(amount, old),
        AlertKind::AtSite | AlertKind::Card => AT_SITE.pick(amount, old),
        AlertKind::Elsewhere if old => "elsewhere-old",
        AlertKind::Elsewhere => "elsewhere",
        AlertKind::Left => "left",
        AlertKind::Ended if site_known => "ended",
        AlertKind::Ended => "ended-no-site",
        AlertKind::Retracted if site_known => "retracted",
        AlertKind::Retracted => "retracted-no-site",
        AlertKind::Lost => "lost",
    }
}

/// Whether the sentence itself already says that it is one vehicle.
fn says_one(kind: AlertKind, vans: Option<Vans>) -> bool {
    let counts = kind != AlertKind::BeReady && kind != AlertKind::Elsewhere;
    counts && Amount::of(vans) == Amount::One
}

/// What to do now. Where a sentence itself says to keep ready, nothing is added.
fn advice(kind: AlertKind) -> Option<&'static str> {
    match kind {
        AlertKind::BeReady => Some("advice-ready"),
        _ => is_threat(kind).then_some("advice"),
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
