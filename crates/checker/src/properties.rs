//! What is asked of the states.

use crate::fingerprint::Fingerprint;
use crate::options::Until;
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

/// The properties whose violation ends the run, as bits.
pub(crate) fn awaited<M: Model>(properties: &[Property<M>], until: &Until) -> u64 {
    let mut awaited = 0;
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
