//! G5: no presence older than an hour is told, and the age that is told is right at the moment at
//! which Telegram accepts it.
use chrono::{DateTime, Duration, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Paris;

use super::Breach;
use crate::ledger::{Event, Ledger, What};
use crate::words::Told;

/// Older than this is never told; the clock time in the message has whole minutes.
const OLDEST: TimeDelta = TimeDelta::minutes(61);
/// So many minutes ago is "just now".
const JUST_NOW: i64 = 1;
/// News that was in hand for so long when it went out had waited: everything that is due goes out in
/// half a minute.
const WAITED: TimeDelta = TimeDelta::minutes(2);

pub fn check(fresh: &[Told], ledger: &Ledger) -> Result<(), Breach> {
    for told in fresh.iter().filter(|told| told.news.is_some_and(|news| news.is_presence())) {
        let now = told.at + ledger.skew_at(told.at);
        let Some((clock, ago)) = told.seen else {
            return Err(Breach::of(
                "G5",
                format!("says of no time that police were seen: {}", told.text),
            ));
        };
        let ages: Vec<TimeDelta> = moments(clock, now).into_iter().map(|at| now - at).collect();
        let right = |age: &TimeDelta| {
            // The seconds of the sighting are not said: its age is up to a minute less.
            let most = age.num_minutes().max(0);
            let least = (*age - TimeDelta::seconds(59)).num_minutes().max(0);
            let said = ago.unwrap_or(61);
            let fits = (least..=most).contains(&said) || (said <= JUST_NOW && least <= JUST_NOW);
            fits && *age <= OLDEST
        };
        // A clock that was just set may have been read on either side of it.
        if !ages.iter().any(right)
            && !ledger.skewed_between(told.at - Duration::seconds(1), told.at)
        {
            let what = format!("at {now} chat {} was told: {}", told.chat, told.text);
            return Err(Breach::of("G5", what));
        }
    }
    Ok(())
}

/// Whether news that had waited went out, its age told as it was by then (FAULTS 30).
pub fn aged_in_queue(fresh: &[Told], ledger: &Ledger) -> bool {
    fresh.iter().filter(|told| !told.edited && told.reply_to.is_none()).any(|told| {
        let waited = |event: &Event| {
            let What::Report { site, seen, .. } = &event.what else { return false };
            let said = seen.with_timezone(&Paris).format("%H:%M").to_string();
            let clock = told.seen.map(|((hour, minute), _)| format!("{hour:02}:{minute:02}"));
            told.site == Some(*site)
                && clock == Some(said)
                && event.taken.is_some_and(|taken| told.at - taken.at >= WAITED)
        };
        // Whoever came meanwhile was told the state of that moment: nothing had waited for them.
        let came = |event: &Event| matches!(&event.what, What::Subscribed { chat, .. } if *chat == told.chat && event.pushed.call > 0);
        told.news.is_some_and(|news| news.is_presence())
            && ledger.events.iter().any(waited)
            && !ledger.events.iter().any(came)
    })
}

/// The moments nearest to `now` at which a clock in Paris showed that.
fn moments((hour, minute): (i64, i64), now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let today = now.with_timezone(&Paris).date_naive();
    let days = [today.pred_opt(), Some(today), today.succ_opt()];
    let mut found = Vec::new();
    for day in days.into_iter().flatten() {
        let Some(local) = day.and_hms_opt(hour as u32, minute as u32, 0) else { continue };
        let at = Paris.from_local_datetime(&local);
        found.extend(at.earliest().map(|at| at.with_timezone(&Utc)));
        found.extend(at.latest().map(|at| at.with_timezone(&Utc)));
    }
    found.retain(|at| (now - *at).abs() < TimeDelta::hours(12));
    found
}
