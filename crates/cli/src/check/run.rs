//! Runs one spec.

use super::memory;
use crate::engines::Chosen;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use synod_checker::{CheckError, Extras, Problem, Progress, Question, Until, check, check_so_far};
use synod_report::Outcome;
use synod_specs::{Checkable, Expect, RunSpec, Visitor};

/// A spec, what is asked of its model, and of which engine.
#[derive(Clone)]
pub(super) struct Run {
    spec: RunSpec,
    question: Question,
    engine: Chosen,
}

impl Run {
    /// A run that ends as soon as it has shown what the spec expects, unless the question
    /// asks for more.
    pub(super) fn new(spec: RunSpec, question: Question, engine: Chosen) -> Self {
        let until = match question.until {
            Until::FirstViolation => until(&spec.expect),
            other => other,
        };
        Self {
            question: Question { until, ..question },
            spec,
            engine,
        }
    }

    /// What decides what the model is.
    pub(super) const fn settings(&self) -> &BTreeMap<String, String> {
        &self.spec.settings
    }

    /// When it ends, in a word.
    pub(super) fn until(&self) -> String {
        format!("{:?}", self.question.until)
    }

    /// Runs to the end.
    ///
    /// # Errors
    /// [`CheckError`] if the model cannot be checked.
    pub(super) fn to_the_end(&self, progress: &Arc<Progress>) -> Result<Outcome, CheckError> {
        memory::forget_peak();
        self.told(progress, None)
    }

    /// What is known of the run, which was interrupted and does not end.
    ///
    /// # Errors
    /// [`CheckError`] if the model cannot be checked.
    pub(super) fn so_far(
        &self,
        progress: &Arc<Progress>,
        elapsed: Duration,
    ) -> Result<Outcome, CheckError> {
        self.told(progress, Some(elapsed))
    }

    fn told(
        &self,
        progress: &Arc<Progress>,
        so_far: Option<Duration>,
    ) -> Result<Outcome, CheckError> {
        self.spec.visit(Tell {
            run: self,
            progress,
            so_far,
        })
    }
}

/// When a run has shown what its spec expects.
fn until(expect: &Expect) -> Until {
    match expect {
        Expect::Holds { .. } => Until::FirstViolation,
        Expect::Violated {
            property, holds, ..
        } if holds.is_empty() => Until::Violation(property.clone()),
        Expect::Violated { .. } => Until::Exhausted,
    }
}

struct Tell<'a> {
    run: &'a Run,
    progress: &'a Arc<Progress>,
    /// How long the run has taken, if its end is not awaited.
    so_far: Option<Duration>,
}

impl Visitor for Tell<'_> {
    type Output = Result<Outcome, CheckError>;

    fn visit<M: Checkable>(self, model: &M) -> Self::Output {
        let Run {
            spec,
            question,
            engine,
        } = self.run;
        let (extras, question) = (Extras::of(model), question.clone());
        let problem = Problem::new(model.clone(), extras, question, self.progress)?;
        let report = match self.so_far {
            None => check(&problem, engine.of())?,
            Some(elapsed) => check_so_far(&problem, engine.of(), elapsed),
        };
        let peak_memory = memory::peak_bytes();
        Ok(Outcome::of(model, report, &spec.expect, peak_memory))
    }
}
