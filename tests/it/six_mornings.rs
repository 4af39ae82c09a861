//! The mornings of 3 to 14 November 2025 as they are shipped, played through the whole product: what
//! each site's residents are told, when, and how it arrives. Whoever changes a rule reads here what
//! it does to a morning.
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use chrono::TimeDelta;
use chrono_tz::Europe::Paris;
use vigie::rehearsal::player::Player;
use vigie::rehearsal::script::Script;

use crate::world::World;

/// One resident each; the language makes no difference here, so each reads another.
const SITES: [(&str, &str); 7] = [
    ("bmx", "fa"),
    ("terre-et-eaux", "ar"),
    ("unicorn", "fr"),
    ("loon-plage", "en"),
    ("ryssen", "ps"),
    ("total", "ti"),
    ("transfo", "fa"),
];

/// Plays a shipped morning and tells what every resident saw, a line each; who saw nothing has none.
async fn played(key: &str) -> String {
    let script = Script::shipped().unwrap().into_iter().find(|script| script.key == key).unwrap();
    let mut world = World::starting(script.start - TimeDelta::minutes(5)).await;
    for name in ["observer_1", "observer_2"] {
        world.observer(name).await;
    }
    world.coordinator("coordinator").await;
    world.contact("contact", "ar").await;
    for (site, lang) in SITES {
        world.resident(site, &format!("{lang}-{site}")).await;
    }
    let names = ["observer_1", "observer_2", "coordinator", "contact"];
    let phones: BTreeMap<String, i64> =
        names.iter().map(|name| ((*name).to_owned(), world.id(name))).collect();
    let mut player = Player::new(Arc::new(script), phones, world.telegram.clone()).unwrap();
    while let Some(due) = player.next_due() {
        while world.clock.now() + TimeDelta::minutes(1) < due {
            world.minutes_pass(1).await;
        }
        world.clock.set(due.max(world.clock.now()));
        world.deliver_everything().await;
        let line = player.step().unwrap();
        assert_eq!(line.outcome, Ok(()), "{key}, line {}", line.line.no);
        world.deliver_everything().await;
    }
    world.minutes_pass(5).await;
    let mut table = String::new();
    for (site, _) in SITES {
        let seen = world.everything_told(site);
        if seen.is_empty() {
            continue;
        }
        let _ = writeln!(table, "{site}");
        for one in seen {
            let at = one.at.with_timezone(&Paris).format("%H:%M");
            let kind = one.kind.map_or("—", |kind| kind.code());
            let of = site_named(&one.text);
            let _ = writeln!(table, "  {at} {kind} {} {of}", one.arrived());
        }
    }
    world.end().await;
    table
}

/// The site on the first line, by its Latin name, which stands there in every script.
fn site_named(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    let latin = |c: char| c.is_ascii_alphabetic() || c == '-' || c == ' ';
    let name: String = first.chars().filter(|c| latin(*c)).collect();
    name.trim().to_owned()
}

fn same(played: &str, told: &str) {
    let lines = |text: &str| -> Vec<String> {
        text.lines()
            .map(str::trim_end)
            .filter(|l| !l.trim().is_empty())
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(lines(played), lines(told), "\n{played}");
}

#[tokio::test]
async fn on_3_november_bmx_is_visited_and_ends() {
    same(
        &played("2025-11-03").await,
        "
bmx
  08:04 at_site ringing BMX
  08:09 at_site edited BMX
  09:02 left reply BMX
  09:20 ended reply BMX
terre-et-eaux
  08:04 elsewhere quiet BMX
  09:20 ended reply BMX
unicorn
  08:04 elsewhere quiet BMX
  09:20 ended reply BMX
",
    );
}

#[tokio::test]
async fn on_5_november_ryssen_then_loon_plage() {
    same(
        &played("2025-11-05").await,
        "
loon-plage
  07:46 be_ready quiet
  08:03 elsewhere quiet Ryssen
  11:33 at_site ringing Loon-Plage
  12:15 left reply Loon-Plage
  12:35 ended reply Loon-Plage
ryssen
  07:46 be_ready quiet
  08:03 at_site ringing Ryssen
  09:05 at_site edited Ryssen
  10:10 at_site edited Ryssen
  11:10 left reply Ryssen
  11:33 elsewhere quiet Loon-Plage
  12:35 ended reply Ryssen
total
  07:46 be_ready quiet
  08:03 elsewhere quiet Ryssen
  11:33 elsewhere quiet Loon-Plage
  12:35 ended reply Loon-Plage
transfo
  07:46 be_ready quiet
  08:03 elsewhere quiet Ryssen
  11:33 elsewhere quiet Loon-Plage
  12:35 ended reply Loon-Plage
",
    );
}

#[tokio::test]
async fn on_6_november_a_partner_saw_it_at_bmx_and_it_was_found_nowhere_else() {
    same(
        &played("2025-11-06").await,
        "
bmx
  08:18 at_site ringing BMX
  08:44 at_site edited BMX
  09:03 left reply BMX
  10:31 ended reply BMX
terre-et-eaux
  08:18 elsewhere quiet BMX
  10:31 ended reply BMX
unicorn
  08:18 elsewhere quiet BMX
  10:31 ended reply BMX
",
    );
}

#[tokio::test]
async fn on_10_november_bmx_is_lost_and_found_again_at_terre_et_eaux() {
    same(
        &played("2025-11-10").await,
        "
bmx
  07:37 be_ready quiet
  07:51 coming_to_site ringing BMX
  07:58 at_site ringing BMX
  08:01 at_site edited BMX
  08:24 at_site edited BMX
  08:48 left reply BMX
  09:31 elsewhere quiet Terre et Eaux
  10:25 ended reply BMX
terre-et-eaux
  07:37 be_ready quiet
  07:58 elsewhere quiet BMX
  09:31 at_site ringing Terre et Eaux
  10:12 left reply Terre et Eaux
  10:25 ended reply Terre et Eaux
unicorn
  07:37 be_ready quiet
  07:58 elsewhere quiet BMX
  09:31 elsewhere quiet Terre et Eaux
  10:25 ended reply Terre et Eaux
",
    );
}

#[tokio::test]
async fn on_12_november_total_in_the_morning_and_bmx_in_the_afternoon() {
    same(
        &played("2025-11-12").await,
        "
bmx
  13:38 at_site ringing BMX
  14:20 at_site edited BMX
  14:57 left reply BMX
  15:15 ended reply BMX
terre-et-eaux
  13:38 elsewhere quiet BMX
  15:15 ended reply BMX
unicorn
  13:38 elsewhere quiet BMX
  15:15 ended reply BMX
loon-plage
  09:56 elsewhere quiet Total
  11:55 ended reply Total
ryssen
  09:56 elsewhere quiet Total
  11:55 ended reply Total
total
  09:56 at_site ringing Total
  10:40 at_site edited Total
  11:37 left reply Total
  11:55 ended reply Total
transfo
  09:56 elsewhere quiet Total
  11:55 ended reply Total
",
    );
}

#[tokio::test]
async fn on_13_november_loon_plage_stalls_and_transfo_is_in_doubt() {
    same(
        &played("2025-11-13").await,
        "
loon-plage
  08:24 at_site ringing Loon-Plage
  09:20 at_site edited Loon-Plage
  10:05 elsewhere quiet Transfo
  10:34 at_site ringing Loon-Plage
  11:48 left reply Loon-Plage
  12:05 ended reply Loon-Plage
ryssen
  08:24 elsewhere quiet Loon-Plage
  10:05 elsewhere quiet Transfo
  10:34 elsewhere edited Loon-Plage
  12:05 ended reply Loon-Plage
total
  08:24 elsewhere quiet Loon-Plage
  10:05 elsewhere quiet Transfo
  10:34 elsewhere edited Loon-Plage
  12:05 ended reply Loon-Plage
transfo
  08:24 elsewhere quiet Loon-Plage
  10:05 at_site ringing Transfo
  10:34 elsewhere edited Loon-Plage
  12:05 ended reply Transfo
",
    );
}

#[tokio::test]
async fn on_14_november_bmx_after_the_police_station() {
    same(
        &played("2025-11-14").await,
        "
bmx
  08:36 be_ready quiet
  08:52 coming_to_site ringing BMX
  08:58 at_site ringing BMX
  09:01 at_site edited BMX
  09:44 left reply BMX
  10:00 ended reply BMX
terre-et-eaux
  08:36 be_ready quiet
  08:58 elsewhere quiet BMX
  10:00 ended reply BMX
unicorn
  08:36 be_ready quiet
  08:58 elsewhere quiet BMX
  10:00 ended reply BMX
",
    );
}
