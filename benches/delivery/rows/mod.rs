//! The rows of the table, a file each.
pub mod faults;
pub mod latency;
pub mod memory;
pub mod rate;
pub mod restart;
pub mod retraction;

use std::ops::Range;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::bail;

use crate::contestants::CROWD;
use crate::score;
use crate::wire::{Entry, Server};

/// What an observer writes.
pub const SIGHTING: &str = "BMX 10 fourgons CRS";
/// How often a server is asked what it has accepted.
pub const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The residents.
pub fn crowd(count: i64) -> Range<i64> {
    CROWD..CROWD + count
}

/// Waits until so many of these were reached; gives up after a time.
pub fn until_reached(
    server: &mut Server,
    chats: &Range<i64>,
    count: usize,
    patience: Duration,
) -> anyhow::Result<()> {
    until(server, patience, |entries| score::reached(entries, chats) >= count)
}

/// Waits for what is accepted to be as wanted; gives up after a time.
pub fn until(
    server: &mut Server,
    patience: Duration,
    mut is_so: impl FnMut(&[Entry]) -> bool,
) -> anyhow::Result<()> {
    let began = Instant::now();
    while began.elapsed() < patience {
        server.look()?;
        if is_so(&server.accepted) {
            return Ok(());
        }
        sleep(LOOK_EVERY);
    }
    bail!("not within {} s", patience.as_secs())
}
