//! The distance of every state from the initial states, exact although states are reached
//! in any order.
//!
//! With several threads Stateright's breadth-first search is not exactly breadth-first,
//! and its depth-first search is not at all. So every state seen has a [`Label`] with the
//! length of the shortest path known so far. A worker that finds a shorter path lowers the
//! label; if the successors of the state were labelled from the old one, it labels them
//! again. When no worker has anything left to do,
//!
//! - every label is the length of a path that exists, and
//! - no transition u → v has label(v) > label(u) + 1,
//!
//! so every label is the true distance. In a breadth-first search on one thread no label
//! is ever lowered.
//!
//! A label also has the predecessor on such a path, and the properties that were found
//! violated, or met, in the state. Of several predecessors it has the one with the
//! smallest fingerprint, so that a counterexample is the same in every run.

use crate::fingerprint::{BuildPassThrough, Fingerprint, fingerprint};
use crate::kernel::findings::{awaited, unexpandable, unjudgeable};
use crate::panics;
use crate::problem::Problem;
use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use stateright::Model;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// What is known of a state. Takes 32 bytes, and 8 bytes for its key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    /// The fingerprint of the predecessor on a shortest path; for an initial state its
    /// own fingerprint.
    pub(super) predecessor: u64,
    /// Bit i: property i is violated (`always`) or met (`sometimes`) in this state.
    pub(super) found: u64,
    /// The number of states on a shortest path to this state, itself included.
    pub(super) depth: u32,
    /// How many transitions leave the state; none before it was expanded.
    pub(super) successors: Option<u32>,
    /// Whether a worker has labelled the successors, or is about to.
    entered: bool,
}

/// A state and its fingerprint, which is computed once.
#[derive(Clone, Debug)]
pub(super) struct Node<S> {
    pub(super) state: S,
    pub(super) fingerprint: u64,
}

/// What became of a state that a transition reached.
enum Arrival {
    /// It was not seen before.
    New,
    /// It is nearer than was known, and its successors have labels already.
    Nearer,
    /// It was seen before, and its successors need no new labels.
    Known,
    /// It exceeds the state limit, so the run ends.
    Refused,
}

/// The labels of a run.
pub(super) struct Labels<M: Model> {
    pub(super) problem: Arc<Problem<M>>,
    /// The depth of the nearest finding of each property.
    nearest: Vec<AtomicU32>,
    seen: DashMap<u64, Label, BuildPassThrough>,
    /// The number of initial states.
    initial: AtomicU64,
    /// The findings that end the run, as bits.
    awaited: u64,
    /// The depth of the nearest awaited violation. States at this depth or deeper are not
    /// expanded.
    bound: AtomicU32,
}

impl<M: Model> Labels<M> {
    pub(super) fn new(problem: Arc<Problem<M>>) -> Self {
        let nearest = problem.properties.iter();
        Self {
            nearest: nearest.map(|_| AtomicU32::new(u32::MAX)).collect(),
            seen: DashMap::default(),
            initial: AtomicU64::new(0),
            awaited: awaited(&problem),
            bound: AtomicU32::new(u32::MAX),
            problem,
        }
    }

    /// The last level that counts; `u32::MAX` if all levels count.
    pub(super) fn bound(&self) -> u32 {
        self.bound.load(Relaxed)
    }

    /// The number of initial states that were labelled.
    pub(super) fn initial(&self) -> u64 {
        self.initial.load(Relaxed)
    }

    /// The fingerprints on a shortest path to a state, from predecessor to predecessor.
    pub(super) fn path_to(&self, last: Fingerprint) -> Vec<Fingerprint> {
        let mut path = vec![last];
        let mut at = last.first;
        while let Some(label) = self.seen.get(&at)
            && label.depth > 1
        {
            at = label.predecessor;
            path.push(Fingerprint::narrow(at));
        }
        path.reverse();
        path
    }

    pub(super) fn for_each(&self, mut visit: impl FnMut(Fingerprint, &Label)) {
        for entry in &self.seen {
            visit(Fingerprint::narrow(*entry.key()), entry.value());
        }
    }
}

impl<M> Labels<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    /// Labels the initial states.
    pub(super) fn begin(&self) -> Vec<Node<M::State>> {
        let mut nodes = Vec::new();
        let Problem { extras, limits, .. } = &*self.problem;
        extras.for_each_initial(self.problem.model(), |state| {
            let node = node(state);
            self.arrive(node.fingerprint, &node, 1);
            nodes.push(node);
            limits.flow()
        });
        self.initial.store(nodes.len() as u64, Relaxed);
        nodes
    }

    /// Labels the successors of a state and returns them. Returns none if the run has
    /// ended, or the state lies at the bound or beyond.
    pub(super) fn expand(&self, node: &Node<M::State>) -> Vec<Node<M::State>> {
        let mut nearer = Vec::new();
        let successors = self.expand_once(node, &mut nearer);
        while let Some(node) = nearer.pop() {
            // Stateright has expanded this state before, or does not know it yet. So its
            // new successors are expanded here.
            let mut new = Vec::new();
            self.expand_with(&node, &mut nearer, |node| new.push(node.clone()));
            nearer.extend(new);
        }
        successors
    }

    fn expand_once(
        &self,
        node: &Node<M::State>,
        nearer: &mut Vec<Node<M::State>>,
    ) -> Vec<Node<M::State>> {
        // Stateright will come back with the new states.
        self.expand_with(node, nearer, |_| ())
    }

    fn expand_with(
        &self,
        node: &Node<M::State>,
        nearer: &mut Vec<Node<M::State>>,
        mut on_new: impl FnMut(&Node<M::State>),
    ) -> Vec<Node<M::State>> {
        let Some(depth) = self.enter(node.fingerprint) else {
            return Vec::new();
        };
        let successors = self.successors(node, depth);
        for successor in &successors {
            match self.arrive(node.fingerprint, successor, depth + 1) {
                Arrival::New => on_new(successor),
                Arrival::Nearer => nearer.push(successor.clone()),
                Arrival::Known | Arrival::Refused => {}
            }
        }
        self.leave(node.fingerprint, successors.len());
        successors
    }

    /// The successors of a state. If one of the steps panics there are none, and the run
    /// ends at that level.
    fn successors(&self, of: &Node<M::State>, depth: u32) -> Vec<Node<M::State>> {
        let successors = panics::catch(|| {
            let states = self.problem.model().next_states(&of.state).into_iter();
            let states = states.filter(|state| self.problem.model().within_boundary(state));
            states.map(node).collect()
        });
        successors.unwrap_or_else(|_panic| {
            self.bound.fetch_min(depth + 1, Relaxed);
            if let Some(mut label) = self.seen.get_mut(&of.fingerprint) {
                label.found |= 1 << unexpandable(self.problem.properties.len());
            }
            Vec::new()
        })
    }

    /// Marks a state as entered, and returns its depth. None if its successors are not to
    /// be labelled.
    fn enter(&self, fingerprint: u64) -> Option<u32> {
        if !self.problem.limits.goes_on() {
            return None;
        }
        let mut label = self.seen.get_mut(&fingerprint)?;
        // Set under the lock, so that a worker which lowers the label later sees it.
        label.entered = true;
        (label.depth < self.bound()).then_some(label.depth)
    }

    /// Notes how many transitions leave a state that was expanded.
    fn leave(&self, fingerprint: u64, successors: usize) {
        let Some(mut label) = self.seen.get_mut(&fingerprint) else {
            return;
        };
        if label.successors.replace(successors as u32).is_none() {
            drop(label);
            self.problem.progress.count_expanded(successors as u64);
        }
    }

    /// Labels a state that was reached from its predecessor at this depth, or lowers its
    /// label, and evaluates the properties in it.
    fn arrive(&self, predecessor: u64, node: &Node<M::State>, depth: u32) -> Arrival {
        let arrival = match self.seen.entry(node.fingerprint) {
            Entry::Vacant(entry) => {
                let Problem {
                    progress, limits, ..
                } = &*self.problem;
                if !progress.count_state(limits.max_states(), depth) {
                    return Arrival::Refused;
                }
                entry.insert(Label {
                    predecessor,
                    found: 0,
                    depth,
                    successors: None,
                    entered: false,
                });
                Arrival::New
            }
            Entry::Occupied(mut entry) => {
                let label = entry.get_mut();
                if depth > label.depth {
                    return Arrival::Known;
                }
                if depth == label.depth {
                    label.predecessor = label.predecessor.min(predecessor);
                    return Arrival::Known;
                }
                label.predecessor = predecessor;
                label.depth = depth;
                if label.entered {
                    Arrival::Nearer
                } else {
                    Arrival::Known
                }
            }
        };
        self.judge(node, depth);
        if matches!(arrival, Arrival::New) {
            let fingerprint = Fingerprint::narrow(node.fingerprint);
            self.problem
                .look_at_symmetry(&node.state, fingerprint, depth);
        }
        arrival
    }

    /// Evaluates those properties of which nothing nearer was found.
    fn judge(&self, node: &Node<M::State>, depth: u32) {
        let mut found = 0;
        for (bit, property) in self.problem.properties.iter().enumerate() {
            if self.nearest[bit].load(Relaxed) < depth {
                continue;
            }
            match panics::catch(|| property.is_found(self.problem.model(), &node.state)) {
                Ok(true) => {
                    self.nearest[bit].fetch_min(depth, Relaxed);
                    self.problem.progress.found(property, depth - 1);
                    found |= 1 << bit;
                }
                Ok(false) => {}
                Err(_panic) => found |= 1 << unjudgeable(self.problem.properties.len()),
            }
        }
        if found == 0 {
            return;
        }
        if found & self.awaited != 0 {
            self.bound.fetch_min(depth, Relaxed);
        }
        if let Some(mut label) = self.seen.get_mut(&node.fingerprint) {
            label.found |= found;
        }
    }
}

pub(super) fn node<S: Hash>(state: S) -> Node<S> {
    let fingerprint = fingerprint(&state);
    Node { state, fingerprint }
}
