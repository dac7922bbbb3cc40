//! The protocols of §2.2 and §2.3, through the public functions of the crate.
//!
//! | file | claims about |
//! |---|---|
//! | `guards` | each action of A.1: its guards, as sentences, and its effect |
//! | `preliminary` | each step of §2.2 |
//! | `stories` | whole runs: a ballot succeeds, and A.1 as printed breaks B3 |
//! | `runs` | random runs: invariants, Consistency, and that basic refines preliminary |

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test may fail like the test itself"
)]

mod common;
mod guards;
mod preliminary;
mod runs;
mod stories;
