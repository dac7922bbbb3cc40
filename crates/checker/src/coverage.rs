//! What a run has been through: its levels, how its states branch, and what
//! each kind of action has led to.

use stateright::Model;

/// The kinds of actions of a model, for coverage.
pub struct Kinds<M: Model> {
    /// Their names.
    pub names: Vec<String>,
    /// Which of them an action is of: a position in `names`.
    pub of: fn(&M, &M::Action) -> usize,
}

impl<M: Model> Clone for Kinds<M> {
    fn clone(&self) -> Self {
        Self {
            names: self.names.clone(),
            of: self.of,
        }
    }
}

/// What a run has been through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exploration {
    /// Distinct states at each distance from the initial ones: those first.
    pub levels: Vec<u64>,
    /// How many transitions leave a state, over all states that were expanded;
    /// none if there were none.
    pub branching: Option<Branching>,
    /// What each kind of action led to; empty if the kinds are not known.
    pub actions: Vec<ActionCoverage>,
    /// The depth at which this run took over from a checkpoint.
    pub resumed_at: Option<u32>,
    /// What is counted more than once because of marks, if there are any. Of a run
    /// of [`crate::Engine::Levels`] that has seen everything.
    pub copies: Option<Copies>,
    /// How many states waited in a file, because memory was short.
    pub stored: u64,
    /// How it was spread over workers, by [`crate::Engine::Timely`].
    pub distribution: Option<Distribution>,
}

/// States that differ from others in nothing but a mark: what a step has left in
/// them so that a property of states can judge the step. They count among the
/// distinct states, but the protocol does not have them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copies {
    /// How many.
    pub states: u64,
    /// The transitions that leave them.
    pub transitions: u64,
}

/// How a run was spread over processes and their workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// How many processes.
    pub processes: usize,
    /// How many workers in all of them.
    pub workers: usize,
    /// Distinct states that this process owns.
    pub states_here: u64,
    /// States that were sent to another worker, repetitions included.
    pub states_exchanged: u64,
    /// Their bytes, with fingerprints, predecessors and what they refer to.
    pub bytes_exchanged: u64,
    /// Of these bytes, those that went to another process.
    pub bytes_abroad: u64,
}

/// How many transitions leave a state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Branching {
    /// The fewest.
    pub min: u64,
    /// On average.
    pub mean: f64,
    /// At most so many in 95 of 100 states.
    pub percentile_95: u64,
    /// The most.
    pub max: u64,
}

/// What a kind of action led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionCoverage {
    /// Its name.
    pub name: String,
    /// In how many states, over all its parameters, it could be taken. Each is
    /// a transition.
    pub enabled: u64,
    /// How many distinct states were first reached by it. Of actions that reach
    /// the same state from the same level one is first: which, depends on the
    /// order of exploration, and so on the number of threads. None of random
    /// walks.
    pub new_states: Option<u64>,
}

/// Counts how often each number occurred.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Histogram(Vec<u64>);

impl Histogram {
    pub(crate) fn from_counts(counts: Vec<u64>) -> Self {
        Self(counts)
    }

    pub(crate) fn counts(&self) -> &[u64] {
        &self.0
    }

    pub(crate) fn add(&mut self, number: usize) {
        if self.0.len() <= number {
            self.0.resize(number + 1, 0);
        }
        self.0[number] += 1;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (here, there) in self.0.iter_mut().zip(&other.0) {
            *here += there;
        }
    }

    /// None if nothing was counted.
    #[allow(clippy::cast_precision_loss)] // A mean needs no 53 bits.
    pub(crate) fn branching(&self) -> Option<Branching> {
        let occurred = || self.0.iter().enumerate().filter(|(_, times)| **times > 0);
        let total: u64 = self.0.iter().sum();
        let sum: u64 = occurred()
            .map(|(number, times)| number as u64 * times)
            .sum();
        let mut below = 0;
        let percentile_95 = occurred().find(|(_, times)| {
            below += **times;
            below * 100 >= total * 95
        });
        Some(Branching {
            min: occurred().next()?.0 as u64,
            mean: sum as f64 / total as f64,
            percentile_95: percentile_95?.0 as u64,
            max: occurred().next_back()?.0 as u64,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::float_cmp)] // Small whole numbers.
    fn the_95th_percentile_leaves_at_most_five_in_a_hundred_above() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.branching(), None);
        for number in 1..=100 {
            histogram.add(number);
        }
        let branching = histogram.branching();
        let expected = Branching {
            min: 1,
            mean: 50.5,
            percentile_95: 95,
            max: 100,
        };
        assert_eq!(branching, Some(expected));
    }
}
