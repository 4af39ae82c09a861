//! What somebody who joins while something is going on is told: the present state, once.
use chrono::{DateTime, Utc};

use super::reconsider::picture;
use super::{ALERTS_WINDOW, CoordinationError, House};
use crate::domain::alert::{AlertKind, AlertText, Thread};
use crate::domain::alerting::{BROADCAST_WITHIN, History};
use crate::domain::convoy::ConvoyState;
use crate::domain::site::SiteCode;
use crate::domain::skew::Trust;
use crate::storage::Tx;

/// The last warning of a site that still holds, with the thread it belongs to, so that whoever is
/// told it now also hears what becomes of it.
pub async fn present_state(
    tx: &mut Tx,
    house: &House,
    site: &SiteCode,
    now: DateTime<Utc>,
) -> Result<Option<(Thread, AlertText)>, CoordinationError> {
    let Some(place) = house.gazetteer.place(site) else { return Ok(None) };
    if tx.pulse().trust() == Trust::Wrong {
        return Ok(None);
    }
    // Whoever joins a thread while it goes on is either in the audience of its next word, or told
    // that word here: never in between.
    tx.lock_zone(&place.zone).await?;
    let picture = picture(tx, house, &place.zone, now).await?;
    let history = History::of(tx.alerts_since(&place.zone, now - ALERTS_WINDOW).await?);
    let standing = picture.convoys.iter().filter(|c| c.is_open()).find_map(|convoy| {
        let visit = convoy.live_visits().find(|visit| visit.site == *site)?;
        let told = history.of_visit(visit, &picture).filter(|told| told.text.kind.is_threat())?;
        (now - visit.last_seen <= BROADCAST_WITHIN).then_some((convoy, told))
    });
    Ok(standing.map(|(convoy, told)| {
        let lost = convoy.state == ConvoyState::Lost;
        let kind = if lost { AlertKind::Lost } else { told.text.kind };
        (told.thread.clone(), AlertText { kind, ..told.text.clone() })
    }))
}
