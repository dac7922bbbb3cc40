//! Lamport's published specification of Paxos, as in `tla/Paxos.tla`: no owners, and a vote is
//! accepted if b ≥ maxBal.
//!
//! ```
//! use synod_proof::targets::paxos;
//!
//! let actions: Vec<_> = paxos::system().actions.iter().map(|action| action.name).collect();
//! assert_eq!(actions, ["Phase1a", "Phase1b", "Phase2a", "Phase2b"]);
//! ```

use super::math::claimed;
use crate::obligation::{Obligation, inductive};
use crate::rigid::{
    at_most, axioms, below, blank, each_of, is_in, is_majority, majorities_intersect,
    minus_infinity,
};
use crate::symbols;
use crate::system::{Action, Guard, Hint, Named, System, add, becomes};
use crate::term::{Decree, Formula, Number, Priest, Set, Sorted, all, any, exists, for_all};

symbols! {
    state {
        /// maxBal of an acceptor.
        max_bal "maxBal" (a: Priest) -> Number;
        /// maxVBal of an acceptor.
        max_v_bal "maxVBal" (a: Priest) -> Number;
        /// maxVal of an acceptor; BLANK is none.
        max_val "maxVal" (a: Priest) -> Decree;
        /// The message 1a of this ballot was sent.
        sent_1a "sent1a" (b: Number) -> Formula;
        /// The message 1b was sent: the acceptor, the ballot, and the last vote.
        sent_1b "sent1b" (a: Priest, b: Number, c: Number, v: Decree) -> Formula;
        /// The message 2a was sent.
        sent_2a "sent2a" (b: Number, v: Decree) -> Formula;
        /// The message 2b was sent.
        sent_2b "sent2b" (a: Priest, b: Number, v: Decree) -> Formula;
    }
}

/// The specification, with an inductive invariant.
pub fn system() -> System {
    let mut axioms = axioms();
    axioms.push(majorities_intersect());
    System {
        axioms,
        init: init(),
        actions: vec![phase_1a(), phase_1b(), phase_2a(), phase_2b()],
        invariant: invariant(),
        hints: vec![Hint::after(
            "Phase2a",
            "CH",
            &["TypeOK", "Votes", "Promises", "OneValue", "Asked", "CH"],
        )],
    }
}

/// All that is proved of it.
pub fn obligations() -> Vec<Obligation> {
    consistent(&system())
}

/// The invariant is inductive, and Consistency follows from three conjuncts of it.
pub(super) fn consistent(system: &System) -> Vec<Obligation> {
    let mut obligations = inductive(system);
    let assumed = system.assuming(&["Votes", "OneValue", "CH"]);
    obligations.push(claimed(
        "Votes, OneValue, CH",
        "Consistency",
        assumed,
        consistency(),
    ));
    obligations
}

fn init() -> Formula {
    let acceptors = for_all(|a: Priest| {
        all([
            max_bal(a).is(minus_infinity()),
            max_v_bal(a).is(minus_infinity()),
            max_val(a).is(blank()),
        ])
    });
    all([
        acceptors,
        for_all(|b: Number| !sent_1a(b)),
        for_all(|a: Priest, b: Number, c: Number, v: Decree| !sent_1b(a, b, c, v)),
        for_all(|b: Number, v: Decree| !sent_2a(b, v)),
        for_all(|a: Priest, b: Number, v: Decree| !sent_2b(a, b, v)),
    ])
}

pub(super) fn phase_1a() -> Action {
    Action::new("Phase1a", |b: Number| {
        let guards = vec![Guard::new("b is a number", b.is_not(minus_infinity()))];
        (guards, vec![add(sent_1a(b))])
    })
}

fn phase_1b() -> Action {
    Action::new("Phase1b", |a: Priest, b: Number| {
        let guards = vec![
            Guard::new("1a was sent", sent_1a(b)),
            Guard::new("b > maxBal", below(max_bal(a), b)),
        ];
        let message = sent_1b(a, b, max_v_bal(a), max_val(a));
        (guards, vec![becomes(max_bal(a), b), add(message)])
    })
}

/// The largest vote that was told of is that of a0 in ballot c on w. If c is −∞, nobody has
/// voted, and any value is allowed.
fn phase_2a() -> Action {
    Action::new(
        "Phase2a",
        |b: Number, v: Decree, set: Set, a0: Priest, c: Number, w: Decree| {
            let has_answered = |a: Priest| exists(|c: Number, w: Decree| sent_1b(a, b, c, w));
            let is_told = is_in(a0, set) & sent_1b(a0, b, c, w);
            let is_largest = for_all(|a: Priest, n: Number, x: Decree| {
                (is_in(a, set) & sent_1b(a, b, n, x)).implies(at_most(n, c))
            });
            let is_free = c.is(minus_infinity()) & v.is_not(blank());
            let is_bound = c.is_not(minus_infinity()) & v.is(w);
            let guards = vec![
                Guard::new("b is a number", b.is_not(minus_infinity())),
                Guard::new("no 2a of b was sent", for_all(|w: Decree| !sent_2a(b, w))),
                Guard::new("Q is a majority set", is_majority(set)),
                Guard::new("all of Q have answered", each_of(set, has_answered)),
                Guard::new("a vote was told of, or none", is_told),
                Guard::new("it is the largest", is_largest),
                Guard::new("v is its value, or there is none", is_free | is_bound),
            ];
            (guards, vec![add(sent_2a(b, v))])
        },
    )
}

fn phase_2b() -> Action {
    Action::new("Phase2b", |a: Priest, b: Number, v: Decree| {
        let guards = vec![
            Guard::new("2a was sent", sent_2a(b, v)),
            Guard::new("b ≥ maxBal", at_most(max_bal(a), b)),
        ];
        let updates = vec![
            becomes(max_bal(a), b),
            becomes(max_v_bal(a), b),
            becomes(max_val(a), v),
            add(sent_2b(a, b, v)),
        ];
        (guards, updates)
    })
}

fn invariant() -> Vec<Named> {
    vec![
        Named::new("TypeOK", type_ok()),
        Named::new("LastVote", last_vote_is_true()),
        Named::new("Votes", votes_were_asked_for()),
        Named::new("Promises", promises_are_kept()),
        Named::new("OneValue", one_value_a_ballot()),
        Named::new("Asked", a_majority_has_promised()),
        Named::new("CH", not_chosen_before()),
    ]
}

fn type_ok() -> Formula {
    all([
        for_all(|a: Priest, b: Number, c: Number, v: Decree| {
            sent_1b(a, b, c, v).implies(b.is_not(minus_infinity()))
        }),
        for_all(|b: Number, v: Decree| {
            sent_2a(b, v).implies(b.is_not(minus_infinity()) & v.is_not(blank()))
        }),
        for_all(|a: Priest| at_most(max_v_bal(a), max_bal(a))),
    ])
}

/// maxVBal and maxVal are the last vote.
fn last_vote_is_true() -> Formula {
    for_all(|a: Priest| {
        let is_null = max_v_bal(a).is(minus_infinity()) & max_val(a).is(blank());
        let is_cast = sent_2b(a, max_v_bal(a), max_val(a));
        let is_last =
            for_all(|b: Number, v: Decree| sent_2b(a, b, v).implies(at_most(b, max_v_bal(a))));
        any([is_null, is_cast]) & is_last
    })
}

/// A vote is for the value that was asked for.
pub(super) fn votes_were_asked_for() -> Formula {
    for_all(|a: Priest, b: Number, v: Decree| sent_2b(a, b, v).implies(sent_2a(b, v)))
}

/// A 1b names the last vote below its ballot, and none is cast between the two.
fn promises_are_kept() -> Formula {
    for_all(|a: Priest, b: Number, c: Number, v: Decree| {
        let is_null = c.is(minus_infinity()) & v.is(blank());
        let is_cast = below(c, b) & sent_2b(a, c, v);
        let none_between =
            for_all(|n: Number, w: Decree| (sent_2b(a, n, w) & below(n, b)).implies(at_most(n, c)));
        let is_true = any([is_null, is_cast]) & none_between & at_most(b, max_bal(a));
        sent_1b(a, b, c, v).implies(is_true)
    })
}

pub(super) fn one_value_a_ballot() -> Formula {
    for_all(|b: Number, v: Decree, w: Decree| (sent_2a(b, v) & sent_2a(b, w)).implies(v.is(w)))
}

/// Where a value is asked for, a majority set has promised to cast no vote below.
fn a_majority_has_promised() -> Formula {
    for_all(|b: Number, v: Decree| {
        let has_promised =
            exists(|set: Set| is_majority(set) & each_of(set, |a| at_most(b, max_bal(a))));
        sent_2a(b, v).implies(has_promised)
    })
}

/// Where two values are asked for, the earlier is not chosen: somebody of each majority set has
/// not voted for it, and never will.
fn not_chosen_before() -> Formula {
    for_all(|c: Number, w: Decree, b: Number, v: Decree, set: Set| {
        let are_different = sent_2a(b, v) & sent_2a(c, w) & below(b, c) & v.is_not(w);
        let abstains = exists(|a: Priest| is_in(a, set) & !sent_2b(a, b, v) & below(b, max_bal(a)));
        (are_different & is_majority(set)).implies(abstains)
    })
}

/// At most one value is chosen.
fn consistency() -> Formula {
    let is_chosen =
        |b: Number, v: Decree, set: Set| is_majority(set) & each_of(set, |a| sent_2b(a, b, v));
    for_all(
        |b: Number, v: Decree, first: Set, c: Number, w: Decree, second: Set| {
            (is_chosen(b, v, first) & is_chosen(c, w, second)).implies(v.is(w))
        },
    )
}
