//! With serde the states of any world can be bytes.

use crate::lock::nodes;
use stateright::Model;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use synod_vocabulary::Stored;
use synod_world::{State, World};

#[test]
fn the_states_of_a_plain_world_are_read_back_by_another() {
    let world = || World::<_>::of(nodes(3, true)).crashing(1);
    let (old, new) = (world(), world());
    let mut states: HashSet<State> = old.init_states().into_iter().collect();
    let mut open: Vec<_> = states.iter().copied().collect();
    while let Some(state) = open.pop() {
        let next = old.next_states(&state).into_iter();
        open.extend(next.filter(|next| states.insert(*next)));
    }
    let (mut context, mut dictionary) = (Vec::new(), Vec::new());
    old.write_context(&mut Vec::new(), &mut context);
    assert!(new.read_context(&mut dictionary, &context));
    let hasher = RandomState::new();
    for state in &states {
        let mut bytes = Vec::new();
        old.write_state(state, &mut bytes);
        let own = old.read_own_state(&mut &bytes[..]);
        assert_eq!(own.as_ref(), Some(state));
        let read = new.read_state(&dictionary, &mut &bytes[..]).unwrap();
        assert_eq!(hasher.hash_one(read), hasher.hash_one(state));
        assert!(new.sites(&read).eq(old.sites(state)));
    }
    let mut damaged = context.clone();
    damaged[100] ^= 1;
    assert!(!world().read_context(&mut Vec::new(), &damaged));
}
