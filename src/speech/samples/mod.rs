//! One of everything Vigie can say, in its shapes that read differently: for the tests, for the
//! sheets on which native speakers sign off their language, and for nobody else. A new variant of
//! [`Say`] does not compile until it has a name here, and a test fails until it has a sample.
mod team;
mod upkeep;

use chrono::{DateTime, TimeDelta, Utc};

pub use self::team::card;
use super::say::{Reader, Say};
use crate::domain::alert::{AlertKind, AlertText, Confidence};
use crate::domain::id::{ConvoyId, SightingId, VisitId};
use crate::domain::lang::Lang;
use crate::domain::person::Role;
use crate::domain::sighting::{Phase, Vans};
use crate::domain::site::{Gazetteer, SiteCode, Zone};

/// A sample: its name (stable, in kebab-case; also the name of its recorded sound), whether
/// residents or contacts hear it, and the utterance.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Its name.
    pub name: &'static str,
    /// Whether it is said in every language.
    pub resident: bool,
    /// What is said.
    pub say: Say,
}

/// The places and moments the samples speak of.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The place most samples are about.
    pub site: SiteCode,
    /// A second place.
    pub other: SiteCode,
    /// Their zone.
    pub zone: Zone,
    /// The moment they are read.
    pub now: DateTime<Utc>,
}

impl Setting {
    /// The first two sites of the gazetteer that share a zone; `None` where there are none.
    pub fn of(gazetteer: &Gazetteer, now: DateTime<Utc>) -> Option<Setting> {
        gazetteer.zones().iter().find_map(|rules| {
            let mut sites = gazetteer.sites_of(&rules.zone);
            Some(Setting {
                site: sites.next()?.code.clone(),
                other: sites.next()?.code.clone(),
                zone: rules.zone.clone(),
                now,
            })
        })
    }
    /// A reader of these samples.
    pub fn reader(&self, lang: Lang) -> Reader {
        Reader { lang, now: self.now, tag: 3, desk: true }
    }
    fn ago(&self, minutes: i64) -> DateTime<Utc> {
        self.now - TimeDelta::minutes(minutes)
    }
    fn in_weeks(&self, weeks: i64) -> DateTime<Utc> {
        self.now + TimeDelta::weeks(weeks)
    }
    fn sighting(&self) -> SightingId {
        SightingId::from("0193a0b1c2d37e4f8a9b0c1d2e3f4a5b")
    }
    fn convoy(&self) -> ConvoyId {
        ConvoyId::from("0193a0b1c2d37e4f8a9b0c1d2e3f4a5b")
    }
    fn visit(&self) -> VisitId {
        VisitId::from("0193a0b1c2d37e4f8a9b0c1d2e3f4a5b")
    }
}

/// Everything, residents' first.
pub fn every_say(setting: &Setting) -> Vec<Sample> {
    let resident = |(name, say)| Sample { name, resident: true, say };
    let to_team = |(name, say)| Sample { name, resident: false, say };
    let mut samples: Vec<Sample> = alerts(setting).into_iter().map(resident).collect();
    samples.extend(subscription(setting).into_iter().map(resident));
    samples.extend(reports(setting).into_iter().map(resident));
    samples.extend(team::sightings(setting).into_iter().map(to_team));
    samples.extend(team::desk(setting).into_iter().map(to_team));
    samples
}

fn alerts(s: &Setting) -> Vec<(&'static str, Say)> {
    let alert = |kind, minutes: i64, vans, confidence| AlertText {
        kind,
        site: (kind != AlertKind::BeReady && kind != AlertKind::Lost).then(|| s.site.clone()),
        observed_at: s.ago(minutes),
        vans,
        confidence,
        no: 412,
        exercise: false,
    };
    let range = |low, high| Some(Vans { low, high });
    let sure = Confidence::Confirmed;
    let one = Confidence::OneContact;
    let two = Confidence::TwoContacts;
    let at = alert(AlertKind::AtSite, 4, range(11, Some(11)), sure);
    let exercise = AlertText { exercise: true, ..at.clone() };
    let nowhere = AlertText { site: None, ..alert(AlertKind::Retracted, 40, None, sure) };
    [
        ("coming", alert(AlertKind::ComingToSite, 3, range(6, Some(10)), sure)),
        ("at-site", at),
        ("at-site-unsure", alert(AlertKind::AtSite, 0, range(1, Some(5)), one)),
        ("at-site-old", alert(AlertKind::AtSite, 35, range(11, None), two)),
        ("passing", alert(AlertKind::PassingSite, 2, None, sure)),
        ("be-ready", alert(AlertKind::BeReady, 5, range(15, Some(15)), sure)),
        ("elsewhere", alert(AlertKind::Elsewhere, 12, None, sure)),
        ("lost", alert(AlertKind::Lost, 30, None, sure)),
        ("left", alert(AlertKind::Left, 1, None, sure)),
        ("ended", alert(AlertKind::Ended, 50, None, sure)),
        ("retracted", alert(AlertKind::Retracted, 20, None, sure)),
        ("retracted-be-ready", nowhere),
        ("exercise", exercise),
        ("one-van-long-ago", alert(AlertKind::AtSite, 26 * 60, range(1, Some(1)), two)),
        ("coming-one", alert(AlertKind::ComingToSite, 6, range(1, Some(1)), one)),
        ("coming-old", alert(AlertKind::ComingToSite, 22, range(2, Some(4)), sure)),
        ("passing-few-old", alert(AlertKind::PassingSite, 90, range(3, Some(5)), sure)),
        ("be-ready-few", alert(AlertKind::BeReady, 18, range(3, Some(3)), one)),
        ("elsewhere-old", alert(AlertKind::Elsewhere, 41, None, sure)),
        ("ended-no-site", AlertText { site: None, ..alert(AlertKind::Ended, 75, None, sure) }),
    ]
    .map(|(name, text)| (name, Say::Alert(text)))
    .into()
}

fn subscription(s: &Setting) -> Vec<(&'static str, Say)> {
    let role = Role::Resident;
    vec![
        ("choose-language", Say::ChooseLanguage),
        ("choose-sites", Say::ChooseSites { zone: s.zone.clone(), chosen: vec![s.site.clone()] }),
        ("welcome", Say::Welcome { sites: vec![s.site.clone(), s.other.clone()] }),
        ("no-sites", Say::NoSites),
        ("stopped", Say::Stopped),
        ("stop-sure", Say::StopSure { role: Role::Contact }),
        ("privacy", Say::Privacy),
        ("help-resident", Say::Help { role }),
        ("help-contact", Say::Help { role: Role::Contact }),
        ("not-received", Say::NotReceived),
        ("old-button", Say::OldButton { role }),
        ("text-not-read", Say::TextNotRead { role }),
        ("kind-not-taken", Say::KindNotTaken { role }),
        ("contact-not-kept", Say::ContactNotKept),
        ("renew-ask", Say::RenewAsk),
        ("renewed", Say::Renewed),
        ("too-many", Say::TooMany),
        ("invite-not-valid", Say::InviteNotValid),
        ("not-yours", Say::NotYours),
    ]
}

fn reports(s: &Setting) -> Vec<(&'static str, Say)> {
    let role = Role::Contact;
    let place = s.site.clone();
    let received = |undo| Say::Received {
        sighting: s.sighting(),
        place: place.clone(),
        phase: Phase::OnSite,
        at: s.now,
        undo,
    };
    vec![
        ("enrolled-contact", Say::Enrolled { role, tag: 0, until: s.in_weeks(8) }),
        ("role-ends-contact", Say::RoleEnds { role, until: s.in_weeks(1) }),
        ("role-ended-contact", Say::RoleEnded { role }),
        (
            "report-place",
            Say::ReportPlace { first: vec![s.site.clone(), s.other.clone()], zone: None },
        ),
        ("report-place-zone", Say::ReportPlace { first: vec![], zone: Some(s.zone.clone()) }),
        ("report-what", Say::ReportWhat { place: place.clone(), role }),
        ("report-vans", Say::ReportVans { place: place.clone(), phase: Phase::OnSite }),
        ("received", received(true)),
        ("received-later", received(false)),
        ("undone", Say::Undone { place: place.clone() }),
        ("undo-too-late", Say::UndoTooLate),
        (
            "pin-no-site",
            Say::PinNoSite { suggestions: vec![s.site.clone(), s.other.clone()], may_place: false },
        ),
        ("pin-outside", Say::PinOutside),
    ]
}

/// How many variants [`Say`] has: raise it with a new arm of [`variant`], and a test asks for the
/// sample.
pub const VARIANTS: usize = 54;

/// The variant's place in the enumeration. The match is complete, so that a new variant does not
/// compile until it stands here.
pub fn variant(say: &Say) -> usize {
    match say {
        Say::Alert(_) => 0,
        Say::ChooseLanguage => 1,
        Say::ChooseSites { .. } => 2,
        Say::Welcome { .. } => 3,
        Say::NoSites => 4,
        Say::Stopped => 5,
        Say::StopSure { .. } => 6,
        Say::Privacy => 7,
        Say::Help { .. } => 8,
        Say::NotReceived => 9,
        Say::OldButton { .. } => 10,
        Say::TextNotRead { .. } => 11,
        Say::KindNotTaken { .. } => 12,
        Say::ContactNotKept => 13,
        Say::RenewAsk => 14,
        Say::Renewed => 15,
        Say::TooMany => 16,
        Say::ReportPlace { .. } => 17,
        Say::ReportWhat { .. } => 18,
        Say::ReportVans { .. } => 19,
        Say::Received { .. } => 20,
        Say::Undone { .. } => 21,
        Say::UndoTooLate => 22,
        Say::Understood(_) => 23,
        Say::AskPlace { .. } => 24,
        Say::AskWhat { .. } => 25,
        Say::FixPlace { .. } => 26,
        Say::FixWhat { .. } => 27,
        Say::TimeUnclear { .. } => 28,
        Say::TimeInFuture { .. } => 29,
        Say::PinNoSite { .. } => 30,
        Say::PinOutside => 31,
        Say::PointSet { .. } => 32,
        Say::Enrolled { .. } => 33,
        Say::InviteNotValid => 34,
        Say::RoleEnds { .. } => 35,
        Say::RoleEnded { .. } => 36,
        Say::NotYours => 37,
        Say::Card(_) => 38,
        Say::Question(_) => 39,
        Say::AlreadyDecided { .. } => 40,
        Say::Done { .. } => 41,
        Say::Sure { .. } => 42,
        Say::NobodyFollows { .. } => 43,
        Say::AllWell { .. } => 48,
        Say::LateSummary { .. } => 44,
        Say::RingLimit { .. } => 45,
        Say::NoConvoys => 46,
        Say::CardGone { .. } => 47,
        Say::Broadcast(_) => 49,
        Say::Mirror(_) => 50,
        Say::Upkeep(_) => 51,
        Say::Restored { .. } => 52,
        Say::CannotKeep => 53,
    }
}
