//! Killed in mid-broadcast and started again with a backlog: how soon it works.
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::contestants::{CROWD, Home, OBSERVER, SETTLE};
use crate::rows::{SIGHTING, crowd, until, until_reached};
use crate::wire::{Entry, Police, Server};
use crate::{Plan, page, score};

/// People who write while it is down.
const WRITERS: i64 = 4_000_000;
const PATIENCE: Duration = Duration::from_secs(60);

pub fn run(plan: &Plan) -> anyhow::Result<()> {
    let deliveries = plan.number(10_000, 2_000);
    let updates = deliveries / 10;
    let (chats, writers) = (crowd(deliveries), WRITERS..WRITERS + updates);
    let mut server = Server::start(Police::Bucket)?;
    server.people(CROWD, deliveries)?;
    server.people(WRITERS, updates)?;
    server.people(OBSERVER, 1)?;
    let home = Home::new()?;
    home.enrol(&[(CROWD, deliveries, "bmx"), (WRITERS, updates, "loon-plage")])?;
    let mut vigie = home.vigie(&plan.program, &server)?;
    sleep(SETTLE);
    server.say(OBSERVER, SIGHTING)?;
    until_reached(&mut server, &chats, 30, PATIENCE)?;
    vigie.kill()?;
    for id in writers.clone() {
        server.say(id, "/help")?;
    }
    server.look()?;
    let before = server.accepted.len();
    let started = Instant::now();
    let mark = server.order(&crate::wire::Order::People { first: 1, count: 0 })?;
    let _vigie = home.vigie(&plan.program, &server)?;
    let first = |entries: &[Entry], chats: &std::ops::Range<i64>| {
        let at = entries.get(before..).and_then(|new| score::of(new, chats).next())?.at;
        Some((at - mark) as f64 / 1_000.0)
    };
    until(&mut server, PATIENCE, |entries| {
        first(entries, &chats).is_some() && first(entries, &writers).is_some()
    })?;
    let (delivery, answer) = (first(&server.accepted, &chats), first(&server.accepted, &writers));
    page::row(
        &format!("restart with {updates} updates and {deliveries} deliveries waiting"),
        "working in ≤ 2 s",
        &format!(
            "**first delivery after {:.0} ms**, first answer after {:.0} ms (looked at for {:.0} s)",
            delivery.unwrap_or(f64::NAN),
            answer.unwrap_or(f64::NAN),
            started.elapsed().as_secs_f64()
        ),
        None,
    );
    Ok(())
}
