//! Alerts: what is told to whom, and for which reason.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::{AlertId, ConvoyId, VisitId};
use super::sighting::Vans;
use super::site::{SiteCode, Zone};

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The residents who chose this site.
    Site(SiteCode),
    /// The residents of the zone, except those who chose one of these sites.
    Zone(Zone, Vec<SiteCode>),
    /// Everyone who got an earlier message of the same thread, or may have got it.
    Reached,
    /// The same without those who got, or may have got, a message of one of these other threads:
    /// they hear it there.
    ReachedHereOnly(Vec<Thread>),
    /// Observers, coordinators and admins.
    Team,
    /// Coordinators and admins.
    Desk,
}

/// What is told. Residents hear each as one fixed message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// Many police vehicles have gathered; we do not know where they will go.
    BeReady,
    /// They are coming towards the site.
    ComingToSite,
    /// They go past the site.
    PassingSite,
    /// They are at the site.
    AtSite,
    /// They are at another place than the reader chose.
    Elsewhere,
    /// They left the site, and may come back.
    Left,
    /// As far as we know they have gone for now, and may come back.
    Ended,
    /// Our message was wrong.
    Retracted,
    /// We do not know where they are now; only told to someone who joins meanwhile.
    Lost,
    /// The team's card of the convoy.
    Card,
}

impl AlertKind {
    /// Whether it says that police are, or are about to be, at the reader's own site.
    pub fn is_threat(self) -> bool {
        matches!(self, AlertKind::ComingToSite | AlertKind::PassingSite | AlertKind::AtSite)
    }
    /// The code in the database and the journal.
    pub fn code(self) -> &'static str {
        match self {
            AlertKind::BeReady => "be_ready",
            AlertKind::ComingToSite => "coming_to_site",
            AlertKind::PassingSite => "passing_site",
            AlertKind::AtSite => "at_site",
            AlertKind::Elsewhere => "elsewhere",
            AlertKind::Left => "left",
            AlertKind::Ended => "ended",
            AlertKind::Retracted => "retracted",
            AlertKind::Lost => "lost",
            AlertKind::Card => "card",
        }
    }
}

/// How a message arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// A new message with sound.
    Ring,
    /// A new message without sound.
    Quiet,
    /// Replaces the text of the thread's last message; a new quiet one where there is none.
    Edit,
    /// A new message with sound that quotes the thread's last one.
    Reply,
}

/// The order in which waiting messages are sent (DESIGN §5); lower goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Something we said was wrong.
    Retraction = 0,
    /// The residents of the threatened site.
    Threatened = 1,
    /// An answer to a person's own message or tap.
    Answer = 2,
    /// The team's cards and questions.
    Team = 3,
    /// Other sites of the zone.
    Zone = 4,
    /// The rest.
    Rest = 5,
}

/// The messages about one thing to one audience, each superseding the one before: a site's visit,
/// a convoy seen from elsewhere, a convoy's card. Answers to a person have no thread.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Thread(pub String);

const SITE_THREAD: &str = "site:";
const ZONE_THREAD: &str = "zone:";
const CARD_THREAD: &str = "card:";

impl Thread {
    /// What the residents of a visited site are told of the visit.
    pub fn site(visit: &VisitId) -> Thread {
        Thread(format!("{SITE_THREAD}{visit}"))
    }
    /// What the other residents of the zone are told of the convoy.
    pub fn zone(convoy: &ConvoyId) -> Thread {
        Thread(format!("{ZONE_THREAD}{convoy}"))
    }
    /// The team's card of the convoy.
    pub fn card(convoy: &ConvoyId) -> Thread {
        Thread(format!("{CARD_THREAD}{convoy}"))
    }
    /// Whether it is a site's.
    pub fn is_site(&self) -> bool {
        self.0.starts_with(SITE_THREAD)
    }
    /// Whether it is a zone's.
    pub fn is_zone(&self) -> bool {
        self.0.starts_with(ZONE_THREAD)
    }
}

/// How sure we are of a presence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// A person nobody vouched for; the team alone is told.
    Unvouched,
    /// One contact.
    OneContact,
    /// Two contacts who do not depend on each other.
    TwoContacts,
    /// An observer or a coordinator saw it, or a coordinator confirmed it.
    Confirmed,
}

/// The slots of a resident's alert. No free text, no person, no position ever stands here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertText {
    /// What is told.
    pub kind: AlertKind,
    /// Of which site.
    pub site: Option<SiteCode>,
    /// When police were (last) seen, or when they left.
    pub observed_at: DateTime<Utc>,
    /// How many police vehicles.
    pub vans: Option<Vans>,
    /// How sure.
    pub confidence: Confidence,
    /// The number of the thread, shown as C-0412.
    pub no: i64,
    /// A drill: every message says so first.
    pub exercise: bool,
}

/// An alert as decided: immutable and numbered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Its identifier, also its letter's.
    pub id: AlertId,
    /// Counts up over alerts of the same thread.
    pub version: i64,
    /// What it is about and to whom.
    pub thread: Thread,
    /// The zone.
    pub zone: Zone,
    /// The convoy.
    pub convoy: ConvoyId,
    /// The visit, where it is about one.
    pub visit: Option<VisitId>,
    /// Who is told.
    pub audience: Audience,
    /// How it arrives.
    pub mode: Mode,
    /// Its place in the order of sending.
    pub urgency: Urgency,
    /// Why, as a code of [`super::alert`]'s reasons, kept with the alert.
    pub reason: String,
    /// What is said.
    pub text: AlertText,
    /// When it was decided.
    pub decided_at: DateTime<Utc>,
    /// After this it is no longer sent.
    pub expires_at: DateTime<Utc>,
}
