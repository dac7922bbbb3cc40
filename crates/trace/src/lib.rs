//! What a node did, in the words of A.1, as JSON lines.
//!
//! One object a line. The first line of each life of the process is `Recover`:
//! who this is, and what his ledger held. Every other line is one action of
//! A.1, with its parameters:
//!
//! ```text
//! {"line":1,"node":1,"action":"Recover","schema":1,"cluster":"paxos",…}
//! {"line":2,"node":1,"action":"Try New Ballot","ballot":3}
//! {"line":9,"node":1,"at":1,"action":"Start Polling","quorum":[1,2],"decree":…}
//! ```
//!
//! | field | what |
//! |---|---|
//! | `line` | counts the lines of a life of the process, from 1 |
//! | `node` | who acts; legislators are counted from 1 |
//! | `at` | the decree number; without it the action is for all numbers |
//! | `ballot` | b |
//! | `above` | n of the NextBallot that a LastVote answers |
//! | `votes` | lists of decree number, ballot number and decree; elsewhere the null vote |
//! | `passed` | the numbers that a LastVote tells of as passed: no votes |
//!
//! Keys and values are strings if they are UTF-8, and `{"hex":"…"}` otherwise:
//! two decrees are equal if and only if their lines say so.
//!
//! The driver writes actions after the commit of what they record, and before
//! the messages that follow from them leave. So a killed process may leave a
//! ledger that is ahead of the trace by the notes of one batch, whose messages
//! nobody has received; a message that anybody has received is in the trace.
//! Nothing is flushed to the disk: a trace survives a killed process, not a
//! power failure. A last line that was cut off is ended by the next life.
//!
//! | file | what |
//! |---|---|
//! | [`mod@line`] | the fields of a line, and what it says |
//! | [`decree`], [`command`], [`text`] | decrees, commands and bytes in a line |
//! | `writer` | a trace that is being written |
//! | [`parse`] | a line from its bytes |
//! | [`reader`] | the lines of a file, also while it is written |
//! | `types` | the protocol's types, of a map |
//!
//! Absent: what the actions mean, and whether they may be taken. The format of
//! traces is known here and nowhere else.

pub mod command;
pub mod decree;
pub mod line;
pub mod parse;
pub mod reader;
pub mod text;
mod types;
mod writer;

pub use line::{Entry, Event, Identity, Recovered, SCHEMA};
pub use parse::ParseError;
pub use reader::{Reader, TraceError};
pub use types::{Action, Command, Decree, Ledger};
pub use writer::{FILE, Trace, TraceOptions};
