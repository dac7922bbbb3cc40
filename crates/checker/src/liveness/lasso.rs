//! A shortest path to a fair cycle, and a short fair cycle at its end.

use super::fair::{Demands, Seen};
use super::graph::{Graph, Mark};
use std::collections::VecDeque;

/// A path and a cycle, as edges of a graph.
pub(super) struct Lasso {
    /// The initial state.
    pub(super) first: u32,
    /// The edges of the path, then those of the cycle.
    pub(super) edges: Vec<usize>,
    /// The position on the path of the state from which on the claim is open.
    pub(super) since: usize,
    /// The position on the path of the state where the cycle begins. If it is the last one, this
    /// state has no steps.
    pub(super) back_to: usize,
}

/// No state, or no edge.
const NONE: u32 = u32::MAX;

/// The states that a run can be in with a claim open, and the shortest paths to them.
pub(super) struct Open<'a> {
    graph: &'a Graph,
    /// Of each state that was reached before the claim was open: the state before it, itself if
    /// it is initial.
    before: Vec<u32>,
    /// Of each state that was reached with the claim open: the state before it, itself if the
    /// claim became open there.
    within: Vec<u32>,
    /// The states that were reached with the claim open, the nearest first.
    pub(super) states: Vec<u32>,
}

impl<'a> Open<'a> {
    /// Follows all runs as long as the claim is open. If the claim has no `from`, it is open in
    /// the beginning, and otherwise where `from` is met.
    pub(super) fn of(graph: &'a Graph, claim: usize, has_from: bool) -> Self {
        let unknown = || vec![NONE; graph.len()];
        let mut open = Self {
            graph,
            before: unknown(),
            within: unknown(),
            states: Vec::new(),
        };
        let initial: Vec<_> = (0..graph.initial as u32).collect();
        let (mut level, mut open_level) = (Vec::new(), Vec::new());
        if has_from {
            level = initial;
            for state in &level {
                open.before[*state as usize] = *state;
            }
        } else {
            open.enter(
                claim,
                initial.into_iter().map(|state| (state, state)),
                &mut open_level,
            );
        }
        while !level.is_empty() || !open_level.is_empty() {
            // The states of a level are equally far away, so of two ways to one both are shortest.
            let begins = level
                .iter()
                .filter(|state| graph.has(**state, claim, Mark::From));
            let begins = begins.map(|state| (*state, *state));
            open.enter(claim, begins, &mut open_level);
            open.states.extend(&open_level);
            let mut next = Vec::new();
            for state in level {
                for (_, target) in graph.steps(state) {
                    if open.before[target as usize] == NONE {
                        open.before[target as usize] = state;
                        next.push(target);
                    }
                }
            }
            level = next;
            let steps = open_level.iter().flat_map(|state| {
                let targets = graph.steps(*state);
                targets.map(|(_, target)| (target, *state))
            });
            let mut next = Vec::new();
            open.enter(claim, steps, &mut next);
            open_level = next;
        }
        open
    }

    /// Enters states, each from another, unless the claim is met there.
    fn enter(
        &mut self,
        claim: usize,
        states: impl Iterator<Item = (u32, u32)>,
        level: &mut Vec<u32>,
    ) {
        for (state, from) in states {
            let is_open = !self.graph.has(state, claim, Mark::To);
            if is_open && self.within[state as usize] == NONE {
                self.within[state as usize] = from;
                level.push(state);
            }
        }
    }

    /// The states of a shortest path to a state, and the position where the claim became open.
    fn path(&self, to: u32) -> (Vec<u32>, usize) {
        let mut path = vec![to];
        let mut at = to;
        while self.within[at as usize] != at {
            at = self.within[at as usize];
            path.push(at);
        }
        let after = path.len() - 1;
        while self.before[at as usize] != at && self.before[at as usize] != NONE {
            at = self.before[at as usize];
            path.push(at);
        }
        path.reverse();
        let since = path.len() - 1 - after;
        (path, since)
    }

    /// A shortest path to a component in which a fair run can stay, and a fair cycle in it. None
    /// if there are no components.
    pub(super) fn lasso(&self, components: &[Vec<u32>], demands: &Demands) -> Option<Lasso> {
        let graph = self.graph;
        let mut component_of = vec![NONE; graph.len()];
        for (number, component) in components.iter().enumerate() {
            for state in component {
                component_of[*state as usize] = number as u32;
            }
        }
        let mut nearest = self.states.iter();
        let entry = *nearest.find(|state| component_of[**state as usize] != NONE)?;
        let (path, since) = self.path(entry);
        let mut edges = edges_along(graph, &path);
        let back_to = edges.len();
        if !graph.is_dead(entry) {
            let component = component_of[entry as usize];
            let inside = |state: u32| component_of[state as usize] == component;
            edges.extend(cycle(graph, entry, demands, &inside));
        }
        Some(Lasso {
            first: path[0],
            edges,
            since,
            back_to,
        })
    }
}

/// A shortest path to a state for which this holds, of an initial state on. None if there is no
/// such state.
pub(super) fn shortest_path(graph: &Graph, is_it: impl Fn(u32) -> bool) -> Option<Lasso> {
    let mut before = vec![NONE; graph.len()];
    let mut waiting: VecDeque<u32> = (0..graph.initial as u32).collect();
    for state in &waiting {
        before[*state as usize] = *state;
    }
    while let Some(state) = waiting.pop_front() {
        if is_it(state) {
            let (mut path, mut at) = (vec![state], state);
            while before[at as usize] != at {
                at = before[at as usize];
                path.push(at);
            }
            path.reverse();
            let edges = edges_along(graph, &path);
            return Some(Lasso {
                first: path[0],
                since: edges.len(),
                back_to: edges.len(),
                edges,
            });
        }
        for (_, target) in graph.steps(state) {
            if before[target as usize] == NONE {
                before[target as usize] = state;
                waiting.push_back(target);
            }
        }
    }
    None
}

/// The edges along a path, which are there.
fn edges_along(graph: &Graph, path: &[u32]) -> Vec<usize> {
    let pairs = path.windows(2);
    let edges = pairs.filter_map(|pair| {
        let mut steps = graph.steps(pair[0]);
        Some(steps.find(|(_, target)| *target == pair[1])?.0)
    });
    edges.collect()
}

/// A fair cycle through a state of a component in which there is one. Again and again it goes the
/// shortest way to something that fairness demands of it, and in the end back.
fn cycle(graph: &Graph, entry: u32, demands: &Demands, inside: &dyn Fn(u32) -> bool) -> Vec<usize> {
    let mut seen = Seen::nothing(graph.sets.len());
    let mut visited = std::collections::HashSet::new();
    let mut edges: Vec<usize> = Vec::new();
    let mut at = entry;
    visited.insert(entry);
    seen.add_state(graph, entry);
    loop {
        let failed: Vec<_> = demands.failed(&seen).collect();
        let helps = |edge: usize, target: u32| {
            let mut failed = failed.iter();
            failed.any(|(set, is_strong)| {
                let is_in = |edge: usize| graph.sets_of(edge).contains(&(*set as u32));
                is_in(edge) || (!is_strong && !graph.edges(target).any(is_in))
            })
        };
        let is_back = |_: usize, target: u32| target == entry;
        let way = if failed.is_empty() {
            if at == entry && !edges.is_empty() {
                return edges;
            }
            nearest_edge(graph, at, inside, &is_back)
        } else {
            nearest_edge(graph, at, inside, &helps)
        };
        if way.is_empty() {
            // It is a component, and fair: so there is always a way.
            return edges;
        }
        for edge in way {
            seen.take(graph, edge);
            at = graph.target(edge);
            if visited.insert(at) {
                seen.add_state(graph, at);
            }
            edges.push(edge);
        }
    }
}

/// The edges of a shortest way whose last edge is wanted. It has at least one; none if there is
/// no such way.
fn nearest_edge(
    graph: &Graph,
    from: u32,
    inside: &dyn Fn(u32) -> bool,
    is_wanted: &dyn Fn(usize, u32) -> bool,
) -> Vec<usize> {
    // The edge by which each state was reached, and the state before it.
    let mut reached = std::collections::HashMap::new();
    let mut waiting = VecDeque::from([from]);
    reached.insert(from, None);
    while let Some(state) = waiting.pop_front() {
        for (edge, target) in graph.steps(state).filter(|(_, target)| inside(*target)) {
            if is_wanted(edge, target) {
                let (mut way, mut at) = (vec![edge], state);
                while let Some(Some((edge, before))) = reached.get(&at) {
                    way.push(*edge);
                    at = *before;
                }
                way.reverse();
                return way;
            }
            reached.entry(target).or_insert_with(|| {
                waiting.push_back(target);
                Some((edge, state))
            });
        }
    }
    Vec::new()
}
