//! Runs one spec.

use crate::engines::Chosen;
use crate::memory;
use crate::outcome::{Outcome, Property};
use crate::trace;
use stateright::Model;
use std::sync::Arc;
use std::time::Duration;
use synod_checker::{
    CheckError, Counterexample, Extras, Kinds, Problem, Progress, Question, Report, Storage, Until,
    check, check_so_far,
};
use synod_models::spec::{Expect, RunSpec, SpecModel};
use synod_vocabulary::{Describe, Stored};

/// Does the same with a spec's model, whatever its type.
macro_rules! with_model {
    ($spec:expr, $model:ident => $does:expr) => {
        match &$spec.model {
            SpecModel::Preliminary($model) => $does,
            SpecModel::Basic($model) => $does,
            SpecModel::Inductive($model) => $does,
            SpecModel::Complete($model) => $does,
            SpecModel::Parliament($model) => $does,
            SpecModel::Paxos($model) => $does,
        }
    };
}

/// Runs a spec. `question.until` is set from what the spec expects, unless the
/// run is to keep going.
///
/// # Errors
/// [`CheckError`] if the model cannot be checked.
pub(crate) fn run(
    spec: &RunSpec,
    question: Question,
    engine: &Chosen,
    progress: &Arc<Progress>,
) -> Result<Outcome, CheckError> {
    memory::forget_peak();
    with_model!(spec, model => {
        let problem = problem(model, spec, question, progress)?;
        let report = check(&problem, engine.of())?;
        Ok(outcome(model, report, &spec.expect))
    })
}

/// What is known of a run that was interrupted and does not end.
///
/// # Errors
/// [`CheckError`] if the model cannot be checked.
pub(crate) fn run_so_far(
    spec: &RunSpec,
    question: Question,
    engine: &Chosen,
    progress: &Arc<Progress>,
    elapsed: Duration,
) -> Result<Outcome, CheckError> {
    with_model!(spec, model => {
        let problem = problem(model, spec, question, progress)?;
        let report = check_so_far(&problem, engine.of(), elapsed);
        Ok(outcome(model, report, &spec.expect))
    })
}

fn problem<M>(
    model: &M,
    spec: &RunSpec,
    question: Question,
    progress: &Arc<Progress>,
) -> Result<Arc<Problem<M>>, CheckError>
where
    M: Describe + Stored + Clone,
{
    let question = Question {
        until: match question.until {
            Until::FirstViolation => until(&spec.expect),
            other => other,
        },
        ..question
    };
    Problem::new(model.clone(), extras(model), question, progress)
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

fn outcome<M>(model: &M, report: ReportOf<M>, expect: &Expect) -> Outcome
where
    M: Describe,
    M::State: Clone,
{
    let peak_memory = memory::peak_bytes();
    let traces = in_order_of_interest::<M>(&report, expect);
    Outcome {
        traces: traces.map(|found| trace::tell(model, found)).collect(),
        properties: properties(model, &report),
        method: report.method,
        verdict: report.verdict,
        reason: report.reason,
        states: report.states,
        generated: report.generated,
        depth: report.depth,
        made_of: model.made_of(),
        collision_probability: report.collision_probability,
        elapsed: report.elapsed,
        peak_memory,
        exploration: report.exploration,
    }
}

/// What was found of a model.
type ReportOf<M> = Report<<M as Model>::State, <M as Model>::Action>;

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
    report: &'a ReportOf<M>,
    expect: &Expect,
) -> impl Iterator<Item = &'a Counterexample<M::State, M::Action>> {
    let expected = match expect {
        Expect::Violated { property, .. } => report.counterexample(property),
        Expect::Holds { .. } => None,
    };
    let name = expected.map(|counterexample| &counterexample.property);
    let all = report.counterexamples.iter();
    let others = all.filter(move |counterexample| Some(&counterexample.property) != name);
    expected.into_iter().chain(others)
}

fn properties<M: Describe>(model: &M, report: &ReportOf<M>) -> Vec<Property> {
    let claims = model.claims();
    let of_model = report.properties.iter();
    of_model
        .map(|property| {
            let claim = claims.iter().find(|claim| claim.name == property.name);
            let partner = claim.and_then(|claim| claim.partner);
            Property {
                name: property.name.clone(),
                kind: property.kind(),
                meaning: claim.map(|claim| claim.meaning),
                partner: partner.map(|partner| partner.name),
                verdict: property.verdict,
                length: property.length,
            }
        })
        .collect()
}
