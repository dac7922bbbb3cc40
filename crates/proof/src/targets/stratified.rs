//! Paxos in relations, stratified, as in "Paxos Made EPR" (Padon, Losa, Sagiv, Shoham 2017): every
//! obligation of its invariant is decidable ([`alternation`](crate::alternation)).
//!
//! Functions such as maxBal, from acceptors to ballots, would close a circle: a ballot has a quorum,
//! a quorum has an acceptor. So that an acceptor's maxBal is above a ballot is a relation, and so is
//! that it has answered one. An answer tells no vote; a ballot reads the votes themselves. The
//! published specification is a refinement of it: what its 1b messages tell is true.
//!
//! ```
//! use synod_proof::alternation::Alternation;
//! use synod_proof::obligation::inductive;
//! use synod_proof::targets::stratified;
//!
//! let obligations = inductive(&stratified::system());
//! assert!(obligations.iter().all(|it| Alternation::of(it).cycle().is_none()));
//! ```

use super::paxos::{
    self, consistent, max_bal, one_value_a_ballot, phase_1a, sent_1a, sent_1b, sent_2a, sent_2b,
    votes_were_asked_for,
};
use super::refinement::refined;
use crate::obligation::Obligation;
use crate::refinement::Mapping;
use crate::rigid::{
    at_most, axioms, below, blank, each_of, is_in, is_majority, majorities_intersect,
    minus_infinity,
};
use crate::symbols;
use crate::system::{Action, Guard, Hint, Named, System, add, becomes_everywhere};
use crate::term::{Decree, Formula, Number, Priest, Set, Sorted, all, exists, for_all};

symbols! {
    state {
        /// maxBal of the acceptor is above the ballot: it will not vote in it any more.
        has_left "hasLeft" (a: Priest, b: Number) -> Formula;
        /// The acceptor has sent a 1b in the ballot.
        has_answered "hasAnswered" (a: Priest, b: Number) -> Formula;
    }
}

/// The protocol, with an inductive invariant.
pub fn system() -> System {
    let mut axioms = axioms();
    axioms.push(majorities_intersect());
    System {
        axioms,
        init: init(),
        actions: vec![phase_1a(), phase_1b(), phase_2a(), phase_2b()],
        invariant: invariant(),
        hints: vec![],
    }
}

/// All that is proved of it, which is decidable, and that the published specification refines it.
pub fn obligations() -> Vec<Obligation> {
    let mut obligations = consistent(&system());
    obligations.extend(refinement());
    obligations
}

fn init() -> Formula {
    all([
        for_all(|a: Priest, b: Number| !has_left(a, b)),
        for_all(|a: Priest, b: Number| !has_answered(a, b)),
        for_all(|b: Number| !sent_1a(b)),
        for_all(|b: Number, v: Decree| !sent_2a(b, v)),
        for_all(|a: Priest, b: Number, v: Decree| !sent_2b(a, b, v)),
    ])
}

/// The acceptor leaves all ballots below b.
fn leaves(a: Priest, b: Number) -> crate::system::Update {
    becomes_everywhere(move |n: Number| (has_left(a, n), has_left(a, n) | below(n, b)))
}

fn phase_1b() -> Action {
    Action::new("Phase1b", |a: Priest, b: Number| {
        let guards = vec![
            Guard::new("1a was sent", sent_1a(b)),
            Guard::new("b ≥ maxBal", !has_left(a, b)),
        ];
        (guards, vec![leaves(a, b), add(has_answered(a, b))])
    })
}

/// The largest vote below b of the quorum is that of a0 in ballot c. If c is −∞, nobody of it has
/// voted, and any value is allowed.
fn phase_2a() -> Action {
    Action::new(
        "Phase2a",
        |b: Number, v: Decree, set: Set, a0: Priest, c: Number| {
            let is_vote =
                |a: Priest, n: Number, x: Decree| is_in(a, set) & sent_2b(a, n, x) & below(n, b);
            let is_largest =
                for_all(|a: Priest, n: Number, x: Decree| is_vote(a, n, x).implies(at_most(n, c)));
            let nobody_voted = for_all(|a: Priest, n: Number, x: Decree| !is_vote(a, n, x));
            let is_free = c.is(minus_infinity()) & nobody_voted & v.is_not(blank());
            let is_bound = is_vote(a0, c, v) & is_largest;
            let guards = vec![
                Guard::new("b is a number", b.is_not(minus_infinity())),
                Guard::new("no 2a of b was sent", for_all(|w: Decree| !sent_2a(b, w))),
                Guard::new("Q is a majority set", is_majority(set)),
                Guard::new(
                    "all of Q have answered",
                    each_of(set, |a| has_answered(a, b)),
                ),
                Guard::new("v is the value of the largest vote", is_free | is_bound),
            ];
            (guards, vec![add(sent_2a(b, v))])
        },
    )
}

fn phase_2b() -> Action {
    Action::new("Phase2b", |a: Priest, b: Number, v: Decree| {
        let guards = vec![
            Guard::new("2a was sent", sent_2a(b, v)),
            Guard::new("b ≥ maxBal", !has_left(a, b)),
        ];
        (guards, vec![leaves(a, b), add(sent_2b(a, b, v))])
    })
}

fn invariant() -> Vec<Named> {
    vec![
        Named::new("TypeOK", type_ok()),
        Named::new("Votes", votes_were_asked_for()),
        Named::new("OneValue", one_value_a_ballot()),
        Named::new("Promises", who_answers_has_left()),
        Named::new("Asked", a_majority_has_answered()),
        Named::new("CH", not_chosen_before()),
    ]
}

fn type_ok() -> Formula {
    for_all(|b: Number, v: Decree| {
        sent_2a(b, v).implies(b.is_not(minus_infinity()) & v.is_not(blank()))
    })
}

/// Who has answered in a ballot votes in none below it.
fn who_answers_has_left() -> Formula {
    for_all(|a: Priest, b: Number, n: Number| {
        (has_answered(a, b) & below(n, b)).implies(has_left(a, n))
    })
}

/// Where a value is asked for, a majority set has answered.
fn a_majority_has_answered() -> Formula {
    for_all(|b: Number, v: Decree| {
        let answer = exists(|set: Set| is_majority(set) & each_of(set, |a| has_answered(a, b)));
        sent_2a(b, v).implies(answer)
    })
}

/// Where two values are asked for, the earlier is not chosen: somebody of each majority set has
/// not voted for it, and never will.
fn not_chosen_before() -> Formula {
    for_all(|c: Number, w: Decree, b: Number, v: Decree, set: Set| {
        let are_different = sent_2a(b, v) & sent_2a(c, w) & below(b, c) & v.is_not(w);
        let abstains = exists(|a: Priest| is_in(a, set) & !sent_2b(a, b, v) & has_left(a, b));
        (are_different & is_majority(set)).implies(abstains)
    })
}

/// The step of the published specification that reads what 1b messages tell.
const HINT: Hint = Hint::after("Phase2a", SAME_STEP, &["TypeOK", "Votes", "Promises"]);

const SAME_STEP: &str = "the same step, stratified";

/// Each step of the published specification is the step of the same name.
fn refinement() -> Vec<Obligation> {
    let mapping = Mapping::default()
        .with("hasLeft", |of| {
            below(Number::of(of[1]), max_bal(Priest::of(of[0]))).term()
        })
        .with("hasAnswered", |of| {
            let (a, b) = (Priest::of(of[0]), Number::of(of[1]));
            exists(|c: Number, v: Decree| sent_1b(a, b, c, v)).term()
        });
    let shared = paxos::SYMBOLS.iter();
    let shared = shared.filter(|it| ["sent1a", "sent2a", "sent2b"].contains(&it.name));
    let symbols: Vec<_> = shared.chain(SYMBOLS).copied().collect();
    let (mut below, above) = (paxos::system(), system());
    below.hints = vec![HINT];
    let steps = below.actions.iter().zip(&above.actions);
    let steps = steps.map(|(lower, upper)| {
        let values = &lower.parameters[..upper.parameters.len()];
        let taken = mapping.step(&symbols, upper, values);
        refined(&below, lower, SAME_STEP, taken)
    });
    steps.collect()
}
