//! The messages of §3.1, for all decree numbers at once. The table of names is
//! in [`crate::message`].

use super::decree::{Declined, Decree, DecreeNumber, Request, RequestId};
use std::collections::BTreeMap;
use synod_math::{BallotNumber, Cast, Priest, PriestSet};

/// A message of the parliament, `C` being the type of commands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message<C> {
    /// Step 1, once for all numbers > n: the owner of `number` asks for last
    /// votes.
    NextBallot {
        /// b.
        number: BallotNumber,
        /// n: his ledger holds every decree up to this one.
        known: DecreeNumber,
    },
    /// Step 2: the answer, and the promise for all decree numbers. To the owner
    /// of `number`.
    LastVote {
        /// b.
        number: BallotNumber,
        /// n of the NextBallot that this answers.
        above: DecreeNumber,
        /// For each number > n the decree, if it is in the ledger, or else the
        /// vote, if there is one. For all others the null vote.
        told: BTreeMap<DecreeNumber, Told<C>>,
        /// The numbers ≤ n that are not in the ledger, the first of them.
        missing: Vec<DecreeNumber>,
    },
    /// Step 3, for one number. To the quorum, which it carries.
    BeginBallot {
        /// b.
        number: BallotNumber,
        /// The decree number.
        at: DecreeNumber,
        /// d.
        decree: Decree<C>,
        /// Q.
        quorum: PriestSet,
        /// Step 5 of earlier ones, riding along: every decree up to this one is
        /// passed; where this ballot was held, it is the one voted for in it.
        passed: DecreeNumber,
    },
    /// Step 4: the legislator has voted. To the owner of `number`, or to
    /// everybody.
    Voted {
        /// b.
        number: BallotNumber,
        /// The decree number.
        at: DecreeNumber,
        /// q.
        priest: Priest,
    },
    /// Step 5, for one number: the decree is passed.
    Success {
        /// The decree number.
        at: DecreeNumber,
        /// d.
        decree: Decree<C>,
    },
    /// §2.4: the answer to a NextBallot or BeginBallot below nextBal.
    Refused {
        /// The nextBal of the legislator who refuses.
        next_bal: BallotNumber,
    },
    /// §2.4: this legislator is present.
    Present {
        /// His ledger holds every decree up to this one.
        known: DecreeNumber,
        /// His nextBal: a president whom he has not promised anything, or has
        /// promised another since, hears of it.
        next_bal: Option<BallotNumber>,
    },
    /// A request on its way to the president.
    Forwarded {
        /// The request.
        request: Request<C>,
    },
    /// The president will not pass a request that was forwarded to him.
    Declined {
        /// Which.
        id: RequestId,
        /// And why.
        why: Declined,
    },
}

/// What a LastVote tells of a decree number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Told<C> {
    /// The decree was passed, and is this.
    Passed(Decree<C>),
    /// The last vote was this.
    Voted(Cast<Decree<C>>),
}
