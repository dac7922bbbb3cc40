//! What the processes promise, through the public border of the crate.
//!
//! | file | claims |
//! |---|---|
//! | `paper` | what §2.2, §2.3 with A.1, and §2.4 say, a sentence a test |
//! | `section_3` | what §3.1, §3.2.1 and §4 say of the parliament of many decrees, a sentence a test |
//! | `state_machine` | §4: the machines against plain ones |
//! | `record_before_send` | what every run keeps to, whatever is lost, repeated or crashes, at any cut |
//! | `transcripts` | whole runs, every output of them, as files |
//! | `absent` | what the crate has not got |
//! | `examples` | what the example prints |
//! | `chamber` | helper: priests or legislators in a simulation, and their ballots |
//! | `parliament`, `legislators` | helper: what the tests have to know of either |
//! | `runs`, `safety` | helper: random runs of either, and what must hold of them |

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
mod runs;
mod safety;
mod section_3;
mod state_machine;
mod transcripts;
