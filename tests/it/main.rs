//! The integration tests, in one binary.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails by panicking, as the test itself does"
)]
mod binary;
mod console;
mod dispatch;
mod dispatch_loop;
mod faults_input;
mod journeys;
mod keeping;
mod layers;
mod local_telegram;
mod locales;
mod many;
mod mornings;
mod people_at_once;
mod pictures;
mod post_office;
mod reading;
mod rehearsal_page;
mod sign_off;
mod six_mornings;
mod storage_story;
mod telegram_edge;
mod upkeep;
mod world;
