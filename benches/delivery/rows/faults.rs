//! One in twenty has blocked the bot, one call in a hundred ends in a 502, one in a hundred is done
//! and never answered.
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use vigie::rehearsal::telegram::{Aim, Fault, Times};

use crate::contestants::{CROWD, Home, OBSERVER, SETTLE, throttle};
use crate::rows::{LOOK_EVERY, SIGHTING, crowd};
use crate::wire::{Order, Police, Server};
use crate::{Plan, page, score};

const BLOCKED_EVERY: i64 = 20;
/// Nothing new for so long: it is over. A lost answer costs ten seconds and a pause.
const QUIET: Duration = Duration::from_secs(45);

pub fn run(plan: &Plan) -> anyhow::Result<()> {
    let count = plan.number(3_000, 600);
    let (vigie, other) = scope(|scope| {
        let vigie = scope.spawn(move || one(plan, count, true));
        let other = (!plan.alone).then(|| scope.spawn(move || one(plan, count, false)));
        (vigie.join(), other.map(|other| other.join()))
    });
    let panicked = |_| anyhow::anyhow!("a measuring thread panicked");
    let vigie = vigie.map_err(panicked)??;
    let other = other.transpose().map_err(panicked)?.transpose()?;
    page::row(
        &format!("5 % blocked, 1 % 502, 1 % lost answers, N = {count}"),
        "none missing, ≤ 1.01 copies on average",
        &vigie,
        other.as_deref(),
    );
    Ok(())
}

fn one(plan: &Plan, count: i64, is_vigie: bool) -> anyhow::Result<String> {
    let mut server = Server::start(Police::Bucket)?;
    server.people(CROWD, count)?;
    server.people(OBSERVER, 1)?;
    let home = Home::new()?;
    server.order(&Order::Block { first: CROWD, count, every: BLOCKED_EVERY })?;
    for (fault, seed) in [(Fault::ServerError(502), 1), (Fault::LostAnswer, 2)] {
        let aim = Aim::Method("sendMessage".to_owned());
        server.order(&Order::Fault { aim, fault, times: Times::Chance(0.01, seed) })?;
    }
    let _process = if is_vigie {
        home.enrol(&[(CROWD, count, "bmx")])?;
        let process = home.vigie(&plan.program, &server)?;
        sleep(SETTLE);
        server.say(OBSERVER, SIGHTING)?;
        process
    } else {
        throttle(&server, count, 30)?
    };
    let chats = crowd(count);
    let mut last = Instant::now();
    while last.elapsed() < QUIET {
        if !server.look()?.is_empty() {
            last = Instant::now();
        }
        sleep(LOOK_EVERY);
    }
    let blocked = (count + BLOCKED_EVERY - 1) / BLOCKED_EVERY;
    let missing = usize::try_from(count - blocked)? - score::reached(&server.accepted, &chats);
    let (mean, most) = score::copies(&server.accepted, &chats);
    Ok(format!("**{missing} missing, {mean:.4} copies**, at most {most}"))
}
