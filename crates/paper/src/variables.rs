//! The variables of A.1 as traits, which any representation of a state can implement: the
//! [`State`](crate::basic::State) of this crate, a packed state, or one decree
//! number of a parliament.
//!
//! ```
//! use synod_math::{BallotNumber, Priest, Quorums};
//! use synod_paper::basic::{Action, State, step};
//! use synod_paper::variables::{Status, Variables};
//!
//! /// How many priests try or poll, in any representation.
//! fn busy<V: Variables>(v: &V) -> usize {
//!     let busy = v.priests().iter().filter(|&p| v.status(p) != Status::Idle);
//!     busy.count()
//! }
//!
//! let alpha = Priest::new(0).unwrap();
//! let state = State::<&str>::new(Quorums::majority(3).unwrap());
//! let state = step(&state, alpha, &Action::TryNewBallot(BallotNumber(0))).unwrap();
//! assert_eq!(busy(&state), 1);
//! ```
//!
//! In order: [`Ledgers`] is for every protocol of the synod and enough for the
//! [`claims`](crate::claims); [`Variables`] is what the guards of
//! [`basic`](crate::basic) read, [`Messages`] what the
//! [invariants](mod@crate::invariants) read, and [`Assign`] what the effects change.

use crate::message::Message;
use std::fmt;
use std::ops::Deref;
use synod_math::{Ballot, BallotNumber, Cast, Priest, PriestSet, Vote};

/// The variables that every protocol of the synod has: outcomes in ledgers, and 𝓑.
pub trait Ledgers {
    /// The type of decrees.
    type Decree: Clone + Eq;

    /// All priests.
    fn priests(&self) -> PriestSet;

    /// Whether the set is a majority set.
    fn is_quorum(&self, set: PriestSet) -> bool;

    /// owner(b): the priest with index b mod n, for n priests.
    fn owner(&self, number: BallotNumber) -> Option<Priest> {
        let count = self.priests().len() as u64;
        let index = number.0.checked_rem(count)?;
        Priest::new(index as usize)
    }

    /// outcome of a priest; `None` is BLANK.
    fn outcome(&self, p: Priest) -> Option<Self::Decree>;

    /// 𝓑.
    fn ballots(&self) -> impl Deref<Target = [Ballot<Self::Decree>]>;

    /// Whether a priest may propose this decree. Without bounds, every decree may be
    /// proposed.
    fn is_proposed(&self, _decree: &Self::Decree) -> bool {
        true
    }

    /// The decree's name, which witnesses show.
    fn name(&self, decree: &Self::Decree) -> String;
}

/// All variables of A.1, for reading: ledgers, slips, 𝓑 and 𝓜. The [module](self)'s
/// example reads them.
pub trait Variables: Ledgers {
    /// lastTried of a priest; `None` is −∞.
    fn last_tried(&self, p: Priest) -> Option<BallotNumber>;

    /// (prevBal, prevDec) of a priest; `None` is (−∞, BLANK).
    fn prev_vote(&self, p: Priest) -> Option<Cast<Self::Decree>>;

    /// nextBal of a priest; `None` is −∞.
    fn next_bal(&self, p: Priest) -> Option<BallotNumber>;

    /// status of a priest.
    fn status(&self, p: Priest) -> Status;

    /// prevVotes of a priest; empty while he is idle.
    fn prev_votes(&self, p: Priest) -> impl Iterator<Item = Vote<Self::Decree>>;

    /// quorum, voters and decree of a priest; `None` unless he polls.
    fn poll(&self, p: Priest) -> Option<Poll<Self::Decree>>;

    /// Whether a message is in 𝓜.
    fn has_sent(&self, message: &Message<Self::Decree>) -> bool;
}

/// All variables of A.1, with an iterator over 𝓜. Guards do not need it; invariants do.
pub trait Messages: Variables {
    /// The messages in 𝓜.
    fn messages(&self) -> impl Iterator<Item = Message<Self::Decree>>;
}

/// All variables of A.1, for writing.
pub trait Assign: Variables {
    /// lastTried := b.
    fn set_last_tried(&mut self, p: Priest, number: BallotNumber);

    /// (prevBal, prevDec) := (b, d).
    fn set_prev_vote(&mut self, p: Priest, cast: Cast<Self::Decree>);

    /// nextBal := b.
    fn set_next_bal(&mut self, p: Priest, number: BallotNumber);

    /// outcome := d.
    fn set_outcome(&mut self, p: Priest, decree: Self::Decree);

    /// status := idle, and the rest of the slip is void.
    fn set_idle(&mut self, p: Priest);

    /// status := trying, prevVotes := ∅.
    fn set_trying(&mut self, p: Priest);

    /// prevVotes ∪= {v}.
    fn add_prev_vote(&mut self, p: Priest, vote: Vote<Self::Decree>);

    /// status := polling, with this quorum, these voters and this decree.
    fn set_polling(&mut self, p: Priest, poll: Poll<Self::Decree>);

    /// voters ∪= {q}.
    fn add_voter(&mut self, p: Priest, q: Priest);

    /// 𝓜 ∪= {m}, sent by p.
    fn send(&mut self, p: Priest, message: Message<Self::Decree>);

    /// 𝓑 ∪= {(b, d, Q, ∅)}, begun by p. A ballot that is in 𝓑 already keeps its
    /// voters.
    fn begin_ballot(
        &mut self,
        p: Priest,
        number: BallotNumber,
        decree: Self::Decree,
        quorum: PriestSet,
    );

    /// B_vot ∪= {p} for the ballot (b, d, Q).
    fn add_vote(
        &mut self,
        p: Priest,
        number: BallotNumber,
        decree: Self::Decree,
        quorum: PriestSet,
    );
}

/// status, a variable on the slip: the phase of the priest's own ballot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// The priest conducts no ballot; the rest of the slip is void.
    #[default]
    Idle,
    /// The priest asks for LastVotes (the field's phase 1).
    Trying,
    /// The priest asks for votes (phase 2).
    Polling,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Idle => "idle",
            Self::Trying => "trying",
            Self::Polling => "polling",
        })
    }
}

/// The variables on the slip of a priest who polls, except prevVotes. See
/// [`Variables::poll`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Poll<D> {
    /// quorum.
    pub quorum: PriestSet,
    /// voters.
    pub voters: PriestSet,
    /// decree.
    pub decree: D,
}

/// A ballot number or −∞, for printing.
///
/// ```
/// use synod_paper::variables::OrMinusInfinity;
///
/// assert_eq!(OrMinusInfinity(None).to_string(), "−∞");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrMinusInfinity(pub Option<BallotNumber>);

impl fmt::Display for OrMinusInfinity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(number) => number.fmt(f),
            None => f.write_str("−∞"),
        }
    }
}
