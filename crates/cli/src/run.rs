//! Runs one spec.

use crate::memory;
use crate::outcome::{Outcome, Property};
use crate::trace;
use std::hash::Hash;
use std::sync::Arc;
use synod_checker::{CheckError, Counterexample, Options, Progress, Report, Until, check};
use synod_models::narrate::Narrate;
use synod_models::spec::{Expect, RunSpec, SpecModel};

/// Runs a spec. `options.until` is set from what the spec expects, unless the
/// run is to keep going.
///
/// # Errors
/// [`CheckError`] if the model cannot be checked.
pub(crate) fn run(
    spec: &RunSpec,
    options: &Options,
    progress: &Arc<Progress>,
) -> Result<Outcome, CheckError> {
    let mut options = options.clone();
    if let (Until::FirstViolation, Expect::Violated { property, .. }) =
        (&options.until, &spec.expect)
    {
        options.until = Until::Violation(property.clone());
    }
    memory::forget_peak();
    match &spec.model {
        SpecModel::Preliminary(model) => run_model(model, spec, &options, progress),
        SpecModel::Basic(model) => run_model(model, spec, &options, progress),
    }
}

fn run_model<M>(
    model: &M,
    spec: &RunSpec,
    options: &Options,
    progress: &Arc<Progress>,
) -> Result<Outcome, CheckError>
where
    M: Narrate + Clone + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
{
    let report = check(model.clone(), options, progress)?;
    let peak_memory = memory::peak_bytes();
    let told = counterexample_to_tell(&report, &spec.expect);
    Ok(Outcome {
        verdict: report.verdict,
        reason: report.reason,
        states: report.states,
        generated: report.generated,
        depth: report.depth,
        collision_probability: report.collision_probability,
        elapsed: report.elapsed,
        peak_memory,
        properties: properties(model, &report),
        trace: told.map(|counterexample| trace::tell(model, counterexample)),
    })
}

fn counterexample_to_tell<'a, M: Narrate>(
    report: &'a Report<M>,
    expect: &Expect,
) -> Option<&'a Counterexample<M::State, M::Action>> {
    let expected = match expect {
        Expect::Violated { property, .. } => report.counterexample(property),
        Expect::Holds { .. } => None,
    };
    expected.or_else(|| report.counterexamples.first())
}

fn properties<M: Narrate>(model: &M, report: &Report<M>) -> Vec<Property> {
    let claims = model.claims();
    let properties = report.properties.iter();
    properties
        .map(|property| Property {
            name: property.name,
            kind: property.kind(),
            meaning: claims
                .iter()
                .find(|claim| claim.name == property.name)
                .map(|claim| claim.meaning),
            verdict: property.verdict,
            length: property.length,
        })
        .collect()
}
