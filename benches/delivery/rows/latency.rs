//! From a sighting to the first resident of the threatened site, while ten thousand other messages
//! wait: 200 mornings, 50 sites a service, so that each rings for the first time.
use std::fmt::Write;
use std::thread::sleep;
use std::time::Duration;

use crate::contestants::{CROWD, Home, OBSERVER, SETTLE};
use crate::wire::{Entry, Police, Server};
use crate::{Plan, page, score};

/// Names that no other word of a sighting looks like.
const SITES: [&str; 50] = [
    "Acacia",
    "Bouleau",
    "Cerisier",
    "Douglas",
    "Erable",
    "Figuier",
    "Genevrier",
    "Houx",
    "Jasmin",
    "Kiwi",
    "Laurier",
    "Mimosa",
    "Noisetier",
    "Olivier",
    "Peuplier",
    "Quinoa",
    "Romarin",
    "Saule",
    "Tilleul",
    "Vanille",
    "Wisteria",
    "Yucca",
    "Zinnia",
    "Abricot",
    "Banane",
    "Citron",
    "Datte",
    "Fraise",
    "Goyave",
    "Kaki",
    "Litchi",
    "Mangue",
    "Nectarine",
    "Pomelo",
    "Papaye",
    "Prune",
    "Raisin",
    "Tomate",
    "Amande",
    "Basilic",
    "Cumin",
    "Fenouil",
    "Gingembre",
    "Lavande",
    "Menthe",
    "Persil",
    "Sauge",
    "Thym",
    "Verveine",
    "Hortensia",
];
/// Residents of each of these sites.
const OF_A_SITE: i64 = 20;
/// Their numbers begin here, a hundred apart from site to site.
const SITE_FIRST: i64 = 2_000_000;
/// Those whose messages wait meanwhile.
const WAITING: i64 = 14_000;
/// Residents of the site that makes them wait.
const FAR_AWAY: i64 = 3_000_000;
/// A morning that has rung nobody by then has failed.
const PATIENCE: Duration = Duration::from_secs(5);

pub fn run(plan: &Plan) -> anyhow::Result<()> {
    let mornings = usize::try_from(plan.number(200, 25))?;
    let (mut waits, mut early, mut silent) = (Vec::new(), 0, 0);
    let mut left = mornings;
    while left > 0 {
        let now = left.min(SITES.len());
        let round = round(plan, now)?;
        waits.extend(round.waits);
        early += round.early;
        silent += round.silent;
        left -= now;
    }
    let half = score::percentile(&mut waits, 0.5);
    let late = score::percentile(&mut waits, 0.99);
    let most = score::percentile(&mut waits, 1.0);
    let rang = waits.len();
    page::row(
        &format!("sighting accepted → first alert accepted, {rang} mornings, 10,000 wait"),
        "p99 ≤ 150 ms",
        &format!(
            "**p99 {late:.0} ms**, median {half:.0} ms, longest {most:.0} ms, {silent} silent"
        ),
        None,
    );
    page::row(
        "messages to others between the first and the last of the threatened site",
        "0 but answers to people",
        &early.to_string(),
        None,
    );
    Ok(())
}

struct Round {
    waits: Vec<f64>,
    early: usize,
    silent: usize,
}

fn round(plan: &Plan, mornings: usize) -> anyhow::Result<Round> {
    let mut server = Server::start(Police::Bucket)?;
    let home = Home::new()?;
    let sites = home.path("sites.toml");
    std::fs::write(&sites, gazetteer()?)?;
    let home = home.with("VIGIE_SITES", sites.display());
    let codes: Vec<String> = SITES.iter().map(|name| name.to_lowercase()).collect();
    let mut residents = vec![(CROWD, WAITING, "loin"), (FAR_AWAY, 5, "ailleurs")];
    for (first, code) in firsts().zip(&codes) {
        residents.push((first, OF_A_SITE, code));
    }
    for (first, count, _) in &residents {
        server.people(*first, *count)?;
    }
    server.people(OBSERVER, 1)?;
    home.enrol(&residents)?;
    let _vigie = home.vigie(&plan.program, &server)?;
    sleep(SETTLE);
    server.say(OBSERVER, "Ailleurs 10 fourgons CRS")?;
    sleep(SETTLE);
    let mut round = Round { waits: Vec::new(), early: 0, silent: 0 };
    for (n, (first, name)) in firsts().zip(SITES).take(mornings).enumerate() {
        // Never in step with anything.
        sleep(Duration::from_millis(150 + (n as u64 * 37) % 100));
        let at = server.say(OBSERVER, &format!("{name} 10 fourgons CRS"))?;
        let theirs = first..first + OF_A_SITE;
        let seen = server.accepted.len();
        let all = usize::try_from(OF_A_SITE)?;
        let told = super::until_reached(&mut server, &theirs, all, PATIENCE);
        let since = &server.accepted[seen.min(server.accepted.len())..];
        match (told, score::of(since, &theirs).next(), score::of(since, &theirs).last()) {
            (Ok(()), Some(one), Some(last)) => {
                round.waits.push((one.at - at) as f64 / 1_000.0);
                let between = |e: &&Entry| e.seq > one.seq && e.seq < last.seq;
                let others = since.iter().filter(between);
                round.early +=
                    others.filter(|e| !theirs.contains(&e.chat) && e.chat != OBSERVER).count();
            }
            _ => round.silent += 1,
        }
    }
    Ok(round)
}

fn firsts() -> impl Iterator<Item = i64> {
    (0..).map(|n| SITE_FIRST + n * 100)
}

/// Two zones: in one the sites of the mornings, in the other those who wait.
fn gazetteer() -> anyhow::Result<String> {
    let mut text = String::new();
    for (code, name, gap) in [("calais", "Calais", 45), ("dunkerque", "Dunkerque", 75)] {
        writeln!(
            text,
            "[[zone]]\ncode = \"{code}\"\nname = \"{name}\"\nvisit_gap_minutes = {gap}\n\
             town = {{ lat = 50.95, lon = 1.86 }}\n"
        )?;
    }
    let near = SITES.iter().map(|name| (*name, "calais"));
    for (name, zone) in near.chain([("Loin", "dunkerque"), ("Ailleurs", "dunkerque")]) {
        let code = name.to_lowercase();
        writeln!(
            text,
            "[[place]]\ncode = \"{code}\"\nname = \"{name}\"\nzone = \"{zone}\"\nkind = \"site\"\n"
        )?;
    }
    Ok(text)
}
