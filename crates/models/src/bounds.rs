//! The bounds of a model: how many priests, which ballot numbers, which
//! decrees, which quorums; and the codes of one byte that states have for them, [`Rank`]
//! and [`Decree`]. Begin with [`Bounds`].

use std::fmt;
use synod_math::{Ballot, BallotNumber, NoQuorum, Priest, PriestSet, Quorums};
use synod_paper::variables::OrMinusInfinity;

/// The code of a ballot number, which fits in a byte: its rank among the numbers within
/// the bounds. 0 is −∞, i is the i-th smallest number. [`Bounds`]'s example uses it.
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

/// The code of a decree: 0 is BLANK, i is the i-th decree of the bounds. [`Bounds`]'s
/// example uses it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decree(pub u8);

impl Decree {
    /// BLANK: no decree.
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

/// Bounds that cannot be used: the error of [`Bounds::new`] and of making models. Each
/// message says what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BoundsError {
    /// The number of priests is not in 1..=[`MAX_PRIESTS`].
    #[error("{0} priests; it must be 1 to {MAX_PRIESTS}")]
    Priests(usize),
    /// No priest may start ballots.
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
    /// The tryers may start more ballots in all than [`MAX_NUMBERS`].
    #[error("the tryers may start {0} ballots in all; at most {MAX_NUMBERS}")]
    Numbers(usize),
    /// The number of decrees is not in 1..=[`MAX_DECREES`].
    #[error("{0} decrees; it must be 1 to {MAX_DECREES}")]
    Decrees(usize),
    /// A decree is named twice.
    #[error("decree {0:?} is named twice; name each once")]
    DecreeTwice(String),
    /// A decree has no name, or a name that cannot be shown on one line.
    #[error(
        "a decree has no name that can be shown; \
         use letters, digits or signs, without line breaks"
    )]
    DecreeUnnamed,
    /// A decree is never proposed: each priest has a decree of his own, and no tryer has this one.
    #[error("nobody proposes {decree:?}: {}", who_would_propose(*.priest))]
    Unproposed {
        /// The decree.
        decree: String,
        /// The first priest, counted from 1, who would propose it as a tryer.
        priest: Option<usize>,
    },
    /// There are more or fewer weights than priests.
    #[error("{weights} weights for {priests} priests; each priest needs one")]
    Weights {
        /// The number of weights.
        weights: usize,
        /// The number of priests.
        priests: usize,
    },
    /// No set of priests is a quorum.
    #[error("{}", no_quorums(.0))]
    Quorums(NoQuorum),
    /// The number of ballots is 0, or more than a state has room for.
    #[error(
        "{}; with {} and {} it must be 1 to {most}: a state has room for no more",
        plural(ballots, "ballot"),
        plural(priests, "priest"),
        plural(decrees, "decree")
    )]
    Ballots {
        /// The number given.
        ballots: usize,
        /// The largest number that would fit.
        most: usize,
        /// The number of priests.
        priests: usize,
        /// The number of decrees.
        decrees: usize,
    },
    /// The state has no room for all messages, votes or ballots of this size.
    #[error(
        "these bounds need room for {needed} {what}, and a state has room for {room}; \
         choose smaller bounds"
    )]
    Room {
        /// The kind of things for which room is needed, in words.
        what: &'static str,
        /// How many of them these bounds need.
        needed: usize,
        /// For how many of them a state has room.
        room: usize,
    },
}

fn who_would_propose(priest: Option<usize>) -> String {
    match priest {
        Some(priest) => format!(
            "it is the decree of priest {priest}, who is no tryer; \
             add {priest} to `tryers`, or leave the decree out"
        ),
        None => "each priest has one decree, and there are more decrees than priests; leave it out"
            .to_owned(),
    }
}

/// Why there are no quorums. The message names the key `weights` of a run spec if that
/// is the reason.
fn no_quorums(why: &NoQuorum) -> String {
    match why {
        NoQuorum::NoWeight => "all `weights` are 0: no set of priests has more than half of the \
                               weight; at least one must be above 0"
            .to_owned(),
        _ => format!("there are no quorums; {why}"),
    }
}

/// The bounds of a model, with which it has finitely many states.
///
/// The priests are 1..n. A tryer is a priest who may start ballots; the ballot numbers of
/// tryer p are k·n + (p−1) for k = 0..attempts−1; owner(b) = b mod n + 1.
///
/// ```
/// use synod_math::BallotNumber;
/// use synod_models::bounds::{Bounds, Decree, Rank};
///
/// // Three priests, of whom the second may start two ballots, on one of two decrees.
/// let bounds = Bounds::new(3, &[2], 2, &["olives", "wine"].map(String::from))?;
/// assert_eq!(bounds.numbers(), [BallotNumber(1), BallotNumber(4)]);
/// assert_eq!(bounds.number(Rank(2)), Some(BallotNumber(4)));
/// assert_eq!(bounds.decree_name(Decree(2)), "wine");
/// # Ok::<(), synod_models::bounds::BoundsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Bounds {
    priests: usize,
    numbers: Vec<BallotNumber>,
    decrees: Vec<String>,
    quorums: Vec<PriestSet>,
    system: Quorums,
}

impl Bounds {
    /// Bounds whose quorums are the majority sets. `tryers` are counted from 1.
    ///
    /// # Errors
    /// The first [`BoundsError`] that applies.
    pub fn new(
        priests: usize,
        tryers: &[usize],
        attempts: usize,
        decrees: &[String],
    ) -> Result<Self, BoundsError> {
        let tryers: Vec<_> = tryers.iter().map(|&tryer| (tryer, attempts)).collect();
        Self::with_attempts(priests, &tryers, decrees)
    }

    /// Bounds whose quorums are the majority sets. Each tryer, counted from 1, comes with the
    /// number of ballots that he may start.
    ///
    /// ```
    /// use synod_math::BallotNumber;
    /// use synod_models::bounds::Bounds;
    ///
    /// let bounds = Bounds::with_attempts(3, &[(2, 1), (3, 2)], &["olives".to_owned()])?;
    /// assert_eq!(bounds.numbers(), [1, 2, 5].map(BallotNumber));
    /// # Ok::<(), synod_models::bounds::BoundsError>(())
    /// ```
    ///
    /// # Errors
    /// The first [`BoundsError`] that applies.
    pub fn with_attempts(
        priests: usize,
        tryers: &[(usize, usize)],
        decrees: &[String],
    ) -> Result<Self, BoundsError> {
        if !(1..=MAX_PRIESTS).contains(&priests) {
            return Err(BoundsError::Priests(priests));
        }
        check_decrees(decrees)?;
        let numbers = numbers(priests, tryers)?;
        let system = Quorums::majority(priests).map_err(BoundsError::Quorums)?;
        Ok(Self {
            priests,
            numbers,
            decrees: decrees.to_vec(),
            quorums: system.all(),
            system,
        })
    }

    /// The same bounds with weighted majority sets: one weight for each priest.
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

    /// The same bounds with every non-empty set of priests as a quorum. B2 forbids this;
    /// it is for mutants only.
    #[must_use]
    pub(crate) fn with_every_set_a_quorum(mut self) -> Self {
        self.quorums = self.all_priests().non_empty_subsets().collect();
        self
    }

    /// n, the number of priests.
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

    /// Whether the set is a majority set by number or weight. (The quorums of a mutant may
    /// be other sets.)
    pub(crate) fn is_majority(&self, set: PriestSet) -> bool {
        self.system.is_quorum(set)
    }

    /// Whether the priest alone is a majority set. At most one priest is, since any two
    /// majority sets intersect.
    pub(crate) fn is_alone(&self, p: Priest) -> bool {
        self.is_majority(PriestSet::EMPTY.with(p))
    }

    /// The quorums of a president who answers himself first, and begins a ballot as soon
    /// as the priests that have answered are a majority set: the majority sets that the
    /// last answer, or his own, completes.
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

    /// The ballot number of this rank; `None` for −∞.
    pub fn number(&self, rank: Rank) -> Option<BallotNumber> {
        let position = usize::from(rank.0).checked_sub(1)?;
        self.numbers.get(position).copied()
    }

    /// The rank of a ballot number; `None` if it is not within the bounds.
    pub fn rank(&self, number: BallotNumber) -> Option<Rank> {
        let position = self.numbers.binary_search(&number).ok()?;
        Some(Rank(position as u8 + 1))
    }

    /// The system of majority sets, by number or weight.
    pub const fn quorum_system(&self) -> &Quorums {
        &self.system
    }

    /// owner(b); `None` for −∞.
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
        owner.map_or("no owner".to_owned(), |owner| owner.to_string())
    }

    /// The name of a decree.
    pub fn decree_name(&self, decree: Decree) -> &str {
        match usize::from(decree.0).checked_sub(1) {
            Some(position) => &self.decrees[position],
            None => "BLANK",
        }
    }

    /// The text of a ballot number: the number, or −∞.
    pub(crate) fn number_name(&self, rank: Rank) -> String {
        OrMinusInfinity(self.number(rank)).to_string()
    }

    /// The ballot with the name of its decree, for reports.
    pub fn named(&self, ballot: &Ballot<Decree>) -> Ballot<String> {
        ballot.map(|decree| self.decree_name(*decree).to_owned())
    }
}

fn without(set: PriestSet, priest: Priest) -> PriestSet {
    set.iter().filter(|&other| other != priest).collect()
}

/// A count with its noun: "1 priest", "2 priests".
///
/// ```
/// assert_eq!(synod_models::bounds::plural(2, "priest"), "2 priests");
/// ```
pub fn plural(count: impl fmt::Display, noun: &str) -> String {
    let count = count.to_string();
    let ending = if count == "1" { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// Checks that a state has room for `needed` things.
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

/// Whether a character can be shown in a report: it is printed as itself, does not move
/// the characters beside it, and XML allows it.
///
/// ```
/// use synod_models::bounds::is_readable;
///
/// assert!(is_readable('α') && !is_readable('\n'));
/// ```
pub fn is_readable(character: char) -> bool {
    let is_format = matches!(
        character,
        '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}'
    );
    let is_character = (character as u32) & 0xFFFE != 0xFFFE;
    !character.is_control() && !is_format && is_character
}

fn numbers(priests: usize, tryers: &[(usize, usize)]) -> Result<Vec<BallotNumber>, BoundsError> {
    if tryers.is_empty() {
        return Err(BoundsError::NoTryers);
    }
    for (position, &(tryer, attempts)) in tryers.iter().enumerate() {
        if !(1..=priests).contains(&tryer) {
            return Err(BoundsError::Tryer { tryer, priests });
        }
        if tryers[..position].iter().any(|&(other, _)| other == tryer) {
            return Err(BoundsError::TryerTwice(tryer));
        }
        if attempts == 0 {
            return Err(BoundsError::NoAttempts);
        }
    }
    let attempts = tryers.iter().map(|&(_, attempts)| attempts);
    let count = attempts.fold(0, usize::saturating_add);
    if count > MAX_NUMBERS {
        return Err(BoundsError::Numbers(count));
    }
    let of_one = |&(tryer, attempts)| (0..attempts).map(move |k| k * priests + tryer - 1);
    let numbers = tryers.iter().flat_map(of_one);
    let mut numbers: Vec<_> = numbers.map(|number| BallotNumber(number as u64)).collect();
    numbers.sort_unstable();
    Ok(numbers)
}
