//! G3: copies of one message to one chat are at most one, and one more for each call whose end nobody
//! can know and for each death of the process; and never more than three.
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Breach, Known};
use crate::ledger::{Ledger, What};
use crate::words::{News, Told};

const COPIES_MAX: usize = 3;

type Same<'a> = (News, Option<u32>, Option<usize>, (i64, i64), bool, &'a [i64]);

fn key(told: &Told) -> Option<Same<'_>> {
    let news = told.news.filter(|_| !told.edited)?;
    let clock = told.seen.map(|(clock, _)| clock).unwrap_or_default();
    Some((news, told.no, told.site, clock, told.sure, &told.numbers))
}

pub fn check(known: &Known, ledger: &Ledger, from: usize) -> Result<(), Breach> {
    let mut chats: Vec<i64> = known.told[from..].iter().map(|told| told.chat).collect();
    chats.sort_unstable();
    chats.dedup();
    for chat in chats {
        if known.is_team(chat) {
            answers(known, ledger, chat)?;
        } else {
            warnings(known, ledger, chat)?;
        }
    }
    Ok(())
}

fn warnings(known: &Known, ledger: &Ledger, chat: i64) -> Result<(), Breach> {
    let mut copies: BTreeMap<Same, (usize, DateTime<Utc>)> = BTreeMap::new();
    for told in known.to(chat) {
        if let Some(key) = key(told) {
            copies.entry(key).or_insert((0, told.at)).0 += 1;
        }
    }
    let (doubts, deaths) = (known.doubts(chat), ledger.crashes.len());
    for (key, (count, first)) in copies {
        let again = told_anew(ledger, chat, key.2, first);
        let may = (1 + doubts + deaths).min(COPIES_MAX) + again;
        if count > may {
            let what = format!(
                "{chat} was sent {key:?} {count} times; {doubts} calls in doubt, {deaths} deaths"
            );
            return Err(Breach::of("G3", what));
        }
    }
    Ok(())
}

/// How often the same words may have been decided anew: for who came again, or of a site of which a
/// report was taken back, after the first copy.
fn told_anew(ledger: &Ledger, chat: i64, site: Option<usize>, since: DateTime<Utc>) -> usize {
    let later = ledger.events.iter().filter(|event| event.pushed.at >= since);
    let anew = later.filter(|event| match &event.what {
        What::Subscribed { chat: who, .. } => *who == chat && event.pushed.call > 0,
        What::Cancel { site: of, .. } => of.is_none() || site.is_none() || *of == site,
        _ => false,
    });
    anew.count()
}

/// An answer to something a person wrote quotes it: one for each time it was written or changed.
fn answers(known: &Known, ledger: &Ledger, chat: i64) -> Result<(), Breach> {
    let mut copies: BTreeMap<i32, usize> = BTreeMap::new();
    for told in known.to(chat).filter(|told| !told.edited && told.no.is_none()) {
        if let Some(quoted) = told.reply_to {
            *copies.entry(quoted).or_default() += 1;
        }
    }
    let (doubts, deaths) = (known.doubts(chat), ledger.crashes.len());
    for (quoted, count) in copies {
        let written = ledger.events.iter().filter(|event| {
            matches!(&event.what, What::Report { by, message: Some(message), .. } if *by == chat && *message == quoted)
        });
        let may = (1 + doubts + deaths).min(COPIES_MAX) * written.count().max(1);
        if count > may {
            let what = format!(
                "message {quoted} of {chat} was answered {count} times; {doubts} calls in doubt, {deaths} deaths"
            );
            return Err(Breach::of("G3", what));
        }
    }
    Ok(())
}
