//! Traces that begin in the middle, because their first files were removed: where their
//! legislators stand then, and what may have been sent before.
//!
//! A message from before is in no trace. It is assumed to be in 𝓜 if a step needs it, if no step of
//! the traces can still send it, and if the ledger of its sender, at the beginning of the sender's
//! trace, allows that it was sent. Without such a trace, nothing is assumed.

use crate::numbers::DecreeId;
use crate::state::{Begin, LastVote, Passed, PreviousVotes, Replaces, Slip, State};
use crate::step::{Hindrance, LegislatorStep};
use std::sync::Arc;
use synod_math::{BallotNumber, Priest, PriestSet};
use synod_paper::Message;
use synod_paper::basic::{Action, Guard};
use synod_protocol::parliament::DecreeNumber;
use synod_trace::{Presided, Recovered};

impl State {
    /// Puts a legislator where its trace begins. The slip of a president has the LastVotes that
    /// allow what the president may still propose.
    pub(crate) fn begin(&mut self, p: Priest, now: &Recovered, presided: Option<&Presided>) {
        self.set_ledger(p, now);
        let ledger = &now.ledger;
        let legislator = self.of_mut(p);
        legislator.began = Some(Begin {
            last_tried: ledger.last_tried,
            next_bal: ledger.next_bal,
            passed: legislator.passed.clone(),
            undecided: legislator.undecided.clone(),
            replaces: ledger.life.map(|_| {
                if ledger.is_learner {
                    Replaces::Otherwise
                } else {
                    Replaces::Safely
                }
            }),
        });
        if let (Some(presided), Some(b)) = (presided, ledger.last_tried) {
            self.preside(p, b, presided);
        }
    }

    /// The trace of a legislator begins after a loss of its ledger that was accepted.
    pub(crate) fn begin_after_loss(&mut self, p: Priest) {
        if let Some(began) = &mut self.of_mut(p).began {
            began.replaces = Some(Replaces::Otherwise);
        }
    }

    /// A legislator loses its ledger, and has this one instead. The votes in the lost one remain in
    /// 𝓑, but later ballots do not know of them: B3 says nothing about the numbers up to the last.
    pub(crate) fn lose(&mut self, p: Priest, now: &Recovered) {
        let lost = std::mem::take(self.of_mut(p));
        let voted = lost.undecided.keys().next_back().copied();
        let passed = lost.passed.beyond.last().copied();
        let last = voted.max(passed).unwrap_or_default();
        self.horizon = self.horizon.max(last).max(lost.passed.through);
        self.of_mut(p).began = lost.began;
        self.set_ledger(p, now);
    }

    fn set_ledger(&mut self, p: Priest, now: &Recovered) {
        let ledger = &now.ledger;
        let mut passed = Passed::default();
        passed.insert_through(now.known);
        for (&at, decree) in &ledger.decrees {
            let id = self.id(at, decree);
            let known = self.at_mut(at).of_mut(id);
            known.outcome_of = known.outcome_of.with(p);
            passed.insert(at);
        }
        let last_vote = ledger.votes.keys().next_back().copied();
        let last = passed.beyond.last().copied().max(last_vote);
        self.horizon = self.horizon.max(now.known).max(last.unwrap_or_default());
        let legislator = self.of_mut(p);
        legislator.last_tried = ledger.last_tried;
        legislator.next_bal = ledger.next_bal;
        legislator.passed = passed;
        legislator.life = ledger.life;
        for (&at, cast) in &ledger.votes {
            let id = self.id(at, &cast.decree);
            let held = self.at_mut(at).ballot_on_mut(cast.number, id);
            held.voters = held.voters.with(p);
            held.voted = held.voted.with(p);
            self.of_mut(p).undecided.insert(at, cast.number);
        }
    }

    fn preside(&mut self, p: Priest, b: BallotNumber, presided: &Presided) {
        let mut slip = Slip::default();
        // The ballot number does not matter: there is one vote at each number.
        let earlier = BallotNumber(b.0.saturating_sub(1));
        let bound = presided.bound.iter();
        let bound: Vec<_> = bound
            .map(|(&at, decree)| (at, (earlier, self.id(at, decree))))
            .collect();
        let bound = Arc::new(bound.into_iter().collect());
        for q in presided.quorum.iter() {
            let votes = Arc::clone(&bound);
            slip.answers.insert(q, PreviousVotes::of_all(votes));
        }
        for (&at, (decree, voters)) in &presided.polls {
            let id = self.id(at, decree);
            let held = self.at_mut(at).ballot_like_mut(b, id, presided.quorum);
            // The trace of a voter may begin before its vote. So the vote is not in 𝓑 yet.
            held.voted = held.voted.union(*voters);
            held.counted = *voters;
            slip.polled.insert(at.0);
        }
        let last = presided.polls.keys().next_back().copied();
        self.horizon = self.horizon.max(last.unwrap_or_default());
        self.of_mut(p).slip = Some(slip);
    }

    /// Whether this step needs something of its own legislator that is from before a trace begins and
    /// is not known: a vote that was forgotten, because the outcome was known already; that outcome,
    /// if no ledger and no trace has it any more; or the quorum of the ballot whose votes it learns
    /// from.
    pub(crate) fn is_unknown(&self, p: Priest, step: &LegislatorStep, why: &Hindrance) -> bool {
        let (LegislatorStep::At(at, action), Hindrance::Guard(_, guard)) = (step, why) else {
            return false;
        };
        let vote = || self.at(*at).and_then(|instance| instance.last_vote(p));
        let knew = self.began(p, |began| began.passed.contains(*at));
        match guard {
            Guard::NotVoted if *action == Action::LearnFromVotes => {
                knew || vote().is_some_and(|held| held.quorum.is_empty())
            }
            Guard::NotVoted | Guard::OutcomeBlank => knew,
            _ => false,
        }
    }

    /// Adds the messages to 𝓜 that a step lacks, if they can have been sent before a trace begins.
    /// Returns how many.
    pub(crate) fn assume(&mut self, step: Option<&LegislatorStep>, hindrance: &Hindrance) -> u64 {
        match hindrance {
            Hindrance::Guard(_, Guard::NotSent(Message::LastVote(b, vote))) => {
                self.assume_last_vote(*b, vote.priest, step)
            }
            Hindrance::OtherVotes(b, q, _) => self.assume_last_vote(*b, *q, step),
            Hindrance::Guard(at, Guard::NotSent(message)) => self.assume_message(*at, message),
            Hindrance::Guard(at, Guard::NotAllVoted(b, priests)) => {
                let voted = priests.iter().map(|q| Message::Voted(*b, q));
                let voted: Vec<_> = voted.collect();
                voted
                    .iter()
                    .map(|message| self.assume_message(*at, message))
                    .sum()
            }
            Hindrance::Outcome(at, id) if self.had_passed(*at) || self.had_voted(*at, *id) => {
                self.add_message(*at, &Message::Success(*id))
            }
            Hindrance::OwnVote(at, b, id) if self.had_tried(*b) || self.had_answered(*b) => {
                let message = Message::BeginBallot(*b, *id, PriestSet::EMPTY);
                self.add_message(*at, &message)
            }
            Hindrance::Snapshot(through) if self.had_passed(*through) => {
                let known = self.snapshots.insert(*through, DecreeNumber::ZERO);
                u64::from(known.is_none())
            }
            _ => 0,
        }
    }

    fn assume_message(&mut self, at: DecreeNumber, message: &Message<DecreeId>) -> u64 {
        let can_be = match message {
            Message::NextBallot(b) | Message::BeginBallot(b, ..) => self.had_tried(*b),
            Message::Voted(b, q) => self.began(*q, |began| began.allows_vote(at, *b)),
            // Its sender may have forgotten the outcome since, in a crash; votes are not forgotten.
            Message::Success(d) => self.had_passed(at) || self.had_voted(at, *d),
            Message::LastVote(..) => false,
        };
        if can_be {
            self.add_message(at, message)
        } else {
            0
        }
    }

    /// Adds a message to 𝓜. Returns 0 if it is there already: then it is no new assumption, and
    /// the step lacks something else.
    fn add_message(&mut self, at: DecreeNumber, message: &Message<DecreeId>) -> u64 {
        // A message about this number shows that 𝓑 has more ballots there.
        self.horizon = self.horizon.max(at);
        let is_new = match message {
            Message::NextBallot(b) => {
                let is_new = !self.next_ballots.contains_key(b);
                self.next_ballots.entry(*b).or_default();
                is_new
            }
            Message::BeginBallot(b, d, quorum) => {
                let instance = self.at_mut(at);
                let held = match *quorum {
                    PriestSet::EMPTY => instance.ballot_on_mut(*b, *d),
                    quorum => instance.ballot_like_mut(*b, *d, quorum),
                };
                held.begun.replace(held.begun.unwrap_or_default()).is_none()
            }
            Message::Voted(b, q) => self.at_mut(at).ballot_mut(*b).is_some_and(|held| {
                let is_new = !held.voted.contains(*q);
                held.voted = held.voted.with(*q);
                is_new
            }),
            Message::Success(d) => {
                let known = self.at_mut(at).of_mut(*d);
                known
                    .success
                    .replace(known.success.unwrap_or_default())
                    .is_none()
            }
            Message::LastVote(..) => false,
        };
        u64::from(is_new)
    }

    fn assume_last_vote(
        &mut self,
        b: BallotNumber,
        from: Priest,
        step: Option<&LegislatorStep>,
    ) -> u64 {
        let Some(LegislatorStep::ReceiveLastVote { answer, .. }) = step else {
            return 0;
        };
        let mut sent = self.last_votes.get(&b).into_iter().flatten();
        let is_sent = sent.any(|sent| sent.from == from && sent.answer.says(answer));
        if is_sent || !self.began(from, |began| began.allows_last_vote(b, answer)) {
            return 0;
        }
        let last = answer.votes.keys().next_back().copied();
        self.horizon = self.horizon.max(last.unwrap_or_default());
        self.last_votes.entry(b).or_default().push(LastVote {
            from,
            answer: answer.clone(),
            knows_of: DecreeNumber::ZERO,
        });
        1
    }

    /// Whether the trace of a legislator begins with a ledger that allows something.
    fn began(&self, q: Priest, allows: impl FnOnce(&Begin) -> bool) -> bool {
        self.of(q).began.as_ref().is_some_and(allows)
    }

    fn had_tried(&self, b: BallotNumber) -> bool {
        let owner = self.owner(b);
        owner.is_some_and(|owner| self.began(owner, |began| began.allows_try(b)))
    }

    fn had_promised(&self, q: Priest, b: BallotNumber) -> bool {
        self.began(q, |began| began.allows_promise(b))
    }

    /// Whether any legislator can have sent a LastVote of this ballot.
    fn had_answered(&self, b: BallotNumber) -> bool {
        let mut all = self.quorums.priests().iter();
        all.any(|q| self.had_promised(q, b))
    }

    /// Whether any legislator can have voted for this decree.
    fn had_voted(&self, at: DecreeNumber, decree: DecreeId) -> bool {
        let mut ballots = self.at(at).into_iter().flat_map(|of| &of.ballots);
        ballots.any(|held| {
            let mut voters = held.voters.iter();
            held.decree == decree && voters.any(|q| self.had_promised(q, held.number))
        })
    }

    fn had_passed(&self, at: DecreeNumber) -> bool {
        let mut all = self.legislators.iter().filter_map(|of| of.began.as_ref());
        all.any(|began| began.allows_outcome(at))
    }
}
