//! Quorum systems, by which B2 is met: majority sets by number or by weight.

use crate::priest::{Priest, PriestSet};
use std::fmt;

/// Which sets of priests are quorums.
///
/// Any two quorums of one system intersect, because each holds more than half
/// of the same total (§2.1: "majority set"; §2.2 on weights).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quorums {
    weights: Vec<u32>,
    total: u64,
}

/// No set of the given priests would be a quorum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoQuorum {
    /// There are no priests.
    NoPriests,
    /// There are more priests than [`Priest::LIMIT`].
    TooManyPriests(usize),
    /// All weights are zero.
    NoWeight,
}

impl fmt::Display for NoQuorum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPriests => f.write_str("there must be at least one priest"),
            Self::TooManyPriests(count) => {
                write!(f, "{count} priests, but {} at most", Priest::LIMIT)
            }
            Self::NoWeight => f.write_str("at least one weight must be above zero"),
        }
    }
}

impl std::error::Error for NoQuorum {}

impl Quorums {
    /// Majority sets of `priests` priests: more than half of them.
    ///
    /// # Errors
    /// [`NoQuorum`] for no priest or too many.
    pub fn majority(priests: usize) -> Result<Self, NoQuorum> {
        Self::weighted(vec![1; priests])
    }

    /// Sets that hold more than half of the total weight; `weights[i]` is the
    /// weight of the priest with index i. A weight of 0 is allowed: that
    /// priest may vote, and it never counts.
    ///
    /// # Errors
    /// [`NoQuorum`] for no priest, too many, or weights that are all zero.
    pub fn weighted(weights: Vec<u32>) -> Result<Self, NoQuorum> {
        if weights.is_empty() {
            return Err(NoQuorum::NoPriests);
        }
        if weights.len() > Priest::LIMIT {
            return Err(NoQuorum::TooManyPriests(weights.len()));
        }
        let total = weights.iter().map(|&weight| u64::from(weight)).sum();
        if total == 0 {
            return Err(NoQuorum::NoWeight);
        }
        Ok(Self { weights, total })
    }

    /// All priests of the system.
    pub fn priests(&self) -> PriestSet {
        PriestSet::first(self.weights.len())
    }

    /// Whether `set` is a majority set: its weight is more than half of the
    /// total. O(n).
    pub fn is_quorum(&self, set: PriestSet) -> bool {
        let weight: u64 = set
            .intersection(self.priests())
            .iter()
            .map(|priest| u64::from(self.weights[priest.index()]))
            .sum();
        2 * weight > self.total
    }

    /// Every quorum, in order of bits. O(2ⁿ).
    pub fn all(&self) -> Vec<PriestSet> {
        self.priests()
            .non_empty_subsets()
            .filter(|&set| self.is_quorum(set))
            .collect()
    }
}
