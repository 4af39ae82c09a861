//! The journeys of everyone who meets Vigie, each told as a sentence.
mod coming;
mod enduring;
mod following;
mod mirroring;
mod reporting;
mod warning;
mod watching;
