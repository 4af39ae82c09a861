//! G5: no presence older than an hour is told, and the age that is told is right at the moment at
//! which Telegram accepts it.
use chrono::{DateTime, Duration, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Paris;

use super::Breach;
use crate::ledger::Ledger;
use crate::words::Told;

/// Older than this is never told; the clock time in the message has whole minutes.
const OLDEST: TimeDelta = TimeDelta::minutes(61);
/// So many minutes ago is "just now".
const JUST_NOW: i64 = 1;

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
