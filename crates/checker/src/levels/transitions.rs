//! The transitions of a short run, for walking back from a violation without another
//! search.
//!
//! Of each transition the fingerprints of both ends are kept, by the level that it leads
//! to. If there are too many, or memory is short, all are forgotten, and `paths` searches again.
//! Both ways find the same path: the one on which each predecessor has the smallest
//! fingerprint.

use crate::fingerprint::Fingerprint;

/// The most transitions that are kept. Where states are numbers, a transition takes more memory
/// than a state, and searching again is quick.
pub(super) const fn most(are_numbers: bool) -> usize {
    1 << if are_numbers { 17 } else { 21 }
}

/// A transition: the state to which it leads, and the state from which.
pub(super) type Edge = (Fingerprint, Fingerprint);

/// The transitions so far, by the distance of the states to which they lead.
pub(super) struct Transitions {
    /// Those of each level, as each worker has left them.
    levels: Vec<Vec<Vec<Edge>>>,
    edges: usize,
}

impl Transitions {
    /// No transitions.
    pub(super) const fn new() -> Self {
        Self {
            levels: Vec::new(),
            edges: 0,
        }
    }

    /// Adds transitions that lead to states at a distance of `steps`.
    pub(super) fn add(&mut self, steps: usize, edges: Vec<Edge>) {
        self.edges += edges.len();
        if self.levels.len() <= steps {
            self.levels.resize_with(steps + 1, Vec::new);
        }
        self.levels[steps].push(edges);
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.edges
    }

    /// The bytes that they take.
    pub(super) const fn bytes(&self) -> u64 {
        (self.edges * size_of::<Edge>()) as u64
    }

    /// The fingerprints on a path to a state at a distance of `steps`, both ends included.
    /// Empty if there is no path.
    pub(super) fn path_to(&self, (steps, target): (u32, Fingerprint)) -> Vec<Fingerprint> {
        let mut path = vec![target];
        let mut at = target;
        for steps in (1..=steps as usize).rev() {
            let edges = self.levels.get(steps).into_iter().flatten().flatten();
            let predecessors = edges.filter(|(to, _)| *to == at).map(|(_, from)| *from);
            let Some(predecessor) = predecessors.min() else {
                return Vec::new(); // A collision has hidden it.
            };
            at = predecessor;
            path.push(at);
        }
        path.reverse();
        path
    }
}
