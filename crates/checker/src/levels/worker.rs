//! What one thread does in a round: it takes states that wait, computes their
//! successors, and leaves those that are new to wait for the next level.

use super::Search;
use super::predecessors::{Edge, MOST};
use crate::fingerprint::Fingerprint;
use crate::kernel::expand::{Expander, expand_all};
use crate::kernel::findings::LevelFindings;
use crate::kernel::frontier::{CHUNK, Frontiers};
use crate::kernel::tally::Tally;
use crate::kernel::visited::{Counts, Inserted, Visited};
use crate::panics;
use stateright::Model;
use std::hash::Hash;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// How many successors are looked up together, so that the memory answers for
/// all of them at once.
const BATCH: usize = 64;

/// What the threads of a round share.
pub(super) struct Round<'r, M: Model> {
    pub(super) visited: &'r Visited,
    pub(super) waiting: &'r Frontiers<M>,
    /// Set when the fingerprints should have more room: the round ends.
    pub(super) is_crowded: AtomicBool,
    /// The depth of the states that are reached.
    pub(super) depth: u32,
    /// Whether transitions are kept.
    pub(super) keeps_edges: bool,
    /// The properties of which nothing is found yet.
    pub(super) open: Vec<usize>,
}

/// A state with marks: its fingerprint without them, and how many transitions
/// leave it.
pub(super) type Marked = (Fingerprint, u64);

/// A state that was reached, and the kind of action by which, if it is known.
pub(super) struct Arrival<S> {
    pub(super) fingerprint: Fingerprint,
    pub(super) state: S,
    pub(super) kind: Option<usize>,
}

/// What a worker has found in a round.
pub(super) struct RoundResult<S> {
    pub(super) tally: Tally,
    /// For each property the smallest fingerprint of a state with a finding.
    pub(super) found: LevelFindings,
    /// States with marks that were expanded.
    pub(super) marked: Vec<Marked>,
    /// The transitions, if they are kept.
    pub(super) edges: Vec<Edge>,
    /// States for whose fingerprints there was no room.
    pub(super) overflow: Vec<Arrival<S>>,
}

/// A thread's own part of a round.
pub(super) struct Worker<'r, M: Model> {
    search: &'r Search<'r, M>,
    expander: Expander<M>,
    reached: Reached<'r, M>,
    /// How much of the tally was told to those who watch.
    told: (u64, u64),
}

/// What becomes of the states that a worker reaches.
struct Reached<'r, M: Model> {
    search: &'r Search<'r, M>,
    round: &'r Round<'r, M>,
    batch: Vec<Arrival<M::State>>,
    new: Vec<M::State>,
    counts: Counts,
    done: RoundResult<M::State>,
}

impl<'r, M> Worker<'r, M>
where
    M: Model,
    M::State: Hash,
{
    pub(super) fn new(search: &'r Search<'r, M>, round: &'r Round<'r, M>) -> Self {
        let problem = search.problem;
        Self {
            search,
            expander: Expander::new(problem),
            reached: Reached {
                search,
                round,
                batch: Vec::with_capacity(BATCH),
                new: Vec::new(),
                counts: Counts::none(),
                done: RoundResult {
                    tally: Tally::new(problem.extras.names().len()),
                    found: LevelFindings::nothing(problem.properties.len()),
                    marked: Vec::new(),
                    edges: Vec::new(),
                    overflow: Vec::new(),
                },
            },
            told: (0, 0),
        }
    }

    /// Expands states that wait until none is left or the round ends.
    pub(super) fn work(mut self) -> RoundResult<M::State> {
        let (problem, round) = (self.search.problem, self.reached.round);
        while !round.is_crowded.load(Relaxed)
            && problem.limits.goes_on()
            && let Some(states) = round.waiting.pop(problem)
        {
            let expanded = self.expand_all(&states);
            self.reached.look_up();
            self.tell(expanded);
        }
        self.finish()
    }

    /// Expands these states, unless the run is stopped meanwhile; how many.
    fn expand_all(&mut self, states: &[M::State]) -> u64 {
        let Search {
            problem, options, ..
        } = *self.search;
        let (expanded, unexpandable) = expand_all(problem, states, |state| self.expand(state));
        let unexpandable = unexpandable.into_iter();
        let found = &mut self.reached.done.found;
        found.keep_unexpandable(unexpandable.map(|state| options.hashing.of(state)));
        expanded
    }

    fn expand(&mut self, state: &M::State) {
        let Self {
            search,
            expander,
            reached,
            ..
        } = self;
        let keeps_edges = reached.round.keeps_edges;
        let from = keeps_edges.then(|| search.options.hashing.of(state));
        let successors = expander.expand(search.problem, state, |next, kind| {
            reached.reach(next, kind, from);
        });
        reached.note_marks(state, successors);
    }

    /// Reaches an initial state.
    pub(super) fn begin_with(&mut self, state: M::State) {
        self.reached.done.tally.generated += 1;
        self.reached.reach(state, None, None);
    }

    /// As [`Reached::insert`].
    pub(super) fn insert(&mut self, arrivals: impl IntoIterator<Item = Arrival<M::State>>) {
        self.reached.insert(arrivals);
    }

    fn tell(&mut self, expanded: u64) {
        let Reached {
            round,
            counts,
            done,
            ..
        } = &mut self.reached;
        if round.visited.count(counts) {
            round.is_crowded.store(true, Relaxed);
        }
        let generated = done.tally.generated + self.expander.tally.generated;
        let now = (done.tally.new_states, generated);
        let progress = &self.search.problem.progress;
        progress.add(
            now.0 - self.told.0,
            now.1 - self.told.1,
            expanded,
            round.depth,
        );
        self.told = now;
    }

    /// What was found.
    pub(super) fn finish(mut self) -> RoundResult<M::State> {
        self.reached.look_up();
        self.reached.leave();
        self.tell(0);
        let mut done = self.reached.done;
        done.tally.add(&self.expander.tally);
        done
    }
}

impl<M> Reached<'_, M>
where
    M: Model,
    M::State: Hash,
{
    fn note_marks(&mut self, state: &M::State, successors: usize) {
        let Search {
            problem, options, ..
        } = self.search;
        let without_marks = problem.extras.without_marks;
        if let Some(bare) = without_marks.and_then(|without| without(&problem.model, state)) {
            let bare = options.hashing.of(&bare);
            self.done.marked.push((bare, successors as u64));
        }
    }

    /// A state was reached.
    fn reach(&mut self, state: M::State, kind: Option<usize>, from: Option<Fingerprint>) {
        let fingerprint = self.search.options.hashing.of(&state);
        // One more than may be kept is enough to say that they are too many.
        if let Some(from) = from
            && self.done.edges.len() <= MOST
        {
            self.done.edges.push((fingerprint, from));
        }
        self.batch.push(Arrival {
            fingerprint,
            state,
            kind,
        });
        if self.batch.len() == BATCH {
            self.look_up();
        }
    }

    fn look_up(&mut self) {
        let mut batch = std::mem::take(&mut self.batch);
        let homes = batch
            .iter()
            .map(|arrival| self.round.visited.touch(arrival.fingerprint));
        black_box(homes.fold(0, |all, home| all ^ home));
        self.insert(batch.drain(..));
        self.batch = batch;
    }

    /// Sees which of the states that were reached are new, and judges those.
    fn insert(&mut self, arrivals: impl IntoIterator<Item = Arrival<M::State>>) {
        let mut arrivals = arrivals.into_iter();
        let mut at = None;
        while let Err(_panic) = panics::catch(|| {
            for arrival in arrivals.by_ref() {
                at = Some(arrival.fingerprint);
                self.insert_one(arrival);
            }
        }) {
            self.done.found.keep_unjudgeable(at);
        }
    }

    fn insert_one(&mut self, arrival: Arrival<M::State>) {
        match self.round.visited.insert(arrival.fingerprint) {
            Inserted::Known => {}
            Inserted::Full => {
                self.round.is_crowded.store(true, Relaxed);
                self.done.overflow.push(arrival);
            }
            Inserted::New => {
                self.counts.add(arrival.fingerprint);
                if self.search.problem.limits.has_room_for_another() {
                    self.keep(arrival);
                }
            }
        }
    }

    /// Judges a new state and leaves it to wait.
    fn keep(&mut self, arrival: Arrival<M::State>) {
        self.done.tally.new_states += 1;
        if let Some(kind) = arrival.kind {
            self.done.tally.reached[kind] += 1;
        }
        let Arrival {
            fingerprint, state, ..
        } = arrival;
        let (problem, open) = (self.search.problem, &self.round.open);
        self.done.found.judge(problem, open, fingerprint, &state);
        self.new.push(state);
        if self.new.len() == CHUNK {
            self.leave();
        }
    }

    /// Leaves the new states to wait.
    fn leave(&mut self) {
        let (search, round) = (self.search, self.round);
        let is_short = |waiting| search.is_short_of_memory(round.visited, waiting);
        round.waiting.leave(search.problem, &mut self.new, is_short);
    }
}
