//! Coordination: after anything changed in a zone, what is known is derived again, what must be
//! told is decided, and both are written down in the same transaction. It owns cards, rulings,
//! following and durable timers; it never sends anything itself and words nothing.
mod act;
mod card;
mod duties;
mod error;
mod follow;
mod line;
mod mirror;
mod reconsider;
mod restored;
mod silence;
mod standing;
mod upkeep;

use std::sync::Arc;

use chrono::TimeDelta;

pub use act::{Act, Ruled, place_of, rule};
pub use card::{CARD_WITHIN, open_cards};
pub use duties::{in_reach_again, keep_house, late, outage_over, run_due};
pub use error::CoordinationError;
pub use follow::{FollowReply, take};
pub use mirror::{adopt_channel, end_channel, line_of, lose_channel, offer_channel};
pub use reconsider::{Cause, Reconsidered, reconsider};
pub use restored::{Restored, keep_mark, restored};
pub use standing::present_state;
pub use upkeep::{BACKUP_AT, CUT_OFF_TOLD_AFTER, in_touch};

use crate::domain::id::Entropy;
use crate::domain::person::{Person, Role};
use crate::domain::site::Gazetteer;
use crate::storage::Tx;

/// How far back alerts are read: the operational day.
pub const ALERTS_WINDOW: TimeDelta = TimeDelta::hours(24);
/// How far back sightings are read to derive the picture. Longer than [`ALERTS_WINDOW`] by more than
/// lies between the first sighting of a visit and the last word on it: otherwise an alert would
/// outlive the sightings behind it, and be taken back as if it had been wrong.
pub const SIGHTINGS_WINDOW: TimeDelta = TimeDelta::hours(38);

/// The context in which a reporter has the same pseudonym.
pub const REPORTER: &str = "reporter";

/// What every use case needs besides its transaction and the time.
#[derive(Clone)]
pub struct House {
    /// The places.
    pub gazetteer: Arc<Gazetteer>,
    /// Where identifiers come from.
    pub entropy: Arc<dyn Entropy>,
}

/// A member of the team who acts, as far as it is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The role that holds at the moment of the act.
    pub role: Role,
    /// The number in the team.
    pub tag: i64,
}

impl Actor {
    /// The person as an actor, with the role that holds at `now`.
    pub fn of(person: &Person, now: chrono::DateTime<chrono::Utc>) -> Actor {
        Actor { role: person.role_at(now), tag: person.tag }
    }
}

/// The coordinators and admins whose role holds now.
async fn desk(
    tx: &mut Tx,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<Person>, CoordinationError> {
    Ok(tx.team(Role::Coordinator, now).await?)
}
