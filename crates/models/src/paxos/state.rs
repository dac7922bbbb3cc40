//! A state of `Paxos` in three words.

use crate::bounds::{Decree, Rank};
use crate::messages::PackedVote;
use std::hash::{Hash, Hasher};
use synod_math::Priest;

/// A state: `Copy`, without pointers, 24 bytes.
///
/// Layout: msgs, one bit a message, the lower 64 of them first; then eleven
/// bits an acceptor: maxBal and maxVBal, four each, and maxVal. Zeros are the
/// initial state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    messages: [u64; 2],
    acceptors: u64,
}

/// An acceptor's variables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acceptor {
    /// maxBal. The largest ballot he takes part in; −∞ stands for −1.
    pub max_bal: Rank,
    /// maxVBal. The largest ballot he has voted in; −∞ stands for −1.
    pub max_v_bal: Rank,
    /// maxVal. The decree of that vote, BLANK before the first.
    pub max_val: Decree,
}

const BITS_OF_A_BALLOT: u32 = 4;
const BITS_OF_AN_ACCEPTOR: u32 = 11;
const A_BALLOT: u64 = (1 << BITS_OF_A_BALLOT) - 1;
const AN_ACCEPTOR: u64 = (1 << BITS_OF_AN_ACCEPTOR) - 1;

// Three words and nothing between them: an array would hash its length too.
impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.messages[0]);
        hasher.write_u64(self.messages[1]);
        hasher.write_u64(self.acceptors);
    }
}

impl State {
    /// msgs, a bit each.
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

    /// The state with other variables of this acceptor.
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
    /// maxVBal and maxVal, as a 1b message of this acceptor carries them.
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
