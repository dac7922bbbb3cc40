//! States are written as bytes and read back.

use crate::explore::{basic, bounds, levels, preliminary};
use stateright::Model;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use synod_models::basic::Basic;
use synod_models::bytes::Bytes;
use synod_models::complete::mutants::Mutant;
use synod_models::complete::{self, Candidate};
use synod_models::paxos::Paxos;
use synod_models::world::World;
use synod_vocabulary::Stored;

fn hash(state: &impl Hash) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    state.hash(&mut hasher);
    hasher.finish()
}

fn written<M: Stored>(model: &M, states: &[M::State]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for state in states {
        model.write_state(state, &mut bytes);
    }
    bytes
}

/// Checks that every reachable state is read back unchanged, and that bytes that end too
/// soon are not read as a state.
fn are_read_back<M>(model: &M)
where
    M: Stored,
    M::State: Clone + Eq + Hash + std::fmt::Debug,
{
    let states: Vec<_> = levels(model).into_iter().flatten().collect();
    let bytes = written(model, &states);
    let mut rest = &bytes[..];
    for state in &states {
        assert_eq!(model.read_own_state(&mut rest).as_ref(), Some(state));
    }
    assert!(rest.is_empty());
    let one = written(model, &states[..1]);
    for length in 0..one.len() {
        assert_eq!(model.read_own_state(&mut &one[..length]), None);
    }
}

#[test]
fn the_states_of_every_model_are_read_back_unchanged() {
    are_read_back(&preliminary(bounds(2, &[1, 2], 1, 2)));
    are_read_back(&basic(bounds(2, &[1, 2], 1, 2)));
    are_read_back(&Basic::new(bounds(3, &[1], 1, 2), true).unwrap());
    are_read_back(&Paxos::new(3, 2, &["a".to_owned(), "b".to_owned()]).unwrap());
    are_read_back(&world(None));
}

fn world(mutant: Option<Mutant>) -> World<Candidate> {
    complete::world(bounds(2, &[1, 2], 1, 2), mutant, 1).unwrap()
}

/// A state of a world consists of ids. Another process, which has other ids, can read the
/// states together with their context, and they mean the same there.
#[test]
fn a_new_world_reads_the_states_of_another_world() {
    let old = world(None);
    let states: Vec<_> = levels(&old).into_iter().flatten().collect();
    let mut context = Vec::new();
    old.write_context(&mut Vec::new(), &mut context);
    let bytes = written(&old, &states);
    let (new, mut dictionary) = (world(None), Vec::new());
    assert!(new.read_context(&mut dictionary, &context));
    let mut rest = &bytes[..];
    for state in &states {
        let read = new.read_state(&dictionary, &mut rest).unwrap();
        assert_eq!(hash(&read), hash(state));
        assert!(new.sites(&read).eq(old.sites(state)));
        let successors = |world: &World<Candidate>, state| -> Vec<u64> {
            world.next_states(state).iter().map(hash).collect()
        };
        assert_eq!(successors(&new, &read), successors(&old, state));
    }
}

#[test]
fn a_world_refuses_a_context_of_other_processes_or_a_truncated_one() {
    let old = world(None);
    let _ = levels(&old);
    let mut context = Vec::new();
    old.write_context(&mut Vec::new(), &mut context);
    let reads = |world: World<Candidate>, bytes| world.read_context(&mut Vec::new(), bytes);
    assert!(reads(old.clone(), &context), "its own context");
    let other = world(Some(Mutant::VotedBeforeTheVote));
    assert!(!reads(other, &context), "the context of other processes");
    for length in [1, context.len() / 2, context.len() - 1] {
        assert!(!reads(world(None), &context[..length]));
    }
    let beyond = [u8::MAX; 64];
    assert_eq!(old.read_own_state(&mut &beyond[..]), None);
    assert_eq!(old.read_state(&[], &mut &beyond[..]), None);
}

#[test]
fn lists_and_maps_are_read_back_and_refused_if_bytes_are_missing() {
    let map: BTreeMap<u8, Vec<u16>> = [(1, vec![]), (2, vec![3, 4])].into();
    let mut bytes = Vec::new();
    map.write(&mut bytes);
    assert_eq!(BTreeMap::read(&mut &bytes[..]), Some(map));
    for length in 0..bytes.len() {
        assert_eq!(BTreeMap::<u8, Vec<u16>>::read(&mut &bytes[..length]), None);
    }
    let endless = [u8::MAX; 16];
    assert_eq!(Vec::<u64>::read(&mut &endless[..]), None);
}

#[test]
fn a_map_whose_keys_are_not_in_order_is_refused() {
    for keys in [[2_u8, 1], [1, 1]] {
        let mut bytes = Vec::new();
        2_u32.write(&mut bytes);
        keys.map(|key| [key, 0_u8]).write(&mut bytes);
        assert_eq!(BTreeMap::<u8, u8>::read(&mut &bytes[..]), None);
    }
}
