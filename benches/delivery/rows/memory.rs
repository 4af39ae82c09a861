//! How memory grows with the number of residents of one site.
use std::thread::sleep;
use std::time::Duration;

use crate::contestants::{CROWD, Home, OBSERVER, SETTLE};
use crate::rows::{SIGHTING, crowd, until_reached};
use crate::wire::{Police, Server};
use crate::{Plan, page};

/// The broadcast goes on for so long: the peak is at its beginning, when the rows are made.
const GOES_ON: Duration = Duration::from_secs(40);

pub fn run(plan: &Plan) -> anyhow::Result<()> {
    let most = plan.number(100_000, 30_000);
    for count in [most / 10, most] {
        let mut server = Server::start(Police::Bucket)?;
        server.people(CROWD, count)?;
        server.people(OBSERVER, 1)?;
        let home = Home::new()?;
        home.enrol(&[(CROWD, count, "bmx")])?;
        let vigie = home.vigie(&plan.program, &server)?;
        sleep(SETTLE);
        let idle = vigie.usage()?.peak_mib;
        let at = server.say(OBSERVER, SIGHTING)?;
        until_reached(&mut server, &crowd(count), 1, Duration::from_secs(60))?;
        let first = server.accepted.iter().find(|entry| crowd(count).contains(&entry.chat));
        let first = first.map_or(f64::NAN, |entry| (entry.at - at) as f64 / 1e3);
        sleep(GOES_ON / if plan.quick { 4 } else { 1 });
        let peak = vigie.usage()?.peak_mib;
        page::row(
            &format!("peak memory, {count} residents of one site"),
            if count == most { "not linear in N" } else { "≤ 32 MiB" },
            &format!("**{peak:.1} MiB** ({idle:.1} idle); first alert after {first:.0} ms"),
            None,
        );
    }
    Ok(())
}
