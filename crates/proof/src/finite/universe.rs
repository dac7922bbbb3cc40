//! The elements of the sorts, and what means the same in all states.

use crate::term::{Sort, Symbol};
use synod_math::{NoQuorum, Quorums};

/// A few priests, ballot numbers and decrees, by their places. The number and the decree at
/// place 0 are −∞ and BLANK. A set of priests is a number of bits.
#[derive(Clone, Debug)]
pub struct Universe {
    weights: Vec<usize>,
    priests: usize,
    numbers: Vec<usize>,
    decrees: usize,
    places: usize,
    majorities: Vec<bool>,
}

impl Universe {
    /// A universe whose majority sets are those with more than half of the weight. The owner of
    /// number b is priest b mod n, for n priests.
    pub fn weighted(weights: &[usize], numbers: &[usize], decrees: usize) -> Self {
        let priests = weights.len();
        let all: usize = weights.iter().sum();
        let weight = |set: usize| -> usize {
            let members = (0..priests).filter(|p| set >> p & 1 == 1);
            members.map(|p| weights[p]).sum()
        };
        Self {
            weights: weights.to_vec(),
            priests,
            numbers: numbers.to_vec(),
            decrees,
            places: 1,
            majorities: (0..1 << priests).map(|set| 2 * weight(set) > all).collect(),
        }
    }

    /// A universe whose majority sets are those with more than half of the priests.
    pub fn of_majorities(priests: usize, numbers: &[usize], decrees: usize) -> Self {
        Self::weighted(&vec![1; priests], numbers, decrees)
    }

    /// The same universe in which every set but the empty one is a majority set.
    #[must_use]
    pub fn with_every_set_a_majority(mut self) -> Self {
        self.majorities = (0..1 << self.priests).map(|set| set > 0).collect();
        self
    }

    /// The same universe with this many decree numbers. Others have one.
    #[must_use]
    pub const fn with_decree_numbers(mut self, places: usize) -> Self {
        self.places = places;
        self
    }

    /// The ballot numbers; that at place i is at place i + 1 of the sort.
    pub fn numbers(&self) -> &[usize] {
        &self.numbers
    }

    /// The quorum system of the weights.
    ///
    /// # Errors
    /// There is none of these weights.
    pub fn quorums(&self) -> Result<Quorums, NoQuorum> {
        let weights = self.weights.iter();
        Quorums::weighted(
            weights
                .map(|weight| u32::try_from(*weight).unwrap_or(1))
                .collect(),
        )
    }

    /// How many priests there are.
    pub const fn priests(&self) -> usize {
        self.priests
    }

    /// How many elements a sort has.
    pub const fn size(&self, sort: Sort) -> usize {
        match sort {
            Sort::Truth => 2,
            Sort::Priest => self.priests,
            Sort::Number => self.numbers.len() + 1,
            Sort::Decree => self.decrees + 1,
            Sort::Set => 1 << self.priests,
            Sort::Place => self.places,
        }
    }

    /// The value of a symbol that means the same in all states. Truth is 1. Of −∞, whose owner
    /// nothing depends on, it is the first priest.
    pub(super) fn value(&self, symbol: &Symbol, arguments: &[usize]) -> usize {
        match (symbol.name, arguments) {
            ("atMost", [b, c]) => usize::from(b <= c),
            ("isLower", [m, n]) => usize::from(m < n),
            ("isIn", [p, set]) => set >> p & 1,
            ("isMajority" | "isPhase1" | "isPhase2", [set]) => usize::from(self.majorities[*set]),
            ("owner", [b]) => match b.checked_sub(1) {
                Some(place) => self.numbers[place] % self.priests,
                None => 0,
            },
            // −∞, BLANK and the empty set.
            ("minusInfinity" | "blank" | "nobody", []) => 0,
            (name, _) => unreachable!("every rigid symbol has a value here, and {name} has none"),
        }
    }
}
