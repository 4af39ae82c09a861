//! Time as it is said: Paris clock time, the day only where it is needed, minutes ago. Digits are
//! Western and written here, never by a locale: Persian and Pashto rules would turn them.
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Europe::Paris;

/// Up to this many minutes a sighting is said to be of just now.
pub(super) const JUST_NOW_MINUTES: i64 = 1;
/// Up to this many minutes a sighting is fresh (DESIGN §4).
const FRESH_MINUTES: i64 = 15;
/// Up to this many minutes it is told with its age in front (DESIGN §4); older ones are not
/// broadcast, but an older message may still be edited.
const TOLD_MINUTES: i64 = 60;
/// A clock time of another day that is less than this many hours away needs no day: at ten past
/// midnight, 23:50 can only be the one just past.
const SAME_NIGHT_HOURS: i64 = 6;

/// How old news is, as far as wording cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    /// This minute or the one before.
    JustNow,
    /// At most fifteen minutes.
    Fresh(i64),
    /// At most an hour.
    Old(i64),
    /// More: the clock time alone is said.
    Past,
}

/// How old news of `at` is at `now`. What lies a little ahead of our clock is of just now.
pub(super) fn age(at: DateTime<Utc>, now: DateTime<Utc>) -> Age {
    match minutes(at, now) {
        ..=JUST_NOW_MINUTES => Age::JustNow,
        n @ ..=FRESH_MINUTES => Age::Fresh(n),
        n @ ..=TOLD_MINUTES => Age::Old(n),
        _ => Age::Past,
    }
}

/// Whole minutes from `at` to `now`, never below 0.
pub(super) fn minutes(at: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    (now - at).num_minutes().max(0)
}

/// Paris clock time, `08:05`; with the day before it, `21/11 08:05`, when it is of another day.
pub(super) fn clock(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    match other_day(at, now) {
        Some((day, hour)) => format!("{day} {hour}"),
        None => at.with_timezone(&Paris).format("%H:%M").to_string(),
    }
}

/// Day and clock time in Paris, `21/11` and `08:05`, when it is of another day.
pub(super) fn other_day(at: DateTime<Utc>, now: DateTime<Utc>) -> Option<(String, String)> {
    let here = at.with_timezone(&Paris);
    let same_day = here.date_naive() == now.with_timezone(&Paris).date_naive();
    let same_night = (now - at).abs() < TimeDelta::hours(SAME_NIGHT_HOURS);
    (!same_day && !same_night)
        .then(|| (here.format("%d/%m").to_string(), here.format("%H:%M").to_string()))
}

/// A day in Paris, `17/01/2026`.
pub(super) fn day(at: DateTime<Utc>) -> String {
    at.with_timezone(&Paris).format("%d/%m/%Y").to_string()
}
