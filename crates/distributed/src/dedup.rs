//! A cache of the states that were sent not long ago: their owners have them.
//!
//! Most of what a search reaches it has reached before, and often a moment ago:
//! two actions that commute lead to the same state in either order. What is in
//! this table need not be sent again. It forgets, so it prevents only some of it.

use synod_checker::fingerprint::Fingerprint;

/// How many fingerprints it holds: a power of two. 16 bytes each, 512 KiB, which
/// is near the processor: with eight times as many a sixth fewer states are sent,
/// and it takes longer (paxos with four ballots, two workers).
const SLOTS: usize = 1 << 15;

/// A table in which each fingerprint has one slot, and replaces what was there.
pub(super) struct DedupCache(Vec<Fingerprint>);

impl DedupCache {
    /// Nothing was sent.
    pub(super) fn new() -> Self {
        let nothing = |slot: usize| {
            // A fingerprint that does not belong where it stands is never found.
            Fingerprint::narrow(if slot == 0 { u64::MAX } else { 0 })
        };
        Self((0..SLOTS).map(nothing).collect())
    }

    /// Notes that a state is sent now; whether it was not in the table.
    pub(super) fn note(&mut self, fingerprint: Fingerprint) -> bool {
        let known = &mut self.0[slot_of(fingerprint)];
        let is_new = *known != fingerprint;
        *known = fingerprint;
        is_new
    }
}

/// Where a fingerprint belongs. The last bits tell its owner, the first its
/// place in the owner's set.
const fn slot_of(fingerprint: Fingerprint) -> usize {
    (fingerprint.first >> 32) as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use synod_checker::fingerprint::fingerprint;

    #[test]
    fn what_it_knows_was_noted_and_what_was_noted_last_it_knows() {
        let mut dedup = DedupCache::new();
        let mut noted = HashSet::new();
        let numbers = (0..200_000_u64).map(|number| number * number % 50_021);
        for number in numbers {
            let first = if number == 0 { 0 } else { fingerprint(&number) };
            let second = number;
            let of_this = Fingerprint { first, second };
            let is_new = dedup.note(of_this);
            assert!(is_new || noted.contains(&of_this), "{number}");
            noted.insert(of_this);
            assert!(!dedup.note(of_this), "{number}");
        }
    }

    #[test]
    fn nothing_is_known_before_it_is_noted() {
        for first in [0, u64::MAX, (SLOTS as u64 - 1) << 32] {
            let second = 0;
            assert!(
                DedupCache::new().note(Fingerprint { first, second }),
                "{first}"
            );
        }
    }
}
