//! §2.1 of the paper as claims, checked through the public functions of the crate.
//!
//! | file | claims about |
//! |---|---|
//! | `figure_1` | the paper's example and its drawing |
//! | `small_universe` | the Lemma and Theorem 1, on all sets of a small universe |
//! | `theorem_2` | Theorem 2, on all sets of a small universe |
//! | `needed` | counterexamples without B1, B2 or B3 |
//! | `beyond` | random sets that are larger than the small universe |
//! | `priests`, `quorums` | sets of priests, majority sets |
//! | `ballots` | single ballots, votes and witnesses, at their edges and in print |

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test may fail like the test itself"
)]

mod ballots;
mod beyond;
mod common;
mod figure_1;
mod needed;
mod priests;
mod quorums;
mod small_universe;
mod theorem_2;
