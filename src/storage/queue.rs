//! How things stand, in numbers alone: what waits and what is under way, by urgency, and for how many.
//! What has ended is not looked at: there may be a hundred thousand rows of it.
use chrono::{DateTime, Utc};

use super::dialect::{all, first};
use super::row::At;
use super::{StorageError, Tx, millis};
use crate::domain::alert::Urgency;
use crate::domain::delivery::DeliveryState;

/// So many deliveries that are not over, of one urgency and state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueCount {
    /// Queued or sending.
    pub state: DeliveryState,
    /// How urgent.
    pub urgency: Urgency,
    /// How many.
    pub count: i64,
}

impl Tx {
    /// The deliveries that are not over.
    pub async fn queue_counts(&mut self) -> Result<Vec<QueueCount>, StorageError> {
        let rows: Vec<(String, i64, i64)> = all!(
            self.conn,
            "SELECT state, urgency, COUNT(*) FROM delivery WHERE settled_at IS NULL
             GROUP BY state, urgency ORDER BY state, urgency"
        )?;
        let at = At { table: "delivery", row: "queue" };
        rows.into_iter()
            .map(|(state, urgency, count)| {
                Ok(QueueCount {
                    state: DeliveryState::from_code(&state).ok_or_else(|| at.wrong("state"))?,
                    urgency: super::claim::urgency_of(urgency)
                        .ok_or_else(|| at.wrong("urgency"))?,
                    count,
                })
            })
            .collect()
    }

    /// How many persons are sent warnings of some site.
    pub async fn watcher_count(&mut self) -> Result<i64, StorageError> {
        let row: Option<(i64,)> = first!(self.conn, "SELECT COUNT(DISTINCT chat_hash) FROM watch")?;
        Ok(row.map_or(0, |(count,)| count))
    }

    /// Since when the delivery has been due that has waited longest for its turn; `None` when none is
    /// due by `now`.
    pub async fn queue_due_since(
        &mut self,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StorageError> {
        let row: Option<(Option<i64>,)> = first!(
            self.conn,
            "SELECT MIN(next_at) FROM delivery WHERE state = 'queued' AND next_at <= $1",
            millis(now)
        )?;
        let at = At { table: "delivery", row: "queue" };
        at.instant_if("next_at", row.and_then(|(since,)| since))
    }
}
