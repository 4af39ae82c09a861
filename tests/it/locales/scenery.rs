//! A small gazetteer and a moment for the samples.
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use vigie::domain::site::{Gazetteer, Place, PlaceKind, Point, SITE_CODE_BYTES_MAX, ZoneRules};
use vigie::speech::samples::Setting;

fn place(code: &str, name: &str, zone: &str, scripts: &[(&str, &str)]) -> Place {
    Place {
        code: code.parse().unwrap(),
        name: name.to_owned(),
        zone: zone.parse().unwrap(),
        kind: PlaceKind::Site,
        scripts: in_scripts(scripts),
        aliases: vec![],
        roads: BTreeMap::new(),
        point: None,
    }
}

fn in_scripts(scripts: &[(&str, &str)]) -> BTreeMap<vigie::domain::lang::Lang, String> {
    scripts.iter().map(|(lang, name)| (lang.parse().unwrap(), (*name).to_owned())).collect()
}

fn zone(code: &str, name: &str, scripts: &[(&str, &str)]) -> ZoneRules {
    ZoneRules {
        zone: code.parse().unwrap(),
        name: name.to_owned(),
        scripts: in_scripts(scripts),
        aliases: Vec::new(),
        visit_gap_minutes: 45,
        town: Point { lat: 50.9, lon: 1.8 },
    }
}

/// Two zones, three sites, one of them with a name that looks like markup.
pub fn gazetteer() -> Gazetteer {
    let bmx = [("fa", "بی‌ام‌ایکس"), ("ps", "بي اېم اېکس"), ("ar", "بي إم إكس"), ("ti", "ቢ ኤም ኤክስ")];
    let terre = [("fa", "تر اِ او"), ("ps", "تېر اې او"), ("ar", "تير إي أو"), ("ti", "ተር ኤ ኦ")];
    let calais = [("fa", "کاله"), ("ps", "کاله"), ("ar", "كاليه"), ("ti", "ካለ")];
    Gazetteer::new(
        vec![zone("calais", "Calais", &calais), zone("dunkerque", "Dunkerque", &[])],
        vec![
            place("bmx", "BMX", "calais", &bmx),
            place("terre-et-eaux", "Terre et Eaux", "calais", &terre),
            place("loon-plage", "Loon <Plage> & Co", "dunkerque", &[]),
        ],
    )
}

/// A gazetteer whose every code is as long as a code may be.
pub fn longest_codes() -> Gazetteer {
    let code = |letter: char| letter.to_string().repeat(SITE_CODE_BYTES_MAX);
    let (one, two) = (code('y'), code('z'));
    Gazetteer::new(
        vec![zone(&one, "Y", &[]), zone(&two, "Z", &[])],
        vec![place(&code('a'), "A", &one, &[]), place(&code('b'), "B", &one, &[])],
    )
}

/// 08:09 in Paris on a November morning.
pub fn setting() -> Setting {
    let now: DateTime<Utc> = "2025-11-10T07:09:00Z".parse().unwrap();
    Setting::of(&gazetteer(), now).unwrap()
}
