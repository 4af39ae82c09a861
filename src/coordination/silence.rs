//! Followers from whom nothing is heard: asked after a while whether all is well; who does not
//! answer no longer counts as following, so that somebody else goes (fault 57).
use chrono::{DateTime, Utc};
use serde_json::json;

use super::reconsider::picture;
use super::{CARD_WITHIN, Cause, CoordinationError, House, REPORTER, card, reconsider};
use crate::domain::alert::{Mode, Urgency};
use crate::domain::follow::{
    NOBODY_DESK_AFTER, SILENT_AFTER, SILENT_LOST_AFTER, Step, Taken, following,
};
use crate::domain::id::{ConvoyId, SightingId};
use crate::domain::person::Role;
use crate::speech::say::Say;
use crate::storage::{Answer, Duty, Tx};

/// A follower may have fallen silent.
pub const DUTY_SILENT: &str = "silent";
/// A follower was asked and may not have answered.
pub const DUTY_ASKED: &str = "asked";

/// Whoever takes a step has been heard, and is listened for as long as they follow.
pub async fn heard(tx: &mut Tx, convoy: &ConvoyId, taken: &Taken) -> Result<(), CoordinationError> {
    let subject = format!("{convoy}|{}", taken.tag);
    tx.duty_clear(DUTY_ASKED, &subject).await?;
    if matches!(taken.step, Step::Going { .. } | Step::There) {
        tx.duty_set(DUTY_SILENT, &subject, taken.at + SILENT_AFTER).await?;
    } else {
        tx.duty_clear(DUTY_SILENT, &subject).await?;
    }
    Ok(())
}

/// The time is over: ask, or give the follower up.
pub async fn due(
    tx: &mut Tx,
    house: &House,
    duty: &Duty,
    now: DateTime<Utc>,
) -> Result<(), CoordinationError> {
    let Some((convoy, tag)) = duty.subject.split_once('|') else { return Ok(()) };
    let (convoy, tag) = (ConvoyId::from(convoy), tag.parse::<i64>().unwrap_or_default());
    let Some(named) = tx.sighting(&SightingId::from(convoy.as_str())).await? else {
        return Ok(());
    };
    tx.lock_zone(&named.zone).await?;
    let picture = picture(tx, house, &named.zone, now).await?;
    let steps = tx.follows(&convoy).await?;
    let team = tx.team(Role::Observer, now).await?;
    let open = picture.convoy(&convoy).filter(|c| c.is_open());
    let follows = following(&steps).iter().any(|taken| taken.tag == tag);
    let (Some(open), Some(person), true) = (open, team.iter().find(|p| p.tag == tag), follows)
    else {
        return Ok(());
    };

    let asked = duty.kind == DUTY_ASKED;
    let within = if asked { SILENT_LOST_AFTER } else { SILENT_AFTER };
    let pseudonym = tx.pseudonym(person.chat, REPORTER);
    if tx.sightings_by(&pseudonym, now - within).await? > 0 {
        // A report is a word from them, too.
        tx.duty_set(DUTY_SILENT, &duty.subject, now + SILENT_AFTER).await?;
        return Ok(());
    }
    if !asked {
        let say = Say::AllWell { convoy: convoy.clone(), place: open.last_place.clone() };
        let answer = Answer {
            to: person.chat,
            lang: person.lang,
            say_json: &serde_json::to_string(&say)?,
            mode: Mode::Ring,
            urgency: Urgency::Team,
            edit: None,
            reply: None,
            thread: None,
            expires_at: now + CARD_WITHIN,
        };
        tx.answer_add(&answer, now).await?;
        tx.journal_append("asked_all_well", &json!({ "convoy": convoy }), now).await?;
        tx.duty_set(DUTY_ASKED, &duty.subject, now + SILENT_LOST_AFTER).await?;
        return Ok(());
    }
    let taken = Taken { tag, step: Step::Silent, at: now };
    tx.follow_add(&convoy, person.role, &taken).await?;
    let entry = json!({ "convoy": convoy, "step": taken.step.code(), "role": person.role });
    tx.journal_append("follow", &entry, now).await?;
    if following(&tx.follows(&convoy).await?).is_empty() {
        tx.duty_set(card::DUTY_NOBODY_RING, convoy.as_str(), now).await?;
        tx.duty_set(card::DUTY_NOBODY_DESK, convoy.as_str(), now + NOBODY_DESK_AFTER).await?;
    }
    reconsider(tx, house, &named.zone, &Cause::Other, now).await?;
    Ok(())
}
