//! With serde the states of any world can be written as bytes.

use crate::lenses;
use crate::lock::nodes;
use stateright::Model;
use std::collections::HashSet;
use std::fmt::Debug;
use std::hash::{BuildHasher, RandomState};
use synod_vocabulary::Stored;
use synod_world::{Explorable, Persist, State, World};

#[test]
fn another_world_reads_back_the_states_of_a_plain_world() {
    are_read_back(|| World::<_>::of(nodes(3, true)).crashing(1));
}

#[test]
fn another_world_reads_back_the_histories_of_a_lens_too() {
    are_read_back(|| lenses::world(true).crashing(1));
}

#[test]
fn another_world_reads_back_the_images_of_interchangeable_processes() {
    are_read_back(|| {
        let world = World::<_>::of(nodes(3, true)).crashing(1);
        world.interchangeable([20, 30])
    });
}

#[test]
fn another_world_reads_back_what_is_on_its_way_and_what_is_on_disk() {
    use crate::script;
    use synod_world::{Disk, Network};
    let world = || World::<_>::of(script::nodes("AabC", "c"));
    let is_sync: fn(&char) -> bool = |record| *record == '!';
    are_read_back(|| world().network(Network::AtMostOnce).crashing(1));
    are_read_back(|| {
        let world = world().network(Network::Fifo).crashing(2);
        world.breaking_sessions(1)
    });
    are_read_back(|| {
        let world = world().network(Network::AtMostOnce);
        world.crashing(1).losing(1, |_, _| "L".to_owned())
    });
    are_read_back(|| {
        world()
            .disk(Disk::Torn(is_sync))
            .network(Network::Reliable)
            .crashing(1)
    });
}

fn are_read_back<P: Explorable, L: Persist<P, History: Debug>>(world: impl Fn() -> World<P, L>) {
    let (old, new) = (world(), world());
    let mut states: HashSet<State> = old.init_states().into_iter().collect();
    let mut open: Vec<_> = states.iter().copied().collect();
    while let Some(state) = open.pop() {
        let next = old.next_states(&state).into_iter();
        let next = next.flat_map(|next| old.images(&next));
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
        assert_eq!(new.history(&read), old.history(state));
    }
    let mut damaged = context.clone();
    damaged[100] ^= 1;
    assert!(!world().read_context(&mut Vec::new(), &damaged));
}
