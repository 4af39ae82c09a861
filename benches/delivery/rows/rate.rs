//! One alert to everybody of a site: how much of the allowed rate is used, at what cost.
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use crate::contestants::{CROWD, Home, OBSERVER, Process, SETTLE, Usage, throttle};
use crate::rows::{LOOK_EVERY, SIGHTING, crowd};
use crate::wire::{Entry, Police, Server};
use crate::{Plan, page, score};

/// A resident elsewhere who asks something while the alert goes out.
const ASKER: i64 = 88;
const ASKS_EVERY: Duration = Duration::from_secs(5);

/// What a run is about.
#[derive(Clone, Copy)]
struct Race {
    count: i64,
    allowed: f64,
    police: Police,
    settings: &'static [(&'static str, &'static str)],
}

/// What came of it.
struct Score {
    rate: f64,
    missing: usize,
    most: usize,
    too_many: usize,
    usage: Usage,
    /// The most sockets open at once.
    sockets: usize,
    /// From a question to its answer, in milliseconds.
    answers: Vec<f64>,
}

/// Words for one figure of a run.
type Figure<'a> = &'a dyn Fn(&Score) -> String;

pub fn bucket(plan: &Plan) -> anyhow::Result<()> {
    let counts = match plan.n {
        Some(n) => vec![n],
        None if plan.quick => vec![1_200],
        None => vec![3_000, 10_000],
    };
    for count in counts {
        let race = Race { count, allowed: 30.0, police: Police::Bucket, settings: &[] };
        both(plan, &format!("token bucket 30/s, N = {count}"), "≥ 0.98, no 429", race)?;
    }
    Ok(())
}

pub fn strict(plan: &Plan) -> anyhow::Result<()> {
    let count = plan.number(3_000, 900);
    let settings = &[("VIGIE_PACE", "strict")];
    let race = Race { count, allowed: 30.0, police: Police::Window, settings };
    both(plan, &format!("strict window 30/s, N = {count}"), "≥ 0.90, no 429", race)
}

pub fn paid(plan: &Plan) -> anyhow::Result<()> {
    let count = plan.number(30_000, 10_000);
    let settings = &[("VIGIE_PAID_RATE", "1000")];
    let race = Race { count, allowed: 1_000.0, police: Police::Bucket, settings };
    let name = format!("paid 1,000/s, N = {count}");
    both(plan, &name, "≥ 0.97, ≤ 200 in flight, no 429", race)
}

/// Both contestants at once, each against a server of its own.
fn both(plan: &Plan, name: &str, bar: &str, race: Race) -> anyhow::Result<()> {
    let (vigie, other) = scope(|scope| {
        let vigie = scope.spawn(move || run_vigie(plan, race));
        let other = (!plan.alone).then(|| scope.spawn(move || run_throttle(race)));
        (vigie.join(), other.map(|other| other.join()))
    });
    let panicked = |_| anyhow::anyhow!("a measuring thread panicked");
    let vigie = vigie.map_err(panicked)??;
    let other = other.transpose().map_err(panicked)?.transpose()?;
    let tell = |what: Figure<'_>| (what(&vigie), other.as_ref().map(what));
    let rows: [(&str, &str, Figure<'_>); 5] = [
        ("share of the rate", bar, &|r| {
            let missing = match r.missing {
                0 => String::new(),
                missing => format!(", {missing} missing"),
            };
            format!("**{:.3}**, {} × 429{missing}", r.rate / race.allowed, r.too_many)
        }),
        ("most in any second", "", &|r| r.most.to_string()),
        ("CPU per 1,000 deliveries", "≤ 0.5 s", &|r| {
            format!("{:.2} s", r.usage.cpu_seconds * 1_000.0 / race.count as f64)
        }),
        ("peak memory", "≤ 32 MiB", &|r| format!("{:.1} MiB", r.usage.peak_mib)),
        ("sockets open at once", "", &|r| r.sockets.to_string()),
    ];
    for (what, bar, figure) in rows {
        let (vigie, other) = tell(figure);
        page::row(&format!("{name}: {what}"), bar, &vigie, other.as_deref());
    }
    let mut answers = vigie.answers.clone();
    if !answers.is_empty() {
        let (half, most) =
            (score::percentile(&mut answers, 0.5), score::percentile(&mut answers, 1.0));
        let figure = format!("median {half:.0} ms, longest {most:.0} ms of {}", answers.len());
        page::row(&format!("{name}: a person is answered"), "≤ 1 s", &figure, None);
    }
    Ok(())
}

fn run_vigie(plan: &Plan, race: Race) -> anyhow::Result<Score> {
    let mut server = Server::start(race.police)?;
    server.people(CROWD, race.count)?;
    server.people(OBSERVER, 1)?;
    server.people(ASKER, 1)?;
    let mut home = Home::new()?;
    for (name, value) in race.settings {
        home = home.with(name, value);
    }
    home.enrol(&[(CROWD, race.count, "bmx"), (ASKER, 1, "loon-plage")])?;
    let vigie = home.vigie(&plan.program, &server)?;
    sleep(SETTLE);
    let before = vigie.usage()?;
    server.say(OBSERVER, SIGHTING)?;
    let mut asked: Vec<i64> = Vec::new();
    let mut result = watch(&mut server, &vigie, race, before, |server| {
        asked.push(server.say(ASKER, "/help")?);
        Ok(())
    })?;
    result.answers = asked
        .iter()
        .filter_map(|at| {
            let to_asker = |entry: &&Entry| entry.chat == ASKER && entry.at > *at;
            let answer = server.accepted.iter().find(to_asker)?;
            Some((answer.at - at) as f64 / 1_000.0)
        })
        .collect();
    Ok(result)
}

fn run_throttle(race: Race) -> anyhow::Result<Score> {
    let mut server = Server::start(race.police)?;
    server.people(CROWD, race.count)?;
    let process = throttle(&server, race.count, race.allowed as u32)?;
    watch(&mut server, &process, race, Usage::default(), |_| Ok(()))
}

/// Watches until all are reached, or half as long again as it should take has passed.
fn watch(
    server: &mut Server,
    process: &Process,
    race: Race,
    before: Usage,
    mut ask: impl FnMut(&mut Server) -> anyhow::Result<()>,
) -> anyhow::Result<Score> {
    let chats = crowd(race.count);
    let patience = Duration::from_secs_f64(race.count as f64 / race.allowed * 1.5 + 30.0);
    let began = Instant::now();
    let (mut asked, mut sockets, mut reached) = (Instant::now(), 0, 0);
    while began.elapsed() < patience {
        reached += score::of(server.look()?, &chats).filter(|entry| !entry.edit).count();
        sockets = sockets.max(process.usage()?.sockets);
        // Nobody is reached twice here unless something went wrong, so this costs a look now and then.
        if reached >= usize::try_from(race.count)?
            && score::reached(&server.accepted, &chats) >= usize::try_from(race.count)?
        {
            break;
        }
        if asked.elapsed() >= ASKS_EVERY {
            asked = Instant::now();
            ask(server)?;
        }
        sleep(LOOK_EVERY);
    }
    let mut usage = process.usage()?;
    usage.cpu_seconds -= before.cpu_seconds;
    let entries = &server.accepted;
    Ok(Score {
        rate: score::rate(entries, &chats),
        missing: usize::try_from(race.count)? - score::reached(entries, &chats),
        most: score::most_in_a_second(entries),
        usage,
        sockets,
        answers: Vec::new(),
        too_many: server.too_many()?,
    })
}
