//! Ordering: decrees come late indeed, and each of the two rules that the parliament in general does
//! not have is needed.

use crate::vacuity::{invariant, is_satisfiable};
use crate::{LIMIT, Solvers};
use synod_proof::finite::{Search, Universe, counterexample};
use synod_proof::obligation::kept;
use synod_proof::targets::parliament::ordering::{is_lower, late, system};
use synod_proof::term::{Decree, Formula, Place, Sorted, exists};

fn universe() -> Universe {
    Universe::of_majorities(3, &[0, 1], 2).with_decree_numbers(2)
}

/// A decree has come late, below another number.
fn one_is_late() -> Formula {
    exists(|m: Place, n: Place, d: Decree, e: Decree| {
        is_lower(m, n) & late(m, d) & !late(m, e) & d.is_not(e)
    })
}

pub fn possible(solvers: &Solvers) {
    let formulas = [invariant(&system()), vec![one_is_late()]].concat();
    is_satisfiable(solvers, &universe(), &formulas);
}

pub fn rules(solvers: &Solvers) {
    let system = system().without_hints();
    for (name, breaks) in [
        ("Start Polling", "OneQuorum"),
        ("Receive BeginBallot", "Ascending"),
    ] {
        let action = system.actions.iter().find(|it| it.name == name).unwrap();
        // The rule is the last guard.
        let weaker = action.without_guard(action.guards.len() - 1);
        let obligation = kept(&system, &weaker, system.conjunct(breaks).unwrap());
        let found = counterexample(&solvers.z3, &universe(), &obligation, LIMIT);
        assert!(matches!(found, Search::Found(_)), "{name}: {found:?}");
        let obligation = kept(&system, action, system.conjunct(breaks).unwrap());
        let found = counterexample(&solvers.z3, &universe(), &obligation, LIMIT);
        assert_eq!(found, Search::None, "{name}");
    }
}
