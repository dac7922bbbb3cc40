//! The promises of the engine, tested through its public interface on small graphs whose
//! properties are known: those that every engine of the checker makes, and its own.
#![allow(clippy::unwrap_used)] // Tests and their helpers.

#[path = "../../../checker/tests/it/counters.rs"]
mod counters;
mod engines;
#[path = "../../../checker/tests/it/graph.rs"]
mod graph;
#[path = "../../../checker/tests/it/options.rs"]
mod options;
#[path = "../../../checker/tests/it/paths.rs"]
mod paths;
#[path = "../../../checker/tests/it/sketches.rs"]
mod sketches;
#[path = "../../../checker/tests/it/symmetry.rs"]
mod symmetry;
mod timely;
#[path = "../../../checker/tests/it/truth.rs"]
mod truth;
