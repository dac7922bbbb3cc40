//! The synod protocol as it ships: two deterministic processes that take one
//! input at a time and answer with ordered outputs. The same code is linked into
//! the checker and into whatever runs it. What goes in and out of any process, and
//! that it records before it sends, is the contract of [`synod_process::Process`].
//!
//! ```text
//! Input  ─→  Complete::handle    ─→  Outputs: Record, Send, SetTimer, CancelTimer, Tell
//!            Legislator::handle
//! ```
//!
//! | process | passes | paper |
//! |---|---|---|
//! | [`Complete`], the priest of one decree | one decree (single-decree Paxos) | §2.4 |
//! | [`parliament::Legislator`] | decree after decree (Multi-Paxos) | §3 |
//!
//! What both decide is decided in one place: what A.1 says in `decisions`, when to
//! act in `presidency`.
//!
//! | file | paper |
//! |---|---|
//! | [`message`] | §2.2, §2.3: what priests send each other, and the table of names |
//! | [`ledger`] | §2.3: what a crash leaves (ledger), and what it does not (slip) |
//! | [`output`] | what goes in and out of the priest of one decree |
//! | [`timer`], [`ignored`] | when to act, and what changes nothing |
//! | `decisions` | A.1: promise, vote, what is polled, what is passed; of both |
//! | `presidency` | §2.4: presence, absence, rounds, refusals; of both |
//! | `seat` | who a priest is among the others, his ballot numbers, how he sends |
//! | [`basic`] | §2.3, A.1: the priest of one decree, one function an action |
//! | [`complete`] | §2.4: that priest, who knows when to act |
//! | [`horizon`] | how large a ballot number is believed |
//! | [`parliament`] | §3: many decrees, one president |
//! | [`state_machine`] | §4: what the decrees are for |
//!
//! Absent on purpose: clocks (time is a timer that comes back as an input),
//! I/O, randomness, threads, and knowledge of checkers or networks.

pub mod basic;
pub mod complete;
mod decisions;
pub mod horizon;
pub mod ignored;
pub mod ledger;
pub mod message;
pub mod output;
pub mod parliament;
mod presidency;
mod seat;
pub mod state_machine;
pub mod timer;

pub use complete::Complete;
pub use ignored::Ignored;
pub use ledger::{Ledger, Note, Slip};
pub use message::Message;
pub use output::{Action, Input, Output, Outputs};
pub use timer::Timer;
