//! The command line.
use std::process::ExitCode;

use clap::Parser;

use vigie::commands::{self, Line};

fn main() -> ExitCode {
    let line = match Line::try_parse() {
        Ok(line) => line,
        Err(error) => return commands::usage(&error),
    };
    // A thousand messages a second take a tenth of one core, and much of what a message costs is one
    // thread waking another. SQLite has threads of its own.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("vigie: the program cannot start its threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(commands::run(line))
}
