//! TypeOK and I1–I10 of A.2, and CH.

use super::math;
use crate::rigid::{
    at_most, below, blank, each_of, is_in, is_majority, minus_infinity, nobody, owner,
};
use crate::system::Named;
use crate::term::{Decree, Formula, Number, Priest, Set, Sorted, all, exists, for_all};
use crate::variables::{
    ballots, begin_ballot, decree, has_answered, has_voted, is_busy, is_last_vote, is_max_vote,
    is_polling, is_trying, last_tried, last_vote, next_bal, next_ballot, outcome, prev_bal,
    prev_dec, prev_votes, quorum, success, voted, voters,
};

/// TypeOK and I1–I10.
pub(super) fn repaired() -> Vec<Named> {
    vec![
        Named::new("TypeOK", type_ok()),
        Named::new("I1", i1()),
        Named::new("I2", i2()),
        Named::new("I3", i3()),
        Named::new("I4", i4()),
        Named::new("I5", i5()),
        Named::new("I6.B1", math::b1()),
        Named::new("I6.B2", math::b2()),
        Named::new("I6.B3", math::b3()),
        Named::new("I6.majority", i6_majority()),
        Named::new("I7.NextBallot", i7_next_ballot()),
        Named::new("I7.LastVote", i7_last_vote()),
        Named::new("I7.BeginBallot", i7_begin_ballot()),
        Named::new("I7.Voted", i7_voted()),
        Named::new("I7.Success", i7_success()),
        Named::new("I8", i8()),
        Named::new("I9", i9()),
        Named::new("I10", i10()),
    ]
}

/// The same with CH in the place of B3.
pub(super) fn printed() -> Vec<Named> {
    let mut invariant = repaired();
    for conjunct in &mut invariant {
        if conjunct.name == "I6.B3" {
            *conjunct = Named::new("CH", ch());
        }
    }
    invariant
}

/// What is sent or begun has a number and a decree, and what is void is empty.
fn type_ok() -> Formula {
    all([types_of_ballots(), types_of_messages(), what_is_void()])
}

fn types_of_ballots() -> Formula {
    math::ballots_are_ballots().holds
}

fn types_of_messages() -> Formula {
    let is_number = |b: Number| b.is_not(minus_infinity());
    all([
        for_all(|b: Number| next_ballot(b).implies(is_number(b))),
        for_all(|b: Number, q: Priest, c: Number, d: Decree| {
            last_vote(b, q, c, d).implies(is_number(b))
        }),
        for_all(|b: Number, d: Decree, set: Set| {
            begin_ballot(b, d, set).implies(is_number(b) & d.is_not(blank()))
        }),
        for_all(|b: Number, q: Priest| voted(b, q).implies(is_number(b))),
        !success(blank()),
    ])
}

fn what_is_void() -> Formula {
    all([
        for_all(|p: Priest| !(is_trying(p) & is_polling(p))),
        for_all(|p: Priest, q: Priest, b: Number, d: Decree| {
            prev_votes(p, q, b, d).implies(is_busy(p))
        }),
        for_all(|p: Priest| is_polling(p).implies(decree(p).is_not(blank()))),
        for_all(|p: Priest| {
            let is_void = quorum(p).is(nobody()) & decree(p).is(blank());
            (!is_polling(p)).implies(is_void)
        }),
        for_all(|p: Priest, q: Priest| voters(p, q).implies(is_polling(p))),
    ])
}

/// An outcome is the decree of a successful ballot.
fn i1() -> Formula {
    for_all(|p: Priest| {
        let is_passed = exists(|b: Number, set: Set| {
            let whole = each_of(set, |q| has_voted(b, outcome(p), set, q));
            ballots(b, outcome(p), set) & whole
        });
        outcome(p).is_not(blank()).implies(is_passed)
    })
}

/// A priest's ballots are his own and not above his lastTried.
fn i2() -> Formula {
    let is_his = for_all(|p: Priest| {
        let has_tried = last_tried(p).is_not(minus_infinity());
        has_tried.implies(owner(last_tried(p)).is(p))
    });
    let is_begun = for_all(|p: Priest, b: Number, d: Decree, set: Set| {
        let is_below = below(b, last_tried(p));
        let is_allowed = at_most(b, last_tried(p)) & is_trying(p).implies(is_below);
        (ballots(b, d, set) & owner(b).is(p)).implies(is_allowed)
    });
    is_his & is_begun
}

/// (prevBal, prevDec) is a priest's largest vote, and prevBal ≤ nextBal.
fn i3() -> Formula {
    for_all(|p: Priest| {
        is_last_vote(p, prev_bal(p), prev_dec(p)) & at_most(prev_bal(p), next_bal(p))
    })
}

/// prevVotes are the largest votes below lastTried, and stay so.
fn i4() -> Formula {
    for_all(|p: Priest, q: Priest, b: Number, d: Decree| {
        let is_true = is_max_vote(last_tried(p), q, b, d) & at_most(last_tried(p), next_bal(q));
        (is_busy(p) & prev_votes(p, q, b, d)).implies(is_true)
    })
}

/// A priest who polls does so for a ballot of 𝓑.
fn i5() -> Formula {
    for_all(|p: Priest| {
        let (b, d, set) = (last_tried(p), decree(p), quorum(p));
        let of_ballot = all([
            each_of(set, |q| has_answered(p, q)),
            ballots(b, d, set),
            for_all(|q: Priest| voters(p, q).implies(has_voted(b, d, set, q))),
        ]);
        is_polling(p).implies(of_ballot)
    })
}

/// Every quorum is a majority set.
fn i6_majority() -> Formula {
    for_all(|b: Number, d: Decree, set: Set| ballots(b, d, set).implies(is_majority(set)))
}

fn i7_next_ballot() -> Formula {
    for_all(|b: Number| next_ballot(b).implies(at_most(b, last_tried(owner(b)))))
}

fn i7_last_vote() -> Formula {
    for_all(|b: Number, q: Priest, c: Number, d: Decree| {
        let is_true = is_max_vote(b, q, c, d) & at_most(b, next_bal(q));
        last_vote(b, q, c, d).implies(is_true)
    })
}

fn i7_begin_ballot() -> Formula {
    for_all(|b: Number, d: Decree, set: Set| {
        let is_begun = exists(|other: Set| ballots(b, d, other));
        begin_ballot(b, d, set).implies(is_begun)
    })
}

fn i7_voted() -> Formula {
    for_all(|b: Number, q: Priest| {
        let is_cast = exists(|d: Decree, set: Set| ballots(b, d, set) & has_voted(b, d, set, q));
        voted(b, q).implies(is_cast)
    })
}

fn i7_success() -> Formula {
    for_all(|d: Decree| success(d).implies(exists(|p: Priest| outcome(p).is(d))))
}

/// Every priest of a ballot's quorum has promised to cast no vote below it.
fn i8() -> Formula {
    for_all(|b: Number, d: Decree, set: Set, q: Priest| {
        (ballots(b, d, set) & is_in(q, set)).implies(at_most(b, next_bal(q)))
    })
}

/// BeginBallot carries the quorum of its ballot.
fn i9() -> Formula {
    for_all(|b: Number, d: Decree, set: Set| begin_ballot(b, d, set).implies(ballots(b, d, set)))
}

/// A priest who tries or polls has tried a number.
fn i10() -> Formula {
    for_all(|p: Priest| is_busy(p).implies(last_tried(p).is_not(minus_infinity())))
}

/// Of two ballots with different decrees, some priest of the earlier quorum has not voted in
/// the earlier ballot, and never will: his nextBal is above it.
fn ch() -> Formula {
    for_all(
        |b: Number, d: Decree, set: Set, c: Number, e: Decree, other: Set| {
            let are_different =
                ballots(b, d, set) & ballots(c, e, other) & below(b, c) & d.is_not(e);
            let abstains = exists(|q: Priest| {
                is_in(q, set) & !has_voted(b, d, set, q) & below(b, next_bal(q))
            });
            are_different.implies(abstains)
        },
    )
}
