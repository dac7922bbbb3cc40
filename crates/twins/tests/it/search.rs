//! The search finds all states, their distances, and shortest paths.

use stateright::{Model, Property};
use synod_twins::search::explore;

/// Numbers that begin with 1 and are doubled, or increased by three, up to a limit.
struct Numbers(u32);

impl Model for Numbers {
    type State = u32;
    type Action = u32;

    fn init_states(&self) -> Vec<u32> {
        vec![1]
    }

    fn actions(&self, state: &u32, actions: &mut Vec<u32>) {
        actions.extend([2 * state, 3 + state]);
    }

    fn next_state(&self, _: &u32, action: u32) -> Option<u32> {
        (action <= self.0).then_some(action)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        Vec::new()
    }
}

#[test]
fn the_search_finds_every_state_once_from_the_nearest() {
    let explored = explore(&Numbers(10), |_| false);
    let states: Vec<_> = explored.states().copied().collect();
    assert_eq!(states, [1, 2, 4, 5, 8, 7, 10]);
    assert_eq!(explored.depth(), 4);
    // Generated are 1; 2 and 4; 4 and 5; 8 and 7; 10 and 8; and 10 again, from 7.
    assert_eq!(explored.generated, 10);
    assert_eq!(explored.found, None);
}

#[test]
fn the_search_stops_at_a_target_and_knows_a_shortest_path() {
    let explored = explore(&Numbers(1000), |state| *state == 10);
    let found = explored.found.unwrap();
    let path = explored.path(found).into_iter();
    let path: Vec<_> = path.map(|(_, state)| *state).collect();
    assert_eq!(path, [1, 2, 5, 10]);
    assert_eq!(explored.distance(found), 3);
    assert!(explored.states().len() < 20);
}

/// The same numbers, with the limit as the boundary of the model.
struct Bounded(Numbers);

impl Model for Bounded {
    type State = u32;
    type Action = u32;

    fn init_states(&self) -> Vec<u32> {
        self.0.init_states()
    }

    fn actions(&self, state: &u32, actions: &mut Vec<u32>) {
        self.0.actions(state, actions);
    }

    fn next_state(&self, _: &u32, action: u32) -> Option<u32> {
        Some(action)
    }

    fn within_boundary(&self, state: &u32) -> bool {
        *state <= self.0.0
    }

    fn properties(&self) -> Vec<Property<Self>> {
        Vec::new()
    }
}

#[test]
fn the_search_stays_within_the_boundary_of_a_model() {
    let explored = explore(&Bounded(Numbers(10)), |_| false);
    let states: Vec<_> = explored.states().copied().collect();
    assert_eq!(states, [1, 2, 4, 5, 8, 7, 10]);
    assert_eq!(explored.generated, 10);
}
