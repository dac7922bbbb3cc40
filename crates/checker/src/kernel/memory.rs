//! The memory limit of a search. Beyond it states wait in a file, if they can be stored. If
//! the fingerprints alone exceed it, the run ends as inconclusive.

use crate::problem::Problem;
use crate::report::{MemoryLimit, Reason};
use stateright::Model;

/// The memory that fingerprints and frontiers may use. An option of
/// [`SearchOptions`](crate::SearchOptions).
///
/// ```
/// # mod model { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/counter.rs")); }
/// # use model::Counter;
/// # use synod_checker::{CheckError, Extras, Levels, Problem, Question, SearchOptions, check};
/// use synod_checker::{MemoryLimit, Reason, StateMemory};
///
/// let limit = MemoryLimit { bytes: 1 << 10, of: None };
/// let memory = Some(StateMemory { bytes: 1 << 10, limit: limit.clone() });
/// let search = SearchOptions { memory, ..SearchOptions::default() };
/// let question = Question::default();
/// let problem = Problem::new(Counter, Extras::default(), question, &Default::default())?;
/// let report = check(&problem, &Levels { search, ..Levels::default() })?;
/// assert_eq!(report.reason, Some(Reason::MemoryLimit(limit)));
/// # Ok::<(), CheckError>(())
/// ```
#[derive(Clone, Debug)]
pub struct StateMemory {
    /// The number of bytes.
    pub bytes: u64,
    /// The limit of the whole process, which the [`Reason`] of a run names.
    pub limit: MemoryLimit,
}

impl StateMemory {
    /// The equal share of each of several workers.
    #[must_use]
    pub fn share_of(mut self, workers: usize) -> Self {
        self.bytes /= workers as u64;
        self
    }

    /// Whether the memory suffices for `needed` bytes. Stops the run if not.
    pub(crate) fn suffices<M: Model>(&self, problem: &Problem<M>, needed: u64) -> bool {
        let suffices = needed <= self.bytes;
        if !suffices {
            let reason = Reason::MemoryLimit(self.limit.clone());
            problem.progress.stop(reason);
        }
        suffices
    }
}
