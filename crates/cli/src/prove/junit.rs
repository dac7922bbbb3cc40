//! The answers as JUnit: a suite for each target, a case for each obligation and solver.

use super::Proved;
use crate::diagnostics::Complaint;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use synod_proof::solver::{Answer, Verdict};

/// The report.
///
/// # Errors
/// It cannot be written as XML.
pub(super) fn report(proved: &[Proved]) -> Result<String, Complaint> {
    let mut report = Report::new("synod");
    for Proved { target, decided } in proved {
        let mut suite = TestSuite::new(target.name);
        for one in decided {
            for (solver, answer) in &one.answers {
                let mut case = TestCase::new(one.obligation.name(), status(answer.as_ref()));
                case.set_classname(format!("synod.{}.{solver}", target.name));
                if let Some(answer) = answer {
                    case.set_time(answer.elapsed);
                }
                suite.add_test_case(case);
            }
        }
        suite.set_time(suite.test_cases.iter().filter_map(|case| case.time).sum());
        report.add_test_suite(suite);
    }
    let text = report.to_string();
    text.map_err(|error| Complaint::about(format!("no JUnit report: {error}"), ""))
}

fn status(answer: Option<&Answer>) -> TestCaseStatus {
    let (kind, name, message) = match answer.map(|answer| &answer.verdict) {
        Some(Verdict::Unsat) => return TestCaseStatus::success(),
        Some(Verdict::Sat) => (
            NonSuccessKind::Failure,
            "refuted",
            "there is a counter-model",
        ),
        Some(Verdict::Unknown(why)) => (NonSuccessKind::Error, "inconclusive", why.as_str()),
        None => (
            NonSuccessKind::Error,
            "inconclusive",
            "there was no answer before the end",
        ),
    };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(name).set_message(message);
    status
}
