//! Tests of run specs through the public API of the crate.
#![allow(clippy::unwrap_used, clippy::expect_used)] // In helpers of tests as in tests.

mod examples;
mod good_specs;
mod parliament;
mod partners;
mod progress;
mod reached;
mod repinned;
mod specs;
