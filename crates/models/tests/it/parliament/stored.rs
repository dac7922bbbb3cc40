//! States of a parliament are written as bytes and read back, with and without reductions.

use super::{Parliament, parliament};
use crate::explore::levels;
use stateright::Model;
use std::hash::{Hash, Hasher};
use synod_models::world::State;
use synod_vocabulary::Stored;
use synod_world::reductions::Reductions;

fn hash(state: &State) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    state.hash(&mut hasher);
    hasher.finish()
}

fn successors(world: &Parliament, state: &State) -> Vec<u64> {
    world.next_states(state).iter().map(hash).collect()
}

/// All states of a world, its context after it has explored them, and the states as bytes.
fn written(world: &Parliament) -> (Vec<State>, Vec<u8>, Vec<u8>) {
    let states: Vec<_> = levels(world).into_iter().flatten().collect();
    let (mut context, mut bytes) = (Vec::new(), Vec::new());
    world.write_context(&mut Vec::new(), &mut context);
    for state in &states {
        world.write_state(state, &mut bytes);
    }
    (states, context, bytes)
}

const SMALL: &str = "priests = 2; tryers = [1, 2]; crashes = 1; linearizability = true; \
                     numbers = 1; requests = [\"write a\", \"read\"]";
const EVERYBODY: &str = "priests = 3; tryers = [1]; voted_to = \"everybody\"; \
                         requests = [\"write a\", \"swap a b\"]";

#[test]
fn a_new_parliament_reads_the_states_of_another_parliament() {
    for reductions in [Reductions::default(), Reductions::ALL] {
        for lines in [SMALL, EVERYBODY] {
            let old = parliament(lines).reduced(reductions);
            let (states, context, bytes) = written(&old);
            let new = parliament(lines).reduced(reductions);
            let mut dictionary = Vec::new();
            assert!(new.read_context(&mut dictionary, &context), "{lines}");
            let mut rest = &bytes[..];
            for state in &states {
                let read = new.read_state(&dictionary, &mut rest).unwrap();
                assert_eq!(hash(&read), hash(state));
                assert!(new.sites(&read).eq(old.sites(state)));
                assert!(new.history(&read) == old.history(state));
                assert_eq!(successors(&new, &read), successors(&old, state));
            }
            assert!(rest.is_empty());
        }
    }
}

#[test]
fn a_parliament_refuses_a_context_of_other_processes_or_a_truncated_one() {
    let old = parliament(SMALL).reduced(Reductions::ALL);
    let (_, context, _) = written(&old);
    let reads = |world: Parliament, bytes| world.read_context(&mut Vec::new(), bytes);
    assert!(reads(old.clone(), &context), "its own context");
    let other = parliament(&format!("{SMALL}; voted_to = \"everybody\""));
    assert!(!reads(other, &context), "the context of other processes");
    for length in [1, context.len() / 2, context.len() - 1] {
        let new = parliament(SMALL).reduced(Reductions::ALL);
        assert!(!reads(new, &context[..length]));
    }
    let beyond = [u8::MAX; 64];
    assert_eq!(old.read_own_state(&mut &beyond[..]), None);
    assert_eq!(old.read_state(&[], &mut &beyond[..]), None);
}
