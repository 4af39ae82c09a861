//! Plays many stories, in as many processes as there are cores, and tells what came of them.
use std::process::ExitCode;
use std::time::Instant;

use crate::faults::PROVED_ELSEWHERE;
use crate::play::play;
use crate::script::Script;

pub fn run(args: Vec<String>) -> ExitCode {
    let value = |name: &str| {
        let at = args.iter().position(|arg| arg == name)?;
        args.get(at + 1)?.parse::<u64>().ok()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let seeds: Vec<u64> = match value("--seed") {
        Some(seed) => vec![seed],
        None => (1..=value("--seeds").unwrap_or(10)).collect(),
    };
    let mut failed = 0;
    let mut struck = std::collections::BTreeSet::new();
    for seed in seeds {
        let script = Script::of(seed);
        let began = Instant::now();
        let (stage, outcome) = runtime.block_on(play(&script));
        struck.extend(stage.ledger.struck.iter().map(|kind| kind.name()));
        let took = began.elapsed().as_millis();
        match outcome {
            Ok(()) => {
                println!("seed {seed} kept {took} ms, {} messages", stage.telegram.accepted().len())
            }
            Err(breach) => {
                failed += 1;
                println!("{}seed {seed} BROKE {breach}", script.told());
            }
        }
    }
    for (fault, why) in PROVED_ELSEWHERE {
        println!("not of stories: {fault}: {why}");
    }
    println!("missing: {:?}", crate::census::missing(&struck));
    if failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
