//! A.1 with flexible quorums: a phase-1 set answers, a phase-2 set votes, and only a phase-1 set
//! and a phase-2 set need to intersect.
//!
//! B2 and B3 do not hold. What takes their place is CH, as for A.1 as printed, and a weaker I8:
//! some phase-1 set has promised to cast no vote below a ballot that has begun.
//!
//! ```
//! use synod_proof::targets::flexible;
//!
//! let system = flexible::system();
//! assert!(system.conjunct("I6.B2").is_none());
//! assert!(system.conjunct("CH").is_some());
//! ```

use super::basic::{self, consistency, poll};
use super::math::claimed;
use crate::obligation::{Obligation, inductive};
use crate::rigid::{at_most, blank, each_of, intersect, is_in, minus_infinity};
use crate::symbols;
use crate::system::{Action, Guard, Hint, Named, System};
use crate::term::{Decree, Formula, Number, Priest, Set, Sorted, all, any, exists, for_all};
use crate::variables::{
    ballots, decree, has_answered, has_voted, is_polling, is_trying, last_tried, next_bal,
    prev_votes, quorum, voters,
};

symbols! {
    rigid {
        /// The set may answer (the field's phase 1).
        is_phase_1 "isPhase1" (set: Set) -> Formula;
        /// The set may vote (the field's phase 2).
        is_phase_2 "isPhase2" (set: Set) -> Formula;
    }
}

/// The protocol, with an inductive invariant.
pub fn system() -> System {
    let mut system = basic::printed().with_action(start_polling());
    for axiom in &mut system.axioms {
        if axiom.name == "majorities.intersect" {
            *axiom = phases_intersect();
        }
    }
    system.invariant.retain(|conjunct| conjunct.name != "I6.B2");
    for conjunct in &mut system.invariant {
        let holds = match conjunct.name {
            "I5" => i5(),
            "I6.majority" => i6_phase_2(),
            "I8" => i8(),
            _ => continue,
        };
        conjunct.holds = holds;
    }
    system.hints.retain(|hint| hint.conjunct != "CH");
    system.hints.push(HINT);
    system
}

const HINT: Hint = Hint::after(
    "Start Polling",
    "CH",
    &[
        "TypeOK",
        "I2",
        "I4",
        "I6.B1",
        "I6.majority",
        "CH",
        "I8",
        "I10",
    ],
);

/// All that is proved of it.
pub fn obligations() -> Vec<Obligation> {
    let system = system();
    let mut obligations = inductive(&system);
    let assumed = system.assuming(&["I1", "I6.B1", "I6.majority", "CH"]);
    obligations.push(claimed("I1, B1, CH", "Consistency", assumed, consistency()));
    obligations
}

fn phases_intersect() -> Named {
    let intersecting = |first: Set, second: Set| {
        (is_phase_1(first) & is_phase_2(second)).implies(intersect(first, second))
    };
    Named::new("phases.intersect", for_all(intersecting))
}

/// The set that is asked answers; the set of the ballot votes, whether it has answered or not.
fn start_polling() -> Action {
    Action::new(
        "Start Polling",
        |p: Priest, asked: Set, set: Set, d: Decree, q0: Priest, b0: Number, e0: Decree| {
            let is_largest = for_all(|q: Priest, b: Number, e: Decree| {
                (is_in(q, asked) & prev_votes(p, q, b, e)).implies(at_most(b, b0))
            });
            let is_free = b0.is(minus_infinity()) & d.is_not(blank());
            let is_bound = b0.is_not(minus_infinity()) & d.is(e0);
            let is_reported = is_in(q0, asked) & prev_votes(p, q0, b0, e0);
            let guards = vec![
                Guard::new("status = trying", is_trying(p)),
                Guard::new("a phase-1 set is asked", is_phase_1(asked)),
                Guard::new("Q is a phase-2 set", is_phase_2(set)),
                Guard::new(
                    "all that are asked have answered",
                    each_of(asked, |q| has_answered(p, q)),
                ),
                Guard::new("v ∈ prevVotes", is_reported),
                Guard::new("v is the largest", is_largest),
                Guard::new("d = v_dec, or v is null", any([is_free, is_bound])),
            ];
            (guards, poll(p, set, d))
        },
    )
}

/// A priest who polls does so for a ballot of 𝓑. Its quorum need not have answered.
fn i5() -> Formula {
    for_all(|p: Priest| {
        let (b, d, set) = (last_tried(p), decree(p), quorum(p));
        let of_ballot = all([
            ballots(b, d, set),
            for_all(|q: Priest| voters(p, q).implies(has_voted(b, d, set, q))),
        ]);
        is_polling(p).implies(of_ballot)
    })
}

fn i6_phase_2() -> Formula {
    for_all(|b: Number, d: Decree, set: Set| ballots(b, d, set).implies(is_phase_2(set)))
}

/// A phase-1 set has promised to cast no vote below a ballot that has begun.
fn i8() -> Formula {
    for_all(|b: Number, d: Decree, set: Set| {
        let has_promised =
            exists(|asked: Set| is_phase_1(asked) & each_of(asked, |q| at_most(b, next_bal(q))));
        ballots(b, d, set).implies(has_promised)
    })
}
