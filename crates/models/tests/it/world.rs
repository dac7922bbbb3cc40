//! The shipped code in the world, and as an actor.

use crate::explore::{bounds, count, levels};
use stateright::Model;
use std::collections::HashSet;
use synod_models::bounds::{Bounds, Decree};
use synod_models::complete::Candidate;
use synod_models::complete::actor::parliament;
use synod_models::narrate::Narrate;
use synod_models::world::{Action, World};
use synod_protocol::Complete;

fn shipped(bounds: Bounds, crashes: u8) -> World<Candidate> {
    World::new(bounds, None, crashes).unwrap()
}

#[test]
fn the_world_has_as_many_states_as_its_specs_say() {
    assert_eq!(count(&shipped(bounds(2, &[1, 2], 1, 2), 0)), (430, 15));
    assert_eq!(count(&shipped(bounds(3, &[1], 1, 2), 0)), (325, 14));
    assert_eq!(count(&shipped(bounds(2, &[1, 2], 1, 2), 1)), (2991, 16));
}

/// Without crashes both harnesses can express the same system. The actors are
/// the same in both, whatever else the states hold.
#[test]
fn the_world_and_the_actor_model_reach_the_same_processes() {
    for bounds in [
        bounds(1, &[1], 1, 1),
        bounds(2, &[1], 1, 2),
        bounds(2, &[1], 2, 2),
        bounds(2, &[1, 2], 1, 2),
    ] {
        let world: HashSet<Vec<Complete<Decree>>> = levels(&shipped(bounds.clone(), 0))
            .iter()
            .flatten()
            .map(|state| {
                state
                    .sites
                    .iter()
                    .map(|site| site.process.shipped().clone())
                    .collect()
            })
            .collect();
        let model = parliament(&bounds);
        let actors: HashSet<Vec<Complete<Decree>>> = states_within(&model)
            .into_iter()
            .map(|state| {
                state
                    .actor_states
                    .iter()
                    .map(|s| s.as_ref().clone())
                    .collect()
            })
            .collect();
        assert!(
            world == actors,
            "{} and {} of {bounds:?}",
            world.len(),
            actors.len()
        );
    }
}

/// The reachable states within the boundary, which Stateright's models may
/// have and ours may not.
fn states_within<M>(model: &M) -> HashSet<M::State>
where
    M: Model,
    M::State: Clone + Eq + std::hash::Hash,
{
    let mut seen: HashSet<M::State> = model.init_states().into_iter().collect();
    let mut open: Vec<M::State> = seen.iter().cloned().collect();
    while let Some(state) = open.pop() {
        for next in model.next_states(&state) {
            if model.within_boundary(&next) && seen.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    seen
}

#[test]
fn the_shipped_process_refines_basic_in_every_small_world() {
    for (bounds, crashes) in [
        (bounds(1, &[1], 2, 1), 2),
        (bounds(2, &[1], 2, 2), 1),
        (bounds(2, &[1, 2], 1, 2), 2),
        (bounds(3, &[1], 1, 2), 1),
    ] {
        let model = shipped(bounds, crashes);
        for state in states_within(&model) {
            for claim in model.claims() {
                assert!((claim.holds)(&model, &state), "{}", claim.name);
            }
        }
    }
}

#[test]
fn a_crash_leaves_what_was_recorded_and_nothing_else() {
    let model = shipped(bounds(2, &[1], 1, 1), 1);
    let states = states_within(&model);
    let mut crashes = 0;
    for state in &states {
        for (action, next) in model.next_steps(state) {
            let (Action::CrashAfter(_, p, _) | Action::Crash(p)) = action else {
                continue;
            };
            let site = next.of(p);
            assert_eq!(site.process.shipped().basic().ledger(), &site.ledger);
            let slip = site.process.shipped().basic().slip();
            assert_eq!(slip, &synod_protocol::Slip::Idle);
            assert_eq!(next.crashes_left + 1, state.crashes_left);
            crashes += 1;
        }
    }
    assert!(crashes > 50, "{crashes}");
}

#[test]
fn a_step_of_the_world_can_be_told() {
    let model = shipped(bounds(2, &[1, 2], 1, 2), 1);
    for state in states_within(&model) {
        for (action, next) in model.next_steps(&state) {
            let name = model.step_name(&action);
            assert!(!model.changes(&state, &next).is_empty(), "{name}");
        }
    }
}
