//! Test traces that cover every action and every branch of a model.
//!
//! An *action* is a step by its name, such as `Α: Receive NextBallot(0)`. A *branch* is an
//! action with the set of variables that it changes; of a set, whether elements come or go
//! counts too. So an action that overwrites a variable in one state and leaves it in another
//! has two branches.
//!
//! The search goes level by level over all states within the bounds, so the first step that
//! takes a branch ends a shortest path to it. Of these paths few are kept
//! (`choice.rs`): one that covers many branches on its way makes others superfluous.

use crate::choice::{NO_GOAL, NO_PARENT, Node, Reached, few_paths, goals_on_path};
use crate::steps::{Stopped, hashing, steps_from};
use stateright::Model;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::thread;
use synod_checker::kernel::path::initial_states;
use synod_checker::kernel::visited::Visited;
use synod_checker::{Problem, Reason, Step};
use synod_report::trace::TraceStep;
use synod_vocabulary::{Describe, Field, Value};

/// How many states each thread expands before the new ones are sorted out.
const PORTION: usize = 256;

/// Test traces, and what they cover.
pub struct Coverage {
    /// The traces, the shortest first.
    pub traces: Vec<TestTrace>,
    /// How many actions were seen. The traces cover them all.
    pub actions: usize,
    /// How many branches were seen. The traces cover them all.
    pub branches: usize,
    /// The kinds of steps that were never taken, of those that the model tells apart.
    pub never: Vec<String>,
    /// How many states were explored.
    pub states: u64,
    /// Why not all states were explored. Then there may be actions and branches that were
    /// not seen.
    pub stopped: Option<Stopped>,
}

/// A run of the model, for an implementation to be driven through.
pub struct TestTrace {
    /// The initial state, then each step with the state after it.
    pub steps: Vec<TraceStep>,
    /// For each state the names of the steps that are possible there.
    pub enabled: Vec<Vec<String>>,
    /// The branches that no shorter trace covers, in the order of the trace: the action,
    /// and what it changes.
    pub covers: Vec<String>,
}

/// Searches all states within the bounds for actions and branches, and returns traces that
/// cover them. The limits of the problem apply; its properties are not judged. The result
/// does not depend on the number of threads, unless a limit ends the search.
pub fn cover<M>(problem: &Problem<M>, threads: NonZeroUsize) -> Coverage
where
    M: Describe + Sync,
    M::State: Clone + Hash + Send + Sync,
    M::Action: Clone,
{
    let initial = initial_states(problem);
    let mut search = Search {
        problem,
        seen: Visited::new(u128::BITS),
        tree: Vec::new(),
        goals: Vec::new(),
        known: HashMap::new(),
        kinds: BTreeSet::new(),
    };
    let ended = search.run(&initial, threads).err();
    let chosen = few_paths(&search.tree, &search.reached());
    let kinds = problem.model().kinds();
    let is_never = |kind: &usize| !search.kinds.contains(kind);
    let never = (0..kinds.len()).filter(is_never);
    Coverage {
        never: never.map(|kind| kinds[kind].clone()).collect(),
        actions: search.known.len(),
        branches: search.goals.len(),
        states: search.tree.len() as u64,
        stopped: ended.or_else(|| problem.stopped().map(Stopped::Limit)),
        traces: search.traces(&initial, &chosen),
    }
}

/// How a variable changes: not at all, to another value, and of a set, whether elements come
/// or go.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Change {
    None,
    Value,
    Come,
    Go,
    ComeAndGo,
}

impl Change {
    fn of(before: &Value, after: &Value) -> Self {
        match (before, after) {
            (before, after) if before == after => Self::None,
            (Value::Set(before), Value::Set(after)) => {
                let misses = |set: &[String], other: &[String]| {
                    other.iter().any(|element| !set.contains(element))
                };
                match (misses(before, after), misses(after, before)) {
                    (true, true) => Self::ComeAndGo,
                    (true, false) => Self::Come,
                    (false, true) => Self::Go,
                    (false, false) => Self::Value, // The same elements in another order.
                }
            }
            _ => Self::Value,
        }
    }

    /// The variable with a sign for how it changes; none if it does not.
    fn told(self, field: &Field) -> Option<String> {
        let sign = match self {
            Self::None => return None,
            Self::Value => "",
            Self::Come => " +",
            Self::Go => " −",
            Self::ComeAndGo => " ±",
        };
        Some(format!("{}{sign}", field.name()))
    }
}

/// A step from a state that was expanded.
struct Edge<S> {
    next: S,
    kind: usize,
    name: String,
    changes: Vec<Change>,
}

/// A branch, and where it was taken first.
struct Goal {
    reached: Reached,
    name: String,
    changes: Vec<Change>,
}

struct Search<'p, M: Describe> {
    problem: &'p Problem<M>,
    seen: Visited,
    tree: Vec<Node>,
    goals: Vec<Goal>,
    /// For each action its branches, as positions in `goals`.
    known: HashMap<String, Vec<u32>>,
    /// The kinds that were taken.
    kinds: BTreeSet<usize>,
}

impl<M> Search<'_, M>
where
    M: Describe + Sync,
    M::State: Clone + Hash + Send + Sync,
    M::Action: Clone,
{
    fn run(&mut self, initial: &[M::State], threads: NonZeroUsize) -> Result<(), Stopped> {
        let mut level = Vec::new();
        for (position, state) in initial.iter().enumerate() {
            let node = Node {
                parent: NO_PARENT,
                step: position as u32,
                goal: NO_GOAL,
            };
            self.add(node, state, 1, &mut level);
        }
        let mut depth = 1;
        while !level.is_empty() {
            depth += 1;
            let mut next_level = Vec::new();
            for portion in level.chunks(PORTION * threads.get()) {
                if !self.problem.limits.goes_on() {
                    return Ok(());
                }
                self.take_in(portion, threads, depth, &mut next_level)?;
            }
            level = next_level;
        }
        Ok(())
    }

    /// Expands some states, and takes in what they lead to.
    fn take_in(
        &mut self,
        portion: &[(u32, M::State)],
        threads: NonZeroUsize,
        depth: u32,
        next_level: &mut Vec<(u32, M::State)>,
    ) -> Result<(), Stopped> {
        let (expanded, mut generated) = (expanded(self.problem.model(), portion, threads), 0);
        for (&(from, _), edges) in portion.iter().zip(expanded) {
            let edges = edges?;
            generated += edges.len() as u64;
            for (step, edge) in edges.into_iter().enumerate() {
                self.kinds.insert(edge.kind);
                let step = step as u32;
                let goal = self.goal(edge.name, edge.changes, Reached { from, step });
                let parent = from;
                self.add(Node { parent, step, goal }, &edge.next, depth, next_level);
            }
        }
        let expanded = portion.len() as u64;
        self.problem.progress.add(0, generated, expanded, depth);
        Ok(())
    }

    /// Takes in a state, if it is new and there is room.
    fn add(&mut self, node: Node, state: &M::State, depth: u32, level: &mut Vec<(u32, M::State)>) {
        let progress = &self.problem.progress;
        let limit = self.problem.limits.max_states();
        if progress.is_stopped() || !self.seen.is_new(hashing().of(state)) {
            return;
        }
        if let Some(limit) = limit.filter(|limit| self.tree.len() as u64 >= limit.get()) {
            progress.stop(Reason::StateLimit(limit));
            return;
        }
        level.push((self.tree.len() as u32, state.clone()));
        self.tree.push(node);
        progress.add(1, 0, 0, depth);
    }

    /// The goal that this branch is.
    fn goal(&mut self, name: String, changes: Vec<Change>, reached: Reached) -> u32 {
        let known = self.known.get(&name).into_iter().flatten();
        let mut known = known.filter(|&&goal| self.goals[goal as usize].changes == changes);
        if let Some(&goal) = known.next() {
            return goal;
        }
        let goal = self.goals.len() as u32;
        self.known.entry(name.clone()).or_default().push(goal);
        self.goals.push(Goal {
            reached,
            name,
            changes,
        });
        goal
    }

    fn reached(&self) -> Vec<Reached> {
        self.goals.iter().map(|goal| goal.reached).collect()
    }

    /// The traces that end at these goals.
    fn traces(&self, initial: &[M::State], chosen: &[u32]) -> Vec<TestTrace> {
        let reached = self.reached();
        let on_path = |&goal: &u32| goals_on_path(&self.tree, &reached, goal);
        let mut paths: Vec<_> = chosen.iter().map(on_path).collect();
        paths.sort_by_key(Vec::len); // Stable: so the order is the same in every run.
        let mut covered = BTreeSet::new();
        let traces = paths.into_iter().filter_map(|goals| {
            let end = reached[*goals.last()? as usize];
            let (path, enabled) = self.path(initial, end)?;
            let new = goals.into_iter().filter(|goal| covered.insert(*goal));
            let steps = TraceStep::all(self.problem.model(), &path);
            let fields = &steps.first()?.state;
            Some(TestTrace {
                covers: new
                    .map(|goal| self.goals[goal as usize].told(fields))
                    .collect(),
                enabled,
                steps,
            })
        });
        traces.collect()
    }

    /// The path that ends with a step, and for each state the names of the steps from it.
    #[allow(clippy::type_complexity)]
    fn path(
        &self,
        initial: &[M::State],
        end: Reached,
    ) -> Option<(Vec<Step<M::State, M::Action>>, Vec<Vec<String>>)> {
        let (mut at, mut positions) = (end.from, vec![end.step]);
        while self.tree[at as usize].parent != NO_PARENT {
            positions.push(self.tree[at as usize].step);
            at = self.tree[at as usize].parent;
        }
        let state = initial.get(self.tree[at as usize].step as usize)?.clone();
        let mut path = vec![Step {
            action: None,
            state,
        }];
        let model = self.problem.model();
        let mut enabled = Vec::new();
        while let Some(last) = path.last() {
            // Only the last state may not have been expanded: there the model may panic.
            let steps = steps_from(model, &last.state).unwrap_or_default();
            enabled.push(steps.iter().map(|step| step.name.clone()).collect());
            let Some(position) = positions.pop() else {
                break;
            };
            let step = steps.into_iter().nth(position as usize)?;
            path.push(Step {
                action: Some(step.action),
                state: step.next,
            });
        }
        Some((path, enabled))
    }
}

impl Goal {
    fn told(&self, fields: &[Field]) -> String {
        let changes = self.changes.iter().zip(fields);
        let changes = changes.filter_map(|(change, field)| change.told(field));
        let changes: Vec<_> = changes.collect();
        format!("{} → {}", self.name, changes.join(", "))
    }
}

/// The steps from each of these states, which several threads share.
fn expanded<M>(model: &M, states: &[(u32, M::State)], threads: NonZeroUsize) -> Vec<Edges<M>>
where
    M: Describe + Sync,
    M::State: Clone + Send + Sync,
    M::Action: Clone,
{
    let expand = |states: &[(u32, M::State)]| -> Vec<_> {
        let edges = states.iter().map(|(_, state)| edges(model, state));
        edges.collect()
    };
    if threads.get() == 1 || states.len() < PORTION {
        return expand(states);
    }
    thread::scope(|scope| {
        let shares = states.chunks(states.len().div_ceil(threads.get()));
        let threads: Vec<_> = shares.map(|share| scope.spawn(|| expand(share))).collect();
        let expanded = threads.into_iter().flat_map(|thread| match thread.join() {
            Ok(edges) => edges,
            Err(panic) => resume_unwind(panic),
        });
        expanded.collect()
    })
}

/// The steps from a state.
type Edges<M> = Result<Vec<Edge<<M as Model>::State>>, Stopped>;

fn edges<M>(model: &M, state: &M::State) -> Edges<M>
where
    M: Describe,
    M::State: Clone,
    M::Action: Clone,
{
    let before = model.fields(state);
    let steps = steps_from(model, state)?.into_iter();
    let edges = steps.map(|step| {
        let after = model.fields(&step.next);
        let fields = before.iter().zip(&after);
        let changes = fields.map(|(before, after)| Change::of(&before.value, &after.value));
        Edge {
            changes: changes.collect(),
            kind: step.kind,
            name: step.name,
            next: step.next,
        }
    });
    Ok(edges.collect())
}
