//! Which obligations of a system fail.

use crate::{LIMIT, Solvers};
use std::time::Duration;
use synod_proof::finite::{enabled, holds};
use synod_proof::obligation::kept;
use synod_proof::refute::{Fate, fate, universes};
use synod_proof::smt;
use synod_proof::solver::Verdict;
use synod_proof::system::{Action, Named, System};

/// The obligations of a system that fail: every other one is proved.
pub fn failing(
    solvers: &Solvers,
    system: &System,
    action: Option<&str>,
) -> Vec<(&'static str, &'static str)> {
    let actions = system
        .actions
        .iter()
        .filter(|it| action.is_none_or(|name| name == it.name));
    let mut failing = vec![];
    for action in actions {
        let conjuncts = system.invariant.iter();
        let broken = conjuncts.filter(|conjunct| fails(solvers, system, action, conjunct));
        failing.extend(broken.map(|conjunct| (action.name, conjunct.name)));
    }
    failing
}

/// Whether a finite universe refutes that the action keeps the conjunct. If none does, it is proved.
pub fn fails(solvers: &Solvers, system: &System, action: &Action, conjunct: &Named) -> bool {
    let programs = [solvers.cvc5.clone(), solvers.z3.clone()];
    let obligation = kept(system, action, conjunct);
    let universes = universes();
    let (universe, found) = match fate(&programs, &obligation, LIMIT) {
        Fate::Proved => return false,
        Fate::Refuted(place, found) => (&universes[place], found),
        Fate::Open => panic!("{} is neither proved nor refuted", obligation.name()),
    };
    for assumed in &obligation.assumed {
        let is_assumed = holds(universe, &found.state, assumed.holds);
        assert!(is_assumed, "{}", assumed.name);
    }
    assert!(enabled(universe, &found.state, action, &found.values));
    assert!(!holds(universe, &found.next, conjunct.holds));
    true
}

/// Whether a solver proves at once that the action keeps the conjunct, with the hints of the system.
pub fn is_proved_at_once(
    solvers: &Solvers,
    system: &System,
    action: &Action,
    conjunct: &Named,
) -> bool {
    const AT_ONCE: Duration = Duration::from_secs(2);
    let script = smt::script(&kept(system, action, conjunct));
    let mut answers = [&solvers.z3, &solvers.cvc5]
        .into_iter()
        .map(|program| program.decide(&script, AT_ONCE));
    answers.any(|answer| answer.verdict == Verdict::Unsat)
}
