//! From what a search has found to a report.

use crate::fingerprint::{Width, collision_probability};
use crate::labels::{Label, Labels, Node, node};
use crate::levels::{Findings, Search};
use crate::options::{Options, Until};
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
    let properties: Vec<_> = nearest
        .map(|(property, nearest)| {
            let depth = nearest.map(|(depth, _)| depth);
            property_report(property, depth, findings.is_exhausted)
        })
        .collect();
    search.progress.begin_to_find_ways();
    let mut counterexamples = counterexamples_of_levels(search, &findings);
    let without_limit = match (&findings.reason, &findings.ways) {
        (Some(cut), _) => cut.clone(),
        (None, Some(_)) => Reason::NoWayBack,
        (None, None) => Reason::Collision,
    };
    let (verdict, reason) = settle(
        &properties,
        &mut counterexamples,
        (&options.until, findings.is_exhausted, findings.reason),
        search.progress.ways_stopped().unwrap_or(without_limit),
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
/// is one only with a counterexample that shows it: those without a way go, and
/// `why` says why it was not found.
pub(crate) fn settle<S, A>(
    properties: &[PropertyReport],
    counterexamples: &mut Vec<Counterexample<S, A>>,
    (until, is_whole, cut): (&Until, bool, Option<Reason>),
    why: Reason,
) -> (Verdict, Option<Reason>) {
    counterexamples.retain(|found| !found.steps.is_empty());
    let is_told = |property: &PropertyReport| {
        let mut told = counterexamples.iter();
        property.expectation != Expectation::Always
            || property.verdict != Verdict::Violated
            || told.any(|found| found.property == property.name)
    };
    let (told, untold): (Vec<_>, Vec<_>) = properties.iter().cloned().partition(is_told);
    let decisive = untold.iter().filter(|p| is_decisive(p, until, is_whole));
    let Some(nearest) = decisive.min_by_key(|property| property.length) else {
        return (verdict(properties, until, is_whole), cut);
    };
    let untold = Some(Reason::Untold {
        property: nearest.name,
        steps: nearest.length,
        why: Box::new(why),
    });
    match verdict(&told, until, is_whole) {
        Verdict::Violated => (Verdict::Violated, cut.or(untold)),
        Verdict::Holds | Verdict::Inconclusive => (Verdict::Inconclusive, untold),
    }
}

fn counterexamples_of_levels<M>(
    search: &Search<'_, M>,
    findings: &Findings,
) -> Vec<Counterexample<M::State, M::Action>>
where
    M: Model + Sync,
    M::State: Clone + Hash + Send + Sync,
{
    let nearest = search.properties.iter().zip(&findings.nearest);
    let mut violations: Vec<_> = nearest
        .filter(|(property, _)| property.expectation == Expectation::Always)
        .filter_map(|(property, nearest)| Some(((*nearest)?, property.name)))
        .collect();
    violations.sort_by_key(|((depth, _), _)| *depth);
    let targets: Vec<_> = violations.iter().map(|(nearest, _)| *nearest).collect();
    let paths = match &findings.ways {
        Some(ways) => search.along(&targets, ways),
        None => search.paths(&targets, findings.trail.as_ref()),
    };
    violations
        .into_iter()
        .zip(paths)
        .map(|((_, property), steps)| Counterexample {
            property,
            steps,
            is_shortest: true,
            seed: None,
        })
        .collect()
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
    let properties: Vec<_> = labels.properties().iter().enumerate().map(found).collect();
    let mut counterexamples = counterexamples(labels, &sums, !is_cut);
    let (verdict, reason) = settle(
        &properties,
        &mut counterexamples,
        (until, is_whole, reason),
        labels
            .progress()
            .ways_stopped()
            .unwrap_or(Reason::Collision),
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
    /// For each property the depth and the fingerprint of its nearest finding;
    /// of several the smallest fingerprint.
    nearest: Vec<Option<(u32, u64)>>,
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
        nearest: vec![None; labels.properties().len()],
    };
    labels.for_each(|fingerprint, label| {
        sums.fingerprinted += 1;
        if label.depth <= bound {
            sums.states += 1;
            sums.depth = sums.depth.max(label.depth);
            add_findings(&mut sums.nearest, fingerprint, label);
        }
        if label.depth < bound {
            sums.generated += u64::from(label.successors.unwrap_or(0));
        }
    });
    sums
}

fn add_findings(nearest: &mut [Option<(u32, u64)>], fingerprint: u64, label: &Label) {
    for (bit, nearest) in nearest.iter_mut().enumerate() {
        if label.found & (1 << bit) != 0 {
            let here = (label.depth, fingerprint);
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
/// found.
fn is_decisive(property: &PropertyReport, until: &Until, is_whole: bool) -> bool {
    match until {
        Until::Violation(name) if !is_whole => property.name == name,
        _ => true,
    }
}

fn verdict(properties: &[PropertyReport], until: &Until, is_whole: bool) -> Verdict {
    let is_violated = |property: &PropertyReport| property.verdict == Verdict::Violated;
    if properties
        .iter()
        .any(|p| is_violated(p) && is_decisive(p, until, is_whole))
    {
        Verdict::Violated
    } else if is_whole {
        Verdict::Holds
    } else {
        Verdict::Inconclusive
    }
}

fn counterexamples<M>(
    labels: &Labels<M>,
    sums: &Sums,
    is_shortest: bool,
) -> Vec<Counterexample<M::State, M::Action>>
where
    M: Model,
    M::State: Clone + Hash,
{
    let mut violations: Vec<_> = labels
        .properties()
        .iter()
        .zip(&sums.nearest)
        .filter(|(property, _)| property.expectation == Expectation::Always)
        .filter_map(|(property, nearest)| Some(((*nearest)?, property.name)))
        .collect();
    violations.sort_by_key(|((depth, _), _)| *depth);
    violations
        .into_iter()
        .map(|((_, fingerprint), property)| Counterexample {
            property,
            steps: path(labels, fingerprint),
            is_shortest,
            seed: None,
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
    let steps = model.next_steps(&from.state).into_iter();
    steps
        .map(|(action, state)| (action, node(state)))
        .find(|(_, node)| node.fingerprint == fingerprint)
}
