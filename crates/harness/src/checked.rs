//! The answer of a check.

#![expect(clippy::panic, reason = "an assertion fails by a panic")]

use synod_checker::{CheckError, Report, Verdict};
use synod_report::{Outcome, Trace, told};

/// The answer of a check: what [`Check::run`](crate::Check::run) returns. The assertions panic
/// with what was found, in words; so a test that fails shows the shortest run that goes wrong.
///
/// A run that ended before its verdict was known is *inconclusive*, and no assertion takes it
/// for an answer.
#[must_use = "an answer that nobody looks at makes no test fail"]
pub struct Checked {
    outcome: Result<Outcome, CheckError>,
}

impl Checked {
    pub(crate) const fn new(outcome: Result<Outcome, CheckError>) -> Self {
        Self { outcome }
    }

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
        outcome.trace().map(plain)
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
                "{property} is not violated in {} states\n\n{}",
                report.states,
                self.what_went_wrong()
            ),
        }
        self
    }

    /// Asserts that there are so many distinct states. A test that pins the number notices when
    /// a change of the code changes what can happen.
    ///
    /// # Panics
    /// If there are more or fewer, and if the check could not tell.
    #[track_caller]
    pub fn assert_states(&self, states: u64) -> &Self {
        let found = self.decided().states;
        assert!(found == states, "{found} states, not {states}");
        self
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
            panic!("inconclusive after {} states: {why}", report.states);
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
            return counterexample;
        }
        let violated = report.properties.iter();
        let violated = violated.filter(|property| property.verdict == Verdict::Violated);
        let never = violated
            .map(|property| format!("never in {} states: {}", report.states, property.name));
        never.collect::<Vec<_>>().join("\n")
    }
}

/// A counterexample without colours.
fn plain(trace: &Trace) -> String {
    anstream::adapter::strip_str(&told(trace)).to_string()
}
