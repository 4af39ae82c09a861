//! The seeded simulation: the real program on a real file, against the local Telegram, with people,
//! clocks, faults and deaths of the process scripted from one seed; and a checker that reads only what
//! Telegram saw. `cargo test --features proof --test simulation` plays the stories of CI.
#![expect(clippy::unwrap_used, reason = "a story that cannot be set up fails by panicking")]
mod actors;
mod census;
mod checker;
mod faults;
mod ledger;
mod operator;
mod play;
mod rng;
mod runner;
mod scenes;
mod script;
mod stage;
mod words;

fn main() -> std::process::ExitCode {
    runner::run(std::env::args().skip(1).collect())
}
