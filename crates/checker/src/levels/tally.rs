//! What a worker counts, and the sum of all.

use crate::coverage::{ActionCoverage, Histogram};

/// Counts of transitions and states.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Tally {
    /// Initial states and transitions.
    pub(crate) generated: u64,
    /// Distinct states on the level that is being reached.
    pub(crate) new_states: u64,
    /// Transitions by kind of action.
    pub(crate) enabled: Vec<u64>,
    /// Distinct states by the kind of action that reached them first.
    pub(crate) reached: Vec<u64>,
    /// How many transitions leave a state.
    pub(crate) branching: Histogram,
}

impl Tally {
    pub(crate) fn new(kinds: usize) -> Self {
        Self {
            enabled: vec![0; kinds],
            reached: vec![0; kinds],
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.generated += other.generated;
        self.new_states += other.new_states;
        add_each(&mut self.enabled, &other.enabled);
        add_each(&mut self.reached, &other.reached);
        self.branching.merge(&other.branching);
    }

    /// What each kind of action has done, by its name.
    pub(crate) fn by_kind(&self, names: &[String]) -> Vec<ActionCoverage> {
        let counts = self.enabled.iter().zip(&self.reached);
        let kinds = names.iter().zip(counts);
        let kinds = kinds.map(|(name, (&enabled, &new_states))| ActionCoverage {
            name: name.clone(),
            enabled,
            new_states: Some(new_states),
        });
        kinds.collect()
    }
}

fn add_each(here: &mut [u64], there: &[u64]) {
    for (here, there) in here.iter_mut().zip(there) {
        *here += there;
    }
}
