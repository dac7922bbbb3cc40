//! The distance of every state from the initial ones, kept exact while states
//! come in any order.
//!
//! Stateright's searches are not breadth-first with several threads, or at all
//! (depth-first search). So every state seen has a [`Label`] with the length of
//! the shortest path known to it. A worker that finds a shorter one lowers the label,
//! and if the state's successors have been labelled from the old one, labels
//! them anew. When no worker has anything left to do,
//!
//! - every label is the length of a path that exists, and
//! - no transition u → v has label(v) > label(u) + 1,
//!
//! so every label is the true distance. With breadth-first search on one
//! thread no label is ever lowered.
//!
//! A label also holds the predecessor on such a path (of several the one with
//! the smallest fingerprint, so that a counterexample is the same in every
//! run) and which properties were found violated, or met, in the state.

use crate::fingerprint::{BuildPassThrough, Fingerprint, fingerprint};
use crate::kernel::findings::{awaited, is_found, unexpandable, unjudgeable};
use crate::panics;
use crate::problem::Problem;
use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use stateright::Model;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// What is known of a state. Layout: 32 bytes, plus the 8 of its key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    /// The fingerprint of the predecessor on a shortest path; its own if the
    /// state is initial.
    pub(super) predecessor: u64,
    /// Bit i: property i is violated (`always`) or met (`sometimes`) here.
    pub(super) found: u64,
    /// States on a shortest path to this one, itself included.
    pub(super) depth: u32,
    /// How many transitions leave the state, once expanded.
    pub(super) successors: Option<u32>,
    /// Whether a worker has labelled, or is labelling, the successors.
    entered: bool,
}

/// A state and its fingerprint, which is computed once.
#[derive(Clone, Debug)]
pub(super) struct Node<S> {
    pub(super) state: S,
    pub(super) fingerprint: u64,
}

/// What became of a state that was reached over a transition.
enum Arrival {
    /// Nobody has seen it.
    New,
    /// It is nearer than was known, and its successors are labelled already.
    Nearer,
    /// Nothing follows from it.
    Known,
    /// There is no room for it: the run ends.
    Refused,
}

/// The labels of a run, and the run's rules.
pub(super) struct Labels<M: Model> {
    pub(super) problem: Arc<Problem<M>>,
    /// Depth of the nearest finding of each property.
    nearest: Vec<AtomicU32>,
    seen: DashMap<u64, Label, BuildPassThrough>,
    /// How many initial states there are.
    initial: AtomicU64,
    /// Bits of the properties whose violation ends the run.
    awaited: u64,
    /// Depth of the nearest awaited violation: states there or deeper are not
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

    pub(super) fn bound(&self) -> u32 {
        self.bound.load(Relaxed)
    }

    /// How many initial states were labelled.
    pub(super) fn initial(&self) -> u64 {
        self.initial.load(Relaxed)
    }

    /// The fingerprints on the path by which the labels reach a state.
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
        let Problem {
            model,
            extras,
            limits,
            ..
        } = &*self.problem;
        extras.for_each_initial(model, |state| {
            let node = node(state);
            self.arrive(node.fingerprint, &node, 1);
            nodes.push(node);
            limits.flow()
        });
        self.initial.store(nodes.len() as u64, Relaxed);
        nodes
    }

    /// Labels the successors of a state and returns them, unless the run has
    /// ended or needs nothing of what lies behind this state.
    pub(super) fn expand(&self, node: &Node<M::State>) -> Vec<Node<M::State>> {
        let mut nearer = Vec::new();
        let successors = self.expand_once(node, &mut nearer);
        while let Some(node) = nearer.pop() {
            // Stateright has passed these or does not know them.
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
        // New states are Stateright's to come back with.
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

    /// The successors of a state. If one of the steps panics there are none: the
    /// run ends there.
    fn successors(&self, of: &Node<M::State>, depth: u32) -> Vec<Node<M::State>> {
        let successors = panics::catch(|| {
            let states = self.problem.model.next_states(&of.state).into_iter();
            let states = states.filter(|state| self.problem.model.within_boundary(state));
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

    /// The depth from which to label the successors of a state.
    fn enter(&self, fingerprint: u64) -> Option<u32> {
        if !self.problem.limits.goes_on() {
            return None;
        }
        let mut label = self.seen.get_mut(&fingerprint)?;
        // Under the lock: a worker that lowers the label from now on sees this.
        label.entered = true;
        (label.depth < self.bound()).then_some(label.depth)
    }

    fn leave(&self, fingerprint: u64, successors: usize) {
        let Some(mut label) = self.seen.get_mut(&fingerprint) else {
            return;
        };
        if label.successors.replace(successors as u32).is_none() {
            drop(label);
            self.problem.progress.count_expanded(successors as u64);
        }
    }

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
        arrival
    }

    /// Evaluates the properties that a finding at this depth would matter for.
    fn judge(&self, node: &Node<M::State>, depth: u32) {
        let mut found = 0;
        for (bit, property) in self.problem.properties.iter().enumerate() {
            if self.nearest[bit].load(Relaxed) < depth {
                continue;
            }
            match panics::catch(|| is_found(&self.problem.model, property, &node.state)) {
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
