//! A worker: what one thread does in a round. It takes states of the frontier, computes
//! their successors, and puts those that are new into the frontier of the next level.

use super::transitions::{Edge, MOST};
use crate::fingerprint::Fingerprint;
use crate::kernel::expand::{Expanded, Expander};
use crate::kernel::findings::LevelFindings;
use crate::kernel::intake::{Intake, Space};
use crate::kernel::tally::Tally;
use crate::kernel::visited::{Counts, Inserted, TOGETHER};
use stateright::Model;
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// What the threads of a round share.
pub(super) struct Round<'r, M: Model> {
    pub(super) space: Space<'r, M>,
    /// Set when the visited set should grow. Then the round ends.
    pub(super) is_crowded: AtomicBool,
    /// The depth of the states that are reached.
    pub(super) depth: u32,
    /// Whether transitions are kept.
    pub(super) keeps_edges: bool,
    /// The properties of which nothing is found yet.
    pub(super) open: Vec<usize>,
}

/// A state with marks: its fingerprint without them, and how many transitions leave it.
pub(super) type Marked = (Fingerprint, u64);

/// A state that was reached, with the kind of action that led to it, if kinds are told
/// apart.
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
    /// States whose fingerprints did not fit into the visited set.
    pub(super) overflow: Vec<Arrival<S>>,
}

/// A thread's own part of a round.
pub(super) struct Worker<'r, M: Model> {
    expander: Expander<M>,
    marked: Vec<Marked>,
    reached: Reached<'r, M>,
}

/// The states that a worker reaches, until they are looked up in the visited set.
struct Reached<'r, M: Model> {
    round: &'r Round<'r, M>,
    intake: Intake<M>,
    /// States to be looked up together.
    batch: Vec<Arrival<M::State>>,
    /// Fingerprints inserted but not yet added to the counters of the visited set.
    counts: Counts,
    edges: Vec<Edge>,
    overflow: Vec<Arrival<M::State>>,
}

impl<'r, M> Worker<'r, M>
where
    M: Model,
    M::State: Hash,
{
    pub(super) fn new(round: &'r Round<'r, M>) -> Self {
        let problem = round.space.problem;
        Self {
            expander: Expander::new(problem),
            marked: Vec::new(),
            reached: Reached {
                round,
                intake: Intake::new(problem, round.depth, round.open.clone()),
                batch: Vec::with_capacity(TOGETHER),
                counts: Counts::none(),
                edges: Vec::new(),
                overflow: Vec::new(),
            },
        }
    }

    /// Expands states that wait until none is left or the round ends.
    pub(super) fn work(mut self) -> RoundResult<M::State> {
        let round = self.reached.round;
        let Space {
            problem, waiting, ..
        } = round.space;
        while !round.is_crowded.load(Relaxed)
            && problem.limits.goes_on()
            && let Some(states) = waiting.pop(problem)
        {
            let expanded = self.expand(&states);
            self.reached.look_up();
            self.publish(&expanded);
        }
        self.finish()
    }

    fn expand(&mut self, states: &[M::State]) -> Expanded {
        let Self {
            expander,
            marked,
            reached,
        } = self;
        let Round {
            space: Space {
                problem, options, ..
            },
            keeps_edges,
            ..
        } = *reached.round;
        let (hashing, model) = (options.hashing, problem.model());
        let without_marks = problem.extras.without_marks;
        expander.expand_all(
            problem,
            hashing,
            states,
            |state| keeps_edges.then(|| hashing.of(state)),
            |from, next, kind| reached.reach(next, kind, from),
            |state, successors| {
                let bare = without_marks.and_then(|without| without(model, state));
                marked.extend(bare.map(|bare| (hashing.of(&bare), successors as u64)));
            },
        )
    }

    /// Reaches initial states.
    pub(super) fn reach_initial(
        mut self,
        states: impl Iterator<Item = M::State>,
    ) -> RoundResult<M::State> {
        for state in states {
            self.reached.intake.tally.generated += 1;
            self.reached.reach(state, None, None);
        }
        self.finish()
    }

    /// Inserts states that did not fit into the visited set before.
    pub(super) fn insert(mut self, overflow: Vec<Arrival<M::State>>) -> RoundResult<M::State> {
        self.reached.insert(overflow);
        self.finish()
    }

    /// Adds what this worker did since the last call to the counters that others see.
    fn publish(&mut self, expanded: &Expanded) {
        let Reached {
            round,
            counts,
            intake,
            ..
        } = &mut self.reached;
        let Space {
            visited, problem, ..
        } = round.space;
        if visited.count(counts) {
            round.is_crowded.store(true, Relaxed);
        }
        intake.tell(problem, &self.expander.tally, expanded);
    }

    /// Looks up what is left, and returns the results.
    fn finish(mut self) -> RoundResult<M::State> {
        self.reached.look_up();
        self.reached.intake.leave(&self.reached.round.space);
        self.publish(&Expanded::default());
        let Reached {
            intake,
            edges,
            overflow,
            ..
        } = self.reached;
        RoundResult {
            tally: intake.tally_with(&self.expander.tally),
            found: intake.found,
            marked: self.marked,
            edges,
            overflow,
        }
    }
}

impl<M> Reached<'_, M>
where
    M: Model,
    M::State: Hash,
{
    /// Adds a state that was reached to the batch. Returns its fingerprint.
    fn reach(
        &mut self,
        state: M::State,
        kind: Option<usize>,
        from: Option<Fingerprint>,
    ) -> Fingerprint {
        let fingerprint = self.round.space.options.hashing.of(&state);
        // Beyond one more than the limit there is no need to collect further transitions.
        if let Some(from) = from
            && self.edges.len() <= MOST
        {
            self.edges.push((fingerprint, from));
        }
        self.batch.push(Arrival {
            fingerprint,
            state,
            kind,
        });
        if self.batch.len() == TOGETHER {
            self.look_up();
        }
        fingerprint
    }

    /// Inserts the batch into the visited set.
    fn look_up(&mut self) {
        let mut batch = std::mem::take(&mut self.batch);
        let fingerprints = batch.iter().map(|arrival| arrival.fingerprint);
        self.round.space.visited.touch(fingerprints);
        self.insert(batch.drain(..));
        self.batch = batch;
    }

    /// Inserts states into the visited set, and keeps those that are new.
    fn insert(&mut self, arrivals: impl IntoIterator<Item = Arrival<M::State>>) {
        let Self {
            round,
            intake,
            counts,
            overflow,
            ..
        } = self;
        let fingerprint = |arrival: &Arrival<_>| arrival.fingerprint;
        intake.take_in(arrivals, fingerprint, |intake, arrival| {
            match round.space.visited.insert(arrival.fingerprint) {
                Inserted::Known => {}
                Inserted::Full => {
                    round.is_crowded.store(true, Relaxed);
                    overflow.push(arrival);
                }
                Inserted::New => {
                    counts.add(arrival.fingerprint);
                    if intake.count(round.space.problem, arrival.fingerprint, arrival.kind) {
                        intake.keep(&round.space, arrival.fingerprint, arrival.state);
                    }
                }
            }
        });
    }
}
