//! prevVotes as it lies in a slip: one bit for each vote there can be.

use crate::bounds::{Bounds, BoundsError, check_room};
use crate::messages::PackedVote;
use synod_math::PriestSet;

/// A slip has room for this many different votes.
const MAX_VOTES: usize = 64;

/// A set of votes. Layout: one `u64`, the bit of a vote given by [`VoteSpace`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct VoteSet(u64);

impl VoteSet {
    /// ∅.
    pub const EMPTY: Self = Self(0);

    /// One bit a vote.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Whether this is ∅.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Every vote, null votes included, that there can be within the bounds.
#[derive(Clone, Debug)]
pub struct VoteSpace {
    votes: Vec<PackedVote>,
    of_a_priest: usize,
    decrees: usize,
}

impl VoteSpace {
    /// Lays out the votes of these bounds.
    ///
    /// # Errors
    /// [`BoundsError::Room`] if they do not fit in a slip.
    pub fn new(bounds: &Bounds) -> Result<Self, BoundsError> {
        let (numbers, decrees) = (bounds.numbers().len(), bounds.decrees().count());
        let of_each = |priest| PackedVote::all(priest, numbers, decrees);
        let votes: Vec<_> = bounds.priests().flat_map(of_each).collect();
        check_room("different votes", votes.len(), MAX_VOTES)?;
        Ok(Self {
            votes,
            of_a_priest: 1 + numbers * decrees,
            decrees,
        })
    }

    /// The set with the vote in it.
    #[must_use]
    pub fn insert(&self, set: VoteSet, vote: PackedVote) -> VoteSet {
        let place = vote.priest.index() * self.of_a_priest + vote.place(self.decrees);
        VoteSet(set.0 | 1 << place)
    }

    /// The votes of a set, by priest and number.
    pub fn iter(&self, set: VoteSet) -> impl Iterator<Item = PackedVote> + Clone {
        // A set of at most 64 things: the bit set of priests serves for it.
        PriestSet::from_bits(set.0)
            .iter()
            .map(|bit| self.votes[bit.index()])
    }

    /// The priests whose votes are in a set.
    pub fn priests(&self, set: VoteSet) -> PriestSet {
        self.iter(set).map(|vote| vote.priest).collect()
    }
}

crate::bytes::fields_as_bytes!(VoteSet { 0 });
