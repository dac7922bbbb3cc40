//! A JUnit report (XML), for continuous integration.

use crate::comparison::Comparison;
use crate::document::Document;
use crate::listener::{Checked, Listener, Subject, UnusableFile, WriteError};
use crate::plurals::steps;
use crate::summary::path;
use crate::trace::Trace;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::fmt::Write;
use std::time::Instant;

/// The format `--format junit` and the report `junit`: one test case for each spec, in the suites
/// "must hold" and "must fail". A [`Document`].
pub struct Junit {
    begun: Instant,
    must_hold: TestSuite,
    must_fail: TestSuite,
    unusable: TestSuite,
}

impl Default for Junit {
    /// A report without test cases; its time begins now.
    fn default() -> Self {
        Self {
            begun: Instant::now(),
            must_hold: TestSuite::new("must hold"),
            must_fail: TestSuite::new("must fail"),
            unusable: TestSuite::new("no run specs"),
        }
    }
}

impl Junit {
    fn push(&mut self, subject: &Subject<'_>, case: TestCase) {
        let suite = if subject.must_fail() {
            &mut self.must_fail
        } else {
            &mut self.must_hold
        };
        suite.add_test_case(case);
    }
}

fn case(subject: &Subject<'_>, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(subject.name.to_owned(), status);
    case.set_classname(format!("synod.{}", subject.protocol));
    case
}

/// The status of a spec that is not as expected.
fn failure(checked: &Checked<'_>, differences: &[String]) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    let message = differences.join("; ");
    if checked.has_escaped() {
        status.set_type("NOT CAUGHT");
        status.set_message(format!("NOT CAUGHT: {message}"));
    } else {
        status.set_type("not as expected").set_message(message);
    }
    let found = checked.outcome.trace().map(description);
    let text: Vec<_> = found.into_iter().chain(changed(checked)).collect();
    if !text.is_empty() {
        status.set_description(text.join("\n"));
    }
    status
}

/// What changed since the baseline.
fn changed(checked: &Checked<'_>) -> Option<String> {
    let change = checked.change.as_ref()?;
    let mut text = format!("changed since {}:\n", change.since);
    for difference in &change.differences {
        _ = writeln!(text, "  {difference}");
    }
    for parting in &change.partings {
        _ = write!(
            text,
            "where they part: {}\n{}",
            parting.about,
            path(&parting.steps)
        );
    }
    Some(text)
}

impl Listener for Junit {
    fn checked(&mut self, checked: &Checked<'_>) {
        let report = &checked.outcome.report;
        let status = match &checked.comparison {
            Comparison::AsExpected => TestCaseStatus::success(),
            Comparison::Differs(differences) => failure(checked, differences),
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
        let mutant = checked.subject.mutant;
        let mutant = mutant.map_or_else(String::new, |mutant| format!(", mutant: {mutant}"));
        let mut figures = format!(
            "{}: {}{mutant}\n{} distinct states{}, {} generated, depth {}\n\
             {}",
            report.verdict,
            checked.subject.bounds,
            report.states,
            checked
                .outcome
                .unreduced()
                .map_or_else(String::new, |all| format!(" up to symmetry ({all} in all)")),
            report.generated,
            report.depth,
            checked.outcome.chance_of_a_collision()
        );
        for remark in checked.remarks() {
            figures.push('\n');
            figures.push_str(&remark);
        }
        if let Some(changed) = changed(checked) {
            figures += "\n";
            figures += &changed;
        }
        let mut case = case(&checked.subject, status);
        case.set_time(report.elapsed).set_system_out(figures);
        self.push(&checked.subject, case);
    }

    fn not_run(&mut self, subject: &Subject<'_>, why: &str, is_fault: bool) {
        // What was wanted and was not run is no success, and a consumer shows what is skipped as
        // one.
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        let kind = if is_fault { "not run" } else { "inconclusive" };
        status.set_type(kind).set_message(why);
        self.push(subject, case(subject, status));
    }

    fn unusable(&mut self, unusable: &UnusableFile<'_>) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status
            .set_type("not a run spec")
            .set_message(unusable.why)
            .set_description(unusable.help);
        let mut case = TestCase::new(unusable.name.to_owned(), status);
        case.set_classname("synod");
        self.unusable.add_test_case(case);
    }

    fn left_out(&mut self, subject: &Subject<'_>, why: &str) {
        let mut status = TestCaseStatus::skipped();
        status.set_message(format!("left out: {why}"));
        self.push(subject, case(subject, status));
    }

    fn done(&mut self, _: Option<&str>) -> Result<(), WriteError> {
        Ok(())
    }
}

impl Document for Junit {
    fn text(&self) -> Result<String, WriteError> {
        let mut report = Report::new("synod");
        report.set_time(self.begun.elapsed());
        for suite in [&self.must_hold, &self.must_fail, &self.unusable] {
            if suite.tests > 0 {
                let mut suite = suite.clone();
                suite.set_time(suite.test_cases.iter().filter_map(|case| case.time).sum());
                report.add_test_suite(suite);
            }
        }
        let text = report.to_string().map_err(|error| WriteError {
            message: format!("no JUnit report: {error}"),
            help: "",
        })?;
        // These two characters are not allowed in XML, and a file name may have them.
        let text = text.replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}");
        // Jenkins's schema has no such attribute of the whole report, and refuses what it has not.
        let skipped = format!(" skipped=\"{}\"", report.skipped);
        Ok(text.replacen(&skipped, "", 1))
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
