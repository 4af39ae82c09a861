//! What can go wrong in a use case.
use crate::storage::StorageError;

/// Nothing was done; the transaction must be given up.
#[derive(Debug, thiserror::Error)]
pub enum CoordinationError {
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// An utterance could not be written down.
    #[error("an utterance could not be stored: {0}")]
    Say(#[from] serde_json::Error),
}
