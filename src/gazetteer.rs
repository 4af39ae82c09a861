//! The gazetteer's file: TOML in, a checked [`Gazetteer`] out, or one sentence that names the entry
//! that is wrong. It reads no file itself; the built-in gazetteer is part of the program.
use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;

use crate::domain::fold;
use crate::domain::lang::Lang;
use crate::domain::reading::names::{
    NAME_WORDS_MAX, spelling_words, spellings_of_place, spellings_of_zone,
};
use crate::domain::site::{Gazetteer, Place, PlaceKind, Point, SiteCode, Zone, ZoneRules};

/// The gazetteer used where the team has given none of its own.
const BUILT_IN: &str = include_str!("../deploy/sites.toml");
/// The longest name or alias, in characters: two names fit one line of a phone's button.
pub const NAME_CHARS_MAX: usize = 60;
/// The most places: all of them are offered as buttons, and Telegram shows at most 100 of those.
pub const PLACES_MAX: usize = 100;
/// The longest road between neighbours, in minutes; two places further apart are no neighbours.
pub const ROAD_MINUTES_MAX: u32 = 120;
/// The longest silence within one visit, in minutes.
pub const VISIT_GAP_MINUTES_MAX: i64 = 600;

/// Why a gazetteer was refused, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct GazetteerError(String);

/// The gazetteer that is part of the program.
///
/// # Errors
/// Never in a program whose tests passed: a test reads it.
pub fn built_in() -> Result<Gazetteer, GazetteerError> {
    parse(BUILT_IN)
}

/// Reads and checks a gazetteer written in TOML, in the form that `deploy/sites.toml` explains.
///
/// # Errors
/// One sentence that names the line or the entry that is wrong and says what is expected.
pub fn parse(text: &str) -> Result<Gazetteer, GazetteerError> {
    let file: File = toml::from_str(text).map_err(|wrong| {
        let line = wrong
            .span()
            .and_then(|span| text.get(..span.start))
            .map_or(1, |before| before.matches('\n').count() + 1);
        let message = wrong.message().replace('\n', " ");
        GazetteerError(format!("the gazetteer is not as expected at line {line}: {message}"))
    })?;
    let zones = zones(file.zone)?;
    let mut places = places(file.place, &zones)?;
    roads(&file.road, &mut places)?;
    distinct_spellings(&zones, &places)?;
    Ok(Gazetteer::new(zones, places))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    zone: Vec<ZoneEntry>,
    #[serde(default)]
    place: Vec<PlaceEntry>,
    #[serde(default)]
    road: Vec<RoadEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ZoneEntry {
    code: Zone,
    name: String,
    #[serde(default)]
    scripts: BTreeMap<String, String>,
    #[serde(default)]
    aliases: Vec<String>,
    visit_gap_minutes: i64,
    town: Point,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceEntry {
    code: SiteCode,
    name: String,
    zone: Zone,
    kind: PlaceKind,
    #[serde(default)]
    scripts: BTreeMap<String, String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    point: Option<Point>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoadEntry {
    between: [SiteCode; 2],
    minutes: u32,
}

fn refuse<T>(sentence: String) -> Result<T, GazetteerError> {
    Err(GazetteerError(sentence))
}

fn zones(entries: Vec<ZoneEntry>) -> Result<Vec<ZoneRules>, GazetteerError> {
    if entries.is_empty() {
        return refuse("the gazetteer names no zone: write at least one [[zone]]".to_owned());
    }
    let mut zones: Vec<ZoneRules> = Vec::new();
    for entry in entries {
        let at = format!("zone \"{}\"", entry.code);
        if zones.iter().any(|known| known.zone == entry.code) {
            return refuse(format!("{at} stands twice: give each zone its own code"));
        }
        if !(1..=VISIT_GAP_MINUTES_MAX).contains(&entry.visit_gap_minutes) {
            return refuse(format!(
                "{at} has visit_gap_minutes {}: write 1 to {VISIT_GAP_MINUTES_MAX}",
                entry.visit_gap_minutes
            ));
        }
        point(&at, "town", entry.town)?;
        let scripts = scripts(&at, entry.scripts)?;
        names(&at, &entry.name, &entry.aliases)?;
        zones.push(ZoneRules {
            zone: entry.code,
            name: entry.name,
            scripts,
            aliases: entry.aliases,
            visit_gap_minutes: entry.visit_gap_minutes,
            town: entry.town,
        });
    }
    Ok(zones)
}

fn places(entries: Vec<PlaceEntry>, zones: &[ZoneRules]) -> Result<Vec<Place>, GazetteerError> {
    if entries.len() > PLACES_MAX {
        return refuse(format!(
            "the gazetteer has {} places: keep it to {PLACES_MAX}",
            entries.len()
        ));
    }
    let mut places: Vec<Place> = Vec::new();
    for entry in entries {
        let at = format!("place \"{}\"", entry.code);
        if places.iter().any(|known| known.code == entry.code) {
            return refuse(format!("{at} stands twice: give each place its own code"));
        }
        if !zones.iter().any(|known| known.zone == entry.zone) {
            return refuse(format!(
                "{at} is in zone \"{}\", which no [[zone]] describes",
                entry.zone
            ));
        }
        if let Some(set) = entry.point {
            point(&at, "point", set)?;
        }
        let scripts = scripts(&at, entry.scripts)?;
        names(&at, &entry.name, &entry.aliases)?;
        places.push(Place {
            code: entry.code,
            name: entry.name,
            zone: entry.zone,
            kind: entry.kind,
            scripts,
            aliases: entry.aliases,
            roads: BTreeMap::new(),
            point: entry.point,
        });
    }
    Ok(places)
}

fn scripts(
    at: &str,
    written: BTreeMap<String, String>,
) -> Result<BTreeMap<Lang, String>, GazetteerError> {
    let mut scripts = BTreeMap::new();
    for (code, name) in written {
        let lang: Lang =
            code.parse().map_err(|wrong| GazetteerError(format!("{at}, scripts: {wrong}")))?;
        shown(at, &format!("the {lang} name"), &name)?;
        scripts.insert(lang, name);
    }
    Ok(scripts)
}

fn names(at: &str, name: &str, aliases: &[String]) -> Result<(), GazetteerError> {
    shown(at, "the name", name)?;
    for alias in aliases {
        sized(at, "the alias", alias)?;
    }
    Ok(())
}

/// A name that residents read: it must not begin with a digit, which would be taken for a number
/// beside the time or the count.
fn shown(at: &str, what: &str, name: &str) -> Result<(), GazetteerError> {
    sized(at, what, name)?;
    if name.chars().next().is_some_and(fold::is_number) {
        return refuse(format!("{at}: {what} \"{name}\" begins with a digit: write it out"));
    }
    if fold::clean(name).0 != *name && name.chars().any(char::is_control) {
        return refuse(format!("{at}: {what} holds invisible control characters"));
    }
    Ok(())
}

fn sized(at: &str, what: &str, name: &str) -> Result<(), GazetteerError> {
    let short: String = name.chars().take(NAME_CHARS_MAX).collect();
    if short.len() < name.len() {
        return refuse(format!(
            "{at}: {what} \"{short}…\" is longer than {NAME_CHARS_MAX} characters"
        ));
    }
    match spelling_words(name).len() {
        0 => refuse(format!("{at}: {what} \"{name}\" has no letter in it")),
        words if words > NAME_WORDS_MAX => {
            refuse(format!("{at}: {what} \"{name}\" has more than {NAME_WORDS_MAX} words"))
        }
        _ => Ok(()),
    }
}

fn point(at: &str, what: &str, point: Point) -> Result<(), GazetteerError> {
    let fits = (-90.0..=90.0).contains(&point.lat)
        && (-180.0..=180.0).contains(&point.lon)
        && (point.lat, point.lon) != (0.0, 0.0);
    if fits {
        return Ok(());
    }
    refuse(format!("{at}: {what} is not a place on earth: write {{ lat = …, lon = … }} in degrees"))
}

/// Lays every road both ways.
fn roads(entries: &[RoadEntry], places: &mut [Place]) -> Result<(), GazetteerError> {
    let mut laid: HashSet<(SiteCode, SiteCode)> = HashSet::new();
    for entry in entries {
        let [from, to] = &entry.between;
        let at = format!("road \"{from}\" – \"{to}\"");
        if from == to {
            return refuse(format!("{at} leads from a place to itself"));
        }
        let find = |code: &SiteCode| places.iter().position(|place| place.code == *code);
        let (Some(a), Some(b)) = (find(from), find(to)) else {
            let lost = if find(from).is_none() { from } else { to };
            return refuse(format!("{at} names \"{lost}\", which no [[place]] describes"));
        };
        if places[a].zone != places[b].zone {
            return refuse(format!("{at} joins two zones: roads stay within one"));
        }
        if !(1..=ROAD_MINUTES_MAX).contains(&entry.minutes) {
            return refuse(format!(
                "{at} takes {} minutes: write 1 to {ROAD_MINUTES_MAX}",
                entry.minutes
            ));
        }
        if !laid.insert((from.clone(), to.clone())) || laid.contains(&(to.clone(), from.clone())) {
            return refuse(format!("{at} stands twice: one entry is for both ways"));
        }
        places[a].roads.insert(to.clone(), entry.minutes);
        places[b].roads.insert(from.clone(), entry.minutes);
    }
    Ok(())
}

/// No two places may be written alike: what is typed would name both.
fn distinct_spellings(zones: &[ZoneRules], places: &[Place]) -> Result<(), GazetteerError> {
    let mut known: HashMap<String, &str> = HashMap::new();
    let of_zones = zones
        .iter()
        .flat_map(|zone| spellings_of_zone(zone).map(|name| (name, zone.zone.as_str())));
    let of_places = places
        .iter()
        .flat_map(|place| spellings_of_place(place).map(|name| (name, place.code.as_str())));
    for (name, owner) in of_zones.chain(of_places) {
        let folded = spelling_words(name).join(" ");
        let first = known.entry(folded).or_insert(owner);
        if *first != owner {
            return refuse(format!(
                "\"{name}\" would name both \"{first}\" and \"{owner}\": take it from one of them"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = r#"
        [[zone]]
        code = "calais"
        name = "Calais"
        visit_gap_minutes = 45
        town = { lat = 50.95, lon = 1.86 }
        [[place]]
        code = "bmx"
        name = "BMX"
        zone = "calais"
        kind = "site"
        aliases = ["le BMX"]
        [[place]]
        code = "stade"
        name = "Stade"
        zone = "calais"
        kind = "site"
        [[road]]
        between = ["bmx", "stade"]
        minutes = 5
    "#;

    #[track_caller]
    fn refused(find: &str, replace: &str) -> String {
        assert!(ONE.contains(find), "{find}");
        let wrong = parse(&ONE.replacen(find, replace, 1)).unwrap_err().to_string();
        assert!(!wrong.contains('\n'), "{wrong}");
        wrong
    }

    #[test]
    fn the_built_in_gazetteer_holds_the_places_of_both_towns() {
        let gazetteer = built_in().unwrap();
        let count = |zone: &str, kind| {
            let of = |p: &&Place| p.zone.as_str() == zone && p.kind == kind;
            gazetteer.places().iter().filter(of).count()
        };
        assert_eq!(count("calais", PlaceKind::Site), 20);
        assert_eq!(count("calais", PlaceKind::Landmark), 2);
        assert_eq!(count("dunkerque", PlaceKind::Site), 9);
        assert_eq!(count("dunkerque", PlaceKind::Landmark), 1);
        let gap = |zone: &str| gazetteer.zone(&zone.parse().unwrap()).unwrap().visit_gap_minutes;
        assert_eq!((gap("calais"), gap("dunkerque")), (45, 75));
    }
    #[test]
    fn no_place_ships_with_a_point_and_each_has_a_name_in_every_script() {
        for place in built_in().unwrap().places() {
            assert_eq!(place.point, None, "{}", place.code);
            for lang in ["fa", "ps", "ar", "ti"] {
                let name = place.scripts.get(&lang.parse().unwrap());
                assert!(name.is_some_and(|n| !n.is_empty()), "{} {lang}", place.code);
            }
        }
    }
    #[test]
    fn names_use_only_the_letters_of_their_language() {
        for place in built_in().unwrap().places() {
            let name = |lang: &str| place.scripts[&lang.parse().unwrap()].clone();
            for lang in ["fa", "ps"] {
                assert!(!name(lang).contains(['ي', 'ك']) || lang == "ps", "{lang} {}", name(lang));
            }
            assert!(!name("ps").contains(['گ', 'ك']), "ps {}", name("ps"));
            assert!(!name("ar").contains(['ی', 'ک', 'گ', 'پ', 'ژ', 'چ']), "ar {}", name("ar"));
            let geez = |c: char| ('\u{1200}'..='\u{137f}').contains(&c) || c == ' ';
            assert!(name("ti").chars().all(geez), "ti {}", name("ti"));
        }
    }
    #[test]
    fn every_site_of_a_zone_is_reached_by_road() {
        let gazetteer = built_in().unwrap();
        for zone in gazetteer.zones() {
            let places: Vec<&Place> =
                gazetteer.places().iter().filter(|p| p.zone == zone.zone).collect();
            for from in &places {
                for to in &places {
                    let minutes = gazetteer.travel_minutes(&from.code, &to.code);
                    assert!(minutes < 60, "{} {}", from.code, to.code);
                    assert!(!to.roads.is_empty(), "{}", to.code);
                }
            }
        }
    }
    #[test]
    fn roads_lead_both_ways() {
        let gazetteer = parse(ONE).unwrap();
        let code = |text: &str| text.parse::<SiteCode>().unwrap();
        assert_eq!(gazetteer.travel_minutes(&code("stade"), &code("bmx")), 5);
    }
    #[test]
    fn what_is_wrong_is_said_in_one_sentence_that_names_the_entry() {
        assert!(refused("code = \"bmx\"", "code = \"BMX!\"").contains("BMX!"));
        assert!(refused("name = \"BMX\"", "name = \"2 BMX\"").contains("begins with a digit"));
        assert!(refused("name = \"BMX\"", "name = \"…\"").contains("place \"bmx\""));
        assert!(refused("kind = \"site\"", "kind = \"house\"").contains("line"));
        assert!(refused("aliases", "aliasses").contains("aliasses"));
        assert!(refused("le BMX", "STADE").contains("both \"bmx\" and \"stade\""));
        assert!(refused("zone = \"calais\"", "zone = \"lille\"").contains("lille"));
        assert!(refused("code = \"stade\"", "code = \"bmx\"").contains("stands twice"));
        assert!(refused("\"stade\"]", "\"gone\"]").contains("gone"));
        assert!(refused("minutes = 5", "minutes = 0").contains("1 to 120"));
        assert!(refused("= 45", "= 0").contains("visit_gap_minutes"));
        assert!(refused("lat = 50.95", "lat = nan").contains("town"));
        assert!(refused("le BMX", &"x".repeat(61)).contains("longer than 60"));
        assert!(refused("le BMX", "a b c d e f g h i").contains("more than 8 words"));
        assert!(parse("").unwrap_err().to_string().contains("no zone"));
        assert!(parse("zone = [").unwrap_err().to_string().contains("line 1"));
    }
}
