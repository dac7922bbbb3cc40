//! Worlds of processes that have nothing to do with Paxos: without a lens and with one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Tests.

mod lenses;
mod lock;
mod nodes;
mod stored;
