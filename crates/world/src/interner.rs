//! The [`Interner`] gives each value a number, so that states can hold numbers instead
//! of values. [`World`](crate::World) interns sites, sets of messages and histories; a
//! [`Lens`](crate::Lens) may intern parts of its histories.

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use rustc_hash::FxBuildHasher;
use std::hash::Hash;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A set that only grows, shared by threads. Each value is kept once, with facts that
/// are computed when it is added, and has a number from then on. Equal values have equal
/// numbers. Which number a value gets depends on which thread is first.
///
/// Layout: an append-only vector of values, read without a lock, and a sharded
/// hash table from value to number. O(1) both ways.
///
/// # Examples
///
/// ```
/// use synod_world::interner::Interner;
///
/// let lengths = Interner::new();
/// let number = lengths.intern("decree", |text| text.len());
/// assert_eq!(lengths.intern("decree", |_| unreachable!()), number);
/// assert_eq!((*lengths.value(number), *lengths.facts(number)), ("decree", 6));
/// assert_eq!(lengths.since(0), 0..1);
/// ```
pub struct Interner<T, F> {
    numbers: DashMap<Arc<T>, u32, FxBuildHasher>,
    values: boxcar::Vec<(Arc<T>, F)>,
    /// Above every number that `intern` has returned.
    end: AtomicU32,
}

impl<T: Eq + Hash, F> Default for Interner<T, F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Eq + Hash, F> Interner<T, F> {
    /// An empty set.
    pub fn new() -> Self {
        Self {
            numbers: DashMap::default(),
            values: boxcar::Vec::new(),
            end: AtomicU32::new(0),
        }
    }

    /// The number of a value. If the value is new it is added, with the result of `facts`.
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
                // Before any caller gets the number: see `since`.
                self.end.fetch_max(number + 1, Ordering::Release);
                *new.insert(number)
            }
        }
    }

    /// The value with a number that [`Interner::intern`] returned.
    ///
    /// # Panics
    /// If there is no such number.
    pub fn value(&self, number: u32) -> &T {
        &self.values[number as usize].0
    }

    /// The facts of the value with this number.
    ///
    /// # Panics
    /// If there is no such number.
    pub fn facts(&self, number: u32) -> &F {
        &self.values[number as usize].1
    }

    /// Whether a value has this number.
    pub(crate) fn has(&self, number: u32) -> bool {
        self.values.get(number as usize).is_some()
    }

    /// The numbers from `from` on, up to at least the last that [`Interner::intern`] has
    /// returned to the caller. Each has its value, and everything that its thread did
    /// before it added the value is visible to the caller.
    ///
    /// The number of values would promise neither. A thread reserves the next place in the
    /// vector, and stores the value there a moment later. Until it has, values at later
    /// places may be stored and counted already. So this function waits for the value;
    /// the other thread waits for nothing meanwhile.
    pub fn since(&self, from: u32) -> Range<u32> {
        let end = self.end.load(Ordering::Acquire).max(from);
        for number in from..end {
            while !self.has(number) {
                std::thread::yield_now();
            }
        }
        from..end
    }

    /// The number of values, for statistics.
    pub(crate) fn len(&self) -> usize {
        self.values.count()
    }
}
