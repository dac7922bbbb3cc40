//! What the checker promises, through its public border, on graphs small
//! enough to know the truth about. What all engines promise is also tested of
//! those in other crates, with the same files.
#![allow(clippy::unwrap_used)] // In helpers of tests as in tests.

mod counters;
mod engines;
mod examples;
mod graph;
mod levels;
mod limits;
mod options;
mod paths;
mod simulation;
mod truth;
