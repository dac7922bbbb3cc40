//! What a run has seen so far, for those who watch it, and how to end it.

use crate::report::Reason;
use std::io;
use std::num::NonZeroU64;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// Shared by the run and whoever watches it. All counters are statistics: they
/// decide nothing but the state limit.
#[derive(Debug, Default)]
pub struct Progress {
    states: AtomicU64,
    generated: AtomicU64,
    expanded: AtomicU64,
    depth: AtomicU32,
    reserved: AtomicU64,
    stopped: OnceLock<Reason>,
    unsaved: OnceLock<String>,
}

/// A moment of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Distinct states seen.
    pub states: u64,
    /// States generated, repetitions included.
    pub generated: u64,
    /// Distinct states that wait for their successors to be computed.
    pub queue: u64,
    /// The depth reached.
    pub depth: u32,
}

impl Progress {
    /// Before a run.
    pub fn new() -> Self {
        Self::default()
    }

    /// What is seen by now.
    pub fn snapshot(&self) -> Snapshot {
        let expanded = self.expanded.load(Relaxed);
        let states = self.states.load(Relaxed);
        Snapshot {
            states,
            generated: self.generated.load(Relaxed),
            queue: states.saturating_sub(expanded),
            depth: self.depth.load(Relaxed),
        }
    }

    /// Ends the run: it reports what it has seen, inconclusive.
    pub fn interrupt(&self) {
        self.stop(Reason::Interrupted);
    }

    /// Ends the run because the process has grown to `bytes`: inconclusive.
    pub fn out_of_memory(&self, bytes: u64) {
        self.stop(Reason::MemoryLimit(bytes));
    }

    /// Why a checkpoint could not be written, if one could not: the first that
    /// could not. The run goes on, and tries again when the next is due.
    pub fn unsaved(&self) -> Option<&str> {
        self.unsaved.get().map(String::as_str)
    }

    pub(crate) fn could_not_save(&self, error: &io::Error) {
        let _ = self.unsaved.set(error.to_string());
    }

    /// The first reason to stop counts.
    pub(crate) fn stop(&self, reason: Reason) {
        let _ = self.stopped.set(reason);
    }

    pub(crate) fn stopped(&self) -> Option<Reason> {
        self.stopped.get().cloned()
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.get().is_some()
    }

    /// Counts a distinct state, unless that would be one too many.
    pub(crate) fn count_state(&self, limit: Option<NonZeroU64>, depth: u32) -> bool {
        let before = self.states.fetch_add(1, Relaxed);
        match limit {
            Some(limit) if before >= limit.get() => {
                self.states.fetch_sub(1, Relaxed);
                self.stop(Reason::StateLimit(limit));
                false
            }
            _ => {
                self.depth.fetch_max(depth, Relaxed);
                true
            }
        }
    }

    /// Reserves the right to count a distinct state, unless that would be one
    /// too many.
    pub(crate) fn reserve_state(&self, limit: NonZeroU64) -> bool {
        let has_room = self.reserved.fetch_add(1, Relaxed) < limit.get();
        if !has_room {
            self.stop(Reason::StateLimit(limit));
        }
        has_room
    }

    /// Counts distinct states that an earlier run has seen.
    pub(crate) fn reserve_states(&self, states: u64) {
        self.reserved.fetch_add(states, Relaxed);
    }

    /// Counts what a thread has done since it last said so.
    pub(crate) fn add(&self, states: u64, generated: u64, expanded: u64, depth: u32) {
        self.states.fetch_add(states, Relaxed);
        self.generated.fetch_add(generated, Relaxed);
        self.expanded.fetch_add(expanded, Relaxed);
        if states > 0 {
            self.depth.fetch_max(depth, Relaxed);
        }
    }

    pub(crate) fn count_expanded(&self, successors: u64) {
        self.expanded.fetch_add(1, Relaxed);
        self.generated.fetch_add(successors, Relaxed);
    }
}
