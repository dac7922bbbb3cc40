//! msgs as a number of at most 128 bits, from which the acceptors' variables follow.
//!
//! These bits are enough, in every state that can be reached:
//!
//! - 1a(b) has no other contents: one bit for each ballot b.
//! - Of 2a(b, v) there is at most one for each b, since Phase2a(b, v) asks that there be none:
//!   its decree, or none.
//! - 2b(a, b, v) answers a 2a(b, v), so v is the decree of that one 2a message: one bit for each
//!   a and b.
//! - 1b(a, b, mbal, mval) says a's last vote when he answered b. There is one for each a and b,
//!   since then b > maxBal\[a\], and b ≤ maxBal\[a\] from then on. All votes that he had cast are
//!   in ballots ≤ maxBal\[a\], so below b; and from then on he votes only in ballots ≥ b. So
//!   (mbal, mval) is his vote in the largest ballot below b in which he has voted by now: one
//!   bit for each a and b.
//! - maxBal\[a\] grows with each message that a sends, and is the ballot of that message: it is
//!   the largest b of his 1b and 2b messages. Likewise maxVBal\[a\] and maxVal\[a\] are those of
//!   his 2b message with the largest b.
//!
//! The number consists of *rows* of one bit for each ballot. From the lowest bits on:
//!
//! 1. for each acceptor, the row of the ballots that he has answered (1b), and the row of those
//!    in which he has voted (2b). Together they are his *chunk*. To rename acceptors is to
//!    permute chunks.
//! 2. the decrees of the 2a messages. Their codes are 1, 2, 3, …, and 0 is none. The first row
//!    has the lowest bit of each ballot's code, the next row the next bit. To rename decrees
//!    is to change these rows only.
//! 3. the ballots that have a 1a message.

use super::ones;
use crate::bounds::{BoundsError, Decree, MAX_NUMBERS, MAX_PRIESTS, Rank};
use crate::messages::PackedVote;
use synod_math::Priest;

/// A message of [`Paxos`](super::Paxos), an element of msgs, in the codes of states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// 1a(b).
    M1a(Rank),
    /// 1b(a, b, mbal, mval): b, and the last vote (mbal, mval) of acceptor a, which is null
    /// if he has not voted.
    M1b(Rank, PackedVote),
    /// 2a(b, v).
    M2a(Rank, Decree),
    /// 2b(a, b, v).
    M2b(PackedVote),
}

/// Where the bits of a state are. A set of ballots has bit b for ballot b.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) acceptors: usize,
    ballots: usize,
    decrees: usize,
    /// The set of all ballots.
    every_ballot: u32,
}

/// How many rows an acceptor has.
pub(super) const ROWS_OF_A_CHUNK: usize = 2;

impl Layout {
    /// # Errors
    /// [`BoundsError::Ballots`] if there are none or more than fit.
    pub(super) fn new(
        acceptors: usize,
        ballots: usize,
        decrees: usize,
    ) -> Result<Self, BoundsError> {
        let mut layout = Self {
            acceptors,
            ballots,
            decrees,
            every_ballot: 0,
        };
        let most = (u128::BITS as usize / layout.rows()).min(MAX_NUMBERS);
        if !(1..=most).contains(&ballots) {
            return Err(BoundsError::Ballots {
                ballots,
                most,
                priests: acceptors,
                decrees,
            });
        }
        layout.every_ballot = (1 << ballots) - 1;
        Ok(layout)
    }

    /// The layout for 3 acceptors and 2 decrees. Where this is inlined the compiler knows both
    /// numbers, and makes code of its own for them.
    #[inline(always)]
    pub(super) const fn of_three_and_two(ballots: usize) -> Self {
        Self {
            acceptors: 3,
            ballots,
            decrees: 2,
            every_ballot: (1 << ballots) - 1,
        }
    }

    const fn rows(&self) -> usize {
        self.row_of_1a() + 1
    }

    /// How many bits a state has.
    pub(super) const fn bits(&self) -> usize {
        self.rows() * self.ballots
    }

    const fn row_of_1b(acceptor: usize) -> usize {
        acceptor * ROWS_OF_A_CHUNK
    }

    const fn row_of_2b(acceptor: usize) -> usize {
        acceptor * ROWS_OF_A_CHUNK + 1
    }

    /// How many bits the code of a decree has.
    pub(super) const fn decree_rows(&self) -> usize {
        (self.decrees.ilog2() + 1) as usize
    }

    const fn decree_row(&self, bit: usize) -> usize {
        self.acceptors * ROWS_OF_A_CHUNK + bit
    }

    const fn row_of_1a(&self) -> usize {
        self.decree_row(self.decree_rows())
    }

    const fn shift(&self, row: usize) -> usize {
        row * self.ballots
    }

    fn row<W: Word>(&self, number: W, row: usize) -> u32 {
        (number >> self.shift(row)).low() & self.every_ballot
    }

    fn bit<W: Word>(&self, row: usize, ballot: Rank) -> W {
        W::from(1) << (self.shift(row) + position(ballot))
    }

    /// The acceptors, in order.
    pub(super) fn acceptors(&self) -> impl Iterator<Item = Priest> + Clone + use<> {
        (0..self.acceptors).filter_map(Priest::new)
    }

    /// The number of acceptors in the smallest quorums.
    pub(super) const fn majority(&self) -> usize {
        self.acceptors / 2 + 1
    }

    /// How many ballots there are.
    pub(super) const fn ballots(&self) -> usize {
        self.ballots
    }

    /// How many decrees there are.
    pub(super) const fn decrees(&self) -> usize {
        self.decrees
    }

    /// The decrees, in order of their codes.
    pub(super) fn all_decrees(&self) -> impl Iterator<Item = Decree> + Clone + use<> {
        (1..=self.decrees as u8).map(Decree)
    }

    /// The set of all ballots.
    pub(super) const fn every_ballot(&self) -> u32 {
        self.every_ballot
    }

    /// The ballots that have a 1a message.
    pub(super) fn begun<W: Word>(&self, number: W) -> u32 {
        self.row(number, self.row_of_1a())
    }

    /// The ballots that the acceptor has answered by a 1b message.
    pub(super) fn answered<W: Word>(&self, number: W, acceptor: usize) -> u32 {
        self.row(number, Self::row_of_1b(acceptor))
    }

    /// The ballots in which the acceptor has voted, by a 2b message.
    pub(super) fn voted<W: Word>(&self, number: W, acceptor: usize) -> u32 {
        self.row(number, Self::row_of_2b(acceptor))
    }

    /// The ballots that have a 2a message.
    pub(super) fn asked<W: Word>(&self, number: W) -> u32 {
        let rows = 0..self.decree_rows();
        rows.fold(0, |asked, bit| {
            asked | self.row(number, self.decree_row(bit))
        })
    }

    /// The ballots that have a 2a message for this decree.
    pub(super) fn asked_for<W: Word>(&self, number: W, decree: Decree) -> u32 {
        let rows = 0..self.decree_rows();
        rows.fold(self.every_ballot, |asked, bit| {
            let row = self.row(number, self.decree_row(bit));
            let is_one = decree.0 >> bit & 1 == 1;
            asked & if is_one { row } else { !row }
        })
    }

    /// The decree of the 2a message of a ballot; BLANK if it has none.
    pub(super) fn decree<W: Word>(&self, number: W, ballot: Rank) -> Decree {
        let rows = (0..self.decree_rows()).rev();
        Decree(rows.fold(0, |code, bit| {
            let row = self.row(number, self.decree_row(bit));
            code << 1 | (row >> position(ballot) & 1) as u8
        }))
    }

    /// maxBal of the acceptor.
    pub(super) fn max_bal<W: Word>(&self, number: W, acceptor: usize) -> Rank {
        largest(self.answered(number, acceptor) | self.voted(number, acceptor))
    }

    /// The acceptor's vote in the largest of these ballots.
    pub(super) fn last_vote(&self, number: u128, priest: Priest, ballots: u32) -> PackedVote {
        let last = largest(ballots);
        if last.is_none() {
            return PackedVote::null(priest);
        }
        PackedVote {
            priest,
            number: last,
            decree: self.decree(number, last),
        }
    }

    /// The acceptor's chunk, as the lowest bits.
    pub(super) fn chunk<W: Word>(&self, number: W, acceptor: usize) -> u32 {
        let all = (1 << self.shift(ROWS_OF_A_CHUNK)) - 1;
        (number >> self.shift(Self::row_of_1b(acceptor))).low() & all
    }

    /// The number with these chunks of the acceptors, in order, with these sets of ballots that
    /// have a 2a message for each decree, in order, and with these ballots that have a 1a message.
    #[inline(always)]
    pub(super) fn number<W: Word>(&self, chunks: &[u32], asked_for: &[u32], begun: u32) -> W {
        let mut number = W::from(begun) << self.shift(self.row_of_1a());
        for (acceptor, &chunk) in chunks.iter().enumerate() {
            number = number | W::from(chunk) << self.shift(Self::row_of_1b(acceptor));
        }
        for bit in 0..self.decree_rows() {
            let mut row = 0;
            for (index, &ballots) in asked_for.iter().enumerate() {
                let has_the_bit = (index + 1) >> bit & 1 == 1;
                row |= if has_the_bit { ballots } else { 0 };
            }
            number = number | W::from(row) << self.shift(self.decree_row(bit));
        }
        number
    }

    /// The chunk of an acceptor who has answered and voted in these ballots.
    pub(super) const fn chunk_of(&self, answered: u32, voted: u32) -> u32 {
        answered | voted << self.ballots
    }

    /// All bits of 2b messages.
    #[inline(always)]
    pub(super) fn all_2b<W: Word>(&self) -> W {
        let chunk = self.chunk_of(0, self.every_ballot);
        self.number(&[chunk; MAX_PRIESTS][..self.acceptors], &[], 0)
    }

    /// The lowest bits of the decrees of 2a messages, and of 1a messages.
    #[inline(always)]
    pub(super) fn first_2a_and_1a<W: Word>(&self) -> [W; 2] {
        [self.decree_row(0), self.row_of_1a()].map(|row| W::from(1) << self.shift(row))
    }

    /// The number with this message added to msgs. A ballot that has a 2a message keeps it.
    /// The vote of a 1b message, and the decree of a 2b message, are what they must be.
    #[inline(always)]
    pub(super) fn send<W: Word>(&self, number: W, message: Message) -> W {
        match message {
            Message::M1a(b) => number | self.bit(self.row_of_1a(), b),
            Message::M1b(b, vote) => number | self.bit(Self::row_of_1b(vote.priest.index()), b),
            Message::M2a(b, v) => self.ask(number, b, v),
            Message::M2b(vote) => {
                let row = Self::row_of_2b(vote.priest.index());
                self.ask(number, vote.number, vote.decree) | self.bit(row, vote.number)
            }
        }
    }

    #[inline(always)]
    fn ask<W: Word>(&self, number: W, b: Rank, v: Decree) -> W {
        if has(self.asked(number), b) {
            return number;
        }
        let rows = 0..self.decree_rows();
        let rows = rows.filter(|bit| v.0 >> bit & 1 == 1);
        rows.fold(number, |number, bit| {
            number | self.bit(self.decree_row(bit), b)
        })
    }

    /// The messages: first 1a, then 1b, 2a and 2b; each kind by ballot, then by acceptor.
    pub(super) fn messages(&self, number: u128) -> impl Iterator<Item = Message> {
        let of_each = |b: Rank| self.acceptors().map(move |a| (a, b));
        let ballots = || ballots_of(self.every_ballot);
        let m1a = ballots_of(self.begun(number)).map(Message::M1a);
        let m1b = ballots().flat_map(of_each);
        let m1b = m1b.filter(move |&(a, b)| has(self.answered(number, a.index()), b));
        let m1b = m1b.map(move |(a, b)| {
            let voted = self.voted(number, a.index());
            Message::M1b(b, self.last_vote(number, a, below(voted, b)))
        });
        let m2a = ballots_of(self.asked(number));
        let m2a = m2a.map(move |b| Message::M2a(b, self.decree(number, b)));
        let m2b = ballots().flat_map(of_each);
        let m2b = m2b.filter(move |&(a, b)| has(self.voted(number, a.index()), b));
        let m2b = m2b.map(move |(priest, b)| {
            Message::M2b(PackedVote {
                priest,
                number: b,
                decree: self.decree(number, b),
            })
        });
        m1a.chain(m1b).chain(m2a).chain(m2b)
    }

    /// The number of messages.
    pub(super) fn count(&self, number: u128) -> u32 {
        let others = number & !(u128::MAX << self.shift(self.decree_row(0)));
        others.count_ones() + self.begun(number).count_ones() + self.asked(number).count_ones()
    }
}

/// A number that has room for the bits of a state: a smaller one is faster.
pub(super) trait Word:
    Copy
    + From<u32>
    + PartialOrd
    + std::ops::BitAnd<Output = Self>
    + std::ops::BitOr<Output = Self>
    + std::ops::Shl<usize, Output = Self>
    + std::ops::Shr<usize, Output = Self>
{
    /// The lowest bits.
    fn low(self) -> u32;

    /// How many bits are one.
    fn count(self) -> usize;

    /// The lowest bit that is one, which is taken away.
    fn take_a_bit(&mut self) -> Self;
}

macro_rules! words {
    ($($word:ty)+) => {
        $(
            impl Word for $word {
                fn low(self) -> u32 {
                    self as u32
                }

                fn count(self) -> usize {
                    self.count_ones() as usize
                }

                fn take_a_bit(&mut self) -> Self {
                    let bit = *self & self.wrapping_neg();
                    *self &= self.wrapping_sub(1);
                    bit
                }
            }
        )+
    };
}
words!(u64 u128);

/// The position of a ballot, counted from 0. The rank must not be −∞.
pub(super) const fn position(ballot: Rank) -> usize {
    ballot.0 as usize - 1
}

const fn has(ballots: u32, ballot: Rank) -> bool {
    ballots >> position(ballot) & 1 == 1
}

/// The ballots of a set, from the smallest.
pub(super) fn ballots_of(ballots: u32) -> impl Iterator<Item = Rank> {
    ones(ballots).map(|position| Rank(position as u8 + 1))
}

/// The largest ballot of a set; −∞ if it is empty.
pub(super) const fn largest(ballots: u32) -> Rank {
    Rank((u32::BITS - ballots.leading_zeros()) as u8)
}

/// The ballots of a set that are below this one.
pub(super) const fn below(ballots: u32, ballot: Rank) -> u32 {
    ballots & ((1 << position(ballot)) - 1)
}

/// A ballot's number in the TLA+ specification.
pub(super) fn ballot_name(ballot: Rank) -> String {
    match ballot.0.checked_sub(1) {
        Some(number) => number.to_string(),
        None => "−1".to_owned(),
    }
}
