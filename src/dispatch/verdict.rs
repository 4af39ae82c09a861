//! What follows from how an attempt ended. Pure: the rules of attempts, ageing and end states in one
//! place (DESIGN §5, G2–G5), each answered with a named state.
use chrono::{DateTime, TimeDelta, Utc};

use super::Outcome;
use crate::domain::alert::AlertKind;
use crate::domain::delivery::{ATTEMPTS_MAX, Settled};
use crate::proof::{self, Defect};
use crate::speech::say::Say;

/// News of a presence older than this is never sent (DESIGN §4): it would send people running from
/// where nobody is any more.
pub const PRESENCE_AGE_MAX: TimeDelta = TimeDelta::minutes(60);
/// Before the second and the third attempt when the one before may have arrived, in seconds: short,
/// for a warning ages; long enough for a moment's trouble to pass.
const AMBIGUOUS_PAUSES_SECONDS: [i64; 2] = [2, 6];
/// After a call that surely was not made: the sender as a whole is held back meanwhile, so this only
/// keeps the row out of the very next turn.
const UNSENT_PAUSE: TimeDelta = TimeDelta::seconds(1);

/// Whether it is too late to say this at `now`. Counted from when it was observed, at the moment of
/// sending, however long it waited in the queue.
pub fn is_too_late(say: &Say, expires_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let presence_is_old = match say {
        Say::Alert(text) if tells_of_presence(text.kind) => {
            now - text.observed_at > PRESENCE_AGE_MAX
        }
        _ => false,
    };
    (presence_is_old || now >= expires_at) && !proof::broken(Defect::NoAgeing)
}

/// Whether a message of this kind says that police are, or are about to be, somewhere.
fn tells_of_presence(kind: AlertKind) -> bool {
    match kind {
        AlertKind::BeReady
        | AlertKind::ComingToSite
        | AlertKind::PassingSite
        | AlertKind::AtSite
        | AlertKind::Elsewhere => true,
        AlertKind::Left
        | AlertKind::Ended
        | AlertKind::Retracted
        | AlertKind::Lost
        | AlertKind::Card => false,
    }
}

/// The state of a delivery after its attempt number `attempts` ended so. `edited` is the message
/// that was to be edited; `told` is when a chat that was told to wait may be written to again.
pub fn settled(
    outcome: Outcome,
    attempts: i64,
    edited: Option<i64>,
    told: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Settled {
    let again = |at| Settled::Again { at, counts: false };
    match outcome {
        Outcome::Sent(id) => Settled::Sent(id),
        Outcome::NotModified => edited.map_or(Settled::Maybe, Settled::Sent),
        Outcome::Ambiguous if attempts >= ATTEMPTS_MAX && !proof::broken(Defect::NoCapOnCopies) => {
            Settled::Maybe
        }
        Outcome::Ambiguous => {
            Settled::Again { at: now + pause_before_next(attempts), counts: true }
        }
        Outcome::WaitAsTold { .. } if proof::broken(Defect::TooManyCountsAsSent) => {
            Settled::Sent(1)
        }
        Outcome::WaitAsTold { seconds } => {
            again(told.unwrap_or(now + TimeDelta::seconds(i64::from(seconds))))
        }
        Outcome::SurelyUnsent if proof::broken(Defect::RefusedConnectionGivenUp) => Settled::Maybe,
        Outcome::SurelyUnsent | Outcome::TokenRefused => again(now + UNSENT_PAUSE),
        Outcome::Moved(_) => again(now),
        Outcome::RecipientGone if proof::broken(Defect::BlockedTriedAgain) => {
            again(now + UNSENT_PAUSE)
        }
        Outcome::RecipientGone => Settled::Blocked,
        Outcome::NothingToEdit | Outcome::Malformed | Outcome::Refused => Settled::Refused,
    }
}

fn pause_before_next(attempts: i64) -> TimeDelta {
    let index = usize::try_from(attempts - 1).unwrap_or(0);
    let last = AMBIGUOUS_PAUSES_SECONDS.len() - 1;
    TimeDelta::seconds(AMBIGUOUS_PAUSES_SECONDS[index.min(last)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alert::{AlertText, Confidence};
    use crate::domain::person::Chat;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_762_758_300, 0).unwrap()
    }

    fn alert(kind: AlertKind, minutes_ago: i64) -> Say {
        Say::Alert(AlertText {
            kind,
            site: None,
            observed_at: now() - TimeDelta::minutes(minutes_ago),
            vans: None,
            confidence: Confidence::Confirmed,
            no: 412,
            exercise: false,
        })
    }

    #[test]
    fn a_presence_of_more_than_an_hour_ago_is_never_told_but_a_retraction_is() {
        let later = now() + TimeDelta::hours(5);
        assert!(!is_too_late(&alert(AlertKind::AtSite, 60), later, now()));
        assert!(is_too_late(&alert(AlertKind::AtSite, 61), later, now()));
        assert!(is_too_late(&alert(AlertKind::BeReady, 61), later, now()));
        assert!(!is_too_late(&alert(AlertKind::Retracted, 90), later, now()));
        assert!(is_too_late(&alert(AlertKind::Retracted, 90), now(), now()));
    }

    #[test]
    fn what_may_have_arrived_is_tried_three_times_at_most() {
        let state = |attempts| settled(Outcome::Ambiguous, attempts, None, None, now());
        assert_eq!(state(1), Settled::Again { at: now() + TimeDelta::seconds(2), counts: true });
        assert_eq!(state(2), Settled::Again { at: now() + TimeDelta::seconds(6), counts: true });
        assert_eq!(state(3), Settled::Maybe);
    }

    #[test]
    fn waiting_and_refused_connections_are_no_attempts() {
        for outcome in [
            Outcome::WaitAsTold { seconds: 9 },
            Outcome::SurelyUnsent,
            Outcome::TokenRefused,
            Outcome::Moved(Chat(-1)),
        ] {
            let Settled::Again { at, counts } = settled(outcome, 3, None, None, now()) else {
                panic!("{outcome:?} ended the delivery");
            };
            assert!(!counts && at >= now());
        }
    }

    #[test]
    fn an_edit_that_changes_nothing_is_sent() {
        assert_eq!(settled(Outcome::NotModified, 1, Some(17), None, now()), Settled::Sent(17));
    }
}
