//! A finite graph as a model, and a breadth-first search as simple as possible that gives
//! the right results for it.

use crate::engines::Engine;
use crate::options::{Options, Report, check_with};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use stateright::{Model, Property};
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use synod_checker::{CheckError, Extras, Progress, Storage, Until};

/// A finite graph. Its nodes are the states.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub initial: Vec<usize>,
    /// The successors of each state.
    pub edges: Vec<Vec<usize>>,
    /// The states in which the `always` properties "one" and "two" are violated.
    pub bad: [BTreeSet<usize>; 2],
    /// The states in which the `sometimes` property "good" is met.
    pub good: BTreeSet<usize>,
    /// States outside the boundary: they are never entered.
    pub outside: BTreeSet<usize>,
    /// States from which the last step panics.
    pub panics: BTreeSet<usize>,
    /// States in which the property "two" panics.
    pub unjudgeable: BTreeSet<usize>,
    /// If given, "one" is violated only the first time that it is evaluated in a bad state,
    /// so that no path shows the violation. Set after that time.
    pub forgets: Option<Arc<AtomicBool>>,
}

impl Model for Graph {
    type State = usize;
    type Action = usize;

    fn init_states(&self) -> Vec<usize> {
        self.initial.clone()
    }

    fn actions(&self, state: &usize, actions: &mut Vec<usize>) {
        actions.extend(0..self.edges[*state].len());
    }

    fn next_state(&self, last_state: &usize, action: usize) -> Option<usize> {
        let is_last = action + 1 == self.edges[*last_state].len();
        assert!(
            !is_last || !self.panics.contains(last_state),
            "a step from {last_state}"
        );
        Some(self.edges[*last_state][action])
    }

    fn within_boundary(&self, state: &usize) -> bool {
        !self.outside.contains(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("one", |graph, state| {
                let is_bad = graph.bad[0].contains(state);
                let forgotten = |was: &Arc<AtomicBool>| was.fetch_or(is_bad, Relaxed);
                !is_bad || graph.forgets.as_ref().is_some_and(forgotten)
            }),
            Property::always("two", |graph, state| {
                assert!(!graph.unjudgeable.contains(state), "at {state}");
                !graph.bad[1].contains(state)
            }),
            Property::sometimes("good", |graph, state| graph.good.contains(state)),
        ]
    }
}

impl Graph {
    /// The graph 0 → 1 → … → n−1.
    pub fn line(length: usize) -> Self {
        let next = |at| {
            if at + 1 < length {
                vec![at + 1]
            } else {
                vec![]
            }
        };
        Self {
            initial: vec![0],
            edges: (0..length).map(next).collect(),
            good: [0].into(),
            ..Self::default()
        }
    }

    /// Those of some states that lie within the boundary.
    pub fn inside<'a>(&'a self, of: &'a [usize]) -> impl Iterator<Item = usize> {
        let states = of.iter().copied();
        states.filter(|state| !self.outside.contains(state))
    }

    /// The states at each distance from the initial ones.
    pub fn levels(&self) -> Vec<BTreeSet<usize>> {
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        let mut level: BTreeSet<usize> = self.inside(&self.initial).collect();
        let mut levels = Vec::new();
        while !level.is_empty() {
            seen.extend(&level);
            let successors = level
                .iter()
                .flat_map(|&state| self.inside(&self.edges[state]));
            let next = successors.filter(|state| !seen.contains(state)).collect();
            levels.push(std::mem::replace(&mut level, next));
        }
        levels
    }

    /// The distance of the nearest of some states; none if none of them is reachable.
    pub fn distance(&self, of: &BTreeSet<usize>) -> Option<usize> {
        self.levels()
            .iter()
            .position(|level| !level.is_disjoint(of))
    }
}

/// Options without limits.
pub fn options(engine: Engine, threads: usize, until: Until) -> Options {
    Options {
        engine,
        threads: NonZeroUsize::new(threads).unwrap(),
        until,
        ..Options::default()
    }
}

pub const STORAGE: Storage<Graph> = Storage {
    write: |_, state, bytes| bytes.extend(state.to_le_bytes()),
    read_own: |_, bytes| read(bytes),
    read: |_, _, bytes| read(bytes),
    write_context: |_, _, _| {},
    read_context: |_, _, bytes| bytes.is_empty(),
};

/// Reads a state.
pub fn read(bytes: &mut &[u8]) -> Option<usize> {
    let (state, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(usize::from_le_bytes(*state))
}

/// Checks a graph.
pub fn run(graph: &Graph, options: &Options) -> Result<Report<Graph>, CheckError> {
    let extras = Extras {
        storage: Some(STORAGE),
        ..Extras::default()
    };
    let progress = Arc::new(Progress::new());
    check_with(graph.clone(), &extras, options, &progress)
}

/// Any graph of fewer than sixty states.
pub fn any_graph() -> impl Strategy<Value = Graph> {
    (2usize..60).prop_flat_map(|size| {
        let edges = vec(vec(0..size, 0..4), size);
        let marked = || btree_set(0..size, 0..3);
        let marks = (marked(), marked(), marked(), marked());
        (vec(0..size, 1..4), edges, marks).prop_map(|(initial, edges, marks)| {
            let (one, two, good, outside) = marks;
            Graph {
                initial,
                edges,
                bad: [one, two],
                good,
                outside,
                ..Graph::default()
            }
        })
    })
}
