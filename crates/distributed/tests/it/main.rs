//! What the engine promises, through its public border, on graphs small enough to
//! know the truth about: all that the engines of the checker promise, and more.
#![allow(clippy::unwrap_used)] // In helpers of tests as in tests.

#[path = "../../../checker/tests/it/counters.rs"]
mod counters;
mod engines;
#[path = "../../../checker/tests/it/graph.rs"]
mod graph;
#[path = "../../../checker/tests/it/options.rs"]
mod options;
#[path = "../../../checker/tests/it/paths.rs"]
mod paths;
mod timely;
#[path = "../../../checker/tests/it/truth.rs"]
mod truth;
