//! One decree number of a parliament, in the form that the actions of A.1 use: its
//! variables, of which lastTried, nextBal and the slip are shared by all numbers.

use crate::numbers::{DecreeId, Held, Instance};
use crate::state::{Late, State};
use std::ops::{Deref, DerefMut};
use synod_math::{Ballot, BallotNumber, Cast, Priest, PriestSet, Vote};
use synod_paper::Message;
use synod_paper::variables::{Assign, Ledgers, Poll, Status, Variables};
use synod_protocol::parliament::DecreeNumber;

/// A view of a state at one decree number.
pub(crate) struct OneNumber<S> {
    state: S,
    at: DecreeNumber,
    /// The line of the trace that records the action; 0 if no line does.
    line: u64,
}

impl State {
    /// One decree number, to be read. Number 0, which no decree has, stands for all
    /// numbers at which nothing has happened.
    pub(crate) const fn number(&self, at: DecreeNumber) -> OneNumber<&Self> {
        OneNumber {
            state: self,
            at,
            line: 0,
        }
    }

    /// One decree number, to be changed by an action. `line` is the line of the trace
    /// that records the action; 0 if no line does.
    pub(crate) const fn number_mut(&mut self, at: DecreeNumber, line: u64) -> OneNumber<&mut Self> {
        OneNumber {
            state: self,
            at,
            line,
        }
    }
}

impl<S: Deref<Target = State>> OneNumber<S> {
    /// The ballot that a priest polls, if there is one.
    fn polled(&self, p: Priest) -> Option<&Held> {
        let legislator = self.state.of(p);
        // 𝓑 may have the ballot already, from a trace that begins after Start Polling.
        let slip = legislator.slip.as_ref()?;
        let is_polled = slip.polled.contains(self.at.0);
        let polled = self.state.at(self.at).filter(|_| is_polled)?;
        polled.ballot(legislator.last_tried?)
    }

    fn last_vote(&self, p: Priest) -> Option<&Held> {
        self.state.at(self.at)?.last_vote(p)
    }

    /// Whether LastVote(b, v) is in 𝓜: a message for many numbers counts for each.
    fn has_sent_last_vote(&self, b: BallotNumber, vote: &Vote<DecreeId>) -> bool {
        let mut sent = self.state.last_votes_of(b, vote.priest);
        sent.any(|sent| {
            let cast = sent.answer.votes.get(&self.at);
            let told = vote.cast.map(|cast| (cast.number, cast.decree));
            sent.answer.covers(self.at) && cast.copied() == told
        })
    }

    /// The largest decree number that the first sender of this message could know to be
    /// passed (§3.2.1). `None` if the message was not sent, or is of a kind whose
    /// senders' knowledge is not recorded per number.
    pub(crate) fn known_by_sender(&self, message: &Message<DecreeId>) -> Option<DecreeNumber> {
        match message {
            Message::NextBallot(b) => self.state.next_ballots.get(b).copied(),
            Message::BeginBallot(b, d, quorum) => {
                self.state.at(self.at)?.ballot_like(*b, *d, *quorum)?.begun
            }
            Message::Success(d) => self.state.at(self.at)?.of(*d).success,
            Message::LastVote(..) | Message::Voted(..) => None,
        }
    }
}

impl<S: Deref<Target = State>> Ledgers for OneNumber<S> {
    type Decree = DecreeId;

    fn priests(&self) -> PriestSet {
        self.state.quorums.priests()
    }

    fn is_quorum(&self, set: PriestSet) -> bool {
        self.state.quorums.is_quorum(set)
    }

    /// If the legislator knows the outcome from a snapshot, or from before its trace begins, then
    /// it is that of others.
    fn outcome(&self, p: Priest) -> Option<DecreeId> {
        let instance = self.state.at(self.at)?;
        // A legislator who has lost his ledger does not know its outcomes any more.
        let has_passed = self.state.of(p).passed.contains(self.at);
        let outcome = || instance.outcome(p).or_else(|| instance.passed());
        has_passed.then(outcome).flatten()
    }

    fn ballots(&self) -> impl Deref<Target = [Ballot<DecreeId>]> {
        let instance = self.state.at(self.at);
        instance.map_or_else(Vec::new, Instance::ballot_set)
    }

    fn name(&self, decree: &DecreeId) -> String {
        let instance = self.state.at(self.at);
        instance.map_or_else(String::new, |instance| instance.name(*decree))
    }
}

impl<S: Deref<Target = State>> Variables for OneNumber<S> {
    fn last_tried(&self, p: Priest) -> Option<BallotNumber> {
        self.state.of(p).last_tried
    }

    fn prev_vote(&self, p: Priest) -> Option<Cast<DecreeId>> {
        self.last_vote(p).map(|held| Cast {
            number: held.number,
            decree: held.decree,
        })
    }

    fn next_bal(&self, p: Priest) -> Option<BallotNumber> {
        self.state.of(p).next_bal
    }

    fn status(&self, p: Priest) -> Status {
        match (&self.state.of(p).slip, self.polled(p)) {
            (None, _) => Status::Idle,
            (Some(_), None) => Status::Trying,
            (Some(_), Some(_)) => Status::Polling,
        }
    }

    fn prev_votes(&self, p: Priest) -> impl Iterator<Item = Vote<DecreeId>> {
        let slip = self.state.of(p).slip.iter();
        slip.flat_map(|slip| slip.prev_votes(self.at))
    }

    fn poll(&self, p: Priest) -> Option<Poll<DecreeId>> {
        self.polled(p).map(|held| Poll {
            quorum: held.quorum,
            voters: held.counted,
            decree: held.decree,
        })
    }

    fn has_sent(&self, message: &Message<DecreeId>) -> bool {
        let mut ballots = self
            .state
            .at(self.at)
            .into_iter()
            .flat_map(|of| &of.ballots);
        match message {
            Message::LastVote(b, vote) => self.has_sent_last_vote(*b, vote),
            Message::Voted(b, q) => {
                ballots.any(|held| held.number == *b && held.voted.contains(*q))
            }
            _ => self.known_by_sender(message).is_some(),
        }
    }
}

impl<S: DerefMut<Target = State>> Assign for OneNumber<S> {
    fn set_last_tried(&mut self, p: Priest, number: BallotNumber) {
        if let Some(old) = self.state.of_mut(p).last_tried.replace(number) {
            // Receive LastVote(b, v) requires b = lastTried, so no LastVote of the old
            // number can be received from now on.
            self.state.last_votes.remove(&old);
        }
    }

    fn set_prev_vote(&mut self, p: Priest, cast: Cast<DecreeId>) {
        // (prevBal, prevDec) is the largest vote in 𝓑 (I3), so only its ballot number is
        // kept here, as an index.
        if self.outcome(p).is_none() {
            let at = self.at;
            let undecided = &mut self.state.of_mut(p).undecided;
            undecided.insert(at, cast.number);
        }
    }

    fn set_next_bal(&mut self, p: Priest, number: BallotNumber) {
        self.state.of_mut(p).next_bal = Some(number);
    }

    fn set_outcome(&mut self, p: Priest, decree: DecreeId) {
        let at = self.at;
        let known = self.state.at_mut(at).of_mut(decree);
        known.outcome_of = known.outcome_of.with(p);
        let is_request = known.is_request();
        let legislator = self.state.of_mut(p);
        let vote = legislator.undecided.remove(&at);
        legislator.decided.extend(vote.map(|number| (at, number)));
        legislator.passed.insert(at);
        legislator.not_durable.insert(at.0);
        if is_request {
            legislator.hear(Some(at));
        }
    }

    fn set_idle(&mut self, p: Priest) {
        self.state.of_mut(p).slip = None;
    }

    fn set_trying(&mut self, p: Priest) {
        self.state.of_mut(p).slip = Some(crate::state::Slip::default());
    }

    fn add_prev_vote(&mut self, _: Priest, _: Vote<DecreeId>) {
        // A LastVote has votes of many numbers: see `State::receive_last_vote`.
    }

    fn set_polling(&mut self, p: Priest, _: Poll<DecreeId>) {
        // The ballot itself is in 𝓑: at a number with a ballot lastTried, status is polling.
        let at = self.at;
        if let Some(slip) = &mut self.state.of_mut(p).slip {
            slip.polled.insert(at.0);
        }
    }

    fn add_voter(&mut self, p: Priest, q: Priest) {
        let (at, last_tried) = (self.at, self.state.of(p).last_tried);
        let polled = last_tried.and_then(|b| self.state.at_mut(at).ballot_mut(b));
        if let Some(held) = polled {
            held.counted = held.counted.with(q);
        }
    }

    /// Adds a message to 𝓜, with the sender's `knows_of` at its first sending.
    fn send(&mut self, p: Priest, message: Message<DecreeId>) {
        let (at, knows_of) = (self.at, self.state.of(p).knows_of);
        match message {
            Message::NextBallot(b) => {
                self.state.next_ballots.entry(b).or_insert(knows_of);
            }
            // A LastVote is for many numbers: see `State::send_last_vote`.
            Message::LastVote(..) => {}
            Message::BeginBallot(b, d, quorum) => {
                let held = self.state.at_mut(at).ballot_like_mut(b, d, quorum);
                held.begun.get_or_insert(knows_of);
            }
            Message::Voted(b, q) => {
                if let Some(held) = self.state.at_mut(at).voted_in_mut(b, q) {
                    held.voted = held.voted.with(q);
                }
            }
            Message::Success(d) => {
                let known = self.state.at_mut(at).of_mut(d);
                known.success.get_or_insert(knows_of);
            }
        }
    }

    fn begin_ballot(&mut self, p: Priest, b: BallotNumber, decree: DecreeId, quorum: PriestSet) {
        let (at, line, passed) = (self.at, self.line, self.state.of(p).knows_of);
        let instance = self.state.at_mut(at);
        instance.ballot_like_mut(b, decree, quorum).line = line;
        if at < passed && instance.of(decree).is_request() {
            self.state.late.push(Late {
                by: p,
                line,
                at,
                ballot: b,
                decree,
                passed,
            });
        }
    }

    fn add_vote(&mut self, p: Priest, b: BallotNumber, decree: DecreeId, quorum: PriestSet) {
        let at = self.at;
        let held = self.state.at_mut(at).ballot_like_mut(b, decree, quorum);
        held.voters = held.voters.with(p);
    }
}
