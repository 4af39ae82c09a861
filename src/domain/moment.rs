//! Which moment a clock time in a message means. People write "8h05" of the morning that is, and
//! "23h50" at ten past midnight; what could be two moments is asked, never guessed.
use chrono::{DateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Paris;

/// A time that lies ahead today may be yesterday's, if that is no longer ago than this.
const LAST_NIGHT_WITHIN: TimeDelta = TimeDelta::hours(6);

/// What a clock time means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment {
    /// This moment, at or before the message.
    At(DateTime<Utc>),
    /// It could be morning or evening, or another day.
    Unclear(String),
    /// It lies ahead.
    Future(DateTime<Utc>),
}

/// Reads a Paris clock time in a message written at `written_at`. `twelve_hour` says that it was
/// written so that it may be morning or evening ("at 6"). Up to `slack` ahead counts as now.
pub fn moment(
    clock: NaiveTime,
    twelve_hour: bool,
    written_at: DateTime<Utc>,
    slack: TimeDelta,
) -> Moment {
    let day = written_at.with_timezone(&Paris).date_naive();
    let typed = clock.format("%H:%M").to_string();
    // In the hour that does not exist in spring, or exists twice in autumn, the later reading is
    // the one that was not long ago.
    let on = |date: chrono::NaiveDate| {
        Paris.from_local_datetime(&date.and_time(clock)).latest().map(|at| at.with_timezone(&Utc))
    };
    let Some(today) = on(day) else { return Moment::Unclear(typed) };
    let yesterday = day.pred_opt().and_then(on);
    if today <= written_at {
        let evening = today + TimeDelta::hours(12);
        if twelve_hour && evening <= written_at + slack {
            return Moment::Unclear(typed);
        }
        return Moment::At(today);
    }
    if today - written_at <= slack {
        return Moment::At(written_at);
    }
    match yesterday.filter(|at| written_at - *at <= LAST_NIGHT_WITHIN) {
        Some(last_night) => Moment::At(last_night),
        None if twelve_hour || today - written_at > LAST_NIGHT_WITHIN / 2 => Moment::Unclear(typed),
        None => Moment::Future(today),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLACK: TimeDelta = TimeDelta::minutes(5);

    fn at(text: &str) -> DateTime<Utc> {
        let local = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        Paris.from_local_datetime(&local).single().unwrap().with_timezone(&Utc)
    }
    fn clock(hour: u32, minute: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
    }

    #[test]
    fn a_time_of_this_morning_is_this_mornings() {
        let written = at("2025-11-10 08:07");
        let read = moment(clock(8, 5), false, written, SLACK);
        assert_eq!(read, Moment::At(at("2025-11-10 08:05")));
    }

    #[test]
    fn just_after_midnight_a_late_hour_is_last_nights() {
        let read = moment(clock(23, 50), false, at("2025-11-10 00:10"), SLACK);
        assert_eq!(read, Moment::At(at("2025-11-09 23:50")));
    }

    #[test]
    fn at_6_typed_at_ten_past_midnight_is_asked() {
        let read = moment(clock(6, 0), true, at("2025-11-10 00:10"), SLACK);
        assert_eq!(read, Moment::Unclear("06:00".into()));
    }

    #[test]
    fn a_little_ahead_is_now_and_further_ahead_is_the_future() {
        let written = at("2025-11-10 08:00");
        assert_eq!(moment(clock(8, 4), false, written, SLACK), Moment::At(written));
        assert_eq!(
            moment(clock(9, 30), false, written, SLACK),
            Moment::Future(at("2025-11-10 09:30"))
        );
    }

    #[test]
    fn an_hour_that_may_be_morning_or_evening_is_asked_in_the_evening() {
        let read = moment(clock(6, 0), true, at("2025-11-10 18:10"), SLACK);
        assert_eq!(read, Moment::Unclear("06:00".into()));
    }
}
