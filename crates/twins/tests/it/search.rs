//! The search that judges: all states, their distance, a shortest way.

use stateright::{Model, Property};
use synod_twins::search::explore;

/// From 1: double, or add three; up to a limit.
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
fn it_meets_every_state_once_from_the_nearest() {
    let explored = explore(&Numbers(10), |_| false);
    let states: Vec<_> = explored.states().copied().collect();
    assert_eq!(states, [1, 2, 4, 5, 8, 7, 10]);
    assert_eq!(explored.depth(), 4);
    // 1; 2 and 4; 4 and 5; 8 and 7; 10 and 8; then 7 leads to 10 again.
    assert_eq!(explored.generated, 10);
    assert_eq!(explored.found, None);
}

#[test]
fn it_stops_at_what_is_looked_for_and_knows_a_shortest_way() {
    let explored = explore(&Numbers(1000), |state| *state == 10);
    let found = explored.found.unwrap();
    let path = explored.path(found).into_iter();
    let path: Vec<_> = path.map(|(_, state)| *state).collect();
    assert_eq!(path, [1, 2, 5, 10]);
    assert_eq!(explored.distance(found), 3);
    assert!(explored.states().len() < 20);
}
