//! The integration tests, in one binary.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails by panicking, as the test itself does"
)]
mod local_telegram;
mod locales;
mod reading;
mod sign_off;
mod storage_story;
