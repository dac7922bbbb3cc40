//! The counts of one worker, which add up to those of the run.

use crate::report::{ActionCoverage, Branching, Exploration};
use serde::{Deserialize, Serialize};

/// Counts of transitions and states.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    /// The number of initial states and transitions.
    pub generated: u64,
    /// The number of distinct states on the level that is being reached.
    pub new_states: u64,
    /// The number of transitions by kind of action.
    pub enabled: Vec<u64>,
    /// The number of distinct states by the kind of action that reached them first.
    pub reached: Vec<u64>,
    /// For each number of transitions, how many states have so many.
    pub branching: Histogram,
}

impl Tally {
    /// A tally of zeros, for this number of kinds of actions.
    pub fn new(kinds: usize) -> Self {
        Self {
            enabled: vec![0; kinds],
            reached: vec![0; kinds],
            ..Self::default()
        }
    }

    /// Adds the counts of another worker.
    pub fn add(&mut self, other: &Self) {
        self.generated += other.generated;
        self.new_states += other.new_states;
        add_each(&mut self.enabled, &other.enabled);
        add_each(&mut self.reached, &other.reached);
        self.branching.merge(&other.branching);
    }

    /// The figures of a run that are counted here: how its states branch, and the coverage
    /// of each kind of action, under its name.
    pub fn exploration(&self, names: &[String]) -> Exploration {
        let counts = self.enabled.iter().zip(&self.reached);
        let kinds = names.iter().zip(counts);
        let kinds = kinds.map(|(name, (&enabled, &new_states))| ActionCoverage {
            name: name.clone(),
            enabled,
            new_states: Some(new_states),
        });
        Exploration {
            branching: self.branching.branching(),
            actions: kinds.collect(),
            ..Exploration::default()
        }
    }
}

fn add_each(here: &mut [u64], there: &[u64]) {
    for (here, there) in here.iter_mut().zip(there) {
        *here += there;
    }
}

/// Counts how often each number occurs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Histogram(Vec<u64>);

impl Histogram {
    /// Counts one occurrence of a number.
    pub fn add(&mut self, number: usize) {
        if self.0.len() <= number {
            self.0.resize(number + 1, 0);
        }
        self.0[number] += 1;
    }

    /// Adds the counts of another histogram.
    pub fn merge(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (here, there) in self.0.iter_mut().zip(&other.0) {
            *here += there;
        }
    }

    /// The least number, the mean, the 95th percentile and the greatest number. None if
    /// nothing was counted.
    #[allow(clippy::cast_precision_loss)] // A mean does not need all the digits.
    pub fn branching(&self) -> Option<Branching> {
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
    fn at_most_five_of_a_hundred_numbers_lie_above_the_95th_percentile() {
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
