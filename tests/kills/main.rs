//! Kills the real program with signal 9, again and again, while people talk to it, and then asks
//! what was lost. `cargo test --features proof --test kills`, with `-- --kills 1000`,
//! `-- --engine sqlite`, `-- --seed 7`.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails by panicking, as the test itself does"
)]
mod checker;
mod dice;
mod life;
mod people;
mod phone;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use checker::Verdict;
use life::{Plan, live};

/// Kills of one life: a morning has some twenty operations in it.
const KILLS_OF_A_LIFE: usize = 40;

fn main() -> ExitCode {
    let options = Options::read(std::env::args().skip(1));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let began = Instant::now();
    let verdicts = runtime.block_on(lives(&options));
    let mut failed = false;
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
    seed: usize,
}

impl Options {
    fn read(mut args: impl Iterator<Item = String>) -> Options {
        let mut options = Options { kills: 200, engine: None, seed: 1 };
        while let Some(name) = args.next() {
            let mut number = || args.next()?.parse::<usize>().ok();
            match name.as_str() {
                "--kills" => options.kills = number().unwrap(),
                "--seed" => options.seed = number().unwrap(),
                "--engine" => options.engine = args.next(),
                // What cargo hands to every test program.
                _ => {}
            }
        }
        options
    }
}

async fn lives(options: &Options) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let mut left = options.kills;
    while left > 0 {
        let kills = left.min(KILLS_OF_A_LIFE);
        left -= kills;
        let plan = Plan {
            name: "sqlite",
            kills,
            processes: 1,
            rate: 100,
            patience: Duration::from_secs(40),
            seed: u64::try_from(options.seed + left).unwrap(),
        };
        verdicts.push(live(plan, None).await);
    }
    verdicts
}
