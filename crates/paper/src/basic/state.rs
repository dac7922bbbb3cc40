//! A state of A.1 in the paper's own form: each variable is a field.

use crate::message::Message;
use crate::variables::{Assign, Ledgers, Messages, Poll, Status, Variables};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Deref;
use synod_math::{Ballot, BallotNumber, BallotSet, Cast, Priest, PriestSet, Quorums, Vote};

/// A state of the basic protocol: every priest's ledger and slip, 𝓑 and 𝓜. Reached from
/// [`State::new`] by [`step`](super::step); its fields are public, so that tests can
/// make any state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State<D> {
    quorums: Quorums,
    /// Ledgers and slips, by the index of their priest.
    pub legislators: Vec<Legislator<D>>,
    /// 𝓑: a map from B_bal, B_dec and B_qrm to B_vot.
    pub ballots: BTreeMap<(BallotNumber, D, PriestSet), PriestSet>,
    /// 𝓜.
    pub messages: BTreeSet<Message<D>>,
}

/// A priest's ledger (durable) and slip (volatile): a part of [`State`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Legislator<D> {
    /// outcome; `None` is BLANK.
    pub outcome: Option<D>,
    /// lastTried; `None` is −∞.
    pub last_tried: Option<BallotNumber>,
    /// prevBal and prevDec; `None` is −∞ and BLANK.
    pub prev_vote: Option<Cast<D>>,
    /// nextBal; `None` is −∞.
    pub next_bal: Option<BallotNumber>,
    /// The slip of paper, which a crash loses.
    pub slip: Slip<D>,
}

/// A slip of paper: status, and the variables that are not void in it. A part of
/// [`Legislator`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slip<D> {
    /// status is idle.
    Idle,
    /// status is trying.
    Trying {
        /// prevVotes.
        prev_votes: BTreeSet<Vote<D>>,
    },
    /// status is polling.
    Polling {
        /// prevVotes.
        prev_votes: BTreeSet<Vote<D>>,
        /// quorum, voters and decree.
        poll: Poll<D>,
    },
}

impl<D> Legislator<D> {
    const fn new() -> Self {
        Self {
            outcome: None,
            last_tried: None,
            prev_vote: None,
            next_bal: None,
            slip: Slip::Idle,
        }
    }
}

impl<D> State<D> {
    /// The initial state of the priests of this quorum system.
    pub fn new(quorums: Quorums) -> Self {
        let priests = quorums.priests().iter();
        Self {
            legislators: priests.map(|_| Legislator::new()).collect(),
            ballots: BTreeMap::new(),
            messages: BTreeSet::new(),
            quorums,
        }
    }

    /// The ledger and the slip of a priest.
    ///
    /// # Panics
    /// If there is no such priest.
    pub fn of(&self, p: Priest) -> &Legislator<D> {
        &self.legislators[p.index()]
    }

    fn of_mut(&mut self, p: Priest) -> &mut Legislator<D> {
        &mut self.legislators[p.index()]
    }
}

impl<D> Slip<D> {
    /// prevVotes; empty while idle.
    pub fn prev_votes(&self) -> impl Iterator<Item = &Vote<D>> {
        let votes = match self {
            Self::Idle => None,
            Self::Trying { prev_votes } | Self::Polling { prev_votes, .. } => Some(prev_votes),
        };
        votes.into_iter().flatten()
    }
}

impl<D: Clone + Ord + fmt::Display> Ledgers for State<D> {
    type Decree = D;

    fn priests(&self) -> PriestSet {
        self.quorums.priests()
    }

    fn is_quorum(&self, set: PriestSet) -> bool {
        self.quorums.is_quorum(set)
    }

    fn outcome(&self, p: Priest) -> Option<D> {
        self.of(p).outcome.clone()
    }

    fn ballots(&self) -> impl Deref<Target = [Ballot<D>]> {
        ballot_set(&self.ballots)
    }

    fn name(&self, decree: &D) -> String {
        decree.to_string()
    }
}

/// 𝓑 as a set of ballots of `synod_math`. An entry with an empty quorum is left out,
/// since it is not a ballot.
pub(crate) fn ballot_set<D: Clone + Ord>(
    ballots: &BTreeMap<(BallotNumber, D, PriestSet), PriestSet>,
) -> BallotSet<D> {
    let ballot = |((number, decree, quorum), voters): (&(_, D, _), &_)| {
        Ballot::new(*number, decree.clone(), *quorum, *voters).ok()
    };
    ballots.iter().filter_map(ballot).collect()
}

impl<D: Clone + Ord + fmt::Display> Variables for State<D> {
    fn last_tried(&self, p: Priest) -> Option<BallotNumber> {
        self.of(p).last_tried
    }

    fn prev_vote(&self, p: Priest) -> Option<Cast<D>> {
        self.of(p).prev_vote.clone()
    }

    fn next_bal(&self, p: Priest) -> Option<BallotNumber> {
        self.of(p).next_bal
    }

    fn status(&self, p: Priest) -> Status {
        match self.of(p).slip {
            Slip::Idle => Status::Idle,
            Slip::Trying { .. } => Status::Trying,
            Slip::Polling { .. } => Status::Polling,
        }
    }

    fn prev_votes(&self, p: Priest) -> impl Iterator<Item = Vote<D>> {
        self.of(p).slip.prev_votes().cloned()
    }

    fn poll(&self, p: Priest) -> Option<Poll<D>> {
        match &self.of(p).slip {
            Slip::Polling { poll, .. } => Some(poll.clone()),
            Slip::Idle | Slip::Trying { .. } => None,
        }
    }

    fn has_sent(&self, message: &Message<D>) -> bool {
        self.messages.contains(message)
    }
}

impl<D: Clone + Ord + fmt::Display> Messages for State<D> {
    fn messages(&self) -> impl Iterator<Item = Message<D>> {
        self.messages.iter().cloned()
    }
}

impl<D: Clone + Ord + fmt::Display> Assign for State<D> {
    fn set_last_tried(&mut self, p: Priest, number: BallotNumber) {
        self.of_mut(p).last_tried = Some(number);
    }

    fn set_prev_vote(&mut self, p: Priest, cast: Cast<D>) {
        self.of_mut(p).prev_vote = Some(cast);
    }

    fn set_next_bal(&mut self, p: Priest, number: BallotNumber) {
        self.of_mut(p).next_bal = Some(number);
    }

    fn set_outcome(&mut self, p: Priest, decree: D) {
        self.of_mut(p).outcome = Some(decree);
    }

    fn set_idle(&mut self, p: Priest) {
        self.of_mut(p).slip = Slip::Idle;
    }

    fn set_trying(&mut self, p: Priest) {
        let prev_votes = BTreeSet::new();
        self.of_mut(p).slip = Slip::Trying { prev_votes };
    }

    fn add_prev_vote(&mut self, p: Priest, vote: Vote<D>) {
        if let Slip::Trying { prev_votes } | Slip::Polling { prev_votes, .. } =
            &mut self.of_mut(p).slip
        {
            prev_votes.insert(vote);
        }
    }

    fn set_polling(&mut self, p: Priest, poll: Poll<D>) {
        let prev_votes = self.prev_votes(p).collect();
        self.of_mut(p).slip = Slip::Polling { prev_votes, poll };
    }

    fn add_voter(&mut self, p: Priest, q: Priest) {
        if let Slip::Polling { poll, .. } = &mut self.of_mut(p).slip {
            poll.voters = poll.voters.with(q);
        }
    }

    fn send(&mut self, _: Priest, message: Message<D>) {
        self.messages.insert(message);
    }

    fn begin_ballot(&mut self, _: Priest, number: BallotNumber, decree: D, quorum: PriestSet) {
        self.ballots.entry((number, decree, quorum)).or_default();
    }

    fn add_vote(&mut self, p: Priest, number: BallotNumber, decree: D, quorum: PriestSet) {
        let voters = self.ballots.entry((number, decree, quorum)).or_default();
        *voters = voters.with(p);
    }
}
