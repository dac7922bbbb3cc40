//! The components of a graph in which a fair run can stay for ever.

use super::components::{Part, Parts, Tarjan};
use super::graph::Graph;

/// How the runs of one claim are to be fair.
pub(super) struct Demands {
    /// Of each set of actions whether it is to be treated strongly; none if the claim does not
    /// ask for it.
    pub(super) strong: Vec<Option<bool>>,
}

/// Of a component or a cycle: which sets of actions are enabled and taken in it.
pub(super) struct Seen {
    /// How many of its states each set is enabled in.
    pub(super) enabled: Vec<usize>,
    /// Whether an action of the set is taken in it.
    pub(super) taken: Vec<bool>,
    pub(super) states: usize,
    /// The last state in which the set was seen enabled: each state is counted once.
    last: Vec<u32>,
}

impl Seen {
    pub(super) fn nothing(sets: usize) -> Self {
        Self {
            enabled: vec![0; sets],
            taken: vec![false; sets],
            states: 0,
            last: vec![u32::MAX; sets],
        }
    }

    /// Counts what is enabled in a state. Each state is to be given once.
    pub(super) fn add_state(&mut self, graph: &Graph, state: u32) {
        self.states += 1;
        for edge in graph.edges(state) {
            for set in graph.sets_of(edge) {
                let set = *set as usize;
                if self.last[set] != state {
                    self.last[set] = state;
                    self.enabled[set] += 1;
                }
            }
        }
    }

    pub(super) fn take(&mut self, graph: &Graph, edge: usize) {
        for set in graph.sets_of(edge) {
            self.taken[*set as usize] = true;
        }
    }

    /// Whether a cycle that does this is not fair to a set.
    pub(super) fn fails(&self, set: usize, is_strong: bool) -> bool {
        let enabled = self.enabled[set];
        let is_enabled = if is_strong {
            enabled > 0
        } else {
            enabled == self.states
        };
        is_enabled && !self.taken[set]
    }
}

impl Demands {
    /// The sets to which a cycle that does this is not fair, each with whether it is to be
    /// treated strongly.
    pub(super) fn failed<'a>(&'a self, seen: &'a Seen) -> impl Iterator<Item = (usize, bool)> + 'a {
        let sets = self.strong.iter().enumerate();
        let asked = sets.filter_map(|(set, strong)| Some((set, (*strong)?)));
        asked.filter(|(set, is_strong)| seen.fails(*set, *is_strong))
    }

    /// The components of some states in which a fair run can stay for ever, and the states
    /// without steps, each by itself.
    pub(super) fn components(
        &self,
        graph: &Graph,
        states: Vec<u32>,
        goes_on: &dyn Fn() -> bool,
    ) -> Vec<Vec<u32>> {
        let mut parts = Parts::new(graph.len());
        let mut tarjan = Tarjan::new(graph.len());
        let (mut fair, mut left) = (Vec::new(), vec![states]);
        while let Some(states) = left.pop() {
            let part = parts.part(states);
            for component in tarjan.components(graph, &parts, &part, goes_on) {
                if !goes_on() {
                    return Vec::new();
                }
                if graph.is_dead(component[0]) {
                    fair.push(component);
                    continue;
                }
                let component = parts.part(component);
                let Some(seen) = seen(graph, &parts, &component) else {
                    continue;
                };
                let failed: Vec<_> = self.failed(&seen).collect();
                if failed.is_empty() {
                    fair.push(component.states);
                } else if failed.iter().all(|(_, is_strong)| *is_strong) {
                    let failed: Vec<_> = failed.into_iter().map(|(set, _)| set).collect();
                    left.push(without(graph, component, &failed));
                }
            }
        }
        fair
    }
}

/// Which sets of actions a component enables and takes. None if no step stays in it.
fn seen(graph: &Graph, parts: &Parts, component: &Part) -> Option<Seen> {
    let mut seen = Seen::nothing(graph.sets.len());
    let mut stays = false;
    for state in &component.states {
        seen.add_state(graph, *state);
        for (edge, next) in graph.steps(*state) {
            if parts.has(component, next) {
                stays = true;
                seen.take(graph, edge);
            }
        }
    }
    stays.then_some(seen)
}

/// The states of a component in which none of these sets is enabled.
fn without(graph: &Graph, component: Part, sets: &[usize]) -> Vec<u32> {
    let enables = |state: u32| {
        let mut edges = graph.edges(state);
        edges.any(|edge| {
            let mut of_edge = graph.sets_of(edge).iter();
            of_edge.any(|set| sets.contains(&(*set as usize)))
        })
    };
    let states = component.states.into_iter();
    states.filter(|state| !enables(*state)).collect()
}
