//! A worker: what one thread does on a level. It takes states of the frontier, computes
//! their successors, and puts those that are new into the frontier of the next level.

use super::transitions::Edge;
use crate::fingerprint::Fingerprint;
use crate::kernel::expand::{Expanded, Expander};
use crate::kernel::findings::LevelFindings;
use crate::kernel::intake::{Intake, Space};
use crate::kernel::recent::Recent;
use crate::kernel::tally::Tally;
use crate::kernel::visited::{Key, Sorting, together};
use crate::report::Reason;
use stateright::Model;
use std::hash::Hash;

/// How many states a worker remembers for a moment. Measured on paxos with four ballots.
const RECENT: usize = 1 << 13;

/// What the threads share while they reach a level.
pub(super) struct Round<'r, M: Model> {
    pub(super) space: Space<'r, M>,
    /// The depth of the states that are reached.
    pub(super) depth: u32,
    /// How many transitions are kept at most; none if they are not kept.
    pub(super) most_edges: Option<usize>,
    /// The properties of which nothing is found yet, as bits.
    pub(super) open: u64,
    /// The bytes of what the run keeps beside fingerprints and states.
    pub(super) more_bytes: u64,
}

/// A state with marks: its fingerprint without them, and how many transitions leave it.
pub(super) type Marked = (Fingerprint, u64);

/// A state that is expanded.
#[derive(Clone, Copy)]
struct From {
    /// Its fingerprint, if transitions are kept.
    fingerprint: Option<Fingerprint>,
    /// Its rank, if states have ranks.
    rank: Option<u32>,
}

impl From {
    /// No state leads to initial ones.
    const NOWHERE: Self = Self {
        fingerprint: None,
        rank: None,
    };
}

/// How many states a worker remembers for a moment: not more than it will reach.
fn recent_slots<M: Model>(round: &Round<'_, M>) -> usize {
    let waiting = round.space.waiting.current.len() as usize;
    (4 * waiting).next_power_of_two().clamp(64, RECENT)
}

/// What a worker has found on a level.
pub(super) struct RoundResult {
    pub(super) tally: Tally,
    /// For each property the smallest fingerprint of a state with a finding.
    pub(super) found: LevelFindings,
    /// States with marks that were expanded.
    pub(super) marked: Vec<Marked>,
    /// The transitions, if they are kept.
    pub(super) edges: Vec<Edge>,
    /// The smallest rank of the new states; none if there are none, or no ranks.
    pub(super) least_rank: Option<u32>,
}

/// A thread's own part of the work.
pub(super) struct Worker<'r, M: Model> {
    expander: Expander<M>,
    marked: Vec<Marked>,
    reached: Reached<'r, M>,
}

/// The states that a worker reaches, until they are looked up in the visited set.
struct Reached<'r, M: Model> {
    round: &'r Round<'r, M>,
    intake: Intake<M>,
    /// States to be looked up together, each with the kind of action that led to it, if kinds
    /// are told apart.
    batch: Vec<(M::State, Option<usize>)>,
    /// Their fingerprints and ranks.
    keys: Vec<Key>,
    /// Which of them are new.
    new: Vec<bool>,
    sorting: Sorting,
    recent: Recent,
    edges: Vec<Edge>,
    least_rank: Option<u32>,
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
                intake: Intake::new(problem, round.depth, round.open),
                batch: Vec::with_capacity(together::<M::State>()),
                keys: Vec::with_capacity(together::<M::State>()),
                new: Vec::new(),
                sorting: Sorting::default(),
                recent: Recent::new(recent_slots(round)),
                edges: Vec::new(),
                least_rank: None,
            },
        }
    }

    /// Expands states that wait until none is left or the run is stopped.
    pub(super) fn work(mut self) -> RoundResult {
        let Round {
            space, more_bytes, ..
        } = self.reached.round;
        let Space {
            problem, waiting, ..
        } = space;
        while problem.limits.goes_on()
            && let Some(states) = waiting.pop(problem)
        {
            let expanded = self.expand(&states);
            self.reached.look_up();
            self.publish(&expanded);
            space.make_room(*more_bytes);
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
            most_edges,
            ..
        } = *reached.round;
        let (hashing, model) = (options.hashing, problem.model());
        let without_marks = problem.extras.without_marks;
        expander.expand_all(
            problem,
            hashing,
            states,
            |state| From {
                fingerprint: most_edges.map(|_| problem.fingerprint(hashing, state)),
                rank: problem.extras.rank.map(|rank| rank(model, state)),
            },
            |from, next, kind| reached.reach(next, kind, from),
            |state, successors| {
                let bare = without_marks.and_then(|without| without(model, state));
                let bare = bare.map(|bare| problem.fingerprint(hashing, &bare));
                marked.extend(bare.map(|bare| (bare, successors as u64)));
            },
        )
    }

    /// Reaches initial states.
    pub(super) fn reach_initial(mut self, states: impl Iterator<Item = M::State>) -> RoundResult {
        for state in states {
            self.reached.intake.tally.generated += 1;
            self.reached.reach(state, None, From::NOWHERE);
        }
        self.finish()
    }

    /// Adds what this worker did since the last call to the counters that others see.
    fn publish(&mut self, expanded: &Expanded) {
        let Reached { round, intake, .. } = &mut self.reached;
        intake.tell(round.space.problem, &self.expander.tally, expanded);
    }

    /// Looks up what is left, and returns the results.
    fn finish(mut self) -> RoundResult {
        self.reached.look_up();
        self.reached.intake.leave(&self.reached.round.space);
        self.publish(&Expanded::default());
        let Reached {
            intake,
            edges,
            least_rank,
            ..
        } = self.reached;
        RoundResult {
            tally: intake.tally_with(&self.expander.tally),
            found: intake.found,
            marked: self.marked,
            edges,
            least_rank,
        }
    }
}

impl<M> Reached<'_, M>
where
    M: Model,
    M::State: Hash,
{
    /// Adds a state that was reached to the batch. Returns its fingerprint.
    #[inline]
    fn reach(&mut self, state: M::State, kind: Option<usize>, from: From) -> Fingerprint {
        let Space {
            problem, options, ..
        } = self.round.space;
        let fingerprint = problem.fingerprint(options.hashing, &state);
        let known = self.recent.rank_of(fingerprint);
        let rank = match from.rank {
            Some(from) if problem.extras.is_graded => from + 1,
            from => {
                let rank = known.unwrap_or_else(|| problem.rank(&state));
                if from.is_some_and(|from| rank <= from) {
                    problem.progress.stop(Reason::RankNotGrowing);
                }
                rank
            }
        };
        // Beyond one more than the limit there is no need to collect further transitions.
        if let (Some(from), Some(most)) = (from.fingerprint, self.round.most_edges)
            && self.edges.len() <= most
        {
            self.edges.push((fingerprint, from));
        }
        if known.is_some() {
            return fingerprint;
        }
        self.recent.note(fingerprint, rank);
        self.batch.push((state, kind));
        self.keys.push((fingerprint, rank));
        if self.batch.len() == together::<M::State>() {
            self.look_up();
        }
        fingerprint
    }

    /// Inserts the batch into the visited set, and keeps those states that are new.
    fn look_up(&mut self) {
        let Self {
            round,
            intake,
            batch,
            keys,
            new,
            sorting,
            least_rank,
            ..
        } = self;
        let space = &round.space;
        new.clear();
        new.resize(keys.len(), false);
        space.visited.look_up(keys, sorting, |at| new[at] = true);
        let reached = batch.drain(..).zip(keys.drain(..)).zip(new);
        let reached = reached.filter_map(|(reached, is_new)| is_new.then_some(reached));
        let fingerprint = |(_, (fingerprint, _)): &(_, Key)| *fingerprint;
        intake.take_in(
            reached,
            fingerprint,
            |intake, ((state, kind), (key, rank))| {
                let extras = &space.problem.extras;
                if extras.rank.is_some() {
                    *least_rank = Some(least_rank.map_or(rank, |least| least.min(rank)));
                }
                // A state that is known with this rank had it when it was new.
                if extras.is_graded && space.problem.rank(&state) != rank {
                    space.problem.progress.stop(Reason::RankNotGrowing);
                }
                if intake.count(space.problem, key, (&state, kind)) {
                    intake.keep(space, key, (state, kind));
                }
            },
        );
    }
}
