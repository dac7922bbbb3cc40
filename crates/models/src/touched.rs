//! The parts of a state that claims and partners read and that kinds of steps write: a step
//! changes no property that reads nothing of what it writes (see
//! [`Form::touches`](synod_vocabulary::Form)).

use stateright::Model;
use std::ops::BitOr;

/// Some parts of a state.
#[derive(Clone, Copy)]
pub(crate) struct Parts(u16);

impl Parts {
    const NONE: Self = Self(0);
    const ALL: Self = Self(u16::MAX);
    pub(crate) const OUTCOMES: Self = Self(1);
    /// lastTried.
    pub(crate) const TRIED: Self = Self(2);
    pub(crate) const STATUS: Self = Self(4);
    pub(crate) const NEXT_BAL: Self = Self(8);
    /// 𝓑 without the votes.
    pub(crate) const BALLOTS: Self = Self(16);
    /// The votes of 𝓑, prevBal and prevDec.
    pub(crate) const VOTES: Self = Self(32);
    pub(crate) const PREV_VOTES: Self = Self(64);
    /// quorum, voters and decree of a slip.
    pub(crate) const POLL: Self = Self(128);
    /// LastVotes in 𝓜.
    pub(crate) const LAST_VOTES: Self = Self(256);
    /// The other messages in 𝓜.
    pub(crate) const SENT: Self = Self(512);

    const fn has(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }
}

impl BitOr for Parts {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The parts that a claim or a partner reads, by its name. Of one that is not known here,
/// nothing is supposed.
///
/// The claims about steps read only the marks of the last step. Every state with a mark has to
/// be judged as a whole, whatever step leads to it.
fn reads(property: &str) -> Parts {
    use Parts as P;
    match property {
        "refines preliminary"
        | "refines ballots"
        | "refines consensus"
        | "ledgers never go back" => P::NONE,
        "Consistency"
        | "a ledger holds a decree"
        | "two ledgers hold a decree"
        | "the protocol above takes all its steps" => P::OUTCOMES,
        "Validity" | "I1" => P::OUTCOMES | P::BALLOTS | P::VOTES,
        "B1"
        | "B2"
        | "a ballot begins"
        | "two ballots begin"
        | "two ballots have different quorums"
        | "a ballot's quorum leaves somebody out" => P::BALLOTS,
        "B3"
        | "Theorem 1"
        | "I6"
        | "an earlier vote binds a ballot"
        | "a decree is passed"
        | "two ballots are successful" => P::BALLOTS | P::VOTES,
        "a priest votes" => P::VOTES,
        "I2" | "a priest tries again after a ballot of his own" => {
            P::TRIED | P::STATUS | P::BALLOTS
        }
        "I3" | "a priest who has voted promises anew" => P::VOTES | P::NEXT_BAL,
        "I4" => P::TRIED | P::STATUS | P::PREV_VOTES | P::VOTES | P::NEXT_BAL,
        "I5" => P::TRIED | P::STATUS | P::POLL | P::PREV_VOTES | P::BALLOTS | P::VOTES,
        "I7" => {
            let told = P::TRIED | P::NEXT_BAL | P::BALLOTS | P::VOTES | P::OUTCOMES;
            P::LAST_VOTES | P::SENT | told
        }
        "promises kept" => P::LAST_VOTES | P::BALLOTS | P::VOTES,
        "a promise is made" | "a promise is made by a priest who has voted" => P::LAST_VOTES,
        "a LastVote is received" | "a LastVote with an earlier vote is received" => P::PREV_VOTES,
        "a Voted is received" => P::STATUS | P::POLL,
        "every kind of message is sent" => P::LAST_VOTES | P::SENT,
        "a slip is lost" => P::TRIED | P::STATUS,
        _ => P::ALL,
    }
}

/// The properties that a step may change, by its kind: those that read a part that it writes.
pub(crate) fn by_kinds<M: Model>(model: &M, writes: impl Iterator<Item = Parts>) -> Vec<u64> {
    let properties = model.properties();
    let touched = |written: Parts| {
        let read = properties.iter().map(|property| reads(property.name));
        let touched = read.enumerate().filter(|(_, read)| read.has(written));
        touched.fold(0, |bits, (place, _)| bits | 1 << place)
    };
    writes.map(touched).collect()
}
