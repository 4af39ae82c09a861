//! What people asked for themselves: who stopped hears no more, and everybody hears in a language
//! they chose.
use super::{Breach, Known};
use crate::ledger::{Ledger, What};
use crate::words::Told;

pub fn check(known: &Known, ledger: &Ledger, from: usize) -> Result<(), Breach> {
    for told in known.told[from..].iter().filter(|told| !known.is_team(told.chat)) {
        if told.news.is_some() && has_stopped(ledger, told) {
            let what = format!("{} had stopped, and was told: {}", told.chat, told.text);
            return Err(Breach::of("stop", what));
        }
        let reads = |lang: &str| {
            ledger.events.iter().any(|event| match &event.what {
                What::Language { chat, lang: chosen } => *chat == told.chat && *chosen == lang,
                What::Moved { to, .. } => *to == told.chat,
                _ => false,
            })
        };
        if told.lang.is_some_and(|lang| !reads(lang)) {
            let what = format!("{} never chose {:?}: {}", told.chat, told.lang, told.text);
            return Err(Breach::of("language", what));
        }
    }
    Ok(())
}

/// Whether the program had their /stop in hand, and they did not come again.
fn has_stopped(ledger: &Ledger, told: &Told) -> bool {
    let mut stopped = false;
    for event in &ledger.events {
        match &event.what {
            What::Stopped { chat } if *chat == told.chat => {
                stopped |= event.taken.is_some_and(|taken| taken.accepted < told.seq);
            }
            What::Subscribed { chat, .. } | What::Language { chat, .. } if *chat == told.chat => {
                stopped = false;
            }
            _ => {}
        }
    }
    stopped
}
