//! The parts of a state that claims and partners read and that kinds of steps write: a step
//! leads to no finding of a property that reads nothing of what it writes (see
//! [`Form::touches`](synod_vocabulary::Form)).
//!
//! **Growth.** Most steps only add to a part: a message to 𝓜, a vote to 𝓑, a larger nextBal to
//! a ledger. Many claims hold all the more if a part grows: a message that told the truth of
//! nextBal tells it of a larger one. So [`Writes`] has apart what a kind of step changes and
//! what it only makes larger, and [`Reads`] which parts may grow without harm. That ledgers
//! and 𝓑 do grow is what the marks of each step tell (see [`Broken`](crate::refinement::Broken)),
//! and a state with marks is judged as a whole. Slips and 𝓜 have no marks; tests compare the
//! values of all properties before and after every step.

use stateright::Model;
use std::ops::BitOr;

/// Some parts of a state.
#[derive(Clone, Copy)]
pub(crate) struct Parts(u16);

impl Parts {
    pub(crate) const NONE: Self = Self(0);
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

    const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }
}

/// The parts of a state that a kind of step writes.
#[derive(Clone, Copy)]
pub(crate) struct Writes {
    /// Those that it changes in some way.
    changes: Parts,
    /// Those to which it only adds.
    grows: Parts,
}

impl Writes {
    /// A step that changes these parts, and only adds to the others.
    pub(crate) const fn new(changes: Parts, grows: Parts) -> Self {
        Self { changes, grows }
    }

    /// A step that only adds to these parts.
    pub(crate) const fn grows(grows: Parts) -> Self {
        Self::new(Parts::NONE, grows)
    }
}

/// The parts of a state that a property reads.
#[derive(Clone, Copy)]
struct Reads {
    parts: Parts,
    /// Those that may grow without harm: a state without a finding has none afterwards.
    may_grow: Parts,
}

impl Reads {
    /// Whether a step that writes this may lead to a finding.
    const fn is_touched(self, by: Writes) -> bool {
        self.parts.has(by.changes) || self.parts.without(self.may_grow).has(by.grows)
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
fn reads(property: &str) -> Reads {
    Reads {
        parts: parts(property),
        may_grow: may_grow(property),
    }
}

/// The parts that may grow without harm to a claim. A ballot begins without votes.
fn may_grow(claim: &str) -> Parts {
    use Parts as P;
    match claim {
        // A ballot that is successful stays so.
        "Validity" => P::VOTES,
        "I1" => P::BALLOTS | P::VOTES,
        // nextBal and lastTried are not below a number, nor after they have grown. A ballot, a
        // vote or an outcome that is there stays, and what MaxVote is depends on votes alone.
        "I3" | "I4" => P::NEXT_BAL,
        "I7" => P::TRIED | P::NEXT_BAL | P::BALLOTS | P::OUTCOMES,
        // The quorum has answered, the ballot has begun, and the voters have voted.
        "I5" => P::PREV_VOTES | P::BALLOTS | P::VOTES,
        "promises kept" => P::BALLOTS,
        _ => P::NONE,
    }
}

/// The parts that a claim or a partner reads.
///
/// The claims about steps read only the marks of the last step. Every state with a mark has to
/// be judged as a whole, whatever step leads to it.
fn parts(property: &str) -> Parts {
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

/// The properties of which a step may lead to a finding, by its kind.
pub(crate) fn by_kinds<M: Model>(model: &M, writes: impl Iterator<Item = Writes>) -> Vec<u64> {
    let properties = model.properties();
    let touched = |written: Writes| {
        let read = properties.iter().map(|property| reads(property.name));
        let touched = read
            .enumerate()
            .filter(|(_, read)| read.is_touched(written));
        touched.fold(0, |bits, (place, _)| bits | 1 << place)
    };
    writes.map(touched).collect()
}
