//! The rehearsal: the whole product against a local Telegram, with a page of phones. People try
//! Vigie with it, train with it and run drills; tests and simulations use the same server.
//!
//! It owns everything that stands in for Telegram and its users. It never reaches into the product.
pub mod page;
pub mod player;
pub mod script;
pub mod show;
pub mod telegram;
