//! Writes and reads traces: every action that a node took, named as in A.1 of the
//! paper, as JSON lines.
//!
//! `synod-node` writes a trace, `synod-audit` reads it, and any other program can,
//! because a line is one JSON object. A *life* is the time from a start of the
//! process to its end. The first line of each life is `Recover`: which legislator
//! (replica) this is, and what its ledger (durable record) held. Every other line is
//! one action of A.1 with its parameters:
//!
//! ```text
//! {"line":1,"node":1,"action":"Recover","schema":1,"cluster":"paxos",…}
//! {"line":2,"node":1,"action":"Try New Ballot","ballot":3}
//! {"line":9,"node":1,"at":1,"action":"Start Polling","quorum":[1,2],"decree":…}
//! ```
//!
//! | field | meaning |
//! |---|---|
//! | `line` | the number of the line within its life, from 1 |
//! | `node` | the legislator that acts, counted from 1 |
//! | `at` | the decree number (log slot); without it, the action is for all numbers |
//! | `ballot` | the ballot number b |
//! | `above` | the n of the NextBallot(b, n) that a LastVote answers |
//! | `votes` | triples of decree number, ballot number and decree; at every other number the vote is null |
//! | `life`, `learner` | in `Recover` and `Continue`, if the ledger replaces a lost one: its identity, and whether its legislator is a learner |
//! | `passed` | the decree numbers that a LastVote reports as passed, without votes |
//!
//! Keys and values are strings if they are UTF-8, and `{"hex":"…"}` otherwise, so
//! two decrees are equal if and only if their JSON is.
//!
//! # Files
//!
//! When a file is full, it gets a number (`trace.1.jsonl`), and the life goes on in a new file. Its
//! first line is `Continue`: what `Recover` says, and, of a president, `quorum`, `polls` (decree
//! number, decree and voters) and `bound` (decree number, and the decree that B3 demands there). An
//! audit can begin there, so that old files can be removed.
//!
//! # What a crash leaves
//!
//! The driver of a node writes actions after the commit of what they record, and
//! before it sends the messages that follow from them. Therefore a message that any
//! process has received is in the trace. The ledger of a killed process may be ahead
//! of its trace by the notes of one batch, and no process has received a message of
//! that batch. The trace is not flushed to the disk: it survives a killed process,
//! not a power failure. If a last line was cut off, the next life ends it with a
//! newline before its own first line.
//!
//! # Where to begin
//!
//! | file | contents |
//! |---|---|
//! | `writer` | [`Trace`]: writes a trace |
//! | [`files`] | the files of a trace |
//! | [`reader`] | [`Reader`]: reads the lines of a file, also while a node writes it |
//! | [`mod@line`] | [`Entry`]: a line that was read, and its [`Event`] |
//! | [`parse`] | one line from its bytes |
//! | [`command`] | the layout of commands, in a trace, a message and a ledger |
//! | `decree`, `text` | decrees and bytes in JSON |
//! | `types` | the protocol's types, where the replicated state machine is a map |
//!
//! Absent on purpose: what the actions mean, and whether they are allowed; that is
//! the work of `synod-audit`. No other crate knows the format of a trace.
//!
//! # Example
//!
//! A life with one action is written and read. The items of this crate without an
//! example are parts of what this one shows.
//!
//! ```
//! use synod_math::{BallotNumber, Priest};
//! use synod_protocol::output::Action as InstanceAction;
//! use synod_trace::{Action, Event, Identity, Ledger, Reader, Trace, TraceOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let options = TraceOptions::within(folder.path());
//! let cluster = "paxos".to_owned();
//! let me = Priest::new(0).ok_or("there is a first legislator")?;
//! let identity = Identity { cluster, me, legislators: 3 };
//!
//! let mut trace = Trace::open(&options, &identity, &Ledger::new())?;
//! let action = Action::Everywhere(InstanceAction::TryNewBallot(BallotNumber(3)));
//! trace.write(std::iter::once(&action))?;
//!
//! let mut lines = Reader::open(&options.file, u64::MAX)?;
//! let first = lines.next_line()?.ok_or("a life begins with a line")?;
//! assert!(matches!(first.entry.event, Event::Recover(_)));
//! let second = lines.next_line()?.ok_or("an action is a line")?;
//! assert_eq!(second.entry.event, Event::Did(action));
//! # Ok(())
//! # }
//! ```

pub mod command;
mod decree;
pub mod files;
pub mod line;
pub mod parse;
pub mod reader;
mod text;
mod types;
mod writer;

pub use line::{Continued, Entry, Event, Identity, Presided, Recovered, SCHEMA};
pub use parse::ParseError;
pub use reader::{Reader, TraceError};
pub use types::{Action, Command, Decree, Ledger, SharedCommand};
pub use writer::{FILE, FILE_SIZE, Trace, TraceOptions};
