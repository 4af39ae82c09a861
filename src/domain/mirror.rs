//! Channels that mirror what residents are told: one way, for a language and a zone. Pure: which
//! alerts a channel carries is decided here; nothing is ever known of who reads it.
use super::alert::{Alert, AlertKind, Audience, Confidence, Thread};
use super::lang::Lang;
use super::person::Chat;
use super::site::Zone;

/// A timer of `coordination`: the bot was refused by the channel of this number.
pub const DUTY_MIRROR_REFUSED: &str = "mirror_refused";

/// A channel the bot may write in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// How buttons and the journal name it.
    pub no: i64,
    /// Where to write to.
    pub chat: Chat,
    /// Its title, as Telegram gave it when it was offered.
    pub title: String,
    /// What it mirrors, once somebody of the desk has said so.
    pub mirrors: Option<Mirrors>,
}

/// What a channel mirrors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirrors {
    /// The language of everything written to it.
    pub lang: Lang,
    /// The zone whose warnings it carries.
    pub zone: Zone,
}

/// Which channels of the zone carry an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried<'a> {
    /// All.
    ByAll,
    /// Those that carried, or may have carried, what the thread said before.
    ByReached,
    /// The same without those that carried one of these other threads.
    ByReachedHereOnly(&'a [Thread]),
    /// None.
    ByNone,
}

/// What a channel carries: of each visit what its site's residents are told, and "be ready". What
/// other sites are told of a visit would say the same twice. The report of a lone contact is for
/// that site alone; where a channel said more before, it is brought down to it.
pub fn carried(alert: &Alert) -> Carried<'_> {
    let sure = alert.text.confidence >= Confidence::TwoContacts;
    match (&alert.audience, alert.text.kind) {
        (Audience::Team | Audience::Desk, _) => Carried::ByNone,
        (Audience::ReachedHereOnly(others), _) => Carried::ByReachedHereOnly(others),
        (Audience::Reached, _) | (_, AlertKind::Retracted) => Carried::ByReached,
        (Audience::Site(_), _) if sure => Carried::ByAll,
        (Audience::Site(_), _) => Carried::ByReached,
        (Audience::Zone(..), AlertKind::BeReady) => Carried::ByAll,
        (Audience::Zone(..), _) => Carried::ByNone,
    }
}
