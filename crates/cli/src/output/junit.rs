//! A JUnit report, for continuous integration.

use super::{Checked, Listener, say};
use crate::diagnostics::Complaint;
use crate::outcome::{Comparison, Trace};
use crate::specs::Found;
use crate::words::steps;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::time::Instant;

/// Collects a test case a spec and writes the report in the end.
pub(crate) struct Junit {
    begun: Instant,
    suite: TestSuite,
}

impl Junit {
    pub(crate) fn new() -> Self {
        Self {
            begun: Instant::now(),
            suite: TestSuite::new("synod check"),
        }
    }

    fn push(&mut self, found: &Found, status: TestCaseStatus) -> &mut TestCase {
        let mut case = TestCase::new(found.name.clone(), status);
        case.set_classname(format!("synod.{}", found.spec.protocol.name()));
        self.suite.add_test_case(case);
        // Just added.
        let last = self.suite.test_cases.len() - 1;
        &mut self.suite.test_cases[last]
    }
}

impl Listener for Junit {
    fn checked(&mut self, checked: &Checked<'_>) {
        let outcome = &checked.outcome;
        let status = match &checked.comparison {
            Comparison::AsExpected => TestCaseStatus::success(),
            Comparison::Differs(differences) => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status
                    .set_type("not as expected")
                    .set_message(differences.join("; "));
                if let Some(trace) = outcome.trace() {
                    status.set_description(told(trace));
                }
                status
            }
            Comparison::Undecided => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
                let reason = outcome.reason.as_ref().map(ToString::to_string);
                status
                    .set_type("inconclusive")
                    .set_message(reason.unwrap_or_default());
                status
            }
        };
        let figures = format!(
            "{}: {}\n{} distinct states, {} generated, depth {}\n\
             at most {:.1e} that a fingerprint collision hid a state",
            outcome.verdict,
            checked.found.spec.bounds,
            outcome.states,
            outcome.generated,
            outcome.depth,
            outcome.collision_probability
        );
        let elapsed = outcome.elapsed;
        let case = self.push(checked.found, status);
        case.set_time(elapsed).set_system_out(figures);
    }

    fn not_run(&mut self, found: &Found, why: &str) {
        let mut status = TestCaseStatus::skipped();
        status.set_message(why);
        self.push(found, status);
    }

    fn done(&mut self) -> Result<(), Complaint> {
        let mut suite = std::mem::replace(&mut self.suite, TestSuite::new(""));
        suite.set_time(self.begun.elapsed());
        let mut report = Report::new("synod");
        report.set_time(self.begun.elapsed());
        report.add_test_suite(suite);
        let text = report
            .to_string()
            .map_err(|error| Complaint::about(format!("no JUnit report: {error}"), ""))?;
        say(&text);
        Ok(())
    }
}

fn told(trace: &Trace) -> String {
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
        trace.figure
    )
}
