//! A priest's place among the others: his name, his ballot numbers, and how he sends messages.

use crate::{Ignored, Timer};
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use synod_math::{BallotNumber, Priest, PriestSet, Quorums};
use synod_process::Outputs;

/// A priest's place among the priests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) me: Priest,
    pub(crate) quorums: Arc<Quorums>,
}

impl Hash for Seat {
    // The quorums are the same in all states of a run, so they need not be hashed.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.me.hash(hasher);
    }
}

impl Seat {
    pub(crate) fn everybody(&self) -> PriestSet {
        self.quorums.priests()
    }

    pub(crate) fn others(&self) -> PriestSet {
        let everybody = self.everybody().iter();
        everybody.filter(|&priest| priest != self.me).collect()
    }

    /// owner(b), the priest who may use this ballot number.
    pub(crate) fn owner(&self, number: BallotNumber) -> Option<Priest> {
        let priests = self.everybody().len() as u64;
        Priest::new((number.0 % priests) as usize)
    }

    /// The smallest ballot number of his own that is larger than `known`, the largest that he knows
    /// of; none if 64 bits are exhausted.
    pub(crate) fn next_number(&self, known: Option<BallotNumber>) -> Option<BallotNumber> {
        let (own, priests) = (self.me.index() as u64, self.everybody().len() as u64);
        match known {
            None => Some(BallotNumber(own)),
            Some(BallotNumber(largest)) => {
                let rounds = largest.checked_add(priests - own)? / priests;
                let number = rounds.checked_mul(priests)?.checked_add(own)?;
                Some(BallotNumber(number))
            }
        }
    }

    /// Sends the message to each of these priests. He receives a message to himself before he is
    /// done with the current input.
    pub(crate) fn send<M: Clone, R, N, A>(
        &self,
        to: PriestSet,
        message: &M,
        out: &mut Outputs<Priest, M, Timer, R, N, A, Ignored>,
    ) {
        for to in to.iter() {
            let message = message.clone();
            if to == self.me {
                out.send_to_self(message);
            } else {
                out.send(to, message);
            }
        }
    }

    /// Sends a message that is an action of A.1. The action is reported once, right after the first
    /// message to another priest.
    pub(crate) fn act<M: Clone, R, N, A>(
        &self,
        action: A,
        to: PriestSet,
        message: &M,
        out: &mut Outputs<Priest, M, Timer, R, N, A, Ignored>,
    ) {
        let first = to.iter().find(|&priest| priest != self.me);
        let rest = to.iter().filter(|&priest| Some(priest) != first);
        self.send(first.into_iter().collect(), message, out);
        out.did(action);
        self.send(rest.collect(), message, out);
    }
}

pub(crate) const fn only(priest: Priest) -> PriestSet {
    PriestSet::EMPTY.with(priest)
}
