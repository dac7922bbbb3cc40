//! All states that satisfy I. They are constructed, not filtered from all type-correct
//! states: first 𝓑, by I6; then the ledgers and slips that I1–I5 allow; then the messages
//! that I7 allows.
//!
//! For one priest, one ballot and one decree, a test compares the result with all
//! type-correct states, one by one.

use super::super::{Legislator, State, Status, VoteSet};
use super::{Conjunct, Inductive, Sent};
use crate::ballots::{BallotKey, Ballots};
use crate::bounds::{Decree, Rank};
use crate::messages::{Messages, PackedVote};
use crate::view::Synod;
use synod_math::{Priest, PriestSet, conditions};

impl Inductive {
    /// The states that satisfy I and the conjuncts. They are made for one 𝓑 after the
    /// other, so that not all of them are in memory at once.
    pub fn states(&self) -> impl Iterator<Item = State> {
        let ballots = self.ballot_sets().into_iter();
        ballots.flat_map(|ballots| self.states_with(ballots))
    }

    fn states_with(&self, ballots: Ballots) -> Vec<State> {
        let bare = State {
            ballots,
            ..State::default()
        };
        // nextBal of all priests comes before prevVotes, since I4 depends on the promises
        // of other priests.
        let promised = self.for_each_priest(vec![bare], Self::votes_and_promises);
        let written = self.for_each_priest(promised, Self::ledgers);
        let states = self.for_each_priest(written, Self::slips);
        states
            .into_iter()
            .flat_map(|state| self.with_messages(state))
            .collect()
    }

    /// Combines each of the states with each of the choices that a priest has in it; for
    /// one priest after the other.
    fn for_each_priest(
        &self,
        states: Vec<State>,
        choices: fn(&Self, &State, Priest) -> Vec<Legislator>,
    ) -> Vec<State> {
        self.bounds().priests().fold(states, |states, p| {
            let with_choices = |state: State| {
                let choices = choices(self, &state, p).into_iter();
                choices.map(move |chosen| state.with(p, |legislator| *legislator = chosen))
            };
            states.into_iter().flat_map(with_choices).collect()
        })
    }

    /// I6: every 𝓑 that satisfies B1–B3 and whose quorums are majority sets. B1 holds
    /// because each number has at most one ballot. B3 can be checked in increasing order
    /// of numbers, because it depends only on earlier ballots.
    fn ballot_sets(&self) -> Vec<Ballots> {
        let numbers = self.bounds().ranks();
        numbers.fold(vec![Ballots::default()], |sets, number| {
            let with_one_more = |set: Ballots| {
                let more = self.ballots_numbered(number).into_iter();
                let more = more.map(move |(key, voters)| with_ballot(set, key, voters));
                std::iter::once(set).chain(more)
            };
            let sets = sets.into_iter().flat_map(with_one_more);
            sets.filter(|set| conditions::all(&set.unpack(self.bounds())).is_ok())
                .collect()
        })
    }

    /// The ballots that can have a number, with their voters.
    fn ballots_numbered(&self, number: Rank) -> Vec<(BallotKey, PriestSet)> {
        let bounds = self.bounds();
        let quorums = bounds.quorums().iter();
        let quorums = quorums.filter(|quorum| bounds.is_majority(**quorum));
        let keys = quorums
            .flat_map(|&quorum| bounds.decrees().map(move |d| (d, quorum)))
            .map(|(decree, quorum)| BallotKey::new(number, decree, quorum));
        keys.flat_map(|key| subsets(bounds.all_priests()).map(move |voters| (key, voters)))
            .collect()
    }

    /// I3: 𝓑 determines (prevBal, prevDec), and nextBal ≥ prevBal. I8: nextBal is not
    /// below a ballot that has the priest in its quorum.
    fn votes_and_promises(&self, state: &State, q: Priest) -> Vec<Legislator> {
        let vote = PackedVote::largest(&state.ballots, None, q);
        let in_quorum = state.ballots.iter().filter(|(b, _)| b.quorum().contains(q));
        let promised = in_quorum.map(|(b, _)| b.number).max();
        let promised = promised.filter(|_| self.assumes(Conjunct::I8));
        let least = vote.number.max(promised.unwrap_or(Rank::NONE));
        let next_bals = self.numbers_or_none().filter(|&b| b >= least);
        next_bals
            .map(|next_bal| Legislator {
                prev_bal: vote.number,
                prev_dec: vote.decree,
                next_bal,
                ..*state.of(q)
            })
            .collect()
    }

    /// I1: an outcome is BLANK or the decree of a successful ballot.
    fn ledgers(&self, state: &State, p: Priest) -> Vec<Legislator> {
        let is_passed = |decree: &Decree| {
            let mut passed = state.ballots.successful();
            passed.any(|ballot| ballot.decree == *decree)
        };
        let passed = self.bounds().decrees().filter(is_passed);
        let outcomes = std::iter::once(Decree::BLANK).chain(passed);
        let written = outcomes.map(|outcome| Legislator {
            outcome,
            ..*state.of(p)
        });
        written.collect()
    }

    /// I2, I4, I5 and I10: lastTried and the slip.
    fn slips(&self, state: &State, p: Priest) -> Vec<Legislator> {
        let owner = |number| self.bounds().owner(number);
        let own = |number: &Rank| number.is_none() || owner(*number) == Some(p);
        let ballots = state.ballots.iter().map(|(ballot, _)| ballot.number);
        let begun = ballots.filter(|&b| owner(b) == Some(p)).max();
        let begun = begun.unwrap_or(Rank::NONE);
        let mut slips = Vec::new();
        for last_tried in self.numbers_or_none().filter(own).filter(|&b| b >= begun) {
            let mut tried = *state.of(p);
            tried.last_tried = last_tried;
            slips.push(tried.with_new_slip(Status::Idle));
            let has_number = !last_tried.is_none() || !self.assumes(Conjunct::I10);
            if (begun < last_tried || begun.is_none()) && has_number {
                self.push_trying(state, tried, &mut slips);
            }
            if begun == last_tried && !begun.is_none() {
                self.push_polling(state, tried, &mut slips);
            }
        }
        slips
    }

    fn push_trying(&self, state: &State, tried: Legislator, slips: &mut Vec<Legislator>) {
        let answered = self.promised(state, tried.last_tried);
        slips.extend(subsets(answered).map(|answered| Legislator {
            prev_votes: self.answers(state, tried.last_tried, answered),
            ..tried.with_new_slip(Status::Trying)
        }));
    }

    fn push_polling(&self, state: &State, tried: Legislator, slips: &mut Vec<Legislator>) {
        let number = tried.last_tried;
        let mut ballots = state.ballots.iter();
        let Some((ballot, voters)) = ballots.find(|(ballot, _)| ballot.number == number) else {
            return;
        };
        let answered = subsets(self.promised(state, number));
        for answered in answered.filter(|answered| ballot.quorum().is_subset(*answered)) {
            slips.extend(subsets(voters).map(|voters| Legislator {
                prev_votes: self.answers(state, number, answered),
                quorum: ballot.quorum().bits() as u8,
                voters: voters.bits() as u8,
                decree: ballot.decree,
                ..tried.with_new_slip(Status::Polling)
            }));
        }
    }

    /// The priests that have promised to vote in no ballot below b.
    fn promised(&self, state: &State, number: Rank) -> PriestSet {
        let priests = self.bounds().priests();
        priests
            .filter(|&q| state.of(q).next_bal >= number)
            .collect()
    }

    /// The set of MaxVote(b, q, 𝓑) for the given priests q.
    fn answers(&self, state: &State, number: Rank, of: PriestSet) -> VoteSet {
        let votes = of
            .iter()
            .map(|q| PackedVote::largest(&state.ballots, Some(number), q));
        votes.fold(VoteSet::EMPTY, |set, vote| {
            self.basic.codes.votes.insert(set, vote)
        })
    }

    fn with_messages(&self, state: State) -> Vec<State> {
        let allowed = self.allowed(&state);
        let sets = match self.sent {
            Sent::LargestSet => vec![allowed],
            Sent::EverySet => every_set(allowed),
        };
        let with = |messages| {
            let mut next = state;
            next.messages = messages;
            next
        };
        sets.into_iter().map(with).collect()
    }

    /// The messages that I7, and I9 if it is assumed, allow in a state.
    pub(super) fn allowed(&self, state: &State) -> Messages {
        let (bounds, space) = (self.bounds(), &self.basic.codes.space);
        let mut allowed = Messages::default();
        for b in bounds.ranks() {
            if bounds.owner(b).is_some_and(|p| b <= state.of(p).last_tried) {
                allowed.insert(space.next_ballot(b));
            }
            for q in self.promised(state, b).iter() {
                let vote = PackedVote::largest(&state.ballots, Some(b), q);
                allowed.insert(space.last_vote(b, vote));
            }
        }
        for (ballot, voters) in state.ballots.iter() {
            for &quorum in bounds.quorums() {
                if quorum == ballot.quorum() || !self.assumes(Conjunct::I9) {
                    let key = BallotKey::new(ballot.number, ballot.decree, quorum);
                    allowed.insert(space.begin_ballot(key));
                }
            }
            for q in voters.iter() {
                allowed.insert(space.voted(ballot.number, q));
            }
        }
        for decree in state.outcomes().into_iter().filter(|d| !d.is_blank()) {
            allowed.insert(space.success(decree));
        }
        allowed
    }

    fn numbers_or_none(&self) -> impl Iterator<Item = Rank> + use<> {
        std::iter::once(Rank::NONE).chain(self.bounds().ranks())
    }
}

fn with_ballot(mut ballots: Ballots, key: BallotKey, voters: PriestSet) -> Ballots {
    ballots.begin(key);
    for voter in voters.iter() {
        ballots.vote(key, voter);
    }
    ballots
}

fn subsets(of: PriestSet) -> impl Iterator<Item = PriestSet> {
    std::iter::once(PriestSet::EMPTY).chain(of.non_empty_subsets())
}

/// Every subset of a set of messages.
fn every_set(of: Messages) -> Vec<Messages> {
    of.iter().fold(vec![Messages::default()], |sets, index| {
        let with = sets.clone().into_iter().map(|mut set| {
            set.insert(index);
            set
        });
        sets.into_iter().chain(with.collect::<Vec<_>>()).collect()
    })
}
