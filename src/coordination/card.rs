//! The team's card of a convoy: one live message, edited in place; it rings when the convoy does
//! something new.
use chrono::{DateTime, TimeDelta, Utc};

use super::reconsider::{Save, picture, why};
use super::{CoordinationError, House};
use crate::domain::alert::{
    Alert, AlertKind, AlertText, Audience, Confidence, Mode, Thread, Urgency,
};
use crate::domain::alerting::{BROADCAST_WITHIN, Outcome};
use crate::domain::convoy::{Convoy, Stage};
use crate::domain::follow::{NOBODY_DESK_AFTER, NOBODY_RING_AFTER, Taken, following, given_up_at};
use crate::domain::id::{AlertId, SightingId};
use crate::domain::matching::Picture;
use crate::speech::say::{CardView, CardVisit, Say};
use crate::storage::Tx;

/// A card or question is still worth sending so long after it was made.
pub const CARD_WITHIN: TimeDelta = TimeDelta::hours(6);
/// The reason of a card that says that nothing stands behind it any more.
const GONE: &str = "gone";
/// Nobody goes: the card rings again.
pub const DUTY_NOBODY_RING: &str = "nobody_ring";
/// Nobody goes: the desk is rung.
pub const DUTY_NOBODY_DESK: &str = "nobody_desk";

/// Brings a convoy's card up to date, if anything on it changed.
pub async fn refresh(
    save: &mut Save<'_>,
    convoy: &Convoy,
    picture: &Picture,
    outcomes: &[Outcome],
) -> Result<(), CoordinationError> {
    let cards = save.history.cards(convoy);
    let first_at = cards.first().map(|card| card.decided_at);
    let last_reason = cards.last().map(|card| card.reason.clone());
    let told_late = save.now - convoy.last_seen > BROADCAST_WITHIN;
    if first_at.is_none() && (told_late || !convoy.is_open()) {
        return Ok(());
    }
    let steps = save.tx.follows(&convoy.id).await?;
    let since = first_at.unwrap_or(save.now);
    let view = view(save, convoy, picture, outcomes, &steps, since).await?;
    let level = level(convoy);
    let reason = format!("{level} {}", digest(&view)?);
    let mode = match last_reason {
        None => Mode::Ring,
        Some(last) if last == reason => return Ok(()),
        Some(last) if last.starts_with(&format!("{level} ")) => Mode::Edit,
        Some(_) => Mode::Ring,
    };
    post(save, convoy, view, mode, reason).await?;
    let id = convoy.id.as_str();
    if !following(&steps).is_empty() || !convoy.is_open() {
        save.tx.duty_clear(DUTY_NOBODY_RING, id).await?;
        save.tx.duty_clear(DUTY_NOBODY_DESK, id).await?;
    } else if first_at.is_none() {
        save.tx.duty_set(DUTY_NOBODY_RING, id, save.now + NOBODY_RING_AFTER).await?;
        save.tx.duty_set(DUTY_NOBODY_DESK, id, save.now + NOBODY_DESK_AFTER).await?;
    }
    Ok(())
}

/// Says on the cards of convoys that nothing stands behind any more that this is so.
pub async fn withdraw(save: &mut Save<'_>, picture: &Picture) -> Result<(), CoordinationError> {
    let gone: Vec<Alert> = save
        .history
        .cards_of_gone(picture)
        .into_iter()
        .filter(|card| card.reason != GONE)
        .cloned()
        .collect();
    for card in gone {
        let place = match card.text.site.clone() {
            Some(place) => place,
            None => continue,
        };
        save.tx.duty_clear(DUTY_NOBODY_RING, card.convoy.as_str()).await?;
        save.tx.duty_clear(DUTY_NOBODY_DESK, card.convoy.as_str()).await?;
        let say = Say::CardGone { no: card.text.no, place };
        let alert = Alert {
            id: AlertId::fresh(save.now, save.house.entropy.as_ref()),
            version: save.history.versions(&card.thread) + 1,
            mode: Mode::Ring,
            reason: GONE.to_owned(),
            decided_at: save.now,
            expires_at: save.now + CARD_WITHIN,
            ..card
        };
        save.send(&alert, &say).await?;
    }
    Ok(())
}

/// Posts the card again with sound, whether or not anything on it changed.
pub async fn ring_again(
    save: &mut Save<'_>,
    convoy: &Convoy,
    picture: &Picture,
) -> Result<(), CoordinationError> {
    let cards = save.history.cards(convoy);
    let Some(since) = cards.first().map(|card| card.decided_at) else { return Ok(()) };
    let steps = save.tx.follows(&convoy.id).await?;
    let view = view(save, convoy, picture, &[], &steps, since).await?;
    let reason = format!("{} {}", level(convoy), digest(&view)?);
    post(save, convoy, view, Mode::Ring, reason).await
}

/// The cards of the open convoys as they are now, with the thread each belongs to.
pub async fn open_cards(
    tx: &mut Tx,
    house: &House,
    now: DateTime<Utc>,
) -> Result<Vec<(Thread, CardView)>, CoordinationError> {
    let mut found = Vec::new();
    for rules in house.gazetteer.zones() {
        tx.lock_zone(&rules.zone).await?;
        let picture = picture(tx, house, &rules.zone, now).await?;
        for convoy in picture.convoys.iter().filter(|convoy| convoy.is_open()) {
            let mut save = Save::open(tx, house, &rules.zone, now).await?;
            let cards = save.history.cards(convoy);
            let Some((first, last)) = cards.first().zip(cards.last()) else { continue };
            let (since, thread) = (first.decided_at, last.thread.clone());
            let steps = save.tx.follows(&convoy.id).await?;
            found.push((thread, view(&mut save, convoy, &picture, &[], &steps, since).await?));
        }
    }
    Ok(found)
}

async fn post(
    save: &mut Save<'_>,
    convoy: &Convoy,
    view: CardView,
    mode: Mode,
    reason: String,
) -> Result<(), CoordinationError> {
    let cards = save.history.cards(convoy);
    let thread = cards.last().map_or_else(|| Thread::card(&convoy.id), |card| card.thread.clone());
    let alert = Alert {
        id: AlertId::fresh(save.now, save.house.entropy.as_ref()),
        version: save.history.versions(&thread) + 1,
        thread,
        zone: convoy.zone.clone(),
        convoy: convoy.id.clone(),
        visit: None,
        audience: Audience::Team,
        mode,
        urgency: Urgency::Team,
        reason,
        text: AlertText {
            kind: AlertKind::Card,
            site: Some(convoy.last_place.clone()),
            observed_at: convoy.last_seen,
            vans: convoy.vans,
            confidence: convoy.confidence,
            no: view.no,
            exercise: false,
        },
        decided_at: save.now,
        expires_at: save.now + CARD_WITHIN,
    };
    save.send(&alert, &Say::Card(Box::new(view))).await
}

async fn view(
    save: &mut Save<'_>,
    convoy: &Convoy,
    picture: &Picture,
    outcomes: &[Outcome],
    steps: &[Taken],
    since: DateTime<Utc>,
) -> Result<CardView, CoordinationError> {
    let no = save.number(convoy).await?;
    let since = given_up_at(steps).unwrap_or(since);
    let following = following(steps);
    let latest = convoy.sightings.last();
    let unfollowed = following.is_empty() && convoy.is_open();
    Ok(CardView {
        convoy: convoy.id.clone(),
        no,
        zone: convoy.zone.clone(),
        state: convoy.state,
        last_place: convoy.last_place.clone(),
        last_seen: convoy.last_seen,
        vans: convoy.vans,
        crews: convoy.crews.iter().copied().collect(),
        confidence: convoy.confidence,
        visits: convoy.visits.iter().map(card_visit).collect(),
        following,
        unfollowed_since: unfollowed.then_some(since),
        why: latest.and_then(|id| picture.verdict(id)).map(why),
        split_from: convoy.parent.clone(),
        held: held(convoy, outcomes),
        latest: latest.cloned().filter(|_| convoy.is_open()),
    })
}

fn card_visit(visit: &crate::domain::convoy::Visit) -> CardVisit {
    CardVisit {
        visit: visit.id.clone(),
        site: visit.site.clone(),
        stage: visit.stage,
        from: visit.from,
        until: visit.until,
        retracted: visit.retracted_at.is_some(),
    }
}

/// The sighting the desk can confirm: a lone contact's, of a visit or of a convoy that only forms.
fn held(convoy: &Convoy, outcomes: &[Outcome]) -> Option<SightingId> {
    if !convoy.is_open() {
        return None;
    }
    let waits = |visit: &&crate::domain::convoy::Visit| {
        let held =
            outcomes.iter().any(|o| matches!(o, Outcome::Hold { visit: v, .. } if *v == visit.id));
        held || visit.confidence <= Confidence::OneContact
    };
    let visit = convoy.live_visits().find(waits).and_then(|visit| visit.sightings.first());
    let lone = convoy.visits.is_empty() && convoy.confidence <= Confidence::OneContact;
    visit.or_else(|| convoy.sightings.first().filter(|_| lone)).cloned()
}

/// What must not change unheard: where it is, and what it does there.
fn level(convoy: &Convoy) -> String {
    let mut level = format!("{}@{}", convoy.state.code(), convoy.last_place);
    for visit in &convoy.visits {
        let stage = match visit.stage {
            // Having gone on is said by where the convoy is now.
            Stage::Left if visit.until.is_none() => "on",
            stage => stage.code(),
        };
        let retracted = if visit.retracted_at.is_some() { "!" } else { "" };
        level.push_str(&format!(",{}:{stage}{retracted}", visit.site));
    }
    level
}

fn digest(view: &CardView) -> Result<String, CoordinationError> {
    let text = serde_json::to_vec(view)?;
    Ok(blake3::hash(&text).to_hex().chars().take(16).collect())
}
