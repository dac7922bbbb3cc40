//! prevVotes as a part of a packed slip: one bit for each possible vote.

use crate::bounds::{Bounds, BoundsError, check_room};
use crate::messages::PackedVote;
use synod_math::PriestSet;

/// A packed slip has room for this many different votes.
const MAX_VOTES: usize = 64;

/// A set of votes: prevVotes of a [`Legislator`](super::Legislator). Layout: one `u64`;
/// [`VoteSpace`] assigns a bit to each vote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct VoteSet(u64);

impl VoteSet {
    /// ∅.
    pub const EMPTY: Self = Self(0);

    /// The bits: one for each vote.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Whether this is ∅.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// All votes within the bounds, null votes included, and their bits in a [`VoteSet`].
///
/// ```
/// use synod_models::basic::{VoteSet, VoteSpace};
/// use synod_models::bounds::{Bounds, Decree, Rank};
/// use synod_models::messages::PackedVote;
///
/// let bounds = Bounds::new(3, &[1], 1, &["olives"].map(String::from))?;
/// let space = VoteSpace::new(&bounds)?;
/// let priest = bounds.priests().next().unwrap();
/// let vote = PackedVote { priest, number: Rank(1), decree: Decree(1) };
/// let votes = space.insert(VoteSet::EMPTY, vote);
/// assert!(space.iter(votes).eq([vote]));
/// # Ok::<(), synod_models::bounds::BoundsError>(())
/// ```
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

    /// The set with this vote added.
    #[must_use]
    pub fn insert(&self, set: VoteSet, vote: PackedVote) -> VoteSet {
        let place = vote.priest.index() * self.of_a_priest + vote.place(self.decrees);
        VoteSet(set.0 | 1 << place)
    }

    /// The votes of a set, in order of priest and number.
    pub fn iter(&self, set: VoteSet) -> impl Iterator<Item = PackedVote> + Clone {
        // The set has at most 64 bits, so the bit set of priests can iterate over it.
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
