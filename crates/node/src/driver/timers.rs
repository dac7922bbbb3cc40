//! [`Timers`]: the timers of a process that are set.

use std::collections::BTreeMap;
use tokio::time::Instant;

/// The timers that are set, and when each is over. A part of a [`Driver`](super::Driver).
#[derive(Debug)]
pub struct Timers<T> {
    ends: BTreeMap<T, Instant>,
}

impl<T: Copy + Ord> Timers<T> {
    /// No timer is set.
    pub const fn new() -> Self {
        Self {
            ends: BTreeMap::new(),
        }
    }

    /// Sets a timer. One that is set already starts over.
    pub fn set(&mut self, timer: T, end: Instant) {
        self.ends.insert(timer, end);
    }

    /// Cancels a timer. Returns whether it was set.
    pub fn cancel(&mut self, timer: T) -> bool {
        self.ends.remove(&timer).is_some()
    }

    /// When the next timer is over; `None` if no timer is set.
    pub(crate) fn next_end(&self) -> Option<Instant> {
        self.ends.values().min().copied()
    }

    /// Takes a timer that is over. It is not set afterwards.
    pub(crate) fn take_due(&mut self, now: Instant) -> Option<T> {
        let mut ends = self.ends.iter();
        let (&due, _) = ends.find(|(_, end)| **end <= now)?;
        self.cancel(due);
        Some(due)
    }
}

impl<T: Copy + Ord> Default for Timers<T> {
    fn default() -> Self {
        Self::new()
    }
}
