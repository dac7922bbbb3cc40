//! Level-synchronous breadth-first search: the states at distance d, all of
//! them, before any at distance d + 1.
//!
//! So every count that is made of whole levels is the same for every number of
//! threads and every run, and the first level on which a property is found
//! violated has a shortest counterexample. What is kept of a state that was
//! expanded is its fingerprint ([`visited`]); the states themselves live on two
//! levels only ([`frontier`]). Predecessors are not kept: the path to a
//! violation is found by searching again, for the states half way ([`paths`]),
//! but in a short run by walking back ([`trail`]).
//!
//! A level is explored in rounds ([`worker`]), between which the set of
//! fingerprints grows. Within a round threads share that set and the states
//! that wait, and nothing else.

pub(crate) mod checkpoint;
pub(crate) mod frontier;
pub(crate) mod paths;
pub(crate) mod tally;
mod trail;
pub(crate) mod visited;
mod worker;

use crate::coverage::{Copies, Exploration};
use crate::engine::CheckError;
use crate::fingerprint::{Fingerprint, Hashing};
use crate::limits::Limits;
use crate::options::{Checkpointing, Extras, Options, Storage};
use crate::panics;
use crate::progress::{Phase, Progress};
use crate::properties::{Nearest, awaited, is_decided, keep_nearest};
use crate::report::Reason;
use checkpoint::Unusable;
use frontier::{CHUNK, Frontier};
use stateright::{Model, Property};
use std::collections::{BTreeMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use tally::Tally;
use trail::{Edge, Trail};
use visited::Visited;
use worker::{Candidate, Done, Marked, Round, Worker};

/// A model, what is asked of it, and how.
pub(crate) struct Search<'a, M: Model> {
    pub(crate) model: &'a M,
    pub(crate) properties: Vec<Property<M>>,
    pub(crate) hashing: Hashing,
    extras: &'a Extras<M>,
    options: &'a Options,
    pub(crate) progress: &'a Arc<Progress>,
    /// Bits of the properties whose violation ends the run.
    awaited: u64,
    limits: Limits,
}

/// What a search has found when it ends.
pub(crate) struct Findings {
    /// Distinct states: of whole levels, unless the run was cut.
    pub(crate) states: u64,
    /// Initial states and transitions.
    pub(crate) generated: u64,
    /// The levels that were reached.
    pub(crate) depth: u32,
    /// By property.
    pub(crate) nearest: Vec<Nearest>,
    /// Whether the run has seen everything and was to see everything.
    pub(crate) is_exhausted: bool,
    /// Why the run ended early, if it did.
    pub(crate) reason: Option<Reason>,
    pub(crate) exploration: Exploration,
    /// The transitions, if there were few.
    pub(crate) trail: Option<Trail>,
    /// The fingerprints on the way to each violation, if they were kept.
    pub(crate) ways: Option<Ways>,
}

/// The fingerprints on the way to states whose depth and fingerprint are known.
pub(crate) type Ways = BTreeMap<(u32, Fingerprint), Vec<Fingerprint>>;

/// Where a search is: everything that changes.
struct Run<M: Model> {
    visited: Visited,
    current: Frontier<M>,
    next: Frontier<M>,
    tally: Tally,
    /// Distinct states of each level that is whole.
    levels: Vec<u64>,
    /// Distinct states of the level that is being reached.
    reached: u64,
    nearest: Vec<Nearest>,
    /// The depth at which this run took over from another.
    resumed_at: Option<u32>,
    /// The transitions, as long as there are few.
    trail: Option<Trail>,
    /// States with marks.
    marked: Vec<Marked>,
}

impl<'a, M> Search<'a, M>
where
    M: Model + Sync,
    M::State: Clone + Hash + Send + Sync,
{
    pub(crate) fn new(
        model: &'a M,
        extras: &'a Extras<M>,
        options: &'a Options,
        progress: &'a Arc<Progress>,
    ) -> Self {
        let properties = model.properties();
        Self {
            model,
            awaited: awaited(&properties, &options.until),
            properties,
            hashing: Hashing::new(options.seed, options.fingerprint),
            extras,
            options,
            progress,
            limits: Limits::from_now(options, progress),
        }
    }

    /// Explores until nothing is left, an awaited violation is found and its
    /// level is whole, or the run is stopped. Goes on from a checkpoint, if
    /// there is one.
    ///
    /// # Errors
    /// The checkpoint cannot be used.
    pub(crate) fn run(&self) -> Result<Findings, CheckError> {
        let checkpoints = self.checkpoints();
        let mut run = match self.loaded(checkpoints.as_ref())? {
            Some(run) => self.go_on(run),
            None => self.begin(),
        };
        let mut saved = Instant::now();
        while !run.current.is_empty() && !self.is_decided(&run) && self.limits.goes_on() {
            self.expand_level(&mut run);
            if let Some((to, storage)) = &checkpoints
                && saved.elapsed() >= to.every
                && !run.current.is_empty()
                && !self.is_decided(&run)
                && self.limits.goes_on()
            {
                let save = || self.save(&run, to, storage);
                if let Err(error) = self.progress.during(Phase::Saving, save) {
                    self.progress.could_not_save(&error);
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
        match self.progress.during(Phase::Loading, load) {
            Err(Unusable::Stopped) => Ok(Some(self.fresh())),
            loaded => loaded.map_err(|unusable| {
                let file = to.file.clone();
                let why = unusable.to_string();
                CheckError::Checkpoint { file, why }
            }),
        }
    }

    /// The run has told all it has found: its checkpoint is of no use any more,
    /// unless it was stopped.
    pub(crate) fn is_done(&self) {
        let stopped = self.stopped().or_else(|| self.progress.ways_stopped());
        if let (Some((to, _)), None) = (self.checkpoints(), stopped) {
            checkpoint::remove(&to.file);
        }
    }

    /// Where checkpoints go, and how states become bytes.
    fn checkpoints(&self) -> Option<(&Checkpointing, Storage<M>)> {
        let to = self.options.checkpoint.as_ref()?;
        Some((to, self.extras.storage?))
    }

    /// Tells those who watch what an earlier run has seen.
    fn go_on(&self, mut run: Run<M>) -> Run<M> {
        run.resumed_at = Some(run.levels.len() as u32);
        run.trail = None; // Who was before has taken its own away.
        let states = run.levels.iter().sum();
        let depth = run.levels.len() as u32;
        let expanded = states - run.current.len();
        self.progress
            .add(states, run.tally.generated, expanded, depth);
        self.progress.reserve_states(states);
        self.tell_of_findings(&run);
        run
    }

    /// Reaches the initial states.
    fn begin(&self) -> Run<M> {
        let mut run = self.fresh();
        let mut waiting = Vec::with_capacity(CHUNK);
        self.extras.for_each_initial(self.model, |state| {
            waiting.push(state);
            if waiting.len() == CHUNK {
                self.begin_with(&mut run, waiting.drain(..));
            }
            self.limits.flow()
        });
        self.begin_with(&mut run, waiting.drain(..));
        if self.stopped().is_none() {
            run.end_level();
        }
        run
    }

    /// Reaches some of the initial states.
    fn begin_with(&self, run: &mut Run<M>, states: impl Iterator<Item = M::State>) {
        let done = {
            let round = self.round(run);
            let mut worker = Worker::new(self, &round);
            states.for_each(|state| worker.begin_with(state));
            worker.finish()
        };
        self.end_round(run, vec![done]);
    }

    fn expand_level(&self, run: &mut Run<M>) {
        while !run.current.is_empty() && self.limits.goes_on() {
            let done = self.expand_round(run);
            self.end_round(run, done);
        }
        if run.current.is_empty() && self.progress.stopped().is_none() {
            run.end_level();
        }
    }

    fn expand_round(&self, run: &Run<M>) -> Vec<Done<M::State>> {
        let round = self.round(run);
        // A thread costs more than the work on a few states.
        let useful = run.current.len() / 512 + 1;
        let threads = (self.options.threads.get() as u64).min(useful);
        std::thread::scope(|scope| {
            let start = || {
                let work = || Worker::new(self, &round).work();
                std::thread::Builder::new().spawn_scoped(scope, work)
            };
            // Where there is no thread any more, the others do its work.
            let others: Vec<_> = (1..threads).filter_map(|_| start().ok()).collect();
            let mut done = vec![Worker::new(self, &round).work()];
            for other in others {
                match other.join() {
                    Ok(other) => done.push(other),
                    // The model panicked: so does the run.
                    Err(payload) => std::panic::resume_unwind(payload),
                }
            }
            done
        })
    }

    fn round<'r>(&self, run: &'r Run<M>) -> Round<'r, M> {
        let is_open = |bit: &usize| run.nearest[*bit].is_none_or(|(depth, _)| depth == run.depth());
        Round {
            visited: &run.visited,
            current: &run.current,
            next: &run.next,
            is_crowded: AtomicBool::new(false),
            depth: run.depth(),
            is_trailing: run.trail.is_some(),
            open: (0..self.properties.len()).filter(is_open).collect(),
        }
    }

    /// Takes in what the workers found, and makes room for more.
    fn end_round(&self, run: &mut Run<M>, mut done: Vec<Done<M::State>>) {
        loop {
            let mut homeless = Vec::new();
            for done in done {
                run.take_in(&done.tally, &done.found);
                self.tell_of_findings(run);
                run.follow(&done.edges);
                run.marked.extend(done.marked);
                homeless.extend(done.homeless);
            }
            self.make_room(run);
            if homeless.is_empty() || !self.limits.goes_on() {
                return;
            }
            done = vec![self.house(run, homeless)];
        }
    }

    /// Finds room for the states that had none.
    fn house(&self, run: &mut Run<M>, homeless: Vec<Candidate<M::State>>) -> Done<M::State> {
        for candidate in &homeless {
            run.visited.grow_for(candidate.fingerprint);
        }
        let round = self.round(run);
        let mut worker = Worker::new(self, &round);
        worker.settle(homeless);
        worker.finish()
    }

    /// Lets the set of fingerprints grow, and states wait in the file if there
    /// is no memory for both.
    fn make_room(&self, run: &mut Run<M>) {
        if let Some(limit) = self.options.max_memory {
            let needed = run.visited.bytes_if_grown();
            if needed > limit {
                self.stop(Reason::MemoryLimit(limit));
                return;
            }
            let waiting = run.current.bytes() + run.next.bytes();
            if needed + waiting + run.bytes_of_marked() > limit {
                if !run.next.can_store() {
                    self.stop(Reason::MemoryLimit(limit));
                    return;
                }
                for frontier in [&run.current, &run.next] {
                    if let Err(error) = frontier.store_all(self.model) {
                        self.stop(Reason::Storage(error.to_string()));
                    }
                }
            }
        }
        run.visited.grow();
    }

    /// So that they are known, whatever becomes of the run.
    fn tell_of_findings(&self, run: &Run<M>) {
        for (property, nearest) in self.properties.iter().zip(&run.nearest) {
            if let Some((depth, _)) = nearest {
                self.progress.found(property, depth - 1);
            }
        }
    }

    fn is_decided(&self, run: &Run<M>) -> bool {
        is_decided(self.awaited, &run.nearest)
    }

    fn conclude(&self, run: Run<M>) -> Findings {
        let reason = self.progress.stopped();
        let is_exhausted = reason.is_none() && !self.is_decided(&run);
        let copies = if is_exhausted { run.copies() } else { None };
        Findings {
            states: run.levels.iter().sum::<u64>() + run.reached,
            generated: run.tally.generated,
            depth: run.levels.len() as u32 + u32::from(run.reached > 0),
            nearest: run.nearest,
            is_exhausted,
            reason,
            trail: run.trail,
            ways: None,
            exploration: Exploration {
                branching: run.tally.branching.branching(),
                actions: run.tally.by_kind(self.extras.names()),
                levels: run.levels,
                copies,
                resumed_at: run.resumed_at,
                stored: run.current.stored() + run.next.stored(),
                distribution: None,
            },
        }
    }
}

impl<M: Model> Run<M> {
    /// The depth of the states that are being reached.
    fn depth(&self) -> u32 {
        self.levels.len() as u32 + 1
    }

    /// The level that was reached is whole.
    fn end_level(&mut self) {
        debug_assert!(self.current.is_empty(), "all are expanded");
        self.current.clear();
        if self.reached > 0 {
            self.levels.push(self.reached);
            self.reached = 0;
        }
        std::mem::swap(&mut self.current, &mut self.next);
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
            .trail
            .as_mut()
            .is_some_and(|trail| !trail.add(steps, edges))
        {
            self.trail = None;
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
            visited: Visited::new(self.hashing.is_wide()),
            current: Frontier::new(self.extras.storage),
            next: Frontier::new(self.extras.storage),
            tally: Tally::new(self.extras.names().len()),
            levels: Vec::new(),
            reached: 0,
            nearest: vec![None; panics::places(self.properties.len())],
            resumed_at: None,
            trail: Some(Trail::new()),
            marked: Vec::new(),
        }
    }

    /// Why the run was stopped, if it was.
    pub(crate) fn stopped(&self) -> Option<Reason> {
        self.progress.stopped()
    }

    fn stop(&self, reason: Reason) {
        self.progress.stop(reason);
    }

    fn is_short_of_memory(&self, round: &Round<'_, M>) -> bool {
        self.options.max_memory.is_some_and(|limit| {
            let waiting = round.current.bytes() + round.next.bytes();
            round.visited.bytes_if_grown() + waiting > limit
        })
    }
}
