//! What a worker counts, and the sum of all.

use crate::coverage::Histogram;

/// Counts of transitions and states.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// Initial states and transitions.
    pub(super) generated: u64,
    /// Distinct states on the level that is being reached.
    pub(super) new_states: u64,
    /// Transitions by kind of action.
    pub(super) enabled: Vec<u64>,
    /// Distinct states by the kind of action that reached them first.
    pub(super) reached: Vec<u64>,
    /// How many transitions leave a state.
    pub(super) branching: Histogram,
}

impl Tally {
    pub(super) fn new(kinds: usize) -> Self {
        Self {
            enabled: vec![0; kinds],
            reached: vec![0; kinds],
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.generated += other.generated;
        self.new_states += other.new_states;
        add_each(&mut self.enabled, &other.enabled);
        add_each(&mut self.reached, &other.reached);
        self.branching.merge(&other.branching);
    }
}

fn add_each(here: &mut [u64], there: &[u64]) {
    for (here, there) in here.iter_mut().zip(there) {
        *here += there;
    }
}
