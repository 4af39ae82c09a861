//! How fast, how lean and how faithfully Vigie delivers, beside a plain loop around teloxide's
//! `Throttle`, on this machine, over real HTTP: `cargo bench`, `cargo bench -- --help`.
//!
//! Three kinds of process: this one, which counts; local Telegrams, one for each contestant; and the
//! contestants. The binary under test is the `vigie` program itself, started as people start it.
mod contestants;
mod page;
mod rows;
mod score;
mod server;
mod wire;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// What is measured, and with how many.
#[derive(Parser)]
#[command(name = "cargo bench --", about = "Measures how Vigie delivers.")]
pub struct Plan {
    /// Only these parts, separated by commas: rate, strict, paid, latency, retraction, memory,
    /// faults, restart.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Residents, instead of each part's own numbers.
    #[arg(long)]
    n: Option<i64>,
    /// Small numbers: a look in four minutes, no proof.
    #[arg(long)]
    quick: bool,
    /// Another build of the `vigie` program, to compare with.
    #[arg(long, default_value = env!("CARGO_BIN_EXE_vigie"))]
    program: PathBuf,
    /// Without the plain loop beside it.
    #[arg(long)]
    alone: bool,
    /// Given by cargo; means nothing here.
    #[arg(long, hide = true)]
    bench: bool,
    #[arg(long, hide = true)]
    server: Option<String>,
    #[arg(long, hide = true, num_args = 4)]
    throttle: Option<Vec<String>>,
}

impl Plan {
    /// The number given, else the small or the usual one.
    fn number(&self, usual: i64, quick: i64) -> i64 {
        self.n.unwrap_or(if self.quick { quick } else { usual })
    }
    fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }
}

fn main() -> ExitCode {
    match run(&Plan::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the benchmark ended: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(plan: &Plan) -> anyhow::Result<()> {
    if let Some(police) = &plan.server {
        return server::run(police);
    }
    if let Some([url, token, count, rate]) = plan.throttle.as_deref() {
        return contestants::run_throttle(url, token, count.parse()?, rate.parse()?);
    }
    page::machine();
    page::head();
    type Part = fn(&Plan) -> anyhow::Result<()>;
    let parts: [(&str, Part); 8] = [
        ("rate", rows::rate::bucket),
        ("strict", rows::rate::strict),
        ("paid", rows::rate::paid),
        ("latency", rows::latency::run),
        ("retraction", rows::retraction::run),
        ("memory", rows::memory::run),
        ("faults", rows::faults::run),
        ("restart", rows::restart::run),
    ];
    for (name, part) in parts {
        if plan.wants(name)
            && let Err(error) = part(plan)
        {
            page::failed(name, &error);
        }
    }
    Ok(())
}
