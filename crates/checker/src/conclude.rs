//! From what a search has found to a report.

use crate::fingerprint::{Fingerprint, Width, collision_probability};
use crate::labels::{Label, Labels, Node, node};
use crate::levels::{Findings, Search};
use crate::options::{Options, Until};
use crate::panics::{self, PANIC_FREEDOM};
use crate::properties::{Nearest, Violation, is_found, violations};
use crate::report::{Counterexample, PropertyReport, Reason, Report, Step, Verdict};
use stateright::{Expectation, Model, Property};
use std::hash::Hash;
use std::time::Duration;

/// Whether a state within the bound was never expanded, or Stateright counted
/// other states than were labelled: the two fingerprints disagree.
pub(crate) fn has_collision<M>(labels: &Labels<M>, stateright_counted: usize) -> bool
where
    M: Model,
    M::State: Clone + Hash,
{
    let bound = labels.bound();
    let (mut labelled, mut unexpanded) = (0, false);
    labels.for_each(|_, label| {
        labelled += 1;
        unexpanded |= label.depth < bound && label.successors.is_none();
    });
    let is_exhausted = bound == u32::MAX;
    unexpanded || (is_exhausted && labelled != stateright_counted)
}

/// What a search of our own has found.
pub(crate) fn report_of_levels<M>(
    search: &Search<'_, M>,
    findings: Findings,
    options: &Options,
) -> Report<M>
where
    M: Model + Sync,
    M::State: Clone + Hash + Send + Sync,
{
    let nearest = search.properties.iter().zip(&findings.nearest);
    let mut properties: Vec<_> = nearest
        .map(|(property, nearest)| {
            let depth = nearest.map(|(depth, _)| depth);
            property_report(property, depth, findings.is_exhausted)
        })
        .collect();
    search.progress.begin_to_find_ways();
    let violations = violations(&search.properties, &findings.nearest);
    let counterexamples = counterexamples_of_levels(search, &findings, &violations);
    properties.extend(panic_report(&violations, true));
    let stopped = search.progress.ways_stopped();
    let cut = findings.reason;
    let why = stopped.or_else(|| cut.clone());
    let (verdict, reason) = settle(
        &mut properties,
        &counterexamples,
        (&options.until, findings.is_exhausted, cut),
        why.unwrap_or(Reason::NoWayBack),
    );
    Report {
        verdict,
        reason,
        states: findings.states,
        generated: findings.generated,
        depth: findings.depth,
        collision_probability: collision_probability(findings.states, options.fingerprint),
        elapsed: Duration::ZERO,
        counterexamples,
        properties,
        exploration: Some(findings.exploration),
    }
}

/// The verdict, and the reason if there is none or the run was cut. A violation
/// is one only with a counterexample that shows it: the verdicts on those
/// without are open, and `why` says why the path was not found.
pub(crate) fn settle<S, A>(
    properties: &mut [PropertyReport],
    counterexamples: &[Counterexample<S, A>],
    (until, is_whole, cut): (&Until, bool, Option<Reason>),
    why: Reason,
) -> (Verdict, Option<Reason>) {
    let mut untold: Option<(&'static str, Option<u32>)> = None;
    for property in properties.iter_mut() {
        let is_always = property.expectation == Expectation::Always;
        let has_path = counterexamples.iter().any(|c| c.property == property.name);
        if !is_always || property.verdict != Verdict::Violated || has_path {
            continue;
        }
        property.verdict = Verdict::Inconclusive;
        let is_nearer = untold.is_none_or(|(_, length)| property.length < length);
        if is_decisive(property, until, is_whole) && is_nearer {
            untold = Some((property.name, property.length));
        }
    }
    let verdict = verdict(properties, until, is_whole);
    let Some((property, steps)) = untold else {
        return (verdict, cut);
    };
    let why = Box::new(why);
    let untold = Some(Reason::Untold {
        property,
        steps,
        why,
    });
    match verdict {
        Verdict::Violated => (Verdict::Violated, cut.or(untold)),
        Verdict::Holds | Verdict::Inconclusive => (Verdict::Inconclusive, untold),
    }
}

fn counterexamples_of_levels<M>(
    search: &Search<'_, M>,
    findings: &Findings,
    violations: &[Violation],
) -> Vec<Counterexample<M::State, M::Action>>
where
    M: Model + Sync,
    M::State: Clone + Hash + Send + Sync,
{
    let targets: Vec<_> = violations.iter().map(|found| found.target).collect();
    let paths = match &findings.ways {
        Some(ways) => search.along(&targets, ways),
        None => search.paths(&targets, findings.trail.as_ref()),
    };
    let found = violations.iter().zip(paths);
    found
        .filter_map(|(violation, steps)| {
            counterexample(search.model, &search.properties, violation.property, steps)
        })
        .collect()
}

/// That the model panics, if it does, as a property that it violates.
fn panic_report(violations: &[Violation], is_shortest: bool) -> Option<PropertyReport> {
    let mut violations = violations.iter();
    let panic = violations.find(|violation| violation.property == PANIC_FREEDOM)?;
    Some(panics::property_report(is_shortest.then_some(panic.length)))
}

/// A violation with the path to it; none if the path does not end where the
/// property is violated, and so shows nothing.
pub(crate) fn counterexample<M: Model>(
    model: &M,
    properties: &[Property<M>],
    name: &'static str,
    steps: Vec<Step<M::State, M::Action>>,
) -> Option<Counterexample<M::State, M::Action>> {
    if name == PANIC_FREEDOM {
        return panics::counterexample(model, properties, steps);
    }
    let property = properties.iter().find(|property| property.name == name)?;
    let last = &steps.last()?.state;
    let is_violated = panics::catch(|| is_found(model, property, last));
    (is_violated == Ok(true)).then_some(Counterexample {
        property: name,
        steps,
        is_shortest: true,
        seed: None,
        panic: None,
    })
}

/// What the labels say.
pub(crate) fn report<M>(labels: &Labels<M>, until: &Until) -> Report<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    let reason = labels.progress().stopped();
    let is_cut = reason.is_some();
    let is_whole = !is_cut && labels.bound() == u32::MAX;
    labels.progress().begin_to_find_ways();
    let sums = sum_up(labels, is_cut);
    let found = |(bit, property): (usize, &Property<M>)| {
        let depth = sums.nearest[bit].map(|(depth, _)| depth);
        let mut found = property_report(property, depth, is_whole);
        if is_cut {
            found.length = None;
        }
        found
    };
    let mut properties: Vec<_> = labels.properties().iter().enumerate().map(found).collect();
    let violations = violations(labels.properties(), &sums.nearest);
    let counterexamples = counterexamples(labels, &violations, !is_cut);
    properties.extend(panic_report(&violations, !is_cut));
    let stopped = labels.progress().ways_stopped();
    let (verdict, reason) = settle(
        &mut properties,
        &counterexamples,
        (until, is_whole, reason),
        stopped.unwrap_or(Reason::NoWayBack),
    );
    Report {
        verdict,
        reason,
        states: sums.states,
        generated: sums.generated,
        depth: sums.depth,
        collision_probability: collision_probability(sums.fingerprinted, Width::Bits64),
        elapsed: Duration::ZERO,
        counterexamples,
        properties,
        exploration: None,
    }
}

struct Sums {
    /// All that have a label.
    fingerprinted: u64,
    states: u64,
    generated: u64,
    depth: u32,
    /// For each property, and for panics, the depth and the fingerprint of its
    /// nearest finding; of several the smallest fingerprint.
    nearest: Vec<Nearest>,
}

/// Counts the levels that are whole: those up to the bound. A run that was cut
/// has none to speak of and counts everything.
fn sum_up<M>(labels: &Labels<M>, is_cut: bool) -> Sums
where
    M: Model,
    M::State: Clone + Hash,
{
    let bound = if is_cut { u32::MAX } else { labels.bound() };
    let initial = labels.begin().len() as u64;
    let mut sums = Sums {
        fingerprinted: 0,
        states: 0,
        generated: initial,
        depth: 0,
        nearest: vec![None; panics::places(labels.properties().len())],
    };
    labels.for_each(|fingerprint, label| {
        sums.fingerprinted += 1;
        if label.depth <= bound {
            sums.states += 1;
            sums.depth = sums.depth.max(label.depth);
            add_findings(
                &mut sums.nearest,
                labels.properties().len(),
                fingerprint,
                label,
            );
        }
        if label.depth < bound {
            sums.generated += u64::from(label.successors.unwrap_or(0));
        }
    });
    // What is expanded beyond the bound is none of the levels that count.
    let unexpandable = &mut sums.nearest[panics::unexpandable(labels.properties().len())];
    *unexpandable = unexpandable.filter(|(depth, _)| *depth <= bound);
    sums
}

fn add_findings(nearest: &mut [Nearest], properties: usize, fingerprint: u64, label: &Label) {
    for (bit, nearest) in nearest.iter_mut().enumerate() {
        if label.found & (1 << bit) != 0 {
            // A state that cannot be expanded has the depth of what would follow.
            let depth = label.depth + u32::from(bit == panics::unexpandable(properties));
            let fingerprint = Fingerprint {
                first: fingerprint,
                second: 0,
            };
            let here = (depth, fingerprint);
            *nearest = Some(nearest.map_or(here, |known| known.min(here)));
        }
    }
}

pub(crate) fn property_report<M: Model>(
    property: &Property<M>,
    depth: Option<u32>,
    is_whole: bool,
) -> PropertyReport {
    let is_always = property.expectation == Expectation::Always;
    let verdict = match (depth, is_whole) {
        (Some(_), _) if is_always => Verdict::Violated,
        (Some(_), _) => Verdict::Holds,
        (None, false) => Verdict::Inconclusive,
        (None, true) if is_always => Verdict::Holds,
        (None, true) => Verdict::Violated,
    };
    PropertyReport {
        name: property.name,
        expectation: property.expectation.clone(),
        verdict,
        length: depth.map(|depth| depth - 1),
    }
}

/// Whether the verdict is that on this property, if it is violated. Cut short of
/// the property that was asked about, a run says nothing of it, whatever else it
/// found; but a panic ends what it waits for.
fn is_decisive(property: &PropertyReport, until: &Until, is_whole: bool) -> bool {
    match until {
        Until::Violation(name) if !is_whole => [name, PANIC_FREEDOM].contains(&property.name),
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

fn counterexamples<M>(
    labels: &Labels<M>,
    violations: &[Violation],
    is_shortest: bool,
) -> Vec<Counterexample<M::State, M::Action>>
where
    M: Model,
    M::State: Clone + Hash,
{
    let found = violations.iter().filter_map(|violation| {
        let steps = path(labels, violation.target.1.first);
        counterexample(
            &labels.model,
            labels.properties(),
            violation.property,
            steps,
        )
    });
    found
        .map(|found| Counterexample {
            is_shortest,
            ..found
        })
        .collect()
}

/// The path by which the labels reach a state; none if a collision has hidden a
/// step, or the run is stopped.
fn path<M>(labels: &Labels<M>, last: u64) -> Vec<Step<M::State, M::Action>>
where
    M: Model,
    M::State: Clone + Hash,
{
    let mut trail = fingerprints_to(labels, last).into_iter();
    let first = trail.next();
    let initial = labels.begin().into_iter();
    let Some(mut at) = initial
        .into_iter()
        .find(|node| Some(node.fingerprint) == first)
    else {
        return Vec::new();
    };
    let mut steps = vec![Step {
        action: None,
        state: at.state.clone(),
    }];
    for fingerprint in trail {
        let next = step_to(&labels.model, &at, fingerprint);
        let Some((action, next)) = next.filter(|_| labels.goes_on()) else {
            return Vec::new();
        };
        steps.push(Step {
            action: Some(action),
            state: next.state.clone(),
        });
        at = next;
    }
    steps
}

fn fingerprints_to<M>(labels: &Labels<M>, last: u64) -> Vec<u64>
where
    M: Model,
    M::State: Clone + Hash,
{
    let mut trail = vec![last];
    let mut at = last;
    while let Some(label) = labels.get(at)
        && label.depth > 1
    {
        at = label.predecessor;
        trail.push(at);
    }
    trail.reverse();
    trail
}

fn step_to<M>(
    model: &M,
    from: &Node<M::State>,
    fingerprint: u64,
) -> Option<(M::Action, Node<M::State>)>
where
    M: Model,
    M::State: Clone + Hash,
{
    let steps = panics::steps_from(model, &from.state).into_iter();
    steps
        .map(|(action, state)| (action, node(state)))
        .find(|(_, node)| node.fingerprint == fingerprint)
}
