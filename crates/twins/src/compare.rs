//! Two sets of states, compared one by one.

use crate::dump::{DumpError, states};
use crate::value::Value;
use siphasher::sip128::{Hasher128, SipHasher13};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::io::BufRead;

/// The states of the Rust model as the twin has them, to be found by what they
/// are. Only digests are kept: a state is written again when its digest is met,
/// so that equal digests never stand for equal states.
pub struct RustStates<F> {
    /// The position of the first state with each digest.
    positions: HashMap<u128, usize>,
    /// Writes the state at a position.
    write: F,
}

/// What the comparison of two sets has found.
#[derive(Debug, PartialEq, Eq)]
pub struct Comparison {
    /// How many different states the model has, as the twin has them.
    pub in_rust: usize,
    /// How many states TLC has found.
    pub in_tlc: usize,
    /// The positions of those that TLC has not found, from the nearest.
    pub only_in_rust: Vec<usize>,
    /// How many the model does not have.
    pub only_in_tlc: usize,
    /// The first of these that TLC has found.
    pub first_only_in_tlc: Option<Value>,
}

impl Comparison {
    /// Whether the sets are equal.
    pub const fn is_equal(&self) -> bool {
        self.only_in_rust.is_empty() && self.only_in_tlc == 0
    }
}

impl<F: Fn(usize) -> Value> RustStates<F> {
    /// The states at the positions below `count`.
    ///
    /// # Panics
    /// If two states that differ have the same digest of 128 bits.
    pub fn new(count: usize, write: F) -> Self {
        let mut positions = HashMap::with_capacity(count);
        for position in 0..count {
            let state = write(position);
            let first = *positions.entry(digest(&state)).or_insert(position);
            // Several states of a mutant may be one of the twin's: they differ
            // in what the last step broke.
            assert!(
                first == position || write(first) == state,
                "two states share a digest of 128 bits"
            );
        }
        Self { positions, write }
    }

    fn position(&self, state: &Value) -> Option<usize> {
        let position = *self.positions.get(&digest(state))?;
        ((self.write)(position) == *state).then_some(position)
    }

    /// Compares with the states in a dump of TLC's.
    ///
    /// # Errors
    /// [`DumpError`] if it cannot be read.
    pub fn compare(&self, dump: impl BufRead) -> Result<Comparison, DumpError> {
        let mut missing: HashSet<usize> = self.positions.values().copied().collect();
        let (mut only_in_tlc, mut first_only_in_tlc) = (0, None);
        let mut in_tlc = 0;
        states(dump, |_, state| {
            in_tlc += 1;
            if let Some(position) = self.position(&state) {
                missing.remove(&position);
            } else {
                only_in_tlc += 1;
                first_only_in_tlc.get_or_insert(state);
            }
        })?;
        let mut only_in_rust: Vec<_> = missing.into_iter().collect();
        only_in_rust.sort_unstable();
        Ok(Comparison {
            in_rust: self.positions.len(),
            in_tlc,
            only_in_rust,
            only_in_tlc,
            first_only_in_tlc,
        })
    }
}

fn digest(state: &Value) -> u128 {
    let mut hasher = SipHasher13::new();
    state.hash(&mut hasher);
    hasher.finish128().as_u128()
}

/// Of states that are offered, the one that differs from a given one in the
/// fewest variables.
pub struct Nearest<'a> {
    to: &'a Value,
    found: Option<(usize, Value)>,
}

impl<'a> Nearest<'a> {
    /// None has been offered yet.
    pub const fn new(to: &'a Value) -> Self {
        Self { to, found: None }
    }

    /// Offers a state.
    pub fn offer(&mut self, state: Value) {
        let count = differences(self.to, &state).len();
        if self.found.as_ref().is_none_or(|(least, _)| count < *least) {
            self.found = Some((count, state));
        }
    }

    /// The nearest, if any was offered.
    pub fn found(&self) -> Option<&Value> {
        self.found.as_ref().map(|(_, state)| state)
    }
}

/// The variables in which two states differ, and their values in the second.
pub fn differences<'a>(one: &Value, other: &'a Value) -> Vec<(&'a str, &'a Value)> {
    let (Value::Record(one), Value::Record(other)) = (one, other) else {
        return Vec::new();
    };
    let variables = other.iter();
    let changed = variables.filter(|(name, value)| one.get(*name) != Some(*value));
    changed
        .map(|(name, value)| (name.as_str(), value))
        .collect()
}
