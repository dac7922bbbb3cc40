//! The promises of the models, tested through their public functions.
#![allow(clippy::unwrap_used, clippy::expect_used)] // In helpers of tests as in tests.

mod asked;
mod bytes;
mod claims;
mod differences;
mod drawn;
mod explore;
mod inductive;
mod numbers;
mod packed;
mod paper;
mod parliament;
mod parliament_actors;
mod paxos;
mod pictures;
mod sizes;
mod steps;
mod timed;
mod world;
