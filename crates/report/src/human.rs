//! A table for people, with details where they are wanted.

mod coverage;
mod details;
mod pin;

use crate::comparison::Comparison;
use crate::listener::{Checked, Listener, Subject, UnusableFile, WriteError};
use crate::style::{BAD, BOLD, GOOD, OPEN};
use crate::trace::Trace;
use details::{Shown, details, mark, remarks, seconds};
pub use details::{coverage, told};
use indicatif::HumanCount;
use std::time::{Duration, Instant};
use synod_checker::{Expectation, PropertyReport, Report, Verdict};
use synod_terminal::say;
use synod_vocabulary::Expect;

const VERDICT: usize = 26;
const STATES: usize = 12;
const DEPTH: usize = 6;
const TIME: usize = 9;

/// The format `--format human`: prints one row for each spec when it is done, details of what
/// is not as expected, and a summary. A [`Listener`]; its example shows what it is told.
#[allow(clippy::struct_excessive_bools)] // Each is about another part of the report.
pub struct Human {
    begun: Instant,
    shows_all: bool,
    shows_coverage: bool,
    shows_parts: bool,
    shows_table: bool,
    shows_rows: bool,
    tally: Tally,
    surprises: String,
}

#[derive(Default)]
struct Tally {
    hold: usize,
    violated_as_expected: usize,
    surprising: usize,
    inconclusive: usize,
    not_run: usize,
    unusable: usize,
}

impl Human {
    /// A report on `rows` specs. With one, its details take the place of the table; with none,
    /// all messages are on standard error. `verbose` shows the details of every spec, and of
    /// what its states are made; `coverage` shows what each run explored.
    pub fn new(rows: usize, verbose: bool, coverage: bool) -> Self {
        let human = Self {
            begun: Instant::now(),
            shows_all: verbose || coverage || rows == 1,
            shows_coverage: coverage,
            shows_parts: verbose,
            shows_table: rows > 1,
            shows_rows: rows > 0,
            tally: Tally::default(),
            surprises: String::new(),
        };
        if human.shows_table {
            say_heading();
        }
        human
    }

    const fn shown(&self) -> Shown {
        Shown {
            coverage: self.shows_coverage,
            parts: self.shows_parts,
        }
    }

    fn say_row(checked: &Checked<'_>) {
        let report = &checked.outcome.report;
        let (mark, style) = mark(&checked.comparison);
        let verdict = verdict(report, checked.subject.expect);
        // A long verdict takes some of the column of the states, which is seldom full.
        let left = (VERDICT + STATES).saturating_sub(verdict.chars().count() + 1);
        // The name is long: it stands last, so that the other columns stay aligned.
        say(&format!(
            "{style}{mark} {verdict}{style:#} {:>left$}{:>DEPTH$}{:>TIME$}  {}{}\n",
            HumanCount(report.states).to_string(),
            report.depth,
            seconds(report.elapsed),
            checked.subject.name,
            remarks(checked),
        ));
    }
}

fn say_heading() {
    say(&format!(
        "{BOLD}  {:VERDICT$}{:>STATES$}{:>DEPTH$}{:>TIME$}  spec{BOLD:#}\n",
        "verdict", "states", "depth", "time"
    ));
}

impl Listener for Human {
    fn checked(&mut self, checked: &Checked<'_>) {
        if self.shows_table {
            Self::say_row(checked);
        }
        if self.shows_all {
            say(&details(checked, self.shown()));
        } else if let Comparison::Differs(_) = checked.comparison {
            self.surprises.push_str(&details(checked, self.shown()));
        } else if let Some(reason) = &checked.outcome.report.reason {
            say(&format!("  {OPEN}{reason}{OPEN:#}\n"));
        }
        let tally = &mut self.tally;
        *match (&checked.comparison, checked.outcome.report.verdict) {
            (Comparison::Differs(_), _) => &mut tally.surprising,
            (Comparison::Undecided, _) => &mut tally.inconclusive,
            (Comparison::AsExpected, Verdict::Holds) => &mut tally.hold,
            (Comparison::AsExpected, _) => &mut tally.violated_as_expected,
        } += 1;
    }

    fn not_run(&mut self, subject: &Subject<'_>, why: &str, _: bool) {
        self.tally.not_run += 1;
        say(&format!(
            "{OPEN}? not run: {why}{OPEN:#}  {}\n",
            subject.name
        ));
    }

    fn unusable(&mut self, unusable: &UnusableFile<'_>) {
        self.tally.unusable += 1;
        if self.shows_table {
            say(&format!("{BAD}✗ not checked{BAD:#}  {}\n", unusable.why));
        }
    }

    fn done(&mut self, left_out: Option<&str>) -> Result<(), WriteError> {
        say(&self.surprises);
        if self.shows_table {
            say(&self.tally.summary(self.begun.elapsed()));
        }
        if self.shows_rows
            && let Some(left_out) = left_out
        {
            say(&format!("left out: {left_out}\n"));
        }
        Ok(())
    }
}

impl Tally {
    fn summary(&self, elapsed: Duration) -> String {
        let counts = [
            (self.hold, "hold", GOOD),
            (self.violated_as_expected, "violated as expected", GOOD),
            (self.surprising, "not as expected", BAD),
            (self.inconclusive, "inconclusive", OPEN),
            (self.not_run, "not run", OPEN),
            (self.unusable, "not checked", BAD),
        ];
        let counts = counts.iter().filter(|(count, ..)| *count > 0);
        let counts: Vec<_> = counts
            .map(|(count, what, style)| format!("{style}{count} {what}{style:#}"))
            .collect();
        format!("\n{} in {}\n", counts.join(", "), seconds(elapsed))
    }
}

/// The verdict in a few words; of a violation, the property and the number of steps.
fn verdict(report: &Report<Trace>, expect: &Expect) -> String {
    match (report.verdict, report.counterexamples.first()) {
        (Verdict::Violated, Some(trace)) => {
            let violates = match expect {
                Expect::Violated { .. } => "violates",
                Expect::Holds { .. } => "VIOLATES",
            };
            let at_most = if trace.is_shortest { "" } else { "≤ " };
            let (property, length) = (&trace.property, trace.length());
            format!("{violates} {property} in {at_most}{length}")
        }
        (Verdict::Violated, None) => {
            let violated = |property: &&PropertyReport| {
                let is_claimed = property.expectation == Expectation::Always;
                is_claimed && property.verdict == Verdict::Violated
            };
            match report.properties.iter().find(violated) {
                Some(property) => format!("violates {}", property.name),
                None => "a partner is never reached".to_owned(),
            }
        }
        (verdict, _) => verdict.to_string(),
    }
}
