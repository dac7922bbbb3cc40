//! What a run has seen so far, for those who watch it, and how to end it.

use crate::report::Reason;
use stateright::{Model, Property};
use std::io;
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// What a run is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// The search itself, or the random walks.
    #[default]
    Exploring,
    /// Waits for the other processes of the run to connect.
    Connecting,
    /// Reads a checkpoint.
    Loading,
    /// Writes a checkpoint.
    Saving,
    /// Has found violations, and searches for the paths to them.
    FindingPaths,
}

impl Phase {
    const ALL: [Self; 5] = [
        Self::Exploring,
        Self::Connecting,
        Self::Loading,
        Self::Saving,
        Self::FindingPaths,
    ];
}

/// Shared by the run and whoever watches it. All counters are statistics: they
/// decide nothing but the state limit.
///
/// A run can be stopped twice: its search, which then has no verdict on what it
/// has not seen, and the search for the paths to the violations that it has
/// found. Whatever stops a run stops the phase in which it is.
#[derive(Debug, Default)]
pub struct Progress {
    /// The position in [`Phase::ALL`].
    phase: AtomicU8,
    /// States that the search for paths has looked at.
    retraced: AtomicU64,
    findings: Mutex<Vec<Finding>>,
    paths_begun: OnceLock<Instant>,
    paths_stopped: OnceLock<Reason>,
    states: AtomicU64,
    generated: AtomicU64,
    expanded: AtomicU64,
    depth: AtomicU32,
    reserved: AtomicU64,
    stopped: OnceLock<Reason>,
    unsaved: OnceLock<String>,
}

/// A property of which something was found: a violation of an `always`
/// property, an example of a `sometimes` property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The property.
    pub property: &'static str,
    /// Whether it is violated.
    pub is_violation: bool,
    /// Steps from an initial state to the nearest that is known.
    pub steps: u32,
}

/// A moment of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// What the run is doing.
    pub phase: Phase,
    /// States that the search for the paths to violations has looked at.
    pub retraced: u64,
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
            phase: self.phase(),
            retraced: self.retraced.load(Relaxed),
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

    /// Why a checkpoint could not be written, if one could not: the first that
    /// could not. The run goes on, and tries again when the next is due.
    pub fn unsaved(&self) -> Option<&str> {
        self.unsaved.get().map(String::as_str)
    }

    /// Notes that a checkpoint could not be written.
    pub fn could_not_save(&self, error: &io::Error) {
        // A run that was stopped meanwhile says so itself.
        if error.kind() != io::ErrorKind::Interrupted {
            let _ = self.unsaved.set(error.to_string());
        }
    }

    /// Ends the run because a file for states could not be written or read.
    pub fn storage_failed(&self, error: &io::Error) {
        self.stop(Reason::Storage(error.to_string()));
    }

    /// What was found so far.
    pub fn findings(&self) -> Vec<Finding> {
        let findings = self.findings.lock();
        findings.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps what was found, where it is nearer than what is known.
    pub fn found<M: Model>(&self, property: &Property<M>, steps: u32) {
        let findings = self.findings.lock();
        let mut findings = findings.unwrap_or_else(PoisonError::into_inner);
        let mut known = findings.iter_mut();
        match known.find(|known| known.property == property.name) {
            Some(known) => known.steps = known.steps.min(steps),
            None => findings.push(Finding {
                property: property.name,
                is_violation: property.expectation.discovery_is_failure(),
                steps,
            }),
        }
    }

    fn phase(&self) -> Phase {
        let position = usize::from(self.phase.load(Relaxed));
        Phase::ALL.get(position).copied().unwrap_or_default()
    }

    /// Interrupts the search for something that those who watch are to know of.
    pub fn during<T>(&self, phase: Phase, work: impl FnOnce() -> T) -> T {
        self.phase.store(phase as u8, Relaxed);
        let done = work();
        self.phase.store(Phase::Exploring as u8, Relaxed);
        done
    }

    /// The search is over, and the search for paths begins: nothing leads back.
    pub fn begin_to_find_paths(&self) {
        let _ = self.paths_begun.set(Instant::now());
        self.phase.store(Phase::FindingPaths as u8, Relaxed);
    }

    /// For how long the run has been searching for paths though a person or the
    /// clock has ended its search, and why it was ended.
    pub fn overtime(&self) -> Option<(Duration, Reason)> {
        let begun = self.paths_begun.get()?;
        match self.stopped.get()? {
            reason @ (Reason::Interrupted | Reason::Elsewhere { .. } | Reason::TimeLimit(_)) => {
                Some((begun.elapsed(), reason.clone()))
            }
            _ => None,
        }
    }

    /// Counts states that the search for paths has looked at.
    pub fn retrace(&self, states: u64) {
        self.retraced.fetch_add(states, Relaxed);
    }

    /// Stops what the run is doing. The first reason counts.
    pub fn stop(&self, reason: Reason) {
        let _ = self.slot().set(reason);
    }

    fn slot(&self) -> &OnceLock<Reason> {
        match self.phase() {
            Phase::FindingPaths => &self.paths_stopped,
            Phase::Exploring | Phase::Connecting | Phase::Loading | Phase::Saving => &self.stopped,
        }
    }

    /// Why the search was stopped, if it was.
    pub fn stopped(&self) -> Option<Reason> {
        self.stopped.get().cloned()
    }

    /// Why the search for paths was stopped, if it was.
    pub fn paths_stopped(&self) -> Option<Reason> {
        self.paths_stopped.get().cloned()
    }

    /// Whether what the run is doing was stopped.
    pub fn is_stopped(&self) -> bool {
        self.slot().get().is_some()
    }

    /// Counts a distinct state, unless that would be one too many.
    pub fn count_state(&self, limit: Option<NonZeroU64>, depth: u32) -> bool {
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
    pub fn reserve_state(&self, limit: NonZeroU64) -> bool {
        let has_room = self.reserved.fetch_add(1, Relaxed) < limit.get();
        if !has_room {
            self.stop(Reason::StateLimit(limit));
        }
        has_room
    }

    /// Counts distinct states that an earlier run has seen.
    pub fn reserve_states(&self, states: u64) {
        self.reserved.fetch_add(states, Relaxed);
    }

    /// Counts what a thread has done since it last said so.
    pub fn add(&self, states: u64, generated: u64, expanded: u64, depth: u32) {
        self.states.fetch_add(states, Relaxed);
        self.generated.fetch_add(generated, Relaxed);
        self.expanded.fetch_add(expanded, Relaxed);
        if states > 0 {
            self.depth.fetch_max(depth, Relaxed);
        }
    }

    /// Counts a state that was expanded, and its successors.
    pub fn count_expanded(&self, successors: u64) {
        self.expanded.fetch_add(1, Relaxed);
        self.generated.fetch_add(successors, Relaxed);
    }
}
