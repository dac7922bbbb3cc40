//! Runs one spec.

use super::memory;
use std::sync::Arc;
use std::time::Duration;
use synod_checker::{
    CheckError, Engine, Extras, Options, Progress, Simulation, Until, check_with, simulate,
};
use synod_report::Outcome;
use synod_specs::{Checkable, Expect, RunSpec, Visitor};

/// Runs a spec. `options.until` is set from what the spec expects, unless the
/// run is to keep going.
///
/// # Errors
/// [`CheckError`] if the model cannot be checked.
pub(super) fn run(
    spec: &RunSpec,
    options: &Options,
    simulation: Option<&Simulation>,
    progress: &Arc<Progress>,
) -> Result<Outcome, CheckError> {
    memory::forget_peak();
    spec.visit(Run {
        expect: &spec.expect,
        options: asked(options, &spec.expect),
        simulation,
        progress,
    })
}

struct Run<'a> {
    expect: &'a Expect,
    options: Options,
    simulation: Option<&'a Simulation>,
    progress: &'a Arc<Progress>,
}

impl Visitor for Run<'_> {
    type Output = Result<Outcome, CheckError>;

    fn visit<M: Checkable>(self, model: &M) -> Self::Output {
        let (extras, options) = (Extras::of(model), &self.options);
        let report = match self.simulation {
            Some(simulation) => simulate(model, &extras, simulation, options, self.progress)?,
            None => check_with(model.clone(), &extras, options, self.progress)?,
        };
        let peak_memory = memory::peak_bytes();
        Ok(Outcome::of(model, &report, self.expect, peak_memory))
    }
}

/// What is known of a run that was interrupted and does not end.
pub(super) fn given_up(
    spec: &RunSpec,
    options: &Options,
    is_simulation: bool,
    progress: &Progress,
    elapsed: Duration,
) -> Outcome {
    let is_nearest_first = matches!(options.engine, Engine::Levels | Engine::Timely);
    spec.visit(GiveUp {
        expect: &spec.expect,
        options: asked(options, &spec.expect),
        finds_nearest: !is_simulation && is_nearest_first,
        progress,
        elapsed,
    })
}

struct GiveUp<'a> {
    expect: &'a Expect,
    options: Options,
    finds_nearest: bool,
    progress: &'a Progress,
    elapsed: Duration,
}

impl Visitor for GiveUp<'_> {
    type Output = Outcome;

    fn visit<M: Checkable>(self, model: &M) -> Outcome {
        let report = synod_checker::given_up(
            model,
            &self.options,
            self.progress,
            self.finds_nearest,
            self.elapsed,
        );
        Outcome::of(model, &report, self.expect, memory::peak_bytes())
    }
}

/// The options, with what the spec asks about: unless the run is to keep going.
fn asked(options: &Options, expect: &Expect) -> Options {
    let mut options = options.clone();
    if options.until == Until::FirstViolation {
        options.until = until(expect);
    }
    options
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
