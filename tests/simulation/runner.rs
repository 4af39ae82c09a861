//! Plays many stories, in as many processes as there are cores, and tells what came of them. The
//! points at which a process dies are global to it: its stories run one after another.
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use vigie::proof::{self, Defect};

use crate::census;
use crate::faults::PROVED_ELSEWHERE;
use crate::play::play;
use crate::script::Script;

/// Stories of a run in CI.
const SEEDS_OF_CI: u64 = 500;
/// A broken promise that is not noticed within so many stories is a hole in the checker.
const SEEDS_OF_SABOTAGE: u64 = 120;
/// Seeds that ever failed: played first, always.
const REGRESSIONS: &str = include_str!("regressions.txt");
/// Breaches told in full; more say nothing new.
const TOLD_MAX: usize = 5;

/// What was asked for.
struct Wishes(Vec<String>);

impl Wishes {
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|word| word == name)
    }
    fn text(&self, name: &str) -> Option<&str> {
        let at = self.0.iter().position(|word| word == name)?;
        self.0.get(at + 1).map(String::as_str)
    }
    fn number(&self, name: &str) -> Option<u64> {
        self.text(name)?.parse().ok()
    }
}

/// Does what the command line asks for.
pub fn run(words: Vec<String>) -> ExitCode {
    let wishes = Wishes(words);
    let good = if let Some(seeds) = wishes.text("--child") {
        child(seeds, wishes.text("--broken"))
    } else if let Some(seed) = wishes.number("--seed") {
        one(seed, wishes.text("--broken"))
    } else if wishes.has("--sabotage") {
        sabotage(wishes.text("--sabotage"))
    } else {
        let count = wishes.number("--seeds");
        let good =
            many(count.unwrap_or(SEEDS_OF_CI), count.is_none_or(|count| count >= SEEDS_OF_CI));
        good & (count.is_some() || sabotage(None))
    };
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn defect(name: &str) -> Option<Defect> {
    Defect::ALL.into_iter().find(|defect| format!("{defect:?}") == name)
}

/// Plays seeds one after another and tells each outcome on a line. With a broken promise it ends at
/// the first breach.
fn child(seeds: &str, broken: Option<&str>) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    if let Some(defect) = broken.and_then(defect) {
        proof::sabotage(defect);
    }
    for seed in seeds.split(',').filter_map(|seed| seed.parse::<u64>().ok()) {
        println!("playing {seed}");
        let began = Instant::now();
        let script = Script::of(seed);
        let (stage, outcome) = runtime.block_on(play(&script));
        let struck: Vec<&str> = stage.ledger.struck.iter().map(|kind| kind.name()).collect();
        println!("struck {}", struck.join(" "));
        match outcome {
            Ok(()) => println!("kept {seed} {}", began.elapsed().as_millis()),
            Err(breach) => {
                println!("broke {seed} {}", breach.to_string().replace('\n', " / "));
                if broken.is_some() {
                    return true;
                }
            }
        }
        let _ = std::io::stdout().flush();
    }
    println!("done");
    true
}

/// Plays one seed and tells everything.
fn one(seed: u64, broken: Option<&str>) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    if let Some(defect) = broken.and_then(defect) {
        proof::sabotage(defect);
    }
    let script = Script::of(seed);
    print!("{}", script.told());
    let (stage, outcome) = runtime.block_on(play(&script));
    for event in &stage.ledger.events {
        println!(
            "{} {:?}, in hand {:?}",
            event.pushed.at,
            event.what,
            event.taken.map(|mark| mark.at)
        );
    }
    for call in stage.telegram.calls() {
        let what = (call.status, &call.fault, &call.description);
        println!("{} {} to {:?} {what:?}", call.at, call.method, call.chat_id);
    }
    for entry in stage.telegram.accepted() {
        let text = entry.text.unwrap_or_default().replace('\n', " / ");
        println!(
            "{} {:?} {} (answers {:?}): {text}",
            entry.at, entry.chat_id, entry.method, entry.reply_to
        );
    }
    for (at, why) in &stage.ledger.trouble {
        println!("{at} trouble: {why}");
    }
    let waiting = runtime.block_on(crate::checker::waiting(&stage));
    println!("waiting: {waiting:#?}");
    println!("deaths: {:?}", stage.ledger.crashes);
    println!("struck: {:?}", stage.ledger.struck);
    match outcome {
        Ok(()) => println!("seed {seed}: every promise was kept"),
        Err(breach) => {
            println!("seed {seed} broke {breach}");
            return false;
        }
    }
    true
}

/// What came of many stories.
#[derive(Default)]
struct Outcome {
    kept: Vec<u64>,
    broke: BTreeMap<u64, String>,
    struck: BTreeMap<String, usize>,
    playing: Option<u64>,
    done: bool,
}

impl Outcome {
    fn hear(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (first, more) = rest.split_once(' ').unwrap_or((rest, ""));
        let seed = first.parse().unwrap_or(0);
        match word {
            "playing" => self.playing = Some(seed),
            "kept" => self.kept.push(seed),
            "broke" => {
                self.broke.insert(seed, more.to_owned());
            }
            "struck" => {
                for name in rest.split_whitespace() {
                    *self.struck.entry(name.to_owned()).or_default() += 1;
                }
            }
            "done" => self.done = true,
            _ => {}
        }
    }
    fn join(&mut self, other: Outcome) {
        if let (false, Some(seed)) = (other.done, other.playing) {
            self.broke.entry(seed).or_insert_with(|| "the process that played it ended".to_owned());
        }
        self.kept.extend(other.kept);
        self.broke.extend(other.broke);
        for (name, count) in other.struck {
            *self.struck.entry(name).or_default() += count;
        }
    }
}

/// Lets a process of its own play seeds.
fn in_a_child(seeds: &[u64], broken: Option<Defect>) -> Outcome {
    let list: Vec<String> = seeds.iter().map(u64::to_string).collect();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--child", &list.join(",")]).stdout(Stdio::piped()).stderr(Stdio::inherit());
    if let Some(defect) = broken {
        command.args(["--broken", &format!("{defect:?}")]).stderr(Stdio::null());
    }
    let mut child = command.spawn().unwrap();
    let mut outcome = Outcome::default();
    if let Some(out) = child.stdout.take() {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            outcome.hear(&line);
        }
    }
    let _ = child.wait();
    outcome
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Plays the regressions, then so many seeds; counts, where asked, which faults struck.
fn many(count: u64, counted: bool) -> bool {
    let began = Instant::now();
    let regressions =
        REGRESSIONS.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok());
    let mut seeds: Vec<u64> = regressions.collect();
    seeds.extend(1..=count);
    let shares: Vec<Vec<u64>> = (0..cores())
        .map(|core| seeds.iter().copied().skip(core).step_by(cores()).collect())
        .collect();
    let all = Mutex::new(Outcome::default());
    std::thread::scope(|scope| {
        for share in &shares {
            scope.spawn(|| {
                let outcome = in_a_child(share, None);
                all.lock().unwrap().join(outcome);
            });
        }
    });
    let all = all.into_inner().unwrap();
    let seconds = began.elapsed().as_secs();
    println!(
        "{} stories kept every promise, {} did not; {seconds} s",
        all.kept.len(),
        all.broke.len()
    );
    for (seed, breach) in all.broke.iter().take(TOLD_MAX) {
        print!("{}", Script::of(*seed).told());
        println!("seed {seed} broke {breach}");
        println!("again: cargo test --features proof --test simulation -- --seed {seed}\n");
    }
    for (seed, breach) in all.broke.iter().skip(TOLD_MAX) {
        println!("seed {seed} broke {breach}");
    }
    all.broke.is_empty() & (!counted || census_of(&all))
}

fn census_of(all: &Outcome) -> bool {
    println!("faults that struck, in so many stories:");
    let line: Vec<String> =
        all.struck.iter().map(|(name, count)| format!("{name} {count}")).collect();
    println!("  {}", line.join(" · "));
    for (fault, why) in PROVED_ELSEWHERE {
        println!("  no story can meet {fault}: {why}");
    }
    let struck: BTreeSet<&str> = all.struck.keys().map(String::as_str).collect();
    let missing = census::missing(&struck);
    if !missing.is_empty() {
        println!("these never struck: {}", missing.join(" · "));
    }
    missing.is_empty()
}

/// Breaks each promise, or one, and sees whether the checker notices.
fn sabotage(only: Option<&str>) -> bool {
    let chosen: Vec<Defect> = match only.and_then(defect) {
        Some(defect) => vec![defect],
        None => Defect::ALL.to_vec(),
    };
    let (next, caught) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..cores() {
            scope.spawn(|| {
                while let Some(defect) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    caught.fetch_add(usize::from(is_caught(*defect)), Ordering::Relaxed);
                }
            });
        }
    });
    let caught = caught.into_inner();
    println!("{caught} of {} broken promises were noticed", chosen.len());
    caught == chosen.len()
}

fn is_caught(defect: Defect) -> bool {
    let seeds: Vec<u64> = (1..=SEEDS_OF_SABOTAGE).collect();
    let outcome = in_a_child(&seeds, Some(defect));
    let stories = outcome.kept.len() + 1;
    match (outcome.broke.first_key_value(), outcome.done, outcome.playing) {
        (Some((seed, breach)), ..) => {
            println!("{defect:?}: noticed in story {stories} (seed {seed}): {breach}");
            true
        }
        (None, false, Some(seed)) => {
            println!("{defect:?}: the process ended in story {stories} (seed {seed})");
            false
        }
        _ => {
            println!("{defect:?}: NOT NOTICED in {SEEDS_OF_SABOTAGE} stories");
            false
        }
    }
}
