//! G2: everyone who had chosen a site when police were reported there gets at least one warning,
//! unless they left, or it was too old before Telegram could be reached.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::{Breach, Known, has_left};
use crate::actors::{CONTACT, COORDINATOR};
use crate::ledger::{Event, Ledger, What};
use crate::words::News;

/// So long after all is well whatever is due has been settled: the longest pause between two attempts
/// is 15 seconds, the largest broadcast of a story takes 30 at the lowest rate.
pub const SETTLED_WITHIN: TimeDelta = TimeDelta::seconds(150);
/// Older news is not told.
const TOLD_WITHIN: TimeDelta = TimeDelta::minutes(60);
/// What was written can be changed for so long.
const CHANGED_WITHIN: TimeDelta = TimeDelta::minutes(15);
/// Seen at another site of the zone so much later, a convoy has gone on.
const GONE_ON_AFTER: TimeDelta = TimeDelta::minutes(5);
/// What was told of a site no longer ago than this may be of the same visit: the longest gap of a zone.
const SAME_VISIT: TimeDelta = TimeDelta::minutes(80);

/// A report whose site must be warned.
struct Duty {
    site: usize,
    taken: DateTime<Utc>,
    pushed: DateTime<Utc>,
    seen: DateTime<Utc>,
    people: BTreeSet<i64>,
}

/// See the module.
#[derive(Default)]
pub struct Warned {
    chosen: BTreeMap<i64, BTreeSet<usize>>,
    duties: Vec<Duty>,
    /// Events looked at.
    seen: usize,
}

impl Warned {
    /// Looks at what happened since last time, and at what is owed.
    pub fn check(
        &mut self,
        known: &Known,
        ledger: &Ledger,
        now: DateTime<Utc>,
        _end: bool,
    ) -> Result<(), Breach> {
        while let Some(event) = ledger.events.get(self.seen).filter(|e| e.taken.is_some()) {
            self.take(event, known, ledger);
            self.seen += 1;
        }
        self.duties.retain(|duty| !is_cancelled(duty, ledger));
        for duty in &mut self.duties {
            let owed = |chat: &i64| {
                !knows(known, *chat, duty)
                    && !has_left(known, ledger, *chat)
                    && !tried_enough(known, ledger, *chat, duty)
            };
            duty.people = duty.people.iter().copied().filter(owed).collect();
            if let Some(breach) = overdue(duty, known, ledger, now) {
                return Err(breach);
            }
        }
        self.duties.retain(|duty| !duty.people.is_empty() && now - duty.seen <= TOLD_WITHIN);
        Ok(())
    }

    fn take(&mut self, event: &Event, known: &Known, ledger: &Ledger) {
        match &event.what {
            What::Subscribed { chat, site } => {
                self.chosen.entry(*chat).or_default().insert(*site);
            }
            What::Stopped { chat } | What::Gone { chat } => {
                self.chosen.remove(chat);
            }
            What::Moved { from, to } => {
                if let Some(sites) = self.chosen.remove(from) {
                    self.chosen.insert(*to, sites);
                }
            }
            What::Report { by, site, seen, changed, .. } => {
                let Some(taken) = event.taken else { return };
                // Changed later than this, it is for the team alone (FAULTS 22).
                if *changed && event.pushed.at - *seen > CHANGED_WITHIN {
                    return;
                }
                // A lone contact's report waits for a second voice: what follows is alerting's.
                let trusted = *by != CONTACT && *by != COORDINATOR;
                let undisturbed = !ledger.skewed_between(event.pushed.at, taken.at);
                if !trusted || !undisturbed || taken.at - *seen > TOLD_WITHIN {
                    return;
                }
                // It was seen elsewhere since, as somebody had said before: it is not there any more.
                let gone_on = ledger.events.iter().any(|other| {
                    matches!(&other.what, What::Report { site: at, seen: then, .. }
                        if at != site && known.cast.sites[*at].zone == known.cast.sites[*site].zone
                            && *then > *seen + GONE_ON_AFTER)
                        && other.pushed < event.pushed
                });
                if gone_on {
                    return;
                }
                let people = self.chosen.iter().filter(|(_, sites)| sites.contains(site));
                let people =
                    people.map(|(chat, _)| *chat).filter(|chat| !has_left(known, ledger, *chat));
                let (pushed, seen) = (event.pushed.at, *seen);
                let people = people.collect();
                self.duties.push(Duty { site: *site, taken: taken.at, pushed, seen, people });
            }
            _ => {}
        }
    }
}

/// Whether the last word somebody has of the site is that police are there.
fn knows(known: &Known, chat: i64, duty: &Duty) -> bool {
    let mut last: BTreeMap<u32, bool> = BTreeMap::new();
    for told in known.to(chat).filter(|told| told.site == Some(duty.site)) {
        if told.at < duty.pushed - SAME_VISIT {
            continue;
        }
        match (told.no, told.news) {
            (Some(no), Some(News::Here)) => last.insert(no, true),
            (Some(no), Some(News::Left | News::Ended | News::Wrong)) => last.insert(no, false),
            // A retraction and its number are on different lines; it always has one.
            _ => None,
        };
    }
    last.values().any(|here| *here)
}

/// Whether the report was taken back or its visit ended, or may have been: an act of the desk is of
/// everything that had come in by then.
fn is_cancelled(duty: &Duty, ledger: &Ledger) -> bool {
    ledger.events.iter().any(|event| match &event.what {
        What::Cancel { site, by_desk } => {
            let at = match by_desk {
                true => event.taken.map_or(event.pushed.at, |taken| taken.at),
                false => event.pushed.at,
            };
            site.is_none_or(|site| site == duty.site) && at >= duty.pushed
        }
        _ => false,
    })
}

/// Three tries whose end nobody knows are all that G3 allows.
fn tried_enough(known: &Known, ledger: &Ledger, chat: i64, duty: &Duty) -> bool {
    let doubts = known.calls.iter().filter(|call| {
        call.chat_id == Some(chat) && call.at >= duty.pushed && super::is_doubtful(call)
    });
    doubts.count() + ledger.crashes_after(duty.pushed) >= 3
}

fn overdue(duty: &Duty, known: &Known, ledger: &Ledger, now: DateTime<Utc>) -> Option<Breach> {
    let from = duty.taken.max(ledger.calm_since?).max(ledger.quiet_until);
    let owed = from + SETTLED_WITHIN <= now.min(duty.seen + TOLD_WITHIN - SETTLED_WITHIN);
    if !owed || duty.people.is_empty() || ledger.skewed_between(duty.pushed, now) {
        return None;
    }
    let site = known.name(duty.site);
    let what =
        format!("{:?} were never warned of {site}, reported at {}", duty.people, duty.pushed);
    Some(Breach::of("G2", what))
}
