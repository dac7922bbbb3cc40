//! What the processes promise, through the public border of the crate.
//!
//! | file | claims |
//! |---|---|
//! | `paper` | what §2.2, §2.3 with A.1, and §2.4 say, a sentence a test |
//! | `record_before_send` | what every run keeps to, whatever is lost, repeated or crashes, at any cut |
//! | `transcripts` | whole runs, every output of them, as files |
//! | `absent` | what the crate has not got |
//! | `parliament` | helper: processes, their durable ledgers, what is in flight |
//! | `step` | helper: what is in flight, and what one input did |
//! | `runs` | helper: random runs |
//! | `safety` | helper: what must hold of a parliament at any time |

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of a test may fail like the test itself"
)]

mod absent;
mod paper;
mod parliament;
mod record_before_send;
mod runs;
mod safety;
mod step;
mod transcripts;
