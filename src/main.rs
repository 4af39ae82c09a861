//! The command line.
use std::process::ExitCode;

use clap::Parser;

use vigie::commands::{self, Line};

fn main() -> ExitCode {
    let line = match Line::try_parse() {
        Ok(line) => line,
        Err(error) => return commands::usage(&error),
    };
    // One thread is plenty at a thousand messages a second, and a message then costs half the CPU:
    // most of it is one thread waking another. SQLite has threads of its own.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("vigie: the program cannot start its threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(commands::run(line))
}
