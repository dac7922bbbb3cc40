//! Which timers of a process are set.

use std::collections::BTreeMap;
use tokio::time::Instant;

/// The timers that are set, and when they are over.
#[derive(Debug)]
pub struct Timers<T> {
    ends: BTreeMap<T, Instant>,
}

impl<T: Copy + Ord> Timers<T> {
    /// None is set.
    pub const fn new() -> Self {
        Self {
            ends: BTreeMap::new(),
        }
    }

    /// Sets a timer, anew if it was set.
    pub fn set(&mut self, timer: T, end: Instant) {
        self.ends.insert(timer, end);
    }

    /// Whoever waits for this timer waits no more. Whether it was set.
    pub fn cancel(&mut self, timer: T) -> bool {
        self.ends.remove(&timer).is_some()
    }

    /// When the next one is over; `None` if none is set.
    pub(crate) fn next_end(&self) -> Option<Instant> {
        self.ends.values().min().copied()
    }

    /// A timer that is over: it is not set any more.
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
