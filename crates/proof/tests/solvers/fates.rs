//! Which obligations of a system fail.

use crate::{LIMIT, Solvers};
use synod_proof::finite::{enabled, holds};
use synod_proof::obligation::kept;
use synod_proof::refute::{Fate, fate, universes};
use synod_proof::system::System;

/// The obligations of a system that fail: every other one is proved.
pub fn failing(
    solvers: &Solvers,
    system: &System,
    action: Option<&str>,
) -> Vec<(&'static str, &'static str)> {
    let programs = [solvers.cvc5.clone(), solvers.z3.clone()];
    let mut failing = vec![];
    let actions = system
        .actions
        .iter()
        .filter(|it| action.is_none_or(|name| name == it.name));
    for action in actions {
        for conjunct in &system.invariant {
            let obligation = kept(system, action, conjunct);
            match fate(&programs, &obligation, LIMIT) {
                Fate::Proved => {}
                Fate::Refuted(place, found) => {
                    let universe = &universes()[place];
                    for assumed in &obligation.assumed {
                        assert!(
                            holds(universe, &found.state, assumed.holds),
                            "{}",
                            assumed.name
                        );
                    }
                    assert!(enabled(universe, &found.state, action, &found.values));
                    assert!(!holds(universe, &found.next, conjunct.holds));
                    failing.push((action.name, conjunct.name));
                }
                Fate::Open => panic!("{} is neither proved nor refuted", obligation.name()),
            }
        }
    }
    failing
}
