//! Level-synchronous breadth-first search: all states at distance d from the initial
//! states are reached before any state at distance d + 1.
//!
//! Therefore every count over whole levels is the same for every number of threads and
//! every run, and the first level with a violation gives a shortest counterexample. Of
//! an expanded state only the fingerprint is kept, in the visited set
//! ([`crate::kernel::visited`]). The states of two levels are kept whole, in the
//! frontiers ([`crate::kernel::frontier`]): those to be expanded, and those reached from
//! them.
//!
//! Predecessors are not kept. The path to a violation is found by searching again, first
//! for the state half way (`paths`). A short run keeps its transitions instead, and walks
//! back along them (`transitions`). In the same way a state of any level is found by its
//! fingerprint ([`Levels::find`]).
//!
//! While a level is reached, the threads (`worker`) share the visited set and the frontiers, and
//! nothing else.
//!
//! If the model tells the ranks of its states, the visited set is a window: when a level is
//! complete, the fingerprints of all ranks up to the smallest one on that level are forgotten,
//! since every state that is still to be reached has a larger one.

mod checkpoint;
mod find;
mod paths;
mod transitions;
mod worker;

pub use find::{Found, FoundIn, Next};

use crate::engine::Engine;
use crate::error::{CheckError, Unusable};
use crate::fingerprint::Fingerprint;
use crate::kernel::conclude::conclude;
use crate::kernel::files::Checkpointing;
use crate::kernel::findings::{
    Findings, Nearest, awaited, found_in, is_decided, keep_nearest, open_at, places, tell_nearest,
};
use crate::kernel::frontier::{CHUNK, Frontiers};
use crate::kernel::intake::Space;
use crate::kernel::search::SearchOptions;
use crate::kernel::tally::{ByLevel, Tally};
use crate::kernel::visited::Visited;
use crate::problem::{Problem, Storage};
use crate::progress::Phase;
use crate::report::{Copies, Exploration, Method, ModelReport};
use crate::threads::on_threads;
use stateright::Model;
use std::collections::HashSet;
use std::convert::Infallible;
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant;
use transitions::Transitions;
use worker::{Marked, Round, RoundResult, Worker};

/// Our own breadth-first search, level by level: the fastest engine, and the one that
/// uses the least memory.
///
/// ```
/// # mod model { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/counter.rs")); }
/// # use model::Counter;
/// # use synod_checker::{CheckError, Extras, Problem, Question, check};
/// use std::num::NonZeroUsize;
/// use synod_checker::{Hashing, Levels, SearchOptions, Width};
///
/// let hashing = Hashing::new(7, Width::Bits128);
/// let search = SearchOptions { hashing, ..SearchOptions::default() };
/// let engine = Levels { threads: NonZeroUsize::new(2).unwrap(), search };
/// let question = Question::default();
/// let problem = Problem::new(Counter, Extras::default(), question, &Default::default())?;
/// let report = check(&problem, &engine)?;
/// assert_eq!((report.states, report.method.seed), (8, 7));
/// # Ok::<(), CheckError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Levels {
    /// The number of threads that explore.
    pub threads: NonZeroUsize,
    /// The other options of the search.
    pub search: SearchOptions,
}

impl Levels {
    /// The name of the engine.
    pub const NAME: &str = "levels";
}

impl Default for Levels {
    /// One thread, 64-bit fingerprints, no limit of memory, no checkpoints.
    fn default() -> Self {
        Self {
            threads: NonZeroUsize::MIN,
            search: SearchOptions::default(),
        }
    }
}

impl<M> Engine<M> for Levels
where
    M: Model + Send + Sync,
    M::State: Clone + Hash + Send + Sync,
{
    fn method(&self) -> Method {
        Method {
            engine: Self::NAME.to_owned(),
            threads: self.threads.get(),
            processes: None,
            seed: self.search.hashing.seed(),
            fingerprint: self.search.hashing.width(),
            exact: None,
            finds_nearest: true,
        }
    }

    fn run(&self, problem: &Arc<Problem<M>>) -> Result<ModelReport<M>, CheckError> {
        if let Some(to) = &self.search.checkpoint {
            to.prepare()?;
        }
        let search = Search {
            problem,
            options: &self.search,
            threads: self.threads,
            awaited: awaited(problem),
        };
        let (findings, predecessors) = search.run()?;
        let method = problem.exactly(Engine::<M>::method(self));
        let violations = findings.begin_to_find_paths(problem);
        let targets: Vec<_> = violations.iter().map(|found| found.target).collect();
        let paths = search.paths(&targets, predecessors.as_ref());
        let report = conclude(problem, method, findings, &violations, paths);
        search.remove_checkpoint();
        Ok(report)
    }
}

/// What a search works on: everything that does not change.
struct Search<'a, M: Model> {
    problem: &'a Problem<M>,
    options: &'a SearchOptions,
    threads: NonZeroUsize,
    /// The findings that end the run, as bits.
    awaited: u64,
}

/// The state of a search: everything that changes.
struct Run<M: Model> {
    visited: Visited,
    waiting: Frontiers<M>,
    tally: Tally,
    /// The number of distinct states of each complete level.
    levels: Vec<u64>,
    /// The transitions, fingerprints and sketches of each level.
    by_level: ByLevel,
    /// The number of distinct states so far of the level that is being reached.
    reached: u64,
    /// For each place of findings, the nearest one.
    nearest: Vec<Nearest>,
    /// The depth at which this run resumed from a checkpoint.
    resumed_at: Option<u32>,
    /// The transitions; none if they are not kept any more.
    transitions: Option<Transitions>,
    /// The expanded states that have marks (see [`Copies`]).
    marked: Vec<Marked>,
    /// The smallest rank on the level that is being reached, if states have ranks.
    least_rank: Option<u32>,
}

impl<M> Search<'_, M>
where
    M: Model + Send + Sync,
    M::State: Clone + Hash + Send + Sync,
{
    /// Explores until nothing is left, an awaited violation is found and its level is
    /// complete, or the run is stopped. Resumes from the checkpoint, if there is one.
    ///
    /// # Errors
    /// The checkpoint cannot be used.
    fn run(&self) -> Result<(Findings, Option<Transitions>), CheckError> {
        let checkpoints = self.options.checkpoints(self.problem);
        let mut run = match self.load_checkpoint(checkpoints.as_ref())? {
            Some(run) => self.resume(run),
            None => self.begin(),
        };
        let mut saved = Instant::now();
        while !run.waiting.current.is_empty()
            && !self.is_decided(&run)
            && self.problem.limits.goes_on()
        {
            self.expand_level(&mut run);
            if let Some((to, storage)) = &checkpoints
                && saved.elapsed() >= to.every
                && !run.waiting.current.is_empty()
                && !self.is_decided(&run)
                && self.problem.limits.goes_on()
            {
                let save = || self.save(&run, to, storage);
                if let Err(error) = self.problem.progress.during(Phase::Saving, save) {
                    self.problem.progress.could_not_save(&error);
                }
                saved = Instant::now();
            }
        }
        Ok(self.conclude(run))
    }

    /// The state of an earlier run, if there is a checkpoint. A fresh state if this run
    /// was stopped while it read.
    fn load_checkpoint(
        &self,
        checkpoints: Option<&(&Checkpointing, Storage<M>)>,
    ) -> Result<Option<Run<M>>, CheckError> {
        let Some((to, storage)) = checkpoints else {
            return Ok(None);
        };
        let load = || self.load(to, storage);
        match self.problem.progress.during(Phase::Loading, load) {
            Err(Unusable::Stopped) => Ok(Some(self.fresh())),
            loaded => loaded.map_err(|unusable| to.unusable(unusable)),
        }
    }

    /// Removes the checkpoint of a run that has ended, unless the run was stopped.
    fn remove_checkpoint(&self) {
        let progress = &self.problem.progress;
        let stopped = progress.stopped().or_else(|| progress.paths_stopped());
        if let (Some((to, _)), None) = (self.options.checkpoints(self.problem), stopped) {
            checkpoint::remove(&to.file);
        }
    }

    /// Resumes an earlier run: adds what it has seen to the progress.
    fn resume(&self, mut run: Run<M>) -> Run<M> {
        run.resumed_at = Some(run.levels.len() as u32);
        run.transitions = None; // Those of the earlier run are not in the checkpoint.
        let states = run.levels.iter().sum();
        let depth = run.levels.len() as u32;
        let expanded = states - run.waiting.current.len();
        self.problem
            .progress
            .add(states, run.tally.generated, expanded, depth);
        self.problem.progress.reserve_states(states);
        tell_nearest(self.problem, &run.nearest);
        run
    }

    /// Reaches the initial states.
    fn begin(&self) -> Run<M> {
        let mut run = self.fresh();
        let mut waiting = Vec::with_capacity(CHUNK);
        let extras = &self.problem.extras;
        extras.for_each_initial(self.problem.model(), |state| {
            waiting.push(state);
            if waiting.len() == CHUNK {
                self.reach_initial(&mut run, waiting.drain(..));
            }
            self.problem.limits.flow()
        });
        self.reach_initial(&mut run, waiting.drain(..));
        if self.problem.stopped().is_none() {
            run.end_level();
        }
        run
    }

    /// Reaches some of the initial states.
    fn reach_initial(&self, run: &mut Run<M>, states: impl Iterator<Item = M::State>) {
        let done = Worker::new(&self.round(run)).reach_initial(states);
        self.end_round(run, vec![done]);
    }

    fn expand_level(&self, run: &mut Run<M>) {
        let done = self.expand_all(run);
        self.end_round(run, done);
        if run.waiting.current.is_empty() && self.problem.stopped().is_none() {
            run.end_level();
        }
    }

    fn expand_all(&self, run: &Run<M>) -> Vec<RoundResult> {
        let round = self.round(run);
        // Starting a thread costs more than expanding a few states.
        let useful = run.waiting.current.len() / 512 + 1;
        let threads = (self.threads.get() as u64).min(useful) as usize;
        on_threads(threads, || Worker::new(&round).work())
    }

    fn round<'r>(&'r self, run: &'r Run<M>) -> Round<'r, M> {
        Round {
            space: self.space(run),
            depth: run.depth(),
            most_edges: run.transitions.as_ref().map(|_| self.most_transitions()),
            open: open_at(run.depth(), self.problem, &run.nearest),
            more_bytes: run.bytes_of_marked(),
        }
    }

    /// Adds the results of the workers to the run.
    fn end_round(&self, run: &mut Run<M>, done: Vec<RoundResult>) {
        for mut done in done {
            run.add(&done.tally, &done.found.take());
            tell_nearest(self.problem, &run.nearest);
            if let Some(transitions) = &mut run.transitions {
                transitions.add(run.levels.len(), done.edges);
            }
            run.marked.extend(done.marked);
            let least = run.least_rank.into_iter().chain(done.least_rank);
            run.least_rank = least.min();
        }
        if let Some(transitions) = &run.transitions {
            let bytes = transitions.bytes() + run.waiting.bytes();
            if transitions.len() > self.most_transitions() || self.space(run).is_short(bytes) {
                run.transitions = None;
            }
        }
        self.space(run).make_room(run.bytes_of_marked());
    }

    fn most_transitions(&self) -> usize {
        transitions::most(self.problem.extras.numbering.is_some())
    }

    fn is_decided(&self, run: &Run<M>) -> bool {
        is_decided(self.awaited, &run.nearest)
    }

    fn conclude(&self, run: Run<M>) -> (Findings, Option<Transitions>) {
        let reason = self.problem.stopped();
        let is_exhausted = reason.is_none() && !self.is_decided(&run);
        let is_kept = self.problem.extras.rank.is_none();
        let copies = if is_exhausted && is_kept {
            run.copies()
        } else {
            None
        };
        let states = run.levels.iter().sum::<u64>() + run.reached;
        let exploration = run.by_level.add_to(Exploration {
            copies,
            found_in: found_in(self.problem, &run.nearest),
            resumed_at: run.resumed_at,
            stored: run.waiting.stored(),
            levels: run.levels.clone(),
            ..run.tally.exploration(self.problem)
        });
        let findings = Findings {
            states,
            generated: run.tally.generated,
            depth: run.levels.len() as u32 + u32::from(run.reached > 0),
            fingerprinted: states,
            nearest: run.nearest,
            is_nearest: true,
            is_exhausted,
            reason,
            exploration: Some(exploration),
        };
        (findings, run.transitions)
    }
}

impl<M: Model> Run<M> {
    /// The depth of the states that are being reached.
    fn depth(&self) -> u32 {
        self.levels.len() as u32 + 1
    }

    /// Ends the level that was being reached: it is complete.
    fn end_level(&mut self) {
        debug_assert!(
            self.waiting.current.is_empty(),
            "a state of the level before was not expanded"
        );
        self.waiting.end_level();
        self.by_level.end_level(&self.tally);
        if let Some(least) = self.least_rank.take() {
            // What is still to be reached has a larger rank.
            self.visited.forget_through(least);
        }
        if self.reached > 0 {
            self.levels.push(self.reached);
            self.reached = 0;
        }
    }

    /// The bytes that the states with marks take, including those that counting copies
    /// will take: for each state an entry here, and one in each of two sets.
    fn bytes_of_marked(&self) -> u64 {
        (self.marked.len() * (size_of::<Marked>() + 4 * size_of::<Fingerprint>())) as u64
    }

    /// Counts the copies: states with marks that exist without marks, too, or with other
    /// marks. Of several states that differ only in their marks, all but one are copies.
    fn copies(&self) -> Option<Copies> {
        if self.marked.is_empty() {
            return None;
        }
        let bare: HashSet<Fingerprint> = self.marked.iter().map(|&(bare, _)| bare).collect();
        let mut known = HashSet::new();
        let Ok(()) = self.visited.for_each(|(fingerprint, _)| {
            if bare.contains(&fingerprint) {
                known.insert(fingerprint);
            }
            Ok::<_, Infallible>(())
        });
        let copies = self.marked.iter().filter(|(bare, _)| !known.insert(*bare));
        Some(
            copies.fold(Copies::default(), |sum, &(_, successors)| Copies {
                states: sum.states + 1,
                transitions: sum.transitions + successors,
            }),
        )
    }

    /// Adds the counts and findings of a worker.
    fn add(&mut self, tally: &Tally, found: &[Option<Fingerprint>]) {
        self.tally.add(tally);
        self.reached += tally.new_states;
        let depth = self.depth();
        keep_nearest(&mut self.nearest, depth, found);
    }
}

impl<M: Model> Search<'_, M> {
    /// The state of a search before its first state.
    fn fresh(&self) -> Run<M> {
        Run {
            visited: Visited::new(self.problem.fingerprint_bits(self.options.hashing)),
            waiting: Frontiers::new(self.problem),
            tally: Tally::new(self.problem.extras.names().len()),
            levels: Vec::new(),
            by_level: ByLevel::default(),
            reached: 0,
            nearest: vec![None; places(self.problem.properties.len())],
            resumed_at: None,
            transitions: Some(Transitions::new()),
            marked: Vec::new(),
            least_rank: None,
        }
    }

    fn space<'r>(&'r self, run: &'r Run<M>) -> Space<'r, M> {
        Space {
            problem: self.problem,
            options: self.options,
            visited: &run.visited,
            waiting: &run.waiting,
        }
    }
}
