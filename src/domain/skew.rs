//! How far a clock may be wrong, and what is still done when it is more (FAULTS 31). Freshness is a
//! promise about time: with a wrong clock an old sighting would be told as news, or news be dropped.
use chrono::{DateTime, TimeDelta, Utc};

use super::alert::{AlertKind, Audience};

/// From here on somebody is told: machines that keep their clock by the network are off by less than
/// a second, so half a minute means that nobody keeps it.
pub const WARNED_BEYOND: TimeDelta = TimeDelta::seconds(30);
/// From here on residents are warned of nothing automatically: "seen 5 minutes ago" would be untrue.
pub const STOPS_BEYOND: TimeDelta = TimeDelta::seconds(120);
/// HTTP writes the time in whole seconds, rounded down.
const WRITTEN_TO: TimeDelta = TimeDelta::seconds(1);
/// An answer that took longer says less: this much of its way is believed, and no more. Answers to a
/// long poll wait at the server, which writes the time only when it answers.
pub const ON_THE_WAY_AT_MOST: TimeDelta = TimeDelta::seconds(5);

/// Whether the clock can be gone by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// It is right, or nobody has said otherwise.
    Right,
    /// It is off by more than [`WARNED_BEYOND`].
    Off,
    /// It is off by more than [`STOPS_BEYOND`].
    Wrong,
}

impl Trust {
    /// Its name, for machines.
    pub fn code(self) -> &'static str {
        match self {
            Trust::Right => "right",
            Trust::Off => "off",
            Trust::Wrong => "wrong",
        }
    }
}

/// How far our clock is surely ahead of theirs; negative, behind. `theirs` is the time an answer
/// says it was written at, `ours` what our clock showed when it came, `took` how long the call took.
pub fn skew(theirs: DateTime<Utc>, ours: DateTime<Utc>, took: TimeDelta) -> TimeDelta {
    let on_the_way = took.clamp(TimeDelta::zero(), ON_THE_WAY_AT_MOST) + WRITTEN_TO;
    let ahead = ours - theirs;
    if ahead < TimeDelta::zero() { ahead } else { (ahead - on_the_way).max(TimeDelta::zero()) }
}

/// What a clock that is so far off is good for; one that nobody has compared counts as right.
pub fn trust(skew: Option<TimeDelta>) -> Trust {
    match skew.map(|skew| skew.abs()) {
        Some(off) if off > STOPS_BEYOND => Trust::Wrong,
        Some(off) if off > WARNED_BEYOND => Trust::Off,
        _ => Trust::Right,
    }
}

/// Whether something may be told while the clock is trusted so far. The team is always told, and so
/// is that we were wrong: a false warning left standing is worse than a retraction with a wrong hour.
pub fn may_tell(trust: Trust, kind: AlertKind, audience: &Audience) -> bool {
    let to_team = matches!(audience, Audience::Team | Audience::Desk) || kind == AlertKind::Card;
    trust < Trust::Wrong || to_team || kind == AlertKind::Retracted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }
    fn s(seconds: i64) -> TimeDelta {
        TimeDelta::seconds(seconds)
    }

    #[test]
    fn the_way_of_an_answer_and_its_rounding_are_no_skew() {
        assert_eq!(skew(at(100), at(100), s(0)), s(0));
        assert_eq!(skew(at(100), at(101), s(0)), s(0));
        assert_eq!(skew(at(100), at(104), s(3)), s(0));
        assert_eq!(skew(at(100), at(150), s(3)), s(46));
        assert_eq!(skew(at(100), at(150), s(25)), s(44), "a long poll does not hide a wrong clock");
        assert_eq!(
            skew(at(150), at(100), s(3)),
            s(-50),
            "an answer cannot come before it is written"
        );
    }

    #[test]
    fn half_a_minute_is_warned_of_and_two_minutes_stop_what_is_told_to_residents() {
        for (off, expected) in
            [(30, Trust::Right), (31, Trust::Off), (120, Trust::Off), (121, Trust::Wrong)]
        {
            assert_eq!(trust(Some(s(off))), expected);
            assert_eq!(trust(Some(s(-off))), expected);
        }
        assert_eq!(trust(None), Trust::Right);
    }

    #[test]
    fn with_a_wrong_clock_the_team_still_hears_and_residents_only_that_we_were_wrong() {
        let site = Audience::Reached;
        assert!(may_tell(Trust::Off, AlertKind::AtSite, &site));
        assert!(!may_tell(Trust::Wrong, AlertKind::AtSite, &site));
        assert!(!may_tell(Trust::Wrong, AlertKind::Left, &site));
        assert!(may_tell(Trust::Wrong, AlertKind::Retracted, &site));
        assert!(may_tell(Trust::Wrong, AlertKind::Card, &Audience::Team));
    }
}
