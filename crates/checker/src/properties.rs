//! What is asked of the states.

use crate::fingerprint::Fingerprint;
use crate::options::Until;
use crate::panics::{self, PANIC_FREEDOM};
use stateright::{Expectation, Model, Property};

/// Whether a state is a finding for a property: for `always` one that violates
/// it, for `sometimes` one that meets it.
pub(crate) fn is_found<M: Model>(model: &M, property: &Property<M>, state: &M::State) -> bool {
    let is_met = (property.condition)(model, state);
    is_met != property.expectation.discovery_is_failure()
}

/// The depth of a property's nearest finding, and the smallest fingerprint of a
/// state there.
pub(crate) type Nearest = Option<(u32, Fingerprint)>;

/// Whether one of the awaited violations is found.
pub(crate) fn is_decided(awaited: u64, nearest: &[Nearest]) -> bool {
    let nearest = nearest.iter().enumerate();
    let mut found = nearest.filter(|(_, nearest)| nearest.is_some());
    found.any(|(bit, _)| awaited & (1 << bit) != 0)
}

/// The nearest of what is known and what was found at a depth now.
pub(crate) fn keep_nearest(nearest: &mut [Nearest], depth: u32, found: &[Option<Fingerprint>]) {
    for (nearest, found) in nearest.iter_mut().zip(found) {
        if let Some(found) = found {
            let here = (depth, *found);
            *nearest = Some(nearest.map_or(here, |known| known.min(here)));
        }
    }
}

/// A state in which an `always` property is violated, or the model panics.
pub(crate) struct Violation {
    pub(crate) property: &'static str,
    /// The steps of a counterexample.
    pub(crate) length: u32,
    /// The depth and the fingerprint of the state.
    pub(crate) target: (u32, Fingerprint),
}

/// For each `always` property its nearest violation, and the nearest panic, if
/// there are any; the nearest first.
pub(crate) fn violations<M: Model>(
    properties: &[Property<M>],
    nearest: &[Nearest],
) -> Vec<Violation> {
    let always = properties.iter().zip(nearest);
    let always = always.filter(|(property, _)| property.expectation == Expectation::Always);
    let of = |property, (depth, fingerprint): (u32, Fingerprint)| Violation {
        property,
        length: depth - 1,
        target: (depth, fingerprint),
    };
    let mut violations: Vec<_> = always
        .filter_map(|(property, nearest)| Some(of(property.name, (*nearest)?)))
        .collect();
    let at = |place: usize| nearest.get(place).copied().flatten();
    let unjudgeable = at(panics::unjudgeable(properties.len())).map(|at| of(PANIC_FREEDOM, at));
    let unexpandable = at(panics::unexpandable(properties.len())).map(|(depth, at)| Violation {
        target: (depth - 1, at),
        ..of(PANIC_FREEDOM, (depth, at))
    });
    let panics = unjudgeable.into_iter().chain(unexpandable);
    violations.extend(panics.min_by_key(|panic| panic.length));
    violations.sort_by_key(|violation| violation.length);
    violations
}

/// The properties whose violation ends the run, as bits, and panics.
pub(crate) fn awaited<M: Model>(properties: &[Property<M>], until: &Until) -> u64 {
    let mut awaited = panics::awaited(properties.len());
    for (bit, property) in properties.iter().enumerate() {
        let ends_the_run = match until {
            Until::FirstViolation => true,
            Until::Violation(name) => property.name == name,
            Until::Exhausted => false,
        };
        if ends_the_run && property.expectation == Expectation::Always {
            awaited |= 1 << bit;
        }
    }
    awaited
}
