//! A breadth-first search that finds every reachable state of a model, and the steps that
//! lead to it.
//!
//! On purpose, this is not the search of the checker, whose state counts are among the
//! results that this crate verifies. It is as simple as possible, and keeps the states
//! themselves instead of fingerprints, so no collision of hashes can hide a state.
//!
//! [`explore`] is the entry point.

use indexmap::IndexMap;
use indexmap::map::Entry;
use rustc_hash::FxBuildHasher;
use stateright::Model;
use std::hash::Hash;

/// The states that a search has found. Returned by [`explore`].
pub struct Explored<M: Model> {
    /// Each state, with the step that first led to it. The states are in the order in
    /// which they were found, which is that of their distances.
    states: IndexMap<M::State, Origin<M::Action>, FxBuildHasher>,
    /// The position of the first state of each level.
    levels: Vec<usize>,
    /// The number of initial states and of steps taken, including repetitions.
    pub generated: u64,
    /// The position of the first target state that was found.
    pub found: Option<usize>,
}

/// The position of the predecessor, and the action. `None` for an initial state.
type Origin<Action> = Option<(usize, Action)>;

/// Explores a model, level by level. If a state is found for which `is_target` is true,
/// the search ends after its level. Memory and time: O(states and steps).
///
/// ```
/// use stateright::{Model, Property};
/// use synod_twins::search::explore;
///
/// /// A counter that goes to 3.
/// struct Counter;
///
/// impl Model for Counter {
///     type State = u32;
///     type Action = ();
///
///     fn init_states(&self) -> Vec<u32> {
///         vec![0]
///     }
///
///     fn actions(&self, _: &u32, actions: &mut Vec<()>) {
///         actions.push(());
///     }
///
///     fn next_state(&self, state: &u32, _: ()) -> Option<u32> {
///         (*state < 3).then_some(state + 1)
///     }
///
///     fn properties(&self) -> Vec<Property<Self>> {
///         Vec::new()
///     }
/// }
///
/// let explored = explore(&Counter, |state| *state == 2);
/// assert_eq!(explored.found.map(|position| explored.distance(position)), Some(2));
/// ```
pub fn explore<M>(model: &M, is_target: impl Fn(&M::State) -> bool) -> Explored<M>
where
    M: Model,
    M::State: Clone + Eq + Hash,
    M::Action: Clone,
{
    let mut explored = Explored {
        states: IndexMap::default(),
        levels: Vec::new(),
        generated: 0,
        found: None,
    };
    for state in model.init_states() {
        explored.meet(state, None, &is_target);
    }
    let mut level = 0..explored.states.len();
    while !level.is_empty() && explored.found.is_none() {
        explored.levels.push(level.start);
        let end = level.end;
        for position in level {
            explored.follow(model, position, &is_target);
        }
        level = end..explored.states.len();
    }
    explored
}

impl<M> Explored<M>
where
    M: Model,
    M::State: Clone + Eq + Hash,
    M::Action: Clone,
{
    fn follow(&mut self, model: &M, from: usize, is_target: &impl Fn(&M::State) -> bool) {
        let state = self.state(from).clone();
        let mut actions = Vec::new();
        model.actions(&state, &mut actions);
        for action in actions {
            let next = model.next_state(&state, action.clone());
            // States beyond the bounds of a world do not count.
            if let Some(next) = next.filter(|next| model.within_boundary(next)) {
                self.meet(next, Some((from, action)), is_target);
            }
        }
    }

    fn meet(
        &mut self,
        state: M::State,
        origin: Origin<M::Action>,
        is_target: &impl Fn(&M::State) -> bool,
    ) {
        self.generated += 1;
        let Entry::Vacant(new) = self.states.entry(state) else {
            return;
        };
        if self.found.is_none() && is_target(new.key()) {
            self.found = Some(new.index());
        }
        new.insert(origin);
    }

    /// The number of levels. An initial state is at level 1.
    pub fn depth(&self) -> u64 {
        self.levels.len() as u64
    }

    /// The states, from the nearest.
    pub fn states(&self) -> impl ExactSizeIterator<Item = &M::State> {
        self.states.keys()
    }

    /// The state at a position.
    ///
    /// # Panics
    /// The position does not come from this search.
    #[allow(clippy::expect_used)]
    pub fn state(&self, position: usize) -> &M::State {
        let (state, _) = &self
            .states
            .get_index(position)
            .expect("a position of this search");
        state
    }

    /// A shortest path from an initial state to the state at a position. Each state has
    /// the action that leads to it, the initial state has none.
    pub fn path(&self, position: usize) -> Vec<(Option<&M::Action>, &M::State)> {
        let mut path = Vec::new();
        let mut here = Some(position);
        while let Some((state, origin)) = here.and_then(|here| self.states.get_index(here)) {
            let action = origin.as_ref().map(|(_, action)| action);
            path.push((action, state));
            here = origin.as_ref().map(|(from, _)| *from);
        }
        path.reverse();
        path
    }

    /// The number of steps of a shortest path to the state at a position.
    pub fn distance(&self, position: usize) -> usize {
        self.path(position).len() - 1
    }
}
