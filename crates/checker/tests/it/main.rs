//! What the checker promises, through its public border, on graphs small
//! enough to know the truth about.
#![allow(clippy::unwrap_used)] // In helpers of tests as in tests.

mod dataflow;
mod graph;
mod levels;
mod limits;
mod simulation;
mod truth;
mod ways;
