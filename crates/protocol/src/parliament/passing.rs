//! Passing decrees (§3.1): steps 3 to 6, for each decree number.

use super::decree::{Decree, DecreeNumber};
use super::ledger::{Note, Poll, Slip};
use super::message::Message;
use super::output::{Action, News};
use super::variant::{Ballot, Variant};
use super::{Legislator, Outputs};
use crate::Ignored;
use crate::decisions::{self, Yes};
use crate::output::Action as Of;
use crate::state_machine::StateMachine;
use synod_math::{BallotNumber, Cast, Priest, PriestSet};

impl<S: StateMachine, V: Variant> Legislator<S, V> {
    /// Begins as many ballots as may be in flight: on the decrees that bind him, on the olive day in the
    /// gaps below them, then on requests. Returns whether there was any.
    pub(super) fn begin_ballots(&mut self, out: &mut Outputs<S>) -> bool {
        let mut has_begun = false;
        while let Some((at, decree)) = self.next_to_propose() {
            self.start_polling(at, decree, out);
            has_begun = true;
        }
        has_begun
    }

    /// The next number whose outcome he does not know, and the decree to propose there.
    fn next_to_propose(&mut self) -> Option<(DecreeNumber, Decree<S::Command>)> {
        let Slip::Presiding(office) = &mut self.slip else {
            return None;
        };
        if office.is_succeeded {
            return None;
        }
        if office.polls_size >= self.settings.size {
            return None;
        }
        while self.ledger.knows(office.next) {
            office.next = office.next.next();
        }
        // Counted from the law: a decree that passes beyond a gap makes no room for another one.
        // Otherwise a gap could stay for ever while the ledger grows.
        if office.next.0 - self.law.through().0 > self.settings.in_flight as u64 {
            return None;
        }
        let last_taken = self.ledger.last_known().max(office.last_bound);
        let at = office.next;
        let decree = match office.bound.remove(&at) {
            Some(decree) => decree,
            None if at < last_taken => Decree::OliveDay,
            None => Decree::Request(self.next_waiting()?),
        };
        self.presiding_mut()?.next = at.next();
        Some((at, decree))
    }

    /// Start Polling, and Send BeginBallot to every legislator of the quorum.
    fn start_polling(
        &mut self,
        at: DecreeNumber,
        decree: Decree<S::Command>,
        out: &mut Outputs<S>,
    ) {
        let (Some(number), passed) = (self.ledger.last_tried, self.law.through()) else {
            return;
        };
        let Some(office) = self.presiding_mut() else {
            return;
        };
        let quorum = office.quorum;
        let poll = Poll {
            decree: decree.clone(),
            voters: PriestSet::EMPTY,
        };
        office.polls_size += decree.size::<S>();
        office.polls.insert(at, poll);
        out.did(Action::At(at, Of::StartPolling(quorum, decree.clone())));
        let message = Message::BeginBallot {
            number,
            at,
            decree,
            quorum,
            passed,
        };
        let action = Action::At(at, Of::SendBeginBallot);
        self.seat.act(action, quorum, &message, out);
    }

    /// Receive BeginBallot(b, d): if b = nextBal > prevBal, he votes, and Send Voted. If b < nextBal, he
    /// refuses (§2.4).
    pub(super) fn receive_begin_ballot(
        &mut self,
        from: Priest,
        (number, at): (BallotNumber, DecreeNumber),
        decree: Decree<S::Command>,
        (quorum, passed): (PriestSet, DecreeNumber),
        out: &mut Outputs<S>,
    ) {
        let (next_bal, prev_bal) = (self.ledger.next_bal, self.ledger.prev_bal(at));
        let vote = match decisions::vote((number, quorum), self.me(), next_bal, prev_bal) {
            Err(no) => return no.tell(from, &self.seat, out),
            Ok(vote) => vote,
        };
        if self.ledger.knows(at) {
            // The president does not know the outcome, or he would not ask: he is told.
            return self.send_missing(from, &[at], out);
        }
        let ballot = Ballot { number, at, quorum };
        let settled = self.law.through().max(passed);
        if !self.variant.may_vote_in(ballot, &self.ledger, settled) {
            return out.ignore(Ignored::OutOfOrder);
        }
        if vote == Yes::Now {
            let cast = Cast {
                number,
                decree: decree.clone(),
            };
            self.record(Note::PrevVote(at, cast), out);
            let action = Of::ReceiveBeginBallot(number, decree, quorum);
            out.did(Action::At(at, action));
        }
        self.send_voted(from, ballot, out);
    }

    /// Send Voted.
    fn send_voted(&mut self, president: Priest, ballot: Ballot, out: &mut Outputs<S>) {
        let Ballot { number, at, .. } = ballot;
        let message = Message::Voted {
            number,
            at,
            priest: self.me(),
        };
        let everybody = self.seat.everybody();
        let to = self.variant.voted_to(ballot, president, everybody);
        let action = Action::At(at, Of::SendVoted);
        self.seat.act(action, to, &message, out);
    }

    /// Receive Voted(b, q): if b = lastTried and he is polling at that number,
    /// q joins voters.
    pub(super) fn receive_voted(
        &mut self,
        number: BallotNumber,
        at: DecreeNumber,
        voter: Priest,
        out: &mut Outputs<S>,
    ) {
        if self.variant.hears(number, at, voter) {
            self.learn_from_votes(number, at, out);
        }
        if !decisions::is_about(number, self.ledger.last_tried) {
            return out.ignore(Ignored::OtherBallot);
        }
        let poll = self
            .presiding_mut()
            .and_then(|office| office.polls.get_mut(&at));
        let Some(poll) = poll else {
            return out.ignore(Ignored::NotPolling);
        };
        poll.voters = poll.voters.with(voter);
        out.did(Action::At(at, Of::ReceiveVoted(number, voter)));
        self.succeed(at, out);
    }

    /// Learn From Votes: he has voted in a ballot, and has heard that its whole quorum has. The president
    /// of the ballot does not use this: he takes the action Succeed, as in A.1.
    fn learn_from_votes(&mut self, number: BallotNumber, at: DecreeNumber, out: &mut Outputs<S>) {
        let vote = self.ledger.votes.get(&at).cloned();
        let vote = vote.filter(|vote| vote.number == number);
        let others = vote.filter(|_| self.seat.owner(number) != Some(self.me()));
        if let Some(vote) = others {
            self.write_outcome(at, vote.decree, Action::At(at, Of::LearnFromVotes), out);
            if matches!(self.slip, Slip::Presiding(_)) {
                // Before the first message of his own ballot that carries it.
                out.did(Action::At(at, Of::SendSuccess));
            }
            self.go_on(out);
        }
    }

    /// Succeed, if quorum ⊆ voters and outcome is BLANK; then Send Success. If a BeginBallot leaves now,
    /// Success rides on it (in its field `passed`) to the quorum.
    fn succeed(&mut self, at: DecreeNumber, out: &mut Outputs<S>) {
        let Some(office) = self.slip.presiding() else {
            return;
        };
        let quorum = office.quorum;
        let poll = office.polls.get(&at);
        let Some(poll) = poll.filter(|poll| decisions::has_passed(quorum, poll.voters)) else {
            return;
        };
        let decree = poll.decree.clone();
        self.write_outcome(at, decree.clone(), Action::At(at, Of::Succeed), out);
        // Before the first message that may carry it.
        out.did(Action::At(at, Of::SendSuccess));
        let rides_along = self.begin_ballots(out) && at <= self.law.through();
        let mut others = self.seat.others();
        if rides_along {
            others = others.iter().filter(|&q| !quorum.contains(q)).collect();
        }
        self.seat
            .send(others, &Message::Success { at, decree }, out);
        self.time_the_round(out);
    }

    /// Send Success.
    pub(super) fn send_success(
        &self,
        to: PriestSet,
        at: DecreeNumber,
        decree: Decree<S::Command>,
        out: &mut Outputs<S>,
    ) {
        let message = Message::Success { at, decree };
        self.seat
            .act(Action::At(at, Of::SendSuccess), to, &message, out);
    }

    /// Receives the Success that rides on a BeginBallot. It names no decrees: it is about those that he
    /// has voted for in this very ballot.
    pub(super) fn receive_passed(
        &mut self,
        number: BallotNumber,
        passed: DecreeNumber,
        out: &mut Outputs<S>,
    ) {
        let votes = self.ledger.votes.range(..=passed);
        let in_this_ballot = votes.filter(|(_, cast)| cast.number == number);
        let learnt: Vec<_> = in_this_ballot
            .map(|(&at, cast)| (at, cast.decree.clone()))
            .collect();
        for (at, decree) in learnt {
            self.learn(at, decree, out);
        }
    }

    /// Receive Success(d): if outcome is BLANK, it becomes d.
    pub(super) fn receive_success(
        &mut self,
        at: DecreeNumber,
        decree: Decree<S::Command>,
        out: &mut Outputs<S>,
    ) {
        if self.ledger.knows(at) {
            return out.ignore(Ignored::OutcomeKnown);
        }
        self.learn(at, decree, out);
    }

    /// Writes an outcome that another legislator has told, unless it is known.
    pub(super) fn learn(
        &mut self,
        at: DecreeNumber,
        decree: Decree<S::Command>,
        out: &mut Outputs<S>,
    ) {
        if !self.ledger.knows(at) {
            let action = Action::At(at, Of::ReceiveSuccess(decree.clone()));
            self.write_outcome(at, decree, action, out);
            self.go_on(out);
        }
    }

    /// Begins further ballots, because fewer decrees may be in flight now.
    pub(super) fn go_on(&mut self, out: &mut Outputs<S>) {
        if let Slip::Presiding(_) = self.slip {
            self.begin_ballots(out);
            self.time_the_round(out);
        }
    }

    fn write_outcome(
        &mut self,
        at: DecreeNumber,
        decree: Decree<S::Command>,
        action: Action<S::Command>,
        out: &mut Outputs<S>,
    ) {
        self.variant.knows(at);
        if let Some(office) = self.presiding_mut() {
            let poll = office.polls.remove(&at);
            office.polls_size -= poll.as_ref().map_or(0, |poll| poll.decree.size::<S>());
            // From now on Success must not ride on this ballot: it would tell the legislators who have
            // voted in it that its decree is passed, but another one is.
            office.is_succeeded |= poll.is_some_and(|poll| poll.decree != decree);
            office.bound.remove(&at);
        }
        self.record(Note::Outcome(at, decree), out);
        out.did(action);
        self.extend_the_law(out);
    }

    /// Extends the law up to the first gap in the ledger.
    pub(super) fn extend_the_law(&mut self, out: &mut Outputs<S>) {
        while let Some(decree) = self.ledger.decrees.get(&self.law.through().next()) {
            let decree = decree.clone();
            let answer = self.law.pass(&decree);
            self.since_snapshot += decree.size::<S>();
            let number = self.law.through();
            out.tell(News::Law {
                number,
                decree,
                answer,
            });
        }
        self.take_snapshot(out);
        self.rejoin(out);
    }

    pub(super) fn presiding_mut(&mut self) -> Option<&mut super::ledger::Presiding<S::Command>> {
        match &mut self.slip {
            Slip::Presiding(office) => Some(office),
            Slip::Idle | Slip::Trying { .. } => None,
        }
    }
}
