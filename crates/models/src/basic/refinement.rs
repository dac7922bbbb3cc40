//! The refinement basic ⊑ preliminary: the mapping of a state of A.1 to a state of §2.2.

use super::{Basic, State};
use crate::preliminary;
use crate::refinement::{Broken, above_ballots};

impl<L> Basic<L> {
    /// The state of the preliminary protocol to which this state is mapped.
    ///
    /// A number is tried when its NextBallot is sent; promises are the
    /// LastVote messages of 𝓜; votes are those of 𝓑. In §2.2 a message is sent in one
    /// step with its cause. So the mapped state has BeginBallot as soon as the ballot
    /// begins, Voted as soon as the vote is cast, and Success as soon as the outcome is
    /// written. The later step of A.1 that sends the message does not change the mapped
    /// state.
    pub fn as_preliminary(&self, state: &State) -> preliminary::State {
        let mut above = preliminary::State {
            outcome: state.outcomes(),
            tried: 0,
            ballots: state.ballots,
            messages: state.messages.below(self.codes.space.end_of_last_votes()),
            broken: Broken::NOTHING,
        };
        for number in self.codes.bounds.ranks() {
            if above
                .messages
                .contains(self.codes.space.next_ballot(number))
            {
                above.tried |= 1 << number.0;
            }
        }
        for (ballot, voters) in state.ballots.iter() {
            above.messages.insert(self.codes.space.begin_ballot(ballot));
            for voter in voters.iter() {
                let voted = self.codes.space.voted(ballot.number, voter);
                above.messages.insert(voted);
            }
        }
        for outcome in above.outcome.into_iter().filter(|d| !d.is_blank()) {
            above.messages.insert(self.codes.space.success(outcome));
        }
        above
    }

    /// The refinements of the chain above this model that a step breaks.
    pub(super) fn broken_by_step(&self, from: &State, to: &State) -> Broken {
        let is_hidden = from.messages == to.messages
            && from.ballots == to.ballots
            && from.outcomes() == to.outcomes();
        if is_hidden {
            return Broken::NOTHING; // The mapped states are equal: see `as_preliminary`.
        }
        let (above_from, above_to) = (self.as_preliminary(from), self.as_preliminary(to));
        let is_step = self.preliminary.is_step(&above_from, &above_to);
        above_ballots(&self.codes.bounds, &from.ballots, &to.ballots)
            .unless(is_step, Broken::PRELIMINARY)
    }
}
