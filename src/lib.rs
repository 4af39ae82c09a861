//! Vigie, a lookout for human-rights observers: spot, alert, follow, log.
//!
//! Four layers, imports only downwards; `tests/it/layers.rs` reads the `use` lines and fails on a
//! breach. ARCHITECTURE.md opens with one sighting's journey through them.
pub mod app;
pub mod clock;
pub mod commands;
pub mod config;
pub mod console;
pub mod coordination;
pub mod dispatch;
pub mod domain;
pub mod gazetteer;
pub mod intake;
pub mod proof;
pub mod pulse;
pub mod read_command;
pub mod rehearsal;
pub mod sign_off;
pub mod speech;
pub mod storage;
pub mod telegram;
pub mod vault;
