//! What run specs promise, through their public border.
#![allow(clippy::unwrap_used, clippy::expect_used)] // In helpers of tests as in tests.

mod examples;
mod good_specs;
mod parliament;
mod partners;
mod reached;
mod specs;
