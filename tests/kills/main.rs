//! Kills the real program with signal 9, again and again, while people talk to it, and then asks
//! what was lost. `cargo test --features proof --test kills`, with `-- --kills 1000`,
//! `-- --engine sqlite|postgres`, `-- --seed 7`.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails by panicking, as the test itself does"
)]
mod checker;
mod dice;
mod life;
mod orderly;
mod people;
mod phone;
#[expect(dead_code, reason = "the stories of storage do more with a server than this does")]
#[path = "../it/storage_story/postgres.rs"]
mod postgres;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use checker::Verdict;
use life::{Plan, live};
use orderly::{Seen, orderly};
use postgres::Cluster;

/// Kills of one life: a morning has some twenty operations in it.
const KILLS_OF_A_LIFE: usize = 40;

fn main() -> ExitCode {
    let options = Options::read(std::env::args().skip(1));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let began = Instant::now();
    let (verdicts, seen) = runtime.block_on(lives(&options));
    let mut failed = false;
    failed |= !seen.faults.is_empty();
    for verdict in &verdicts {
        println!("{}", verdict.line());
        for (point, kills, doubles) in verdict.by_point() {
            let point = point.map_or("at random", vigie::proof::Point::name);
            println!("  {point:<16} {kills:>4} kills {doubles:>4} doubles");
        }
        for fault in verdict.faults.iter().take(40) {
            failed = true;
            println!("  FAULT {fault}");
        }
    }
    println!("seed {}, {:.0} s", options.seed, began.elapsed().as_secs_f64());
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// What was asked for on the command line.
struct Options {
    kills: usize,
    engine: Option<String>,
    seed: u64,
}

impl Options {
    fn read(mut args: impl Iterator<Item = String>) -> Options {
        let mut options = Options { kills: 200, engine: None, seed: 1 };
        while let Some(name) = args.next() {
            let mut number = || args.next()?.parse::<usize>().ok();
            match name.as_str() {
                "--kills" => options.kills = number().unwrap(),
                "--seed" => options.seed = number().unwrap() as u64,
                "--engine" => options.engine = args.next(),
                // What cargo hands to every test program.
                _ => {}
            }
        }
        options
    }
}

/// The share of the kills, in tenths: on a file, one process on a server, three on one.
const SHARES: [usize; 3] = [5, 2, 3];

async fn lives(options: &Options) -> (Vec<Verdict>, Seen) {
    let wants = |name: &str| options.engine.as_deref().is_none_or(|engine| engine == name);
    let (on_file, on_server) = (wants("sqlite"), wants("postgres"));
    let wanted = [on_file, on_server, on_server];
    let shares = SHARES.iter().zip(wanted).map(|(share, wanted)| if wanted { *share } else { 0 });
    let shares: Vec<usize> = shares.collect();
    let whole: usize = shares.iter().sum::<usize>().max(1);
    let kills = |kind: usize| (options.kills * shares[kind]).div_ceil(whole);
    let file = Plan {
        name: "sqlite",
        kills: kills(0),
        processes: 1,
        rate: 100,
        patience: Duration::from_secs(40),
        seed: options.seed,
        outages: false,
    };
    let server = Plan {
        name: "postgres",
        kills: kills(1),
        // What a dead process had begun waits until its lease is over.
        patience: Duration::from_secs(150),
        outages: true,
        ..file
    };
    let three = Plan { name: "three", kills: kills(2), processes: 3, rate: 30, ..server };
    let cluster = on_server.then(Cluster::start).flatten().map(Arc::new);
    let spawn = |plan: Plan, cluster: Option<Arc<Cluster>>| {
        tokio::spawn(async move { one_after_another(plan, cluster.as_deref()).await })
    };
    let mut tasks = vec![spawn(file, None)];
    if cluster.is_some() {
        // Each stops and starts a server of its own.
        tasks.push(spawn(server, Cluster::start().map(Arc::new)));
        tasks.push(spawn(three, Cluster::start().map(Arc::new)));
    }
    let mut seen = if on_file { orderly(None).await } else { Seen::default() };
    if let Some(cluster) = &cluster {
        seen.faults.extend(orderly(Some(cluster)).await.faults);
    }
    let mut verdicts = Vec::new();
    for task in tasks {
        verdicts.extend(task.await.unwrap());
    }
    (verdicts, seen)
}

/// Lives of this kind until there were so many kills.
async fn one_after_another(whole: Plan, cluster: Option<&Cluster>) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let mut left = whole.kills;
    while left > 0 {
        let kills = left.min(KILLS_OF_A_LIFE);
        left -= kills;
        let seed = whole.seed * 1_000 + u64::try_from(verdicts.len()).unwrap();
        verdicts.push(live(Plan { kills, seed, ..whole }, cluster).await);
    }
    verdicts
}
