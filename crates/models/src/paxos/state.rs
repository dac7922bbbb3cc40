//! A state of `Paxos`, packed in three words.

use crate::bounds::{Decree, Rank};
use crate::messages::PackedVote;
use std::hash::{Hash, Hasher};
use synod_math::Priest;

/// A state of [`Paxos`](super::Paxos): `Copy`, without pointers, 24 bytes.
///
/// Layout: msgs, with one bit for each message, the lower 64 bits first; then eleven
/// bits for each acceptor: four for maxBal, four for maxVBal, and three for maxVal. In the
/// initial state all bits are zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    messages: [u64; 2],
    acceptors: u64,
}

/// An acceptor's variables: a part of [`State`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acceptor {
    /// maxBal. The largest ballot in which the acceptor takes part; −∞ is the
    /// specification's −1.
    pub max_bal: Rank,
    /// maxVBal. The largest ballot in which the acceptor has voted; −∞ is the
    /// specification's −1.
    pub max_v_bal: Rank,
    /// maxVal. The decree of that vote; BLANK before the first vote.
    pub max_val: Decree,
}

const BITS_OF_A_BALLOT: u32 = 4;
const BITS_OF_AN_ACCEPTOR: u32 = 11;
const A_BALLOT: u64 = (1 << BITS_OF_A_BALLOT) - 1;
const AN_ACCEPTOR: u64 = (1 << BITS_OF_AN_ACCEPTOR) - 1;

// Exactly three words are hashed; for an array, its length would be hashed too.
impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.messages[0]);
        hasher.write_u64(self.messages[1]);
        hasher.write_u64(self.acceptors);
    }
}

impl State {
    /// msgs, with one bit for each message.
    pub(super) const fn sent(&self) -> u128 {
        self.messages[0] as u128 | (self.messages[1] as u128) << 64
    }

    pub(super) const fn with_bit(mut self, bit: usize) -> Self {
        self.messages[bit / 64] |= 1 << (bit % 64);
        self
    }

    /// An acceptor's variables.
    pub const fn acceptor(&self, acceptor: Priest) -> Acceptor {
        let bits = self.acceptors >> shift(acceptor);
        Acceptor {
            max_bal: Rank((bits & A_BALLOT) as u8),
            max_v_bal: Rank((bits >> BITS_OF_A_BALLOT & A_BALLOT) as u8),
            max_val: Decree(((bits & AN_ACCEPTOR) >> (2 * BITS_OF_A_BALLOT)) as u8),
        }
    }

    /// The state with these variables of this acceptor.
    #[must_use]
    pub(crate) const fn with_acceptor(mut self, acceptor: Priest, variables: Acceptor) -> Self {
        let bits = variables.max_bal.0 as u64
            | (variables.max_v_bal.0 as u64) << BITS_OF_A_BALLOT
            | (variables.max_val.0 as u64) << (2 * BITS_OF_A_BALLOT);
        self.acceptors &= !(AN_ACCEPTOR << shift(acceptor));
        self.acceptors |= bits << shift(acceptor);
        self
    }
}

const fn shift(acceptor: Priest) -> u32 {
    acceptor.index() as u32 * BITS_OF_AN_ACCEPTOR
}

impl Acceptor {
    /// The vote (maxVBal, maxVal), which a 1b message of this acceptor carries.
    pub(super) const fn last_vote(self, acceptor: Priest) -> PackedVote {
        PackedVote {
            priest: acceptor,
            number: self.max_v_bal,
            decree: self.max_val,
        }
    }
}

crate::bytes::fields_as_bytes!(State {
    messages,
    acceptors,
});
