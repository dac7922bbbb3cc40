//! The summary: every failure once more in a line, and how many results of each kind.

use super::figures::seconds;
use super::table::linked;
use crate::comparison::Comparison;
use crate::listener::{Checked, Subject, UnusableFile};
use crate::plurals::plural;
use crate::style::{BAD, GOOD, LOUD, OPEN};
use crate::summary::in_a_line;
use std::fmt::Write;
use std::time::Instant;
use synod_checker::Verdict;
use synod_terminal::wrapped;
use synod_vocabulary::Expect;

/// What was found so far.
pub(super) struct Summary {
    begun: Instant,
    hold: u64,
    caught: u64,
    surprising: u64,
    inconclusive: u64,
    changed: u64,
    not_run: u64,
    unusable: u64,
    /// A line for each that should have been caught and was not.
    escaped: Vec<String>,
    /// A line for each other failure.
    failures: Vec<String>,
}

impl Summary {
    pub(super) fn begin() -> Self {
        Self {
            begun: Instant::now(),
            hold: 0,
            caught: 0,
            surprising: 0,
            inconclusive: 0,
            changed: 0,
            not_run: 0,
            unusable: 0,
            escaped: Vec::new(),
            failures: Vec::new(),
        }
    }

    pub(super) fn checked(&mut self, checked: &Checked<'_>) {
        let subject = &checked.subject;
        self.changed += u64::from(checked.change.is_some());
        match (&checked.comparison, checked.outcome.report.verdict) {
            (Comparison::Differs(_), _) if checked.has_escaped() => {
                let name = linked(subject.name, subject);
                self.escaped.push(format!("{} {name}", not_caught(checked)));
            }
            (Comparison::Differs(differences), _) => {
                self.surprising += 1;
                let first = differences.first().map_or("", String::as_str);
                self.fail(&linked(subject.name, subject), first);
            }
            (Comparison::Undecided, _) => self.inconclusive += 1,
            (Comparison::AsExpected, Verdict::Holds) => self.hold += 1,
            (Comparison::AsExpected, _) => self.caught += 1,
        }
    }

    pub(super) fn not_run(&mut self, subject: &Subject<'_>, why: &str, is_fault: bool) {
        self.not_run += 1;
        if is_fault {
            self.fail(&linked(subject.name, subject), &format!("not run: {why}"));
        }
    }

    pub(super) fn unusable(&mut self, unusable: &UnusableFile<'_>) {
        self.unusable += 1;
        // What is wrong names the file.
        self.failures
            .push(format!("{BAD}✗{BAD:#} {}", in_a_line(unusable.why)));
    }

    /// Whether nothing was found to check.
    pub(super) const fn is_empty(&self) -> bool {
        self.unusable == 0 && self.not_run == 0
    }

    fn fail(&mut self, name: &str, why: &str) {
        self.failures.push(format!("{BAD}✗{BAD:#} {name}: {why}"));
    }

    /// The whole of it. What was not caught comes first.
    pub(super) fn text(&self) -> String {
        let mut text = String::from("\n");
        for line in self.escaped.iter().chain(&self.failures) {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{}", wrapped(line, 2));
        }
        let counts = format!(
            "{}; {} in all",
            self.counts(),
            seconds(self.begun.elapsed())
        );
        let _ = writeln!(text, "{}", wrapped(&counts, 2));
        text
    }

    fn counts(&self) -> String {
        let caught = plural(
            self.caught,
            "caught, as it must be",
            "caught, as they must be",
        );
        let counts = [
            (self.escaped.len() as u64, "NOT CAUGHT", LOUD),
            (self.surprising, "not as expected", BAD),
            (self.unusable, "not checked", BAD),
            (self.inconclusive, "inconclusive", OPEN),
            (self.not_run, "not run", OPEN),
            (self.changed, "changed", OPEN),
            (self.hold, plural(self.hold, "holds", "hold"), GOOD),
            (self.caught, caught, GOOD),
        ];
        let counts = counts.iter().filter(|(count, ..)| *count > 0);
        let counts = counts.map(|(count, what, style)| format!("{style}{count} {what}{style:#}"));
        counts.collect::<Vec<_>>().join("; ")
    }
}

/// The loudest thing there is: what was not found, without the name of the spec.
pub(super) fn not_caught(checked: &Checked<'_>) -> String {
    let property = match checked.subject.expect {
        Expect::Violated { property, .. } => property,
        Expect::Holds { .. } => "",
    };
    format!("{LOUD}NOT CAUGHT:{LOUD:#} the check did not find the violation of {property} in")
}
