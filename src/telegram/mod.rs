//! Telegram's face: updates in, letters out. The only place, with `rehearsal`, that knows teloxide.
pub mod api;
pub mod command;
pub mod handlers;
pub mod inbox;
pub mod outbound;
pub mod poll;
pub mod schema;
pub mod unkept;
pub mod webhook;
