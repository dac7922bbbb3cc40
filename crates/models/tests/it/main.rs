//! What the models promise, through their public border.
#![allow(clippy::unwrap_used, clippy::expect_used)] // In helpers of tests as in tests.

mod asked;
mod bytes;
mod claims;
mod differences;
mod explore;
mod inductive;
mod numbers;
mod paper;
mod parliament;
mod parliament_actors;
mod paxos;
mod pictures;
mod sizes;
mod specs;
mod steps;
mod world;
