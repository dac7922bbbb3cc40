//! From what an engine has found to a report.

use super::findings::{Findings, Violation, is_found};
use super::path::{Path, actions_twice};
use crate::fingerprint::collision_probability;
use crate::panics;
use crate::problem::{Problem, Until, expectation};
use crate::report::{
    Counterexample, During, Expectation, Method, Panic, PropertyReport, Reason, Report, Verdict,
};
use stateright::{Model, Property};
use std::time::Duration;
use synod_vocabulary::PANIC_FREEDOM;

/// A report on a run that ends: with a counterexample to each violation to which
/// `find_paths` finds a path. It is empty where none was found.
pub fn conclude<M: Model, T: Copy>(
    problem: &Problem<M>,
    method: Method,
    findings: Findings<T>,
    find_paths: impl FnOnce(&[Violation<T>]) -> Vec<Path<M>>,
) -> Report<M::State, M::Action> {
    let violations = findings.violations(problem);
    problem.progress.begin_to_find_paths();
    let paths = find_paths(&violations);
    report(problem, method, findings, paths)
}

/// A report on a run that was interrupted and has not ended: what its progress
/// tells. `elapsed` is how long it has been under way.
pub fn report_so_far<M: Model>(
    problem: &Problem<M>,
    method: Method,
    elapsed: Duration,
) -> Report<M::State, M::Action> {
    let findings = Findings::so_far(problem);
    let findings = Findings {
        is_nearest: method.finds_nearest,
        reason: findings.reason.or(Some(Reason::Interrupted)),
        ..findings
    };
    Report {
        elapsed,
        ..report(problem, method, findings, Vec::new())
    }
}

fn report<M: Model, T: Copy>(
    problem: &Problem<M>,
    method: Method,
    findings: Findings<T>,
    paths: Vec<Path<M>>,
) -> Report<M::State, M::Action> {
    let violations = findings.violations(problem);
    let found = problem.properties.iter().zip(&findings.nearest);
    let mut properties: Vec<_> = found
        .map(|(property, nearest)| {
            let depth = nearest.map(|(depth, _)| depth);
            let report = property_report(property, depth, findings.is_exhausted);
            PropertyReport {
                length: report.length.filter(|_| findings.is_nearest),
                ..report
            }
        })
        .collect();
    let counterexamples: Vec<_> = violations
        .iter()
        .zip(paths)
        .filter_map(|(violation, path)| counterexample(problem, violation.property, path))
        .map(|found| Counterexample {
            is_shortest: findings.is_nearest,
            ..found
        })
        .collect();
    let mut panics = violations.iter();
    let panic = panics.find(|violation| violation.property == PANIC_FREEDOM);
    properties.extend(panic.map(|panic| PropertyReport {
        name: PANIC_FREEDOM.to_owned(),
        expectation: Expectation::Always,
        verdict: Verdict::Violated,
        length: findings.is_nearest.then_some(panic.length),
    }));
    let stopped = problem.progress.paths_stopped();
    let why = stopped.or_else(|| findings.reason.clone());
    let (verdict, reason) = judge(
        &mut properties,
        &counterexamples,
        (&problem.until, findings.is_exhausted, findings.reason),
        why.unwrap_or(Reason::PredecessorsUnreadable),
    );
    Report {
        verdict,
        reason,
        states: findings.states,
        generated: findings.generated,
        depth: findings.depth,
        collision_probability: collision_probability(findings.fingerprinted, method.fingerprint),
        elapsed: Duration::ZERO,
        method,
        counterexamples,
        properties,
        exploration: findings.exploration,
    }
}

/// The verdict, and the reason if there is none or the run was cut. A violation
/// is one only with a counterexample that shows it: the verdicts on those
/// without are open, and `why` says why the path was not found.
fn judge<S, A>(
    properties: &mut [PropertyReport],
    counterexamples: &[Counterexample<S, A>],
    (until, is_whole, cut): (&Until, bool, Option<Reason>),
    why: Reason,
) -> (Verdict, Option<Reason>) {
    let mut without_path: Option<(String, Option<u32>)> = None;
    for property in properties.iter_mut() {
        let is_always = property.expectation == Expectation::Always;
        let has_path = counterexamples.iter().any(|c| c.property == property.name);
        if !is_always || property.verdict != Verdict::Violated || has_path {
            continue;
        }
        property.verdict = Verdict::Inconclusive;
        let nearest = without_path.as_ref();
        let is_nearer = nearest.is_none_or(|(_, length)| property.length < *length);
        if is_decisive(property, until, is_whole) && is_nearer {
            without_path = Some((property.name.clone(), property.length));
        }
    }
    let verdict = verdict(properties, until, is_whole);
    let Some((property, steps)) = without_path else {
        return (verdict, cut);
    };
    let why = Box::new(why);
    let not_found = Some(Reason::PathNotFound {
        property,
        steps,
        why,
    });
    match verdict {
        Verdict::Violated => (Verdict::Violated, cut.or(not_found)),
        Verdict::Holds | Verdict::Inconclusive => (Verdict::Inconclusive, not_found),
    }
}

fn property_report<M: Model>(
    property: &Property<M>,
    depth: Option<u32>,
    is_whole: bool,
) -> PropertyReport {
    let expectation = expectation(property);
    let is_always = expectation == Expectation::Always;
    let verdict = match (depth, is_whole) {
        (Some(_), _) if is_always => Verdict::Violated,
        (Some(_), _) => Verdict::Holds,
        (None, false) => Verdict::Inconclusive,
        (None, true) if is_always => Verdict::Holds,
        (None, true) => Verdict::Violated,
    };
    PropertyReport {
        name: property.name.to_owned(),
        expectation,
        verdict,
        length: depth.map(|depth| depth - 1),
    }
}

/// Whether the verdict is that on this property, if it is violated. Cut short of
/// the property that was asked about, a run says nothing of it, whatever else it
/// found; but a panic ends what it waits for.
fn is_decisive(property: &PropertyReport, until: &Until, is_whole: bool) -> bool {
    match until {
        Until::Violation(name) if !is_whole => {
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

/// A violation with the path to it; none if the path does not end where the
/// property is violated, and so shows nothing.
fn counterexample<M: Model>(
    problem: &Problem<M>,
    name: &'static str,
    path: Path<M>,
) -> Option<Counterexample<M::State, M::Action>> {
    let last = &path.steps.last()?.state;
    let panic = if name == PANIC_FREEDOM {
        Some(panic_in(problem, last)?)
    } else {
        let mut properties = problem.properties.iter();
        let property = properties.find(|property| property.name == name)?;
        let is_violated = panics::catch(|| is_found(&problem.model, property, last));
        if is_violated != Ok(true) {
            return None;
        }
        None
    };
    Some(Counterexample {
        property: name.to_owned(),
        steps: path.steps,
        is_shortest: true,
        seed: path.seed,
        panic,
    })
}

/// How the model panics in a state; none if it does not.
fn panic_in<M: Model>(problem: &Problem<M>, state: &M::State) -> Option<Panic<M::Action>> {
    let model = &problem.model;
    let panic = |during, message| Some(Panic { during, message });
    for property in &problem.properties {
        if let Err(message) = panics::catch(|| is_found(model, property, state)) {
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
