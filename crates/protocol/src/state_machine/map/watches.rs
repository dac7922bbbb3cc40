//! [`Watches`]: the keys on whose not changing a transaction may depend.

use super::Bytes;
use imbl::OrdMap;

/// How many keys are watched at once. The one that has been watched longest gives way to another one, and
/// transactions that depend on it fail.
const MOST_WATCHED: usize = 4096;

/// The watched keys. Each has a number that no other watch of any key has had before. A key that changes is
/// watched no more, so a key that still has its number has not changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Watches {
    numbers: OrdMap<Bytes, u64>,
    keys: OrdMap<u64, Bytes>,
    /// The last number.
    last: u64,
}

impl Watches {
    /// Watches a key, and returns its number.
    pub(super) fn watch(&mut self, key: &[u8]) -> u64 {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        self.last += 1;
        self.insert(key.into(), self.last);
        if self.numbers.len() > MOST_WATCHED
            && let Some((_, oldest)) = self.keys.get_min().cloned()
        {
            self.change(&oldest);
        }
        self.last
    }

    /// Whether a key has not changed since it got this number.
    pub(super) fn is_unchanged(&self, key: &[u8], number: u64) -> bool {
        self.numbers.get(key) == Some(&number)
    }

    /// A key changes: it is watched no more.
    pub(super) fn change(&mut self, key: &[u8]) {
        if !self.numbers.is_empty()
            && let Some(number) = self.numbers.remove(key)
        {
            self.keys.remove(&number);
        }
    }

    /// Puts a key back with its number.
    pub(super) fn insert(&mut self, key: Bytes, number: u64) {
        self.keys.insert(number, key.clone());
        self.numbers.insert(key, number);
    }

    /// Puts the last number back.
    pub(super) const fn set_last(&mut self, last: u64) {
        self.last = last;
    }

    /// The last number; none if no key was ever watched.
    pub(super) fn last(&self) -> Option<u64> {
        Some(self.last).filter(|last| *last > 0)
    }

    /// The watched keys and their numbers.
    pub(super) fn all(&self) -> impl Iterator<Item = (Bytes, u64)> {
        self.numbers
            .iter()
            .map(|(key, number)| (key.clone(), *number))
    }
}
