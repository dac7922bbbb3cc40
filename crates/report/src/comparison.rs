//! Whether a result is what its run spec expects: [`compare`].

use crate::plurals::steps;
use crate::trace::Trace;
use synod_checker::{Expectation, Report, Verdict};
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
/// - An expected state count, depth or length must be met exactly. A random walk may be longer
///   than the expected shortest counterexample, not shorter.
/// - A panic is a difference, unless it is what was expected.
///
/// [`Outcome`](crate::Outcome)'s example uses it.
pub fn compare(report: &Report<Trace>, expect: &Expect) -> Comparison {
    if report.verdict == Verdict::Inconclusive {
        return Comparison::Undecided;
    }
    let differences = match expect {
        Expect::Holds { states, depth } => compare_holds(report, *states, *depth),
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

fn compare_holds(report: &Report<Trace>, states: Option<u64>, depth: Option<u32>) -> Vec<String> {
    if report.verdict == Verdict::Violated {
        let violated = report.properties.iter();
        let violated = violated.filter(|property| property.verdict == Verdict::Violated);
        return violated
            .map(|property| match property.length {
                Some(length) => format!("{} is violated after {}", property.name, steps(length)),
                None => match property.expectation {
                    Expectation::Always => format!("{} is violated", property.name),
                    Expectation::Sometimes => format!("it never happens that {}", property.name),
                },
            })
            .collect();
    }
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
