//! A.1: what steps do. One function an action.
//!
//! They do it whether or not the action is enabled, so that 𝓑 is complete even
//! where somebody broke the rules.

use crate::numbers::bytes;
use crate::state::{Answer, LastVote, Late, Passed, Slip, State};
use std::sync::Arc;
use synod_math::{BallotNumber, Priest, PriestSet};
use synod_protocol::output::Action as Of;
use synod_protocol::parliament::DecreeNumber;
use synod_trace::{Action, Decree};

impl State {
    /// Takes a step; `line` is where its trace tells of it, 0 if nowhere.
    pub(crate) fn take(&mut self, p: Priest, action: &Action, line: u64) {
        match action {
            Action::Everywhere(Of::TryNewBallot(b)) => self.try_new_ballot(p, *b),
            Action::Everywhere(Of::SendNextBallot) => self.send_next_ballot(p),
            Action::Everywhere(Of::ReceiveNextBallot(b)) => {
                self.of_mut(p).next_bal = Some(*b);
                let told = self.next_ballots.get(b).copied();
                self.hear(p, told);
            }
            Action::SendLastVote { above } => self.send_last_vote(p, *above),
            Action::ReceiveLastVote {
                number,
                priest,
                above,
                votes,
                passed,
            } => {
                let votes = votes.iter().map(|(&at, cast)| {
                    let id = self.at_mut(at).intern(bytes(&cast.decree));
                    (at, (cast.number, id))
                });
                let mut told = Passed::default();
                told.beyond.extend(passed.iter().copied());
                let answer = Answer {
                    above: *above,
                    votes: Arc::new(votes.collect()),
                    passed: Arc::new(told),
                };
                self.receive_last_vote(p, (*number, *priest), answer);
            }
            Action::At(at, Of::StartPolling(q, d)) => self.start_polling(p, *at, (*q, d), line),
            Action::At(at, Of::SendBeginBallot) => self.send_begin_ballot(p, *at),
            Action::At(at, Of::ReceiveBeginBallot(b, d, q)) => self.vote(p, *at, *b, (d, *q)),
            Action::At(at, Of::SendVoted) => self.send_voted(p, *at),
            Action::At(at, Of::ReceiveVoted(b, q)) => {
                if let Some(held) = self.at_mut(*at).ballot_mut(*b) {
                    held.counted = held.counted.with(*q);
                }
            }
            Action::At(at, Of::Succeed) => self.succeed(p, *at),
            Action::At(at, Of::SendSuccess) => self.send_success(p, *at),
            Action::At(at, Of::ReceiveSuccess(d)) => self.receive_success(p, *at, d),
            Action::LearnFromVotes(at) => self.learn_from_votes(p, *at),
            Action::Everywhere(_) | Action::At(..) => {}
        }
    }

    /// A message is causally before whoever receives it: of one that was sent
    /// several times, its first sending is.
    fn hear(&mut self, p: Priest, told: Option<DecreeNumber>) {
        let knows_of = &mut self.of_mut(p).knows_of;
        *knows_of = told.map_or(*knows_of, |told| told.max(*knows_of));
    }

    /// lastTried := b, status := trying, prevVotes := ∅.
    fn try_new_ballot(&mut self, p: Priest, b: BallotNumber) {
        let legislator = self.of_mut(p);
        legislator.slip = Some(Slip::default());
        if let Some(old) = legislator.last_tried.replace(b) {
            // Nobody can receive them any more: b = lastTried is asked for.
            self.last_votes.remove(&old);
        }
    }

    fn send_next_ballot(&mut self, p: Priest) {
        let legislator = self.of(p);
        if let Some(b) = legislator.last_tried {
            let knows_of = legislator.knows_of;
            self.next_ballots.entry(b).or_insert(knows_of);
        }
    }

    fn send_last_vote(&mut self, p: Priest, above: DecreeNumber) {
        let sent = LastVote {
            from: p,
            answer: self.last_vote(p, above),
            knows_of: self.of(p).knows_of,
        };
        if let Some(b) = self.of(p).next_bal {
            self.last_votes.entry(b).or_default().push(sent);
        }
    }

    /// prevVotes ∪= {v}.
    pub(crate) fn receive_last_vote(
        &mut self,
        p: Priest,
        (b, q): (BallotNumber, Priest),
        answer: Answer,
    ) {
        let sent = self.last_votes.get(&b).into_iter().flatten();
        let told = sent
            .filter(|sent| sent.from == q)
            .map(|sent| sent.knows_of)
            .min();
        if let Some(slip) = &mut self.of_mut(p).slip {
            slip.answers.insert(q, answer);
        }
        self.hear(p, told);
    }

    /// status := polling, quorum := Q, voters := ∅, decree := d; and a ballot
    /// joins 𝓑.
    pub(crate) fn start_polling(
        &mut self,
        p: Priest,
        at: DecreeNumber,
        (quorum, decree): (PriestSet, &Decree),
        line: u64,
    ) {
        let legislator = self.of_mut(p);
        let (Some(ballot), passed) = (legislator.last_tried, legislator.knows_of) else {
            return;
        };
        if let Some(slip) = &mut legislator.slip {
            slip.is_polling = true;
        }
        let instance = self.at_mut(at);
        let decree = instance.intern(bytes(decree));
        let held = instance.ballot_like(ballot, decree, quorum);
        held.line = line;
        if at < passed && instance.of(decree).is_request() {
            self.late.push(Late {
                by: p,
                line,
                at,
                ballot,
                decree,
                passed,
            });
        }
    }

    pub(crate) fn send_begin_ballot(&mut self, p: Priest, at: DecreeNumber) {
        let (last_tried, knows_of) = (self.of(p).last_tried, self.of(p).knows_of);
        let poll = last_tried.and_then(|b| self.at_mut(at).ballot_mut(b));
        if let Some(held) = poll {
            held.begun.get_or_insert(knows_of);
        }
    }

    /// prevBal := b, prevDec := d, and p joins B_vot.
    fn vote(
        &mut self,
        p: Priest,
        at: DecreeNumber,
        b: BallotNumber,
        (decree, quorum): (&Decree, PriestSet),
    ) {
        let instance = self.at_mut(at);
        let decree = instance.intern(bytes(decree));
        let held = instance.ballot_like(b, decree, quorum);
        held.voters = held.voters.with(p);
        let (told, is_blank) = (held.begun, instance.outcome(p).is_none());
        if is_blank {
            self.of_mut(p).undecided.insert(at, b);
        }
        self.hear(p, told);
    }

    fn send_voted(&mut self, p: Priest, at: DecreeNumber) {
        let instance = self.at_mut(at);
        let number = instance.last_vote(p).map(|held| held.number);
        if let Some(held) = number.and_then(|b| instance.ballot_mut(b)) {
            held.voted = held.voted.with(p);
        }
    }

    /// outcome := decree.
    fn succeed(&mut self, p: Priest, at: DecreeNumber) {
        let last_tried = self.of(p).last_tried;
        let poll = last_tried.and_then(|b| self.at(at)?.ballot(b));
        if let Some(id) = poll.map(|held| held.decree) {
            self.write_outcome(p, at, id);
        }
    }

    fn learn_from_votes(&mut self, p: Priest, at: DecreeNumber) {
        let vote = self.at(at).and_then(|instance| instance.last_vote(p));
        if let Some(id) = vote.map(|held| held.decree) {
            self.write_outcome(p, at, id);
        }
    }

    fn send_success(&mut self, p: Priest, at: DecreeNumber) {
        let knows_of = self.of(p).knows_of;
        let instance = self.at_mut(at);
        if let Some(id) = instance.outcome(p) {
            instance.of_mut(id).success.get_or_insert(knows_of);
        }
    }

    fn receive_success(&mut self, p: Priest, at: DecreeNumber, decree: &Decree) {
        let instance = self.at_mut(at);
        let id = instance.intern(bytes(decree));
        let told = instance.of(id).success;
        self.hear(p, told);
        self.write_outcome(p, at, id);
    }

    /// outcome := d, and what follows for the legislator's indices.
    pub(crate) fn write_outcome(
        &mut self,
        p: Priest,
        at: DecreeNumber,
        id: crate::numbers::DecreeId,
    ) {
        let known = self.at_mut(at).of_mut(id);
        known.outcome_of = known.outcome_of.with(p);
        let is_request = known.is_request();
        let legislator = self.of_mut(p);
        legislator.undecided.remove(&at);
        legislator.passed.insert(at);
        if is_request {
            self.hear(p, Some(at));
        }
    }

    /// A crash: status := idle everywhere, and the rest of the slip is void.
    pub(crate) fn lose_slip(&mut self, p: Priest) {
        self.of_mut(p).slip = None;
    }
}
