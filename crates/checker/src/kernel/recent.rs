//! A cache of the states that were reached recently: they need not be looked up again.
//!
//! Most states that a search reaches were reached before, and often a moment ago: two
//! actions that commute lead to the same state in either order. The cache forgets older
//! states, so it catches only some of the repetitions.

use crate::fingerprint::Fingerprint;

/// A table with one slot for each fingerprint; a new fingerprint replaces the one in its
/// slot.
pub struct Recent(Vec<Fingerprint>);

impl Recent {
    /// An empty cache with so many slots, a power of two, of 16 bytes each.
    pub fn new(slots: usize) -> Self {
        let empty = |slot: usize| {
            // A fingerprint that belongs to another slot is never found in this one.
            Fingerprint::narrow(if slot == 0 { u64::MAX } else { 0 })
        };
        Self((0..slots).map(empty).collect())
    }

    /// Adds a state that is about to be looked up. False if it is in the cache already.
    #[inline]
    pub fn note(&mut self, fingerprint: Fingerprint) -> bool {
        // From bits in the middle: the first ones determine the place in the visited set.
        let slot = (fingerprint.first >> 32) as usize & (self.0.len() - 1);
        let known = &mut self.0[slot];
        let is_new = *known != fingerprint;
        *known = fingerprint;
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::fingerprint;
    use std::collections::HashSet;

    #[test]
    fn only_noted_states_are_found_and_the_last_one_always() {
        let mut dedup = Recent::new(1 << 15);
        let mut noted = HashSet::new();
        let numbers = (0..200_000_u64).map(|number| number * number % 50_021);
        for number in numbers {
            let first = if number == 0 { 0 } else { fingerprint(&number) };
            let second = number;
            let fingerprint = Fingerprint { first, second };
            let is_new = dedup.note(fingerprint);
            assert!(is_new || noted.contains(&fingerprint), "{number}");
            noted.insert(fingerprint);
            assert!(!dedup.note(fingerprint), "{number}");
        }
    }

    #[test]
    fn an_empty_cache_finds_no_state() {
        for first in [0, u64::MAX, ((1 << 15) - 1) << 32] {
            let second = 0;
            assert!(
                Recent::new(1 << 15).note(Fingerprint { first, second }),
                "{first}"
            );
        }
    }
}
