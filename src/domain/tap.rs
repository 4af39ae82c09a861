//! What a button says when it is tapped. The whole step is in the button (Telegram allows 64
//! bytes), so a tap means the same after a restart. What comes back from Telegram is input like
//! any other: it is parsed here, and the handlers check the role again.
use super::id::{ConvoyId, SightingId, VisitId};
use super::lang::Lang;
use super::sighting::{Phase, Vans};
use super::site::{SiteCode, Zone};

/// The first field of every button; raised when the meaning of one changes, so that a button of an
/// older version is recognised as old.
const VERSION: &str = "1";
/// Telegram's limit on callback data (core.telegram.org/bots/api#inlinekeyboardbutton).
pub const CALLBACK_BYTES_MAX: usize = 64;

/// How many vans, as one tap can say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HowMany {
    /// 1 to 5.
    Few,
    /// 6 to 10.
    Some,
    /// 11 or more.
    Many,
    /// Not counted.
    Unknown,
}

impl HowMany {
    /// Every answer, in the order it is offered.
    pub const ALL: [HowMany; 4] = [HowMany::Few, HowMany::Some, HowMany::Many, HowMany::Unknown];
    fn code(self) -> &'static str {
        match self {
            HowMany::Few => "few",
            HowMany::Some => "some",
            HowMany::Many => "many",
            HowMany::Unknown => "unknown",
        }
    }
    /// As a range of vehicles.
    pub fn vans(self) -> Option<Vans> {
        match self {
            HowMany::Few => Some(Vans { low: 1, high: Some(5) }),
            HowMany::Some => Some(Vans { low: 6, high: Some(10) }),
            HowMany::Many => Some(Vans { low: 11, high: None }),
            HowMany::Unknown => None,
        }
    }
}

/// A step of following a convoy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowTap {
    /// "I follow", there in so many minutes.
    Going(u32),
    /// "I'm there".
    There,
    /// "I lost it".
    LostIt,
    /// "I hand over".
    HandOver,
    /// "I can't".
    Cannot,
}

/// The minutes offered with "I follow".
pub const ETA_MINUTES: [u32; 3] = [5, 10, 20];

/// Everything a button can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tap {
    /// Choose the language.
    Language(Lang),
    /// Show the sites of a zone to choose from.
    Sites(Zone),
    /// Choose a site, or take the choice back.
    ToggleSite(SiteCode),
    /// The choice of sites is done.
    SitesDone,
    /// "No more messages".
    Stop,
    /// A team member is sure: erase me, my role too.
    StopSure,
    /// "I still want warnings".
    Renew,
    /// Begin a report.
    Report,
    /// Report: show all places of a zone.
    ReportZone(Zone),
    /// Report: the place.
    ReportPlace(SiteCode),
    /// Report: what is seen there.
    ReportWhat(SiteCode, Phase),
    /// Report: how many; this is the last step.
    ReportVans(SiteCode, Phase, HowMany),
    /// Take back my sighting.
    Undo(SightingId),
    /// My sighting was of another place: ask which.
    FixPlace(SightingId),
    /// My sighting was of that place.
    FixPlaceTo(SightingId, SiteCode),
    /// I saw something else: ask what.
    FixWhat(SightingId),
    /// I saw that.
    FixWhatTo(SightingId, Phase),
    /// A step of following.
    Follow(ConvoyId, FollowTap),
    /// The desk confirms a sighting.
    Confirm(SightingId),
    /// The desk says a sighting is not true.
    NotTrue(SightingId),
    /// The desk: this sighting is the same convoy as the machine put it with.
    Same(SightingId),
    /// The desk: this sighting is another convoy.
    NotSame(SightingId),
    /// The desk: the convoy has ended; asks whether sure.
    Ended(ConvoyId),
    /// Sure.
    EndedSure(ConvoyId),
    /// The desk: the warning of this visit was wrong; asks whether sure.
    Retract(VisitId),
    /// Sure.
    RetractSure(VisitId),
    /// Leave a question as it was.
    Never,
    /// A coordinator says where a place is: the pin they just sent.
    PlaceAt(SiteCode),
    /// The desk: this channel carries the warnings of this zone in this language.
    Mirror(i64, Lang, Zone),
    /// The desk: ask again what this channel is to carry.
    MirrorAsk(i64),
    /// The desk: this channel is to carry nothing any more; asks whether sure.
    MirrorEnd(i64),
    /// Sure.
    MirrorEndSure(i64),
}

impl Tap {
    /// The text of the button, at most [`CALLBACK_BYTES_MAX`] bytes.
    pub fn encode(&self) -> String {
        let fields: Vec<String> = match self {
            Tap::Language(lang) => vec!["lang".into(), lang.to_string()],
            Tap::Sites(zone) => vec!["sites".into(), zone.to_string()],
            Tap::ToggleSite(site) => vec!["site".into(), site.to_string()],
            Tap::SitesDone => vec!["done".into()],
            Tap::Stop => vec!["stop".into()],
            Tap::StopSure => vec!["stop!".into()],
            Tap::Renew => vec!["renew".into()],
            Tap::Report => vec!["report".into()],
            Tap::ReportZone(zone) => vec!["rz".into(), zone.to_string()],
            Tap::ReportPlace(site) => vec!["rp".into(), site.to_string()],
            Tap::ReportWhat(site, phase) => {
                vec!["rw".into(), site.to_string(), phase.code().into()]
            }
            Tap::ReportVans(site, phase, many) => {
                vec!["rv".into(), site.to_string(), phase.code().into(), many.code().into()]
            }
            Tap::Undo(id) => vec!["undo".into(), id.to_string()],
            Tap::FixPlace(id) => vec!["fp".into(), id.to_string()],
            Tap::FixPlaceTo(id, site) => vec!["fp".into(), id.to_string(), site.to_string()],
            Tap::FixWhat(id) => vec!["fw".into(), id.to_string()],
            Tap::FixWhatTo(id, phase) => vec!["fw".into(), id.to_string(), phase.code().into()],
            Tap::Follow(id, step) => {
                let step = match step {
                    FollowTap::Going(minutes) => minutes.to_string(),
                    FollowTap::There => "there".into(),
                    FollowTap::LostIt => "lost".into(),
                    FollowTap::HandOver => "over".into(),
                    FollowTap::Cannot => "cant".into(),
                };
                vec!["go".into(), id.to_string(), step]
            }
            Tap::Confirm(id) => vec!["yes".into(), id.to_string()],
            Tap::NotTrue(id) => vec!["no".into(), id.to_string()],
            Tap::Same(id) => vec!["same".into(), id.to_string()],
            Tap::NotSame(id) => vec!["other".into(), id.to_string()],
            Tap::Ended(id) => vec!["end".into(), id.to_string()],
            Tap::EndedSure(id) => vec!["end!".into(), id.to_string()],
            Tap::Retract(id) => vec!["wrong".into(), id.to_string()],
            Tap::RetractSure(id) => vec!["wrong!".into(), id.to_string()],
            Tap::Never => vec!["never".into()],
            Tap::PlaceAt(site) => vec!["at".into(), site.to_string()],
            Tap::Mirror(no, lang, zone) => {
                vec!["mir".into(), no.to_string(), lang.to_string(), zone.to_string()]
            }
            Tap::MirrorAsk(no) => vec!["mir?".into(), no.to_string()],
            Tap::MirrorEnd(no) => vec!["mir-".into(), no.to_string()],
            Tap::MirrorEndSure(no) => vec!["mir!".into(), no.to_string()],
        };
        format!("{VERSION}|{}", fields.join("|"))
    }

    /// What a button said; `None` for anything that no button of this version says.
    pub fn decode(data: &str) -> Option<Tap> {
        if data.len() > CALLBACK_BYTES_MAX {
            return None;
        }
        let fields: Vec<&str> = data.split('|').collect();
        let tap = match fields.as_slice() {
            [VERSION, rest @ ..] => match rest {
                ["lang", lang] => Tap::Language(lang.parse().ok()?),
                ["sites", zone] => Tap::Sites(zone.parse().ok()?),
                ["site", site] => Tap::ToggleSite(site.parse().ok()?),
                ["done"] => Tap::SitesDone,
                ["stop"] => Tap::Stop,
                ["stop!"] => Tap::StopSure,
                ["renew"] => Tap::Renew,
                ["report"] => Tap::Report,
                ["rz", zone] => Tap::ReportZone(zone.parse().ok()?),
                ["rp", site] => Tap::ReportPlace(site.parse().ok()?),
                ["rw", site, phase] => {
                    Tap::ReportWhat(site.parse().ok()?, Phase::from_code(phase)?)
                }
                ["rv", site, phase, many] => Tap::ReportVans(
                    site.parse().ok()?,
                    Phase::from_code(phase)?,
                    HowMany::ALL.into_iter().find(|answer| answer.code() == *many)?,
                ),
                ["undo", id] => Tap::Undo(SightingId::from(identifier(id)?)),
                ["fp", id] => Tap::FixPlace(SightingId::from(identifier(id)?)),
                ["fp", id, site] => {
                    Tap::FixPlaceTo(SightingId::from(identifier(id)?), site.parse().ok()?)
                }
                ["fw", id] => Tap::FixWhat(SightingId::from(identifier(id)?)),
                ["fw", id, phase] => {
                    Tap::FixWhatTo(SightingId::from(identifier(id)?), Phase::from_code(phase)?)
                }
                ["go", id, step] => {
                    let step = match *step {
                        "there" => FollowTap::There,
                        "lost" => FollowTap::LostIt,
                        "over" => FollowTap::HandOver,
                        "cant" => FollowTap::Cannot,
                        minutes => FollowTap::Going(
                            minutes.parse().ok().filter(|m| ETA_MINUTES.contains(m))?,
                        ),
                    };
                    Tap::Follow(ConvoyId::from(identifier(id)?), step)
                }
                ["yes", id] => Tap::Confirm(SightingId::from(identifier(id)?)),
                ["no", id] => Tap::NotTrue(SightingId::from(identifier(id)?)),
                ["same", id] => Tap::Same(SightingId::from(identifier(id)?)),
                ["other", id] => Tap::NotSame(SightingId::from(identifier(id)?)),
                ["end", id] => Tap::Ended(ConvoyId::from(identifier(id)?)),
                ["end!", id] => Tap::EndedSure(ConvoyId::from(identifier(id)?)),
                ["wrong", id] => Tap::Retract(VisitId::from(identifier(id)?)),
                ["wrong!", id] => Tap::RetractSure(VisitId::from(identifier(id)?)),
                ["never"] => Tap::Never,
                ["at", site] => Tap::PlaceAt(site.parse().ok()?),
                ["mir", no, lang, zone] => {
                    Tap::Mirror(number(no)?, lang.parse().ok()?, zone.parse().ok()?)
                }
                ["mir?", no] => Tap::MirrorAsk(number(no)?),
                ["mir-", no] => Tap::MirrorEnd(number(no)?),
                ["mir!", no] => Tap::MirrorEndSure(number(no)?),
                _ => return None,
            },
            _ => return None,
        };
        Some(tap)
    }
}

/// The running numbers we give: digits alone, counted from 1.
fn number(text: &str) -> Option<i64> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|no| digits && *no > 0)
}

/// The identifiers we make: 32 lower-case hexadecimal digits.
fn identifier(text: &str) -> Option<&str> {
    let fits = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    fits.then_some(text)
}
