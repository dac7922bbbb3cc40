//! Mutants of the basic protocol, each with one rule dropped; and one repair.
//!
//! A mutant is the paper's table of actions with one entry replaced, or, in
//! one case, the paper's actions with other quorums. The run spec that selects a mutant
//! says which claims it breaks, and how long the shortest counterexample is.
//!
//! ```
//! use stateright::{Checker, Model};
//! use synod_models::basic::mutants::Mutant;
//! use synod_models::bounds::Bounds;
//!
//! let mutant = Mutant::named("quorums need not intersect").unwrap();
//! let bounds = Bounds::new(2, &[1, 2], 1, &["olives", "wine"].map(String::from))?;
//! let checker = mutant.model(bounds, false)?.checker().spawn_bfs().join();
//! assert!(checker.discovery("B2").is_some());
//! # Ok::<(), synod_models::bounds::BoundsError>(())
//! ```
//!
//! The repair breaks nothing. It replaces A.1's Start Polling Q, which breaks I6
//! (see `docs/differences.md`).

use super::actions::{self, Actions, PAPER, ensure};
use super::packed::Reads;
use super::{Basic, Legislator, State, Status};
use crate::ballots::MAX_BALLOTS;
use crate::bounds::{Bounds, BoundsError, Decree, Rank, check_room};
use synod_math::Priest;

/// A protocol with one rule dropped (or repaired), selected by its name. The
/// [module](self)'s example checks one.
pub struct Mutant {
    /// The name by which run specs select it.
    pub name: &'static str,
    /// The rule that is dropped, and its section of the paper.
    pub drops: &'static str,
    actions: Actions,
    /// How its states are packed; none if what they have besides cannot be told by a number.
    reads: Option<Reads>,
    bounds: fn(Bounds) -> Bounds,
    /// Whether it differs from the paper's protocol only if slips can be lost.
    pub needs_forgetful: bool,
    /// Whether several ballots may begin with the same number.
    repeats_numbers: bool,
    /// Whether it breaks nothing with two ballots. (The repair breaks nothing with any
    /// number of ballots.)
    pub needs_three_ballots: bool,
}

impl Mutant {
    /// The mutant with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        MUTANTS.iter().find(|mutant| mutant.name == name)
    }

    /// The model of the mutant.
    ///
    /// # Errors
    /// [`BoundsError::Room`] if the bounds need larger states: mutants that
    /// break B1 begin more ballots than there are numbers.
    pub fn model(&self, bounds: Bounds, forgetful: bool) -> Result<Basic, BoundsError> {
        let bounds = (self.bounds)(bounds);
        self.check_room_for_ballots(&bounds)?;
        Basic::with_actions(bounds, forgetful, self.actions, self.reads)
    }

    fn check_room_for_ballots(&self, bounds: &Bounds) -> Result<(), BoundsError> {
        let of_a_number = if self.repeats_numbers {
            bounds.decrees().count() * bounds.quorums().len()
        } else {
            1
        };
        let needed = bounds.numbers().len() * of_a_number;
        check_room("different ballots", needed, MAX_BALLOTS)
    }
}

const PAPERS: Mutant = Mutant {
    name: "",
    drops: "",
    actions: PAPER,
    reads: None,
    bounds: |bounds| bounds,
    needs_forgetful: false,
    repeats_numbers: false,
    needs_three_ballots: false,
};

/// All mutants.
pub const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "quorums need not intersect",
        drops: "B2: any non-empty set of priests is a quorum (§2.1).",
        bounds: Bounds::with_every_set_a_quorum,
        ..PAPERS
    },
    Mutant {
        name: "MaxVote takes the smallest",
        drops: "Start Polling takes the decree of the smallest vote in prevVotes that is not null.",
        actions: Actions {
            start_polling: |codes, state, p, quorum, decree| {
                let votes = codes.votes.iter(state.of(p).prev_votes);
                let cast = votes.filter(|vote| !vote.number.is_none());
                let smallest = cast.min_by_key(|vote| vote.number);
                let is_allowed = smallest.is_none_or(|vote| vote.decree == decree);
                ensure(is_allowed)?;
                actions::begin(codes, state, p, quorum, decree)
            },
            ..PAPER
        },
        needs_three_ballots: true,
        ..PAPERS
    },
    Mutant {
        name: "Start Polling ignores prevVotes",
        drops: "Start Polling takes any decree and ignores prevVotes.",
        actions: Actions {
            start_polling: actions::begin,
            ..PAPER
        },
        ..PAPERS
    },
    Mutant {
        name: "vote although b < nextBal",
        drops: "Receive BeginBallot(b, d) requires only b > prevBal, not b = nextBal.",
        actions: Actions {
            receive_begin_ballot: |_, state, q, ballot| {
                ensure(ballot.number > state.of(q).prev_bal)?;
                Some(actions::voted(state, q, ballot))
            },
            ..PAPER
        },
        ..PAPERS
    },
    Mutant {
        name: "LastVote sent without the promise",
        drops: "Send LastVote does not keep the promise: nextBal falls back to prevBal. \
                (To vote in b, the priest has to receive NextBallot(b) once more.)",
        actions: Actions {
            send_last_vote: |codes, state, q| {
                let mut next = actions::send_last_vote(codes, state, q)?;
                next.of_mut(q).next_bal = state.of(q).prev_bal;
                Some(next)
            },
            ..PAPER
        },
        ..PAPERS
    },
    Mutant {
        name: "nextBal forgotten with the slip",
        drops: "nextBal is on the slip, which even an idle priest may lose: it falls back to prevBal.",
        actions: Actions {
            lose_slip: |_, state, p| lose_more(state, p, |lost| lost.next_bal = lost.prev_bal),
            ..PAPER
        },
        needs_forgetful: true,
        ..PAPERS
    },
    Mutant {
        name: "ballot numbers reused after losing the slip",
        drops: "lastTried is on the slip, which even an idle priest may lose: he may try every number again.",
        actions: Actions {
            lose_slip: |_, state, p| lose_more(state, p, |lost| lost.last_tried = Rank::NONE),
            ..PAPER
        },
        repeats_numbers: true,
        needs_forgetful: true,
        ..PAPERS
    },
    Mutant {
        name: "two decrees in one ballot",
        drops: "Start Polling is enabled while polling: the ballot begins again, on any decree.",
        actions: Actions {
            start_polling: |codes, state, p, quorum, decree| {
                let legislator = state.of(p);
                if legislator.status != Status::Polling {
                    return actions::start_polling(codes, state, p, quorum, decree);
                }
                ensure(legislator.quorum() == quorum)?;
                Some(actions::polling(state, p, quorum, decree))
            },
            ..PAPER
        },
        repeats_numbers: true,
        ..PAPERS
    },
    Mutant {
        name: "Succeed with one vote short of the quorum",
        drops: "Succeed requires the votes of all priests of the quorum except one.",
        actions: Actions {
            succeed: |_, state, p| {
                let legislator = state.of(p);
                let voted = legislator.quorum().intersection(legislator.voters());
                ensure(voted.len() + 1 >= legislator.quorum().len())?;
                actions::with_outcome(state, p)
            },
            ..PAPER
        },
        ..PAPERS
    },
    Mutant {
        name: "LastVote from another ballot accepted",
        drops: "Receive LastVote(b, v) does not require b = lastTried.",
        actions: Actions {
            receive_last_vote: |codes, state, number, vote| {
                actions::with_vote(codes, state, codes.bounds.owner(number)?, vote)
            },
            ..PAPER
        },
        ..PAPERS
    },
    Mutant {
        name: "prevBal forgotten with the slip",
        drops: "prevBal and prevDec are on the slip, which even an idle priest may lose: his vote is gone.",
        actions: Actions {
            lose_slip: |_, state, p| {
                lose_more(state, p, |lost| {
                    (lost.prev_bal, lost.prev_dec) = (Rank::NONE, Decree::BLANK);
                })
            },
            ..PAPER
        },
        needs_forgetful: true,
        ..PAPERS
    },
    Mutant {
        name: "Voted from another ballot counted",
        drops: "Receive Voted(b, q) does not require b = lastTried.",
        actions: Actions {
            receive_voted: |codes, state, number, q| {
                actions::with_voter(state, codes.bounds.owner(number)?, q)
            },
            ..PAPER
        },
        ..PAPERS
    },
    Mutant {
        name: "Start Polling reads the votes of its quorum only",
        drops: "A repair: Start Polling Q takes the decree of the largest vote of a priest of Q.",
        actions: Actions {
            start_polling: |codes, state, p, quorum, decree| {
                let votes = codes.votes.iter(state.of(p).prev_votes);
                let of_quorum = votes.filter(|vote| quorum.contains(vote.priest));
                ensure(actions::largest_allows(of_quorum, decree))?;
                actions::begin(codes, state, p, quorum, decree)
            },
            ..PAPER
        },
        reads: Some(Reads::VotesOfQuorum),
        needs_three_ballots: true,
        ..PAPERS
    },
];

/// Lose Slip for a slip that also has the variables that `forget` voids. It is not
/// enabled if it would change nothing.
fn lose_more(state: &State, p: Priest, forget: fn(&mut Legislator)) -> Option<State> {
    let next = state.with(p, |legislator| {
        *legislator = legislator.with_new_slip(Status::Idle);
        forget(legislator);
    });
    (next != *state).then_some(next)
}
