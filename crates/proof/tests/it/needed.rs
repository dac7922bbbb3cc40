//! The pictures of `docs/proof.md`: in each state exactly one conjunct does not hold, and what goes
//! wrong there goes wrong.

use crate::workspace;
use std::fs;
use synod_proof::finite::{State, Universe, enabled, holds, successor};
use synod_proof::needed::{NEEDED, Needed, Wrong, all_told};
use synod_proof::system::System;
use synod_proof::targets::{basic, math};

fn system(needed: &Needed) -> System {
    if needed.conjunct == "CH" {
        basic::printed()
    } else {
        basic::repaired()
    }
}

/// The conjuncts that do not hold in a state.
fn broken(system: &System, universe: &Universe, state: &State) -> Vec<&'static str> {
    let conjuncts = system.invariant.iter();
    let broken = conjuncts.filter(|conjunct| !holds(universe, state, conjunct.holds));
    broken.map(|conjunct| conjunct.name).collect()
}

#[test]
fn every_conjunct_has_its_state() {
    let mut names: Vec<_> = basic::repaired()
        .invariant
        .iter()
        .map(|it| it.name)
        .collect();
    names.push("CH");
    let shown: Vec<_> = NEEDED.iter().map(|needed| needed.conjunct).collect();
    assert_eq!(shown, names);
}

#[test]
fn in_each_state_one_conjunct_is_missing_and_something_goes_wrong() {
    for needed in NEEDED {
        let (system, universe, state) = (system(needed), needed.universe(), needed.state());
        let broken_before = broken(&system, &universe, &state);
        match needed.wrong {
            Wrong::Step {
                action,
                values,
                breaks,
            } => {
                assert_eq!(broken_before, [needed.conjunct]);
                let action = system.actions.iter().find(|it| it.name == action).unwrap();
                assert!(
                    enabled(&universe, &state, action, values),
                    "{}",
                    needed.conjunct
                );
                let next = successor(&universe, &state, action, values);
                let broken_after = broken(&system, &universe, &next);
                assert!(
                    broken_after.contains(&breaks),
                    "{}: {broken_after:?}",
                    needed.conjunct
                );
            }
            Wrong::Claim { assumed, breaks } => {
                assert!(broken_before.contains(&needed.conjunct));
                assert!(assumed.iter().all(|name| !broken_before.contains(name)));
                let claim = match breaks {
                    "Consistency" => basic::consistency(),
                    _ => math::theorem_1(),
                };
                assert!(!holds(&universe, &state, claim), "{}", needed.conjunct);
            }
            Wrong::Follows(_) | Wrong::Nothing => {}
        }
    }
}

/// The pictures of the document are those of `synod prove --why`. `WHY=overwrite` writes them anew.
#[test]
fn the_document_has_these_pictures() {
    const BEGIN: &str = "<!-- synod prove --why -->\n```text\n";
    const END: &str = "```\n<!-- end -->\n";
    let file = workspace().join("docs/proof.md");
    let text = fs::read_to_string(&file).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (shown, after) = rest.split_once(END).unwrap();
    let told = all_told();
    if std::env::var_os("WHY").is_some_and(|what| what == "overwrite") {
        fs::write(&file, format!("{before}{BEGIN}{told}{END}{after}")).unwrap();
    } else {
        assert_eq!(shown, told, "{}", file.display());
    }
}
