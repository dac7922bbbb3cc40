//! A table for people, with details where they are wanted.

mod change;
mod coverage;
mod details;
mod figures;
mod pin;
mod properties;
mod steps;
mod summary;
mod table;

use crate::comparison::Comparison;
use crate::listener::{Checked, Listener, Subject, UnusableFile, WriteError};
use crate::style::OPEN;
use change::changed;
pub use change::since;
pub use coverage::coverage;
use details::{Shown, details};
pub use steps::{told, told_steps};
use summary::Summary;
use synod_terminal::{say, wrapped};
use table::Table;

/// How much [`Human`] says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbosity {
    /// What is not as expected, and the summary.
    Quiet,
    /// A row for each spec, and details of what is not as expected.
    #[default]
    Usual,
    /// The details of every spec, and of what its states are made.
    Verbose,
}

/// The format `--format human`: prints one row for each spec when it is done, details of what
/// is not as expected, and a summary. A [`Listener`]; its example shows what it is told.
pub struct Human {
    verbosity: Verbosity,
    shows_coverage: bool,
    /// None of a spec alone: its details take the place.
    table: Option<Table>,
    is_alone: bool,
    summary: Summary,
    /// The details of what should have been caught and was not: they come first.
    escaped: String,
    surprises: String,
}

impl Human {
    /// A report on the specs of these names. With one, its details take the place of the table;
    /// with none, all messages are on standard error. `coverage` shows the details of every
    /// spec, and what its run explored.
    pub fn new(names: &[&str], verbosity: Verbosity, coverage: bool) -> Self {
        Self {
            verbosity,
            shows_coverage: coverage,
            table: (names.len() > 1).then(|| Table::new(names)),
            is_alone: names.len() == 1,
            summary: Summary::begin(),
            escaped: String::new(),
            surprises: String::new(),
        }
    }

    fn is_quiet(&self) -> bool {
        self.verbosity == Verbosity::Quiet
    }

    fn shown(&self) -> Shown {
        Shown {
            coverage: self.shows_coverage,
            all: self.verbosity == Verbosity::Verbose,
        }
    }

    /// The row, and what is said of a spec at once.
    fn say_row(&mut self, checked: &Checked<'_>) {
        let is_quiet = self.is_quiet() && checked.comparison.as_expected() == Some(true);
        let Some(table) = self.table.as_mut().filter(|_| !is_quiet) else {
            return;
        };
        table.say_row(checked);
        if let Some(reason) = &checked.outcome.report.reason {
            let reason = wrapped(&reason.to_string(), 2);
            say(&format!("  {OPEN}{reason}{OPEN:#}\n"));
        }
    }

    /// What is said of a spec beside its row: at once, or after the table.
    fn say_details(&mut self, checked: &Checked<'_>) {
        let differs = matches!(checked.comparison, Comparison::Differs(_));
        let shows_all = self.verbosity == Verbosity::Verbose || self.shows_coverage;
        let is_quiet = self.is_quiet() && checked.comparison.as_expected() == Some(true);
        if shows_all || self.is_alone && !is_quiet {
            say(&details(checked, self.shown()));
        } else if differs && checked.has_escaped() {
            self.escaped.push_str(&details(checked, self.shown()));
        } else if differs {
            self.surprises.push_str(&details(checked, self.shown()));
        } else if let Some(change) = &checked.change {
            self.surprises.push_str(&changed(checked, change));
        }
    }
}

impl Listener for Human {
    fn checked(&mut self, checked: &Checked<'_>) {
        self.say_row(checked);
        self.say_details(checked);
        self.summary.checked(checked);
    }

    fn not_run(&mut self, subject: &Subject<'_>, why: &str, is_fault: bool) {
        self.summary.not_run(subject, why, is_fault);
        match &mut self.table {
            Some(table) => table.say_not_run(subject, why),
            None => say(&format!(
                "{OPEN}? not run: {}{OPEN:#}  {}\n",
                wrapped(why, 2),
                subject.name
            )),
        }
    }

    fn unusable(&mut self, unusable: &UnusableFile<'_>) {
        self.summary.unusable(unusable);
        if let Some(table) = &mut self.table {
            table.say_unusable(unusable);
        }
    }

    fn done(&mut self, left_out: Option<&str>) -> Result<(), WriteError> {
        say(&self.escaped);
        say(&self.surprises);
        if self.table.is_some() || self.is_alone && self.is_quiet() {
            say(&self.summary.text());
        }
        let is_none = self.table.is_none() && !self.is_alone;
        if is_none && left_out.is_some() && self.summary.is_empty() {
            say("nothing was checked\n");
        }
        if !is_none || self.summary.is_empty() {
            let left_out = left_out.map(|left_out| format!("left out: {left_out}"));
            say(&left_out.map_or_else(String::new, |text| wrapped(&text, 2) + "\n"));
        }
        Ok(())
    }
}
