//! What becomes of the states that a worker reaches and that are new: they are counted
//! and judged, and wait to be expanded.

use super::expand::Expanded;
use super::findings::LevelFindings;
use super::frontier::{CHUNK, Frontiers};
use super::search::SearchOptions;
use super::tally::Tally;
use super::visited::Visited;
use crate::fingerprint::Fingerprint;
use crate::panics;
use crate::problem::Problem;
use stateright::Model;

/// What is searched, how, and what is known of it so far.
pub struct Space<'s, M: Model> {
    /// What is searched.
    pub problem: &'s Problem<M>,
    /// How.
    pub options: &'s SearchOptions,
    /// The states that were reached.
    pub visited: &'s Visited,
    /// Those that wait.
    pub waiting: &'s Frontiers<M>,
}

impl<M: Model> Space<'_, M> {
    /// Makes states wait in the file where there is no memory for them and so many bytes
    /// more. Whether the fingerprints may grow: if not the run is stopped.
    pub fn make_room(&self, more: u64) -> bool {
        let (problem, waiting) = (self.problem, self.waiting);
        let Some(memory) = &self.options.memory else {
            return true;
        };
        let fingerprints = self.visited.bytes_if_grown();
        let all = fingerprints + waiting.bytes() + more;
        if !waiting.next.can_store() {
            return memory.suffices(problem, all);
        }
        let suffices = memory.suffices(problem, fingerprints);
        if suffices && all > memory.bytes {
            waiting.store_all(problem);
        }
        suffices
    }

    /// Whether there is no memory for so many bytes of states that wait.
    pub fn is_short(&self, waiting: u64) -> bool {
        let memory = self.options.memory.as_ref();
        memory.is_some_and(|memory| self.visited.bytes_if_grown() + waiting > memory.bytes)
    }
}

/// What a worker has found out about the states that it has reached.
pub struct Intake<M: Model> {
    /// The new states, and the initial ones.
    pub tally: Tally,
    /// The findings among them.
    pub found: LevelFindings,
    /// The properties of which nothing is found yet.
    pub open: Vec<usize>,
    /// The depth of the states that are reached.
    pub depth: u32,
    /// Those that are about to wait.
    new: Vec<M::State>,
    /// How many states and transitions those who watch know of.
    told: (u64, u64),
}

impl<M: Model> Intake<M> {
    /// Nothing was reached at this depth yet.
    pub fn new(problem: &Problem<M>, depth: u32, open: Vec<usize>) -> Self {
        Self {
            tally: Tally::new(problem.extras.names().len()),
            found: LevelFindings::nothing(problem.properties.len()),
            open,
            depth,
            new: Vec::new(),
            told: (0, 0),
        }
    }

    /// Lets `take` see what arrives; where it panics the state cannot be judged.
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

    /// Counts a new state, with the kind of action that has reached it; false if it is
    /// one too many.
    #[inline]
    pub fn count(&mut self, problem: &Problem<M>, kind: Option<usize>) -> bool {
        if !problem.limits.has_room_for_another() {
            return false;
        }
        self.tally.new_states += 1;
        if let Some(reached) = kind.and_then(|kind| self.tally.reached.get_mut(kind)) {
            *reached += 1;
        }
        true
    }

    /// Judges a new state and leaves it to wait.
    #[inline]
    pub fn keep(&mut self, space: &Space<'_, M>, fingerprint: Fingerprint, state: M::State) {
        let (found, open) = (&mut self.found, &self.open);
        found.judge(space.problem, open, fingerprint, &state);
        self.wait(space, state);
    }

    /// Leaves a state to wait.
    #[inline]
    pub fn wait(&mut self, space: &Space<'_, M>, state: M::State) {
        self.new.push(state);
        if self.new.len() == CHUNK {
            self.leave(space);
        }
    }

    /// Leaves those that are about to wait: in the file where memory is short.
    pub fn leave(&mut self, space: &Space<'_, M>) {
        let is_short = |waiting| space.is_short(waiting);
        let waiting = space.waiting;
        waiting.leave(space.problem, &mut self.new, is_short);
    }

    /// Takes in what became of states that were expanded, and tells those who watch.
    pub fn tell(&mut self, problem: &Problem<M>, transitions: &Tally, expanded: &Expanded) {
        self.found.keep_unexpandable(&expanded.unexpandable);
        let generated = self.tally.generated + transitions.generated;
        let now = (self.tally.new_states, generated);
        let (states, generated) = (now.0 - self.told.0, now.1 - self.told.1);
        let progress = &problem.progress;
        progress.add(states, generated, expanded.states, self.depth);
        self.told = now;
    }

    /// All that was counted, with these transitions.
    #[must_use]
    pub fn tally_with(&self, transitions: &Tally) -> Tally {
        let mut tally = self.tally.clone();
        tally.add(transitions);
        tally
    }
}
