//! What a format hears of each run spec.

use crate::comparison::Comparison;
use crate::outcome::Outcome;
use std::fmt::Display;
use std::path::Path;
use synod_vocabulary::Expect;

/// A run spec, as reports speak of it.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// Its file, as a person would name it.
    pub name: &'a str,
    /// One line: what it shows.
    pub about: &'a str,
    /// The protocol.
    pub protocol: &'a str,
    /// The mutant, if it is one.
    pub mutant: Option<&'a str>,
    /// The bounds, as a person reads them.
    pub bounds: &'a str,
    /// How long it takes, in a word.
    pub size: &'a str,
    /// What should come out.
    pub expect: &'a Expect,
}

/// A spec that was run, and what came out.
pub struct Checked<'a> {
    /// The spec.
    pub subject: Subject<'a>,
    /// The limits of the memory and where they come from.
    pub memory_limits: String,
    /// What came out.
    pub outcome: Outcome,
    /// The same beside what was expected.
    pub comparison: Comparison,
}

/// A file that is no run spec.
#[derive(Clone, Copy)]
pub struct UnusableFile<'a> {
    /// As a person would name it.
    pub name: &'a str,
    /// What is wrong with it, in a line.
    pub why: &'a str,
    /// What would be right.
    pub help: &'a str,
}

/// Why a report could not be written, and what follows from that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteError {
    /// Why.
    pub message: String,
    /// What follows, or what to do.
    pub help: &'static str,
}

impl WriteError {
    /// A file that cannot be written.
    pub(crate) fn file(path: &Path, error: impl Display, help: &'static str) -> Self {
        Self {
            message: format!("{}: {error}", path.display()),
            help,
        }
    }
}

/// Hears of each spec as it is done.
pub trait Listener {
    /// The spec was run.
    fn checked(&mut self, checked: &Checked<'_>);

    /// The spec was not run, or not to an end, and why: a fault, or only an open
    /// question.
    fn not_run(&mut self, subject: &Subject<'_>, why: &str, is_fault: bool);

    /// This is no spec that can be checked.
    fn unusable(&mut self, _: &UnusableFile<'_>) {}

    /// The spec is larger than what is wanted from folders.
    fn left_out(&mut self, _: &Subject<'_>) {}

    /// There are no more. `left_out` says how many were left out, if any were.
    ///
    /// # Errors
    /// Something could not be written.
    fn done(&mut self, left_out: Option<&str>) -> Result<(), WriteError>;
}
