//! Channels that mirror what residents are told: offered by making the bot an administrator,
//! adopted and ended by somebody of the desk alone, lost when the bot may no longer write there.
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::reconsider::tell_desk;
use super::{Actor, CoordinationError, House, present_state};
use crate::domain::alert::{Confidence, Mode, Urgency};
use crate::domain::mirror::{Channel, Mirrors};
use crate::domain::person::Chat;
use crate::domain::site::SiteCode;
use crate::speech::say::{ChannelLine, MirrorSay, Say};
use crate::storage::{Answer, Tx};

/// The present state is told to a channel that joins within so long.
const PRESENT_WITHIN: TimeDelta = TimeDelta::hours(1);

/// Somebody of the desk made the bot an administrator of a channel: it is known from now on, and
/// carries nothing yet.
pub async fn offer_channel(
    tx: &mut Tx,
    actor: Actor,
    (chat, title): (Chat, &str),
    now: DateTime<Utc>,
) -> Result<Channel, CoordinationError> {
    let known = tx.channel_by_chat(chat).await?;
    let channel = tx.channel_offer(chat, title, now).await?;
    if known.is_none() {
        let entry = json!({ "channel": channel.no, "role": actor.role });
        tx.journal_append("channel_offered", &entry, now).await?;
    }
    Ok(channel)
}

/// The desk says what a channel mirrors. Whatever goes on there now is told to it at once, as to
/// anyone who joins. `None`: there is no such channel waiting.
pub async fn adopt_channel(
    tx: &mut Tx,
    house: &House,
    actor: Actor,
    (no, mirrors): (i64, &Mirrors),
    now: DateTime<Utc>,
) -> Result<Option<Channel>, CoordinationError> {
    // Within the zone's turn: no warning is decided between the adoption and the present state.
    tx.lock_zone(&mirrors.zone).await?;
    if !tx.channel_adopt(no, mirrors, now).await? {
        return Ok(None);
    }
    let Some(channel) = tx.channel(no).await? else { return Ok(None) };
    let entry = json!({
        "channel": no, "lang": mirrors.lang, "zone": mirrors.zone, "role": actor.role,
    });
    tx.journal_append("mirror_begun", &entry, now).await?;
    let sites: Vec<SiteCode> =
        house.gazetteer.sites_of(&mirrors.zone).map(|place| place.code.clone()).collect();
    for site in sites {
        let Some((thread, text)) = present_state(tx, house, &site, now).await? else { continue };
        if text.confidence < Confidence::TwoContacts {
            continue;
        }
        let answer = Answer {
            to: channel.chat,
            lang: mirrors.lang,
            say_json: &serde_json::to_string(&Say::Alert(text))?,
            mode: Mode::Quiet,
            urgency: Urgency::Zone,
            edit: None,
            reply: None,
            thread: Some(&thread),
            expires_at: now + PRESENT_WITHIN,
        };
        tx.answer_add(&answer, now).await?;
    }
    Ok(Some(channel))
}

/// The desk ends a mirror, or wants none. `None`: there is no such channel any more.
pub async fn end_channel(
    tx: &mut Tx,
    actor: Actor,
    no: i64,
    now: DateTime<Utc>,
) -> Result<Option<Channel>, CoordinationError> {
    let ended = tx.channel_end(no, now).await?;
    if ended.is_some() {
        let entry = json!({ "channel": no, "role": actor.role });
        tx.journal_append("mirror_ended", &entry, now).await?;
    }
    Ok(ended)
}

/// The bot may no longer write in a channel: the mirror ends, and the desk is told.
pub async fn lose_channel(
    tx: &mut Tx,
    no: i64,
    now: DateTime<Utc>,
) -> Result<(), CoordinationError> {
    let Some(channel) = tx.channel_end(no, now).await? else { return Ok(()) };
    tx.journal_append("mirror_lost", &json!({ "channel": no }), now).await?;
    if channel.mirrors.is_some() {
        tell_desk(tx, &Say::Mirror(MirrorSay::Lost(line_of(&channel))), now).await?;
    }
    Ok(())
}

/// A channel as it is told to the desk.
pub fn line_of(channel: &Channel) -> ChannelLine {
    let (lang, zone) = match &channel.mirrors {
        Some(mirrors) => (Some(mirrors.lang), Some(mirrors.zone.clone())),
        None => (None, None),
    };
    ChannelLine { no: channel.no, title: channel.title.clone(), lang, zone }
}
