//! Packed states: each is the readable state that it stands for, with the same steps; and what
//! a search may use of them.

use crate::explore::{basic, bounds, levels, mutant, preliminary};
use stateright::{Expectation, Model};
use std::collections::{BTreeSet, HashSet};
use std::fmt::Debug;
use std::hash::Hash;
use synod_models::basic::Basic;
use synod_models::basic::mutants::MUTANTS;
use synod_models::bounds::Bounds;
use synod_models::packing::Packing;
use synod_models::preliminary::Preliminary;
use synod_models::refinement::Broken;
use synod_vocabulary::{Describe, Packed, Structure};

const REPAIR: &str = "Start Polling reads the votes of its quorum only";

/// Small bounds of every shape: one to five priests, one or two tryers, up to three attempts,
/// one to three decrees, weighted quorums.
fn small() -> Vec<Bounds> {
    vec![
        bounds(1, &[1], 3, 2),
        bounds(2, &[1], 2, 2),
        bounds(2, &[1, 2], 1, 2),
        bounds(2, &[1], 3, 1),
        bounds(3, &[3], 1, 3),
        bounds(4, &[2], 1, 2),
        bounds(5, &[4], 1, 1),
        bounds(3, &[1], 1, 2).with_weights(&[1, 2, 4]).unwrap(),
        bounds(4, &[3], 1, 2).with_weights(&[2, 1, 1, 2]).unwrap(),
        a_heavy_priest(),
    ]
}

/// One priest alone is a majority set, so the votes of a quorum may be fewer than prevVotes.
fn a_heavy_priest() -> Bounds {
    bounds(2, &[1], 2, 2).with_weights(&[2, 1]).unwrap()
}

fn packed(bounds: Bounds, forgetful: bool) -> Basic<Packing> {
    Basic::new(bounds, forgetful).unwrap().packed().unwrap()
}

fn repaired() -> Basic<Packing> {
    mutant(REPAIR, a_heavy_priest()).packed().unwrap()
}

/// The models of A.1 within small bounds: with and without lost slips, and repaired.
fn models_of_basic() -> Vec<Basic<Packing>> {
    let of_bounds = |bounds: Bounds| [packed(bounds.clone(), false), packed(bounds, true)];
    let models = small().into_iter().flat_map(of_bounds);
    models
        .chain([packed(bounds(3, &[2], 2, 1), false), repaired()])
        .collect()
}

fn models_of_preliminary() -> Vec<Preliminary<Packing>> {
    let packed = |bounds| preliminary(bounds).packed().unwrap();
    small().into_iter().map(packed).collect()
}

fn states<M: Model<State: Clone + Eq + Hash>>(model: &M) -> Vec<M::State> {
    levels(model).into_iter().flatten().collect()
}

fn packed_steps<M: Structure<Held = Packed>>(model: &M, from: Packed) -> Vec<(usize, Packed)> {
    let mut steps = Vec::new();
    model.form().steps.unwrap()(model, &from, &mut steps);
    steps
}

/// Checks that numbers and states are the same thing: different states have different numbers
/// of so many bits, and each number is read back as its state.
fn are_the_same<M>(model: &M)
where
    M: Structure<Held = Packed, State: Clone + Eq + Hash + Debug>,
{
    let form = model.form();
    let number = form.number.unwrap();
    let states = states(model);
    let mut numbers = HashSet::new();
    for state in &states {
        let held = (form.hold)(model, state.clone());
        assert_eq!((form.state)(model, &held).as_ref(), state);
        let number_of = (number.of)(model, &held);
        assert!(number.bits == 128 || number_of >> number.bits == 0);
        assert!(numbers.insert(number_of));
    }
}

#[test]
fn every_reachable_state_is_a_number_of_its_own() {
    models_of_basic().iter().for_each(are_the_same);
    models_of_preliminary().iter().for_each(are_the_same);
}

/// Checks that the steps of numbers are those of states, of the same kinds and with the same
/// marks; that each makes the rank larger; and that a property that a kind of step is not said
/// to touch has the same value before and after.
fn have_the_same_steps<M>(model: &M)
where
    M: Structure<Held = Packed, State: Clone + Eq + Hash, Action: Clone> + Describe,
{
    let form = model.form();
    let rank = form.rank.unwrap();
    let properties = model.properties();
    let values = |state: &M::State| {
        let values = properties.iter().map(|p| (p.condition)(model, state));
        let values = values.enumerate();
        values.fold(0_u64, |bits, (place, value)| {
            bits | u64::from(value) << place
        })
    };
    for state in states(model) {
        let held = (form.hold)(model, state.clone());
        let before = values(&state);
        let mut of_states = Vec::new();
        for (action, next) in model.next_steps(&state) {
            let kind = model.kind(&action);
            let changed = before ^ values(&next);
            let next = (form.hold)(model, next);
            assert!(rank(model, &held) < rank(model, &next));
            assert_eq!(
                changed & !form.touches[kind],
                0,
                "{}",
                model.step_name(&action)
            );
            of_states.push((kind, next));
        }
        let mut of_numbers = packed_steps(model, held);
        of_states.sort_unstable();
        of_numbers.sort_unstable();
        assert_eq!(of_numbers, of_states);
    }
}

#[test]
fn the_steps_of_numbers_are_those_of_states_and_raise_the_rank() {
    models_of_basic().iter().for_each(have_the_same_steps);
    models_of_preliminary().iter().for_each(have_the_same_steps);
}

/// Checks that a number is judged like the state that it stands for: each property by itself,
/// and all at once.
fn are_judged_alike<M>(model: &M)
where
    M: Structure<Held = Packed, State: Clone + Eq + Hash>,
{
    let form = model.form();
    let judging = form.judging.unwrap();
    let properties = model.properties();
    for state in states(model) {
        let held = (form.hold)(model, state.clone());
        let mut all = 0;
        for (place, property) in properties.iter().enumerate() {
            let is_sometimes = matches!(property.expectation, Expectation::Sometimes);
            let is_found = (property.condition)(model, &state) == is_sometimes;
            let asked = judging.properties & 1 << place;
            let found = asked * u64::from(is_found);
            assert_eq!(
                (judging.found)(model, &held, asked),
                found,
                "{}",
                property.name
            );
            all |= found;
        }
        assert_eq!((judging.found)(model, &held, judging.properties), all);
    }
}

#[test]
fn numbers_are_judged_like_states() {
    models_of_basic().iter().for_each(are_judged_alike);
    models_of_preliminary().iter().for_each(are_judged_alike);
}

/// Only the claims about steps are left to the readable state: they read its marks. And the
/// last partner, which reads nothing but outcomes, happens seldom.
#[test]
fn all_properties_of_basic_but_those_of_steps_are_judged_on_numbers() {
    let model = packed(bounds(3, &[1, 2], 2, 2), true);
    let judging = model.form().judging.unwrap();
    let properties = model.properties().into_iter().enumerate();
    let left = properties.filter(|(place, _)| judging.properties >> place & 1 == 0);
    let left: Vec<_> = left.map(|(_, property)| property.name).collect();
    let of_steps = [
        "refines ballots",
        "refines consensus",
        "refines preliminary",
        "the protocol above takes all its steps",
        "ledgers never go back",
    ];
    assert_eq!(left, of_steps);
}

#[test]
fn the_repaired_protocol_is_another_one_on_numbers_too() {
    let paper = packed(a_heavy_priest(), false);
    assert_ne!(states(&paper).len(), states(&repaired()).len());
}

#[test]
fn every_step_of_preliminary_raises_the_rank_by_one() {
    for model in models_of_preliminary() {
        let form = model.form();
        let rank = form.rank.unwrap();
        for state in states(&model) {
            let held = (form.hold)(&model, state);
            for (_, next) in packed_steps(&model, held) {
                assert_eq!(rank(&model, &next), rank(&model, &held) + 1);
            }
        }
    }
}

#[test]
fn a_kind_of_step_touches_only_some_properties() {
    let model = packed(bounds(3, &[1, 2], 1, 2), true);
    let (all, touches) = (model.properties().len() as u32, model.form().touches);
    assert_eq!(touches.len(), model.kinds().len());
    let touched: u32 = touches.iter().map(|bits| bits.count_ones()).sum();
    assert!(2 * touched < all * touches.len() as u32);
}

#[test]
fn mutants_and_large_bounds_are_not_packed() {
    for candidate in MUTANTS {
        let model = mutant(candidate.name, bounds(2, &[1], 1, 2));
        assert_eq!(model.packed().is_some(), candidate.name == REPAIR);
    }
    assert!(basic(bounds(3, &[1, 2, 3], 2, 2)).packed().is_some());
    assert!(basic(bounds(5, &[1, 2], 1, 2)).packed().is_some());
    assert!(basic(bounds(5, &[1, 2], 3, 1)).packed().is_none());
}

/// The relation by which packed steps are judged is that of the readable states, for every two
/// states, whether or not a step leads from one to the other.
#[test]
fn the_relation_of_packed_preliminary_is_exactly_its_steps() {
    for bounds in [bounds(2, &[1], 1, 2), bounds(1, &[1], 2, 2)] {
        let readable = preliminary(bounds.clone());
        let model = preliminary(bounds).packed().unwrap();
        let hold = model.form().hold;
        let states = states(&model);
        for (from, to) in states
            .iter()
            .flat_map(|a| states.iter().map(move |b| (a, b)))
        {
            let held = (hold(&model, *from), hold(&model, *to));
            let is_step = readable.is_step(from, to);
            assert_eq!(model.is_packed_step(held.0, held.1), is_step);
        }
    }
}

#[test]
fn any_two_packed_states_are_judged_like_the_readable_ones() {
    let model = packed(bounds(2, &[1], 1, 2), true);
    let above = preliminary(bounds(2, &[1], 1, 2));
    let hold = model.form().hold;
    let states = states(&model);
    let mut broken_pairs = 0;
    for (from, to) in states
        .iter()
        .flat_map(|a| states.iter().map(move |b| (a, b)))
    {
        let held = (hold(&model, *from), hold(&model, *to));
        let broken = model.broken_by_packed_step(held.0, held.1);
        let is_step = above.is_step(&model.as_preliminary(from), &model.as_preliminary(to));
        assert_eq!(broken.has(Broken::PRELIMINARY), !is_step);
        broken_pairs += u32::from(broken.has(Broken::LEDGERS));
    }
    assert!(broken_pairs > 0);
}

/// A mutant reaches states that no number stands for. Its steps between other states are judged
/// as in the mutant.
#[test]
fn the_steps_of_mutants_are_judged_like_the_readable_ones() {
    let mut broken = BTreeSet::new();
    for candidate in MUTANTS {
        let bounds = bounds(2, &[1, 2], 1, 2);
        let readable = mutant(candidate.name, bounds.clone());
        let model = packed(bounds, true);
        let form = model.form();
        // None if no number stands for the state. The marks are compared apart from it.
        let held = |state: &synod_models::basic::State| {
            let state = readable.without_marks(state).unwrap_or(*state);
            let held = (form.hold)(&model, state);
            (*(form.state)(&model, &held) == state).then_some(held)
        };
        for from in states(&readable) {
            for to in readable.next_states(&from) {
                if let (Some(held_from), Some(held_to)) = (held(&from), held(&to)) {
                    let judged = model.broken_by_packed_step(held_from, held_to);
                    assert_eq!(judged, to.broken, "{}", candidate.name);
                    broken.insert(format!("{judged:?}"));
                }
            }
        }
    }
    assert!(
        broken.len() > 3,
        "too few kinds of broken steps: {broken:?}"
    );
}

/// Checks the orbits of all states: the representative is the smallest number, the same for all
/// images; the size is the number of different images; and no property tells them apart.
fn have_orbits<M>(model: &M)
where
    M: Structure<Held = Packed, State: Clone + Eq + Hash>,
{
    let form = model.form();
    let symmetry = form.symmetry.unwrap();
    let properties = model.properties();
    let mut total = 0;
    for state in states(model) {
        let held = (form.hold)(model, state);
        let mut images = Vec::new();
        (symmetry.images)(model, &held, &mut images);
        let orbit: BTreeSet<_> = images.into_iter().collect();
        let representative = (symmetry.representative)(model, &held);
        assert!(orbit.contains(&held));
        assert_eq!(orbit.first(), Some(&representative));
        if held != representative {
            continue;
        }
        assert_eq!((symmetry.orbit)(model, &held), orbit.len() as u64);
        total += orbit.len();
        let values = |held| {
            let state = (form.state)(model, held);
            let values = properties.iter().map(|p| (p.condition)(model, &state));
            values.collect::<Vec<_>>()
        };
        for image in &orbit {
            assert_eq!((symmetry.representative)(model, image), representative);
            assert_eq!(values(image), values(&held));
        }
    }
    assert_eq!(total, states(model).len());
}

#[test]
fn orbits_are_sets_of_states_that_no_property_tells_apart() {
    for model in models_of_basic() {
        have_orbits(&model.with_symmetry());
    }
    for model in models_of_preliminary() {
        have_orbits(&model.with_symmetry());
    }
}

/// The states that a search explores if it replaces every state by its representative, and the
/// sum of the sizes of their orbits.
fn explored_and_total<M: Structure<Held = Packed>>(model: &M) -> (usize, u64) {
    let form = model.form();
    let symmetry = form.symmetry.unwrap();
    let begin = model.init_states().remove(0);
    let mut open = vec![(form.hold)(model, begin)];
    let mut seen: HashSet<_> = open.iter().copied().collect();
    while let Some(from) = open.pop() {
        for (_, to) in packed_steps(model, from) {
            let to = (symmetry.representative)(model, &to);
            if seen.insert(to) {
                open.push(to);
            }
        }
    }
    let orbits = seen.iter().map(|held| (symmetry.orbit)(model, held));
    (seen.len(), orbits.sum())
}

/// The totals are the counts that the run specs pin.
#[test]
fn the_orbits_of_the_explored_states_add_up_to_all_states() {
    let basic = |bounds, forgetful| explored_and_total(&packed(bounds, forgetful).with_symmetry());
    let (explored, total) = basic(bounds(3, &[1], 1, 2), false);
    assert_eq!(total, 734);
    assert!(explored * 3 < 734, "{explored}");
    let (explored, total) = basic(bounds(3, &[1, 2], 1, 2), false);
    assert_eq!(total, 257_721);
    assert!(explored < 140_000, "{explored}");
    let (_, total) = basic(bounds(3, &[1, 2], 1, 2), true);
    assert_eq!(total, 561_078);
    let model = preliminary(bounds(3, &[1], 1, 2)).packed().unwrap();
    let (explored, total) = explored_and_total(&model.with_symmetry());
    assert_eq!(total, 129);
    assert!(explored < 50, "{explored}");
}

#[test]
fn only_some_bounds_are_symmetric() {
    let is_symmetric = |bounds| packed(bounds, false).is_symmetric();
    assert!(is_symmetric(bounds(3, &[1], 1, 1)), "two priests");
    assert!(is_symmetric(bounds(2, &[1, 2], 1, 2)), "two decrees");
    assert!(!is_symmetric(bounds(2, &[1, 2], 1, 1)));
    let weighted = |weights: &[u32]| bounds(3, &[1], 1, 1).with_weights(weights).unwrap();
    assert!(is_symmetric(weighted(&[2, 1, 1])));
    assert!(!is_symmetric(weighted(&[1, 1, 3])));
}
