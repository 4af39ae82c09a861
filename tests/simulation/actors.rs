//! Who takes part: residents of a few sites in both zones, observers, a contact, a coordinator.
//! All are invented.
use crate::rng::Rng;

/// A place where residents live, with the words the checker knows it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its code.
    pub code: &'static str,
    /// Its name as observers write it and residents read it.
    pub name: &'static str,
    /// Its zone.
    pub zone: &'static str,
}

const CALAIS: [Site; 3] = [
    Site { code: "bmx", name: "BMX", zone: "calais" },
    Site { code: "virval", name: "Virval", zone: "calais" },
    Site { code: "unicorn", name: "Unicorn", zone: "calais" },
];
const DUNKERQUE: [Site; 2] = [
    Site { code: "ryssen", name: "Ryssen", zone: "dunkerque" },
    Site { code: "loon-plage", name: "Loon-Plage", zone: "dunkerque" },
];
/// The languages residents read.
pub const LANGS: [&str; 6] = ["fr", "en", "fa", "ti", "ps", "ar"];

/// Phones are numbered from here.
pub const RESIDENT: i64 = 7_310_000_001;
const OBSERVER: i64 = 7_320_000_001;
/// The displaced person who is a contact of the HRO phone.
pub const CONTACT: i64 = 7_330_000_001;
/// Who decides.
pub const COORDINATOR: i64 = 7_340_000_001;
/// A family's group that a resident took the bot into; small groups become supergroups.
pub const GROUP: i64 = -4_100_000_001;
/// What the group is called after it became a supergroup.
pub const SUPERGROUP: i64 = -1_004_100_000_001;

/// A resident as the story begins.
#[derive(Debug, Clone)]
pub struct Resident {
    /// The chat.
    pub chat: i64,
    /// The language.
    pub lang: &'static str,
    /// The sites, as positions in [`Cast::sites`].
    pub sites: Vec<usize>,
}

/// Everyone.
#[derive(Debug, Clone)]
pub struct Cast {
    /// Where.
    pub sites: Vec<Site>,
    /// Residents, a group perhaps among them.
    pub residents: Vec<Resident>,
    /// Observers' chats.
    pub observers: Vec<i64>,
}

impl Cast {
    /// A cast for a story.
    pub fn of(rng: &mut Rng) -> Cast {
        let mut sites: Vec<Site> = CALAIS.to_vec();
        sites.remove(rng.below(3));
        sites.push(DUNKERQUE[rng.below(2)].clone());
        let crowd = if rng.percent(8) { 60 } else { rng.range(18, 30) };
        let mut residents = Vec::new();
        for n in 0..crowd {
            // Most live at the first site, so that a broadcast takes some time.
            let first = if rng.percent(55) { 0 } else { rng.below(sites.len()) };
            let mut own = vec![first];
            if rng.percent(10) {
                own.push((first + 1) % sites.len());
            }
            residents.push(Resident {
                chat: RESIDENT + n * 7,
                lang: LANGS[rng.below(LANGS.len())],
                sites: own,
            });
        }
        if rng.percent(30) {
            residents.push(Resident { chat: GROUP, lang: "en", sites: vec![0] });
        }
        let observers = (0..3).map(|n| OBSERVER + n * 11).collect();
        Cast { sites, residents, observers }
    }
}
