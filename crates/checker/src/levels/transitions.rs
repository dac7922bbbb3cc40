//! The transitions of a short run: enough to walk back from a violation without searching
//! again.
//!
//! Of every transition there are kept the fingerprints of both ends, by the
//! level that it leads to, until there are more than [`MOST`]: then all are
//! forgotten, and paths are found by a search of their own. Both find the same
//! path: that on which each predecessor has the smallest fingerprint.

use crate::fingerprint::Fingerprint;

/// How many transitions are kept at most, at 32 bytes each.
pub(super) const MOST: usize = 1 << 19;

/// To which state, and from which.
pub(super) type Edge = (Fingerprint, Fingerprint);

/// The transitions so far, by the steps from an initial state to where they
/// lead.
pub(super) struct Transitions {
    levels: Vec<Vec<Edge>>,
    edges: usize,
}

impl Transitions {
    /// None yet.
    pub(super) const fn new() -> Self {
        Self {
            levels: Vec::new(),
            edges: 0,
        }
    }

    /// Adds transitions that lead to states so many steps away; false if there
    /// are too many now.
    pub(super) fn add(&mut self, steps: usize, edges: &[Edge]) -> bool {
        self.edges += edges.len();
        if self.levels.len() <= steps {
            self.levels.resize_with(steps + 1, Vec::new);
        }
        self.levels[steps].extend(edges);
        self.edges <= MOST
    }

    /// The fingerprints on a path to a state that is so many steps away, both ends
    /// included.
    pub(super) fn path_to(&self, (steps, target): (u32, Fingerprint)) -> Vec<Fingerprint> {
        let mut path = vec![target];
        let mut at = target;
        for steps in (1..=steps as usize).rev() {
            let edges = self.levels.get(steps).into_iter().flatten();
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
