//! What a format is told of each run spec: [`Listener`], and the types of its arguments.

use crate::change::Change;
use crate::comparison::Comparison;
use crate::outcome::Outcome;
use std::fmt::Display;
use std::path::Path;
use synod_checker::Verdict;
use synod_vocabulary::Expect;

/// A run spec as reports name it. A part of [`Checked`]; see [`Listener`]'s example.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// Its file as a person would name it, or the name of a built-in spec.
    pub name: &'a str,
    /// What the spec shows, in one line.
    pub about: &'a str,
    /// The protocol.
    pub protocol: &'a str,
    /// The mutant, if the protocol is one.
    pub mutant: Option<&'a str>,
    /// The bounds, in words.
    pub bounds: &'a str,
    /// How long the run takes, in one word (`quick`, for example).
    pub size: &'a str,
    /// The result that the spec expects.
    pub expect: &'a Expect,
    /// Where the spec says what it expects; none of a spec that is built in.
    pub place: Option<Place<'a>>,
}

impl Subject<'_> {
    /// Whether the spec expects that a property is violated: it must fail. Such specs show that
    /// the check would find what is wrong.
    pub const fn must_fail(&self) -> bool {
        matches!(self.expect, Expect::Violated { .. })
    }
}

/// A line of a file: where a person should look, and where a code host shows a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The file as it was named.
    pub file: &'a Path,
    /// The line, from 1.
    pub line: usize,
}

/// A spec that was run, and its result: what [`Listener::checked`] is told.
pub struct Checked<'a> {
    /// The spec.
    pub subject: Subject<'a>,
    /// The memory limits of the run and their origin, in words.
    pub memory_limits: String,
    /// The result.
    pub outcome: &'a Outcome,
    /// Whether the result is what the spec expects.
    pub comparison: Comparison,
    /// How the run differs from its baseline; none if there is no baseline, or no difference.
    pub change: Option<Change>,
    /// Whether the figures of this run were just written into the file of the spec, so that it
    /// now expects them.
    pub pinned_anew: bool,
    /// When the run was made, if it was made earlier and its result comes from a cache.
    pub cached_at: Option<&'a str>,
}

impl Checked<'_> {
    /// What a reader must know of the result beside the result, in a few words each. Every
    /// format says it.
    pub fn remarks(&self) -> Vec<String> {
        let pinned = self.pinned_anew.then(|| "pinned anew".to_owned());
        let cached = self.cached_at;
        let cached = cached.map(|time| format!("from the cache, checked at {time}"));
        pinned.into_iter().chain(cached).collect()
    }

    /// Whether the spec must fail and the property that it names was not violated: what should
    /// have been caught has escaped. No failure is worse, because the same check is what all
    /// other verdicts rest on.
    pub fn has_escaped(&self) -> bool {
        let Expect::Violated { property, .. } = self.subject.expect else {
            return false;
        };
        let found = self.outcome.report.property(property);
        let is_violated = found.is_some_and(|found| found.verdict == Verdict::Violated);
        self.comparison.as_expected() == Some(false) && !is_violated
    }
}

/// A file that is no run spec: what [`Listener::unusable`] is told.
#[derive(Clone, Copy)]
pub struct UnusableFile<'a> {
    /// The file as a person would name it.
    pub name: &'a str,
    /// What is wrong with the file, in one line.
    pub why: &'a str,
    /// How to mend it.
    pub help: &'a str,
    /// Where in the file the mistake is; none if it cannot be read at all.
    pub place: Option<Place<'a>>,
}

/// Why a report could not be written, and what follows: the error of [`Listener::done`] and
/// of [`InFile::new`](crate::InFile::new).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteError {
    /// What failed, and why.
    pub message: String,
    /// What follows, or what to do; may be empty.
    pub help: &'static str,
}

impl WriteError {
    /// The error of a file that cannot be written.
    pub(crate) fn file(path: &Path, error: impl Display, help: &'static str) -> Self {
        Self {
            message: format!("{}: {error}", path.display()),
            help,
        }
    }
}

/// A report format. It is told of each spec when that spec is done, and of the end; it writes
/// when it wants to.
///
/// # Examples
/// A format that counts:
///
/// ```
/// use synod_report::{Checked, Listener, Subject, WriteError};
///
/// #[derive(Default)]
/// struct Counts {
///     surprises: usize,
///     not_run: usize,
/// }
///
/// impl Listener for Counts {
///     fn checked(&mut self, checked: &Checked<'_>) {
///         self.surprises += usize::from(checked.comparison.as_expected() == Some(false));
///     }
///
///     fn not_run(&mut self, _: &Subject<'_>, _why: &str, _is_fault: bool) {
///         self.not_run += 1;
///     }
///
///     fn done(&mut self, _left_out: Option<&str>) -> Result<(), WriteError> {
///         println!("{} surprises, {} not run", self.surprises, self.not_run);
///         Ok(())
///     }
/// }
///
/// let mut counts = Counts::default();
/// assert!(counts.done(None).is_ok());
/// ```
pub trait Listener {
    /// The spec was run.
    fn checked(&mut self, checked: &Checked<'_>);

    /// The spec was not run, or its run did not come to an end. `why` is the reason.
    /// `is_fault` tells an error (the spec could not be run) from an interruption.
    fn not_run(&mut self, subject: &Subject<'_>, why: &str, is_fault: bool);

    /// The file is no run spec.
    fn unusable(&mut self, _: &UnusableFile<'_>) {}

    /// The spec was found and is not to be run. `why` is the reason: its size, for example, or
    /// that it has not changed.
    fn left_out(&mut self, _: &Subject<'_>, _why: &str) {}

    /// There are no more specs. `left_out` says how many were left out, if any were.
    ///
    /// # Errors
    /// The report could not be written.
    fn done(&mut self, left_out: Option<&str>) -> Result<(), WriteError>;
}
