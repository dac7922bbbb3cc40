//! Helpers of the tests: priests, numbers, and runs of actions.

use synod_math::{BallotNumber, Cast, Priest, PriestSet, Quorums, Vote};
use synod_paper::basic::{Action, Guard, State, step};

pub(crate) type Step = Action<&'static str>;

/// The priest Α, Β or Γ.
pub(crate) fn priest(index: usize) -> Priest {
    Priest::new(index).unwrap()
}

pub(crate) fn set(indices: &[usize]) -> PriestSet {
    indices.iter().map(|&index| priest(index)).collect()
}

pub(crate) const fn b(number: u64) -> BallotNumber {
    BallotNumber(number)
}

pub(crate) fn three() -> Quorums {
    Quorums::majority(3).unwrap()
}

pub(crate) fn null(index: usize) -> Vote<&'static str> {
    Vote::null(priest(index))
}

pub(crate) fn vote(index: usize, number: u64, decree: &'static str) -> Vote<&'static str> {
    Vote {
        priest: priest(index),
        cast: Some(Cast {
            number: b(number),
            decree,
        }),
    }
}

/// A run of three priests: its current state.
pub(crate) struct Run(pub(crate) State<&'static str>);

impl Run {
    pub(crate) fn new() -> Self {
        Self(State::new(three()))
    }

    /// Takes an action of a priest. Panics if it is not enabled.
    pub(crate) fn take(&mut self, index: usize, action: Step) -> &mut Self {
        match step(&self.0, priest(index), &action) {
            Ok(next) => self.0 = next,
            Err(guard) => panic!("{} cannot {action}: {guard}", priest(index)),
        }
        self
    }

    /// The guard that forbids an action of a priest.
    pub(crate) fn guard(&self, index: usize, action: Step) -> Guard<&'static str> {
        step(&self.0, priest(index), &action).unwrap_err()
    }

    /// A priest tries a number, and asks for LastVotes.
    pub(crate) fn tries(&mut self, index: usize, number: u64) -> &mut Self {
        self.take(index, Action::TryNewBallot(b(number)))
            .take(index, Action::SendNextBallot)
    }

    /// A priest makes a promise for a number, and sends LastVote.
    pub(crate) fn promises(&mut self, index: usize, number: u64) -> &mut Self {
        self.take(index, Action::ReceiveNextBallot(b(number)))
            .take(index, Action::SendLastVote)
    }

    /// A priest receives these answers and begins his ballot.
    pub(crate) fn begins(
        &mut self,
        index: usize,
        number: u64,
        answers: &[Vote<&'static str>],
        (quorum, decree): (&[usize], &'static str),
    ) -> &mut Self {
        for answer in answers {
            self.take(index, Action::ReceiveLastVote(b(number), *answer));
        }
        self.take(index, Action::StartPolling(set(quorum), decree))
            .take(index, Action::SendBeginBallot)
    }

    /// A priest votes in a ballot, and sends Voted.
    pub(crate) fn votes(
        &mut self,
        index: usize,
        number: u64,
        (quorum, decree): (&[usize], &'static str),
    ) -> &mut Self {
        let begun = Action::ReceiveBeginBallot(b(number), decree, set(quorum));
        self.take(index, begun).take(index, Action::SendVoted)
    }
}
