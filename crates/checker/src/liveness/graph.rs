//! The reachable states as numbers, and the edges between them.

use super::claim::{Actions, Asks, RunClaim};
use crate::fingerprint::{Fingerprint, Hashing, Width};
use crate::kernel::search::SearchOptions;
use crate::panics;
use crate::problem::Problem;
use crate::report::Reason;
use stateright::Model;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::ops::{ControlFlow, Range};

/// The target of an edge that leads out of the boundary of the model.
pub(super) const OUTSIDE: u32 = u32::MAX;

/// How often the limits of memory are looked at, in states.
const OFTEN: usize = 1 << 10;

/// Bytes of an entry of the table of fingerprints, with its share of empty places.
const ENTRY: usize = 32;
/// Bytes that the search for components and the lasso take of each state.
const LATER: usize = 48;

/// A finite graph. Its states are numbers, in breadth-first order.
#[derive(Default)]
pub(super) struct Graph {
    /// How many of the first states are initial ones.
    pub(super) initial: usize,
    /// Where the edges of each state begin, and where those of the last one end.
    offsets: Vec<usize>,
    targets: Vec<u32>,
    /// The label of each edge.
    pub(super) labels: Vec<u16>,
    /// What a label stands for: the sets of actions that the edge is in.
    pub(super) sets_of: Vec<Vec<u32>>,
    /// The entry of [`RunClaim::fair`] (of the claim, and in its list) to which each set belongs.
    pub(super) sets: Vec<(usize, usize)>,
    /// For each state a bit for each [`Mark`] that it has.
    marks: Vec<u64>,
    /// How many states can be reached with so many steps.
    pub(super) depth: u32,
    /// Initial states and steps, repetitions included.
    pub(super) generated: u64,
}

/// What is known of a state: whether it meets a condition of a claim.
#[derive(Clone, Copy)]
pub(super) enum Mark {
    /// It meets `from`.
    From,
    /// It meets `to`, or is final.
    To,
}

impl Mark {
    const fn bit(self, claim: usize) -> u64 {
        1 << (2 * claim + self as usize)
    }
}

impl Graph {
    pub(super) fn len(&self) -> usize {
        self.marks.len()
    }

    pub(super) fn has(&self, state: u32, claim: usize, mark: Mark) -> bool {
        self.marks[state as usize] & mark.bit(claim) != 0
    }

    /// The places of the edges that leave a state.
    pub(super) fn edges(&self, state: u32) -> Range<usize> {
        let state = state as usize;
        self.offsets[state]..self.offsets[state + 1]
    }

    pub(super) fn target(&self, edge: usize) -> u32 {
        self.targets[edge]
    }

    /// The edges that leave a state: each with its place and the state to which it leads. Those
    /// out of the boundary are left out.
    pub(super) fn steps(&self, state: u32) -> impl Iterator<Item = (usize, u32)> + '_ {
        let edges = self.edges(state).map(|edge| (edge, self.targets[edge]));
        edges.filter(|(_, target)| *target != OUTSIDE)
    }

    /// The sets of actions that an edge is in.
    pub(super) fn sets_of(&self, edge: usize) -> &[u32] {
        &self.sets_of[usize::from(self.labels[edge])]
    }

    /// Whether no step is possible.
    pub(super) fn is_dead(&self, state: u32) -> bool {
        self.edges(state).is_empty()
    }

    /// Whether a step leads out of the boundary.
    pub(super) fn is_cut(&self, state: u32) -> bool {
        self.edges(state).any(|edge| self.targets[edge] == OUTSIDE)
    }

    fn bytes(&self) -> usize {
        self.offsets.capacity() * size_of::<usize>()
            + self.targets.capacity() * size_of::<u32>()
            + self.labels.capacity() * size_of::<u16>()
            + self.marks.capacity() * size_of::<u64>()
            + self.len() * (ENTRY + LATER)
    }
}

/// The hash by which states are told apart: always of 128 bits, since they cost nothing here.
pub(super) const fn hashing(options: &SearchOptions) -> Hashing {
    Hashing::new(options.hashing.seed(), Width::Bits128)
}

/// The number of each state, by its fingerprint.
pub(super) type Numbers = HashMap<Fingerprint, u32>;

/// Puts edges into the sets of actions to which claims are fair.
pub(super) struct Labels<'a, M: Model> {
    claims: &'a [RunClaim<M>],
    /// The number of each set: by its claim, its place in the claim's list, and its name.
    sets: HashMap<(usize, usize, String), u32>,
    known: HashMap<Vec<u32>, u16>,
}

impl<'a, M: Model> Labels<'a, M> {
    pub(super) fn new(claims: &'a [RunClaim<M>]) -> Self {
        Self {
            claims,
            sets: HashMap::new(),
            known: HashMap::new(),
        }
    }

    /// The sets that an action is in, in order. Sets that were not met before are added to the
    /// graph.
    fn sets_of(&mut self, problem: &Problem<M>, graph: &mut Graph, action: &M::Action) -> Vec<u32> {
        let mut sets = Vec::new();
        let model = problem.model();
        for (claim, of) in self.claims.iter().enumerate() {
            for (place, fairness) in of.fair.iter().enumerate() {
                let name = match fairness.actions() {
                    Actions::Kind(kind) => {
                        let number = problem.extras.kind(model, action);
                        let named = number.and_then(|number| problem.extras.names().get(number));
                        (named == Some(kind)).then(String::new)
                    }
                    Actions::Such(holds) => holds(model, action).then(String::new),
                    Actions::Each(name) => name(model, action),
                };
                if let Some(name) = name {
                    let number = *self.sets.entry((claim, place, name)).or_insert_with(|| {
                        graph.sets.push((claim, place));
                        graph.sets.len() as u32 - 1
                    });
                    sets.push(number);
                }
            }
        }
        sets
    }

    /// The label of an action. None if there are too many different ones.
    pub(super) fn of(
        &mut self,
        problem: &Problem<M>,
        graph: &mut Graph,
        action: &M::Action,
    ) -> Option<u16> {
        let sets = self.sets_of(problem, graph, action);
        if let Some(label) = self.known.get(&sets) {
            return Some(*label);
        }
        let label = u16::try_from(graph.sets_of.len()).ok()?;
        graph.sets_of.push(sets.clone());
        self.known.insert(sets, label);
        Some(label)
    }
}

/// The exploration of a model as a graph.
pub(super) struct Exploring<'a, M: Model> {
    problem: &'a Problem<M>,
    options: &'a SearchOptions,
    claims: &'a [RunClaim<M>],
    labels: Labels<'a, M>,
    graph: Graph,
    numbers: Numbers,
    /// The states that were not expanded yet.
    waiting: VecDeque<M::State>,
}

impl<'a, M> Exploring<'a, M>
where
    M: Model,
    M::State: Clone + Hash,
{
    pub(super) fn new(
        problem: &'a Problem<M>,
        claims: &'a [RunClaim<M>],
        options: &'a SearchOptions,
    ) -> Self {
        Self {
            problem,
            options,
            claims,
            labels: Labels::new(claims),
            graph: Graph::default(),
            numbers: Numbers::new(),
            waiting: VecDeque::new(),
        }
    }

    /// The whole graph with the numbers of its states, and the labels of its edges. It is not
    /// whole if the run was stopped meanwhile.
    pub(super) fn run(mut self) -> (Graph, Numbers, Labels<'a, M>) {
        let problem = self.problem;
        if let Err(message) = panics::catch(|| self.explore()) {
            problem.progress.stop(Reason::ModelPanicked(message));
        }
        self.graph.offsets.push(self.graph.targets.len());
        (self.graph, self.numbers, self.labels)
    }

    fn explore(&mut self) {
        self.begin();
        // The states before this one have at most `depth` on their shortest path.
        let (mut level_ends, mut expanded) = (self.graph.len(), 0);
        self.graph.depth = u32::from(level_ends > 0);
        while let Some(state) = self.waiting.pop_front() {
            let is_often = expanded % OFTEN == 0;
            if !self.problem.limits.goes_on() || (is_often && !self.has_memory()) {
                return;
            }
            if expanded == level_ends {
                self.graph.depth += 1;
                level_ends = self.graph.len();
            }
            expanded += 1;
            if self.expand(&state).is_break() {
                return;
            }
        }
    }

    fn begin(&mut self) {
        let problem = self.problem;
        problem.extras.for_each_initial(problem.model(), |state| {
            self.graph.generated += 1;
            if self.number_of(state).is_none() {
                return ControlFlow::Break(());
            }
            problem.limits.flow()
        });
        self.graph.initial = self.graph.len();
        problem
            .progress
            .add(self.graph.initial as u64, self.graph.generated, 0, 1);
    }

    fn expand(&mut self, state: &M::State) -> ControlFlow<()> {
        let model = self.problem.model();
        let (states, mut actions) = (self.graph.len(), Vec::new());
        let begin = self.graph.targets.len();
        self.graph.offsets.push(begin);
        model.actions(state, &mut actions);
        let mut edges = Vec::new();
        let mut generated = 0;
        for action in actions {
            let label = self.labels.of(self.problem, &mut self.graph, &action);
            let Some(next) = model.next_state(state, action) else {
                continue;
            };
            let Some(label) = label else {
                let most = "65536 different sets of fair actions";
                self.problem
                    .progress
                    .stop(Reason::GraphTooLarge(most.to_owned()));
                return ControlFlow::Break(());
            };
            let target = if model.within_boundary(&next) {
                generated += 1;
                match self.number_of(next) {
                    Some(number) => number,
                    None => return ControlFlow::Break(()),
                }
            } else {
                OUTSIDE
            };
            edges.push((target, label));
        }
        edges.sort_unstable();
        edges.dedup();
        self.graph.targets.extend(edges.iter().map(|edge| edge.0));
        self.graph.labels.extend(edges.iter().map(|edge| edge.1));
        self.graph.generated += generated;
        let new = (self.graph.len() - states) as u64;
        let progress = &self.problem.progress;
        progress.add(new, generated, 1, self.graph.depth + 1);
        ControlFlow::Continue(())
    }

    /// The number of a state, which waits to be expanded if it is new. None if there is no room
    /// for another.
    fn number_of(&mut self, state: M::State) -> Option<u32> {
        let fingerprint = self.problem.fingerprint(hashing(self.options), &state);
        if let Some(number) = self.numbers.get(&fingerprint) {
            return Some(*number);
        }
        if !self.problem.limits.has_room_for_another() {
            return None;
        }
        let number = u32::try_from(self.graph.len()).ok();
        let Some(number) = number.filter(|number| *number < OUTSIDE) else {
            let most = "4294967294 states";
            self.problem
                .progress
                .stop(Reason::GraphTooLarge(most.to_owned()));
            return None;
        };
        let marks = self.marks(&state);
        self.numbers.insert(fingerprint, number);
        self.graph.marks.push(marks);
        self.waiting.push_back(state);
        Some(number)
    }

    fn marks(&self, state: &M::State) -> u64 {
        let model = self.problem.model();
        let claims = self.claims.iter().enumerate();
        claims.fold(0, |marks, (place, claim)| {
            let (from, to) = match &claim.asks {
                Asks::NoDeadlock { is_final } => (None, is_final),
                Asks::LeadsTo { from, to } => (from.as_ref(), to),
            };
            let mark = |mark: Mark, is_met: bool| if is_met { mark.bit(place) } else { 0 };
            let from = from.is_some_and(|from| from(model, state));
            marks | mark(Mark::From, from) | mark(Mark::To, to(model, state))
        })
    }

    fn has_memory(&self) -> bool {
        let waiting = self.waiting.capacity() * size_of::<M::State>();
        let needed = (self.graph.bytes() + waiting) as u64;
        let memory = self.options.memory.as_ref();
        memory.is_none_or(|memory| memory.suffices(self.problem, needed))
    }
}
