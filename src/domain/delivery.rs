//! Deliveries: one letter to one recipient, and the named states it may be in (DESIGN §5). Pure: how
//! rows are kept is `storage`'s, when they are sent is `dispatch`'s.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How often a delivery is tried when it is not known whether the earlier tries arrived. Telegram
/// has no idempotency key, so each may become one more copy on a phone (G3: never more than 3).
pub const ATTEMPTS_MAX: i64 = 3;

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waits for its turn, or for another try.
    Queued,
    /// An intent is committed: a call may have been made.
    Sending,
    /// Telegram accepted it.
    Sent,
    /// Tried as often as is allowed; it may have arrived.
    Maybe,
    /// The recipient blocked the bot, or is gone.
    Blocked,
    /// Telegram refuses the message itself.
    Refused,
    /// Too old before it could be sent.
    Expired,
    /// A later version took its place before it was sent.
    Superseded,
    /// The recipient left.
    Left,
}

impl DeliveryState {
    /// Every state, in the order progress is told.
    pub const ALL: [DeliveryState; 9] = [
        DeliveryState::Queued,
        DeliveryState::Sending,
        DeliveryState::Sent,
        DeliveryState::Maybe,
        DeliveryState::Blocked,
        DeliveryState::Refused,
        DeliveryState::Expired,
        DeliveryState::Superseded,
        DeliveryState::Left,
    ];
    /// The code in the database and the journal.
    pub fn code(self) -> &'static str {
        match self {
            DeliveryState::Queued => "queued",
            DeliveryState::Sending => "sending",
            DeliveryState::Sent => "sent",
            DeliveryState::Maybe => "maybe",
            DeliveryState::Blocked => "blocked",
            DeliveryState::Refused => "refused",
            DeliveryState::Expired => "expired",
            DeliveryState::Superseded => "superseded",
            DeliveryState::Left => "left",
        }
    }
    /// The state of a code.
    pub fn from_code(code: &str) -> Option<DeliveryState> {
        DeliveryState::ALL.into_iter().find(|state| state.code() == code)
    }
    /// Whether nothing more will happen to it.
    pub fn is_settled(self) -> bool {
        !matches!(self, DeliveryState::Queued | DeliveryState::Sending)
    }
}

/// How one try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// Telegram accepted it as this message.
    Sent(i64),
    /// It may have arrived, and is not tried again.
    Maybe,
    /// The recipient blocked the bot, or is gone.
    Blocked,
    /// Telegram refuses the message itself.
    Refused,
    /// Too old by the time it came to be sent.
    Expired,
    /// A later version is on its way instead.
    Superseded,
    /// To be tried again.
    Again {
        /// Not before.
        at: DateTime<Utc>,
        /// Whether it may have arrived: `false` gives the attempt back (refused connection, 429).
        counts: bool,
    },
}

impl Settled {
    /// The state it ends in; `None` where it does not end.
    pub fn state(self) -> Option<DeliveryState> {
        match self {
            Settled::Sent(_) => Some(DeliveryState::Sent),
            Settled::Maybe => Some(DeliveryState::Maybe),
            Settled::Blocked => Some(DeliveryState::Blocked),
            Settled::Refused => Some(DeliveryState::Refused),
            Settled::Expired => Some(DeliveryState::Expired),
            Settled::Superseded => Some(DeliveryState::Superseded),
            Settled::Again { .. } => None,
        }
    }
}

/// What becomes of a delivery whose try ended without a clear answer, or whose sender died.
/// `attempts` are the tries that may have arrived; `overtaken`: a later version waits behind it.
pub fn after_doubt(attempts: i64, overtaken: bool) -> DeliveryState {
    match (attempts, overtaken) {
        (..=0, true) => DeliveryState::Superseded,
        (_, true) => DeliveryState::Maybe,
        (ATTEMPTS_MAX.., false) => DeliveryState::Maybe,
        (_, false) => DeliveryState::Queued,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubtful_delivery_is_tried_thrice_and_never_after_a_later_version() {
        assert_eq!(after_doubt(0, false), DeliveryState::Queued);
        assert_eq!(after_doubt(2, false), DeliveryState::Queued);
        assert_eq!(after_doubt(3, false), DeliveryState::Maybe);
        assert_eq!(after_doubt(0, true), DeliveryState::Superseded);
        assert_eq!(after_doubt(1, true), DeliveryState::Maybe);
        for state in DeliveryState::ALL {
            assert_eq!(DeliveryState::from_code(state.code()), Some(state));
        }
    }
}
