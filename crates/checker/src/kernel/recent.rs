//! A cache of the states that were reached recently: they need not be looked up again.
//!
//! Most states that a search reaches were reached before, and often a moment ago: two
//! actions that commute lead to the same state in either order. The cache forgets older
//! states, so it catches only some of the repetitions.

use crate::fingerprint::Fingerprint;

/// A table with one slot for each fingerprint, together with the rank of the state; a new
/// fingerprint replaces the one in its slot.
pub struct Recent(Vec<(Fingerprint, u32)>);

impl Recent {
    /// An empty cache with so many slots, a power of two, of 24 bytes each.
    pub fn new(slots: usize) -> Self {
        let empty = |slot: usize| {
            // A fingerprint that belongs to another slot is never found in this one.
            (Fingerprint::narrow(if slot == 0 { u64::MAX } else { 0 }), 0)
        };
        Self((0..slots).map(empty).collect())
    }

    /// The rank of a state that is in the cache.
    #[inline]
    pub fn rank_of(&self, fingerprint: Fingerprint) -> Option<u32> {
        let (known, rank) = self.0[self.slot(fingerprint)];
        (known == fingerprint).then_some(rank)
    }

    /// Adds a state that is about to be looked up, with its rank.
    #[inline]
    pub fn note(&mut self, fingerprint: Fingerprint, rank: u32) {
        let slot = self.slot(fingerprint);
        self.0[slot] = (fingerprint, rank);
    }

    fn slot(&self, fingerprint: Fingerprint) -> usize {
        // From bits in the middle: the first ones determine the place in the visited set.
        (fingerprint.first >> 32) as usize & (self.0.len() - 1)
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
            let (known, rank) = (dedup.rank_of(fingerprint), number as u32);
            assert!(known.is_none() || noted.contains(&fingerprint), "{number}");
            assert!(known.is_none_or(|known| known == rank), "{number}");
            noted.insert(fingerprint);
            dedup.note(fingerprint, rank);
            assert_eq!(dedup.rank_of(fingerprint), Some(rank));
        }
    }

    #[test]
    fn an_empty_cache_finds_no_state() {
        for first in [0, u64::MAX, ((1 << 15) - 1) << 32] {
            let second = 0;
            let fingerprint = Fingerprint { first, second };
            assert_eq!(Recent::new(1 << 15).rank_of(fingerprint), None, "{first}");
        }
    }
}
