//! Runs one spec.

use crate::memory;
use crate::outcome::{Outcome, Property};
use crate::trace;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;
use synod_checker::{
    CheckError, Counterexample, Engine, Extras, Kinds, Options, Progress, Report, Simulation,
    Storage, Until, check_with, simulate,
};
use synod_models::spec::{Expect, RunSpec, SpecModel};
use synod_vocabulary::{Describe, Stored};

/// Runs a spec. `options.until` is set from what the spec expects, unless the
/// run is to keep going.
///
/// # Errors
/// [`CheckError`] if the model cannot be checked.
pub(crate) fn run(
    spec: &RunSpec,
    options: &Options,
    simulation: Option<&Simulation>,
    progress: &Arc<Progress>,
) -> Result<Outcome, CheckError> {
    let options = asked(options, &spec.expect);
    memory::forget_peak();
    match &spec.model {
        SpecModel::Preliminary(model) => run_model(model, spec, &options, simulation, progress),
        SpecModel::Basic(model) => run_model(model, spec, &options, simulation, progress),
        SpecModel::Inductive(model) => run_model(model, spec, &options, simulation, progress),
        SpecModel::Complete(model) => run_model(model, spec, &options, simulation, progress),
        SpecModel::Parliament(model) => run_model(model, spec, &options, simulation, progress),
        SpecModel::Paxos(model) => run_model(model, spec, &options, simulation, progress),
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

fn run_model<M>(
    model: &M,
    spec: &RunSpec,
    options: &Options,
    simulation: Option<&Simulation>,
    progress: &Arc<Progress>,
) -> Result<Outcome, CheckError>
where
    M: Describe + Stored + Clone + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + Send + Sync,
{
    let extras = extras(model);
    let report = match simulation {
        Some(simulation) => simulate(model, &extras, simulation, options, progress)?,
        None => check_with(model.clone(), &extras, options, progress)?,
    };
    Ok(outcome(model, &report, &spec.expect))
}

/// What is known of a run that was interrupted and does not end.
pub(crate) fn given_up(
    spec: &RunSpec,
    options: &Options,
    is_simulation: bool,
    progress: &Progress,
    elapsed: Duration,
) -> Outcome {
    let options = asked(options, &spec.expect);
    let finds_nearest = !is_simulation && matches!(options.engine, Engine::Levels | Engine::Timely);
    macro_rules! outcome {
        ($model:ident) => {{
            let report =
                synod_checker::given_up($model, &options, progress, finds_nearest, elapsed);
            outcome($model, &report, &spec.expect)
        }};
    }
    match &spec.model {
        SpecModel::Preliminary(model) => outcome!(model),
        SpecModel::Basic(model) => outcome!(model),
        SpecModel::Inductive(model) => outcome!(model),
        SpecModel::Complete(model) => outcome!(model),
        SpecModel::Parliament(model) => outcome!(model),
        SpecModel::Paxos(model) => outcome!(model),
    }
}

fn outcome<M>(model: &M, report: &Report<M>, expect: &Expect) -> Outcome
where
    M: Describe,
    M::State: Clone,
{
    let peak_memory = memory::peak_bytes();
    Outcome {
        verdict: report.verdict,
        reason: report.reason.clone(),
        states: report.states,
        generated: report.generated,
        depth: report.depth,
        made_of: model.made_of(),
        collision_probability: report.collision_probability,
        elapsed: report.elapsed,
        peak_memory,
        properties: properties(model, report),
        exploration: report.exploration.clone(),
        traces: in_order_of_interest(report, expect)
            .map(|counterexample| trace::tell(model, counterexample))
            .collect(),
    }
}

/// What a model can tell the checker beside what Stateright asks of it.
fn extras<M: Describe + Stored>(model: &M) -> Extras<M> {
    Extras {
        initial: Some(|model, visit| model.for_each_initial(visit)),
        kinds: Some(Kinds {
            names: model.kinds(),
            of: |model, action| model.kind(action),
        }),
        without_marks: Some(M::without_marks),
        storage: Some(Storage {
            write: |model, state, bytes| model.write_state(state, bytes),
            read_own: |model, bytes| model.read_own_state(bytes),
            read: |model, dictionary, bytes| model.read_state(dictionary, bytes),
            write_context: |model, told, bytes| model.write_context(told, bytes),
            read_context: |model, dictionary, bytes| model.read_context(dictionary, bytes),
        }),
    }
}

fn in_order_of_interest<'a, M: Describe>(
    report: &'a Report<M>,
    expect: &Expect,
) -> impl Iterator<Item = &'a Counterexample<M::State, M::Action>> {
    let expected = match expect {
        Expect::Violated { property, .. } => report.counterexample(property),
        Expect::Holds { .. } => None,
    };
    let name = expected.map(|counterexample| counterexample.property);
    let all = report.counterexamples.iter();
    let others = all.filter(move |counterexample| Some(counterexample.property) != name);
    expected.into_iter().chain(others)
}

fn properties<M: Describe>(model: &M, report: &Report<M>) -> Vec<Property> {
    let claims = model.claims();
    let of_model = report.properties.iter();
    of_model
        .map(|property| {
            let claim = claims.iter().find(|claim| claim.name == property.name);
            let partner = claim.and_then(|claim| claim.partner);
            Property {
                name: property.name,
                kind: property.kind(),
                meaning: claim.map(|claim| claim.meaning),
                partner: partner.map(|partner| partner.name),
                verdict: property.verdict,
                length: property.length,
            }
        })
        .collect()
}
