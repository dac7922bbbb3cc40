//! Stateright's own searches, as a reference for the other engines.
//!
//! Stateright only decides in which order states are explored. The results come from
//! labels, which are kept beside its search (see `labels`).

mod labelled;
mod labels;

use crate::engine::Engine;
use crate::error::CheckError;
use crate::fingerprint::{Fingerprint, Hashing};
use crate::kernel::conclude::conclude;
use crate::kernel::findings::{Findings, Nearest, places, unexpandable};
use crate::kernel::path::follow_all;
use crate::panics;
use crate::problem::Problem;
use crate::report::{Method, ModelReport, Reason};
use ::stateright::{Checker, Model};
use labelled::Labelled;
use labels::{Label, Labels};
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// The order in which Stateright explores. An option of [`Stateright`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Breadth-first. Labels are rarely corrected.
    #[default]
    BreadthFirst,
    /// Depth-first. The results are the same, but labels are corrected often.
    DepthFirst,
}

impl Order {
    /// The name of the engine.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BreadthFirst => "stateright",
            Self::DepthFirst => "stateright-dfs",
        }
    }
}

/// The engine that runs one of Stateright's own searches. It has two independent
/// fingerprints of each state, ours and Stateright's, and compares them.
///
/// ```
/// # mod model { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/counter.rs")); }
/// # use model::Counter;
/// # use synod_checker::{CheckError, Extras, Problem, Question, check};
/// use std::num::NonZeroUsize;
/// use synod_checker::{Order, Stateright};
///
/// let engine = Stateright { threads: NonZeroUsize::MIN, order: Order::DepthFirst };
/// let question = Question::default();
/// let problem = Problem::new(Counter, Extras::default(), question, &Default::default())?;
/// let report = check(&problem, &engine)?;
/// assert_eq!(report.counterexamples[0].length(), 7);
/// # Ok::<(), CheckError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Stateright {
    /// The number of threads that explore.
    pub threads: NonZeroUsize,
    /// The order of the search.
    pub order: Order,
}

impl<M> Engine<M> for Stateright
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
{
    fn method(&self) -> Method {
        Method {
            engine: self.order.name().to_owned(),
            threads: self.threads.get(),
            processes: None,
            seed: Hashing::default().seed(),
            fingerprint: Hashing::default().width(),
            exact: None,
            finds_nearest: false,
        }
    }

    fn run(&self, problem: &Arc<Problem<M>>) -> Result<ModelReport<M>, CheckError> {
        let labels = Arc::new(Labels::new(Arc::clone(problem)));
        let explored = self.explore(&labels)?;
        if problem.stopped().is_none() && has_collision(&labels, explored) {
            problem.progress.stop(Reason::Collision);
        }
        let method = Engine::<M>::method(self);
        let findings = findings(&labels);
        let violations = findings.begin_to_find_paths(problem);
        let paths = violations
            .iter()
            .map(|found| labels.path_to(found.target.1));
        let paths: Vec<_> = paths.collect();
        let paths = paths.iter().map(|path| &path[..]);
        let paths = follow_all(
            problem,
            &|state: &M::State| Hashing::default().of(state),
            paths,
        );
        Ok(conclude(problem, method, findings, &violations, paths))
    }
}

impl Stateright {
    /// Explores, and returns the number of distinct states that Stateright counted.
    fn explore<M>(&self, labels: &Arc<Labels<M>>) -> Result<usize, CheckError>
    where
        M: Model + Send + Sync + 'static,
        M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
    {
        let builder = Labelled(Arc::clone(labels))
            .checker()
            .threads(self.threads.get());
        match self.order {
            Order::BreadthFirst => count(builder.spawn_bfs()),
            Order::DepthFirst => count(builder.spawn_dfs()),
        }
    }
}

/// Waits for Stateright's workers, and returns the number of distinct states.
/// Stateright's own `join` would lose the message of a panic.
fn count<M: Model>(mut checker: impl Checker<M>) -> Result<usize, CheckError>
where
    M::State: Hash,
{
    for worker in checker.handles() {
        worker
            .join()
            .map_err(|payload| CheckError::ModelPanicked(panics::message(payload.as_ref())))?;
    }
    Ok(checker.unique_state_count())
}

/// Whether the two fingerprints disagree: a state within the bound was never expanded, or
/// Stateright counted another number of states than was labelled.
fn has_collision<M: Model>(labels: &Labels<M>, stateright_counted: usize) -> bool {
    let bound = labels.bound();
    let (mut labelled, mut unexpanded) = (0, false);
    labels.for_each(|_, label| {
        labelled += 1;
        unexpanded |= label.depth < bound && label.successors.is_none();
    });
    let is_exhausted = bound == u32::MAX;
    unexpanded || (is_exhausted && labelled != stateright_counted)
}

/// The findings of the complete levels, which are those up to the bound. In a run that
/// was cut short no level is known to be complete, so everything counts.
fn findings<M: Model>(labels: &Labels<M>) -> Findings {
    let reason = labels.problem.stopped();
    let is_cut = reason.is_some();
    let properties = labels.problem.properties.len();
    let bound = if is_cut { u32::MAX } else { labels.bound() };
    let mut findings = Findings {
        states: 0,
        generated: labels.initial(),
        depth: 0,
        fingerprinted: 0,
        nearest: vec![None; places(properties)],
        is_nearest: !is_cut,
        is_exhausted: !is_cut && bound == u32::MAX,
        reason,
        exploration: None,
    };
    labels.for_each(|fingerprint, label| {
        findings.fingerprinted += 1;
        if label.depth <= bound {
            findings.states += 1;
            findings.depth = findings.depth.max(label.depth);
            add_found(&mut findings.nearest, properties, fingerprint, label);
        }
        if label.depth < bound {
            findings.generated += u64::from(label.successors.unwrap_or(0));
        }
    });
    // States expanded beyond the bound are not on the levels that count.
    let unexpandable = &mut findings.nearest[unexpandable(properties)];
    *unexpandable = unexpandable.filter(|(depth, _)| *depth <= bound);
    findings
}

fn add_found(nearest: &mut [Nearest], properties: usize, state: Fingerprint, label: &Label) {
    for (bit, nearest) in nearest.iter_mut().enumerate() {
        if label.found & (1 << bit) != 0 {
            // A state that cannot be expanded counts with the depth of its successors.
            let depth = label.depth + u32::from(bit == unexpandable(properties));
            let here = (depth, state);
            *nearest = Some(nearest.map_or(here, |known| known.min(here)));
        }
    }
}
