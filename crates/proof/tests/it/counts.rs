//! With sorts fixed to small bounds, the states that satisfy the invariant are as many as those
//! that `inductive` enumerates from the packed model; and the states that the actions reach are as
//! many as those of the packed models of the same protocol.

use crate::workspace;
use std::collections::BTreeSet;
use synod_proof::finite::{State, Universe, count, holds, steps};
use synod_proof::system::System;
use synod_proof::targets::{basic, parliament, preliminary};
use synod_proof::variables::SYMBOLS;

/// The number of states that a run spec expects.
fn expected(spec: &str) -> u64 {
    let path = workspace().join("specs").join(spec).with_extension("toml");
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let states = lines.find_map(|line| line.strip_prefix("states"));
    let digits = states.unwrap().trim_start_matches([' ', '=']).trim();
    digits.parse().unwrap()
}

fn compare(spec: &str, universe: &Universe) {
    let invariant: Vec<_> = basic::repaired()
        .invariant
        .iter()
        .map(|it| it.holds)
        .collect();
    assert_eq!(
        count(universe, SYMBOLS, &invariant),
        expected(&format!("basic/inductive/{spec}")),
        "{spec}"
    );
}

#[test]
fn one_priest_has_as_many_states() {
    let one = |numbers, decrees| Universe::of_majorities(1, numbers, decrees);
    compare("I-is-inductive-for-one-priest", &one(&[0], 1));
    compare(
        "I-is-inductive-for-one-priest-who-loses-his-slip",
        &one(&[0], 2),
    );
    compare(
        "I-is-inductive-for-two-attempts-at-one-decree",
        &one(&[0, 1], 1),
    );
    compare("I-is-inductive-for-two-attempts", &one(&[0, 1], 2));
}

#[test]
fn two_priests_have_as_many_states() {
    let two = |decrees| Universe::of_majorities(2, &[0], decrees);
    compare("I-is-inductive-for-two-priests-who-lose-slips", &two(1));
    compare("I-is-inductive-for-two-priests", &two(2));
    compare(
        "I-is-inductive-for-two-quorums",
        &Universe::weighted(&[2, 1], &[0], 1),
    );
}

/// At a single decree number, the parliament's invariant is that of A.1.
#[test]
fn a_parliament_of_one_decree_number_has_as_many_states_as_A_1() {
    let (symbols, system) = (parliament::symbols(), parliament::system());
    let invariant: Vec<_> = system.invariant.iter().map(|it| it.holds).collect();
    let rows = [
        (
            "I-is-inductive-for-one-priest",
            Universe::of_majorities(1, &[0], 1),
        ),
        (
            "I-is-inductive-for-two-attempts-at-one-decree",
            Universe::of_majorities(1, &[0, 1], 1),
        ),
        (
            "I-is-inductive-for-two-priests-who-lose-slips",
            Universe::of_majorities(2, &[0], 1),
        ),
    ];
    for (spec, universe) in rows {
        let expected = expected(&format!("basic/inductive/{spec}"));
        assert_eq!(count(&universe, &symbols, &invariant), expected, "{spec}");
    }
}

/// The states that the actions reach; in each of them the invariant holds.
fn reachable(universe: &Universe, system: &System) -> u64 {
    let initial = State::default();
    assert!(holds(universe, &initial, system.init));
    let (mut reached, mut open) = (BTreeSet::from([initial.clone()]), vec![initial]);
    while let Some(state) = open.pop() {
        for conjunct in &system.invariant {
            assert!(holds(universe, &state, conjunct.holds), "{}", conjunct.name);
        }
        for (_, next) in steps(universe, system, &state) {
            if reached.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    reached.len() as u64
}

/// The packed models of these run specs have no priests who lose their slips.
fn without_losses(mut system: System) -> System {
    system.actions.retain(|action| action.name != "Lose Slip");
    system
}

fn compare_reachable(spec: &str, universe: &Universe, system: &System) {
    assert_eq!(reachable(universe, system), expected(spec), "{spec}");
}

#[test]
fn the_preliminary_protocol_reaches_as_many_states() {
    let system = preliminary::system();
    let one = Universe::of_majorities(3, &[0], 2);
    compare_reachable(
        "preliminary/one-ballot-of-three-priests-holds",
        &one,
        &system,
    );
    let two = Universe::of_majorities(2, &[0, 1], 2);
    compare_reachable("preliminary/two-competing-priests-hold", &two, &system);
}

#[test]
fn A_1_and_a_parliament_of_one_decree_number_reach_as_many_states() {
    let universe = Universe::of_majorities(3, &[0], 2);
    let spec = "basic/one-ballot-of-three-priests-holds";
    compare_reachable(spec, &universe, &without_losses(basic::repaired()));
    compare_reachable(spec, &universe, &without_losses(parliament::system()));
}
