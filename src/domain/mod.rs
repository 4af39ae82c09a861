//! The pure core: what Vigie knows and how it decides. Nothing here is async, reads a clock, a
//! file, a database or the network; time and randomness come in as arguments.
pub mod alert;
pub mod alerting;
pub mod broadcast;
pub mod convoy;
pub mod delivery;
pub mod fold;
pub mod follow;
pub mod id;
pub mod journal;
pub mod lang;
pub mod matching;
pub mod mirror;
pub mod moment;
pub mod morning;
pub mod person;
pub mod reading;
pub mod retention;
pub mod ruling;
pub mod sighting;
pub mod site;
pub mod skew;
pub mod tap;
