//! Identifiers: text, ordered by the moment they were made (UUID version 7, RFC 9562), so that the
//! database index is also the order of events.
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Builder;

/// Where identifiers and nonces take their randomness from; fixed in simulations.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with randomness.
    fn fill(&self, bytes: &mut [u8]);
}

/// How many identifiers this process has made: the first random bits of an identifier give way to
/// this count, so that those of one millisecond keep the order in which they were made (RFC 9562,
/// 6.2, method 1). One use case makes several: its alerts must not change places.
static MADE: AtomicU32 = AtomicU32::new(0);

/// Makes a fresh identifier, ordered after all that this process made before, as long as its clock
/// is not set back.
pub fn fresh(now: DateTime<Utc>, entropy: &dyn Entropy) -> String {
    let mut random = [0u8; 10];
    entropy.fill(&mut random);
    // Twelve bits before the variant's two, fourteen after: the version and the variant are put
    // over the upper bits of the first and the third byte.
    let count = MADE.fetch_add(1, Ordering::Relaxed) & 0x03ff_ffff;
    random[0] = (count >> 22) as u8;
    random[1] = (count >> 14) as u8;
    random[2] = ((count >> 8) & 0x3f) as u8;
    random[3] = count as u8;
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid().simple().to_string()
}

/// The moment an identifier begins with: its first 48 bits, in milliseconds (RFC 9562, 5.7).
fn made_at(id: &str) -> Option<DateTime<Utc>> {
    let millis = i64::from_str_radix(id.get(..12)?, 16).ok()?;
    DateTime::from_timestamp_millis(millis)
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
            /// When it was made, to the millisecond; `None` where it is no such identifier.
            pub fn made_at(&self) -> Option<DateTime<Utc>> {
                made_at(&self.0)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The worst case: nothing random decides the order.
    struct Falling(AtomicU32);
    impl Entropy for Falling {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(255 - self.0.fetch_add(1, Ordering::Relaxed) as u8);
        }
    }

    #[test]
    fn an_identifier_says_when_it_was_made() {
        let now = DateTime::from_timestamp_millis(1_763_363_100_123).unwrap();
        let id = LetterId::fresh(now, &Falling(AtomicU32::new(0)));
        assert_eq!(id.made_at(), Some(now));
        assert_eq!(LetterId::from("été, in words").made_at(), None);
        assert_eq!(LetterId::from("").made_at(), None);
    }

    #[test]
    fn identifiers_of_one_millisecond_keep_their_order() {
        let (now, entropy) = (DateTime::UNIX_EPOCH, Falling(AtomicU32::new(0)));
        let made: Vec<String> = (0..200).map(|_| fresh(now, &entropy)).collect();
        assert!(made.is_sorted(), "{made:?}");
        assert!(made.iter().all(|id| id.len() == 32 && id.as_bytes()[12] == b'7'), "version 7");
    }
}
