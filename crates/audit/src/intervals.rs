//! [`Intervals`]: a set of numbers that is compact if it is almost an interval.

use std::collections::BTreeMap;

/// A set of numbers, as intervals: the last number of each by its first. Between two intervals a
/// number is missing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Intervals(BTreeMap<u64, u64>);

impl Intervals {
    /// Adds a number. Returns whether it is new.
    pub(crate) fn insert(&mut self, number: u64) -> bool {
        let below = self.0.range(..=number).next_back();
        let below = below.map(|(&first, &last)| (first, last));
        if below.is_some_and(|(_, last)| number <= last) {
            return false;
        }
        let joined = below.filter(|(_, last)| last + 1 == number);
        let first = joined.map_or(number, |(first, _)| first);
        let above = number.checked_add(1).and_then(|next| self.0.remove(&next));
        self.0.insert(first, above.unwrap_or(number));
        true
    }

    /// Removes all numbers.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether a number is in the set.
    pub(crate) fn contains(&self, number: u64) -> bool {
        let below = self.0.range(..=number).next_back();
        below.is_some_and(|(_, &last)| number <= last)
    }

    /// The numbers in the set from a given one on.
    pub(crate) fn from(&self, from: u64) -> impl Iterator<Item = u64> + '_ {
        let below = self.0.range(..from).next_back();
        let all = below.into_iter().chain(self.0.range(from..));
        all.flat_map(move |(&first, &last)| first.max(from)..=last)
    }
}
