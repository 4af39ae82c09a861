//! Sites, landmarks and zones: the gazetteer. It is data, changed by the team; this file knows its
//! shape, its distances and the road between places. Finding a place in what people type is
//! `domain::reading`'s.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::lang::Lang;
use super::reading::names::Names;

/// The longest site code, so that every button that names a site fits Telegram's 64 bytes.
pub const SITE_CODE_BYTES_MAX: usize = 24;
/// A pin further than this from every site is not taken for one of them.
pub const PIN_SNAP_METRES: f64 = 400.0;
/// Travel time between two places of one zone that the gazetteer does not connect.
pub const TRAVEL_MINUTES_UNKNOWN: u32 = 20;

/// A place's code: its French name in kebab-case ASCII, such as `rue-du-beau-marais`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SiteCode(String);

/// A zone's code: `calais`, `dunkerque`. Zones never merge by themselves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(String);

/// The text was not a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not a place code: write the name in lower-case ASCII letters, digits and hyphens, at most 24, such as terre-et-eaux"
)]
pub struct NotACode(pub String);

fn parse_code(text: &str) -> Result<String, NotACode> {
    let fits = (1..=SITE_CODE_BYTES_MAX).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits { Ok(text.to_owned()) } else { Err(NotACode(text.chars().take(40).collect())) }
}

macro_rules! codes {
    ($($name:ident),+) => {$(
        impl $name {
            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl std::str::FromStr for $name {
            type Err = NotACode;
            fn from_str(text: &str) -> Result<Self, NotACode> {
                parse_code(text).map($name)
            }
        }
        impl TryFrom<String> for $name {
            type Error = NotACode;
            fn try_from(text: String) -> Result<Self, NotACode> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(code: $name) -> String {
                code.0
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}
codes!(SiteCode, Zone);

/// Where people live, or where convoys form or pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// People live there (*lieu de vie*).
    Site,
    /// A police station, a hotel, a road: nobody is warned "at" it.
    Landmark,
}

/// A point on the earth, WGS 84, degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

impl Point {
    /// Metres to another point, on a sphere of the earth's mean radius.
    pub fn metres_to(self, other: Point) -> f64 {
        const EARTH_RADIUS_METRES: f64 = 6_371_008.8;
        let (lat_a, lat_b) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = (lat_b - lat_a) / 2.0;
        let half_lon = (other.lon - self.lon).to_radians() / 2.0;
        let chord = half_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lon.sin().powi(2);
        2.0 * EARTH_RADIUS_METRES * chord.sqrt().min(1.0).asin()
    }
}

/// A named place of the gazetteer.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Its code.
    pub code: SiteCode,
    /// Its name as the sign says, in Latin script.
    pub name: String,
    /// Its zone.
    pub zone: Zone,
    /// Site or landmark.
    pub kind: PlaceKind,
    /// How residents who read another script write it; shown together with `name`.
    pub scripts: BTreeMap<Lang, String>,
    /// Other spellings people type, in any script.
    pub aliases: Vec<String>,
    /// Minutes by road to neighbouring places.
    pub roads: BTreeMap<SiteCode, u32>,
    /// Where it is, once the team has sent a pin. None is shipped.
    pub point: Option<Point>,
}

/// What is particular to a zone.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoneRules {
    /// Its code.
    pub zone: Zone,
    /// Its name in Latin script.
    pub name: String,
    /// Its name for readers of other scripts.
    pub scripts: BTreeMap<Lang, String>,
    /// Other spellings people type, in any script.
    pub aliases: Vec<String>,
    /// Sparse news about one visit still belongs together within this many minutes (45 in Calais,
    /// 75 in Dunkirk: visits of November 2025 lasted 22, 79 and 101 minutes).
    pub visit_gap_minutes: i64,
    /// The middle of the town, to tell a pin of the area from one far away.
    pub town: Point,
}

/// All places Vigie knows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gazetteer {
    zones: Vec<ZoneRules>,
    places: Vec<Place>,
    names: Names,
}

impl Gazetteer {
    /// Puts zones and places together; the loader has checked that codes are unique and roads lead
    /// to known places.
    pub fn new(zones: Vec<ZoneRules>, places: Vec<Place>) -> Gazetteer {
        let names = Names::new(&zones, &places);
        Gazetteer { zones, places, names }
    }
    /// Every spelling of every place and zone, for the reader of free text.
    pub(super) fn names(&self) -> &Names {
        &self.names
    }
    /// The zones, in the order of the file.
    pub fn zones(&self) -> &[ZoneRules] {
        &self.zones
    }
    /// The rules of a zone.
    pub fn zone(&self, zone: &Zone) -> Option<&ZoneRules> {
        self.zones.iter().find(|rules| rules.zone == *zone)
    }
    /// Every place, in the order of the file.
    pub fn places(&self) -> &[Place] {
        &self.places
    }
    /// The place of a code.
    pub fn place(&self, code: &SiteCode) -> Option<&Place> {
        self.places.iter().find(|place| place.code == *code)
    }
    /// The living sites of a zone.
    pub fn sites_of<'a>(&'a self, zone: &'a Zone) -> impl Iterator<Item = &'a Place> {
        self.places.iter().filter(move |p| p.zone == *zone && p.kind == PlaceKind::Site)
    }
    /// Sets where a place is.
    pub fn set_point(&mut self, code: &SiteCode, point: Point) {
        if let Some(place) = self.places.iter_mut().find(|place| place.code == *code) {
            place.point = Some(point);
        }
    }
    /// Minutes by road between two places of one zone: the shortest way over known roads.
    pub fn travel_minutes(&self, from: &SiteCode, to: &SiteCode) -> u32 {
        if from == to {
            return 0;
        }
        let mut reached: BTreeMap<&SiteCode, u32> = BTreeMap::from([(from, 0)]);
        let mut settled: Vec<&SiteCode> = Vec::new();
        while let Some((here, minutes)) = reached
            .iter()
            .filter(|(code, _)| !settled.contains(code))
            .min_by_key(|(_, minutes)| **minutes)
            .map(|(code, minutes)| (*code, *minutes))
        {
            if here == to {
                return minutes;
            }
            settled.push(here);
            let Some(place) = self.place(here) else {
                continue;
            };
            for (next, step) in &place.roads {
                let known = reached.entry(next).or_insert(u32::MAX);
                *known = (*known).min(minutes.saturating_add(*step));
            }
        }
        TRAVEL_MINUTES_UNKNOWN
    }
    /// The place nearest to a point, among those whose point is known, and how far it is in metres.
    pub fn nearest(&self, point: Point) -> Option<(&Place, f64)> {
        self.places
            .iter()
            .filter_map(|place| Some((place, place.point?.metres_to(point))))
            .min_by(|a, b| a.1.total_cmp(&b.1))
    }
}
