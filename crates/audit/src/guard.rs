//! A.1: which steps are enabled. One function an action.

use crate::hindrance::{Guard, Hindrance, Missing};
use crate::numbers::{DecreeId, Instance, Known, bytes};
use crate::state::{Answer, Disallowed, State};
use std::collections::BTreeSet;
use synod_math::{BallotNumber, Priest, PriestSet};
use synod_protocol::output::Action as Of;
use synod_protocol::parliament::DecreeNumber;
use synod_protocol::parliament::ledger::Votes;
use synod_trace::{Action, Decree};

pub(crate) type Enabled = Result<(), Hindrance>;

const fn not(guard: Guard) -> Enabled {
    Err(Hindrance::NotEnabled(guard))
}

fn ensure(holds: bool, guard: impl FnOnce() -> Guard) -> Enabled {
    if holds { Ok(()) } else { not(guard()) }
}

pub(crate) fn sent(holds: bool, missing: impl FnOnce() -> Missing) -> Enabled {
    if holds {
        Ok(())
    } else {
        Err(Hindrance::NotSent(missing()))
    }
}

impl State {
    /// Whether an action is enabled. What depends on others comes last: what
    /// stands before it cannot change while they take steps.
    pub(crate) fn is_enabled(&self, p: Priest, action: &Action) -> Enabled {
        match action {
            Action::Everywhere(Of::TryNewBallot(b)) => self.may_try(p, *b),
            Action::Everywhere(Of::SendNextBallot) => self.may_send_next_ballot(p),
            Action::Everywhere(Of::ReceiveNextBallot(b)) => self.may_receive_next_ballot(p, *b),
            Action::SendLastVote { above } => self.may_send_last_vote(p, *above),
            Action::ReceiveLastVote {
                number,
                priest,
                above,
                votes,
                passed,
            } => self.may_receive_last_vote(p, (*number, *priest), *above, votes, passed),
            Action::At(at, Of::StartPolling(q, d)) => self.may_start_polling(p, *at, *q, d),
            Action::At(at, Of::SendBeginBallot) => ensure(self.poll(p, *at).is_some(), polling),
            Action::At(at, Of::ReceiveBeginBallot(b, d, q)) => {
                self.may_vote(p, *at, *b)?;
                ensure(q.contains(p), || Guard::NotInQuorum(*q))?;
                self.is_begun(*at, *b, d, *q)
            }
            Action::At(at, Of::SendVoted) => {
                let vote = self.at(*at).and_then(|instance| instance.last_vote(p));
                ensure(vote.is_some(), || Guard::NoVote)
            }
            Action::At(at, Of::ReceiveVoted(b, q)) => self.may_receive_voted(p, *at, *b, *q),
            Action::At(at, Of::Succeed) => self.may_succeed(p, *at),
            Action::At(at, Of::SendSuccess) => {
                let outcome = self.at(*at).and_then(|instance| instance.outcome(p));
                ensure(outcome.is_some(), || Guard::OutcomeUnknown)
            }
            Action::At(at, Of::ReceiveSuccess(d)) => self.may_receive_success(p, *at, d),
            Action::LearnFromVotes(at) => self.may_learn_from_votes(p, *at),
            Action::Everywhere(_) | Action::At(..) => not(Guard::NotOfA1),
        }
    }

    /// Try New Ballot: b > lastTried, and owner(b) = p.
    fn may_try(&self, p: Priest, b: BallotNumber) -> Enabled {
        let last_tried = self.of(p).last_tried;
        ensure(last_tried < Some(b), || {
            Guard::NotAbove("lastTried", last_tried)
        })?;
        let owner = self.owner(b);
        ensure(owner == Some(p), || Guard::NotOwned(b, owner))
    }

    /// Send NextBallot, for all numbers: status is trying at each.
    fn may_send_next_ballot(&self, p: Priest) -> Enabled {
        let slip = self.of(p).slip.as_ref();
        ensure(slip.is_some_and(|slip| !slip.is_polling), trying)
    }

    /// Receive NextBallot(b): b ≥ nextBal.
    fn may_receive_next_ballot(&self, p: Priest, b: BallotNumber) -> Enabled {
        let next_bal = self.of(p).next_bal;
        ensure(next_bal <= Some(b), || Guard::NextBal(next_bal))?;
        sent(self.next_ballots.contains_key(&b), || {
            Missing::NextBallot(b)
        })
    }

    /// Send LastVote: nextBal > prevBal, at each number above n whose outcome
    /// is BLANK.
    fn may_send_last_vote(&self, p: Priest, above: DecreeNumber) -> Enabled {
        let legislator = self.of(p);
        let next_bal = legislator.next_bal;
        ensure(next_bal.is_some(), || Guard::NextBal(None))?;
        let mut votes = legislator.undecided.range(above.next()..);
        match votes.find(|(_, prev_bal)| Some(**prev_bal) >= next_bal) {
            Some((_, &prev_bal)) => not(Guard::PrevBal(Some(prev_bal))),
            None => Ok(()),
        }
    }

    /// Receive LastVote(b, v): b = lastTried and status is trying, at each
    /// number above n that is not told of as passed.
    fn may_receive_last_vote(
        &self,
        p: Priest,
        (b, q): (BallotNumber, Priest),
        above: DecreeNumber,
        votes: &Votes<synod_trace::Command>,
        passed: &BTreeSet<DecreeNumber>,
    ) -> Enabled {
        let last_tried = self.of(p).last_tried;
        ensure(last_tried == Some(b), || Guard::LastTried(last_tried))?;
        ensure(self.of(p).slip.is_some(), trying)?;
        let polled = self.numbers.range(above.next()..);
        let mut polled = polled.filter(|(at, _)| !passed.contains(at));
        ensure(
            polled.all(|(_, instance)| instance.ballot(b).is_none()),
            trying,
        )?;
        let all = self.last_votes.get(&b).map_or(&[][..], Vec::as_slice);
        let from_him = || all.iter().filter(|sent| sent.from == q);
        let is_it = |answer: &Answer| self.says(answer, above, votes, passed);
        sent(from_him().any(|sent| is_it(&sent.answer)), || {
            let other = from_him().next().map(|sent| self.in_words(&sent.answer));
            Missing::LastVote(b, q, other)
        })
    }

    /// Whether what was sent is, at each of those numbers, what was received.
    fn says(
        &self,
        answer: &Answer,
        above: DecreeNumber,
        votes: &Votes<synod_trace::Command>,
        passed: &BTreeSet<DecreeNumber>,
    ) -> bool {
        let is_open = |at: &DecreeNumber| *at > above && !passed.contains(at);
        let are_covered =
            answer.above <= above && answer.passed.above(above).all(|at| passed.contains(&at));
        let told = answer.votes.iter().filter(|(at, _)| is_open(at));
        let told = told.map(|(&at, &(number, id))| (at, number, Some(id)));
        let heard = votes.iter().map(|(&at, cast)| {
            let instance = self.at(at);
            let id = instance.and_then(|instance| instance.find(&bytes(&cast.decree)));
            (at, cast.number, id)
        });
        are_covered && votes.keys().all(is_open) && told.eq(heard)
    }

    fn in_words(&self, answer: &Answer) -> String {
        let name = |at: DecreeNumber, id| self.at(at).map(|instance| instance.name(id));
        let votes = answer.votes.iter().map(|(&at, &(number, id))| {
            let name = name(at, id).unwrap_or_default();
            format!("{at}: ({number}, {name})")
        });
        let votes: Vec<_> = votes.collect();
        if votes.is_empty() {
            format!("none above {}", answer.above)
        } else {
            votes.join(", ")
        }
    }

    /// Start Polling Q: status is trying, Q is a majority set of those who
    /// answered, and the decree is that of the largest vote, or any.
    fn may_start_polling(
        &self,
        p: Priest,
        at: DecreeNumber,
        quorum: PriestSet,
        decree: &Decree,
    ) -> Enabled {
        ensure(self.is_trying(p, at), trying)?;
        ensure(self.quorums.is_quorum(quorum), || Guard::NoMajority(quorum))?;
        let Some(slip) = &self.of(p).slip else {
            return not(trying());
        };
        let id = self.id(at, decree);
        Self::allow(&slip.answers, at, quorum, id).or_else(|why| {
            let name = match why {
                Disallowed::Decree { bound, .. } => {
                    self.at(at).map(|instance| instance.name(bound))
                }
                Disallowed::Quorum { .. } => None,
            };
            not(Guard::Polling(why, name.unwrap_or_default()))
        })
    }

    /// Receive BeginBallot(b, d): b = nextBal > prevBal.
    pub(crate) fn may_vote(&self, p: Priest, at: DecreeNumber, b: BallotNumber) -> Enabled {
        let next_bal = self.of(p).next_bal;
        ensure(next_bal == Some(b), || Guard::NextBal(next_bal))?;
        let vote = self.at(at).and_then(|instance| instance.last_vote(p));
        let prev_bal = vote.map(|held| held.number);
        ensure(prev_bal < Some(b), || Guard::PrevBal(prev_bal))
    }

    /// Whether BeginBallot(b, d) is in 𝓜, to this quorum.
    fn is_begun(&self, at: DecreeNumber, b: BallotNumber, d: &Decree, q: PriestSet) -> Enabled {
        let id = self.id(at, d);
        let mut ballots = self.at(at).into_iter().flat_map(|of| &of.ballots);
        let is_it = ballots.any(|held| {
            (held.number, Some(held.decree), held.quorum) == (b, id, q) && held.begun.is_some()
        });
        sent(is_it, || Missing::BeginBallot(at, b))
    }

    /// Receive Voted(b, q): b = lastTried, and status is polling.
    fn may_receive_voted(
        &self,
        p: Priest,
        at: DecreeNumber,
        b: BallotNumber,
        q: Priest,
    ) -> Enabled {
        let last_tried = self.of(p).last_tried;
        ensure(last_tried == Some(b), || Guard::LastTried(last_tried))?;
        let Some(poll) = self.poll(p, at) else {
            return not(polling());
        };
        sent(poll.voted.contains(q), || {
            Missing::Voted(at, b, PriestSet::EMPTY.with(q))
        })
    }

    /// Succeed: status is polling, quorum ⊆ voters, outcome is BLANK.
    fn may_succeed(&self, p: Priest, at: DecreeNumber) -> Enabled {
        self.is_blank(p, at)?;
        let Some(poll) = self.poll(p, at) else {
            return not(polling());
        };
        ensure(poll.quorum.is_subset(poll.counted), || Guard::Voters {
            quorum: poll.quorum,
            voters: poll.counted,
        })
    }

    /// Receive Success(d): outcome is BLANK.
    fn may_receive_success(&self, p: Priest, at: DecreeNumber, d: &Decree) -> Enabled {
        self.is_blank(p, at)?;
        let known = self.known(at, d);
        sent(known.is_some_and(|known| known.success.is_some()), || {
            Missing::Success(at)
        })
    }

    /// §3.1, Voted to everybody: not in A.1. Enabled if the whole quorum of the
    /// ballot in which he voted last has sent Voted.
    fn may_learn_from_votes(&self, p: Priest, at: DecreeNumber) -> Enabled {
        self.is_blank(p, at)?;
        let vote = self.at(at).and_then(|instance| instance.last_vote(p));
        let Some(held) = vote else {
            return not(Guard::NoVote);
        };
        sent(held.quorum.is_subset(held.voted), || {
            let missing = held.quorum.iter().filter(|&q| !held.voted.contains(q));
            Missing::Voted(at, held.number, missing.collect())
        })
    }

    fn is_blank(&self, p: Priest, at: DecreeNumber) -> Enabled {
        match self.at(at).and_then(|instance| instance.outcome(p)) {
            Some(id) => not(Guard::OutcomeKnown(id)),
            None => Ok(()),
        }
    }

    /// The id of a decree at a number, if anybody knows of it there.
    pub(crate) fn id(&self, at: DecreeNumber, decree: &Decree) -> Option<DecreeId> {
        self.at(at)?.find(&bytes(decree))
    }

    fn known(&self, at: DecreeNumber, decree: &Decree) -> Option<&Known> {
        let instance: &Instance = self.at(at)?;
        Some(instance.of(instance.find(&bytes(decree))?))
    }
}

const fn trying() -> Guard {
    Guard::Status("trying")
}

const fn polling() -> Guard {
    Guard::Status("polling")
}
