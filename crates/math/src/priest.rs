//! Priests, and sets of priests as bit sets. They are the quorums and voters of a
//! [`Ballot`](crate::Ballot).

use std::fmt;

/// A priest (§2.1; a *legislator* from §3 on): a process, identified by its index.
///
/// Layout: one byte. Its `Display` is the paper's name for it: Α Β Γ Δ Ε …
///
/// ```
/// use synod_math::Priest;
///
/// assert_eq!(Priest::new(3).unwrap().to_string(), "Δ");
/// assert_eq!(Priest::new(Priest::LIMIT), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priest(u8);

/// The names of the first 24 priests: the Greek capitals.
const NAMES: [&str; 24] = [
    "Α", "Β", "Γ", "Δ", "Ε", "Ζ", "Η", "Θ", "Ι", "Κ", "Λ", "Μ", "Ν", "Ξ", "Ο", "Π", "Ρ", "Σ", "Τ",
    "Υ", "Φ", "Χ", "Ψ", "Ω",
];

impl Priest {
    /// The largest number of priests: a [`PriestSet`] has one bit for each.
    pub const LIMIT: usize = 64;

    /// The priest with this index, counted from 0; `None` if the index is
    /// [`Priest::LIMIT`] or more.
    pub const fn new(index: usize) -> Option<Self> {
        if index < Self::LIMIT {
            Some(Self(index as u8))
        } else {
            None
        }
    }

    /// The index, counted from 0.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for Priest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NAMES.get(self.index()) {
            Some(name) => f.pad(name),
            None => f.pad(&format!("P{}", self.index() + 1)),
        }
    }
}

/// A set of priests: a quorum, or the voters of a ballot.
///
/// Layout: one `u64`, bit i for the priest with index i. All operations are
/// O(1) except iteration, which is O(size of the set).
///
/// ```
/// use synod_math::{Priest, PriestSet};
///
/// let delta = Priest::new(3).unwrap();
/// let set = PriestSet::first(2).with(delta);
/// assert_eq!(set.to_string(), "{Α Β Δ}");
/// assert!(set.contains(delta) && PriestSet::first(2).is_subset(set));
/// assert_eq!(set.intersection(PriestSet::first(1)).to_string(), "{Α}");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PriestSet(u64);

impl PriestSet {
    /// ∅.
    pub const EMPTY: Self = Self(0);

    /// The set that has the priest with index i if bit i of `bits` is 1.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Bit i is 1 if the priest with index i is a member.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The first `count` priests; all [`Priest::LIMIT`] of them if `count` is
    /// larger.
    pub const fn first(count: usize) -> Self {
        if count >= Priest::LIMIT {
            Self(u64::MAX)
        } else {
            Self((1 << count) - 1)
        }
    }

    /// Whether the priest is a member.
    pub const fn contains(self, priest: Priest) -> bool {
        self.0 & (1 << priest.0) != 0
    }

    /// The set with this priest added.
    #[must_use]
    pub const fn with(self, priest: Priest) -> Self {
        Self(self.0 | (1 << priest.0))
    }

    /// ∩.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// ∪.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// ⊆.
    pub const fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether this is ∅.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The number of members.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The members, in order of index.
    pub fn iter(self) -> impl Iterator<Item = Priest> + Clone {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let index = rest.trailing_zeros() as u8;
            rest &= rest.checked_sub(1)?;
            Some(Priest(index))
        })
    }

    /// Every non-empty subset, in the order of [`PriestSet::bits`]. There are 2ⁿ − 1.
    pub fn non_empty_subsets(self) -> impl Iterator<Item = Self> {
        let mut subset = 0u64;
        std::iter::from_fn(move || {
            // Subtracting the mask adds 1 to the subset's bits and carries over the
            // gaps of the mask, which gives the next subset in order of bits.
            subset = subset.wrapping_sub(self.0) & self.0;
            (subset != 0).then_some(Self(subset))
        })
        .fuse()
    }
}

impl FromIterator<Priest> for PriestSet {
    fn from_iter<I: IntoIterator<Item = Priest>>(priests: I) -> Self {
        priests.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl fmt::Display for PriestSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("∅");
        }
        f.write_str("{")?;
        for (position, priest) in self.iter().enumerate() {
            let separator = if position == 0 { "" } else { " " };
            write!(f, "{separator}{priest}")?;
        }
        f.write_str("}")
    }
}

impl fmt::Debug for PriestSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
