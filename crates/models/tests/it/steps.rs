//! Steps: their names and changes, and their refinement.

use crate::explore::{basic, bounds, count, levels, mutant, preliminary};
use stateright::Model;
use std::hash::Hash;
use synod_explorer::stateright::View;
use synod_models::basic::Basic;
use synod_models::complete;
use synod_vocabulary::Describe;
use synod_world::actors::DescribedActors;

#[test]
fn a_step_always_changes_a_field() {
    let model = Basic::new(bounds(2, &[1, 2], 1, 2), true).unwrap();
    for state in levels(&model).iter().flatten() {
        for (action, next) in model.next_steps(state) {
            assert_ne!(*state, next);
            let changes = model.changes(state, &next);
            assert!(!changes.is_empty(), "{}", model.step_name(&action));
        }
    }
}

#[test]
fn different_states_have_different_fields() {
    let model = basic(bounds(2, &[1], 1, 2));
    let states: Vec<_> = levels(&model).into_iter().flatten().collect();
    for (position, state) in states.iter().enumerate() {
        for other in &states[..position] {
            assert_ne!(model.fields(state), model.fields(other));
        }
    }
}

#[test]
fn steps_of_a_state_have_different_names() {
    let model = basic(bounds(2, &[1, 2], 1, 2));
    for state in levels(&model).iter().flatten() {
        let steps = model.next_steps(state);
        let mut names: Vec<_> = steps.iter().map(|(a, _)| model.step_name(a)).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), steps.len());
    }
}

/// The relation by which refinement is checked holds for two states exactly if a step of
/// the model leads from one to the other, or both are the same.
#[test]
fn the_relation_of_preliminary_is_exactly_its_steps() {
    let model = preliminary(bounds(2, &[1], 1, 2));
    let states: Vec<_> = levels(&model).into_iter().flatten().collect();
    for from in &states {
        let successors = model.next_states(from);
        for to in &states {
            let is_step = from == to || successors.contains(to);
            assert_eq!(model.is_step(from, to), is_step);
        }
    }
}

#[test]
fn every_state_of_basic_is_mapped_to_a_reachable_state_of_preliminary() {
    let above: std::collections::HashSet<_> = levels(&preliminary(bounds(2, &[1, 2], 1, 2)))
        .into_iter()
        .flatten()
        .collect();
    let model = basic(bounds(2, &[1, 2], 1, 2));
    let mut reached = std::collections::HashSet::new();
    for state in levels(&model).iter().flatten() {
        let mapped = model.as_preliminary(state);
        assert!(above.contains(&mapped));
        reached.insert(mapped);
    }
    // The mapping does not send all states to a few.
    assert!(reached.len() > 100, "{} of {}", reached.len(), above.len());
}

/// Each step is judged, not only each state: the mutant's step leads to a
/// state that the paper's protocol also reaches, by other steps.
#[test]
fn a_step_that_breaks_refinement_is_found_even_if_its_state_is_known() {
    let model = mutant(
        "Succeed with one vote short of the quorum",
        bounds(2, &[1], 1, 1),
    );
    let states: Vec<_> = levels(&model).into_iter().flatten().collect();
    let marked = states
        .iter()
        .filter(|state| model.witness("refines preliminary", state).is_some());
    assert!(marked.count() > 0);
}

#[test]
fn the_explorer_sees_the_same_graph() {
    sees_the_same_graph(&basic(bounds(2, &[1], 1, 2)));
    // These two have steps that leave the boundary.
    let world = complete::world(bounds(2, &[1, 2], 1, 2), None, 1).unwrap();
    sees_the_same_graph(&world);
    let world = complete::world(bounds(2, &[1], 1, 1), None, 0).unwrap();
    sees_the_same_graph(&DescribedActors(complete::as_actors(&world)));
}

fn sees_the_same_graph<M>(model: &M)
where
    M: Describe + Clone + Send + Sync + 'static,
    M::State: Clone + Eq + Hash + Send + Sync,
    M::Action: Clone + PartialEq,
{
    let view = View::new(model.clone());
    assert_eq!(count(&view), count(model));
    for state in levels(&view).iter().flatten() {
        let mut next = view.next_states(state).into_iter();
        assert!(next.all(|next| view.within_boundary(&next)));
    }
}

#[test]
fn the_explorer_shows_exactly_the_claims_that_a_state_violates() {
    let model = mutant("two decrees in one ballot", bounds(2, &[1], 1, 2));
    let view = View::new(model.clone());
    let mut violating = 0;
    for state in levels(&model).iter().flatten() {
        let violated = model.violations(state);
        for claim in model.claims() {
            let name = format!("{} is violated: ", claim.name);
            let is_named = violated.iter().any(|line| line.starts_with(&name));
            assert_eq!(is_named, !(claim.holds)(&model, state), "{}", claim.name);
        }
        violating += usize::from(!violated.is_empty());
    }
    let shown = levels(&view);
    let shown = shown.iter().flatten().map(|state| format!("{state:?}"));
    assert!(violating > 0);
    assert_eq!(
        shown.filter(|text| text.contains("is violated")).count(),
        violating
    );
}
