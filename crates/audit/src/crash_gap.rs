//! The crash gap: the actions of a process in its last batch, if a crash kept them out
//! of the trace. The ledger is ahead of the trace by these actions, and no other process
//! received a message that follows from them.
//!
//! The audit explains the difference between ledger and trace by steps of A.1 that lead
//! from the state of the trace to that of the ledger. The messages of these steps do not
//! join 𝓜, except those that a legislator sends to itself: if another process received
//! one, its trace has no explanation. Steps that change no ledger are assumed only where
//! another step needs them.

use crate::numbers::{DecreeId, Held, bytes};
use crate::state::{PreviousVotes, State, prev_votes};
use crate::step::{Enabled, Hindrance, LegislatorStep, guarded};
use std::collections::{BTreeMap, VecDeque};
use synod_math::{BallotNumber, Cast, Priest, PriestSet};
use synod_paper::Message;
use synod_paper::basic::actions::{may_begin, may_vote};
use synod_paper::basic::{Action, Guard};
use synod_paper::variables::Assign;
use synod_protocol::parliament::DecreeNumber;
use synod_trace::{Decree, Recovered};

/// One step or several in the gap, of which only the effect on the ledger is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CrashGap {
    /// Try New Ballot.
    Try(BallotNumber),
    /// Receive NextBallot.
    Promise(BallotNumber),
    /// Receive BeginBallot, for votes in one ballot number; and Start Polling before it,
    /// if the ballot is the legislator's own.
    Votes(BallotNumber, Vec<(DecreeNumber, DecreeId)>),
    /// Succeed, Receive Success or Learn From Votes.
    Outcome {
        at: DecreeNumber,
        id: DecreeId,
        /// The ballot on the legislator's slip at the time of the crash.
        presided: Option<BallotNumber>,
    },
    /// The same for a number whose decree no ledger has any more: all have cut it off.
    CutOff {
        at: DecreeNumber,
        /// As of `Outcome`.
        presided: Option<BallotNumber>,
    },
}

impl State {
    /// The steps that explain the ledger `now`, in a possible order.
    ///
    /// # Errors
    ///
    /// The trace records something that the ledger lacks: one sentence for each.
    pub(crate) fn crash_gap(
        &mut self,
        p: Priest,
        now: &Recovered,
    ) -> Result<VecDeque<CrashGap>, Vec<String>> {
        self.forget_outcomes(p, now);
        let gone = self.gone(p, now);
        let outcomes = self.outcomes_in_gap(p, now);
        if !gone.is_empty() {
            return Err(gone);
        }
        let mut votes: BTreeMap<BallotNumber, Vec<_>> = BTreeMap::new();
        for (&at, cast) in &now.ledger.votes {
            if self.of(p).undecided.get(&at) < Some(&cast.number) {
                let vote = (at, self.id(at, &cast.decree));
                votes.entry(cast.number).or_default().push(vote);
            }
        }
        let legislator = self.of(p);
        votes.extend(
            now.ledger
                .next_bal
                .filter(|b| !votes.contains_key(b))
                .map(|b| (b, Vec::new())),
        );
        let (mut gap, mut promised) = (VecDeque::new(), legislator.next_bal);
        for (b, votes) in votes {
            if promised < Some(b) {
                promised = Some(b);
                gap.push_back(CrashGap::Promise(b));
            }
            if !votes.is_empty() {
                gap.push_back(CrashGap::Votes(b, votes));
            }
        }
        let tried = now.ledger.last_tried;
        gap.extend(
            tried
                .filter(|_| tried > legislator.last_tried)
                .map(CrashGap::Try),
        );
        gap.extend(outcomes);
        Ok(gap)
    }

    /// The outcomes that the crash has lost are not known any more.
    fn forget_outcomes(&mut self, p: Priest, now: &Recovered) {
        let written: Vec<_> = self.of(p).not_durable.from(0).map(DecreeNumber).collect();
        let legislator = self.of_mut(p);
        for at in written.into_iter().filter(|&at| !now.has_passed(at)) {
            legislator.forget(at);
        }
        legislator.keep_all();
    }

    /// A sentence for each record that the trace has and the ledger lacks.
    fn gone(&self, p: Priest, now: &Recovered) -> Vec<String> {
        let (was, is) = (self.of(p), &now.ledger);
        let mut gone = Vec::new();
        if is.last_tried < was.last_tried {
            gone.push(fell("lastTried", was.last_tried, is.last_tried));
        }
        if is.next_bal < was.next_bal {
            gone.push(fell("nextBal", was.next_bal, is.next_bal));
        }
        for (&at, &b) in &was.undecided {
            match is.votes.get(&at) {
                Some(cast) if cast.number > b => {}
                Some(cast) if cast.number == b && self.is_vote(p, at, cast) => {}
                Some(cast) if cast.number == b => {
                    gone.push(format!(
                        "the vote at {at} in ballot {b} is for another decree"
                    ));
                }
                None if now.has_passed(at) => {}
                _ => gone.push(format!("the vote at {at} in ballot {b} is gone")),
            }
        }
        let mut passed = was.passed.above(now.known);
        if let Some(at) = passed.find(|&at| !now.has_passed(at)) {
            gone.push(format!("decree {at} is gone"));
        }
        let mut votes = is.votes.keys();
        if let Some(at) = votes.find(|&&at| was.passed.contains(at)) {
            gone.push(format!(
                "there is a vote at {at}, although the outcome was known"
            ));
        }
        gone
    }

    fn is_vote(&self, p: Priest, at: DecreeNumber, cast: &Cast<Decree>) -> bool {
        let vote = self.at(at).and_then(|instance| instance.last_vote(p));
        vote.is_some_and(|held| Some(held.decree) == self.find(at, &cast.decree))
    }

    /// The id of a decree at a number, if it is known there.
    fn find(&self, at: DecreeNumber, decree: &Decree) -> Option<DecreeId> {
        self.at(at)?.find(&bytes(decree))
    }

    fn outcomes_in_gap(&self, p: Priest, now: &Recovered) -> Vec<CrashGap> {
        let was = self.of(p);
        let presided = was.slip.as_ref().and(was.last_tried);
        let law = (was.passed.through.0 + 1..=now.known.0).map(DecreeNumber);
        let beyond = now.ledger.decrees.keys().copied();
        let new = law.chain(beyond).filter(|&at| !was.passed.contains(at));
        new.map(|at| {
            let instance = self.at(at);
            let id = match now.ledger.decrees.get(&at) {
                Some(decree) => self.find(at, decree),
                None => instance.and_then(|instance| {
                    let own = instance.in_ledger(p);
                    own.or_else(|| instance.passed())
                }),
            };
            match id {
                Some(id) => CrashGap::Outcome { at, id, presided },
                None => CrashGap::CutOff { at, presided },
            }
        })
        .collect()
    }

    /// Takes steps of the gap, if they are possible.
    pub(crate) fn take_in_gap(&mut self, p: Priest, steps: &CrashGap) -> Enabled {
        match steps {
            CrashGap::Try(b) if self.of(p).last_tried == Some(*b) => Ok(()),
            CrashGap::Try(b) => self.take_if_enabled(p, &everywhere(Action::TryNewBallot(*b))),
            CrashGap::Promise(b) => self.promise_in_gap(p, *b),
            CrashGap::Votes(b, votes) => self.vote_in_gap(p, *b, votes),
            CrashGap::Outcome { at, id, presided } => {
                if !(self.is_in_a_snapshot(*at) || self.can_know(p, *at, *id, *presided)) {
                    return Err(Hindrance::Outcome(*at, *id));
                }
                self.number_mut(*at, 0).set_outcome(p, *id);
                Ok(())
            }
            CrashGap::CutOff { at, presided } => self.learn_in_gap(p, *at, *presided),
        }
    }

    /// Knows an outcome that no ledger has any more: the one that the messages tell, or, from a
    /// snapshot, one that is not known here.
    fn learn_in_gap(
        &mut self,
        p: Priest,
        at: DecreeNumber,
        presided: Option<BallotNumber>,
    ) -> Enabled {
        let told = self.at(at).and_then(|instance| {
            let mut ids = instance.decrees().map(|(id, _)| id);
            ids.find(|id| self.can_know(p, at, *id, presided))
        });
        if let Some(id) = told {
            self.number_mut(at, 0).set_outcome(p, id);
        } else if self.is_in_a_snapshot(at) || self.is_alone(p) {
            self.know(p, at);
        } else {
            return Err(Hindrance::Snapshot(at));
        }
        Ok(())
    }

    /// The legislator knows an outcome, but it is not known here which it is.
    pub(crate) fn know(&mut self, p: Priest, at: DecreeNumber) {
        let legislator = self.of_mut(p);
        legislator.passed.insert(at);
        legislator.undecided.remove(&at);
    }

    /// Whether a snapshot with the outcome of this number was sent.
    fn is_in_a_snapshot(&self, at: DecreeNumber) -> bool {
        let last = self.snapshots.keys().next_back();
        last.is_some_and(|through| at <= *through)
    }

    fn is_alone(&self, p: Priest) -> bool {
        self.quorums.is_quorum(PriestSet::EMPTY.with(p))
    }

    fn take_if_enabled(&mut self, p: Priest, step: &LegislatorStep) -> Enabled {
        self.is_enabled(p, step)?;
        self.take(p, step, 0);
        Ok(())
    }

    /// Receive NextBallot. If the ballot is the legislator's own, Try New Ballot comes
    /// first, and its NextBallot reached no other legislator.
    fn promise_in_gap(&mut self, p: Priest, b: BallotNumber) -> Enabled {
        if self.owner(b) != Some(p) {
            return self.take_if_enabled(p, &everywhere(Action::ReceiveNextBallot(b)));
        }
        if self.of(p).last_tried < Some(b) {
            self.take_if_enabled(p, &everywhere(Action::TryNewBallot(b)))?;
        }
        self.of_mut(p).next_bal = Some(b);
        Ok(())
    }

    fn vote_in_gap(
        &mut self,
        p: Priest,
        b: BallotNumber,
        votes: &[(DecreeNumber, DecreeId)],
    ) -> Enabled {
        for &(at, _) in votes {
            guarded(at, may_vote(&self.number(at), p, b))?;
        }
        if self.owner(b) == Some(p) {
            self.poll_in_gap(p, b, votes)?;
        }
        let quorums: Result<Vec<_>, _> = votes
            .iter()
            .map(|&(at, decree)| self.quorum_of(p, b, at, decree))
            .collect();
        for (&(at, decree), quorum) in votes.iter().zip(quorums?) {
            let vote = Action::ReceiveBeginBallot(b, decree, quorum);
            self.take(p, &LegislatorStep::At(at, vote), 0);
        }
        Ok(())
    }

    /// The quorum of a ballot whose BeginBallot the legislator can have received.
    fn quorum_of(
        &self,
        p: Priest,
        b: BallotNumber,
        at: DecreeNumber,
        decree: DecreeId,
    ) -> Result<PriestSet, Hindrance> {
        let is_own = self.owner(b) == Some(p);
        let can_be = |held: &&Held| {
            (held.number, held.decree) == (b, decree)
                && (held.quorum.is_empty() || held.quorum.contains(p))
                && (is_own || held.begun.is_some())
        };
        let mut ballots = self.at(at).into_iter().flat_map(|of| &of.ballots);
        let found = ballots.find(can_be).map(|held| held.quorum);
        let missing = Message::BeginBallot(b, decree, PriestSet::EMPTY);
        found.ok_or(Hindrance::Guard(at, Guard::NotSent(missing)))
    }

    /// Start Polling, at each of these numbers where the trace has no line for it. Its
    /// quorum has sent the answers that the trace shows, or also some that others had
    /// sent and the trace does not show.
    fn poll_in_gap(
        &mut self,
        p: Priest,
        b: BallotNumber,
        votes: &[(DecreeNumber, DecreeId)],
    ) -> Enabled {
        let is_known = |held: &Held| !held.quorum.is_empty() || held.begun.is_some();
        let is_new = |at| {
            let ballot = self.at(at).and_then(|of| of.ballot(b));
            !ballot.is_some_and(is_known)
        };
        let new: Vec<_> = votes
            .iter()
            .copied()
            .filter(|(at, _)| is_new(*at))
            .collect();
        let Some(&(first, decree)) = new.first() else {
            return Ok(());
        };
        let all = self.possible_answers(p, b);
        let mut possible = all.into_iter();
        let answers = possible.find(|answers| {
            let quorum: PriestSet = answers.keys().copied().collect();
            let allows = |&(at, decree): &(DecreeNumber, DecreeId)| {
                let votes: Vec<_> = prev_votes(answers, at).collect();
                may_begin(&votes, quorum, &decree).is_ok()
            };
            self.quorums.is_quorum(quorum) && new.iter().all(allows)
        });
        let Some(answers) = answers else {
            return Err(Hindrance::OwnVote(first, b, decree));
        };
        let quorum = answers.keys().copied().collect();
        if let Some(slip) = &mut self.of_mut(p).slip {
            slip.answers = answers;
            for (at, _) in &new {
                slip.polled.insert(at.0);
            }
        }
        for (at, decree) in new {
            self.at_mut(at).ballot_like_mut(b, decree, quorum);
        }
        Ok(())
    }

    /// prevVotes as the trace shows it, and also with each set of further LastVotes that
    /// the legislator can have received.
    fn possible_answers(&self, p: Priest, b: BallotNumber) -> Vec<BTreeMap<Priest, PreviousVotes>> {
        let legislator = self.of(p);
        let Some(slip) = &legislator.slip else {
            return Vec::new();
        };
        if legislator.last_tried != Some(b) {
            return Vec::new();
        }
        let sent = self.last_votes.get(&b).into_iter().flatten();
        let more: BTreeMap<_, _> = sent
            .filter(|sent| !slip.answers.contains_key(&sent.from))
            .map(|sent| (sent.from, &sent.answer))
            .collect();
        let senders: PriestSet = more.keys().copied().collect();
        let with = |some: PriestSet| {
            let some = some.iter().map(|q| (q, more[&q].clone()));
            slip.answers.clone().into_iter().chain(some).collect()
        };
        let subsets = senders.non_empty_subsets().take(MOST_SUBSETS);
        std::iter::once(PriestSet::EMPTY)
            .chain(subsets)
            .map(with)
            .collect()
    }

    /// Whether the legislator can know that a decree is passed: by a Success message, as
    /// the owner of the ballot, or as a member of its quorum that receives all votes.
    fn can_know(
        &self,
        p: Priest,
        at: DecreeNumber,
        id: DecreeId,
        presided: Option<BallotNumber>,
    ) -> bool {
        let Some(instance) = self.at(at) else {
            return false;
        };
        let alone = PriestSet::EMPTY.with(p);
        let has_voted = |held: &Held| held.voted.union(held.voters.intersection(alone));
        let may_vote = |held: &Held| held.begun.is_some() && held.quorum.contains(p);
        let by_votes = |held: &Held| {
            let voted = has_voted(held);
            let is_president = presided == Some(held.number);
            let is_voter = voted.contains(p);
            let is_success = held.quorum.is_subset(voted) && (is_president || is_voter);
            is_success || (may_vote(held) && held.quorum.is_subset(voted.union(alone)))
        };
        let of_this = |held: &&Held| held.decree == id;
        instance.of(id).success.is_some()
            || instance.ballots.iter().filter(of_this).any(by_votes)
            || (self.is_alone(p) && self.may_decide_alone(p, at, id))
    }

    /// In a parliament of one, the legislator takes every step of a ballot itself. It
    /// can then pass any decree that does not contradict its last vote.
    fn may_decide_alone(&self, p: Priest, at: DecreeNumber, id: DecreeId) -> bool {
        let vote = self.at(at).and_then(|instance| instance.last_vote(p));
        vote.is_none_or(|held| held.decree == id)
    }
}

/// How many sets of further answers are tried: all of them, for up to ten senders.
const MOST_SUBSETS: usize = 1 << 10;

const fn everywhere(action: Action<DecreeId>) -> LegislatorStep {
    LegislatorStep::Everywhere(action)
}

fn fell(what: &str, from: Option<BallotNumber>, to: Option<BallotNumber>) -> String {
    let number = |number: Option<BallotNumber>| match number {
        Some(number) => number.to_string(),
        None => "−∞".to_owned(),
    };
    format!("{what} was {} and is {}", number(from), number(to))
}
