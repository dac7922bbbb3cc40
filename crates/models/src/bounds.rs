//! The bounds of a model: how many priests, which ballot numbers, which
//! decrees, which quorums; and the small codes that states are made of.

use std::fmt;
use synod_math::{Ballot, BallotNumber, NoQuorum, Priest, PriestSet, Quorums};
use synod_paper::variables::OrMinusInfinity;

/// A ballot number by its rank among the numbers within the bounds, so that
/// it fits in a byte: 0 is −∞, i is the i-th smallest number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank(pub u8);

impl Rank {
    /// −∞, below all numbers.
    pub const NONE: Self = Self(0);

    /// Whether this is −∞.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// A decree by its position in the list of decrees: 0 is BLANK, i the i-th.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decree(pub u8);

impl Decree {
    /// No decree.
    pub const BLANK: Self = Self(0);

    /// Whether this is BLANK.
    pub const fn is_blank(self) -> bool {
        self.0 == 0
    }

    /// The decree, unless it is BLANK.
    pub fn written(self) -> Option<Self> {
        (!self.is_blank()).then_some(self)
    }
}

/// States have room for this many priests.
pub const MAX_PRIESTS: usize = 5;
/// States have room for this many ballot numbers.
pub const MAX_NUMBERS: usize = 15;
/// States have room for this many decrees.
pub const MAX_DECREES: usize = 7;

/// Bounds that cannot be. Each says what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BoundsError {
    /// The number of priests is not in 1..=[`MAX_PRIESTS`].
    #[error("{0} priests; it must be 1 to {MAX_PRIESTS}")]
    Priests(usize),
    /// Nobody may start ballots.
    #[error("nobody may start ballots; name at least one tryer")]
    NoTryers,
    /// A tryer, counted from 1, is not a priest.
    #[error("tryer {tryer} is not a priest; they are 1 to {priests}")]
    Tryer {
        /// The number given.
        tryer: usize,
        /// How many priests there are.
        priests: usize,
    },
    /// A tryer is named twice.
    #[error("tryer {0} is named twice; name each once")]
    TryerTwice(usize),
    /// No attempt is allowed.
    #[error("0 attempts; each tryer needs at least 1")]
    NoAttempts,
    /// Tryers × attempts is more than [`MAX_NUMBERS`].
    #[error("tryers × attempts is {0} ballot numbers; at most {MAX_NUMBERS}")]
    Numbers(usize),
    /// The number of decrees is not in 1..=[`MAX_DECREES`].
    #[error("{0} decrees; it must be 1 to {MAX_DECREES}")]
    Decrees(usize),
    /// A decree is named twice.
    #[error("decree {0:?} is named twice; name each once")]
    DecreeTwice(String),
    /// A decree has no name, or one that cannot be shown on a line.
    #[error(
        "a decree has no name that can be shown; \
         use letters, digits or signs, without line breaks"
    )]
    DecreeUnnamed,
    /// There are more or fewer weights than priests.
    #[error("{weights} weights for {priests} priests; each priest needs one")]
    Weights {
        /// How many weights.
        weights: usize,
        /// How many priests.
        priests: usize,
    },
    /// No set of priests is a quorum.
    #[error("{}", no_quorums(.0))]
    Quorums(NoQuorum),
    /// The number of ballots is 0, or more than a state has room for.
    #[error(
        "{}; with {} and {} it must be 1 to {most}: a state has room for {room} messages",
        plural(ballots, "ballot"),
        plural(priests, "priest"),
        plural(decrees, "decree")
    )]
    Ballots {
        /// The number given.
        ballots: usize,
        /// The largest that would fit.
        most: usize,
        /// With so many priests.
        priests: usize,
        /// With so many decrees.
        decrees: usize,
        /// For how many messages a state has room.
        room: usize,
    },
    /// The state has no room for all messages, votes or ballots of this size.
    #[error(
        "these bounds need room for {needed} {what}, and a state has room for {room}; \
         choose smaller bounds"
    )]
    Room {
        /// Of what.
        what: &'static str,
        /// How many these bounds need.
        needed: usize,
        /// How many there is room for.
        room: usize,
    },
}

/// Why there are no quorums, at the key that says which there are.
fn no_quorums(why: &NoQuorum) -> String {
    match why {
        NoQuorum::NoWeight => "all `weights` are 0: no set of priests has more than half of the \
                               weight; at least one must be above 0"
            .to_owned(),
        _ => format!("there are no quorums; {why}"),
    }
}

/// What a model is bounded by.
///
/// Priests 1..n; the ballot numbers of priest p are k·n + (p−1) for
/// k = 0..attempts−1, for each p among the tryers; owner(b) = b mod n + 1.
#[derive(Clone, Debug)]
pub struct Bounds {
    priests: usize,
    numbers: Vec<BallotNumber>,
    decrees: Vec<String>,
    quorums: Vec<PriestSet>,
    system: Quorums,
}

impl Bounds {
    /// Bounds with majority sets for quorums. `tryers` count from 1.
    ///
    /// # Errors
    /// The first [`BoundsError`] that applies.
    pub fn new(
        priests: usize,
        tryers: &[usize],
        attempts: usize,
        decrees: &[String],
    ) -> Result<Self, BoundsError> {
        if !(1..=MAX_PRIESTS).contains(&priests) {
            return Err(BoundsError::Priests(priests));
        }
        check_decrees(decrees)?;
        let numbers = numbers(priests, tryers, attempts)?;
        let system = Quorums::majority(priests).map_err(BoundsError::Quorums)?;
        Ok(Self {
            priests,
            numbers,
            decrees: decrees.to_vec(),
            quorums: system.all(),
            system,
        })
    }

    /// The same bounds with weighted majority sets, one weight a priest.
    ///
    /// # Errors
    /// [`BoundsError::Weights`] or [`BoundsError::Quorums`].
    pub fn with_weights(mut self, weights: &[u32]) -> Result<Self, BoundsError> {
        if weights.len() != self.priests {
            return Err(BoundsError::Weights {
                weights: weights.len(),
                priests: self.priests,
            });
        }
        self.system = Quorums::weighted(weights.to_vec()).map_err(BoundsError::Quorums)?;
        self.quorums = self.system.all();
        Ok(self)
    }

    /// The same bounds with every non-empty set of priests for a quorum. This
    /// is what B2 forbids, and for mutants only.
    #[must_use]
    pub(crate) fn with_every_set_a_quorum(mut self) -> Self {
        self.quorums = self.all_priests().non_empty_subsets().collect();
        self
    }

    /// n.
    pub const fn priest_count(&self) -> usize {
        self.priests
    }

    /// Every priest.
    pub const fn all_priests(&self) -> PriestSet {
        PriestSet::first(self.priests)
    }

    /// The priests, in order.
    pub fn priests(&self) -> impl Iterator<Item = Priest> + Clone {
        self.all_priests().iter()
    }

    /// The ballot numbers, from the smallest.
    pub fn numbers(&self) -> &[BallotNumber] {
        &self.numbers
    }

    /// The ranks of the ballot numbers, without −∞.
    pub fn ranks(&self) -> impl Iterator<Item = Rank> + Clone + use<> {
        (1..=self.numbers.len() as u8).map(Rank)
    }

    /// The decrees, without BLANK.
    pub fn decrees(&self) -> impl Iterator<Item = Decree> + Clone + use<> {
        (1..=self.decrees.len() as u8).map(Decree)
    }

    /// Whether this is one of the decrees, and not BLANK.
    pub const fn is_proposed(&self, decree: Decree) -> bool {
        !decree.is_blank() && decree.0 as usize <= self.decrees.len()
    }

    /// The sets of priests with which a ballot may begin, in order of bits.
    pub fn quorums(&self) -> &[PriestSet] {
        &self.quorums
    }

    /// Whether the set is a majority set by number or weight, whatever a
    /// mutant may take for one.
    pub(crate) fn is_majority(&self, set: PriestSet) -> bool {
        self.system.is_quorum(set)
    }

    /// Whether the priest is a majority set by himself. He is in every other
    /// majority set then, so there is at most one.
    pub(crate) fn is_alone(&self, p: Priest) -> bool {
        self.is_majority(PriestSet::EMPTY.with(p))
    }

    /// The quorums of a president who begins a ballot as soon as those who have
    /// answered are a majority set, himself the first: the majority sets that
    /// the last answer, or his own, has completed.
    pub(crate) fn quorums_of(&self, president: Priest) -> impl Iterator<Item = PriestSet> {
        let is_alone = self.is_alone(president);
        let all = self.quorums.iter().copied();
        all.filter(move |quorum| {
            let others = || quorum.iter().filter(|&q| q != president);
            let was_none = |last: Priest| !self.is_majority(without(*quorum, last));
            quorum.contains(president)
                && (others().next().is_none() || (!is_alone && others().any(was_none)))
        })
    }

    /// The ballot number of this rank; none for −∞.
    pub fn number(&self, rank: Rank) -> Option<BallotNumber> {
        let position = usize::from(rank.0).checked_sub(1)?;
        self.numbers.get(position).copied()
    }

    /// The rank of a ballot number; none beyond the bounds.
    pub fn rank(&self, number: BallotNumber) -> Option<Rank> {
        let position = self.numbers.binary_search(&number).ok()?;
        Some(Rank(position as u8 + 1))
    }

    /// Majority sets by number or weight.
    pub const fn quorum_system(&self) -> &Quorums {
        &self.system
    }

    /// owner(b); none for −∞.
    pub fn owner(&self, rank: Rank) -> Option<Priest> {
        let number = self.number(rank)?;
        Priest::new((number.0 % self.priests as u64) as usize)
    }

    /// The owners of the ballot numbers, from the smallest number on.
    pub fn owners(&self) -> impl Iterator<Item = Priest> {
        self.ranks().filter_map(|rank| self.owner(rank))
    }

    /// The name of owner(b).
    pub(crate) fn owner_name(&self, rank: Rank) -> String {
        let owner = self.owner(rank);
        owner.map_or("nobody".to_owned(), |owner| owner.to_string())
    }

    /// The name of a decree.
    pub fn decree_name(&self, decree: Decree) -> &str {
        match usize::from(decree.0).checked_sub(1) {
            Some(position) => &self.decrees[position],
            None => "BLANK",
        }
    }

    /// A ballot number as the paper writes it.
    pub(crate) fn number_name(&self, rank: Rank) -> String {
        OrMinusInfinity(self.number(rank)).to_string()
    }

    /// The ballot with the name of its decree, to be shown.
    pub fn named(&self, ballot: &Ballot<Decree>) -> Ballot<String> {
        ballot.map(|decree| self.decree_name(*decree).to_owned())
    }
}

fn without(set: PriestSet, priest: Priest) -> PriestSet {
    set.iter().filter(|&other| other != priest).collect()
}

/// "1 priest", "2 priests".
pub fn plural(count: impl fmt::Display, noun: &str) -> String {
    let count = count.to_string();
    let ending = if count == "1" { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// Whether a state has room for so many.
pub(crate) const fn check_room(
    what: &'static str,
    needed: usize,
    room: usize,
) -> Result<(), BoundsError> {
    if needed > room {
        return Err(BoundsError::Room { what, needed, room });
    }
    Ok(())
}

pub(crate) fn check_decrees(decrees: &[String]) -> Result<(), BoundsError> {
    if !(1..=MAX_DECREES).contains(&decrees.len()) {
        return Err(BoundsError::Decrees(decrees.len()));
    }
    for (position, decree) in decrees.iter().enumerate() {
        if decree.trim().is_empty() || !decree.chars().all(is_readable) {
            return Err(BoundsError::DecreeUnnamed);
        }
        if decrees[..position].contains(decree) {
            return Err(BoundsError::DecreeTwice(decree.clone()));
        }
    }
    Ok(())
}

/// Whether a character shows as itself: it does not move what stands beside it, and
/// reports in XML have a place for it.
pub fn is_readable(character: char) -> bool {
    let is_format = matches!(
        character,
        '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}'
    );
    let is_character = (character as u32) & 0xFFFE != 0xFFFE;
    !character.is_control() && !is_format && is_character
}

fn numbers(
    priests: usize,
    tryers: &[usize],
    attempts: usize,
) -> Result<Vec<BallotNumber>, BoundsError> {
    if tryers.is_empty() {
        return Err(BoundsError::NoTryers);
    }
    for (position, &tryer) in tryers.iter().enumerate() {
        if !(1..=priests).contains(&tryer) {
            return Err(BoundsError::Tryer { tryer, priests });
        }
        if tryers[..position].contains(&tryer) {
            return Err(BoundsError::TryerTwice(tryer));
        }
    }
    if attempts == 0 {
        return Err(BoundsError::NoAttempts);
    }
    let count = tryers.len().saturating_mul(attempts);
    if count > MAX_NUMBERS {
        return Err(BoundsError::Numbers(count));
    }
    let mut numbers: Vec<_> = tryers
        .iter()
        .flat_map(|tryer| (0..attempts).map(move |k| k * priests + tryer - 1))
        .map(|number| BallotNumber(number as u64))
        .collect();
    numbers.sort_unstable();
    Ok(numbers)
}
