//! No target is vacuous: what is assumed of each step is satisfiable, together with its guards; and so
//! is the invariant with several ballots and outcomes.

use crate::{LIMIT, Solvers};
use synod_proof::finite::{Search, Universe, enabled, holds, model};
use synod_proof::obligation::Obligation;
use synod_proof::rigid::{below, blank, each_of, is_majority};
use synod_proof::system::{Action, System};
use synod_proof::targets::{TARGETS, flexible, parliament, paxos, preliminary};
use synod_proof::term::{Decree, Formula, Number, Priest, Set, Sorted, exists};
use synod_proof::variables::{ballots, outcome};

/// The conjuncts of the invariant of a system.
pub fn invariant(system: &System) -> Vec<Formula> {
    system
        .invariant
        .iter()
        .map(|conjunct| conjunct.holds)
        .collect()
}

/// Some state of the universe satisfies all of the formulas.
pub fn is_satisfiable(solvers: &Solvers, universe: &Universe, formulas: &[Formula]) {
    let found = model(&solvers.z3, universe, formulas, None, LIMIT);
    let Search::Found((state, _)) = found else {
        panic!("{found:?}");
    };
    let mut formulas = formulas.iter();
    assert!(formulas.all(|formula| holds(universe, &state, *formula)));
}

/// Two priests have written outcomes.
pub fn two_outcomes() -> Formula {
    exists(|p: Priest, q: Priest| {
        p.is_not(q) & outcome(p).is_not(blank()) & outcome(q).is_not(blank())
    })
}

/// Three ballots have begun, on two decrees.
pub fn three_ballots() -> Formula {
    exists(|a: Number, b: Number, c: Number, d: Decree, e: Decree| {
        let begun = |b, d| exists(|set: Set| ballots(b, d, set));
        below(a, b) & below(b, c) & d.is_not(e) & begun(a, d) & begun(b, e) & begun(c, e)
    })
}

/// A value is chosen, and there are three ballots on two values.
fn three_ballots_of_paxos() -> Formula {
    exists(|a: Number, b: Number, c: Number, v: Decree, w: Decree| {
        let is_chosen = exists(|set: Set| {
            is_majority(set) & each_of(set, |acceptor| paxos::sent_2b(acceptor, b, w))
        });
        let asked = paxos::sent_2a(a, v) & paxos::sent_2a(b, w) & paxos::sent_2a(c, w);
        below(a, b) & below(b, c) & v.is_not(w) & asked & is_chosen
    })
}

/// The invariants of the other protocols, with two outcomes and three ballots on two decrees.
pub fn busy(solvers: &Solvers) {
    let universe = Universe::of_majorities(3, &[0, 1, 2], 2);
    let of_ballots = [two_outcomes(), three_ballots()];
    for system in [preliminary::system(), flexible::system()] {
        let formulas = [&invariant(&system)[..], &of_ballots].concat();
        is_satisfiable(solvers, &universe, &formulas);
    }
    let formulas = [invariant(&paxos::system()), vec![three_ballots_of_paxos()]].concat();
    is_satisfiable(solvers, &universe, &formulas);
    let of_each = of_ballots.map(parliament::everywhere);
    let formulas = [&invariant(&parliament::system())[..], &of_each].concat();
    is_satisfiable(solvers, &universe.with_decree_numbers(2), &formulas);
}

/// What the obligations of one step assume, all together.
struct Step {
    from: &'static str,
    action: Option<Action>,
    assumed: Vec<(&'static str, Formula)>,
}

impl Step {
    fn of(obligation: &Obligation) -> Self {
        Self {
            from: obligation.from,
            action: obligation.step.clone(),
            assumed: vec![],
        }
    }

    fn assume(&mut self, obligation: &Obligation) {
        for assumed in &obligation.assumed {
            if self.assumed.iter().all(|(name, _)| *name != assumed.name) {
                self.assumed.push((assumed.name, assumed.holds));
            }
        }
    }
}

/// The steps of some obligations. A claim without a step is one of its own.
fn steps(obligations: &[Obligation]) -> Vec<Step> {
    let mut steps: Vec<Step> = vec![];
    for obligation in obligations {
        let is_same = |step: &Step| step.action.is_some() && step.from == obligation.from;
        let known = steps.iter().position(is_same);
        let place = known.unwrap_or_else(|| {
            steps.push(Step::of(obligation));
            steps.len() - 1
        });
        steps[place].assume(obligation);
    }
    steps
}

/// For each step of each target: some state satisfies what is assumed, and enables the step.
pub fn possible(solvers: &Solvers) {
    let universes = [
        Universe::of_majorities(2, &[0, 1], 1),
        Universe::of_majorities(3, &[0, 1], 2),
    ];
    for target in TARGETS {
        for step in steps(&target.obligations()) {
            let is_found = universes.iter().any(|it| is_possible(solvers, it, &step));
            assert!(is_found, "{}: {} is never possible", target.name, step.from);
        }
    }
}

fn is_possible(solvers: &Solvers, universe: &Universe, step: &Step) -> bool {
    let formulas: Vec<_> = step.assumed.iter().map(|(_, holds)| *holds).collect();
    let found = model(
        &solvers.z3,
        universe,
        &formulas,
        step.action.as_ref(),
        LIMIT,
    );
    let Search::Found((state, values)) = found else {
        return false;
    };
    let mut actions = step.action.iter();
    formulas.iter().all(|it| holds(universe, &state, *it))
        && actions.all(|action| enabled(universe, &state, action, &values))
}
