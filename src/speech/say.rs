//! Everything Vigie can utter. A value of [`Say`] is stored with the message it will become and
//! put into words only when it is sent, in the reader's language; so it carries codes, times and
//! counts, and no sentence.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use super::desk_say::{BroadcastLine, ChannelLine, LinePlace, MirrorSay};
pub use super::upkeep_say::{SelfTest, Upkeep};
use crate::domain::alert::{AlertText, Confidence};
use crate::domain::convoy::{ConvoyState, Stage};
use crate::domain::follow::Taken;
use crate::domain::id::{ConvoyId, SightingId, VisitId};
use crate::domain::lang::Lang;
use crate::domain::person::Role;
use crate::domain::sighting::{Crew, Phase, Vans, VehicleCount};
use crate::domain::site::{SiteCode, Zone};

/// One utterance, with its buttons implied: `speech` knows which buttons belong to which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "snake_case")]
pub enum Say {
    // ── To residents, in every language ────────────────────────────────────────────────────────
    /// A warning, or what became of one.
    Alert(AlertText),
    /// Which language? One button a language, each in its own script; said in all of them at once.
    ChooseLanguage,
    /// For which places do you want warnings? Buttons: the zone's sites (chosen ones ticked), the
    /// other zones, done.
    ChooseSites {
        /// The zone whose sites are shown.
        zone: Zone,
        /// The sites chosen so far, of any zone.
        chosen: Vec<SiteCode>,
    },
    /// The subscription holds for these sites. What a convoy is; we cannot always know; button to
    /// stop, button to change sites.
    Welcome {
        /// The sites chosen.
        sites: Vec<SiteCode>,
    },
    /// No site is chosen, so nothing will be sent. Button: choose.
    NoSites,
    /// As asked: no more messages, everything erased; how to come back.
    Stopped,
    /// A team member asked to stop: their role would be erased too. Buttons: sure, no.
    StopSure {
        /// The role that would be lost.
        role: Role,
    },
    /// What is kept, what Telegram sees, what the police can see.
    Privacy,
    /// What this is, who we are, what the reader can do here, whom to call.
    Help {
        /// The reader's role.
        role: Role,
    },
    /// We could not keep it: call.
    NotReceived,
    /// The button no longer works; a fresh set follows.
    OldButton {
        /// The reader's role, which decides the buttons offered.
        role: Role,
    },
    /// Typed text from someone whose texts are not read: use the buttons, or call.
    TextNotRead {
        /// The reader's role.
        role: Role,
    },
    /// A sticker, a voice message, a poll…: we cannot take it; use the buttons, or call.
    KindNotTaken {
        /// The reader's role.
        role: Role,
    },
    /// Somebody's contact card: we did not keep it.
    ContactNotKept,
    /// Forty-five days are nearly over: do you still want warnings? Button: yes.
    RenewAsk,
    /// Renewed.
    Renewed,
    /// Too many messages in a short time: wait a little, or call.
    TooMany,

    // ── Reports by taps, in every language ─────────────────────────────────────────────────────
    /// Where do you see police? Buttons: `first` (last used, neighbours), then all of the zones.
    ReportPlace {
        /// Places offered first.
        first: Vec<SiteCode>,
        /// When set, all places of this zone are shown instead.
        zone: Option<Zone>,
    },
    /// What do you see at this place? One button a phase.
    ReportWhat {
        /// The place.
        place: SiteCode,
        /// The reader's role: contacts get plainer phases than the team.
        role: Role,
    },
    /// How many police vehicles?
    ReportVans {
        /// The place.
        place: SiteCode,
        /// What is seen.
        phase: Phase,
    },
    /// To a contact: your message reached us. Button: take back my report, while `undo`.
    Received {
        /// The sighting.
        sighting: SightingId,
        /// The place.
        place: SiteCode,
        /// What was reported.
        phase: Phase,
        /// When it reached us.
        at: DateTime<Utc>,
        /// Whether it can still be taken back.
        undo: bool,
    },
    /// Your report is taken back.
    Undone {
        /// The place.
        place: SiteCode,
    },
    /// It is too late to take it back; call.
    UndoTooLate,

    // ── To the team, in French and English ─────────────────────────────────────────────────────
    /// What was understood of a sighting, and what it did. Buttons: undo, other place, other event.
    Understood(Understood),
    /// Which place? (unknown or doubtful name). Buttons: the suggestions, all places.
    AskPlace {
        /// What was typed, shortened; it goes back only to the one who typed it.
        typed: String,
        /// Likely places.
        suggestions: Vec<SiteCode>,
    },
    /// The place was named but not what is seen there. One button a phase.
    AskWhat {
        /// The place.
        place: SiteCode,
        /// What was not understood, shown back to the writer.
        doubts: Vec<String>,
    },
    /// Which place should it have been / what should it have been: correction of a sighting.
    FixPlace {
        /// The sighting to correct.
        sighting: SightingId,
        /// Likely places.
        suggestions: Vec<SiteCode>,
    },
    /// What should it have been.
    FixWhat {
        /// The sighting to correct.
        sighting: SightingId,
        /// Its place.
        place: SiteCode,
    },
    /// A clock time that could be two moments, or one of another day: write it again.
    TimeUnclear {
        /// What was read.
        typed: String,
    },
    /// A time in the future: not recorded.
    TimeInFuture {
        /// What was read.
        at: DateTime<Utc>,
    },
    /// A pin near no known place. Buttons: places to report at.
    PinNoSite {
        /// Likely places.
        suggestions: Vec<SiteCode>,
        /// Coordinators may say "this pin is where … is".
        may_place: bool,
    },
    /// A pin far from every zone, or nonsense: not taken.
    PinOutside,
    /// The point of a place is set.
    PointSet {
        /// The place.
        place: SiteCode,
    },
    /// Welcome to the team.
    Enrolled {
        /// The role.
        role: Role,
        /// The team's number of this person; 0 for contacts.
        tag: i64,
        /// When the role ends.
        until: DateTime<Utc>,
    },
    /// The link was used, expired or wrong; said together with what a plain visitor sees.
    InviteNotValid,
    /// The role ends in a week.
    RoleEnds {
        /// The role.
        role: Role,
        /// When.
        until: DateTime<Utc>,
    },
    /// The role has ended.
    RoleEnded {
        /// The role.
        role: Role,
    },
    /// This is for another role.
    NotYours,
    /// The convoy's card.
    Card(Box<CardView>),
    /// A question to the desk.
    Question(Question),
    /// Somebody of the desk was first.
    AlreadyDecided {
        /// Their role.
        role: Role,
        /// Their number.
        tag: i64,
        /// When.
        at: DateTime<Utc>,
    },
    /// An act of the desk is done.
    Done {
        /// Which.
        what: DeskAct,
        /// About which place, if any.
        place: Option<SiteCode>,
    },
    /// Sure? Residents are told at once. Buttons: sure, no.
    Sure {
        /// Which act.
        what: SureAct,
        /// About which place, if any.
        place: Option<SiteCode>,
    },
    /// Nobody follows this convoy.
    NobodyFollows {
        /// The convoy.
        convoy: ConvoyId,
        /// Where it was last.
        place: SiteCode,
        /// Minutes since the card went out.
        minutes: i64,
    },
    /// To a follower from whom nothing was heard: is all well?
    AllWell {
        /// The convoy.
        convoy: ConvoyId,
        /// Where it was last.
        place: SiteCode,
    },
    /// After an outage: how many reports came in late, and over which time. They were logged, not
    /// broadcast as fresh.
    LateSummary {
        /// How many.
        count: i64,
        /// The oldest.
        from: DateTime<Utc>,
        /// The newest.
        until: DateTime<Utc>,
    },
    /// The database was put back from a copy: what waited in it to be sent is not sent.
    Restored {
        /// How old what it knows is: when its last entry was written.
        until: DateTime<Utc>,
        /// How many messages were given up.
        ended: i64,
    },
    /// Nothing can be kept at the moment, so nothing is sent: said past the database.
    CannotKeep,
    /// No convoy is open; which is no word on where police are.
    NoConvoys,
    /// Nothing is left behind a convoy's card: every sighting of it was taken back or is not true.
    CardGone {
        /// The card's number.
        no: i64,
        /// Where the convoy was said to be.
        place: SiteCode,
    },
    /// How a broadcast goes, or went.
    Broadcast(BroadcastLine),
    /// About the channels that mirror what residents are told.
    Mirror(MirrorSay),
    /// Something about the machine itself.
    Upkeep(Upkeep),
    /// The site has rung as often as it may today; the desk decides by another way.
    RingLimit {
        /// The site.
        site: SiteCode,
    },
}

/// What was understood of a sighting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Understood {
    /// The sighting.
    pub sighting: SightingId,
    /// The place.
    pub place: SiteCode,
    /// What is seen.
    pub phase: Phase,
    /// Where it is heading.
    pub heading: Option<SiteCode>,
    /// When it was seen.
    pub observed_at: DateTime<Utc>,
    /// Police vehicles as a range, from taps.
    pub vans: Option<Vans>,
    /// Vehicles as told.
    pub vehicles: Vec<VehicleCount>,
    /// Words that were not understood.
    pub doubts: Vec<String>,
    /// What became of it.
    pub effect: Effect,
    /// Whether it can still be taken back.
    pub undo: bool,
}

/// What a sighting did, as its reporter is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// A new convoy; residents are being warned.
    NewConvoy,
    /// The same visit as others reported.
    SameVisit,
    /// The known convoy reached a new place; residents there are being warned.
    NewVisit,
    /// It waits for a second report or the desk.
    Held,
    /// Logged, too old to warn anyone.
    TooOld,
    /// Logged; residents are not warned while the clock is wrong.
    ClockWrong,
    /// Logged.
    Logged,
}

/// Why the machine put a sighting where it did, shown to the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyLine {
    /// The rule's code: `same_visit`, `next_visit_moved`, `next_visit_found_again`, `new_convoy`,
    /// `possible_split`, `ruled`, `left`, `lost`, `coverage`, `forming`, `passing`.
    pub rule: String,
    /// Minutes since the sighting it was put with.
    pub minutes: Option<i64>,
    /// The score in tenths, where one was computed.
    pub score_tenths: Option<i64>,
}

/// The live card of one convoy, as the team sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardView {
    /// The convoy.
    pub convoy: ConvoyId,
    /// Its thread's number, shown as C-0412.
    pub no: i64,
    /// The zone.
    pub zone: Zone,
    /// What it is doing.
    pub state: ConvoyState,
    /// The last place.
    pub last_place: SiteCode,
    /// When it was last seen.
    pub last_seen: DateTime<Utc>,
    /// Its strength.
    pub vans: Option<Vans>,
    /// Its crews.
    pub crews: Vec<Crew>,
    /// How sure.
    pub confidence: Confidence,
    /// Its visits, in order.
    pub visits: Vec<CardVisit>,
    /// Who follows.
    pub following: Vec<Taken>,
    /// Nobody has taken it, since then.
    pub unfollowed_since: Option<DateTime<Utc>>,
    /// Why the latest sighting was put here.
    pub why: Option<WhyLine>,
    /// May be a part of another convoy.
    pub split_from: Option<ConvoyId>,
    /// A contact's sighting that waits for the desk's word.
    pub held: Option<SightingId>,
    /// The latest sighting, for *not the same*.
    pub latest: Option<SightingId>,
}

/// One visit on the card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardVisit {
    /// The visit.
    pub visit: VisitId,
    /// Where.
    pub site: SiteCode,
    /// At what stage.
    pub stage: Stage,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub until: Option<DateTime<Utc>>,
    /// Whether the warning was taken back.
    pub retracted: bool,
}

/// What the desk is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "question", rename_all = "snake_case")]
pub enum Question {
    /// Is this the same convoy as that? Buttons: same, not the same.
    SameConvoy {
        /// The sighting.
        sighting: SightingId,
        /// Where it was.
        place: SiteCode,
        /// When.
        observed_at: DateTime<Utc>,
        /// The other candidate's last place.
        rival_place: SiteCode,
        /// The other candidate was last seen then.
        rival_seen: DateTime<Utc>,
        /// Why the machine chose as it did.
        why: WhyLine,
    },
    /// Has the convoy split? Buttons: same (one convoy), not the same (two).
    PossibleSplit {
        /// The sighting.
        sighting: SightingId,
        /// Where it was.
        place: SiteCode,
        /// When.
        observed_at: DateTime<Utc>,
        /// Where the convoy still is.
        other_place: SiteCode,
        /// It was last seen there then.
        other_seen: DateTime<Utc>,
    },
    /// A sighting at a place the convoy was said to have left. Buttons: same, not the same.
    BackOrStayed {
        /// The sighting.
        sighting: SightingId,
        /// The place.
        place: SiteCode,
        /// When.
        observed_at: DateTime<Utc>,
        /// Said to have left then.
        left_at: DateTime<Utc>,
    },
}

/// What a coordinator did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each names the button that was tapped")]
pub enum DeskAct {
    Confirmed,
    NotTrue,
    Same,
    NotSame,
    Ended,
    Retracted,
}

/// What must be asked twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SureAct {
    /// End the convoy.
    Ended(ConvoyId),
    /// Retract a visit's warning.
    Retract(VisitId),
}

/// Who reads, and when: what wording needs besides the utterance itself.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    /// The language.
    pub lang: Lang,
    /// The moment of sending, from which "minutes ago" is counted.
    pub now: DateTime<Utc>,
    /// The reader's own number in the team, so that the card can say "you"; 0 for none.
    pub tag: i64,
    /// Whether the reader may decide (coordinator, admin): the card then has the desk's buttons.
    pub desk: bool,
}
