//! What a legislator takes and answers.

use super::decree::{Declined, Decree, DecreeNumber, Request, RequestId};
use super::ledger::{Note, Votes};
use super::message::Message;
use crate::state_machine::StateMachine;
use crate::{Ignored, Timer};
use std::collections::BTreeSet;
use std::sync::Arc;
use synod_math::{BallotNumber, Priest};

/// What can happen to a legislator.
pub type Input<C> = synod_process::Input<Priest, Message<C>, Request<C>, Timer>;

/// One thing that the driver of a legislator has to do.
pub type Output<C, R> =
    synod_process::Output<Priest, Message<C>, Timer, Note<C>, News<C, R>, Action<C>>;

/// What a legislator whose law is an `S` answers to an input.
pub type Outputs<S> = synod_process::Outputs<
    Priest,
    Message<<S as StateMachine>::Command>,
    Timer,
    Note<<S as StateMachine>::Command>,
    News<<S as StateMachine>::Command, <S as StateMachine>::Response>,
    Action<<S as StateMachine>::Command>,
    Ignored,
>;

/// What a legislator has to tell his clients.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum News<C, R> {
    /// The law has a new decree. In order of numbers, each once in a life of
    /// the process.
    Law {
        /// Its number.
        number: DecreeNumber,
        /// What it is.
        decree: Decree<C>,
        /// The answer to the request, for whoever waits for it. None for the
        /// olive day, and for a request that is older than one of the same
        /// client that was passed before.
        answer: Option<Answer<R>>,
    },
    /// The request had been passed before.
    Answered(Answer<R>),
    /// The request will not be passed by this attempt. It may be tried again.
    Declined {
        /// Which.
        id: RequestId,
        /// And why.
        why: Declined,
    },
}

/// The answer to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Answer<R> {
    /// Which request.
    pub id: RequestId,
    /// The number of the decree that granted it.
    pub number: DecreeNumber,
    /// The reply of the state machine.
    pub response: R,
}

/// An action of A.1, in the instance of one decree number or of many.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action<C> {
    /// In the instances of all numbers: Try New Ballot, Send NextBallot and
    /// Receive NextBallot.
    Everywhere(crate::output::Action<Decree<C>>),
    /// In the instance of one number. Learn From Votes is §3.1, when Voted goes to
    /// everybody: outcome := decree, by one who voted in a ballot and knows of the
    /// votes of its whole quorum.
    At(DecreeNumber, crate::output::Action<Decree<C>>),
    /// Send LastVote for each number above this one, but for those whose decree
    /// is in the ledger.
    SendLastVote {
        /// n of the NextBallot.
        above: DecreeNumber,
    },
    /// Receive LastVote for each number above this one, but for those in
    /// `passed`.
    ReceiveLastVote {
        /// b.
        number: BallotNumber,
        /// v_pst.
        priest: Priest,
        /// n of the NextBallot.
        above: DecreeNumber,
        /// v; where there is none, the null vote.
        votes: Arc<Votes<C>>,
        /// Told as passed: no votes.
        passed: BTreeSet<DecreeNumber>,
    },
}
