//! The answer of a check.

#![expect(clippy::panic, reason = "an assertion fails by a panic")]

use crate::replayed;
use std::fs;
use synod_checker::{CheckError, Report, Verdict};
use synod_report::json::{Line, TraceLine, text};
use synod_report::{Document, Junit, Listener, Outcome, Subject, Trace, compare, coverage, told};
use synod_vocabulary::Expect;

/// What is expected of a check for which no assertion was made yet.
pub(crate) const EXPECTED: Expect = Expect::HOLDS;

/// The answer of a check: what [`Check::run`](crate::Check::run) returns. The assertions panic
/// with what was found, in words; so a test that fails shows the shortest run that goes wrong.
///
/// A run that ended before its verdict was known is *inconclusive*, and no assertion takes it
/// for an answer.
#[must_use = "an answer that nobody looks at makes no test fail"]
pub struct Checked {
    /// The name of the test.
    pub(crate) name: String,
    /// The type of the model.
    pub(crate) model: &'static str,
    pub(crate) outcome: Result<Outcome, CheckError>,
    /// A page that plays the counterexample.
    pub(crate) page: Option<String>,
    /// Whether only the steps of a saved run were taken.
    pub(crate) is_replayed: bool,
}

impl Checked {
    /// The figures of the search, and each property with its verdict.
    ///
    /// # Errors
    /// The model could not be checked: it has an `eventually` property, for example, or too
    /// many properties.
    pub fn report(&self) -> Result<&Report<Trace>, &CheckError> {
        self.outcome.as_ref().map(|outcome| &outcome.report)
    }

    /// The counterexample in words, as a failing assertion prints it; none if there is none.
    pub fn counterexample(&self) -> Option<String> {
        let outcome = self.outcome.as_ref().ok()?;
        Some(plain(&told(outcome.trace()?)))
    }

    /// What was explored, as a table: the states of each level, and how often each kind of step
    /// was possible. An action that was never possible is a hole in the check.
    pub fn coverage(&self) -> String {
        let report = self.report().ok();
        let exploration = report.and_then(|report| report.exploration.as_ref());
        exploration.map_or_else(String::new, |exploration| plain(&coverage(exploration)))
    }

    /// The report as JSON, in the format of `synod check --format json`:
    /// [`synod_report::json::Line`] reads it.
    pub fn json(&self) -> String {
        let subject = self.subject();
        text(&match &self.outcome {
            Ok(outcome) => Line::checked(&reported(subject, outcome)),
            Err(error) => Line::not_run(&subject, &error.to_string(), true),
        })
    }

    /// The report as JUnit's XML, with one test case.
    pub fn junit(&self) -> String {
        let (mut junit, subject) = (Junit::default(), self.subject());
        match &self.outcome {
            Ok(outcome) => junit.checked(&reported(subject, outcome)),
            Err(error) => junit.not_run(&subject, &error.to_string(), true),
        }
        junit.text().unwrap_or_else(|error| error.message)
    }

    /// The check as reports name it.
    fn subject(&self) -> Subject<'_> {
        Subject {
            name: &self.name,
            about: "",
            protocol: self.model,
            mutant: None,
            bounds: "",
            size: "",
            expect: &EXPECTED,
            place: None,
        }
    }

    /// Asserts that every property has held in every state, and that what should happen has
    /// happened.
    ///
    /// # Panics
    /// If that is not so, with the shortest counterexample; and if the check could not tell.
    #[track_caller]
    pub fn assert_holds(&self) -> &Self {
        let report = self.decided();
        assert!(
            report.verdict == Verdict::Holds,
            "{}",
            self.what_went_wrong()
        );
        self
    }

    /// Asserts that this property is violated, and that the shortest counterexample has so many
    /// steps.
    ///
    /// # Panics
    /// If that is not so, and if the check could not tell.
    #[track_caller]
    pub fn assert_violated(&self, property: &str, steps: u32) -> &Self {
        let report = self.decided();
        let found = report.property(property);
        let Some(found) = found else {
            let names: Vec<_> = report.properties.iter().map(|p| p.name.as_str()).collect();
            panic!("there is no property {property:?}; there are {names:?}");
        };
        match (found.verdict, found.length) {
            (Verdict::Violated, Some(length)) => assert!(
                length == steps,
                "{property} is violated after {length} steps, not {steps}\n\n{}",
                self.what_went_wrong()
            ),
            _ => panic!(
                "{property} is not violated in {}\n\n{}",
                states_of(report),
                self.what_went_wrong()
            ),
        }
        self
    }

    /// Asserts that there are so many distinct states: up to symmetry, if the check has one. A
    /// test that pins the number notices when a change of the code changes what can happen.
    ///
    /// # Panics
    /// If there are more or fewer, and if the check could not tell.
    #[track_caller]
    pub fn assert_states(&self, states: u64) -> &Self {
        let report = self.decided();
        assert!(
            report.states == states || self.is_replayed,
            "{}, not {states}",
            states_of(report)
        );
        self
    }

    /// Asserts that there are so many distinct states without
    /// [symmetry](crate::Check::up_to_symmetry): the states for which those that were explored
    /// stand.
    ///
    /// # Panics
    /// If there are more or fewer, and if the check could not tell.
    #[track_caller]
    pub fn assert_unreduced_states(&self, states: u64) -> &Self {
        let report = self.decided();
        let found = unreduced(report).unwrap_or(report.states);
        assert!(
            found == states || self.is_replayed,
            "{}, not {states} in all",
            states_of(report)
        );
        self
    }

    /// The counterexample as a page that plays it: messages, crashes, and what each process
    /// has in memory and on disk, step by step. One file, which needs nothing else.
    pub fn html(&self) -> Option<&str> {
        self.page.as_deref()
    }

    /// Saves the counterexample; returns what can be done with the files.
    fn save(&self) -> Option<String> {
        let outcome = self.outcome.as_ref().ok()?;
        let line = TraceLine::of(&reported(self.subject(), outcome), outcome.trace()?);
        let path = replayed::save(&line)?;
        let command = replayed::command(&path, &self.name);
        let mut told =
            format!("\n  To take these steps alone, with a debugger for example:\n  {command}\n");
        let page = path.with_extension("html");
        if self
            .html()
            .is_some_and(|html| fs::write(&page, html).is_ok())
        {
            let page = page.display();
            told = format!("{told}  To see them, open this in a browser: {page}\n");
        }
        Some(told)
    }

    /// The report of a check that has a verdict.
    #[track_caller]
    fn decided(&self) -> &Report<Trace> {
        let report = match self.report() {
            Ok(report) => report,
            Err(error) => panic!("not checked: {error}"),
        };
        if report.verdict == Verdict::Inconclusive {
            let why = report.reason.as_ref();
            let why = why.map_or_else(
                || "no counterexample was found again".to_owned(),
                ToString::to_string,
            );
            panic!("inconclusive after {}: {why}", states_of(report));
        }
        report
    }

    /// Why the verdict is "violated", in words: the counterexample, or the names of the
    /// properties that happen in no state.
    fn what_went_wrong(&self) -> String {
        let Ok(report) = self.report() else {
            return String::new();
        };
        if let Some(counterexample) = self.counterexample() {
            return counterexample + &self.save().unwrap_or_default();
        }
        let violated = report.properties.iter();
        let violated = violated.filter(|property| property.verdict == Verdict::Violated);
        let never =
            violated.map(|property| format!("never in {}: {}", states_of(report), property.name));
        never.collect::<Vec<_>>().join("\n")
    }
}

/// The number of states without symmetry, if one of each orbit was explored.
fn unreduced(report: &Report<Trace>) -> Option<u64> {
    report.exploration.as_ref()?.unreduced
}

/// How many states were explored, in words.
fn states_of(report: &Report<Trace>) -> String {
    let states = format!("{} states", report.states);
    match unreduced(report) {
        None => states,
        Some(all) => format!("{states} up to symmetry ({all} in all)"),
    }
}

/// A result as formats of reports are told it.
fn reported<'a>(subject: Subject<'a>, outcome: &'a Outcome) -> synod_report::Checked<'a> {
    synod_report::Checked {
        subject,
        memory_limits: String::new(),
        comparison: compare(&outcome.report, &EXPECTED),
        change: None,
        pinned_anew: false,
        cached_at: None,
        outcome,
    }
}

/// A text without colours.
fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}
