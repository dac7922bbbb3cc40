//! The messages of §3.1, for all decree numbers at once. The page of [`crate::message`] has the table of
//! words, paper and field. Legislators make and read messages; a driver only carries them.

use super::decree::{Declined, Decree, DecreeNumber, Request, RequestId};
use super::law::Law;
use super::ledger::Life;
use crate::state_machine::StateMachine;
use std::collections::BTreeMap;
use synod_math::{BallotNumber, Cast, Priest, PriestSet};

/// A message of the parliament, from one legislator to another. `S` is the state machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message<S: StateMachine> {
    /// Step 1, once for all numbers > n: the owner of `number` asks for last votes.
    NextBallot {
        /// b.
        number: BallotNumber,
        /// n: the sender's ledger holds every decree up to this one.
        known: DecreeNumber,
        /// The life of the sender's ledger. He has forgotten which numbers he tried in an earlier one.
        life: Option<Life>,
    },
    /// Step 2: the answer to NextBallot. Its promise is for all decree numbers. Sent to the owner of
    /// `number`.
    LastVote {
        /// b.
        number: BallotNumber,
        /// The life of the ledger whose NextBallot this answers.
        life: Option<Life>,
        /// n of the NextBallot that this answers, or the number after which this part begins.
        above: DecreeNumber,
        /// The last number that this part is about, if another part follows; none if it is about all
        /// numbers > n.
        through: Option<DecreeNumber>,
        /// For each number > n: the decree, if it is in the ledger; else the vote, if there is one.
        /// A number that is left out has the null vote.
        told: BTreeMap<DecreeNumber, Told<S::Command>>,
        /// The first numbers ≤ n that are not in the sender's ledger.
        missing: Vec<DecreeNumber>,
    },
    /// Step 1 again: the LastVote had a further part, and the owner of `number` asks for it.
    NextPart {
        /// b.
        number: BallotNumber,
        /// The last number that the LastVote was about so far.
        above: DecreeNumber,
        /// The life of the sender's ledger.
        life: Option<Life>,
    },
    /// Step 3, for one number. Sent to the quorum, which is in the message.
    BeginBallot {
        /// b.
        number: BallotNumber,
        /// The decree number.
        at: DecreeNumber,
        /// d.
        decree: Decree<S::Command>,
        /// Q.
        quorum: PriestSet,
        /// Step 5 for earlier numbers: every decree up to this number is passed. Where this ballot was
        /// held for such a number, the passed decree is the one that was voted for in it.
        passed: DecreeNumber,
    },
    /// Step 4: the legislator has voted. Sent to the owner of `number`, or to all legislators (see
    /// [`VotedTo`](super::VotedTo)).
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
        decree: Decree<S::Command>,
    },
    /// Step 5, for all numbers up to that of a snapshot (§3.3.2): their decrees are passed, and this is
    /// the law after them. It is sent to a legislator who lacks decrees that are cut off.
    Snapshot {
        /// The law.
        law: Law<S>,
    },
    /// §2.4: the answer to a NextBallot or BeginBallot below nextBal.
    Refused {
        /// The nextBal of the legislator who refuses.
        next_bal: BallotNumber,
    },
    /// §2.4: the sender is present.
    Present {
        /// The sender's ledger holds every decree up to this one.
        known: DecreeNumber,
        /// The sender's nextBal. It tells the president whether the sender has promised his ballot, or
        /// another one since.
        next_bal: Option<BallotNumber>,
    },
    /// §3.3.5: the sender has lost his ledger. He is not present, and asks for the largest ballot number
    /// that the receiver has tried or promised.
    Lost {
        /// His new ledger.
        life: Life,
        /// His ledger holds every decree up to this one.
        known: DecreeNumber,
    },
    /// The answer to Lost.
    Largest {
        /// The ledger of the legislator who asks.
        life: Life,
        /// The largest number that the sender has tried or promised.
        number: Option<BallotNumber>,
    },
    /// The sender, who has lost his ledger, asks the president for a ballot without him.
    Readmit {
        /// His new ledger.
        life: Life,
        /// He has taken part in no ballot above this one.
        bound: Option<BallotNumber>,
    },
    /// The answer to Readmit: the learner may take part again, in this ballot and larger ones, when he
    /// knows every outcome up to `through`.
    Readmitted {
        /// The ledger of the learner.
        life: Life,
        /// b: the president's ballot. The learner is not in its quorum.
        number: BallotNumber,
        /// The last number that the president knew, or whose vote he was told of.
        through: DecreeNumber,
    },
    /// A request that another legislator forwards to the president.
    Forwarded {
        /// The request.
        request: Request<S::Command>,
    },
    /// The president will not pass a request that was forwarded to him.
    Declined {
        /// The request.
        id: RequestId,
        /// The reason.
        why: Declined,
    },
}

/// What a [`Message::LastVote`] reports of one decree number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Told<C> {
    /// This decree was passed.
    Passed(Decree<C>),
    /// The sender's last vote was this.
    Voted(Cast<Decree<C>>),
}
