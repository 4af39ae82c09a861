//! The journal's chain. Each entry commits to the one before and to its own payload through a
//! nonce, `hash = H(prev ‖ H(nonce ‖ payload))`, so that a payload can be erased together with its
//! nonce and the chain still verifies.
use serde::{Deserialize, Serialize};

/// A BLAKE3 hash.
pub type Hash = [u8; 32];
/// What the first entry follows.
pub const GENESIS: Hash = [0; 32];

/// The inner commitment `H(nonce ‖ payload)`.
pub fn commitment(nonce: &[u8; 16], payload: &str) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(nonce);
    hasher.update(payload.as_bytes());
    *hasher.finalize().as_bytes()
}

/// The link `H(prev ‖ commitment)`.
pub fn link(prev: &Hash, commitment: &Hash) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(prev);
    hasher.update(commitment);
    *hasher.finalize().as_bytes()
}

/// One entry as read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Counts from 1 without gaps.
    pub seq: i64,
    /// `None` once erased, together with the nonce.
    pub payload: Option<String>,
    /// `None` once erased.
    pub nonce: Option<[u8; 16]>,
    /// `H(nonce ‖ payload)`, kept for ever.
    pub commitment: Hash,
    /// The chain's hash up to and with this entry.
    pub hash: Hash,
}

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Broken {
    /// A number is missing or stands twice.
    #[error("entry {expected} is missing: entry {found} stands in its place")]
    Gap {
        /// The number that should come.
        expected: i64,
        /// The number that came.
        found: i64,
    },
    /// The payload is not the one that was committed to.
    #[error("entry {0} was changed: its text does not match its commitment")]
    Payload(i64),
    /// The entry does not follow from the one before.
    #[error("entry {0} does not follow from the one before it")]
    Chain(i64),
}

/// Checks one entry against the hash before it, and gives the hash to go on with.
pub fn check(prev: &Hash, expected_seq: i64, entry: &Link) -> Result<Hash, Broken> {
    if entry.seq != expected_seq {
        return Err(Broken::Gap { expected: expected_seq, found: entry.seq });
    }
    match (&entry.nonce, &entry.payload) {
        (Some(nonce), Some(payload)) if commitment(nonce, payload) != entry.commitment => {
            return Err(Broken::Payload(entry.seq));
        }
        (Some(_), None) | (None, Some(_)) => return Err(Broken::Payload(entry.seq)),
        _ => {}
    }
    let hash = link(prev, &entry.commitment);
    if hash == entry.hash { Ok(hash) } else { Err(Broken::Chain(entry.seq)) }
}
