//! Tests of the processes through the public API of the crate.
//!
//! | file | tests |
//! |---|---|
//! | `paper` | one for each sentence of §2.2, §2.3 with A.1, and §2.4 |
//! | `section_3` | one for each sentence of §3.1, §3.2.1 and §4 about the parliament of many decrees |
//! | `state_machine` | the machines of §4 against simple reference machines |
//! | `transactions` | batches, transactions and watched keys of the map |
//! | `record_before_send` | random runs with loss, repetition and crashes between any two outputs: safety, and records before messages |
//! | `transcripts` | whole runs with every output, as files |
//! | `absent` | the absences that the crate promises |
//! | `examples` | the output of the example |
//! | `chamber` | helper: priests or legislators in a simulation, and their ballots |
//! | `parliament`, `legislators` | helpers: the two kinds of processes as `chamber` needs them |
//! | `runs`, `safety` | helpers: random runs, and the conditions that they must satisfy |

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of a test may fail like the test itself"
)]

mod absent;
mod chamber;
mod examples;
mod legislators;
mod paper;
mod parliament;
mod record_before_send;
mod rejoining;
mod runs;
mod safety;
mod section_3;
mod state_machine;
mod transactions;
mod transcripts;
