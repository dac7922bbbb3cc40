//! The border of a deterministic process: one and the same code can be shipped,
//! explored by a checker, and tested in one thread.
//!
//! It is for the author of a protocol and for the author of a driver. A process takes
//! one [`Input`] at a time and answers with ordered [`Outputs`]. Its driver (a network
//! runner, a checker, a test) carries them out in that order. The rule on which
//! everything rests is **record before send**: see [`Output`].
//!
//! ```text
//! Input  ─→  Process::handle  ─→  Outputs: Record, Send, SetTimer, CancelTimer, Tell, Did
//! ```
//!
//! | begin with | to |
//! |---|---|
//! | [`Process`] | write a process; its example is a whole one |
//! | [`Output`] | write a driver: what each output asks of it, and in which order |
//! | [`Simulation`](simulation::Simulation) | run a few processes in a test, with lost messages and crashes |
//!
//! A driver is a loop over the outputs:
//!
//! ```
//! use synod_process::{Output, Outputs};
//!
//! // The outputs of one input, as a process builds them.
//! let mut out: Outputs<u8, &str, (), &str, (), (), ()> = Outputs::new();
//! out.record("heard hello from 1");
//! out.send(1, "heard");
//!
//! let (mut disk, mut network) = (Vec::new(), Vec::new());
//! for output in out.outputs {
//!     match output {
//!         Output::Record(record) => disk.push(record), // Durable before the next output.
//!         Output::Send { to, message } => network.push((to, message)),
//!         _ => {}
//!     }
//! }
//! assert_eq!((disk, network), (vec!["heard hello from 1"], vec![(1, "heard")]));
//! ```
//!
//! The types of a process's ids, messages, records and so on are parameters, so that
//! processes of one family share the types that they have in common. [`InputOf`],
//! [`OutputOf`] and [`OutputsOf`] take them from a [`Process`]:
//!
//! | parameter | stands for | in a [`Process`] |
//! |---|---|---|
//! | `I` | the ids of processes | [`Id`](Process::Id) |
//! | `M` | messages | [`Message`](Process::Message) |
//! | `Q` | requests of clients | [`Request`](Process::Request) |
//! | `T` | timers | [`Timer`](Process::Timer) |
//! | `R` | changes of the ledger | [`Record`](Process::Record) |
//! | `N` | news for the driver | [`News`](Process::News) |
//! | `A` | actions, for traces and proofs | [`Action`](Process::Action) |
//! | `W` | reasons why an input changed nothing | [`Ignored`](Process::Ignored) |
//!
//! A *ledger* is the durable state of one process: what survives a crash.
//!
//! Absent on purpose: Paxos, clocks, I/O, randomness, threads.

mod input;
mod outputs;
mod process;
mod renamed;
pub mod simulation;

pub use input::Input;
pub use outputs::{Output, Outputs, records_come_first};
pub use process::{InputOf, OutputOf, OutputsOf, Process};
pub use renamed::{Renamed, Renaming};
