//! The actions of A.1 that a process says it took, taken in the model `basic`;
//! and whether ledger and slip are those of the model afterwards. Of one decree,
//! or of one decree of many.
//!
//! That `basic` is the paper's A.1 is shown apart from this: `tests/it/paper.rs`
//! compares the two in every reachable state of small bounds.

use crate::ballots::{BallotKey, Ballots};
use crate::basic::{self, Basic, Legislator, Status};
use crate::bounds::{Decree, Rank};
use crate::messages::{Packed, PackedVote};
use crate::view::Synod;
use std::collections::BTreeMap;
use synod_math::{BallotNumber, Priest, Vote};
use synod_protocol::{Action, Ledger, Slip};

impl Basic {
    /// Takes an action, if it is enabled and its message, if it receives one,
    /// was sent. It may change nothing.
    pub fn take(&self, state: &basic::State, action: basic::Action) -> Option<basic::State> {
        let received = match action {
            basic::Action::ReceiveNextBallot(_, b) => Some(Packed::NextBallot(b)),
            basic::Action::ReceiveLastVote(b, vote) => Some(Packed::LastVote(b, vote)),
            basic::Action::ReceiveBeginBallot(_, key) => Some(Packed::BeginBallot(key)),
            basic::Action::ReceiveVoted(b, q) => Some(Packed::Voted(b, q)),
            basic::Action::ReceiveSuccess(_, d) => Some(Packed::Success(d)),
            _ => None,
        };
        let was_sent = |message| self.messages(state).any(|sent| sent == message);
        if received.is_some_and(|message| !was_sent(message)) {
            return None;
        }
        self.step(state, action)
    }

    /// The action in the codes of the model; none for a number beyond the
    /// bounds.
    pub(crate) fn in_model(&self, p: Priest, action: &Action<Decree>) -> Option<basic::Action> {
        let rank = |number: BallotNumber| self.bounds().rank(number);
        Some(match *action {
            Action::TryNewBallot(b) => basic::Action::TryNewBallot(p, rank(b)?),
            Action::SendNextBallot => basic::Action::SendNextBallot(p),
            Action::ReceiveNextBallot(b) => basic::Action::ReceiveNextBallot(p, rank(b)?),
            Action::SendLastVote => basic::Action::SendLastVote(p),
            Action::ReceiveLastVote(b, vote) => {
                basic::Action::ReceiveLastVote(rank(b)?, self.packed(vote)?)
            }
            Action::StartPolling(quorum, d) => basic::Action::StartPolling(p, quorum, d),
            Action::SendBeginBallot => basic::Action::SendBeginBallot(p),
            Action::ReceiveBeginBallot(b, d, quorum) => {
                basic::Action::ReceiveBeginBallot(p, BallotKey::new(rank(b)?, d, quorum))
            }
            Action::SendVoted => basic::Action::SendVoted(p),
            Action::ReceiveVoted(b, q) => basic::Action::ReceiveVoted(rank(b)?, q),
            Action::Succeed => basic::Action::Succeed(p),
            Action::SendSuccess => basic::Action::SendSuccess(p),
            Action::ReceiveSuccess(d) => basic::Action::ReceiveSuccess(p, d),
        })
    }

    fn packed(&self, vote: Vote<Decree>) -> Option<PackedVote> {
        let (number, decree) = match vote.cast {
            Some(cast) => (self.bounds().rank(cast.number)?, cast.decree),
            None => (Rank::NONE, Decree::BLANK),
        };
        Some(PackedVote {
            priest: vote.priest,
            number,
            decree,
        })
    }

    /// Whether this ledger and this slip are those of a legislator of the model.
    pub(crate) fn agrees(
        &self,
        model: &Legislator,
        ledger: &Ledger<Decree>,
        slip: &Slip<Decree>,
    ) -> bool {
        self.ledger_agrees(model, ledger) && self.slip_agrees(model, slip)
    }

    fn ledger_agrees(&self, model: &Legislator, ledger: &Ledger<Decree>) -> bool {
        let number = |rank| self.bounds().number(rank);
        let prev_dec = ledger.prev_vote.map_or(Decree::BLANK, |cast| cast.decree);
        model.outcome == ledger.outcome.unwrap_or(Decree::BLANK)
            && number(model.last_tried) == ledger.last_tried
            && number(model.prev_bal) == ledger.prev_bal()
            && model.prev_dec == prev_dec
            && number(model.next_bal) == ledger.next_bal
    }

    fn slip_agrees(&self, model: &Legislator, slip: &Slip<Decree>) -> bool {
        let votes_agree = |votes: &BTreeMap<Priest, Vote<Decree>>| {
            let in_model = self.prev_votes(model);
            let in_model = in_model.map(|vote| vote.unpack(self.bounds()));
            in_model.eq(votes.values().copied())
        };
        match slip {
            Slip::Idle => model.status == Status::Idle,
            Slip::Trying { prev_votes } => {
                model.status == Status::Trying && votes_agree(prev_votes)
            }
            Slip::Polling {
                prev_votes,
                quorum,
                voters,
                decree,
            } => {
                model.status == Status::Polling
                    && votes_agree(prev_votes)
                    && model.quorum() == *quorum
                    && model.voters() == *voters
                    && model.decree == *decree
            }
        }
    }
}

/// What an action does to 𝓑, whether or not the model allows it.
///
/// `last_tried` is that of the process, for a ballot that begins outside the
/// model.
pub(crate) fn go_on_with_ballots(
    ballots: &mut Ballots,
    last_tried: Option<Rank>,
    action: basic::Action,
) {
    let (ballot, voter) = match (action, last_tried) {
        (basic::Action::StartPolling(_, quorum, decree), Some(number)) => {
            (BallotKey::new(number, decree, quorum), None)
        }
        (basic::Action::ReceiveBeginBallot(q, ballot), _) => (ballot, Some(q)),
        _ => return,
    };
    let is_same = |key: &BallotKey| key.number == ballot.number && key.decree == ballot.decree;
    if let Some(voter) = voter {
        // A vote is for a number and a decree, whatever the voter was told of
        // the quorum.
        let voted = ballots.iter().map(|(key, _)| key).find(is_same);
        ballots.vote(voted.unwrap_or(ballot), voter);
    } else if ballots.has_room() {
        ballots.begin(ballot);
    }
}
