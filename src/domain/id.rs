//! Identifiers: text, ordered by the moment they were made (UUID version 7, RFC 9562), so that the
//! database index is also the order of events.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Builder;

/// Where identifiers and nonces take their randomness from; fixed in simulations.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with randomness.
    fn fill(&self, bytes: &mut [u8]);
}

/// Makes a fresh time-ordered identifier.
pub fn fresh(now: DateTime<Utc>, entropy: &dyn Entropy) -> String {
    let mut random = [0u8; 10];
    entropy.fill(&mut random);
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid().simple().to_string()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A fresh identifier, ordered after all made before `now`.
            pub fn fresh(now: DateTime<Utc>, entropy: &dyn Entropy) -> Self {
                Self(fresh(now, entropy))
            }
            /// The identifier as stored.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

ids! {
    /// One sighting.
    SightingId,
    /// One convoy: the identifier of the first received of its sightings.
    ConvoyId,
    /// One visit: the identifier of the first received of its sightings.
    VisitId,
    /// One alert, which is also the letter that carries it.
    AlertId,
    /// One message to be sent, to one or many.
    LetterId,
    /// One coordinator's ruling.
    RulingId,
}
