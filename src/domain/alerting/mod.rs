//! Alerting: what each audience must be told, as the difference between the picture and what it
//! was last told (DESIGN §4). Pure: it answers with a [`Reason`] in every case, silence included.
//!
//! Errors are asymmetric: in doubt a new site rings; what is suppressed are messages, never
//! records; and residents are told only what the team saw, two independent contacts said, or, after
//! a short wait, that we are not sure.
mod history;
mod site;
mod zone;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use history::History;

use super::alert::{AlertKind, Audience, Confidence, Mode, Thread, Urgency};
use super::id::{ConvoyId, VisitId};
use super::matching::Picture;
use super::sighting::Vans;
use super::site::SiteCode;

/// One contact's report waits so long for a second voice or the desk.
pub const HOLD: TimeDelta = TimeDelta::seconds(90);
/// Up to this age a sighting is news.
pub const FRESH_WITHIN: TimeDelta = TimeDelta::minutes(15);
/// Beyond this age nothing is broadcast.
pub const BROADCAST_WITHIN: TimeDelta = TimeDelta::minutes(60);
/// A message is brought up to date when what it says was seen is older than the news by this much.
pub const REFRESH_AFTER: TimeDelta = TimeDelta::minutes(10);
/// A site rings at most so often a day; then the desk decides.
pub const RINGS_PER_DAY: usize = 6;
/// At most one ring per site in this time, unless it worsens.
pub const RING_AGAIN_AFTER: TimeDelta = TimeDelta::minutes(15);
/// A retraction is worth sending for as long as somebody may act on what it retracts.
pub const RETRACTION_WITHIN: TimeDelta = TimeDelta::hours(12);

/// Why something was told, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// An observer or coordinator saw it, or the desk confirmed it.
    SeenByTeam,
    /// Two contacts who do not depend on each other.
    TwoContacts,
    /// One contact, and nobody else within [`HOLD`].
    OneContactUnsure,
    /// More is known than before: nearer, or surer.
    Worse,
    /// The same, with newer news or another strength.
    BroughtUpToDate,
    /// Vehicles gather, or are on the road to no known site.
    ConvoyForming,
    /// Another site of the zone is visited.
    ConvoyElsewhere,
    /// It was seen to leave.
    LeftSite,
    /// The desk said it has ended.
    EndedByDesk,
    /// What was told has no sighting left behind it, or the desk said it was wrong.
    WasWrong,
    /// Silence: the audience has been told.
    AlreadyTold,
    /// Silence for now: waits for a second voice.
    HeldForSecondVoice,
    /// Silence: nobody vouches for the reporter.
    Unvouched,
    /// Silence: older than [`BROADCAST_WITHIN`].
    TooOld,
    /// No sound: the site rang a short while ago, and this is not worse.
    RangRecently,
    /// No sound: the site rang [`RINGS_PER_DAY`] times today; the desk is asked.
    RingLimit,
    /// Silence for now: the clock is wrong, and nobody could say how old the news is.
    ClockWrong,
}

impl Reason {
    /// The code in the database and the journal.
    pub fn code(self) -> &'static str {
        match self {
            Reason::SeenByTeam => "seen_by_team",
            Reason::TwoContacts => "two_contacts",
            Reason::OneContactUnsure => "one_contact_unsure",
            Reason::Worse => "worse",
            Reason::BroughtUpToDate => "brought_up_to_date",
            Reason::ConvoyForming => "convoy_forming",
            Reason::ConvoyElsewhere => "convoy_elsewhere",
            Reason::LeftSite => "left_site",
            Reason::EndedByDesk => "ended_by_desk",
            Reason::WasWrong => "was_wrong",
            Reason::AlreadyTold => "already_told",
            Reason::HeldForSecondVoice => "held_for_second_voice",
            Reason::Unvouched => "unvouched",
            Reason::TooOld => "too_old",
            Reason::RangRecently => "rang_recently",
            Reason::RingLimit => "ring_limit",
            Reason::ClockWrong => "clock_wrong",
        }
    }
}

/// Something to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// To whom.
    pub audience: Audience,
    /// In which thread.
    pub thread: Thread,
    /// What.
    pub kind: AlertKind,
    /// How it arrives.
    pub mode: Mode,
    /// Its place in the order of sending.
    pub urgency: Urgency,
    /// Why.
    pub reason: Reason,
    /// Of which convoy.
    pub convoy: ConvoyId,
    /// Of which visit.
    pub visit: Option<VisitId>,
    /// Of which site.
    pub site: Option<SiteCode>,
    /// When it was seen, or when it left.
    pub observed_at: DateTime<Utc>,
    /// How many police vehicles.
    pub vans: Option<Vans>,
    /// How sure.
    pub confidence: Confidence,
    /// After this it is no longer sent.
    pub expires_at: DateTime<Utc>,
}

/// What is decided about one visit or convoy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Tell this.
    Tell(Telling),
    /// Decide again at that moment.
    Hold {
        /// The visit.
        visit: VisitId,
        /// When.
        until: DateTime<Utc>,
    },
    /// Tell nobody.
    Silent {
        /// About which convoy.
        convoy: ConvoyId,
        /// About which visit.
        visit: Option<VisitId>,
        /// Why not.
        reason: Reason,
    },
    /// The site has rung as often as it may today.
    AskRing {
        /// The site.
        site: SiteCode,
    },
}

/// Decides for the whole zone.
pub fn decide(picture: &Picture, history: &History, now: DateTime<Utc>) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for convoy in &picture.convoys {
        for visit in &convoy.visits {
            site::decide(convoy, visit, (picture, history), now, &mut outcomes);
        }
        zone::decide(convoy, picture, history, now, &mut outcomes);
    }
    history.wrong(picture, now, &mut outcomes);
    outcomes
}
