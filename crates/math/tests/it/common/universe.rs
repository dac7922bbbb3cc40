//! All ballot sets over a few priests, numbers and decrees.

use super::DECREES;
use synod_math::{Ballot, BallotNumber, PriestSet};

/// The ballots over the first `priests` priests, `numbers` numbers (counted from 1) and
/// `decrees` decrees.
#[derive(Clone, Copy)]
pub(crate) struct Universe {
    pub(crate) priests: usize,
    pub(crate) numbers: u64,
    pub(crate) decrees: usize,
}

impl Universe {
    /// Its numbers.
    pub(crate) fn numbers(self) -> impl Iterator<Item = BallotNumber> {
        (1..=self.numbers).map(BallotNumber)
    }

    /// Its numbers, and one that is above all of them.
    pub(crate) fn numbers_and_one_above(self) -> impl Iterator<Item = BallotNumber> {
        (1..=self.numbers + 1).map(BallotNumber)
    }

    /// Its decrees.
    pub(crate) fn decrees(self) -> &'static [char] {
        &DECREES[..self.decrees]
    }

    /// Every set of its priests that can be a quorum.
    pub(crate) fn quorums(self) -> impl Iterator<Item = PriestSet> {
        PriestSet::first(self.priests).non_empty_subsets()
    }

    /// Every set of its priests that can be the voters.
    fn voters(self) -> impl Iterator<Item = PriestSet> {
        (0..1 << self.priests).map(PriestSet::from_bits)
    }

    /// Every ballot with this number.
    pub(crate) fn ballots_numbered(self, number: BallotNumber) -> Vec<Ballot<char>> {
        let mut ballots = Vec::new();
        for &decree in self.decrees() {
            for quorum in self.quorums() {
                let ballot = |voters| Ballot::new(number, decree, quorum, voters).unwrap();
                ballots.extend(self.voters().map(ballot));
            }
        }
        ballots
    }

    /// Every ballot.
    pub(crate) fn ballots(self) -> Vec<Ballot<char>> {
        self.numbers()
            .flat_map(|number| self.ballots_numbered(number))
            .collect()
    }

    /// How many sets have at most one ballot for each number.
    pub(crate) fn sets_with_one_ballot_a_number(self) -> u128 {
        let a_number = self.ballots_numbered(BallotNumber(1)).len() as u128;
        (1 + a_number).pow(self.numbers as u32)
    }

    /// Visits every set of at most `most` ballots, once.
    pub(crate) fn each_set(self, most: usize, mut visit: impl FnMut(&[Ballot<char>])) {
        each_extension(&mut Vec::new(), &self.ballots(), most, &mut visit);
    }

    /// Visits ∅, and then, for each visited set for which `visit` returns true, its
    /// extensions by one ballot with a larger number. No set is visited twice.
    pub(crate) fn grow(self, mut visit: impl FnMut(&[Ballot<char>]) -> bool) {
        let columns: Vec<_> = self
            .numbers()
            .map(|number| self.ballots_numbered(number))
            .collect();
        grow_from(&mut Vec::new(), &columns, &mut visit);
    }
}

fn each_extension(
    set: &mut Vec<Ballot<char>>,
    candidates: &[Ballot<char>],
    most: usize,
    visit: &mut impl FnMut(&[Ballot<char>]),
) {
    visit(set);
    if set.len() == most {
        return;
    }
    for (position, &ballot) in candidates.iter().enumerate() {
        set.push(ballot);
        each_extension(set, &candidates[position + 1..], most, visit);
        set.pop();
    }
}

fn grow_from(
    set: &mut Vec<Ballot<char>>,
    columns: &[Vec<Ballot<char>>],
    visit: &mut impl FnMut(&[Ballot<char>]) -> bool,
) {
    if !visit(set) {
        return;
    }
    for (position, column) in columns.iter().enumerate() {
        for &ballot in column {
            set.push(ballot);
            grow_from(set, &columns[position + 1..], visit);
            set.pop();
        }
    }
}
