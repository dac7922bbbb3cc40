//! 𝓜, the set of messages sent, as a part of a packed state: one bit for each message that
//! can be sent within the bounds. [`MessageSpace`] assigns the bits.

use crate::ballots::{BallotKey, Ballots};
use crate::bounds::{Bounds, BoundsError, Decree, MAX_NUMBERS, Rank, check_room};
use synod_math::{BallotNumber, Cast, Priest, PriestSet, Vote};
use synod_paper as paper;
use synod_vocabulary::Message as Drawn;

/// A vote as a part of packed states and messages: three bytes.
///
/// ```
/// use synod_models::bounds::Bounds;
/// use synod_models::messages::PackedVote;
///
/// let bounds = Bounds::new(3, &[1], 1, &["olives"].map(String::from))?;
/// let priest = bounds.priests().next().unwrap();
/// assert!(PackedVote::null(priest).unpack(&bounds).cast.is_none());
/// # Ok::<(), synod_models::bounds::BoundsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackedVote {
    /// v_pst.
    pub priest: Priest,
    /// v_bal, −∞ in a null vote.
    pub number: Rank,
    /// v_dec, BLANK in a null vote.
    pub decree: Decree,
}

impl PackedVote {
    /// A null vote.
    pub const fn null(priest: Priest) -> Self {
        Self {
            priest,
            number: Rank::NONE,
            decree: Decree::BLANK,
        }
    }

    /// Every vote of a priest in the first `numbers` numbers for the first `decrees`
    /// decrees: the null vote, then the others in order of number and decree.
    pub(crate) fn all(
        priest: Priest,
        numbers: usize,
        decrees: usize,
    ) -> impl Iterator<Item = Self> {
        let numbers = (1..=numbers as u8).map(Rank);
        let cast = numbers.flat_map(move |number| {
            let decrees = (1..=decrees as u8).map(Decree);
            decrees.map(move |decree| Self {
                priest,
                number,
                decree,
            })
        });
        std::iter::once(Self::null(priest)).chain(cast)
    }

    /// The index of the vote in [`all`](Self::all) votes of its priest. The null vote has
    /// index 0, since its number and decree are 0.
    pub(crate) fn place(self, decrees: usize) -> usize {
        usize::from(self.number.0).saturating_sub(1) * decrees + usize::from(self.decree.0)
    }

    /// MaxVote(b, q, 𝓑); `None` is ∞. If B1 does not hold there may be several largest
    /// votes; then the first of them.
    pub(crate) fn largest(ballots: &Ballots, below: Option<Rank>, priest: Priest) -> Self {
        let is_below = |b: Rank| below.is_none_or(|below| b < below);
        let voted = ballots.iter().filter(|(_, voters)| voters.contains(priest));
        let below = voted.map(|(b, _)| b).filter(|b| is_below(b.number));
        below.fold(Self::null(priest), |largest, ballot| {
            if ballot.number <= largest.number {
                return largest;
            }
            Self {
                priest,
                number: ballot.number,
                decree: ballot.decree,
            }
        })
    }

    /// The vote as a type of `synod_math`, with the numbers of the bounds.
    pub fn unpack(self, bounds: &Bounds) -> Vote<Decree> {
        let decree = self.decree;
        Vote {
            priest: self.priest,
            cast: bounds
                .number(self.number)
                .map(|number| Cast { number, decree }),
        }
    }
}

/// A message, an element of 𝓜, in the codes of the bounds. [`MessageSpace`]'s example
/// has some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packed {
    /// NextBallot(b).
    NextBallot(Rank),
    /// LastVote(b, v).
    LastVote(Rank, PackedVote),
    /// BeginBallot(b, d), with the quorum.
    BeginBallot(BallotKey),
    /// Voted(b, q).
    Voted(Rank, Priest),
    /// Success(d).
    Success(Decree),
}

impl Packed {
    /// The message as a type of `synod_paper`, with the numbers of the bounds.
    pub fn unpack(self, bounds: &Bounds) -> paper::Message<Decree> {
        let number = |rank| bounds.number(rank).unwrap_or(BallotNumber(0));
        match self {
            Self::NextBallot(b) => paper::Message::NextBallot(number(b)),
            Self::LastVote(b, vote) => paper::Message::LastVote(number(b), vote.unpack(bounds)),
            Self::BeginBallot(key) => {
                paper::Message::BeginBallot(number(key.number), key.decree, key.quorum())
            }
            Self::Voted(b, q) => paper::Message::Voted(number(b), q),
            Self::Success(d) => paper::Message::Success(d),
        }
    }

    /// The same message with the name of its decree, for reports.
    pub fn named(self, bounds: &Bounds) -> paper::Message<String> {
        let name = |decree: &Decree| bounds.decree_name(*decree).to_owned();
        self.unpack(bounds).map(name)
    }

    /// The message for a page: with its sender, and the priests at whom it may arrive.
    pub(crate) fn drawn(self, bounds: &Bounds) -> Drawn {
        let owner = |b| bounds.owner(b).map(|p| p.to_string());
        match self {
            Self::NextBallot(b) => Drawn {
                from: owner(b),
                ..Drawn::new(self.named(bounds).to_string())
            },
            Self::LastVote(b, PackedVote { priest, .. }) | Self::Voted(b, priest) => {
                let drawn = Drawn::new(self.named(bounds).to_string());
                drawn.from(priest.to_string()).to(owner(b))
            }
            Self::BeginBallot(key) => {
                let (b, d) = (
                    bounds.number_name(key.number),
                    bounds.decree_name(key.decree),
                );
                let quorum = key.quorum().iter().map(|q| q.to_string());
                Drawn {
                    from: owner(key.number),
                    ..Drawn::new(format!("BeginBallot({b}, {d})")).to(quorum)
                }
            }
            // Each priest who knows the decree sends the same message.
            Self::Success(_) => Drawn::new(self.named(bounds).to_string()),
        }
    }
}

/// A state has room for this many different messages.
pub const MAX_MESSAGES: usize = 256;
const WORDS: usize = MAX_MESSAGES / 64;

/// 𝓜: a set of messages that never shrinks. Layout: four `u64`; [`MessageSpace`] assigns
/// a bit to each message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Messages([u64; WORDS]);

impl Messages {
    /// Whether the message with this index has been sent.
    pub const fn contains(&self, index: usize) -> bool {
        self.0[index / 64] & (1 << (index % 64)) != 0
    }

    /// Adds the message with this index.
    pub const fn insert(&mut self, index: usize) {
        self.0[index / 64] |= 1 << (index % 64);
    }

    /// The indices of the messages sent, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + use<> {
        self.0.into_iter().enumerate().flat_map(|(word, bits)| {
            PriestSet::from_bits(bits)
                .iter()
                .map(move |bit| word * 64 + bit.index())
        })
    }

    /// Removes the message with this index. Only a reduction does so, which knows that no
    /// priest will receive it.
    pub(crate) const fn remove(&mut self, index: usize) {
        self.0[index / 64] &= !(1 << (index % 64));
    }

    /// ⊆.
    pub fn is_subset(&self, other: &Self) -> bool {
        let mut words = self.0.iter().zip(other.0);
        words.all(|(word, other)| word & !other == 0)
    }

    /// The messages that are not in the other set.
    #[must_use]
    pub fn without(mut self, other: &Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word &= !other;
        }
        self
    }

    /// The messages with an index below `end`.
    #[must_use]
    pub fn below(mut self, end: usize) -> Self {
        for (word, bits) in self.0.iter_mut().enumerate() {
            let kept = end.saturating_sub(word * 64).min(64);
            *bits &= PriestSet::first(kept).bits();
        }
        self
    }
}

/// All messages that can be sent within the bounds, and their bits in [`Messages`].
///
/// The order is NextBallot, LastVote, BeginBallot, Voted, Success. A
/// LastVote(b, v) has v_bal < b.
///
/// ```
/// use synod_models::bounds::{Bounds, Rank};
/// use synod_models::messages::{MessageSpace, Messages, Packed};
///
/// let bounds = Bounds::new(3, &[1], 1, &["olives"].map(String::from))?;
/// let space = MessageSpace::new(&bounds)?;
/// let mut sent = Messages::default();
/// sent.insert(space.next_ballot(Rank(1)));
/// assert!(space.sent(&sent).eq([Packed::NextBallot(Rank(1))]));
/// # Ok::<(), synod_models::bounds::BoundsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct MessageSpace {
    messages: Vec<Packed>,
    priests: usize,
    decrees: usize,
    /// The index of the first LastVote of each number.
    last_vote: [usize; MAX_NUMBERS],
    begin_ballot: usize,
    voted: usize,
    success: usize,
    /// The position of each quorum in the bounds, indexed by its bits.
    quorum_position: Vec<usize>,
    quorums: usize,
}

impl MessageSpace {
    /// Lays out the messages of these bounds.
    ///
    /// # Errors
    /// [`BoundsError::Room`] if they do not fit in a state.
    pub fn new(bounds: &Bounds) -> Result<Self, BoundsError> {
        let mut space = Self {
            messages: bounds.ranks().map(Packed::NextBallot).collect(),
            priests: bounds.priest_count(),
            decrees: bounds.decrees().count(),
            last_vote: [0; MAX_NUMBERS],
            begin_ballot: 0,
            voted: 0,
            success: 0,
            quorum_position: vec![0; 1 << bounds.priest_count()],
            quorums: bounds.quorums().len(),
        };
        for (position, quorum) in bounds.quorums().iter().enumerate() {
            space.quorum_position[quorum.bits() as usize] = position;
        }
        for number in bounds.ranks() {
            let below = usize::from(number.0 - 1);
            space.last_vote[below] = space.messages.len();
            let of_each = |priest| PackedVote::all(priest, below, space.decrees);
            let votes = bounds.priests().flat_map(of_each);
            let last_votes = votes.map(|vote| Packed::LastVote(number, vote));
            space.messages.extend(last_votes);
        }
        space.begin_ballot = space.messages.len();
        for number in bounds.ranks() {
            let ballots = BallotKey::all(bounds, number);
            space.messages.extend(ballots.map(Packed::BeginBallot));
        }
        space.voted = space.messages.len();
        for number in bounds.ranks() {
            let voted = bounds.priests().map(|priest| Packed::Voted(number, priest));
            space.messages.extend(voted);
        }
        space.success = space.messages.len();
        space.messages.extend(bounds.decrees().map(Packed::Success));
        check_room("different messages", space.messages.len(), MAX_MESSAGES)?;
        Ok(space)
    }

    /// The message with this index.
    pub fn message(&self, index: usize) -> Packed {
        self.messages[index]
    }

    /// The messages of a set.
    pub fn sent(&self, messages: &Messages) -> impl Iterator<Item = Packed> {
        messages.iter().map(|index| self.message(index))
    }

    /// The bit of NextBallot(b).
    pub const fn next_ballot(&self, number: Rank) -> usize {
        number.0 as usize - 1
    }

    /// The bit of LastVote(b, v); v_bal < b.
    pub fn last_vote(&self, number: Rank, vote: PackedVote) -> usize {
        debug_assert!(vote.number < number, "a LastVote is about earlier ballots");
        let below = usize::from(number.0) - 1;
        let votes_of_a_priest = 1 + below * self.decrees;
        let of_priest = self.last_vote[below] + vote.priest.index() * votes_of_a_priest;
        of_priest + vote.place(self.decrees)
    }

    /// The bit of BeginBallot(b, d) to a quorum.
    pub fn begin_ballot(&self, key: BallotKey) -> usize {
        let number = usize::from(key.number.0) - 1;
        let decree = usize::from(key.decree.0) - 1;
        let quorum = self.quorum_position[key.quorum().bits() as usize];
        self.begin_ballot + (number * self.decrees + decree) * self.quorums + quorum
    }

    /// The bit of Voted(b, q).
    pub const fn voted(&self, number: Rank, priest: Priest) -> usize {
        self.voted + (number.0 as usize - 1) * self.priests + priest.index()
    }

    /// The bit of Success(d).
    pub const fn success(&self, decree: Decree) -> usize {
        self.success + decree.0 as usize - 1
    }

    /// The end of the bits of NextBallot and LastVote.
    pub(crate) const fn end_of_last_votes(&self) -> usize {
        self.begin_ballot
    }
}

crate::bytes::fields_as_bytes!(Messages { 0 });
