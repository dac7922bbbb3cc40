//! A message in flight, and what one input did.

use std::fmt;
use synod_math::Priest;
use synod_protocol::{Ignored, Ledger, Message, Note, Output};

/// A message in flight. Prints as `Γ→Α NextBallot(2)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) from: Priest,
    pub(crate) to: Priest,
    pub(crate) message: Message<char>,
}

impl fmt::Display for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}→{} {}", self.from, self.to, self.message)
    }
}

/// What one input did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) priest: Priest,
    /// The durable ledger before the input.
    pub(crate) before: Ledger<char>,
    /// The outputs that were carried out: all of them, but for a crash.
    pub(crate) outputs: Vec<Output<char>>,
    pub(crate) ignored: Option<Ignored>,
    /// The number of the first letter sent; the others follow.
    pub(crate) first_letter: usize,
    pub(crate) end: End,
}

/// How the handling of an input ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Done,
    /// A crash after so many outputs.
    Crashed,
    /// The priest has left: nobody took the input.
    Absent,
}

impl Step {
    /// The messages sent, as they print, with their addressees.
    pub(crate) fn sent(&self) -> Vec<String> {
        let sent = self.outputs.iter().filter_map(|output| match output {
            Output::Send { to, message } => Some(format!("{message} to {to}")),
            _ => None,
        });
        sent.collect()
    }

    pub(crate) fn recorded(&self) -> Vec<Note<char>> {
        let recorded = self.outputs.iter().filter_map(|output| match output {
            Output::Record(note) => Some(note.clone()),
            _ => None,
        });
        recorded.collect()
    }

    pub(crate) fn has(&self, output: &Output<char>) -> bool {
        self.outputs.contains(output)
    }
}
