//! §2.3 and A.1: the basic protocol, repaired and as printed.
//!
//! The description is that of `tla/Basic.tla` and of `synod_paper::basic`: tests compare its
//! actions and conjuncts with the latter, state by state.
//!
//! ```
//! use synod_proof::targets::basic;
//!
//! let actions = basic::repaired().actions;
//! assert_eq!(actions[5].name, "Start Polling");
//! // The printed action reads all of prevVotes, so B3 does not hold there.
//! assert!(basic::printed().conjunct("I6.B3").is_none());
//! ```

mod actions;
mod invariant;
mod mutants;

use super::math::{self, claimed};
use crate::obligation::{Obligation, inductive};
use crate::rigid::{axioms, blank, majorities_intersect, minus_infinity, nobody};
use crate::system::{Hint, Named, System};
use crate::term::{Decree, Formula, Number, Priest, Set, Sorted, all, any, for_all};
use crate::variables::{
    ballots, begin_ballot, decree, has_voted, is_polling, is_trying, last_tried, last_vote,
    next_bal, next_ballot, outcome, prev_bal, prev_dec, prev_votes, quorum, success, voted, voters,
};

pub use actions::Reads;
pub(super) use actions::poll;
pub use mutants::{MUTANTS, Mutant};

/// A.1 in which Start Polling reads the votes of its quorum only.
pub fn repaired() -> System {
    system(Reads::VotesOfQuorum, invariant::repaired())
}

/// A.1 as printed, with CH in the place of B3.
pub fn printed() -> System {
    system(Reads::AllVotes, invariant::printed())
}

fn system(reads: Reads, invariant: Vec<Named>) -> System {
    let mut axioms = axioms();
    axioms.push(majorities_intersect());
    System {
        axioms,
        init: init(),
        actions: actions::all(reads),
        invariant,
        hints: HINTS.to_vec(),
    }
}

/// Numbers are −∞, decrees BLANK, everybody is idle; 𝓑 and 𝓜 are empty.
fn init() -> Formula {
    let ledger = for_all(|p: Priest| {
        all([
            outcome(p).is(blank()),
            last_tried(p).is(minus_infinity()),
            prev_bal(p).is(minus_infinity()),
            prev_dec(p).is(blank()),
            next_bal(p).is(minus_infinity()),
        ])
    });
    let slip = for_all(|p: Priest| {
        all([
            !is_trying(p),
            !is_polling(p),
            quorum(p).is(nobody()),
            decree(p).is(blank()),
        ])
    });
    all([
        ledger,
        slip,
        for_all(|p: Priest, q: Priest, b: Number, d: Decree| !prev_votes(p, q, b, d)),
        for_all(|p: Priest, q: Priest| !voters(p, q)),
        no_ballots_and_no_messages(),
    ])
}

/// 𝓑 and 𝓜 are empty.
pub(super) fn no_ballots_and_no_messages() -> Formula {
    all([
        for_all(|b: Number, d: Decree, set: Set| !ballots(b, d, set)),
        for_all(|b: Number, d: Decree, set: Set, q: Priest| !has_voted(b, d, set, q)),
        for_all(|b: Number| !next_ballot(b)),
        for_all(|b: Number, q: Priest, c: Number, d: Decree| !last_vote(b, q, c, d)),
        for_all(|b: Number, d: Decree, set: Set| !begin_ballot(b, d, set)),
        for_all(|b: Number, q: Priest| !voted(b, q)),
        for_all(|d: Decree| !success(d)),
    ])
}

/// No two ledgers hold different decrees.
pub fn consistency() -> Formula {
    for_all(|p: Priest, q: Priest| {
        any([
            outcome(p).is(blank()),
            outcome(q).is(blank()),
            outcome(p).is(outcome(q)),
        ])
    })
}

/// All that is proved of A.1, repaired.
pub fn of_repaired() -> Vec<Obligation> {
    let system = repaired();
    let mut obligations = inductive(&system);
    let mut assumed = system.assuming(&["I1"]);
    assumed.push(Named::new("Theorem.1", math::theorem_1()));
    obligations.push(claimed(
        "I1, Theorem 1",
        "Consistency",
        assumed,
        consistency(),
    ));
    obligations
}

/// All that is proved of A.1 as printed.
pub fn of_printed() -> Vec<Obligation> {
    let system = printed();
    let mut obligations = inductive(&system);
    let assumed = system.assuming(&["I6.B1", "CH"]);
    obligations.push(claimed("B1, CH", "Theorem 1", assumed, math::theorem_1()));
    let assumed = system.assuming(&["I1", "I6.B1", "CH"]);
    obligations.push(claimed("I1, B1, CH", "Consistency", assumed, consistency()));
    obligations
}

/// Those that do not depend on which votes Start Polling reads.
const HINTS: &[Hint] = &[
    Hint::usually("TypeOK", &["TypeOK"]),
    Hint::after("Send NextBallot", "TypeOK", &["TypeOK", "I10"]),
    Hint::after("Start Polling", "TypeOK", &["TypeOK", "I4", "I10"]),
    Hint::after("Send BeginBallot", "TypeOK", &["TypeOK", "I10"]),
    // No action but Succeed and Receive Success changes an outcome, and votes only become more.
    Hint::usually("I1", &["I1"]),
    Hint::after("Succeed", "I1", &["I1", "I5"]),
    Hint::after("Receive Success", "I1", &["I1", "I7.Success"]),
    Hint::usually("I2", &["I2"]),
    Hint::after("Start Polling", "I2", &["I2", "I10"]),
    Hint::after("Start Polling", "I3", &["TypeOK", "I2", "I3", "I10"]),
    Hint::after("Receive BeginBallot", "I3", &["TypeOK", "I3", "I9"]),
    Hint::after("Start Polling", "I4", &["TypeOK", "I2", "I4", "I10"]),
    Hint::after("Start Polling", "I6.B1", &["I2", "I6.B1", "I10"]),
    Hint::after(
        "Start Polling",
        "I6.B3",
        &["TypeOK", "I2", "I4", "I6.B1", "I6.B3", "I10"],
    ),
    Hint::after(
        "Start Polling",
        "CH",
        &["TypeOK", "I2", "I4", "I6.B1", "I6.majority", "CH", "I8"],
    ),
    Hint::after(
        "Start Polling",
        "I7.LastVote",
        &["TypeOK", "I2", "I7.LastVote", "I10"],
    ),
];
