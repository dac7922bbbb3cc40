//! 𝓑, the set of ballots, as a part of a packed state: small, `Copy`, sorted.

use crate::bounds::{Bounds, Decree, Rank};
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use synod_math::{Ballot, BallotNumber, BallotSet, Priest, PriestSet};

/// A state has room for this many ballots. A correct protocol begins at most one
/// ballot for each number; mutants that break B1 begin more.
pub const MAX_BALLOTS: usize = 16;

/// The identity of a ballot in 𝓑: everything but its voters. A part of [`Ballots`].
///
/// The message BeginBallot carries it. For a protocol that satisfies B1 the number would
/// be enough; for the mutants that break B1 it is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BallotKey {
    /// B_bal.
    pub number: Rank,
    /// B_dec.
    pub decree: Decree,
    /// B_qrm as bits.
    quorum: u8,
}

impl BallotKey {
    /// The identity of a ballot. The quorum consists of some of the first eight priests.
    pub const fn new(number: Rank, decree: Decree, quorum: PriestSet) -> Self {
        Self {
            number,
            decree,
            quorum: quorum.bits() as u8,
        }
    }

    /// Every ballot that can have this number, in order of decree and quorum.
    pub(crate) fn all(bounds: &Bounds, number: Rank) -> impl Iterator<Item = Self> {
        bounds.decrees().flat_map(move |decree| {
            let quorums = bounds.quorums().iter();
            quorums.map(move |&quorum| Self::new(number, decree, quorum))
        })
    }

    /// B_qrm.
    pub const fn quorum(self) -> PriestSet {
        PriestSet::from_bits(self.quorum as u64)
    }
}

/// A ballot in four bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct PackedBallot {
    key: BallotKey,
    voters: u8,
}

impl PackedBallot {
    const fn bits(self) -> u32 {
        u32::from_be_bytes([
            self.key.number.0,
            self.key.decree.0,
            self.key.quorum,
            self.voters,
        ])
    }
}

/// 𝓑. Layout: [`MAX_BALLOTS`] entries of four bytes, and the count of those in use: 65
/// bytes. The entries are sorted by number, decree and quorum, and the unused ones are
/// equal, so that equal sets are equal values.
///
/// ```
/// use synod_math::{Priest, PriestSet};
/// use synod_models::ballots::{BallotKey, Ballots};
/// use synod_models::bounds::{Decree, Rank};
///
/// let key = BallotKey::new(Rank(1), Decree(1), PriestSet::first(2));
/// let mut ballots = Ballots::default();
/// ballots.begin(key);
/// assert_eq!(ballots.successful().count(), 0);
/// for voter in PriestSet::first(2).iter() {
///     ballots.vote(key, voter);
/// }
/// assert!(ballots.successful().eq([key]));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ballots {
    entries: [PackedBallot; MAX_BALLOTS],
    count: u8,
}

impl Hash for Ballots {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u8(self.count);
        for entry in self.entries() {
            hasher.write_u32(entry.bits());
        }
    }
}

impl Ballots {
    fn entries(&self) -> &[PackedBallot] {
        &self.entries[..usize::from(self.count)]
    }

    fn entries_mut(&mut self) -> &mut [PackedBallot] {
        &mut self.entries[..usize::from(self.count)]
    }

    /// Whether a ballot with this number has begun.
    pub(crate) fn has_number(&self, number: Rank) -> bool {
        self.entries().iter().any(|e| e.key.number == number)
    }

    /// Whether one more ballot fits.
    pub const fn has_room(&self) -> bool {
        (self.count as usize) < MAX_BALLOTS
    }

    /// Adds the ballot, without voters. A ballot that is in the set already keeps its
    /// voters.
    ///
    /// # Panics
    /// If there would be more than [`MAX_BALLOTS`] ballots. Bounds that need more are
    /// refused when a model is made.
    pub fn begin(&mut self, key: BallotKey) {
        let Err(position) = self.entries().binary_search_by(|e| e.key.cmp(&key)) else {
            return;
        };
        let end = usize::from(self.count);
        assert!(end < MAX_BALLOTS, "the bounds leave room for every ballot");
        self.entries.copy_within(position..end, position + 1);
        self.entries[position] = PackedBallot { key, voters: 0 };
        self.count += 1;
    }

    /// Adds a voter to this ballot, if it has begun.
    pub fn vote(&mut self, key: BallotKey, priest: Priest) {
        for entry in self.entries_mut() {
            if entry.key == key {
                entry.voters |= PriestSet::EMPTY.with(priest).bits() as u8;
            }
        }
    }

    /// The ballots and their voters, from the smallest number.
    pub fn iter(&self) -> impl Iterator<Item = (BallotKey, PriestSet)> {
        self.entries()
            .iter()
            .map(|e| (e.key, PriestSet::from_bits(u64::from(e.voters))))
    }

    /// The successful ballots.
    pub fn successful(&self) -> impl Iterator<Item = BallotKey> {
        self.iter()
            .filter(|(key, voters)| key.quorum().is_subset(*voters))
            .map(|(key, _)| key)
    }

    /// 𝓑 as a slice of `synod_math`'s ballots, on the stack.
    pub(crate) fn unpack(&self, bounds: &Bounds) -> Unpacked {
        Unpacked::new(bounds, self.iter(), self.count.into())
    }

    /// 𝓑 with the names of the decrees, to be shown.
    pub fn named(&self, bounds: &Bounds) -> BallotSet<String> {
        self.unpack(bounds)
            .iter()
            .map(|ballot| bounds.named(ballot))
            .collect()
    }
}

#[allow(clippy::expect_used)]
fn ballot(
    number: BallotNumber,
    decree: Decree,
    quorum: PriestSet,
    voters: PriestSet,
) -> Ballot<Decree> {
    Ballot::new(number, decree, quorum, voters).expect("the bounds have no empty quorum")
}

/// 𝓑 of ballots in order of number, decree and quorum, with their voters.
impl FromIterator<(BallotKey, PriestSet)> for Ballots {
    fn from_iter<T: IntoIterator<Item = (BallotKey, PriestSet)>>(ballots: T) -> Self {
        let mut all = Self::default();
        for (entry, (key, voters)) in all.entries.iter_mut().zip(ballots) {
            let voters = voters.bits() as u8;
            *entry = PackedBallot { key, voters };
            all.count += 1;
        }
        debug_assert!(all.entries().is_sorted(), "the ballots are in order");
        all
    }
}

/// Most states have no more ballots than this.
const FEW: usize = 4;

/// 𝓑 as a slice of [`Ballot`]s, made by [`Ballots::unpack`]. It is not allocated, because
/// claims read it in every state. It has two sizes, because an array of [`MAX_BALLOTS`]
/// takes longer to fill than to read.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::large_enum_variant)] // The value is not moved once it is made.
pub(crate) enum Unpacked {
    /// Up to four ballots, and their count; the rest is filler.
    Few([Ballot<Decree>; FEW], usize),
    /// Up to [`MAX_BALLOTS`] ballots, and their count; the rest is filler.
    Many([Ballot<Decree>; MAX_BALLOTS], usize),
}

impl Unpacked {
    /// These ballots, of which there are `count`.
    pub(crate) fn new(
        bounds: &Bounds,
        ballots: impl Iterator<Item = (BallotKey, PriestSet)>,
        count: usize,
    ) -> Self {
        if count <= FEW {
            Self::Few(fill(bounds, ballots), count)
        } else {
            Self::Many(fill(bounds, ballots), count)
        }
    }
}

fn fill<const ROOM: usize>(
    bounds: &Bounds,
    ballots: impl Iterator<Item = (BallotKey, PriestSet)>,
) -> [Ballot<Decree>; ROOM] {
    let everybody = PriestSet::from_bits(u64::MAX);
    let filler = ballot(BallotNumber(0), Decree::BLANK, everybody, PriestSet::EMPTY);
    let mut room = [filler; ROOM];
    for (slot, (key, voters)) in room.iter_mut().zip(ballots) {
        let number = bounds.number(key.number).unwrap_or(BallotNumber(0));
        *slot = ballot(number, key.decree, key.quorum(), voters);
    }
    room
}

impl Deref for Unpacked {
    type Target = [Ballot<Decree>];

    fn deref(&self) -> &[Ballot<Decree>] {
        match self {
            Self::Few(ballots, count) => &ballots[..*count],
            Self::Many(ballots, count) => &ballots[..*count],
        }
    }
}

crate::bytes::fields_as_bytes!(BallotKey {
    number,
    decree,
    quorum
});
crate::bytes::fields_as_bytes!(PackedBallot { key, voters });
crate::bytes::fields_as_bytes!(Ballots { entries, count });
