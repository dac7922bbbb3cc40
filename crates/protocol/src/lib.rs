//! Paxos as it ships: two deterministic processes that never disagree on a decision, however
//! messages are lost, repeated or delayed, and whenever processes crash.
//!
//! A process takes one input at a time and answers with ordered outputs; it has no clock, no
//! socket and no disk of its own. So the same code runs in a node and in the checker. The inputs
//! and outputs of any process, and the rule that it records before it sends, are the contract of
//! [`synod_process::Process`].
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
//! | to | begin with |
//! |---|---|
//! | replicate a state machine of your own | [`state_machine::StateMachine`], then [`parliament::Legislator`]; the example `a_state_machine_of_ones_own` is a whole program |
//! | agree on one value | [`Complete`] |
//! | drive a process over a network | [`synod_process::Process`]; `synod-node` is such a driver |
//! | find a word of the paper | the table in [`message`] |
//!
//! The modules, in the order in which to read them. Both processes share the first six; the
//! decisions of A.1 are in `decisions` only, and the times to act in `presidency` only.
//!
//! | module | content | paper |
//! |---|---|---|
//! | [`message`] | the messages between priests, and the table of names | §2.2, §2.3 |
//! | [`ledger`] | durable state (ledger) and volatile state (slip) | §2.3 |
//! | [`timer`], [`ignored`], [`output`] | timers, reasons to ignore an input, types of inputs and outputs | §2.4 |
//! | `decisions` | whether to promise, to vote, to begin polling, to pass | A.1 |
//! | `presidency` | presence, absence, rounds, refusals | §2.4 |
//! | `seat`, [`horizon`] | a priest's name and ballot numbers; which ballot numbers he believes | |
//! | [`basic`] | the priest of one decree: one function for each action | §2.3, A.1 |
//! | [`complete`] | the same priest with times to act | §2.4 |
//! | [`parliament`] | the legislator: many decrees, one president | §3 |
//! | [`state_machine`] | the machine whose commands are the decrees | §4 |
//!
//! Absent on purpose: clocks (time is a timer that comes back as an input), I/O, randomness,
//! threads, and knowledge of checkers or networks.
//!
//! # Examples
//! A parliament of one legislator passes a request at once. Its law is a register:
//!
//! ```
//! use std::sync::Arc;
//! use synod_math::{Priest, Quorums};
//! use synod_process::{Input, Output, Process};
//! use synod_protocol::Timer;
//! use synod_protocol::parliament::{Ledger, Legislator, News, Parliament};
//! use synod_protocol::parliament::{Request, RequestId, Settings, Shipped};
//! use synod_protocol::state_machine::register::{Command, Register};
//!
//! let parliament = Parliament {
//!     quorums: Arc::new(Quorums::majority(1)?),
//!     settings: Settings::DEFAULT,
//!     variant: Shipped,
//! };
//! let me = Priest::new(0).ok_or("there are at most 64 priests")?;
//! let (mut legislator, _) = Legislator::<Register<char>>::recover(&parliament, me, Ledger::new());
//!
//! // The driver says that a time has passed: no priest with a higher name was heard of.
//! legislator.handle(Input::Timeout(Timer::Absence));
//! assert!(legislator.is_president());
//!
//! let id = RequestId { client: 7, sequence: 1 };
//! let request = Request { id, command: Command::Write('a') };
//! let out = legislator.handle(Input::Propose(request));
//! assert!(out.outputs.iter().any(|o| matches!(o, Output::Tell(News::Law { .. }))));
//! assert_eq!(legislator.law().state().value, Some('a'));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
