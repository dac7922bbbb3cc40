//! Quorum systems: majority sets by number or by weight. A protocol that takes its
//! quorums from one system satisfies [`b2`](crate::conditions::b2).

use crate::priest::{Priest, PriestSet};
use std::fmt;

/// Which sets of priests are quorums.
///
/// Any two quorums of one system intersect, because each holds more than half
/// of the same total (§2.1: "majority set"; §2.2 on weights).
///
/// ```
/// use synod_math::{PriestSet, Quorums};
///
/// let five = Quorums::majority(5)?;
/// assert!(five.is_quorum(PriestSet::first(3)));
/// assert_eq!(five.all().len(), 16);
///
/// // The first priest weighs more than the two others together.
/// let weighted = Quorums::weighted(vec![3, 1, 1])?;
/// assert!(weighted.is_quorum(PriestSet::first(1)));
/// # Ok::<(), synod_math::NoQuorum>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quorums {
    weights: Vec<u32>,
    total: u64,
}

/// Why a quorum system cannot be made of the given priests: an error of [`Quorums`].
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
    /// The system of the first `priests` priests. A quorum holds more than half of
    /// them.
    ///
    /// # Errors
    /// [`NoQuorum`] if there is no priest, or more than [`Priest::LIMIT`].
    pub fn majority(priests: usize) -> Result<Self, NoQuorum> {
        Self::weighted(vec![1; priests])
    }

    /// The system whose quorums hold more than half of the total weight; `weights[i]`
    /// is the weight of the priest with index i. A weight of 0 is allowed: that
    /// priest may vote, but his vote never counts.
    ///
    /// # Errors
    /// [`NoQuorum`] if there is no priest, or more than [`Priest::LIMIT`], or if all
    /// weights are zero.
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
    /// total. Priests outside the system count nothing. O(n).
    pub fn is_quorum(&self, set: PriestSet) -> bool {
        let weight: u64 = set
            .intersection(self.priests())
            .iter()
            .map(|priest| u64::from(self.weights[priest.index()]))
            .sum();
        2 * weight > self.total
    }

    /// Every quorum, in the order of [`PriestSet::bits`]. O(2ⁿ).
    pub fn all(&self) -> Vec<PriestSet> {
        self.priests()
            .non_empty_subsets()
            .filter(|&set| self.is_quorum(set))
            .collect()
    }
}
