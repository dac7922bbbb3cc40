//! Ballots and sets of ballots (§2.1). Begin with [`Ballot`]; a [`BallotSet`] holds
//! several, and [`vote`](crate::vote) reads the votes in them.

use crate::priest::PriestSet;
use std::fmt;
use std::ops::Deref;

/// B_bal: a ballot's number (the field's proposal number, round or term). Totally
/// ordered.
///
/// −∞, which is below all numbers, is `None` of `Option<BallotNumber>`: Rust
/// orders `None` below every `Some`.
///
/// ```
/// use synod_math::BallotNumber;
///
/// assert!(None < Some(BallotNumber(0)) && BallotNumber(0) < BallotNumber(1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BallotNumber(pub u64);

impl fmt::Display for BallotNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A ballot B (§2.1): a referendum on one decree (the field's value or command).
///
/// Invariant: the quorum is not empty. (With an empty quorum a ballot would be
/// successful before any priest has voted.) Ballots are ordered by number first.
///
/// ```
/// use synod_math::{Ballot, BallotNumber, PriestSet};
///
/// let (one, two) = (PriestSet::first(1), PriestSet::first(2));
/// let ballot = Ballot::new(BallotNumber(5), "β", two, one)?;
/// assert!(!ballot.is_successful()); // Β is in the quorum, and has not voted.
/// assert!(Ballot::new(BallotNumber(5), "β", two, two)?.is_successful());
/// assert!(Ballot::new(BallotNumber(5), "β", PriestSet::EMPTY, one).is_err());
/// # Ok::<(), synod_math::EmptyQuorum>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ballot<D> {
    number: BallotNumber,
    decree: D,
    quorum: PriestSet,
    voters: PriestSet,
}

/// The error of [`Ballot::new`] if the quorum is ∅.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmptyQuorum;

impl fmt::Display for EmptyQuorum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a ballot's quorum must have at least one priest")
    }
}

impl std::error::Error for EmptyQuorum {}

impl<D> Ballot<D> {
    /// A ballot with these four components.
    ///
    /// # Errors
    /// [`EmptyQuorum`] if `quorum` is ∅.
    pub fn new(
        number: BallotNumber,
        decree: D,
        quorum: PriestSet,
        voters: PriestSet,
    ) -> Result<Self, EmptyQuorum> {
        if quorum.is_empty() {
            return Err(EmptyQuorum);
        }
        Ok(Self {
            number,
            decree,
            quorum,
            voters,
        })
    }

    /// B_bal. The number.
    pub const fn number(&self) -> BallotNumber {
        self.number
    }

    /// B_dec. The decree that is voted on.
    pub const fn decree(&self) -> &D {
        &self.decree
    }

    /// B_qrm. The priests whose votes this ballot needs.
    pub const fn quorum(&self) -> PriestSet {
        self.quorum
    }

    /// B_vot. The priests who voted; some may be outside the quorum.
    pub const fn voters(&self) -> PriestSet {
        self.voters
    }

    /// The same ballot with its decree replaced by what `map` returns for it, for
    /// instance a name that can be shown.
    pub fn map<E>(&self, map: impl FnOnce(&D) -> E) -> Ballot<E> {
        Ballot {
            number: self.number,
            decree: map(&self.decree),
            quorum: self.quorum,
            voters: self.voters,
        }
    }

    /// Whether B_qrm ⊆ B_vot.
    pub const fn is_successful(&self) -> bool {
        self.quorum.is_subset(self.voters)
    }
}

impl<D: fmt::Display> fmt::Display for Ballot<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            decree,
            quorum,
            voters,
        } = self;
        write!(
            f,
            "ballot {number} (decree {decree}, quorum {quorum}, voters {voters})"
        )
    }
}

/// 𝓑: a set of ballots. Its `Display` is a [`Figure`](crate::Figure) as the paper's
/// Figure 1.
///
/// Different ballots of the set may have the same number: B1 forbids that, and the
/// type does not. Layout: a sorted `Vec` without repetitions. Insertion is O(n). The
/// set dereferences to the slice that the functions of this crate take.
///
/// ```
/// use synod_math::{Ballot, BallotNumber, BallotSet, PriestSet, conditions};
///
/// let two = PriestSet::first(2);
/// let ballot = Ballot::new(BallotNumber(5), "β", two, two)?;
/// let mut ballots = BallotSet::new();
/// assert!(ballots.insert(ballot));
/// assert!(!ballots.insert(ballot)); // It is there already.
/// assert_eq!(ballots.len(), 1);
/// assert_eq!(conditions::all(&ballots), Ok(()));
/// # Ok::<(), synod_math::EmptyQuorum>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BallotSet<D>(Vec<Ballot<D>>);

impl<D> BallotSet<D> {
    /// ∅.
    pub const fn new() -> Self {
        Self(Vec::new())
    }
}

impl<D: Ord> BallotSet<D> {
    /// Adds a ballot. Returns false if the set has it already.
    pub fn insert(&mut self, ballot: Ballot<D>) -> bool {
        match self.0.binary_search(&ballot) {
            Ok(_) => false,
            Err(position) => {
                self.0.insert(position, ballot);
                true
            }
        }
    }
}

impl<D> Default for BallotSet<D> {
    fn default() -> Self {
        Self::new()
    }
}

impl<D> Deref for BallotSet<D> {
    type Target = [Ballot<D>];

    fn deref(&self) -> &[Ballot<D>] {
        &self.0
    }
}

impl<D: Ord> FromIterator<Ballot<D>> for BallotSet<D> {
    fn from_iter<I: IntoIterator<Item = Ballot<D>>>(ballots: I) -> Self {
        let mut ballots = Vec::from_iter(ballots);
        ballots.sort();
        ballots.dedup();
        Self(ballots)
    }
}
