//! Level-synchronous breadth-first search: the states at distance d, all of
//! them, before any at distance d + 1.
//!
//! So every count that is made of whole levels is the same for every number of
//! threads and every run, and the first level on which a property is found
//! violated has a shortest counterexample. What is kept of a state that was
//! expanded is its fingerprint ([`crate::kernel::visited`]); the states themselves live on two
//! levels only ([`crate::kernel::frontier`]). Predecessors are not kept: the path to a
//! violation is found by searching again, for the states half way (`paths`),
//! but in a short run by walking back (`transitions`).
//!
//! A level is explored in rounds (`worker`), between which the set of
//! fingerprints grows. Within a round threads share that set and the states
//! that wait, and nothing else.

mod checkpoint;
mod paths;
mod transitions;
mod worker;

use crate::engine::Engine;
use crate::error::{CheckError, Unusable};
use crate::fingerprint::Fingerprint;
use crate::kernel::conclude::conclude;
use crate::kernel::files::Checkpointing;
use crate::kernel::findings::{
    Findings, Nearest, awaited, is_decided, keep_nearest, open_at, places, tell_nearest,
};
use crate::kernel::frontier::{CHUNK, Frontiers};
use crate::kernel::intake::Space;
use crate::kernel::search::SearchOptions;
use crate::kernel::tally::Tally;
use crate::kernel::visited::Visited;
use crate::problem::{Problem, Storage};
use crate::progress::Phase;
use crate::report::{Copies, Exploration, Method, ModelReport};
use crate::threads::on_threads;
use stateright::Model;
use std::collections::HashSet;
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use transitions::{Edge, Transitions};
use worker::{Marked, Round, RoundResult, Worker};

/// Our own breadth-first search, level by level: the fast one, and sparing.
#[derive(Clone, Debug)]
pub struct Levels {
    /// How many threads explore.
    pub threads: NonZeroUsize,
    /// What else is asked of the search.
    pub search: SearchOptions,
}

impl Levels {
    /// The name of the engine.
    pub const NAME: &str = "levels";
}

impl Default for Levels {
    /// On one thread, without limits.
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
        let method = Engine::<M>::method(self);
        let violations = findings.begin_to_find_paths(problem);
        let targets: Vec<_> = violations.iter().map(|found| found.target).collect();
        let paths = search.paths(&targets, predecessors.as_ref());
        let report = conclude(problem, method, findings, &violations, paths);
        search.is_done();
        Ok(report)
    }
}

/// A problem, and what is asked of the search.
struct Search<'a, M: Model> {
    problem: &'a Problem<M>,
    options: &'a SearchOptions,
    threads: NonZeroUsize,
    /// The findings that end the run, as bits.
    awaited: u64,
}

/// Where a search is: everything that changes.
struct Run<M: Model> {
    visited: Visited,
    waiting: Frontiers<M>,
    tally: Tally,
    /// Distinct states of each level that is whole.
    levels: Vec<u64>,
    /// Distinct states of the level that is being reached.
    reached: u64,
    nearest: Vec<Nearest>,
    /// The depth at which this run took over from another.
    resumed_at: Option<u32>,
    /// The transitions, as long as there are few.
    transitions: Option<Transitions>,
    /// States with marks.
    marked: Vec<Marked>,
}

impl<M> Search<'_, M>
where
    M: Model + Sync,
    M::State: Clone + Hash + Send + Sync,
{
    /// Explores until nothing is left, an awaited violation is found and its
    /// level is whole, or the run is stopped. Goes on from a checkpoint, if
    /// there is one.
    ///
    /// # Errors
    /// The checkpoint cannot be used.
    fn run(&self) -> Result<(Findings, Option<Transitions>), CheckError> {
        let checkpoints = self.options.checkpoints(self.problem);
        let mut run = match self.loaded(checkpoints.as_ref())? {
            Some(run) => self.go_on(run),
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

    /// Where an earlier run was, if there is a checkpoint; nothing if this run
    /// was stopped while it read.
    fn loaded(
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

    /// The run has told all it has found: its checkpoint is of no use any more,
    /// unless it was stopped.
    fn is_done(&self) {
        let progress = &self.problem.progress;
        let stopped = progress.stopped().or_else(|| progress.paths_stopped());
        if let (Some((to, _)), None) = (self.options.checkpoints(self.problem), stopped) {
            checkpoint::remove(&to.file);
        }
    }

    /// Tells those who watch what an earlier run has seen.
    fn go_on(&self, mut run: Run<M>) -> Run<M> {
        run.resumed_at = Some(run.levels.len() as u32);
        run.transitions = None; // The earlier run has taken its own away.
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
        let Problem { model, extras, .. } = self.problem;
        extras.for_each_initial(model, |state| {
            waiting.push(state);
            if waiting.len() == CHUNK {
                self.begin_with(&mut run, waiting.drain(..));
            }
            self.problem.limits.flow()
        });
        self.begin_with(&mut run, waiting.drain(..));
        if self.problem.stopped().is_none() {
            run.end_level();
        }
        run
    }

    /// Reaches some of the initial states.
    fn begin_with(&self, run: &mut Run<M>, states: impl Iterator<Item = M::State>) {
        let done = Worker::new(&self.round(run)).begin_with(states);
        self.end_round(run, vec![done]);
    }

    fn expand_level(&self, run: &mut Run<M>) {
        while !run.waiting.current.is_empty() && self.problem.limits.goes_on() {
            let done = self.expand_round(run);
            self.end_round(run, done);
        }
        if run.waiting.current.is_empty() && self.problem.stopped().is_none() {
            run.end_level();
        }
    }

    fn expand_round(&self, run: &Run<M>) -> Vec<RoundResult<M::State>> {
        let round = self.round(run);
        // A thread costs more than the work on a few states.
        let useful = run.waiting.current.len() / 512 + 1;
        let threads = (self.threads.get() as u64).min(useful) as usize;
        on_threads(threads, || Worker::new(&round).work())
    }

    fn round<'r>(&'r self, run: &'r Run<M>) -> Round<'r, M> {
        Round {
            space: self.space(run),
            is_crowded: AtomicBool::new(false),
            depth: run.depth(),
            keeps_edges: run.transitions.is_some(),
            open: open_at(run.depth(), self.problem, &run.nearest),
        }
    }

    /// Takes in what the workers found, and makes room for more.
    fn end_round(&self, run: &mut Run<M>, mut done: Vec<RoundResult<M::State>>) {
        loop {
            let mut overflow = Vec::new();
            for mut done in done {
                run.take_in(&done.tally, &done.found.take());
                tell_nearest(self.problem, &run.nearest);
                run.follow(&done.edges);
                run.marked.extend(done.marked);
                overflow.extend(done.overflow);
            }
            if self.space(run).make_room(run.bytes_of_marked()) {
                run.visited.grow();
            }
            if overflow.is_empty() || !self.problem.limits.goes_on() {
                return;
            }
            for arrival in &overflow {
                run.visited.grow_for(arrival.fingerprint);
            }
            done = vec![Worker::new(&self.round(run)).insert(overflow)];
        }
    }

    fn is_decided(&self, run: &Run<M>) -> bool {
        is_decided(self.awaited, &run.nearest)
    }

    fn conclude(&self, run: Run<M>) -> (Findings, Option<Transitions>) {
        let reason = self.problem.stopped();
        let is_exhausted = reason.is_none() && !self.is_decided(&run);
        let copies = if is_exhausted { run.copies() } else { None };
        let states = run.levels.iter().sum::<u64>() + run.reached;
        let findings = Findings {
            states,
            generated: run.tally.generated,
            depth: run.levels.len() as u32 + u32::from(run.reached > 0),
            fingerprinted: states,
            nearest: run.nearest,
            is_nearest: true,
            is_exhausted,
            reason,
            exploration: Some(Exploration {
                levels: run.levels,
                copies,
                resumed_at: run.resumed_at,
                stored: run.waiting.stored(),
                ..run.tally.exploration(self.problem.extras.names())
            }),
        };
        (findings, run.transitions)
    }
}

impl<M: Model> Run<M> {
    /// The depth of the states that are being reached.
    fn depth(&self) -> u32 {
        self.levels.len() as u32 + 1
    }

    /// The level that was reached is whole.
    fn end_level(&mut self) {
        debug_assert!(self.waiting.current.is_empty(), "all are expanded");
        self.waiting.end_level();
        if self.reached > 0 {
            self.levels.push(self.reached);
            self.reached = 0;
        }
    }

    /// What the states with marks take now, and once copies are counted: an entry
    /// each here, and one in each of two sets.
    fn bytes_of_marked(&self) -> u64 {
        (self.marked.len() * (size_of::<Marked>() + 4 * size_of::<Fingerprint>())) as u64
    }

    /// Of the states with marks, those that are known without them, or with others.
    fn copies(&self) -> Option<Copies> {
        if self.marked.is_empty() {
            return None;
        }
        let bare: HashSet<Fingerprint> = self.marked.iter().map(|&(bare, _)| bare).collect();
        let mut known: HashSet<Fingerprint> =
            self.visited.iter().filter(|f| bare.contains(f)).collect();
        let copies = self.marked.iter().filter(|(bare, _)| !known.insert(*bare));
        Some(
            copies.fold(Copies::default(), |sum, &(_, successors)| Copies {
                states: sum.states + 1,
                transitions: sum.transitions + successors,
            }),
        )
    }

    /// Keeps the transitions, unless that makes too many.
    fn follow(&mut self, edges: &[Edge]) {
        let steps = self.levels.len();
        if self
            .transitions
            .as_mut()
            .is_some_and(|transitions| !transitions.add(steps, edges))
        {
            self.transitions = None;
        }
    }

    fn take_in(&mut self, tally: &Tally, found: &[Option<Fingerprint>]) {
        self.tally.add(tally);
        self.reached += tally.new_states;
        let depth = self.depth();
        keep_nearest(&mut self.nearest, depth, found);
    }
}

impl<M: Model> Search<'_, M> {
    /// Before the first state.
    fn fresh(&self) -> Run<M> {
        Run {
            visited: Visited::new(self.options.hashing.is_wide()),
            waiting: Frontiers::new(self.problem),
            tally: Tally::new(self.problem.extras.names().len()),
            levels: Vec::new(),
            reached: 0,
            nearest: vec![None; places(self.problem.properties.len())],
            resumed_at: None,
            transitions: Some(Transitions::new()),
            marked: Vec::new(),
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
