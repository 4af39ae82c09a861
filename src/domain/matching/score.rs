//! How well an open convoy fits a sighting at another place (DESIGN §3, rule 3).
use chrono::{DateTime, TimeDelta, Utc};

use super::{FOUND_WITHIN, MOVED_WITHIN, ROAD_SLACK};
use crate::domain::convoy::{Convoy, ConvoyState};
use crate::domain::sighting::{Crew, Phase, Sighting, Vans};
use crate::domain::site::{Gazetteer, SiteCode};

/// From this score a convoy may be taken for the one that was seen.
pub const ENOUGH: f64 = 1.0;
/// Two candidates closer than this are a question to the desk.
pub const RIVAL_WITHIN: f64 = 0.3;
const MOVED: f64 = 2.0;
const FOUND: f64 = 1.2;
const AGREEMENT: f64 = 0.5;
const STILL_LIVE: f64 = 0.8;
/// Travel times are guesses: three quarters of one may be enough.
const ROAD_SHARE: f64 = 0.75;
/// Two counts agree within this share of the larger, or within [`VANS_AGREE_BY`].
const VANS_AGREE_SHARE: f64 = 0.35;
const VANS_AGREE_BY: u32 = 2;

/// One convoy, measured against one sighting.
pub struct Fit {
    pub score: f64,
    pub road: bool,
    pub live_elsewhere: bool,
    pub found_again: bool,
}

/// Measures `convoy`, which may still be reported `live_elsewhere`, against a sighting at `place`;
/// `None` when too much time lies between.
pub fn fit(
    convoy: &Convoy,
    stood: Option<&(SiteCode, DateTime<Utc>)>,
    sighting: &Sighting,
    place: &SiteCode,
    live_elsewhere: bool,
    gazetteer: &Gazetteer,
) -> Option<Fit> {
    let since = sighting.observed_at - convoy.last_seen;
    if since > FOUND_WITHIN {
        return None;
    }
    let score = if since <= MOVED_WITHIN { MOVED } else { FOUND }
        + vans_agree(convoy.vans, sighting.vans)
        + crews_agree(convoy, sighting)
        - if live_elsewhere { STILL_LIVE } else { 0.0 };
    // "On the way to" says nothing of how far it has come, so no road is asked of it.
    let road = sighting.phase == Phase::Moving
        || stood.is_none_or(|(from, at)| road_allows(gazetteer, from, place, sighting, *at));
    let found_again = since > MOVED_WITHIN || convoy.state == ConvoyState::Lost;
    Some(Fit { score, road, live_elsewhere, found_again })
}

fn road_allows(
    gazetteer: &Gazetteer,
    from: &SiteCode,
    to: &SiteCode,
    sighting: &Sighting,
    at: DateTime<Utc>,
) -> bool {
    let travel_seconds = f64::from(gazetteer.travel_minutes(from, to)) * 60.0;
    let had: TimeDelta = sighting.observed_at - at + ROAD_SLACK;
    had.num_seconds() as f64 >= ROAD_SHARE * travel_seconds
}

fn vans_agree(known: Option<Vans>, told: Option<Vans>) -> f64 {
    let (Some(known), Some(told)) = (known, told) else {
        return 0.0;
    };
    let overlap = known.high.is_none_or(|high| told.low <= high)
        && told.high.is_none_or(|high| known.low <= high);
    let gap = if told.low > known.low {
        told.low - known.high.unwrap_or(told.low).min(told.low)
    } else {
        known.low - told.high.unwrap_or(known.low).min(known.low)
    };
    let larger = known.high.unwrap_or(known.low).max(told.high.unwrap_or(told.low));
    let close = gap <= VANS_AGREE_BY || f64::from(gap) <= VANS_AGREE_SHARE * f64::from(larger);
    if overlap || close { AGREEMENT } else { -AGREEMENT }
}

fn crews_agree(convoy: &Convoy, sighting: &Sighting) -> f64 {
    let told: Vec<Crew> = sighting.vehicles.iter().map(|v| v.crew).filter(named_force).collect();
    let known: Vec<Crew> = convoy.crews.iter().copied().filter(named_force).collect();
    if told.is_empty() || known.is_empty() {
        0.0
    } else if told.iter().any(|crew| known.contains(crew)) {
        AGREEMENT
    } else {
        -AGREEMENT
    }
}

/// "police" alone may be any of them, so it neither agrees nor disagrees.
fn named_force(crew: &Crew) -> bool {
    matches!(crew, Crew::Crs | Crew::PoliceNationale | Crew::Gendarmerie | Crew::Paf)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vans(low: u32, high: Option<u32>) -> Option<Vans> {
        Some(Vans { low, high })
    }

    #[test]
    fn counts_agree_within_a_third_or_two_vans() {
        assert_eq!(vans_agree(vans(10, Some(10)), vans(12, Some(12))), AGREEMENT);
        assert_eq!(vans_agree(vans(15, Some(15)), vans(10, Some(10))), AGREEMENT);
        assert_eq!(vans_agree(vans(15, Some(15)), vans(4, Some(4))), -AGREEMENT);
        assert_eq!(vans_agree(vans(6, Some(10)), vans(8, Some(8))), AGREEMENT);
        assert_eq!(vans_agree(vans(11, None), vans(40, Some(40))), AGREEMENT);
        assert_eq!(vans_agree(None, vans(4, Some(4))), 0.0);
    }
}
