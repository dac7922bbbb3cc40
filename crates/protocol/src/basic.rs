//! §2.3 and A.1: the priest of the basic protocol, one function an action, who
//! reacts at once to each message. When to begin a ballot is for
//! [`crate::complete`] to say.

use crate::Ignored;
use crate::ledger::{Ledger, Note, Slip};
use crate::message::Message;
use crate::output::{Action, Outputs};
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use synod_math::{BallotNumber, Cast, Priest, PriestSet, Quorums, Vote};

/// A priest: his ledger, his slip and what he wants passed.
///
/// Two priests of the same parliament are equal if all but the parliament is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basic<D> {
    me: Priest,
    quorums: Arc<Quorums>,
    pub(crate) ledger: Ledger<D>,
    pub(crate) slip: Slip<D>,
    pub(crate) proposal: Option<D>,
}

impl<D: Hash> Hash for Basic<D> {
    // The parliament is the same in all states of a run: it tells none apart.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.me.hash(hasher);
        self.ledger.hash(hasher);
        self.slip.hash(hasher);
        self.proposal.hash(hasher);
    }
}

impl<D: Clone + Eq> Basic<D> {
    /// The priest `me` of a parliament, with the ledger he has kept and a blank
    /// slip: after a crash, or for the first time with an empty ledger.
    pub const fn new(me: Priest, quorums: Arc<Quorums>, ledger: Ledger<D>) -> Self {
        Self {
            me,
            quorums,
            ledger,
            slip: Slip::Idle,
            proposal: None,
        }
    }

    /// Who this is.
    pub const fn me(&self) -> Priest {
        self.me
    }

    /// The ledger. What is durable agrees with it once the outputs so far are
    /// carried out.
    pub const fn ledger(&self) -> &Ledger<D> {
        &self.ledger
    }

    /// The slip.
    pub const fn slip(&self) -> &Slip<D> {
        &self.slip
    }

    /// What he wants passed, if anything.
    pub const fn proposal(&self) -> Option<&D> {
        self.proposal.as_ref()
    }

    /// The other priests.
    pub fn others(&self) -> impl Iterator<Item = Priest> + use<D> {
        let me = self.me;
        self.quorums.priests().iter().filter(move |&q| q != me)
    }

    /// The smallest number of his own that is larger than lastTried, and than
    /// any nextBal he knows of.
    fn next_number(&self, refused_at: Option<BallotNumber>) -> Option<BallotNumber> {
        let known = [self.ledger.last_tried, self.ledger.next_bal, refused_at];
        let largest = known.into_iter().max().flatten();
        next_number(self.me, self.quorums.priests().len(), largest)
    }

    /// Wants the decree passed, unless he wants one already. If his ballot only
    /// waits for a decree, it begins.
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

    /// Try New Ballot: a number larger than lastTried, and Send NextBallot to
    /// everybody.
    pub(crate) fn try_new_ballot(
        &mut self,
        refused_at: Option<BallotNumber>,
        out: &mut Outputs<D>,
    ) {
        let Some(number) = self.next_number(refused_at) else {
            return out.ignore(Ignored::NoNumberLeft);
        };
        self.record(Note::LastTried(number), out);
        self.slip = Slip::Trying {
            prev_votes: BTreeMap::new(),
        };
        out.did(Action::TryNewBallot(number));
        self.send_next_ballot(number, out);
    }

    /// Send NextBallot.
    fn send_next_ballot(&self, number: BallotNumber, out: &mut Outputs<D>) {
        let everybody = self.quorums.priests();
        let message = Message::NextBallot { number };
        self.send(everybody, &message, &Action::SendNextBallot, out);
    }

    /// Receive NextBallot(b): if b ≥ nextBal, nextBal becomes b, and Send
    /// LastVote. Otherwise a refusal (§2.4).
    fn receive_next_ballot(&mut self, from: Priest, number: BallotNumber, out: &mut Outputs<D>) {
        let next_bal = self.ledger.next_bal;
        if let Some(next_bal) = next_bal.filter(|&next_bal| number < next_bal) {
            return self.refuse(from, next_bal, Ignored::BelowNextBal, out);
        }
        if next_bal != Some(number) {
            self.record(Note::NextBal(number), out);
            out.did(Action::ReceiveNextBallot(number));
        }
        self.send_last_vote(from, number, out);
    }

    /// Send LastVote, if nextBal > prevBal.
    fn send_last_vote(&self, to: Priest, number: BallotNumber, out: &mut Outputs<D>) {
        if self.ledger.prev_bal() >= Some(number) {
            return out.ignore(Ignored::AlreadyVoted);
        }
        let vote = Vote {
            priest: self.me,
            cast: self.ledger.prev_vote.clone(),
        };
        let message = Message::LastVote { number, vote };
        self.send(only(to), &message, &Action::SendLastVote, out);
    }

    /// Receive LastVote(b, v): if b = lastTried and he is trying, v joins
    /// prevVotes.
    fn receive_last_vote(&mut self, number: BallotNumber, vote: Vote<D>, out: &mut Outputs<D>) {
        if self.ledger.last_tried != Some(number) {
            return out.ignore(Ignored::OtherBallot);
        }
        let Slip::Trying { prev_votes } = &mut self.slip else {
            return out.ignore(Ignored::NotTrying);
        };
        prev_votes.insert(vote.priest, vote.clone());
        out.did(Action::ReceiveLastVote(number, vote));
        self.start_polling(out);
    }

    /// Start Polling Q, as soon as those who answered are a majority set Q: on
    /// the decree of the largest vote in prevVotes, or what he wants passed if
    /// that one is null. (Q is all who answered, so that what is read are the
    /// votes of Q, as B3 asks.)
    fn start_polling(&mut self, out: &mut Outputs<D>) {
        let (Slip::Trying { prev_votes }, Some(number)) = (&self.slip, self.ledger.last_tried)
        else {
            return;
        };
        let quorum: PriestSet = prev_votes.keys().copied().collect();
        if !self.quorums.is_quorum(quorum) {
            return;
        }
        let largest = prev_votes.values().filter_map(|vote| vote.cast.as_ref());
        let largest = largest.max_by_key(|cast| cast.number);
        let bound = largest.map(|cast| cast.decree.clone());
        let Some(decree) = bound.or_else(|| self.proposal.clone()) else {
            return;
        };
        self.slip = Slip::Polling {
            prev_votes: prev_votes.clone(),
            quorum,
            voters: PriestSet::EMPTY,
            decree: decree.clone(),
        };
        out.did(Action::StartPolling(quorum, decree.clone()));
        self.send_begin_ballot(number, decree, quorum, out);
    }

    /// Send BeginBallot, to everybody of the quorum.
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
        self.send(quorum, &message, &Action::SendBeginBallot, out);
    }

    /// Receive BeginBallot(b, d): if b = nextBal > prevBal, vote, and Send
    /// Voted. If b < nextBal, a refusal (§2.4).
    fn receive_begin_ballot(
        &mut self,
        from: Priest,
        number: BallotNumber,
        decree: D,
        quorum: PriestSet,
        out: &mut Outputs<D>,
    ) {
        if !quorum.contains(self.me) {
            return out.ignore(Ignored::NotInQuorum);
        }
        let next_bal = self.ledger.next_bal;
        if let Some(next_bal) = next_bal.filter(|&next_bal| number < next_bal) {
            return self.refuse(from, next_bal, Ignored::BelowNextBal, out);
        }
        if next_bal != Some(number) {
            return out.ignore(Ignored::NotPromised);
        }
        if self.ledger.prev_bal() < Some(number) {
            let cast = Cast {
                number,
                decree: decree.clone(),
            };
            self.record(Note::PrevVote(cast), out);
            out.did(Action::ReceiveBeginBallot(number, decree, quorum));
        }
        self.send_voted(from, number, out);
    }

    /// Send Voted.
    fn send_voted(&self, to: Priest, number: BallotNumber, out: &mut Outputs<D>) {
        let message = Message::Voted {
            number,
            priest: self.me,
        };
        self.send(only(to), &message, &Action::SendVoted, out);
    }

    /// Receive Voted(b, q): if b = lastTried and he is polling, q joins voters.
    fn receive_voted(&mut self, number: BallotNumber, voter: Priest, out: &mut Outputs<D>) {
        if self.ledger.last_tried != Some(number) {
            return out.ignore(Ignored::OtherBallot);
        }
        let Slip::Polling { voters, .. } = &mut self.slip else {
            return out.ignore(Ignored::NotPolling);
        };
        *voters = voters.with(voter);
        out.did(Action::ReceiveVoted(number, voter));
        self.succeed(out);
    }

    /// Succeed, if quorum ⊆ voters and outcome is BLANK; and Send Success to
    /// everybody.
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
        if !quorum.is_subset(*voters) || self.ledger.outcome.is_some() {
            return;
        }
        let decree = decree.clone();
        self.write_outcome(decree.clone(), Action::Succeed, out);
        let everybody = self.others().collect();
        self.send_success(everybody, decree, out);
    }

    /// Send Success.
    pub(crate) fn send_success(&self, to: PriestSet, decree: D, out: &mut Outputs<D>) {
        let message = Message::Success { decree };
        self.send(to, &message, &Action::SendSuccess, out);
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

    fn refuse(&self, to: Priest, next_bal: BallotNumber, why: Ignored, out: &mut Outputs<D>) {
        out.ignore(why);
        if to != self.me {
            let message = Message::Refused { next_bal };
            out.send(to, message);
        }
    }

    fn record(&mut self, note: Note<D>, out: &mut Outputs<D>) {
        self.ledger.record(note.clone());
        out.record(note);
    }

    /// Sends to each; what is for himself he receives before the input is
    /// done. The action takes place with the first message that leaves.
    fn send(&self, to: PriestSet, message: &Message<D>, action: &Action<D>, out: &mut Outputs<D>) {
        let mut action = Some(action.clone());
        for to in to.iter().filter(|&to| to != self.me) {
            let message = message.clone();
            out.send(to, message);
            if let Some(action) = action.take() {
                out.did(action);
            }
        }
        if let Some(action) = action {
            out.did(action);
        }
        if to.contains(self.me) {
            out.send_to_self(message.clone());
        }
    }
}

const fn only(priest: Priest) -> PriestSet {
    PriestSet::EMPTY.with(priest)
}

/// The smallest number that a priest of so many owns and that is larger than
/// another; `None` if there is none.
pub(crate) fn next_number(
    me: Priest,
    priests: usize,
    largest: Option<BallotNumber>,
) -> Option<BallotNumber> {
    let (own, priests) = (me.index() as u64, priests as u64);
    match largest {
        None => Some(BallotNumber(own)),
        Some(BallotNumber(largest)) => {
            let rounds = largest.checked_add(priests - own)? / priests;
            let number = rounds.checked_mul(priests)?.checked_add(own)?;
            Some(BallotNumber(number))
        }
    }
}
