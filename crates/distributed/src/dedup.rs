//! A cache of the states that were sent recently: their owners have them already.
//!
//! Most states that a search reaches were reached before, and often a moment ago: two
//! actions that commute lead to the same state in either order. A state in the cache need
//! not be sent again. The cache forgets older states, so it prevents only some of the
//! repetitions.

use synod_checker::fingerprint::Fingerprint;

/// The number of fingerprints in the cache, a power of two. With 16 bytes each it takes
/// 512 KiB, which fits into the processor's own cache. Measured on paxos with four ballots
/// and two workers: with eight times as many slots a sixth fewer states are sent, and the
/// run takes longer.
const SLOTS: usize = 1 << 15;

/// A table with one slot for each fingerprint; a new fingerprint replaces the one in its
/// slot.
pub(super) struct DedupCache(Vec<Fingerprint>);

impl DedupCache {
    /// An empty cache.
    pub(super) fn new() -> Self {
        let empty = |slot: usize| {
            // A fingerprint that belongs to another slot is never found in this one.
            Fingerprint::narrow(if slot == 0 { u64::MAX } else { 0 })
        };
        Self((0..SLOTS).map(empty).collect())
    }

    /// Adds a state that is about to be sent. False if it is in the cache already.
    pub(super) fn note(&mut self, fingerprint: Fingerprint) -> bool {
        let known = &mut self.0[slot_of(fingerprint)];
        let is_new = *known != fingerprint;
        *known = fingerprint;
        is_new
    }
}

/// The slot of a fingerprint. It is computed from bits in the middle: the last bits
/// determine the owner, the first the place in the owner's visited set.
const fn slot_of(fingerprint: Fingerprint) -> usize {
    (fingerprint.first >> 32) as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use synod_checker::fingerprint::fingerprint;

    #[test]
    fn only_noted_states_are_found_and_the_last_one_always() {
        let mut dedup = DedupCache::new();
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
        for first in [0, u64::MAX, (SLOTS as u64 - 1) << 32] {
            let second = 0;
            assert!(
                DedupCache::new().note(Fingerprint { first, second }),
                "{first}"
            );
        }
    }
}
