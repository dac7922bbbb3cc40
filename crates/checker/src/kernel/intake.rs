//! The intake of new states: a worker counts them, evaluates the properties in them, and
//! adds them to the frontier.
//!
//! [`Space`] is what the workers share, [`Intake`] what each has for itself.

use super::expand::Expanded;
use super::findings::LevelFindings;
use super::frontier::{CHUNK, Frontiers};
use super::search::SearchOptions;
use super::tally::Tally;
use super::visited::Visited;
use crate::fingerprint::Fingerprint;
use crate::panics;
use crate::problem::Problem;
use crate::report::SetFingerprint;
use stateright::Model;

/// The state space of a problem as far as it is explored.
pub struct Space<'s, M: Model> {
    /// The problem.
    pub problem: &'s Problem<M>,
    /// The options of the search.
    pub options: &'s SearchOptions,
    /// The visited set.
    pub visited: &'s Visited,
    /// The states that wait to be expanded.
    pub waiting: &'s Frontiers<M>,
}

impl<M: Model> Space<'_, M> {
    /// Enforces the memory limit for the fingerprints, the frontiers and `more` bytes. If
    /// they exceed it, states are moved to the file. Stops the run if the fingerprints alone
    /// exceed it.
    pub fn make_room(&self, more: u64) {
        let (problem, waiting) = (self.problem, self.waiting);
        let Some(memory) = &self.options.memory else {
            return;
        };
        let fingerprints = self.visited.bytes();
        let all = fingerprints + waiting.bytes() + more;
        if !waiting.next.can_store() {
            memory.suffices(problem, all);
        } else if memory.suffices(problem, fingerprints) && all > memory.bytes {
            waiting.store_all(problem);
        }
    }

    /// Whether memory is too short for frontiers of `waiting` bytes beside the fingerprints.
    pub fn is_short(&self, waiting: u64) -> bool {
        let memory = self.options.memory.as_ref();
        memory.is_some_and(|memory| self.visited.bytes() + waiting > memory.bytes)
    }
}

/// What a worker knows of the states that it has reached.
pub struct Intake<M: Model> {
    /// The counts of new states, and of initial states.
    pub tally: Tally,
    /// The findings among the new states.
    pub found: LevelFindings,
    /// The open properties, as bits: those of which nothing is found yet.
    pub open: u64,
    /// The depth of the states that are being reached.
    pub depth: u32,
    /// New states that are not in the frontier yet.
    new: Vec<M::State>,
    /// The numbers of states and of generated states that were added to the progress.
    published: (u64, u64),
}

impl<M: Model> Intake<M> {
    /// An intake that has reached nothing at this depth.
    pub fn new(problem: &Problem<M>, depth: u32, open: u64) -> Self {
        Self {
            tally: Tally::new(problem.extras.names().len()),
            found: LevelFindings::nothing(problem.properties.len()),
            open,
            depth,
            new: Vec::new(),
            published: (0, 0),
        }
    }

    /// Passes each arrival to `take`. If that panics, a property has panicked in the state;
    /// this is kept as a finding.
    #[inline]
    pub fn take_in<T>(
        &mut self,
        arrivals: impl IntoIterator<Item = T>,
        fingerprint: impl Fn(&T) -> Fingerprint,
        mut take: impl FnMut(&mut Self, T),
    ) {
        let unjudgeable = panics::for_each(arrivals, fingerprint, |arrival| take(self, arrival));
        self.found.keep_unjudgeable(&unjudgeable);
    }

    /// Counts a new state, with the kind of action that reached it. Returns false if the
    /// state exceeds the limit of states.
    #[inline]
    pub fn count(
        &mut self,
        problem: &Problem<M>,
        fingerprint: Fingerprint,
        (state, kind): (&M::State, Option<usize>),
    ) -> bool {
        if !problem.limits.has_room_for_another() {
            return false;
        }
        self.tally.new_states += 1;
        let stands_for = problem.extras.stands_for;
        self.tally.unreduced += stands_for.map_or(1, |of| of(problem.model(), state));
        self.tally
            .fingerprint
            .merge(SetFingerprint(fingerprint.first));
        if problem.sketches {
            self.tally.states.add(fingerprint.first, 1);
        }
        if let Some(reached) = kind.and_then(|kind| self.tally.reached.get_mut(kind)) {
            *reached += 1;
        }
        true
    }

    /// Evaluates the open properties in a new state, which an action of this kind reached, and
    /// adds it to the frontier.
    #[inline]
    pub fn keep(
        &mut self,
        space: &Space<'_, M>,
        fingerprint: Fingerprint,
        (state, kind): (M::State, Option<usize>),
    ) {
        let problem = space.problem;
        self.found
            .judge(problem, self.open, fingerprint, (&state, kind));
        problem.look_at_symmetry(&state, fingerprint, self.depth);
        self.wait(space, state);
    }

    /// Adds a state to the frontier, together with others of this worker.
    #[inline]
    pub fn wait(&mut self, space: &Space<'_, M>, state: M::State) {
        self.new.push(state);
        if self.new.len() == CHUNK {
            self.leave(space);
        }
    }

    /// Moves the collected states into the frontier: into its file if memory is short.
    pub fn leave(&mut self, space: &Space<'_, M>) {
        let is_short = |waiting| space.is_short(waiting);
        let waiting = space.waiting;
        waiting.leave(space.problem, &mut self.new, is_short);
    }

    /// Keeps the findings of an expansion, and adds to the progress what was counted since
    /// the last call.
    pub fn tell(&mut self, problem: &Problem<M>, transitions: &Tally, expanded: &Expanded) {
        self.found.keep_unexpandable(&expanded.unexpandable);
        let generated = self.tally.generated + transitions.generated;
        let now = (self.tally.new_states, generated);
        let (states, generated) = (now.0 - self.published.0, now.1 - self.published.1);
        let progress = &problem.progress;
        progress.add(states, generated, expanded.states, self.depth);
        self.published = now;
    }

    /// The counts of this intake, together with those of the transitions.
    #[must_use]
    pub fn tally_with(&self, transitions: &Tally) -> Tally {
        let mut tally = self.tally.clone();
        tally.add(transitions);
        tally
    }
}
