//! Processes that know no Paxos, explored with nothing but `Process`; and what a
//! lens adds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Tests.

mod lenses;
mod lock;
mod nodes;
mod stored;
