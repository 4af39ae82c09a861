//! The few kinds of weather that the page offers, in terms of scripted faults.
use std::sync::PoisonError;

use serde::{Deserialize, Serialize};

use super::Page;
use crate::rehearsal::telegram::{Aim, Fault, FaultId, Times};

/// Slow weather: every answer takes so long, in real milliseconds.
const SLOW_MILLIS: u64 = 2_500;
/// Crowded weather: so large a part of the sends is told to wait, for so many seconds.
const CROWDED_CHANCE: f64 = 0.6;
const CROWDED_RETRY_SECONDS: u32 = 4;
/// Lossy weather: so large a part of the sends is done without its answer arriving.
const LOSSY_CHANCE: f64 = 0.35;
/// Every drill draws the same chances.
const SEED: u64 = 20_251_110;

/// What the weather is like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// All is well.
    #[default]
    Clear,
    /// Every answer takes long.
    Slow,
    /// Telegram says that it is too much (429).
    Crowded,
    /// Messages arrive, but the answers are lost.
    Lossy,
    /// Telegram cannot be reached.
    Outage,
}

/// What was chosen on the page, and the faults that stand for it.
#[derive(Default)]
pub(super) struct Chosen {
    pub kind: Kind,
    faults: Vec<FaultId>,
}

/// Changes the weather.
pub(super) async fn change(page: &Page, kind: Kind) {
    let telegram = &page.telegram;
    let faults = match kind {
        Kind::Clear | Kind::Outage => Vec::new(),
        Kind::Slow => {
            vec![telegram.script_fault(Aim::Everything, Fault::Slow(SLOW_MILLIS), Times::Always)]
        }
        Kind::Crowded => vec![telegram.script_fault(
            Aim::Chats,
            Fault::TooMany(CROWDED_RETRY_SECONDS),
            Times::Chance(CROWDED_CHANCE, SEED),
        )],
        Kind::Lossy => vec![telegram.script_fault(
            Aim::Chats,
            Fault::CutAfterAccept,
            Times::Chance(LOSSY_CHANCE, SEED),
        )],
    };
    let before = {
        let mut chosen = page.weather.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *chosen, Chosen { kind, faults })
    };
    for fault in before.faults {
        telegram.clear_fault(fault);
    }
    if telegram.is_out() != (kind == Kind::Outage) {
        telegram.outage(kind == Kind::Outage).await;
    }
}
