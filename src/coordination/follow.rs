//! Following: who goes after the convoy. The first to tap has it, others join.
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::reconsider::{DUTY_OVER, picture};
use super::{Actor, Cause, CoordinationError, House, card, reconsider, silence};
use crate::domain::convoy::Convoy;
use crate::domain::follow::{NOBODY_DESK_AFTER, NOBODY_RING_AFTER, Step, Taken, following};
use crate::domain::id::{ConvoyId, SightingId};
use crate::domain::tap::FollowTap;
use crate::storage::Tx;

/// What became of a tap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FollowReply {
    /// Written down; the card shows it. When the follower lost the convoy, its place is named, so
    /// that the loss is recorded as a sighting too.
    Taken {
        /// The convoy as it is.
        convoy: Box<Convoy>,
        /// Whether it is lost.
        lost: bool,
    },
    /// The convoy is over, or was never one: the button is old.
    Gone,
}

/// Takes one step of following.
pub async fn take(
    tx: &mut Tx,
    house: &House,
    actor: Actor,
    convoy: &ConvoyId,
    tap: FollowTap,
    now: DateTime<Utc>,
) -> Result<FollowReply, CoordinationError> {
    let Some(named) = tx.sighting(&SightingId::from(convoy.as_str())).await? else {
        return Ok(FollowReply::Gone);
    };
    tx.lock_zone(&named.zone).await?;
    let picture = picture(tx, house, &named.zone, now).await?;
    let open = picture
        .convoys
        .into_iter()
        .find(|c| c.is_open() && c.sightings.iter().any(|id| id.as_str() == convoy.as_str()));
    let Some(open) = open else { return Ok(FollowReply::Gone) };

    let step = match tap {
        FollowTap::Going(minutes) => {
            Step::Going { eta: now + TimeDelta::minutes(i64::from(minutes)) }
        }
        FollowTap::There => Step::There,
        FollowTap::LostIt => Step::LostIt,
        FollowTap::HandOver => Step::HandedOver,
        FollowTap::Cannot => Step::Cannot,
    };
    let was_followed = !following(&tx.follows(&open.id).await?).is_empty();
    let taken = Taken { tag: actor.tag, step, at: now };
    tx.follow_add(&open.id, actor.role, &taken).await?;
    silence::heard(tx, &open.id, &taken).await?;
    let entry =
        json!({ "convoy": open.id, "step": step.code(), "role": actor.role, "step_at": step });
    tx.journal_append("follow", &entry, now).await?;

    let is_followed = !following(&tx.follows(&open.id).await?).is_empty();
    if was_followed && !is_followed {
        // Somebody else must go: the card rings at once (a loss rings by itself, as news of the
        // convoy), and the count of minutes begins anew.
        let id = open.id.as_str();
        let ring_at = if step == Step::LostIt { now + NOBODY_RING_AFTER } else { now };
        tx.duty_set(card::DUTY_NOBODY_RING, id, ring_at).await?;
        tx.duty_set(card::DUTY_NOBODY_DESK, id, now + NOBODY_DESK_AFTER).await?;
    }
    reconsider(tx, house, &named.zone, &Cause::Other, now).await?;
    Ok(FollowReply::Taken { convoy: Box::new(open), lost: tap == FollowTap::LostIt })
}

/// A convoy is over: whether anybody followed it stands in the journal.
pub(super) async fn close(
    tx: &mut Tx,
    convoy: &ConvoyId,
    now: DateTime<Utc>,
) -> Result<(), CoordinationError> {
    let steps = tx.follows(convoy).await?;
    let followed = steps.iter().any(|t| matches!(t.step, Step::Going { .. } | Step::There));
    let kind = if followed { "follow_closed" } else { "nobody_could_follow" };
    tx.journal_append(kind, &json!({ "convoy": convoy }), now).await?;
    tx.duty_clear(DUTY_OVER, convoy.as_str()).await?;
    Ok(())
}
