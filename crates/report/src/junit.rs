//! A JUnit report (XML), for continuous integration.

use crate::comparison::Comparison;
use crate::listener::{Checked, Listener, Subject, UnusableFile, WriteError};
use crate::plurals::steps;
use crate::trace::Trace;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::time::Instant;
use synod_terminal::say;

/// The format `--format junit`: collects one test case for each spec and prints the XML at the
/// end. A [`Listener`]; its example shows what it is told.
pub struct Junit {
    begun: Instant,
    suite: TestSuite,
}

impl Default for Junit {
    /// A report without test cases; its time begins now.
    fn default() -> Self {
        Self {
            begun: Instant::now(),
            suite: TestSuite::new("synod check"),
        }
    }
}

impl Junit {
    fn push(&mut self, subject: &Subject<'_>, status: TestCaseStatus) -> &mut TestCase {
        let class = format!("synod.{}", subject.protocol);
        self.push_named(subject.name, class, status)
    }

    fn push_named(&mut self, name: &str, class: String, status: TestCaseStatus) -> &mut TestCase {
        let mut case = TestCase::new(name.to_owned(), status);
        case.set_classname(class);
        self.suite.add_test_case(case);
        // Just added.
        let last = self.suite.test_cases.len() - 1;
        &mut self.suite.test_cases[last]
    }
}

impl Listener for Junit {
    fn checked(&mut self, checked: &Checked<'_>) {
        let report = &checked.outcome.report;
        let status = match &checked.comparison {
            Comparison::AsExpected => TestCaseStatus::success(),
            Comparison::Differs(differences) => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status
                    .set_type("not as expected")
                    .set_message(differences.join("; "));
                if let Some(trace) = checked.outcome.trace() {
                    status.set_description(description(trace));
                }
                status
            }
            Comparison::Undecided => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
                status.set_type("inconclusive").set_message(
                    report
                        .reason
                        .as_ref()
                        .map(ToString::to_string)
                        .unwrap_or_default(),
                );
                status
            }
        };
        let mut figures = format!(
            "{}: {}\n{} distinct states, {} generated, depth {}\n\
             at most {:.1e} that a fingerprint collision hid a state",
            report.verdict,
            checked.subject.bounds,
            report.states,
            report.generated,
            report.depth,
            report.collision_probability
        );
        for remark in checked.remarks() {
            figures.push('\n');
            figures.push_str(&remark);
        }
        let elapsed = report.elapsed;
        let case = self.push(&checked.subject, status);
        case.set_time(elapsed).set_system_out(figures);
    }

    fn not_run(&mut self, subject: &Subject<'_>, why: &str, is_fault: bool) {
        let mut status = if is_fault {
            TestCaseStatus::non_success(NonSuccessKind::Error)
        } else {
            TestCaseStatus::skipped()
        };
        status.set_type("not run").set_message(why);
        self.push(subject, status);
    }

    fn unusable(&mut self, unusable: &UnusableFile<'_>) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status
            .set_type("not a run spec")
            .set_message(unusable.why)
            .set_description(unusable.help);
        self.push_named(unusable.name, "synod".to_owned(), status);
    }

    fn left_out(&mut self, subject: &Subject<'_>, why: &str) {
        let mut status = TestCaseStatus::skipped();
        status.set_message(format!("left out: {why}"));
        self.push(subject, status);
    }

    fn done(&mut self, _: Option<&str>) -> Result<(), WriteError> {
        say(&self.xml()?);
        Ok(())
    }
}

impl Junit {
    /// The report on what was told so far, as XML.
    ///
    /// # Errors
    /// It cannot be written as XML.
    pub fn xml(&self) -> Result<String, WriteError> {
        let mut suite = self.suite.clone();
        suite.set_time(self.begun.elapsed());
        let mut report = Report::new("synod");
        report.set_time(self.begun.elapsed());
        report.add_test_suite(suite);
        let text = report.to_string().map_err(|error| WriteError {
            message: format!("no JUnit report: {error}"),
            help: "",
        })?;
        // These two characters are not allowed in XML, and a file name may have them.
        Ok(text.replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}"))
    }
}

fn description(trace: &Trace) -> String {
    let actions = trace.steps.iter().enumerate();
    let actions = actions.filter_map(|(number, step)| {
        let action = step.action.as_ref()?;
        Some(format!("{number:3}  {action}\n"))
    });
    format!(
        "{} is violated after {}: {}\n{}\n{}",
        trace.property,
        steps(trace.length() as u64),
        trace.witness.as_deref().unwrap_or(""),
        actions.collect::<String>(),
        trace.drawing()
    )
}
