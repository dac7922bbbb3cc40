// The model of the crate's page, for the other examples of the documentation.
use stateright::{Model, Property};

/// Counts up from 0 to 9.
pub struct Counter;

impl Model for Counter {
    type State = u8;
    type Action = ();

    fn init_states(&self) -> Vec<u8> {
        vec![0]
    }

    fn actions(&self, _: &u8, actions: &mut Vec<()>) {
        actions.push(());
    }

    fn next_state(&self, count: &u8, (): ()) -> Option<u8> {
        (*count < 9).then_some(count + 1)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("below 7", |_, count| *count < 7),
            Property::sometimes("reaches 5", |_, count| *count == 5),
        ]
    }
}
