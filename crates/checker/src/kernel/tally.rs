//! The counts of one worker, which add up to those of the run.

use crate::problem::Problem;
use crate::report::{ActionCoverage, Branching, Exploration, LevelSketch, SetFingerprint};
use crate::sketch::Sketch;
use serde::{Deserialize, Serialize};
use stateright::Model;

/// Counts of transitions and states.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    /// The number of initial states and transitions.
    pub generated: u64,
    /// The number of distinct states on the level that is being reached.
    pub new_states: u64,
    /// The number of states of the whole space for which the distinct states stand.
    pub unreduced: u64,
    /// The number of transitions by kind of action.
    pub enabled: Vec<u64>,
    /// The number of distinct states by the kind of action that reached them first.
    pub reached: Vec<u64>,
    /// For each number of transitions, how many states have so many.
    pub branching: Histogram,
    /// The fingerprint of the distinct states.
    pub fingerprint: SetFingerprint,
    /// By kind of action the fingerprint of the states that its transitions lead to.
    pub led_to: Vec<SetFingerprint>,
    /// Of the distinct states, each with the weight 1; empty unless it is asked for.
    pub states: Sketch,
    /// Of the states that were expanded, each with the weights of its successors; empty
    /// unless it is asked for.
    pub steps: Sketch,
}

impl Tally {
    /// A tally of zeros, for this number of kinds of actions.
    pub fn new(kinds: usize) -> Self {
        Self {
            enabled: vec![0; kinds],
            reached: vec![0; kinds],
            led_to: vec![SetFingerprint::default(); kinds],
            ..Self::default()
        }
    }

    /// Adds the counts of another worker.
    pub fn add(&mut self, other: &Self) {
        self.generated += other.generated;
        self.new_states += other.new_states;
        self.unreduced += other.unreduced;
        add_each(&mut self.enabled, &other.enabled, |here, there| {
            *here += there;
        });
        add_each(&mut self.reached, &other.reached, |here, there| {
            *here += there;
        });
        self.branching.merge(&other.branching);
        self.fingerprint.merge(other.fingerprint);
        add_each(&mut self.led_to, &other.led_to, |here, there| {
            here.merge(there);
        });
        self.states.merge(&other.states);
        self.steps.merge(&other.steps);
    }

    /// The figures of a run that are counted here: how its states branch, and the coverage
    /// of each kind of action, under its name.
    pub fn exploration<M: Model>(&self, problem: &Problem<M>) -> Exploration {
        let counts = self.enabled.iter().zip(&self.reached).zip(&self.led_to);
        let kinds = problem.extras.names().iter().zip(counts);
        let kinds = kinds.map(
            |(name, ((&enabled, &new_states), &led_to))| ActionCoverage {
                name: name.clone(),
                enabled,
                new_states: Some(new_states),
                levels: Vec::new(),
                fingerprint: Some(led_to),
            },
        );
        Exploration {
            unreduced: problem.extras.stands_for.map(|_| self.unreduced),
            branching: self.branching.branching(),
            actions: kinds.collect(),
            ..Exploration::default()
        }
    }
}

/// The counts of a run by level. At the end of each level, it keeps what was counted since the
/// end of the level before.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ByLevel {
    levels: Vec<Level>,
    before: Tally,
}

/// The counts of one level.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Level {
    /// Of the states of the level.
    fingerprint: SetFingerprint,
    states: Sketch,
    /// Of the transitions that lead to the level from the one before it.
    enabled: Vec<u64>,
    steps: Sketch,
}

impl ByLevel {
    /// Ends a level, when the run has counted this.
    pub fn end_level(&mut self, tally: &Tally) {
        let before = std::mem::replace(&mut self.before, tally.clone());
        let enabled = tally.enabled.iter().enumerate();
        let enabled = enabled.map(|(kind, now)| now - before.enabled.get(kind).unwrap_or(&0));
        self.levels.push(Level {
            fingerprint: tally.fingerprint.since(before.fingerprint),
            states: tally.states.since(&before.states),
            enabled: enabled.collect(),
            steps: tally.steps.since(&before.steps),
        });
    }

    /// Adds these figures to the other figures of the run, whose levels are known.
    #[must_use]
    pub fn add_to(self, mut exploration: Exploration) -> Exploration {
        let levels = exploration.levels.len();
        // The transitions that lead to a level leave the level before it.
        let left: Vec<_> = self.levels.iter().skip(1).take(levels).collect();
        for (kind, action) in exploration.actions.iter_mut().enumerate() {
            let enabled = left.iter().filter_map(|level| level.enabled.get(kind));
            action.levels = enabled.copied().collect();
        }
        let reached = self.levels.iter().take(levels);
        exploration.fingerprints = reached.clone().map(|level| level.fingerprint).collect();
        let no_sketch = Sketch::default();
        let is_sketched = |level: &Level| level.states != no_sketch;
        if reached.clone().any(is_sketched) {
            let steps = left.iter().map(|level| Some(level.steps.clone()));
            let steps = steps.chain(std::iter::repeat(None));
            let sketches = reached.zip(steps).map(|(level, steps)| LevelSketch {
                states: level.states.clone(),
                steps,
            });
            exploration.sketches = sketches.collect();
        }
        exploration
    }
}

/// Adds to each what is in the same place there. A tally that was begun without kinds takes
/// over those of the other.
fn add_each<T: Copy + Default>(here: &mut Vec<T>, there: &[T], add: impl Fn(&mut T, T)) {
    if here.len() < there.len() {
        here.resize(there.len(), T::default());
    }
    for (here, there) in here.iter_mut().zip(there) {
        add(here, *there);
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
        add_each(&mut self.0, &other.0, |here, there| *here += there);
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
