//! What the desk is told of broadcasts and channels, as codes and counts.
use serde::{Deserialize, Serialize};

use crate::domain::alert::AlertKind;
use crate::domain::lang::Lang;
use crate::domain::site::{SiteCode, Zone};

/// How a broadcast goes, or went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BroadcastLine {
    /// The number it carries, shown as C-0412.
    pub no: i64,
    /// What is told.
    pub kind: AlertKind,
    /// To whom.
    pub place: LinePlace,
    /// For how many it is meant.
    pub total: i64,
    /// Accepted by Telegram.
    pub reached: i64,
    /// May have arrived.
    pub maybe: i64,
    /// Blocked the bot, or are gone from Telegram.
    pub blocked: i64,
    /// Telegram refused the message.
    pub refused: i64,
    /// Too old before it could be sent.
    pub expired: i64,
    /// Get a newer message instead.
    pub superseded: i64,
    /// Left meanwhile.
    pub left: i64,
    /// How many seconds the rest will take, while that can be told.
    pub seconds_left: Option<i64>,
    /// It is over, after so many seconds.
    pub took_seconds: Option<i64>,
}

/// Whom a broadcast is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinePlace {
    /// The residents of the visited site.
    Site(SiteCode),
    /// The other residents of the zone.
    Zone(Zone),
}

/// A channel, as the desk knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelLine {
    /// How buttons name it.
    pub no: i64,
    /// Its title, as Telegram gave it.
    pub title: String,
    /// In which language it is written to; `None` while nobody has decided.
    pub lang: Option<Lang>,
    /// Which zone's warnings it carries.
    pub zone: Option<Zone>,
}

/// What the desk is asked and told about channels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mirror", rename_all = "snake_case")]
pub enum MirrorSay {
    /// The bot may write in a channel: which language and zone is it to carry? A button for each of
    /// both, and one for none.
    Ask(ChannelLine),
    /// It carries the warnings from now on.
    Begun(ChannelLine),
    /// Every channel, with a button each: to decide, or to end.
    List {
        /// The channels.
        channels: Vec<ChannelLine>,
    },
    /// End it? Buttons: sure, no.
    Sure(ChannelLine),
    /// It carries nothing any more.
    Ended(ChannelLine),
    /// The bot may no longer write there.
    Lost(ChannelLine),
}
