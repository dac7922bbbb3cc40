//! What one thread does in a round: it takes states that wait, computes their
//! successors, and leaves those that are new to wait for the next level.

use super::Search;
use super::frontier::{CHUNK, Frontier};
use super::tally::Tally;
use super::trail::{Edge, MOST};
use super::visited::{Counts, Inserted, Visited};
use crate::fingerprint::Fingerprint;
use crate::panics;
use crate::properties::is_found;
use crate::report::Reason;
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
    pub(super) current: &'r Frontier<M>,
    pub(super) next: &'r Frontier<M>,
    /// Set when the fingerprints should have more room: the round ends.
    pub(super) is_crowded: AtomicBool,
    /// The depth of the states that are reached.
    pub(super) depth: u32,
    /// Whether transitions are kept.
    pub(super) is_trailing: bool,
    /// The properties of which nothing is found yet.
    pub(super) open: Vec<usize>,
}

/// A state with marks: its fingerprint without them, and how many transitions
/// leave it.
pub(super) type Marked = (Fingerprint, u64);

/// A state that was reached, and the kind of action by which, if it is known.
pub(super) struct Candidate<S> {
    pub(super) fingerprint: Fingerprint,
    pub(super) state: S,
    pub(super) kind: Option<usize>,
}

/// What a worker has found in a round.
pub(super) struct Done<S> {
    pub(super) tally: Tally,
    /// For each property the smallest fingerprint of a state with a finding.
    pub(super) found: Vec<Option<Fingerprint>>,
    /// States with marks that were expanded.
    pub(super) marked: Vec<Marked>,
    /// The transitions, if they are kept.
    pub(super) edges: Vec<Edge>,
    /// States for whose fingerprints there was no room.
    pub(super) homeless: Vec<Candidate<S>>,
}

/// A thread's own part of a round.
pub(super) struct Worker<'r, M: Model> {
    search: &'r Search<'r, M>,
    round: &'r Round<'r, M>,
    actions: Vec<M::Action>,
    batch: Vec<Candidate<M::State>>,
    new: Vec<M::State>,
    counts: Counts,
    /// How much of the tally was told to those who watch.
    told: (u64, u64),
    done: Done<M::State>,
}

impl<'r, M> Worker<'r, M>
where
    M: Model,
    M::State: Hash,
{
    pub(super) fn new(search: &'r Search<'r, M>, round: &'r Round<'r, M>) -> Self {
        Self {
            search,
            round,
            actions: Vec::new(),
            batch: Vec::with_capacity(BATCH),
            new: Vec::new(),
            counts: Counts::none(),
            told: (0, 0),
            done: Done {
                tally: Tally::new(search.extras.names().len()),
                found: vec![None; panics::places(search.properties.len())],
                marked: Vec::new(),
                edges: Vec::new(),
                homeless: Vec::new(),
            },
        }
    }

    /// Expands states that wait until none is left or the round ends.
    pub(super) fn work(mut self) -> Done<M::State> {
        while !self.round.is_crowded.load(Relaxed) && self.search.limits.goes_on() {
            let states = match self.round.current.pop(self.search.model) {
                Ok(Some(states)) => states,
                Ok(None) => break,
                Err(error) => {
                    self.search.stop(Reason::Storage(error.to_string()));
                    break;
                }
            };
            let expanded = self.expand_all(&states);
            self.look_up();
            self.tell(expanded);
        }
        self.finish()
    }

    /// Expands these states, unless the run is stopped meanwhile; how many.
    fn expand_all(&mut self, states: &[M::State]) -> u64 {
        let search = self.search;
        let mut expanded = 0;
        // Of some models a single state takes long.
        let states = states.iter().take_while(|_| search.limits.goes_on());
        let unexpandable = panics::for_each(states, |state| {
            expanded += 1;
            self.expand(state);
        });
        for state in unexpandable {
            let place = panics::unexpandable(search.properties.len());
            self.find(place, search.hashing.of(state));
        }
        expanded
    }

    fn expand(&mut self, state: &M::State) {
        let mut actions = std::mem::take(&mut self.actions);
        self.search.model.actions(state, &mut actions);
        let from = self
            .round
            .is_trailing
            .then(|| self.search.hashing.of(state));
        let mut successors = 0;
        for action in actions.drain(..) {
            let kind = self.search.extras.kind(self.search.model, &action);
            let Some(next) = self.search.model.next_state(state, action) else {
                continue;
            };
            if !self.search.model.within_boundary(&next) {
                continue;
            }
            successors += 1;
            if let Some(kind) = kind {
                self.done.tally.enabled[kind] += 1;
            }
            self.reach(next, kind, from);
        }
        self.actions = actions;
        self.done.tally.generated += successors as u64;
        self.done.tally.branching.add(successors);
        self.note_marks(state, successors);
    }

    fn note_marks(&mut self, state: &M::State, successors: usize) {
        let (model, hashing) = (self.search.model, self.search.hashing);
        let without_marks = self.search.extras.without_marks;
        if let Some(bare) = without_marks.and_then(|without| without(model, state)) {
            self.done
                .marked
                .push((hashing.of(&bare), successors as u64));
        }
    }

    /// Reaches an initial state.
    pub(super) fn begin_with(&mut self, state: M::State) {
        self.done.tally.generated += 1;
        self.reach(state, None, None);
    }

    /// A state was reached.
    fn reach(&mut self, state: M::State, kind: Option<usize>, from: Option<Fingerprint>) {
        let fingerprint = self.search.hashing.of(&state);
        // One more than may be kept is enough to say that they are too many.
        if let Some(from) = from
            && self.done.edges.len() <= MOST
        {
            self.done.edges.push((fingerprint, from));
        }
        self.batch.push(Candidate {
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
            .map(|candidate| self.round.visited.touch(candidate.fingerprint));
        black_box(homes.fold(0, |all, home| all ^ home));
        self.settle(batch.drain(..));
        self.batch = batch;
    }

    /// Sees which of the states that were reached are new, and judges those.
    pub(super) fn settle(&mut self, candidates: impl IntoIterator<Item = Candidate<M::State>>) {
        let mut candidates = candidates.into_iter();
        let mut at = None;
        while let Err(_panic) = panics::catch(|| {
            for candidate in candidates.by_ref() {
                at = Some(candidate.fingerprint);
                self.settle_one(candidate);
            }
        }) {
            let place = panics::unjudgeable(self.search.properties.len());
            if let Some(fingerprint) = at {
                self.find(place, fingerprint);
            }
        }
    }

    fn settle_one(&mut self, candidate: Candidate<M::State>) {
        match self.round.visited.insert(candidate.fingerprint) {
            Inserted::Known => {}
            Inserted::Full => {
                self.round.is_crowded.store(true, Relaxed);
                self.done.homeless.push(candidate);
            }
            Inserted::New => {
                self.counts.add(candidate.fingerprint);
                if self.search.limits.has_room_for_another() {
                    self.welcome(candidate);
                }
            }
        }
    }

    fn welcome(&mut self, candidate: Candidate<M::State>) {
        self.done.tally.new_states += 1;
        if let Some(kind) = candidate.kind {
            self.done.tally.reached[kind] += 1;
        }
        self.judge(&candidate);
        self.new.push(candidate.state);
        if self.new.len() == CHUNK {
            self.leave();
        }
    }

    fn judge(&mut self, candidate: &Candidate<M::State>) {
        for &bit in &self.round.open {
            if is_found(
                self.search.model,
                &self.search.properties[bit],
                &candidate.state,
            ) {
                self.find(bit, candidate.fingerprint);
            }
        }
    }

    /// Of several findings the one with the smallest fingerprint is kept.
    fn find(&mut self, place: usize, fingerprint: Fingerprint) {
        let found = &mut self.done.found[place];
        *found = Some(found.map_or(fingerprint, |known| known.min(fingerprint)));
    }

    /// Leaves the new states to wait.
    fn leave(&mut self) {
        let states = std::mem::replace(&mut self.new, Vec::with_capacity(CHUNK));
        if states.is_empty() {
            return;
        }
        let next = self.round.next;
        if self.search.is_short_of_memory(self.round) && next.can_store() {
            match next.store(self.search.model, &states) {
                Ok(()) => return,
                Err(error) => self.search.stop(Reason::Storage(error.to_string())),
            }
        }
        next.push(states);
    }

    fn tell(&mut self, expanded: u64) {
        if self.round.visited.count(&mut self.counts) {
            self.round.is_crowded.store(true, Relaxed);
        }
        let tally = &self.done.tally;
        let (states, generated) = self.told;
        self.search.progress.add(
            tally.new_states - states,
            tally.generated - generated,
            expanded,
            self.round.depth,
        );
        self.told = (tally.new_states, tally.generated);
    }

    /// What was found.
    pub(super) fn finish(mut self) -> Done<M::State> {
        self.look_up();
        self.leave();
        self.tell(0);
        self.done
    }
}
