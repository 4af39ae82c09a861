//! The hour in Paris at which something is done every day, whatever the clocks are set to that night.
use chrono::{DateTime, Days, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Paris;

/// The next time it is `hour` (Paris) after `now`. In an hour that a night has twice, the later one.
pub fn next_at(hour: NaiveTime, now: DateTime<Utc>) -> DateTime<Utc> {
    let today = now.with_timezone(&Paris).date_naive();
    (0..3)
        .filter_map(|days| today.checked_add_days(Days::new(days)))
        .filter_map(|day| Paris.from_local_datetime(&day.and_time(hour)).latest())
        .map(|at| at.with_timezone(&Utc))
        .find(|at| *at > now)
        // An hour that three days in a row do not have is none of Paris'.
        .unwrap_or(now + chrono::TimeDelta::days(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quarter_past_five(now: &str) -> String {
        let hour = NaiveTime::from_hms_opt(5, 15, 0).unwrap();
        next_at(hour, now.parse().unwrap()).to_rfc3339()
    }

    #[test]
    fn fault_32_it_is_quarter_past_five_in_paris_on_both_sides_of_both_dst_nights() {
        for (now, next) in [
            ("2025-11-10T04:14:59Z", "2025-11-10T04:15:00+00:00"),
            ("2025-11-10T04:15:00Z", "2025-11-11T04:15:00+00:00"),
            ("2026-03-28T12:00:00Z", "2026-03-29T03:15:00+00:00"),
            ("2026-03-29T00:30:00Z", "2026-03-29T03:15:00+00:00"),
            ("2026-03-29T03:15:00Z", "2026-03-30T03:15:00+00:00"),
            ("2026-10-24T12:00:00Z", "2026-10-25T04:15:00+00:00"),
            ("2026-10-25T03:15:00Z", "2026-10-25T04:15:00+00:00"),
            ("2026-10-25T04:15:00Z", "2026-10-26T04:15:00+00:00"),
            ("2026-12-31T23:30:00Z", "2027-01-01T04:15:00+00:00"),
        ] {
            assert_eq!(quarter_past_five(now), next, "after {now}");
        }
    }
}
