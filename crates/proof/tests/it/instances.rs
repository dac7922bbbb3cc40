//! The parliament is A.1 at each decree number: in every state that is compared here, each
//! conjunct is that of A.1 at all decree numbers, and each step is the step of A.1 with the same
//! name at one decree number, or at all.

use crate::random::Random;
use std::collections::BTreeMap;
use synod_proof::finite::{State, Universe, enabled, holds, instances, successor};
use synod_proof::system::{Action, System};
use synod_proof::targets::{basic, parliament};

/// What all decree numbers share, and the steps that are taken at all of them at once.
const SHARED: [&str; 3] = ["lastTried", "nextBal", "NextBallot"];
const OF_ALL: [&str; 2] = ["Try New Ballot", "Lose Slip"];

const PLACES: usize = 2;

/// The state of A.1 at one decree number.
fn at(state: &State, place: usize) -> State {
    let mut of_place = State::default();
    for (symbol, arguments) in state.cells() {
        let value = state.value(symbol, &arguments);
        if SHARED.contains(&symbol) {
            of_place.set(symbol, &arguments, value);
        } else if arguments[0] == place {
            of_place.set(symbol, &arguments[1..], value);
        }
    }
    of_place
}

/// The state of A.1 with what is shared as in another one.
fn sharing(state: &State, with: &State) -> State {
    let mut shared = state.clone();
    for (symbol, arguments) in state.cells() {
        if SHARED.contains(&symbol) {
            shared.set(symbol, &arguments, 0);
        }
    }
    for symbol in SHARED {
        for (arguments, value) in with.of(symbol) {
            shared.set(symbol, arguments, value);
        }
    }
    shared
}

/// How often an action was compared, where it is possible and where it is not; and a conjunct,
/// where it holds and where it does not.
type Seen = BTreeMap<&'static str, [usize; 2]>;

fn compare_conjuncts(universe: &Universe, state: &State, seen: &mut Seen) {
    let places: Vec<_> = (0..PLACES).map(|place| at(state, place)).collect();
    let (one, all) = (basic::repaired(), parliament::system());
    for (of_one, of_all) in one.invariant.iter().zip(&all.invariant) {
        assert_eq!(of_one.name, of_all.name);
        let is_kept = holds(universe, state, of_all.holds);
        let is_at_all = places
            .iter()
            .all(|state| holds(universe, state, of_one.holds));
        assert_eq!(is_kept, is_at_all, "{} in {state:?}", of_one.name);
        seen.entry(of_one.name).or_default()[usize::from(is_kept)] += 1;
    }
}

/// Compares all steps; returns the states after them.
fn compare_steps(
    universe: &Universe,
    systems: &(System, System),
    state: &State,
    seen: &mut Seen,
) -> Vec<State> {
    let mut after = vec![];
    for (of_one, of_all) in systems.0.actions.iter().zip(&systems.1.actions) {
        assert_eq!(of_one.name, of_all.name);
        for values in instances(universe, of_all) {
            let is_enabled = enabled(universe, state, of_all, &values);
            seen.entry(of_one.name).or_default()[usize::from(is_enabled)] += 1;
            if OF_ALL.contains(&of_one.name) {
                compare_step_of_all(universe, (of_one, is_enabled), state, &values);
            } else {
                compare_step(universe, (of_one, is_enabled), state, &values);
            }
            if is_enabled {
                let next = successor(universe, state, of_all, &values);
                compare_effect(universe, of_one, (state, &next), &values);
                after.push(next);
            }
        }
    }
    after
}

/// A step at all decree numbers is possible where it is at one of them.
fn compare_step_of_all(
    universe: &Universe,
    (action, is_enabled): (&Action, bool),
    state: &State,
    values: &[usize],
) {
    let mut places = (0..PLACES).map(|place| at(state, place));
    let is_somewhere = places.any(|state| enabled(universe, &state, action, values));
    assert_eq!(is_enabled, is_somewhere, "{} in {state:?}", action.name);
}

/// A step at one decree number, which is its last parameter, is possible where it is there.
fn compare_step(
    universe: &Universe,
    (action, is_enabled): (&Action, bool),
    state: &State,
    values: &[usize],
) {
    let (place, values) = values.split_last().unwrap();
    let is_there = enabled(universe, &at(state, *place), action, values);
    assert_eq!(is_enabled, is_there, "{} in {state:?}", action.name);
}

/// The state after the step is that of A.1 where it is taken, and elsewhere it is as before but for
/// what is shared.
fn compare_effect(
    universe: &Universe,
    action: &Action,
    (state, next): (&State, &State),
    values: &[usize],
) {
    let of_all = OF_ALL.contains(&action.name);
    let count = action.parameters.len();
    for place in 0..PLACES {
        let (before, after) = (at(state, place), at(next, place));
        let is_here = of_all || values[count] == place;
        let expected = if is_here {
            successor(universe, &before, action, &values[..count])
        } else {
            sharing(&before, &after)
        };
        assert_eq!(after, expected, "{} {values:?} in {state:?}", action.name);
    }
}

#[test]
fn every_conjunct_and_step_of_the_parliament_is_that_of_A_1_at_one_decree_number_or_at_all() {
    let universe = Universe::of_majorities(2, &[0, 1], 2).with_decree_numbers(PLACES);
    let systems = (basic::repaired(), parliament::system());
    let symbols = parliament::symbols();
    let (mut random, mut seen) = (Random(1), Seen::new());
    let mut state = State::default();
    for step in 0..300 {
        if step % 80 == 0 {
            state = State::default();
        }
        compare_conjuncts(&universe, &state, &mut seen);
        for _ in 0..5 {
            let disturbed = random.disturbed(&universe, &symbols, &state);
            compare_conjuncts(&universe, &disturbed, &mut seen);
        }
        let mut next = compare_steps(&universe, &systems, &state, &mut seen);
        next.retain(|next| *next != state);
        if !next.is_empty() {
            state = next.swap_remove(random.below(next.len()));
        }
        if random.below(15) == 0 {
            state = random.disturbed(&universe, &symbols, &state);
        }
    }
    for (name, counts) in &seen {
        assert!(counts.iter().all(|count| *count > 0), "{name}: {counts:?}");
    }
}
