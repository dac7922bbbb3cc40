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
use crate::bounds::{BoundsError, Decree, MAX_DECREES, MAX_NUMBERS, Rank};
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
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) acceptors: usize,
    ballots: usize,
    decrees: usize,
    /// The set of all ballots.
    every_ballot: u32,
    /// The 2a message of ballot 0 for each decree, as bits of a state.
    asks: [u128; MAX_DECREES],
}

/// The rows of an acceptor.
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
            asks: [0; MAX_DECREES],
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
        layout.asks = std::array::from_fn(|index| layout.ask(index + 1));
        Ok(layout)
    }

    /// The 2a message of ballot 0 for the decree with this code.
    fn ask(&self, code: usize) -> u128 {
        let rows = (0..self.decree_rows()).filter(|row| code >> row & 1 == 1);
        rows.map(|row| 1 << self.shift(self.decree_row(row))).sum()
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

    const fn row(&self, number: u128, row: usize) -> u32 {
        (number >> self.shift(row)) as u32 & self.every_ballot
    }

    const fn bit(&self, row: usize, ballot: Rank) -> u128 {
        1 << (self.shift(row) + position(ballot))
    }

    /// How many ballots there are.
    pub(super) const fn ballots(&self) -> usize {
        self.ballots
    }

    /// How many decrees there are.
    pub(super) const fn decrees(&self) -> usize {
        self.decrees
    }

    /// The ballots that have no 1a message.
    pub(super) const fn not_begun(&self, number: u128) -> u32 {
        self.every_ballot & !self.begun(number)
    }

    /// The ballots that have a 1a message.
    pub(super) const fn begun(&self, number: u128) -> u32 {
        self.row(number, self.row_of_1a())
    }

    /// The ballots that the acceptor has answered by a 1b message.
    pub(super) const fn answered(&self, number: u128, acceptor: usize) -> u32 {
        self.row(number, Self::row_of_1b(acceptor))
    }

    /// The ballots in which the acceptor has voted, by a 2b message.
    pub(super) const fn voted(&self, number: u128, acceptor: usize) -> u32 {
        self.row(number, Self::row_of_2b(acceptor))
    }

    /// The ballots that have a 2a message.
    pub(super) fn asked(&self, number: u128) -> u32 {
        let rows = 0..self.decree_rows();
        rows.fold(0, |asked, bit| {
            asked | self.row(number, self.decree_row(bit))
        })
    }

    /// The ballots that have a 2a message for this decree.
    pub(super) fn asked_for(&self, number: u128, decree: Decree) -> u32 {
        let rows = 0..self.decree_rows();
        rows.fold(self.every_ballot, |asked, bit| {
            let row = self.row(number, self.decree_row(bit));
            let is_one = decree.0 >> bit & 1 == 1;
            asked & if is_one { row } else { !row }
        })
    }

    /// The decree of the 2a message of a ballot; BLANK if it has none.
    pub(super) fn decree(&self, number: u128, ballot: Rank) -> Decree {
        let rows = (0..self.decree_rows()).rev();
        Decree(rows.fold(0, |code, bit| {
            let row = self.row(number, self.decree_row(bit));
            code << 1 | (row >> position(ballot) & 1) as u8
        }))
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
    pub(super) const fn chunk(&self, number: u128, acceptor: usize) -> u32 {
        let all = (1 << self.shift(ROWS_OF_A_CHUNK)) - 1;
        (number >> self.shift(Self::row_of_1b(acceptor))) as u32 & all
    }

    /// The number with these chunks of the acceptors, in order, and with these sets of ballots
    /// that have a 2a message for each decree, in order.
    pub(super) fn with(
        &self,
        number: u128,
        chunks: impl Iterator<Item = u32>,
        asked_for: impl Iterator<Item = u32>,
    ) -> u128 {
        let mut result = u128::from(self.begun(number)) << self.shift(self.row_of_1a());
        for (acceptor, chunk) in chunks.enumerate() {
            result |= u128::from(chunk) << self.shift(Self::row_of_1b(acceptor));
        }
        for (ask, ballots) in self.asks.into_iter().zip(asked_for) {
            result |= ask * u128::from(ballots);
        }
        result
    }

    /// The number with this message added to msgs. A ballot that has a 2a message keeps it.
    /// The vote of a 1b message, and the decree of a 2b message, are what they must be.
    pub(super) fn send(&self, number: u128, message: Message) -> u128 {
        match message {
            Message::M1a(b) => number | self.bit(self.row_of_1a(), b),
            Message::M1b(b, vote) => number | self.bit(Self::row_of_1b(vote.priest.index()), b),
            Message::M2a(b, v) if self.decree(number, b).is_blank() => {
                number | self.asks[usize::from(v.0) - 1] << position(b)
            }
            Message::M2a(..) => number,
            Message::M2b(vote) => {
                let row = Self::row_of_2b(vote.priest.index());
                self.send(number, Message::M2a(vote.number, vote.decree))
                    | self.bit(row, vote.number)
            }
        }
    }

    /// The messages: first 1a, then 1b, 2a and 2b; each kind by ballot, then by acceptor.
    pub(super) fn messages(
        &self,
        number: u128,
        acceptors: impl Iterator<Item = Priest> + Clone,
    ) -> impl Iterator<Item = Message> {
        let of_each = {
            let acceptors = acceptors.clone();
            move |b: Rank| acceptors.clone().map(move |a| (a, b))
        };
        let ballots = || ballots_of(self.every_ballot);
        let m1a = ballots_of(self.begun(number)).map(Message::M1a);
        let m1b = ballots().flat_map(of_each.clone());
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
