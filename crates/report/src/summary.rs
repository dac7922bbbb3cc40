//! The results of a whole run in words, the loudest first: [`Summary`].

use crate::change::Change;
use crate::comparison::Comparison;
use crate::listener::{Checked, Listener, Place, Subject, UnusableFile, WriteError};
use crate::plurals::steps;
use crate::trace::{Trace, TraceStep};
use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

/// How loudly a result is reported: the first is the loudest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// What the spec must catch has escaped.
    Escaped,
    /// The result is not what the spec expects.
    NotAsExpected,
    /// The spec could not be checked, or is no run spec.
    NotChecked,
    /// The run ended before it could tell, or was not begun.
    Inconclusive,
    /// The result is what the spec expects, and differs from the baseline.
    Changed,
    /// The result is what the spec expects.
    AsExpected,
    /// The spec was left out.
    LeftOut,
}

/// Which kind of spec it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Every property must hold.
    MustHold,
    /// A property must be violated.
    MustFail,
    /// It is no run spec.
    Unknown,
}

/// The results of a whole run in words. It is a [`Listener`] that writes nothing.
#[derive(Default)]
pub struct Summary {
    results: Vec<Told>,
    left_out: Option<String>,
}

/// A result in words: a part of [`Summary`].
pub struct Told {
    /// How loudly it is reported.
    pub grade: Grade,
    /// Which kind of spec it is.
    pub kind: Kind,
    /// The file of the spec, or the name of a built-in one.
    pub name: String,
    /// What the spec shows; empty if it is no run spec.
    pub about: String,
    /// The file and the line where the spec says what it expects, or is wrong.
    pub place: Option<(PathBuf, usize)>,
    /// The verdict, in a word or two.
    pub verdict: String,
    /// What is not as it should be, a sentence each.
    pub says: Vec<String>,
    /// Distinct states, if there was a run.
    pub states: Option<u64>,
    /// The states of the whole space, if one of each orbit was explored.
    pub unreduced: Option<u64>,
    /// How long the run took, if there was one.
    pub elapsed: Option<Duration>,
    /// The counterexample of a result that is not as expected.
    pub run: Option<ToldRun>,
    /// What changed since the baseline.
    pub change: Option<ToldChange>,
}

/// A run in words: a part of [`Told`].
pub struct ToldRun {
    /// What it shows, in a sentence.
    pub heading: String,
    /// The steps, a line each, with what they change.
    pub steps: String,
    /// The last state, drawn; may be empty.
    pub figure: String,
    /// A sequence diagram of Mermaid, if there is one.
    pub diagram: Option<String>,
}

/// What changed, in words: a part of [`Told`].
pub struct ToldChange {
    /// The baseline.
    pub since: String,
    /// What is different, a sentence each.
    pub differences: Vec<String>,
    /// What is different about each state in which the runs part, and the steps to it.
    pub partings: Vec<(String, String)>,
}

/// How many specs of a kind there are, by what came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// As expected.
    pub as_expected: usize,
    /// Not as expected.
    pub not_as_expected: usize,
    /// Could not be checked, or the run ended before it could tell.
    pub undecided: usize,
    /// Left out.
    pub left_out: usize,
}

impl Counts {
    /// All together.
    pub const fn all(self) -> usize {
        self.as_expected + self.not_as_expected + self.undecided + self.left_out
    }
}

impl Summary {
    /// The results, the loudest first, otherwise in the order in which they came.
    pub fn sorted(&self) -> Vec<&Told> {
        let mut results: Vec<_> = self.results.iter().collect();
        results.sort_by_key(|told| told.grade);
        results
    }

    /// The counts of a kind.
    pub fn counts(&self, kind: Kind) -> Counts {
        let mut counts = Counts::default();
        for told in self.results.iter().filter(|told| told.kind == kind) {
            *match told.grade {
                Grade::Escaped | Grade::NotAsExpected => &mut counts.not_as_expected,
                Grade::NotChecked | Grade::Inconclusive => &mut counts.undecided,
                Grade::Changed | Grade::AsExpected => &mut counts.as_expected,
                Grade::LeftOut => &mut counts.left_out,
            } += 1;
        }
        counts
    }

    /// What came out, in one line.
    pub fn headline(&self) -> String {
        let of = |grade| {
            self.results
                .iter()
                .filter(|told| told.grade == grade)
                .count()
        };
        let escaped = of(Grade::Escaped);
        let (wrong, bad) = (of(Grade::NotAsExpected), of(Grade::NotChecked));
        let undecided = of(Grade::Inconclusive);
        let all = self.results.len() - of(Grade::LeftOut);
        let mut parts = Vec::new();
        if escaped > 0 {
            parts.push(format!("{escaped} NOT CAUGHT"));
        }
        if wrong > 0 {
            parts.push(format!("{wrong} of {all} not as expected"));
        }
        if bad > 0 {
            parts.push(format!("{bad} of {all} not checked"));
        }
        if undecided > 0 {
            parts.push(format!("{undecided} of {all} not decided"));
        }
        if parts.is_empty() {
            parts.push(format!("{all} of {all} as expected"));
        }
        parts.join(", ")
    }

    /// How many specs were left out, and which option checks them.
    pub fn left_out(&self) -> Option<&str> {
        self.left_out.as_deref()
    }
}

impl Listener for Summary {
    fn checked(&mut self, checked: &Checked<'_>) {
        self.results.push(Told::checked(checked));
    }

    fn not_run(&mut self, subject: &Subject<'_>, why: &str, is_fault: bool) {
        let (grade, verdict) = if is_fault {
            (Grade::NotChecked, "error")
        } else {
            (Grade::Inconclusive, "not run")
        };
        let says = vec![format!("not run: {why}")];
        self.results
            .push(Told::about(subject, grade, verdict, says));
    }

    fn unusable(&mut self, unusable: &UnusableFile<'_>) {
        self.results.push(Told {
            grade: Grade::NotChecked,
            kind: Kind::Unknown,
            name: unusable.name.to_owned(),
            about: String::new(),
            place: unusable.place.map(owned),
            verdict: "no run spec".to_owned(),
            says: vec![unusable.why.to_owned(), unusable.help.to_owned()],
            states: None,
            unreduced: None,
            elapsed: None,
            run: None,
            change: None,
        });
    }

    fn left_out(&mut self, subject: &Subject<'_>, why: &str) {
        let says = vec![why.to_owned()];
        let told = Told::about(subject, Grade::LeftOut, "left out", says);
        self.results.push(told);
    }

    fn done(&mut self, left_out: Option<&str>) -> Result<(), WriteError> {
        self.left_out = left_out.map(str::to_owned);
        Ok(())
    }
}

impl Told {
    fn about(subject: &Subject<'_>, grade: Grade, verdict: &str, says: Vec<String>) -> Self {
        Self {
            grade,
            kind: if subject.must_fail() {
                Kind::MustFail
            } else {
                Kind::MustHold
            },
            name: subject.name.to_owned(),
            about: subject.about.to_owned(),
            place: subject.place.map(owned),
            verdict: verdict.to_owned(),
            says,
            states: None,
            unreduced: None,
            elapsed: None,
            run: None,
            change: None,
        }
    }

    fn checked(checked: &Checked<'_>) -> Self {
        let outcome = checked.outcome;
        let report = &outcome.report;
        let (grade, says) = match &checked.comparison {
            _ if checked.has_escaped() => (Grade::Escaped, differences(&checked.comparison)),
            Comparison::Differs(_) => (Grade::NotAsExpected, differences(&checked.comparison)),
            Comparison::Undecided => {
                let reason = report.reason.as_ref().map(ToString::to_string);
                (Grade::Inconclusive, reason.into_iter().collect())
            }
            Comparison::AsExpected if checked.change.is_some() => (Grade::Changed, Vec::new()),
            Comparison::AsExpected => (Grade::AsExpected, Vec::new()),
        };
        let trace = outcome.trace().filter(|_| grade <= Grade::NotAsExpected);
        let mut verdict = report.verdict.to_string();
        for remark in checked.remarks() {
            // Writing to a String cannot fail.
            _ = write!(verdict, " ({remark})");
        }
        Self {
            states: Some(report.states),
            unreduced: outcome.unreduced(),
            elapsed: Some(report.elapsed),
            run: trace.map(|trace| ToldRun::of(trace, outcome.diagram.clone())),
            change: checked.change.as_ref().map(ToldChange::of),
            ..Self::about(&checked.subject, grade, &verdict, says)
        }
    }

    /// How many states there are, if there was a run.
    pub fn count(&self) -> Option<String> {
        let states = self.states?;
        Some(match self.unreduced {
            None => states.to_string(),
            Some(all) => format!("{states} up to symmetry ({all} in all)"),
        })
    }

    /// What came out, and of which spec, in one line.
    pub fn title(&self) -> String {
        let what = match self.grade {
            Grade::Escaped => "NOT CAUGHT",
            Grade::NotAsExpected => "not as expected",
            Grade::NotChecked => "not checked",
            Grade::Inconclusive => "inconclusive",
            Grade::Changed => "changed",
            Grade::AsExpected => "as expected",
            Grade::LeftOut => "left out",
        };
        format!("{what}: {}", self.name)
    }

    /// All that is to be told beside the steps, a sentence each.
    pub fn sentences(&self) -> Vec<String> {
        let mut said = Vec::new();
        if self.grade == Grade::Escaped {
            said.push("This spec must fail, and nothing was caught".to_owned());
        }
        said.extend(self.says.iter().cloned());
        said.extend(self.run.as_ref().map(|run| run.heading.clone()));
        if let Some(change) = &self.change {
            let since = change.differences.iter();
            said.extend(since.map(|difference| format!("since {}: {difference}", change.since)));
        }
        said
    }
}

impl ToldRun {
    fn of(trace: &Trace, diagram: Option<String>) -> Self {
        let mut heading = format!(
            "{} is violated after {}",
            trace.property,
            steps(trace.length() as u64)
        );
        if let Some(witness) = &trace.witness {
            heading += ": ";
            heading += witness;
        }
        Self {
            heading,
            steps: path(&trace.steps),
            figure: trace.drawing().to_owned(),
            diagram,
        }
    }
}

impl ToldChange {
    fn of(change: &Change) -> Self {
        let partings = change.partings.iter();
        Self {
            since: change.since.clone(),
            differences: change.differences.clone(),
            partings: partings
                .map(|parting| (parting.about.clone(), path(&parting.steps)))
                .collect(),
        }
    }
}

/// The steps of a run, each with its number and what it changes.
pub(crate) fn path(steps: &[TraceStep]) -> String {
    let mut text = String::new();
    for (number, step) in steps.iter().enumerate() {
        match &step.action {
            Some(action) => _ = writeln!(text, "{number:3}  {action}"),
            None if step.changes.is_empty() => continue,
            None => text += "     begins with\n",
        }
        for change in &step.changes {
            _ = writeln!(text, "       {change}");
        }
    }
    text
}

fn differences(comparison: &Comparison) -> Vec<String> {
    match comparison {
        Comparison::Differs(differences) => differences.clone(),
        Comparison::AsExpected | Comparison::Undecided => Vec::new(),
    }
}

fn owned(place: Place<'_>) -> (PathBuf, usize) {
    (place.file.to_owned(), place.line)
}

/// A text of at most so many characters; what is cut off is told by an ellipsis.
pub(crate) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// A text on one line: no character in it ends the line or steers a terminal.
pub(crate) fn in_a_line(text: &str) -> String {
    let without = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if c.is_control() => '\u{FFFD}',
        c => c,
    };
    text.chars().map(without).collect()
}
