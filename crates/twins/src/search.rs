//! Every reachable state of a model, breadth first, and how it is reached.
//!
//! On purpose this is not the checker's search: that one is among what is
//! judged here. This one is as simple as can be. It keeps the states themselves,
//! and so no hash can hide one.

use indexmap::IndexMap;
use indexmap::map::Entry;
use rustc_hash::FxBuildHasher;
use stateright::Model;
use std::hash::Hash;

/// What a search has met.
pub struct Explored<M: Model> {
    /// Each state and the step by which it was met first, in the order in
    /// which they were met: that of distance.
    states: IndexMap<M::State, Origin<M::Action>, FxBuildHasher>,
    /// The first state of each level, by its position.
    levels: Vec<usize>,
    /// The initial states, and the steps taken.
    pub generated: u64,
    /// The first state that was looked for, if one was met.
    pub found: Option<usize>,
}

/// The predecessor by its position, and the action; none of an initial state.
type Origin<Action> = Option<(usize, Action)>;

/// Explores a model until a state is met that is looked for.
pub fn explore<M>(model: &M, is_looked_for: impl Fn(&M::State) -> bool) -> Explored<M>
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
        explored.meet(state, None, &is_looked_for);
    }
    let mut level = 0..explored.states.len();
    while !level.is_empty() && explored.found.is_none() {
        explored.levels.push(level.start);
        let end = level.end;
        for position in level {
            explored.follow(model, position, &is_looked_for);
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
    fn follow(&mut self, model: &M, from: usize, is_looked_for: &impl Fn(&M::State) -> bool) {
        let state = self.state(from).clone();
        let mut actions = Vec::new();
        model.actions(&state, &mut actions);
        for action in actions {
            if let Some(next) = model.next_state(&state, action.clone()) {
                self.meet(next, Some((from, action)), is_looked_for);
            }
        }
    }

    fn meet(
        &mut self,
        state: M::State,
        origin: Origin<M::Action>,
        is_looked_for: &impl Fn(&M::State) -> bool,
    ) {
        self.generated += 1;
        let Entry::Vacant(new) = self.states.entry(state) else {
            return;
        };
        if self.found.is_none() && is_looked_for(new.key()) {
            self.found = Some(new.index());
        }
        new.insert(origin);
    }

    /// How many levels there are; an initial state is at level 1.
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
    /// Where there is none: positions come from this search.
    #[allow(clippy::expect_used)]
    pub fn state(&self, position: usize) -> &M::State {
        let (state, _) = &self
            .states
            .get_index(position)
            .expect("a position of this search");
        state
    }

    /// A shortest way to the state at a position: from an initial state, each
    /// step with its action.
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

    /// The steps of a shortest way to the state at a position.
    pub fn distance(&self, position: usize) -> usize {
        self.path(position).len() - 1
    }
}
