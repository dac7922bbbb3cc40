//! Whether a result is what its run spec expects: [`compare`].

use crate::plurals::{plural, steps};
use crate::trace::Trace;
use std::collections::{BTreeMap, BTreeSet};
use synod_checker::{Expectation, Exploration, Report, Verdict};
use synod_vocabulary::time::{Elapsed, instant_of};
use synod_vocabulary::{Expect, PANIC_FREEDOM};

/// Whether a result is what was expected: the answer of [`compare`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The result is what was expected.
    AsExpected,
    /// The result is not. Each difference, in words.
    Differs(Vec<String>),
    /// The run ended before this could be told.
    Undecided,
}

impl Comparison {
    /// Whether the result is what was expected; none if that cannot be told.
    pub const fn as_expected(&self) -> Option<bool> {
        match self {
            Self::AsExpected => Some(true),
            Self::Differs(_) => Some(false),
            Self::Undecided => None,
        }
    }
}

/// Compares a result with what was expected.
///
/// - A run that ended early is [`Undecided`](Comparison::Undecided), unless it was expected to
///   be violated and a random walk violated it.
/// - An expected state count, depth, level, action or length must be met exactly; those that the
///   engine does not tell stay [`unchecked`]. A random walk may be longer
///   than the expected shortest counterexample, not shorter.
/// - A panic is a difference, unless it is what was expected.
///
/// [`Outcome`](crate::Outcome)'s example uses it.
pub fn compare(report: &Report<Trace>, expect: &Expect) -> Comparison {
    if report.verdict == Verdict::Inconclusive {
        return Comparison::Undecided;
    }
    let differences = match expect {
        Expect::Holds { .. } if report.verdict == Verdict::Violated => violations(report),
        Expect::Holds {
            states,
            unreduced,
            depth,
            levels,
            actions,
            worst,
        } => {
            let mut differences = compare_figures(report, *states, *depth);
            let found = report.exploration.as_ref();
            if let Some(found) = found.and_then(|found| found.unreduced) {
                differences.extend(differs("states without symmetry", found, *unreduced));
            }
            if let Some(found) = worst_case(report) {
                differences.extend(differs("worst case", found, *worst));
            }
            let levels = levels.as_ref().zip(told_levels(found));
            differences.extend(levels.and_then(|(pinned, found)| first_level(found, pinned)));
            if let Some((pinned, found)) = actions.as_ref().zip(told_actions(found)) {
                differences.extend(by_action(&found, pinned));
            }
            differences
        }
        Expect::Violated {
            property,
            length,
            holds,
        } => {
            if report
                .counterexamples
                .iter()
                .any(|trace| trace.seed.is_some())
            {
                return compare_walk(report, property, *length);
            }
            // A run that ended early cannot tell whether its counterexample is the
            // shortest, or whether another violation exists.
            if report.reason.is_some() {
                return Comparison::Undecided;
            }
            compare_violated(report, property, *length, holds)
        }
    };
    if differences.is_empty() {
        Comparison::AsExpected
    } else {
        Comparison::Differs(differences)
    }
}

/// What is pinned and could not be compared, because the engine does not tell it; in words.
pub fn unchecked(report: &Report<Trace>, expect: &Expect) -> Option<String> {
    let Expect::Holds {
        unreduced,
        levels,
        actions,
        worst,
        ..
    } = expect
    else {
        return None;
    };
    let found = report.exploration.as_ref();
    let told_unreduced = found.and_then(|found| found.unreduced);
    let pinned = [
        (
            "states without symmetry",
            unreduced.is_some() && told_unreduced.is_none(),
        ),
        ("levels", levels.is_some() && told_levels(found).is_none()),
        (
            "actions",
            actions.is_some() && told_actions(found).is_none(),
        ),
        (
            "worst case",
            worst.is_some() && worst_case(report).is_none(),
        ),
    ];
    let unchecked = pinned.into_iter().filter(|(_, is_unchecked)| *is_unchecked);
    let unchecked: Vec<_> = unchecked.map(|(what, _)| what).collect();
    let is_any = report.verdict == Verdict::Holds && !unchecked.is_empty();
    is_any.then(|| {
        let engine = &report.method.engine;
        let what = unchecked.join(" and ");
        format!("the {what}, which the engine `{engine}` does not tell")
    })
}

/// The states on each level, if the engine tells them.
pub fn told_levels(found: Option<&Exploration>) -> Option<&[u64]> {
    found
        .map(|found| &found.levels[..])
        .filter(|levels| !levels.is_empty())
}

/// The transitions by each kind of action that was taken, if the engine and the model tell them.
pub fn told_actions(found: Option<&Exploration>) -> Option<BTreeMap<&str, u64>> {
    let actions = &found.filter(|found| !found.actions.is_empty())?.actions;
    let taken = actions.iter().filter(|action| action.enabled > 0);
    Some(
        taken
            .map(|action| (action.name.as_str(), action.enabled))
            .collect(),
    )
}

/// The latest instant at which anything happens, if the model is one in which time passes and the
/// engine tells the transitions by kind: after it, everybody is done in every run.
pub fn worst_case(report: &Report<Trace>) -> Option<Elapsed> {
    if report.verdict != Verdict::Holds {
        return None;
    }
    let actions = &report.exploration.as_ref()?.actions;
    let instants = || {
        actions
            .iter()
            .filter_map(|action| Some((action, instant_of(&action.name)?)))
    };
    instants().next()?;
    let entered = instants().filter(|(action, _)| action.enabled > 0);
    let latest = entered.map(|(_, instant)| instant).max();
    Some(latest.unwrap_or(Elapsed::new(0, 1)))
}

/// The first level that has not as many states as were expected, in words.
pub fn first_level(found: &[u64], expected: &[u64]) -> Option<String> {
    let all = 0..found.len().max(expected.len());
    let differs = |level: &usize| found.get(*level) != expected.get(*level);
    let level = all.into_iter().find(differs)?;
    let states = |levels: &[u64]| levels.get(level).copied().unwrap_or(0);
    let (found, expected) = (states(found), states(expected));
    let noun = plural(found, "state", "states");
    Some(format!(
        "level {}: {found} {noun}, expected {expected}",
        level + 1
    ))
}

/// A sentence on each kind of action that has not as many transitions as were expected.
fn by_action(found: &BTreeMap<&str, u64>, expected: &BTreeMap<String, u64>) -> Vec<String> {
    let names = expected.keys().map(String::as_str);
    let names: BTreeSet<_> = names.chain(found.keys().copied()).collect();
    let differences = names.into_iter().filter_map(|name| {
        let found = found.get(name).copied().unwrap_or(0);
        let expected = expected.get(name).copied().unwrap_or(0);
        let noun = plural(found, "transition", "transitions");
        let change = match found.checked_sub(expected) {
            Some(0) => return None,
            Some(more) => format!("{more} more"),
            None => format!("{} fewer", expected - found),
        };
        Some(format!(
            "{name}: {found} {noun}, expected {expected} ({change})"
        ))
    });
    differences.collect()
}

fn violations(report: &Report<Trace>) -> Vec<String> {
    let violated = report.properties.iter();
    let violated = violated.filter(|property| property.verdict == Verdict::Violated);
    violated
        .map(|property| match property.length {
            Some(length) => format!("{} is violated after {}", property.name, steps(length)),
            None => match property.expectation {
                Expectation::Always | Expectation::Eventually => {
                    format!("{} is violated", property.name)
                }
                Expectation::Sometimes => format!("it never happens that {}", property.name),
            },
        })
        .collect()
}

fn compare_figures(report: &Report<Trace>, states: Option<u64>, depth: Option<u32>) -> Vec<String> {
    let of_states = differs("distinct states", report.states, states);
    let of_depth = differs("depth", report.depth, depth);
    of_states.into_iter().chain(of_depth).collect()
}

fn compare_violated(
    report: &Report<Trace>,
    property: &str,
    length: Option<u32>,
    holds: &[String],
) -> Vec<String> {
    let of = |name: &str| report.properties.iter().find(|p| p.name == name);
    let verdict = |name: &str| of(name).map(|property| property.verdict);
    let mut differences = match of(property).and_then(|property| property.length) {
        Some(found) => differs("steps of the shortest counterexample", found, length)
            .into_iter()
            .collect(),
        None if verdict(property) == Some(Verdict::Inconclusive) => {
            vec![format!(
                "{property} was not decided, expected to be violated"
            )]
        }
        None => vec![format!("{property} is not violated")],
    };
    if property != PANIC_FREEDOM && verdict(PANIC_FREEDOM).is_some() {
        differences.push(format!("{PANIC_FREEDOM} is violated, which ends the run"));
    }
    for name in holds {
        match verdict(name) {
            Some(Verdict::Holds) => {}
            Some(Verdict::Violated) => {
                differences.push(format!("{name} is violated too, expected to hold"));
            }
            _ => differences.push(format!("{name} was not decided, expected to hold")),
        }
    }
    differences
}

/// Compares a random walk that found a violation. The walk may be longer than the shortest
/// counterexample, and whether other properties hold stays undecided.
fn compare_walk(report: &Report<Trace>, property: &str, length: Option<u32>) -> Comparison {
    let mut traces = report.counterexamples.iter();
    let Some(trace) = traces.find(|trace| trace.property == property) else {
        return Comparison::Undecided;
    };
    match length {
        Some(shortest) if trace.length() < shortest as usize => Comparison::Differs(vec![format!(
            "steps of a counterexample: {}, expected at least {shortest}",
            trace.length()
        )]),
        _ => Comparison::AsExpected,
    }
}

fn differs<T: Copy + PartialEq + std::fmt::Display>(
    what: &str,
    found: T,
    expected: Option<T>,
) -> Option<String> {
    let expected = expected.filter(|expected| *expected != found)?;
    Some(format!("{what}: {found}, expected {expected}"))
}
