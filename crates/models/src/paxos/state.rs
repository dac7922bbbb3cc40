//! A state of `Paxos`, packed in one number.

use crate::bounds::{Decree, Rank};
use std::hash::{Hash, Hasher};

/// A state of [`Paxos`](super::Paxos): `Copy`, without pointers, 16 bytes.
///
/// It is a number, which the model reads: see `paxos/layout.rs`. In the initial state all
/// bits are zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State(pub(super) u128);

/// An acceptor's variables: what [`Paxos::acceptor`](super::Paxos::acceptor) tells.
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

// Two words are hashed, as a hasher of words needs it.
impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.0 as u64);
        hasher.write_u64((self.0 >> 64) as u64);
    }
}

crate::bytes::fields_as_bytes!(State { 0 });
