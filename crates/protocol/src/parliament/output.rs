//! The inputs and outputs of a legislator: [`synod_process`]'s types with his own. The crate's example
//! uses them.

use super::decree::{Declined, Decree, DecreeNumber, Request, RequestId};
use super::law::Answer;
use super::ledger::{Note, Votes};
use super::message::Message;
use crate::state_machine::StateMachine;
use crate::{Ignored, Timer};
use std::collections::BTreeSet;
use std::sync::Arc;
use synod_math::{BallotNumber, Priest};

/// What can happen to a legislator.
pub type Input<S> =
    synod_process::Input<Priest, Message<S>, Request<<S as StateMachine>::Command>, Timer>;

/// One thing that the driver of a legislator must do.
pub type Output<S> = synod_process::Output<
    Priest,
    Message<S>,
    Timer,
    Note<S>,
    News<<S as StateMachine>::Command, <S as StateMachine>::Response>,
    Action<<S as StateMachine>::Command>,
>;

/// The answer of a legislator of the state machine `S` to an input: what his driver must do, in this
/// order.
pub type Outputs<S> = synod_process::Outputs<
    Priest,
    Message<S>,
    Timer,
    Note<S>,
    News<<S as StateMachine>::Command, <S as StateMachine>::Response>,
    Action<<S as StateMachine>::Command>,
    Ignored,
>;

/// News of a legislator for his clients ([`synod_process::Output::Tell`]). The driver passes an answer on
/// to the client that waits for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum News<C, R> {
    /// A decree has become law. This is told in the order of decree numbers, once for each number
    /// between two recoveries, except numbers that a snapshot brings.
    Law {
        /// The number of the decree.
        number: DecreeNumber,
        /// The decree.
        decree: Decree<C>,
        /// The answer to the request that the decree grants. None for the olive day, and for a request
        /// that is older than one of the same client that was passed before.
        answer: Option<Answer<R>>,
    },
    /// Another legislator's snapshot has become law: the decrees up to this number are not told. The
    /// answers to their requests are in the law.
    Snapshot {
        /// The number of the snapshot.
        through: DecreeNumber,
    },
    /// He had lost his ledger, and takes part again.
    Readmitted,
    /// The request was passed before; this is its answer.
    Answered(Answer<R>),
    /// This attempt will not pass the request. The client may try again.
    Declined {
        /// The request.
        id: RequestId,
        /// The reason.
        why: Declined,
    },
}

/// An action of A.1 in the instance of one decree number or of many. Legislators report it for traces and
/// proofs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action<C> {
    /// In the instances of all numbers: Try New Ballot, Send NextBallot or Receive NextBallot.
    Everywhere(crate::output::Action<Decree<C>>),
    /// In the instance of one number. The action Learn From Votes is that of §3.1 when Voted goes to all
    /// legislators: a legislator who voted in a ballot, and has heard of the votes of its whole quorum,
    /// sets outcome to its decree.
    At(DecreeNumber, crate::output::Action<Decree<C>>),
    /// Send LastVote, for each number above `above`, and not above `through` if there is one, except those
    /// whose decree is in the ledger.
    SendLastVote {
        /// n of the NextBallot, or the last number of the part before.
        above: DecreeNumber,
        /// The last number of this part, if another one follows.
        through: Option<DecreeNumber>,
    },
    /// Send Success, for each number up to that of the snapshot.
    SendSnapshot {
        /// The number of the snapshot.
        through: DecreeNumber,
    },
    /// Receive Success, for each number up to that of the snapshot whose outcome is not known.
    ReceiveSnapshot {
        /// The number of the snapshot.
        through: DecreeNumber,
    },
    /// Receive LastVote, for each number above `above`, and not above `through` if there is one, except
    /// those in `passed`.
    ReceiveLastVote {
        /// b.
        number: BallotNumber,
        /// v_pst.
        priest: Priest,
        /// n of the NextBallot, or the last number of the part before.
        above: DecreeNumber,
        /// The last number of this part, if another one follows.
        through: Option<DecreeNumber>,
        /// v; a number that is left out has the null vote.
        votes: Arc<Votes<C>>,
        /// The numbers that the LastVote reports as passed; they have no votes.
        passed: BTreeSet<DecreeNumber>,
    },
}
