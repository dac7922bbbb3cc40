//! What a run has seen so far, for other threads that watch it, and how to end it.
//!
//! [`Progress`] is shared; [`Snapshot`], [`Phase`] and [`Finding`] are what it tells.

use crate::property::Property;
use crate::report::{Expectation, Reason};
use stateright::Model;
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
    /// Waiting for the other processes of the run to connect.
    Connecting,
    /// Reading a checkpoint.
    Loading,
    /// Writing a checkpoint.
    Saving,
    /// Searching for the paths to the violations that were found.
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

/// What a run has seen so far. The run and the threads that watch it share one. Its
/// counters are statistics; only the state limit depends on them.
///
/// A run can be stopped twice: its search for states, which then has no verdict on
/// what it has not seen, and its search for the paths to the violations that it has
/// found. Stopping a run stops the phase in which it is.
///
/// ```
/// # mod model { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/counter.rs")); }
/// # use model::Counter;
/// # use synod_checker::{CheckError, Extras, Levels, Problem, Question, check};
/// use std::sync::Arc;
/// use synod_checker::{Progress, Reason};
///
/// let progress = Arc::new(Progress::new());
/// let problem = Problem::new(Counter, Extras::default(), Question::default(), &progress)?;
/// progress.interrupt(); // From another thread, as a rule, while the run goes on.
/// let report = check(&problem, &Levels::default())?;
/// assert_eq!(report.reason, Some(Reason::Interrupted));
/// # Ok::<(), CheckError>(())
/// ```
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

/// A property and what was found of it: a violation of an `always` property, or an
/// example of a `sometimes` property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The property.
    pub property: &'static str,
    /// Whether it is violated.
    pub is_violation: bool,
    /// Steps from an initial state to the nearest state that was found.
    pub steps: u32,
}

/// The counters of a run at one moment, from [`Progress::snapshot`].
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
    /// Distinct states that wait to be expanded (the frontier).
    pub queue: u64,
    /// The depth reached; initial states have depth 1.
    pub depth: u32,
}

impl Progress {
    /// The progress of a run that has not begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// The counters at this moment.
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

    /// Ends the run. It reports what it has seen, and is inconclusive.
    pub fn interrupt(&self) {
        self.stop(Reason::Interrupted);
    }

    /// Why a checkpoint could not be written: the first error, if there was one. The
    /// run goes on, and tries again when the next checkpoint is due.
    pub fn unsaved(&self) -> Option<&str> {
        self.unsaved.get().map(String::as_str)
    }

    /// Notes that a checkpoint could not be written.
    pub fn could_not_save(&self, error: &io::Error) {
        // A run that was stopped while it wrote has a reason already.
        if error.kind() != io::ErrorKind::Interrupted {
            let _ = self.unsaved.set(error.to_string());
        }
    }

    /// Ends the run because a file with states could not be written or read.
    pub fn storage_failed(&self, error: &io::Error) {
        self.stop(Reason::Storage(error.to_string()));
    }

    /// What was found so far.
    pub fn findings(&self) -> Vec<Finding> {
        let findings = self.findings.lock();
        findings.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes that something was found of a property this many steps away. Of several
    /// findings the nearest is kept.
    pub fn found<M: Model>(&self, property: &Property<M>, steps: u32) {
        let findings = self.findings.lock();
        let mut findings = findings.unwrap_or_else(PoisonError::into_inner);
        let mut known = findings.iter_mut();
        match known.find(|known| known.property == property.name) {
            Some(known) => known.steps = known.steps.min(steps),
            None => findings.push(Finding {
                property: property.name,
                is_violation: property.expectation == Expectation::Always,
                steps,
            }),
        }
    }

    fn phase(&self) -> Phase {
        let position = usize::from(self.phase.load(Relaxed));
        Phase::ALL.get(position).copied().unwrap_or_default()
    }

    /// Does some work in another phase, which snapshots show, and returns to exploring.
    pub fn during<T>(&self, phase: Phase, work: impl FnOnce() -> T) -> T {
        self.phase.store(phase as u8, Relaxed);
        let done = work();
        self.phase.store(Phase::Exploring as u8, Relaxed);
        done
    }

    /// Ends the search for states and begins the search for paths, which is the last
    /// phase.
    pub fn begin_to_find_paths(&self) {
        let _ = self.paths_begun.set(Instant::now());
        self.phase.store(Phase::FindingPaths as u8, Relaxed);
    }

    /// How long the run has been searching for paths after a person or the clock has
    /// ended its search for states, and why that was ended. None if neither ended it.
    pub(crate) fn overtime(&self) -> Option<(Duration, Reason)> {
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

    /// Stops the current phase of the run. If it was stopped already, the first reason
    /// stays.
    pub fn stop(&self, reason: Reason) {
        let _ = self.stop_reason().set(reason);
    }

    /// Where the reason is kept why the current phase was stopped.
    fn stop_reason(&self) -> &OnceLock<Reason> {
        match self.phase() {
            Phase::FindingPaths => &self.paths_stopped,
            Phase::Exploring | Phase::Connecting | Phase::Loading | Phase::Saving => &self.stopped,
        }
    }

    /// Why the search for states was stopped, if it was.
    pub fn stopped(&self) -> Option<Reason> {
        self.stopped.get().cloned()
    }

    /// Why the search for paths was stopped, if it was.
    pub(crate) fn paths_stopped(&self) -> Option<Reason> {
        self.paths_stopped.get().cloned()
    }

    /// Whether the current phase of the run was stopped.
    pub fn is_stopped(&self) -> bool {
        self.stop_reason().get().is_some()
    }

    /// Counts a distinct state. If that would exceed the limit, stops the run and returns
    /// false instead.
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

    /// Reserves a distinct state, which a thread counts later with others by
    /// [`Progress::add`]. If that would exceed the limit, stops the run and returns
    /// false.
    pub(crate) fn reserve_state(&self, limit: NonZeroU64) -> bool {
        let has_room = self.reserved.fetch_add(1, Relaxed) < limit.get();
        if !has_room {
            self.stop(Reason::StateLimit(limit));
        }
        has_room
    }

    /// Reserves distinct states that an earlier run has seen, so that they count against
    /// the limit.
    pub fn reserve_states(&self, states: u64) {
        self.reserved.fetch_add(states, Relaxed);
    }

    /// Adds what a thread has done since its last call: distinct states reached, states
    /// generated, states expanded, and the depth of the states reached.
    pub fn add(&self, states: u64, generated: u64, expanded: u64, depth: u32) {
        self.states.fetch_add(states, Relaxed);
        self.generated.fetch_add(generated, Relaxed);
        self.expanded.fetch_add(expanded, Relaxed);
        if states > 0 {
            self.depth.fetch_max(depth, Relaxed);
        }
    }

    /// Counts an expanded state and its successors.
    pub(crate) fn count_expanded(&self, successors: u64) {
        self.expanded.fetch_add(1, Relaxed);
        self.generated.fetch_add(successors, Relaxed);
    }
}
