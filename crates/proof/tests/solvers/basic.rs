//! The basic protocol: it is not vacuous, its mutants fail, and none of its guards is idle but those
//! that are named.

use crate::fates::failing;
use crate::vacuity::{invariant, is_satisfiable, three_ballots, two_outcomes};
use crate::{LIMIT, Solvers};
use synod_proof::finite::{self, Search, Universe, enabled};
use synod_proof::obligation::kept;
use synod_proof::refute::{Fate, refuted, universes};
use synod_proof::replay::told;
use synod_proof::system::Named;
use synod_proof::targets::basic::{self, MUTANTS, Mutant};
use synod_proof::targets::math::theorem_1;

pub fn satisfiable(solvers: &Solvers) {
    let universe = Universe::of_majorities(2, &[0, 1], 1);
    for system in [basic::repaired(), basic::printed()] {
        for action in &system.actions {
            let found = finite::model(
                &solvers.z3,
                &universe,
                &invariant(&system),
                Some(action),
                LIMIT,
            );
            let Search::Found((state, values)) = found else {
                panic!("{}: {found:?}", action.name);
            };
            assert!(enabled(&universe, &state, action, &values));
        }
    }
}

pub fn busy(solvers: &Solvers) {
    let universe = Universe::of_majorities(3, &[0, 1, 2], 2);
    for system in [basic::repaired(), basic::printed()] {
        let mut formulas = invariant(&system);
        formulas.extend([two_outcomes(), three_ballots()]);
        is_satisfiable(solvers, &universe, &formulas);
    }
}

pub fn as_printed(solvers: &Solvers) {
    mutant(solvers, &MUTANTS[0]);
}

/// The step of the counter-model is one of A.1, and is taken there.
pub fn replayed(solvers: &Solvers) {
    let system = MUTANTS[0].system();
    let action = system
        .actions
        .iter()
        .find(|it| it.name == "Start Polling")
        .unwrap();
    let obligation = kept(&system, action, system.conjunct("I6.B3").unwrap());
    let Fate::Refuted(place, found) = refuted(&solvers.z3, &obligation, LIMIT) else {
        panic!("A.1 as printed keeps B3");
    };
    let text = told(&universes()[place], &obligation, &found);
    assert!(text.contains("A.1 as printed takes this step\n"), "{text}");
    assert!(!text.contains("no run reaches"), "{text}");
}

/// Without I8, the counter-model is a state that no run reaches.
pub fn unreachable(solvers: &Solvers) {
    let system = basic::repaired().without_conjunct("I8").without_hints();
    let action = system
        .actions
        .iter()
        .find(|it| it.name == "Receive BeginBallot")
        .unwrap();
    let obligation = kept(&system, action, system.conjunct("I6.B3").unwrap());
    let Fate::Refuted(place, found) = refuted(&solvers.z3, &obligation, LIMIT) else {
        panic!("I8 is not needed");
    };
    let text = told(&universes()[place], &obligation, &found);
    assert!(text.contains("A.1 as printed takes this step\n"), "{text}");
    let reason = "from a state that no run reaches: I8 does not hold there";
    assert!(text.contains(reason), "{text}");
}

pub fn mutants(solvers: &Solvers) {
    MUTANTS[1..].iter().for_each(|it| mutant(solvers, it));
}

fn mutant(solvers: &Solvers, mutant: &Mutant) {
    let failing = failing(solvers, &mutant.system(), mutant.action);
    assert_eq!(failing, mutant.breaks, "{}", mutant.name);
}

pub fn without_conjuncts(solvers: &Solvers) {
    for (dropped, expected) in WITHOUT {
        let system = basic::repaired().without_conjunct(dropped).without_hints();
        assert_eq!(
            failing(solvers, &system, None),
            *expected,
            "without {dropped}"
        );
    }
}

/// The steps that fail without a conjunct.
const WITHOUT: &[(&str, &[(&str, &str)])] = &[
    // `synod_proof::needed` says so of these two.
    ("I7.NextBallot", &[]),
    ("I7.BeginBallot", &[]),
    ("I8", &[("Receive BeginBallot", "I6.B3")]),
    ("I9", &[("Receive BeginBallot", "I3")]),
    (
        "I10",
        &[
            ("Send NextBallot", "TypeOK"),
            ("Start Polling", "TypeOK"),
            ("Start Polling", "I2"),
        ],
    ),
];

/// Guards without which the invariant is kept all the same, and why.
const IDLE: &[(&str, &str)] = &[
    // A promise to nobody is a promise more.
    ("Receive NextBallot", "NextBallot(b) was sent"),
    // lastTried is a number of one's own, by I2.
    ("Receive LastVote", "owner(b) = p"),
    // A vote from outside the quorum changes nothing about success, and binds later ballots.
    ("Receive BeginBallot", "p ∈ B_qrm"),
    // To vote twice in one ballot changes nothing.
    ("Receive BeginBallot", "nextBal > prevBal"),
    ("Receive Voted", "owner(b) = p"),
    // Where nobody polls, quorum is empty and decree BLANK: outcome stays as it is.
    ("Succeed", "status = polling"),
    // By Theorem 1 the same decree is written again.
    ("Succeed", "outcome = BLANK"),
    ("Receive Success", "outcome = BLANK"),
    // An idle priest has nothing to lose.
    ("Lose Slip", "status ≠ idle"),
];

pub fn guards(solvers: &Solvers) {
    let mut system = basic::repaired().without_hints();
    // It follows from B1, B2 and B3, by an induction that no solver makes.
    system.axioms.push(Named::new("Theorem.1", theorem_1()));
    let mut idle = vec![];
    for action in &system.actions {
        for (index, guard) in action.guards.iter().enumerate() {
            let weaker = action.without_guard(index);
            let system = system.clone().with_action(weaker);
            if failing(solvers, &system, Some(action.name)).is_empty() {
                idle.push((action.name, guard.name));
            }
        }
    }
    assert_eq!(idle, IDLE);
}
