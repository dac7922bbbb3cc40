//! The shipped priest of one decree in the world, compared with the same code as
//! Stateright's actors.

use crate::explore::{Reached, bounds, count, reached, shortest_violation};
use stateright::{Checker, Model};
use std::collections::{BTreeSet, HashSet};
use std::hash::{Hash, Hasher};
use synod_models::bounds::Bounds;
use synod_models::complete::mutants::Mutant;
use synod_models::complete::{self, Candidate};
use synod_models::world::{Event, State, World};
use synod_vocabulary::Describe;
use synod_world::actors::processes;

fn shipped(bounds: Bounds, crashes: u8) -> World<Candidate> {
    complete::world(bounds, None, crashes).unwrap()
}

#[test]
fn the_world_has_as_many_states_as_its_specs_say() {
    assert_eq!(count(&shipped(bounds(2, &[1, 2], 1, 2), 0)), (258, 14));
    assert_eq!(count(&shipped(bounds(3, &[1], 1, 1), 0)), (325, 14));
    assert_eq!(count(&shipped(bounds(2, &[1, 2], 1, 2), 1)), (1874, 15));
}

/// Without crashes both harnesses can express the same system. They reach the same
/// processes, whatever else their states hold, and the same verdicts, for the shipped
/// process and for the mutants that need no crash.
#[test]
fn the_world_and_the_actor_model_reach_the_same_processes_and_verdicts() {
    for (bounds, mutant) in [
        (bounds(1, &[1], 1, 1), None),
        (bounds(2, &[1], 1, 1), None),
        (bounds(2, &[1], 2, 1), None),
        (bounds(2, &[1, 2], 1, 2), None),
        (bounds(3, &[1], 1, 1), None),
        (bounds(2, &[1, 2], 1, 2), Some(Mutant::VoteCountedTwice)),
        (bounds(2, &[1, 2], 1, 2), Some(Mutant::VoteAboveNextBal)),
        (bounds(2, &[1, 2], 1, 2), Some(Mutant::LastInsteadOfLargest)),
    ] {
        let world = complete::world(bounds.clone(), mutant, 0).unwrap();
        let actors = complete::as_actors(&world);
        let in_world: Reached<Vec<Candidate>> = reached(&world, |state| {
            let sites = world.sites(state);
            sites.map(|site| site.process.clone()).collect()
        });
        let of_actors = reached(&actors, |state| processes(state).cloned().collect());
        assert!(
            in_world.seen == of_actors.seen,
            "{} and {} of {bounds:?}, {mutant:?}",
            in_world.seen.len(),
            of_actors.seen.len()
        );
        for (name, verdict) in of_actors.verdicts {
            let same = in_world.verdicts[name];
            assert_eq!(same, verdict, "{name} of {bounds:?}, {mutant:?}");
        }
    }
}

/// The state space of three actors is too large for a test, but the search up to the
/// violation is not. Its length is the same as in the world.
#[test]
fn the_actor_model_finds_a_vote_counted_twice_as_the_world_does() {
    let mutant = Some(Mutant::VoteCountedTwice);
    let bounds = bounds(3, &[1, 2], 1, 2);
    let world = complete::world(bounds, mutant, 0).unwrap();
    let length = shortest_violation(&world, "Consistency").unwrap();
    let checker = complete::as_actors(&world).checker().spawn_bfs().join();
    let path = checker.discovery("Consistency").unwrap();
    assert_eq!(path.into_actions().len(), length);
}

/// The reachable states within the model's boundary.
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
        (bounds(2, &[1], 2, 1), 1),
        (bounds(2, &[1, 2], 1, 2), 2),
        (bounds(3, &[1], 1, 1), 1),
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
fn a_crash_leaves_the_records_and_nothing_else() {
    let model = shipped(bounds(2, &[1], 1, 1), 1);
    let states = states_within(&model);
    let mut crashes = 0;
    for state in &states {
        for (action, next) in model.next_steps(state) {
            let Event::Crash { id, .. } = model.event(action) else {
                continue;
            };
            let site = model.site(&next, *id);
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
fn a_step_of_the_world_changes_a_field() {
    let model = shipped(bounds(2, &[1, 2], 1, 2), 1);
    for state in states_within(&model) {
        for (action, next) in model.next_steps(&state) {
            let name = model.step_name(&action);
            assert!(!model.changes(&state, &next).is_empty(), "{name}");
        }
    }
}

/// `holds` of a claim uses the verdict that the world remembers for a history and
/// outcomes; `check` always computes it.
#[test]
fn a_remembered_verdict_is_that_of_the_claim_in_every_state() {
    let two = || bounds(2, &[1, 2], 1, 2);
    let mut refuted = 0;
    for model in [
        shipped(two(), 1),
        complete::world(two(), Some(Mutant::VoteCountedTwice), 0).unwrap(),
        complete::world(two(), Some(Mutant::RecoverWithoutNextBal), 1).unwrap(),
        complete::world(two(), Some(Mutant::NumberReused), 1).unwrap(),
    ] {
        for state in states_within(&model) {
            for claim in model.claims() {
                let holds = (claim.check)(&model, &state).is_ok();
                assert_eq!((claim.holds)(&model, &state), holds, "{}", claim.name);
                refuted += u32::from(!holds);
            }
        }
    }
    assert!(refuted > 1000, "{refuted}");
}

/// Threads share what a world has computed of its steps. Which thread computes a step
/// first differs from run to run.
#[test]
fn threads_that_share_a_world_reach_the_same_states() {
    let model = shipped(bounds(2, &[1, 2], 1, 2), 1);
    let digests = |world: &World<Candidate>| -> BTreeSet<u64> {
        let states = states_within(world).into_iter();
        states.map(|state| hash(&state)).collect()
    };
    let alone = digests(&model.clone());
    let shared = shipped(bounds(2, &[1, 2], 1, 2), 1);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let world = shared.clone();
            std::thread::spawn(move || digests(&world))
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), alone);
    }
}

/// The hash of a state. It depends on the contents, not on ids, so it is the same in every
/// world and every run.
fn hash(state: &State) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    state.hash(&mut hasher);
    hasher.finish()
}

#[test]
fn few_parts_make_up_many_states() {
    let model = shipped(bounds(3, &[1, 2], 1, 2), 0);
    assert_eq!(count(&model), (41_744, 21));
    let [sites, _, sets, histories] = model.sizes();
    let is_few = |count: usize| count < 2000;
    assert!(
        [sites, sets, histories].into_iter().all(is_few),
        "{sites}, {sets}, {histories}"
    );
}
