//! From the findings of an engine to a report.
//!
//! [`conclude`] decides the verdicts; an engine calls it at its end.

use super::findings::{Findings, Violation, violations};
use super::path::{Path, actions_twice};
use crate::fingerprint::collision_probability;
use crate::panics;
use crate::problem::{Problem, Until};
use crate::property::Property;
use crate::report::{
    Counterexample, During, Expectation, Method, ModelReport, Panic, PropertyReport, Reason,
    Report, Verdict,
};
use stateright::Model;
use synod_vocabulary::PANIC_FREEDOM;

/// The report on a run that ends. `paths` has a path for each of the `violations`, in the
/// same order; a path that was not found is empty.
///
/// A property counts as violated only with a counterexample that shows it. If the path is
/// missing or does not show the violation, the verdict on the property is inconclusive,
/// and the reason says why the path was not found.
pub fn conclude<M: Model, T>(
    problem: &Problem<M>,
    method: Method,
    findings: Findings<T>,
    violations: &[Violation<T>],
    paths: Vec<Path<M>>,
) -> ModelReport<M> {
    let mut properties = properties(problem, &findings, violations);
    let mut counterexamples = Vec::new();
    let mut without_path = None;
    let mut paths = paths.into_iter();
    for violation in violations {
        let (place, path) = (violation.property, paths.next());
        let found = path.and_then(|path| counterexample(problem, place, path, &findings));
        if found.is_some() {
            counterexamples.extend(found);
            continue;
        }
        let property = &mut properties[place];
        property.verdict = Verdict::Inconclusive;
        if is_decisive(property, &problem.until, findings.is_exhausted) {
            let here = (property.length, place);
            without_path = Some(without_path.map_or(here, |nearest| here.min(nearest)));
        }
    }
    let mut verdict = verdict(&properties, &problem.until, findings.is_exhausted);
    let mut reason = findings.reason;
    if let Some((steps, place)) = without_path {
        let stopped = problem.progress.paths_stopped().or_else(|| reason.clone());
        let not_found = Reason::PathNotFound {
            property: properties[place].name.clone(),
            steps,
            why: Box::new(stopped.unwrap_or(Reason::PredecessorsUnreadable)),
        };
        if verdict == Verdict::Violated {
            reason.get_or_insert(not_found);
        } else {
            (verdict, reason) = (Verdict::Inconclusive, Some(not_found));
        }
    }
    Report {
        verdict,
        reason,
        states: findings.states,
        generated: findings.generated,
        depth: findings.depth,
        collision_probability: match method.exact {
            Some(_) => 0.0,
            None => collision_probability(findings.fingerprinted, method.fingerprint),
        },
        elapsed: problem.limits.elapsed(),
        method,
        counterexamples,
        properties,
        exploration: findings.exploration,
    }
}

/// The report on a run that was interrupted and has not ended: what its progress knows.
pub(crate) fn report_so_far<M: Model>(problem: &Problem<M>, method: Method) -> ModelReport<M> {
    let mut findings = Findings::so_far(problem, method.finds_nearest);
    findings.reason.get_or_insert(Reason::Interrupted);
    let violations = violations(problem, &findings.nearest);
    conclude(problem, method, findings, &violations, Vec::new())
}

/// A report on each property, and at the end one on panics, if there were any.
fn properties<M: Model, T>(
    problem: &Problem<M>,
    findings: &Findings<T>,
    violations: &[Violation<T>],
) -> Vec<PropertyReport> {
    let length = |length| Some(length).filter(|_| findings.is_nearest);
    let reports = problem.properties.iter().zip(&findings.nearest);
    let reports = reports.map(|(property, nearest)| {
        let expectation = property.expectation;
        let verdict = match (nearest, expectation, findings.is_exhausted) {
            (Some(_), Expectation::Always, _) | (None, Expectation::Sometimes, true) => {
                Verdict::Violated
            }
            (Some(_), Expectation::Sometimes, _) | (None, Expectation::Always, true) => {
                Verdict::Holds
            }
            // A search of states says nothing of runs: `crate::liveness` does.
            (_, Expectation::Eventually, _) | (None, _, false) => Verdict::Inconclusive,
        };
        PropertyReport {
            name: property.name.to_owned(),
            expectation,
            verdict,
            length: nearest.as_ref().and_then(|(depth, _)| length(depth - 1)),
        }
    });
    let mut violations = violations.iter();
    let panic = violations.find(|found| found.property == problem.properties.len());
    let panic = panic.map(|panic| PropertyReport {
        name: PANIC_FREEDOM.to_owned(),
        expectation: Expectation::Always,
        verdict: Verdict::Violated,
        length: length(panic.length),
    });
    reports.chain(panic).collect()
}

/// Whether a violation of this property decides the verdict on the model. If a run waits
/// for one property and ends early, violations of other properties decide nothing; but a
/// panic does, since the run cannot find what lies behind it.
fn is_decisive(property: &PropertyReport, until: &Until, is_whole: bool) -> bool {
    match until {
        Until::Violation(name) | Until::Example(name) if !is_whole => {
            [name, PANIC_FREEDOM].contains(&property.name.as_str())
        }
        _ => true,
    }
}

fn verdict(properties: &[PropertyReport], until: &Until, is_whole: bool) -> Verdict {
    let is_violated = |property: &PropertyReport| property.verdict == Verdict::Violated;
    let is_closed = |property: &PropertyReport| property.verdict != Verdict::Inconclusive;
    if properties
        .iter()
        .any(|p| is_violated(p) && is_decisive(p, until, is_whole))
    {
        Verdict::Violated
    } else if is_whole && properties.iter().all(is_closed) {
        Verdict::Holds
    } else {
        Verdict::Inconclusive
    }
}

/// The counterexample to a property along a path. None if the property is not violated in
/// the last state of the path, so that the path shows nothing.
fn counterexample<M: Model, T>(
    problem: &Problem<M>,
    property: usize,
    path: Path<M>,
    findings: &Findings<T>,
) -> Option<Counterexample<M::State, M::Action>> {
    let last = &path.steps.last()?.state;
    let panic = match problem.properties.get(property) {
        None => Some(panic_in(problem.model(), &problem.properties, last)?),
        Some(property)
            if panics::catch(|| property.is_found(problem.model(), last)) == Ok(true) =>
        {
            None
        }
        Some(_) => return None,
    };
    Some(Counterexample {
        property,
        steps: path.steps,
        is_shortest: findings.is_nearest,
        seed: path.seed,
        panic,
        cycle: None,
    })
}

/// How the model panics in a state, if it does.
pub(crate) fn panic_in<M: Model>(
    model: &M,
    properties: &[Property<M>],
    state: &M::State,
) -> Option<Panic<M::Action>> {
    let panic = |during, message| Some(Panic { during, message });
    for property in properties {
        if let Err(message) = panics::catch(|| property.is_found(model, state)) {
            return panic(During::Property(property.name.to_owned()), message);
        }
    }
    let actions = match panics::catch(|| actions_twice(model, state)) {
        Ok(actions) => actions,
        Err(message) => return panic(During::Step(None), message),
    };
    for (action, again) in actions {
        let taken = panics::catch(|| {
            let next = model.next_state(state, action);
            next.is_some_and(|next| model.within_boundary(&next))
        });
        if let Err(message) = taken {
            return panic(During::Step(Some(again)), message);
        }
    }
    None
}
