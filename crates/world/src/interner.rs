//! Values that get a number each, so that states can hold numbers.

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use rustc_hash::FxBuildHasher;
use std::hash::Hash;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A set that only grows, shared by threads. Each value is kept once, beside
/// what was found out about it when it came, and known by its number from then
/// on. Which number a value gets depends on who comes first; equal values have
/// equal numbers.
///
/// Layout: an append-only vector of values, read without a lock, and a sharded
/// hash table from value to number. O(1) both ways.
pub struct Interner<T, F> {
    numbers: DashMap<Arc<T>, u32, FxBuildHasher>,
    values: boxcar::Vec<(Arc<T>, F)>,
    /// Above every number that anybody has in hand.
    end: AtomicU32,
}

impl<T: Eq + Hash, F> Default for Interner<T, F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Eq + Hash, F> Interner<T, F> {
    /// Empty.
    pub fn new() -> Self {
        Self {
            numbers: DashMap::default(),
            values: boxcar::Vec::new(),
            end: AtomicU32::new(0),
        }
    }

    /// The number of a value; `facts` finds out about it if it is new.
    pub fn intern(&self, value: T, facts: impl FnOnce(&T) -> F) -> u32 {
        if let Some(number) = self.numbers.get(&value) {
            return *number;
        }
        match self.numbers.entry(Arc::new(value)) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                let value = Arc::clone(new.key());
                let facts = facts(&value);
                let number = self.values.push((value, facts)) as u32;
                // Before anybody gets the number: see `since`.
                self.end.fetch_max(number + 1, Ordering::Release);
                *new.insert(number)
            }
        }
    }

    /// The value with a number that [`Interner::intern`] gave.
    pub fn value(&self, number: u32) -> &T {
        &self.values[number as usize].0
    }

    /// What was found out about it.
    pub fn facts(&self, number: u32) -> &F {
        &self.values[number as usize].1
    }

    /// Whether a number was given, and its value is there.
    pub fn has(&self, number: u32) -> bool {
        self.values.get(number as usize).is_some()
    }

    /// The numbers from this one on, up to at least the last that the caller
    /// has in hand. The value of each is there, and whatever its thread did
    /// before it gave the number has happened.
    ///
    /// Neither follows from how many values there are: a thread takes the next
    /// place in the vector, and only then puts the value there. Until it has,
    /// values at later places are there already, and are counted instead.
    /// So here is waited for it; it waits for nobody meanwhile.
    pub fn since(&self, from: u32) -> Range<u32> {
        let end = self.end.load(Ordering::Acquire).max(from);
        for number in from..end {
            while !self.has(number) {
                std::thread::yield_now();
            }
        }
        from..end
    }

    /// How many values there are.
    #[allow(clippy::len_without_is_empty)] // It is asked for statistics only.
    pub fn len(&self) -> usize {
        self.values.count()
    }
}
