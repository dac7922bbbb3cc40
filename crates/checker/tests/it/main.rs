//! Tests of the checker through its public API, on graphs so small that the right result is
//! known. `synod-distributed` includes some of these files to test its engine in the same
//! way.
#![allow(clippy::unwrap_used)] // Clippy allows it in tests, but not in their helpers.

mod counters;
mod engines;
mod examples;
mod find;
mod graph;
mod levels;
mod limits;
mod liveness;
mod options;
mod paths;
mod ranks;
mod simulation;
mod sketches;
mod symmetry;
mod truth;
mod visited;
