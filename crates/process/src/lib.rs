//! The border of a process: what goes in, what comes out, and in which order.
//!
//! A process is deterministic: it takes one [`Input`] at a time and answers with
//! ordered [`Outputs`]. Whoever drives it (a network runner, a checker, a test)
//! carries them out in that order. So one and the same code can be shipped and
//! explored.
//!
//! ```text
//! Input  ─→  Process::handle  ─→  Outputs: Record, Send, SetTimer, CancelTimer, Tell, Did
//! ```
//!
//! What a process sends, records, is asked for, waits for and tells are
//! parameters, so that processes that speak the same language share the types:
//!
//! | parameter | stands for | of a [`Process`] |
//! |---|---|---|
//! | `I` | who processes are | [`Id`](Process::Id) |
//! | `M` | messages | [`Message`](Process::Message) |
//! | `Q` | what a process is asked for | [`Request`](Process::Request) |
//! | `T` | timers | [`Timer`](Process::Timer) |
//! | `R` | what changes the ledger | [`Record`](Process::Record) |
//! | `N` | what it tells whoever drives it | [`News`](Process::News) |
//! | `A` | actions, for traces and proofs | [`Action`](Process::Action) |
//! | `W` | why an input changed nothing | [`Ignored`](Process::Ignored) |
//!
//! [`simulation`] runs a few processes of one kind in one thread, for tests.
//!
//! Absent on purpose: Paxos, clocks, I/O, randomness, threads.

mod input;
mod outputs;
mod process;
pub mod simulation;

pub use input::Input;
pub use outputs::{Output, Outputs, records_come_first};
pub use process::{InputOf, OutputOf, OutputsOf, Process};
