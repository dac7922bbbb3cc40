//! The basic protocol (§2.3, A.1): a priest of one decree who reacts at once to each message, with
//! one function for each action. [`crate::complete`] decides when to begin a ballot.

use crate::Ignored;
use crate::decisions::{self, RefusalMessage, Yes};
use crate::ledger::{Ledger, Note, Slip};
use crate::message::Message;
use crate::output::{Action, Outputs};
use crate::seat::{Seat, only};
use std::collections::BTreeMap;
use std::sync::Arc;
use synod_math::{BallotNumber, Cast, Priest, PriestSet, Quorums, Vote};

/// A priest of the basic protocol: his ledger, his slip and the decree that he wants passed. It is
/// the inner part of a [`Complete`](crate::Complete), whose example uses it.
///
/// Equality ignores the quorums: compare priests of one parliament only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Basic<D> {
    pub(crate) seat: Seat,
    pub(crate) ledger: Ledger<D>,
    pub(crate) slip: Slip<D>,
    pub(crate) proposal: Option<D>,
}

impl<D: Clone + Eq> Basic<D> {
    /// The priest `me`, with this ledger and a blank slip: after a crash with the ledger that he
    /// has kept, or for the first time with an empty one.
    pub const fn new(me: Priest, quorums: Arc<Quorums>, ledger: Ledger<D>) -> Self {
        Self {
            seat: Seat { me, quorums },
            ledger,
            slip: Slip::Idle,
            proposal: None,
        }
    }

    /// The name of this priest.
    pub const fn me(&self) -> Priest {
        self.seat.me
    }

    /// The ledger. The durable ledger is equal to it when the driver has carried out all outputs
    /// so far.
    pub const fn ledger(&self) -> &Ledger<D> {
        &self.ledger
    }

    /// The slip.
    pub const fn slip(&self) -> &Slip<D> {
        &self.slip
    }

    /// The decree that he wants passed, if any.
    pub const fn proposal(&self) -> Option<&D> {
        self.proposal.as_ref()
    }

    /// The other priests.
    pub fn others(&self) -> PriestSet {
        self.seat.others()
    }

    /// Makes this the decree that he wants passed, unless he has one. If his ballot only waits for
    /// a decree, it begins.
    pub(crate) fn propose(&mut self, decree: D, out: &mut Outputs<D>) {
        self.proposal.get_or_insert(decree);
        self.start_polling(out);
    }

    /// Receives a message of A.1.
    pub(crate) fn receive(&mut self, from: Priest, message: Message<D>, out: &mut Outputs<D>) {
        match message {
            Message::NextBallot { number } => self.receive_next_ballot(from, number, out),
            Message::LastVote { number, vote } => self.receive_last_vote(number, vote, out),
            Message::BeginBallot {
                number,
                decree,
                quorum,
            } => self.receive_begin_ballot(from, number, decree, quorum, out),
            Message::Voted { number, priest } => self.receive_voted(number, priest, out),
            Message::Success { decree } => self.receive_success(decree, out),
            Message::Refused { .. } | Message::Present { .. } => {}
        }
    }

    /// Try New Ballot with a number larger than lastTried, and Send NextBallot to all priests.
    pub(crate) fn try_new_ballot(&mut self, number: BallotNumber, out: &mut Outputs<D>) {
        self.record(Note::LastTried(number), out);
        self.slip = Slip::Trying {
            prev_votes: BTreeMap::new(),
        };
        out.did(Action::TryNewBallot(number));
        self.send_next_ballot(number, out);
    }

    /// Send NextBallot(lastTried).
    fn send_next_ballot(&self, number: BallotNumber, out: &mut Outputs<D>) {
        let (everybody, message) = (self.seat.everybody(), Message::NextBallot { number });
        self.seat
            .act(Action::SendNextBallot, everybody, &message, out);
    }

    /// Receive NextBallot(b): if b ≥ nextBal, nextBal becomes b, and Send LastVote. Otherwise he
    /// refuses (§2.4).
    fn receive_next_ballot(&mut self, from: Priest, number: BallotNumber, out: &mut Outputs<D>) {
        let former = self.ledger.next_bal;
        match decisions::promise(number, former) {
            Err(no) => no.tell(from, &self.seat, out),
            Ok(Yes::Already) => self.send_last_vote(from, number, out),
            Ok(Yes::Now) => {
                self.record(Note::NextBal(number), out);
                out.did(Action::ReceiveNextBallot(number));
                self.send_last_vote(from, number, out);
                self.refuse_from_now_on(former, number, out);
            }
        }
    }

    /// §2.4. The owner of the ballot that he promised before learns at once that it is refused from
    /// now on, and not only when he asks for something again.
    fn refuse_from_now_on(
        &self,
        former: Option<BallotNumber>,
        next_bal: BallotNumber,
        out: &mut Outputs<D>,
    ) {
        let owner = |number| self.seat.owner(number);
        let told = former.and_then(owner);
        let told = told.filter(|&p| p != self.me() && Some(p) != owner(next_bal));
        if let Some(former_owner) = told {
            out.send(former_owner, Message::Refused { next_bal });
        }
    }

    /// Send LastVote, if nextBal > prevBal.
    fn send_last_vote(&self, to: Priest, number: BallotNumber, out: &mut Outputs<D>) {
        if self.ledger.prev_bal() >= Some(number) {
            return out.ignore(Ignored::AlreadyVoted);
        }
        let vote = Vote {
            priest: self.me(),
            cast: self.ledger.prev_vote.clone(),
        };
        let message = Message::LastVote { number, vote };
        self.seat.act(Action::SendLastVote, only(to), &message, out);
    }

    /// Receive LastVote(b, v): if b = lastTried and he is trying, v joins
    /// prevVotes.
    fn receive_last_vote(&mut self, number: BallotNumber, vote: Vote<D>, out: &mut Outputs<D>) {
        if !decisions::is_about(number, self.ledger.last_tried) {
            return out.ignore(Ignored::OtherBallot);
        }
        let Slip::Trying { prev_votes } = &mut self.slip else {
            return out.ignore(Ignored::NotTrying);
        };
        prev_votes.insert(vote.priest, vote.clone());
        out.did(Action::ReceiveLastVote(number, vote));
        self.start_polling(out);
    }

    /// Start Polling Q, as soon as the priests who answered are a majority set Q. The decree is
    /// that of the largest vote in prevVotes; if this vote is null, the decree that he wants
    /// passed.
    fn start_polling(&mut self, out: &mut Outputs<D>) {
        let (Slip::Trying { prev_votes }, Some(number)) = (&self.slip, self.ledger.last_tried)
        else {
            return;
        };
        let answered = prev_votes.keys().copied();
        let Some(quorum) = decisions::majority_set(&self.seat.quorums, answered) else {
            return;
        };
        let votes = prev_votes.values().filter_map(|vote| vote.cast.as_ref());
        let largest = votes.fold(None, decisions::larger);
        let bound = largest.map(|cast| cast.decree.clone());
        let Some(decree) = bound.or_else(|| self.proposal.clone()) else {
            return;
        };
        self.ask_again(quorum, number, out);
        self.slip = Slip::Polling {
            prev_votes: prev_votes.clone(),
            quorum,
            voters: PriestSet::EMPTY,
            decree: decree.clone(),
        };
        out.did(Action::StartPolling(quorum, decree.clone()));
        self.send_begin_ballot(number, decree, quorum, out);
    }

    /// Send NextBallot again, to everybody outside the quorum: whoever of them refuses the ballot
    /// refuses the next one too, and is heard of now, not only then (§2.4).
    fn ask_again(&self, quorum: PriestSet, number: BallotNumber, out: &mut Outputs<D>) {
        let everybody = self.seat.everybody().iter();
        let rest: PriestSet = everybody.filter(|&p| !quorum.contains(p)).collect();
        if !rest.is_empty() {
            let message = Message::NextBallot { number };
            self.seat.act(Action::SendNextBallot, rest, &message, out);
        }
    }

    /// Send BeginBallot, to every priest of the quorum.
    fn send_begin_ballot(
        &self,
        number: BallotNumber,
        decree: D,
        quorum: PriestSet,
        out: &mut Outputs<D>,
    ) {
        let message = Message::BeginBallot {
            number,
            decree,
            quorum,
        };
        self.seat
            .act(Action::SendBeginBallot, quorum, &message, out);
    }

    /// Receive BeginBallot(b, d): if b = nextBal > prevBal, he votes, and Send Voted. If
    /// b < nextBal, he refuses (§2.4).
    fn receive_begin_ballot(
        &mut self,
        from: Priest,
        number: BallotNumber,
        decree: D,
        quorum: PriestSet,
        out: &mut Outputs<D>,
    ) {
        let (next_bal, prev_bal) = (self.ledger.next_bal, self.ledger.prev_bal());
        match decisions::vote((number, quorum), self.me(), next_bal, prev_bal) {
            Err(no) => return no.tell(from, &self.seat, out),
            Ok(Yes::Already) => {}
            Ok(Yes::Now) => {
                let cast = Cast {
                    number,
                    decree: decree.clone(),
                };
                self.record(Note::PrevVote(cast), out);
                out.did(Action::ReceiveBeginBallot(number, decree, quorum));
            }
        }
        self.send_voted(from, number, out);
    }

    /// Send Voted.
    fn send_voted(&self, to: Priest, number: BallotNumber, out: &mut Outputs<D>) {
        let message = Message::Voted {
            number,
            priest: self.me(),
        };
        self.seat.act(Action::SendVoted, only(to), &message, out);
    }

    /// Receive Voted(b, q): if b = lastTried and he is polling, q joins voters.
    fn receive_voted(&mut self, number: BallotNumber, voter: Priest, out: &mut Outputs<D>) {
        if !decisions::is_about(number, self.ledger.last_tried) {
            return out.ignore(Ignored::OtherBallot);
        }
        let Slip::Polling { voters, .. } = &mut self.slip else {
            return out.ignore(Ignored::NotPolling);
        };
        *voters = voters.with(voter);
        out.did(Action::ReceiveVoted(number, voter));
        self.succeed(out);
    }

    /// Succeed, if quorum ⊆ voters and outcome is BLANK; then Send Success to the other priests.
    fn succeed(&mut self, out: &mut Outputs<D>) {
        let Slip::Polling {
            quorum,
            voters,
            decree,
            ..
        } = &self.slip
        else {
            return;
        };
        if !decisions::has_passed(*quorum, *voters) || self.ledger.outcome.is_some() {
            return;
        }
        let decree = decree.clone();
        self.write_outcome(decree.clone(), Action::Succeed, out);
        self.send_success(self.others(), decree, out);
    }

    /// Send Success.
    pub(crate) fn send_success(&self, to: PriestSet, decree: D, out: &mut Outputs<D>) {
        let message = Message::Success { decree };
        self.seat.act(Action::SendSuccess, to, &message, out);
    }

    /// Receive Success(d): if outcome is BLANK, it becomes d.
    fn receive_success(&mut self, decree: D, out: &mut Outputs<D>) {
        if self.ledger.outcome.is_some() {
            return out.ignore(Ignored::OutcomeKnown);
        }
        self.write_outcome(decree.clone(), Action::ReceiveSuccess(decree), out);
    }

    fn write_outcome(&mut self, decree: D, action: Action<D>, out: &mut Outputs<D>) {
        self.record(Note::Outcome(decree.clone()), out);
        out.did(action);
        out.tell(decree);
    }

    fn record(&mut self, note: Note<D>, out: &mut Outputs<D>) {
        self.ledger.record(note.clone());
        out.record(note);
    }
}

impl<D> RefusalMessage for Message<D> {
    fn refused(next_bal: BallotNumber) -> Self {
        Self::Refused { next_bal }
    }
}
