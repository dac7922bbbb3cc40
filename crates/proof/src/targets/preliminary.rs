//! §2.2, the preliminary protocol, as in `tla/Preliminary.tla`.
//!
//! ```
//! use synod_proof::targets::preliminary;
//!
//! assert_eq!(preliminary::system().actions.len(), 6);
//! ```

use super::basic::{consistency, no_ballots_and_no_messages};
use super::math::{self, ballots_are_ballots, claimed};
use crate::obligation::{Obligation, inductive};
use crate::rigid::{
    at_most, axioms, below, blank, each_of, is_in, is_majority, majorities_intersect,
    minus_infinity, owner,
};
use crate::symbols;
use crate::system::{Action, Guard, Hint, Named, System, add, becomes};
use crate::term::{Decree, Formula, Number, Priest, Set, Sorted, all, any, exists, for_all};
use crate::variables::{
    ballots, begin_ballot, has_voted, is_max_vote, is_successful, last_vote, next_ballot, outcome,
    success, voted,
};

symbols! {
    state {
        /// The number has been chosen by its owner.
        tried "tried" (b: Number) -> Formula;
    }
}

/// The protocol, with an inductive invariant.
pub fn system() -> System {
    let mut axioms = axioms();
    axioms.push(majorities_intersect());
    System {
        axioms,
        init: init(),
        actions: vec![step_1(), step_2(), step_3(), step_4(), step_5(), step_6()],
        invariant: invariant(),
        hints: HINTS.to_vec(),
    }
}

const HINTS: &[Hint] = &[
    Hint::usually("Outcomes", &["Outcomes"]),
    Hint::after("Step 5", "Outcomes", &["TypeOK", "B1", "Votes", "Outcomes"]),
    Hint::after("Step 6", "Outcomes", &["Success", "Outcomes"]),
    Hint::usually("Success", &["Success"]),
    Hint::after("Step 5", "Success", &["TypeOK", "B1", "Votes", "Success"]),
];

/// All that is proved of it.
pub fn obligations() -> Vec<Obligation> {
    let system = system();
    let mut obligations = inductive(&system);
    let mut assumed = system.assuming(&["Outcomes"]);
    assumed.push(Named::new("Theorem.1", math::theorem_1()));
    obligations.push(claimed(
        "Outcomes, Theorem 1",
        "Consistency",
        assumed,
        consistency(),
    ));
    obligations
}

fn init() -> Formula {
    all([
        for_all(|p: Priest| outcome(p).is(blank())),
        for_all(|b: Number| !tried(b)),
        no_ballots_and_no_messages(),
    ])
}

fn step_1() -> Action {
    Action::new("Step 1", |p: Priest, b: Number| {
        let guards = vec![
            Guard::new("owner(b) = p", owner(b).is(p)),
            Guard::new("b is a number", b.is_not(minus_infinity())),
            Guard::new("b was not tried", !tried(b)),
        ];
        (guards, vec![add(tried(b)), add(next_ballot(b))])
    })
}

fn step_2() -> Action {
    Action::new("Step 2", |q: Priest, b: Number, c: Number, d: Decree| {
        let guards = vec![
            Guard::new("NextBallot(b) was sent", next_ballot(b)),
            Guard::new("v = MaxVote(b, q, 𝓑)", is_max_vote(b, q, c, d)),
        ];
        (guards, vec![add(last_vote(b, q, c, d))])
    })
}

/// The largest vote that was reported is that of q0 in ballot c on e.
fn step_3() -> Action {
    Action::new(
        "Step 3",
        |p: Priest, b: Number, set: Set, d: Decree, q0: Priest, c: Number, e: Decree| {
            let has_answered = |q: Priest| exists(|c: Number, e: Decree| last_vote(b, q, c, e));
            let is_largest = for_all(|q: Priest, a: Number, f: Decree| {
                (is_in(q, set) & last_vote(b, q, a, f)).implies(at_most(a, c))
            });
            let is_free = c.is(minus_infinity()) & d.is_not(blank());
            let is_bound = c.is_not(minus_infinity()) & d.is(e);
            let guards = vec![
                Guard::new("owner(b) = p", owner(b).is(p)),
                Guard::new("b was tried", tried(b)),
                Guard::new(
                    "no ballot b has begun",
                    for_all(|e: Decree, other: Set| !ballots(b, e, other)),
                ),
                Guard::new("Q is a majority set", is_majority(set)),
                Guard::new("all of Q have answered", each_of(set, has_answered)),
                Guard::new("v was reported", is_in(q0, set) & last_vote(b, q0, c, e)),
                Guard::new("v is the largest", is_largest),
                Guard::new("d = v_dec, or v is null", any([is_free, is_bound])),
            ];
            (
                guards,
                vec![add(ballots(b, d, set)), add(begin_ballot(b, d, set))],
            )
        },
    )
}

/// The priest votes in ballot b of 𝓑, whatever its decree and quorum are.
fn step_4() -> Action {
    Action::new(
        "Step 4",
        |q: Priest, b: Number, d: Decree, set: Set, e: Decree, other: Set| {
            let may_vote = for_all(|a: Number, c: Number, f: Decree| {
                last_vote(a, q, c, f).implies(!(below(c, b) & below(b, a)))
            });
            let guards = vec![
                Guard::new("BeginBallot(b, d) was sent", begin_ballot(b, d, set)),
                Guard::new("q ∈ B_qrm", is_in(q, set)),
                Guard::new("no promise forbids it", may_vote),
                Guard::new("ballot b has begun", ballots(b, e, other)),
                Guard::new("he has not voted in it", !has_voted(b, e, other, q)),
            ];
            (
                guards,
                vec![add(has_voted(b, e, other, q)), add(voted(b, q))],
            )
        },
    )
}

fn step_5() -> Action {
    Action::new("Step 5", |p: Priest, b: Number, d: Decree, set: Set| {
        let guards = vec![
            Guard::new("ballot b has begun", ballots(b, d, set)),
            Guard::new("owner(b) = p", owner(b).is(p)),
            Guard::new(
                "the whole quorum has sent Voted",
                each_of(set, |q| voted(b, q)),
            ),
            Guard::new("outcome = BLANK", outcome(p).is(blank())),
        ];
        (guards, vec![becomes(outcome(p), d), add(success(d))])
    })
}

fn step_6() -> Action {
    Action::new("Step 6", |p: Priest, d: Decree| {
        let guards = vec![
            Guard::new("Success(d) was sent", success(d)),
            Guard::new("outcome = BLANK", outcome(p).is(blank())),
        ];
        (guards, vec![becomes(outcome(p), d)])
    })
}

fn invariant() -> Vec<Named> {
    vec![
        Named::new("TypeOK", type_ok()),
        Named::new("B1", math::b1()),
        Named::new("B2", math::b2()),
        Named::new("B3", math::b3()),
        Named::new("Majorities", majorities()),
        Named::new("Promises", promises()),
        Named::new("Votes", votes()),
        Named::new("Answered", answered()),
        Named::new("BeginBallot", begun()),
        Named::new("Outcomes", outcomes()),
        Named::new("Success", successes()),
    ]
}

fn type_ok() -> Formula {
    all([
        ballots_are_ballots().holds,
        for_all(|b: Number| tried(b).implies(b.is_not(minus_infinity()))),
        for_all(|b: Number| next_ballot(b).implies(b.is_not(minus_infinity()))),
        !success(blank()),
    ])
}

fn majorities() -> Formula {
    for_all(|b: Number, d: Decree, set: Set| ballots(b, d, set).implies(is_majority(set)))
}

/// The vote in a LastVote is still the largest one: the promise was kept.
fn promises() -> Formula {
    for_all(|b: Number, q: Priest, c: Number, d: Decree| {
        last_vote(b, q, c, d).implies(is_max_vote(b, q, c, d))
    })
}

/// The Voted messages that were sent are the votes that were cast.
fn votes() -> Formula {
    let is_cast = for_all(|b: Number, q: Priest| {
        let vote = exists(|d: Decree, set: Set| has_voted(b, d, set, q));
        voted(b, q).implies(vote)
    });
    let is_told = for_all(|b: Number, d: Decree, set: Set, q: Priest| {
        has_voted(b, d, set, q).implies(voted(b, q))
    });
    is_cast & is_told
}

/// The quorum of a ballot has answered it. Not in the TLA+ module.
fn answered() -> Formula {
    for_all(|b: Number, d: Decree, set: Set, q: Priest| {
        let answer = exists(|c: Number, e: Decree| last_vote(b, q, c, e));
        (ballots(b, d, set) & is_in(q, set)).implies(answer)
    })
}

/// BeginBallot is sent of a ballot. Not in the TLA+ module.
fn begun() -> Formula {
    for_all(|b: Number, d: Decree, set: Set| begin_ballot(b, d, set).implies(ballots(b, d, set)))
}

/// An outcome is the decree of a successful ballot.
fn outcomes() -> Formula {
    for_all(|p: Priest| {
        let is_passed = exists(|b: Number, set: Set| is_successful(b, outcome(p), set));
        outcome(p).is_not(blank()).implies(is_passed)
    })
}

/// So is the decree of a Success.
fn successes() -> Formula {
    for_all(|d: Decree| success(d).implies(exists(|b: Number, set: Set| is_successful(b, d, set))))
}
