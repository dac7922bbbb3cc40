//! Compares two sets of states, state by state.
//!
//! [`RustStates`] holds the states of a model, and compares them with a dump of TLC.
//! [`judge`](crate::judge::judge) uses it.

use crate::dump::{DumpError, states};
use crate::value::Value;
use siphasher::sip128::{Hasher128, SipHasher13};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::io::BufRead;

/// The set of the states of a Rust model, as values of its twin. To save memory, it keeps
/// only digests. When a digest is found, the state is computed again and compared, so two
/// different states are never taken for equal.
///
/// ```
/// use synod_twins::compare::RustStates;
/// use synod_twins::value::Value;
///
/// let state = |x: usize| Value::record([("x", Value::Integer(x as i64))]);
/// let dump = "State 1:\nx = 0\n\nState 2:\nx = 7\n";
/// let comparison = RustStates::new(2, state).compare(dump.as_bytes())?;
/// assert_eq!(comparison.only_in_rust, [1]);
/// assert_eq!(comparison.first_only_in_tlc, Some(state(7)));
/// # Ok::<(), synod_twins::dump::DumpError>(())
/// ```
pub struct RustStates<F> {
    /// The position of the first state with each digest.
    positions: HashMap<u128, usize>,
    /// Computes the state at a position.
    write: F,
}

/// The result of a comparison of two sets.
#[derive(Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The number of different states of the model, as values of the twin.
    pub in_rust: usize,
    /// The number of states that TLC has found.
    pub in_tlc: usize,
    /// The positions of the states that TLC has not found, from the nearest.
    pub only_in_rust: Vec<usize>,
    /// The number of states that the model does not have.
    pub only_in_tlc: usize,
    /// The first of these in TLC's dump.
    pub first_only_in_tlc: Option<Value>,
}

impl Comparison {
    /// Whether the sets are equal.
    pub const fn is_equal(&self) -> bool {
        self.only_in_rust.is_empty() && self.only_in_tlc == 0
    }
}

impl<F: Fn(usize) -> Value> RustStates<F> {
    /// The set of the states at the positions below `count`.
    ///
    /// # Panics
    /// Two different states have the same digest of 128 bits.
    pub fn new(count: usize, write: F) -> Self {
        let mut positions = HashMap::with_capacity(count);
        for position in 0..count {
            let state = write(position);
            let first = *positions.entry(digest(&state)).or_insert(position);
            // Several states of a mutant may be one state of the twin: they differ only
            // in the mark that says what the last step broke.
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

    /// Compares the set with the states in a dump of TLC. O(states).
    ///
    /// # Errors
    /// The dump cannot be read.
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

/// Finds, among the states that are offered, the one that differs from a given state in
/// the fewest variables.
pub struct Nearest<'a> {
    to: &'a Value,
    found: Option<(usize, Value)>,
}

impl<'a> Nearest<'a> {
    /// A search for the state nearest to this one.
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

    /// The nearest state of those that were offered.
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
