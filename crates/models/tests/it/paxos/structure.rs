//! What `Paxos` tells a search of its states is right: states as numbers, their steps, rank and
//! orbits.

use super::paxos;
use crate::explore::levels;
use stateright::Model;
use std::collections::{BTreeSet, HashSet};
use synod_models::paxos::{Paxos, State};
use synod_vocabulary::{Describe, Form, Packed, Structure};

/// Acceptors, ballots and decrees of small models.
const BOUNDS: [[usize; 3]; 7] = [
    [1, 1, 1],
    [1, 3, 7],
    [2, 2, 2],
    [3, 2, 1],
    [3, 2, 2],
    [3, 2, 3],
    [4, 2, 2],
];

/// Calls `check` with each of the small models, and each of its states as it is held.
fn of_each_state(check: impl Fn(&Paxos, &Form<Paxos>, State, Packed)) {
    for [acceptors, ballots, decrees] in BOUNDS {
        let model = paxos(acceptors, ballots, decrees).with_symmetry();
        let form = model.form();
        for state in levels(&model).into_iter().flatten() {
            check(&model, &form, state, (form.hold)(&model, state));
        }
    }
}

#[test]
fn a_held_state_is_the_state_and_its_number_has_as_few_bits_as_are_told() {
    of_each_state(|model, form, state, held| {
        assert_eq!(*(form.state)(model, &held), state);
        let number = form.number.as_ref().unwrap();
        assert_eq!((number.of)(model, &held), held.0);
        assert_eq!(held.0.checked_shr(number.bits).unwrap_or(0), 0);
    });
    let bits = |model: Paxos| model.form().number.unwrap().bits;
    assert_eq!(bits(paxos(3, 6, 2)), 54);
    assert_eq!(bits(paxos(5, 9, 7)), 126);
}

#[test]
fn the_steps_of_held_states_are_those_of_the_model_with_their_kinds() {
    of_each_state(|model, form, state, held| {
        let hold = |(action, next)| (model.kind(&action), (form.hold)(model, next));
        let expected: BTreeSet<_> = model.next_steps(&state).into_iter().map(hold).collect();
        let mut steps = Vec::new();
        form.steps.unwrap()(model, &held, &mut steps);
        assert_eq!(steps.len(), expected.len());
        assert_eq!(steps.into_iter().collect::<BTreeSet<_>>(), expected);
    });
}

#[test]
fn every_step_makes_the_rank_larger_by_one() {
    of_each_state(|model, form, state, held| {
        let rank = form.rank.unwrap();
        assert_eq!(rank(model, &held) as usize, model.messages(&state).count());
        let mut steps = Vec::new();
        form.steps.unwrap()(model, &held, &mut steps);
        for (_, next) in steps {
            assert_eq!(rank(model, &next), rank(model, &held) + 1);
        }
    });
}

#[test]
fn a_step_changes_only_properties_that_it_touches() {
    of_each_state(|model, form, state, _| {
        let values = |state: &State| -> Vec<bool> {
            let properties = model.properties().into_iter();
            let values = properties.map(|property| (property.condition)(model, state));
            values.collect()
        };
        let before = values(&state);
        for (action, next) in model.next_steps(&state) {
            let touched = form.touches[model.kind(&action)];
            for (place, after) in values(&next).into_iter().enumerate() {
                assert!(after == before[place] || touched >> place & 1 == 1);
            }
        }
    });
    let touches = paxos(3, 2, 2).form().touches;
    assert_eq!(touches, [0, 0, 0, 0b111]);
}

#[test]
fn the_representative_is_the_smallest_state_of_its_orbit_and_the_orbit_has_the_size_told() {
    of_each_state(|model, form, _, held| {
        let symmetry = form.symmetry.as_ref().unwrap();
        let mut images = Vec::new();
        (symmetry.images)(model, &held, &mut images);
        let representative = (symmetry.representative)(model, &held);
        assert_eq!(images.iter().min(), Some(&representative));
        assert!(images.contains(&held));
        for image in &images {
            assert_eq!((symmetry.representative)(model, image), representative);
        }
        let different: HashSet<_> = images.iter().collect();
        assert_eq!(
            (symmetry.orbit)(model, &representative),
            different.len() as u64
        );
    });
}

#[test]
fn there_are_as_many_changes_of_names_as_orders_of_acceptors_and_of_decrees() {
    for (acceptors, decrees, changes) in [(1, 1, 1), (3, 2, 12), (2, 3, 12), (5, 7, 120 * 5040)] {
        let model = paxos(acceptors, 1, decrees).with_symmetry();
        let mut images = Vec::new();
        let symmetry = model.form().symmetry.unwrap();
        (symmetry.images)(&model, &Packed::default(), &mut images);
        assert_eq!(images.len(), changes);
    }
}

#[test]
fn every_property_has_the_same_value_in_all_states_of_an_orbit() {
    of_each_state(|model, form, state, held| {
        let mut images = Vec::new();
        (form.symmetry.as_ref().unwrap().images)(model, &held, &mut images);
        for property in model.properties() {
            let value = |state: &State| (property.condition)(model, state);
            for image in &images {
                assert_eq!(value(&(form.state)(model, image)), value(&state));
            }
        }
    });
}

/// A change of names of a state changes the names of the states after its steps, and nothing
/// else.
#[test]
fn the_states_of_an_orbit_have_steps_to_the_same_orbits() {
    of_each_state(|model, form, _, held| {
        let symmetry = form.symmetry.as_ref().unwrap();
        let after = |held: &Packed| {
            let mut steps = Vec::new();
            form.steps.unwrap()(model, held, &mut steps);
            let renamed = steps.into_iter().map(|(kind, next)| {
                let representative = (symmetry.representative)(model, &next);
                (kind, representative)
            });
            let mut renamed: Vec<_> = renamed.collect();
            renamed.sort_unstable();
            renamed
        };
        let expected = after(&held);
        let mut images = Vec::new();
        (symmetry.images)(model, &held, &mut images);
        assert!(images.iter().all(|image| after(image) == expected));
    });
}

/// The number of orbits, and of the states in them, that a search finds which takes only steps
/// of representatives.
fn modulo_symmetry(acceptors: usize, ballots: usize, decrees: usize) -> (usize, u64) {
    let model = paxos(acceptors, ballots, decrees).with_symmetry();
    let form = model.form();
    let symmetry = form.symmetry.unwrap();
    let representative = |held| (symmetry.representative)(&model, &held);
    let initial = model.init_states().into_iter();
    let initial = initial.map(|state| representative((form.hold)(&model, state)));
    let mut seen: HashSet<_> = initial.collect();
    let mut waiting: Vec<_> = seen.iter().copied().collect();
    let (mut steps, mut unreduced) = (Vec::new(), 0);
    while let Some(held) = waiting.pop() {
        unreduced += (symmetry.orbit)(&model, &held);
        form.steps.unwrap()(&model, &held, &mut steps);
        let next = steps.drain(..).map(|(_, next)| representative(next));
        waiting.extend(next.filter(|next| seen.insert(*next)));
    }
    (seen.len(), unreduced)
}

#[test]
fn the_orbits_have_as_many_states_as_there_are_without_symmetry() {
    assert_eq!(modulo_symmetry(3, 2, 2).1, 3921);
    assert_eq!(modulo_symmetry(3, 3, 2).1, 185_369);
    for [acceptors, ballots, decrees] in [
        [1, 1, 1],
        [1, 4, 3],
        [2, 3, 3],
        [3, 2, 3],
        [3, 3, 1],
        [4, 2, 2],
        [5, 2, 1],
        [5, 1, 3],
    ] {
        let all = levels(&paxos(acceptors, ballots, decrees));
        let all = all.iter().map(Vec::len).sum::<usize>() as u64;
        assert_eq!(modulo_symmetry(acceptors, ballots, decrees).1, all);
    }
}

/// 12 changes of names for 3 acceptors and 2 decrees; some leave a state as it is.
#[test]
fn there_are_several_times_fewer_orbits_than_states() {
    let (orbits, states) = modulo_symmetry(3, 3, 2);
    assert!(states > 10 * orbits as u64, "{orbits} orbits");
}

#[test]
fn symmetry_is_used_only_if_it_is_asked_for() {
    assert!(paxos(3, 2, 2).form().symmetry.is_none());
    assert!(paxos(3, 2, 2).with_symmetry().form().symmetry.is_some());
}
