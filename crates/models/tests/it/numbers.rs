//! Worlds that exchange states. A state consists of ids, which differ between worlds;
//! after the exchange the states mean the same in all of them.

use crate::explore::bounds;
use crate::parliament::parliament;
use stateright::Model;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use synod_models::complete;
use synod_models::parliament as part_time;
use synod_models::world::{Refined, State, World};
use synod_vocabulary::{Describe, Stored};
use synod_world::Persist;
use synod_world::reductions::Reductions;

type Complete = World<complete::Candidate>;
type Parliament = World<part_time::Candidate>;

fn complete() -> Complete {
    complete::world(bounds(2, &[1, 2], 1, 2), None, 1).unwrap()
}

fn parliament_with_crashes() -> Parliament {
    let lines = "priests = 2; tryers = [1, 2]; crashes = 1; numbers = 1; \
                 linearizability = true; requests = [\"write a\", \"read\"]";
    parliament(lines).reduced(Reductions::ALL)
}

fn parliament_of_two_numbers() -> Parliament {
    let lines = "priests = 2; tryers = [1, 2]; numbers = 2; requests = [\"write a\", \"read\"]";
    parliament(lines).reduced(Reductions::ALL)
}

fn hash(state: &State) -> u64 {
    let mut hasher = DefaultHasher::new();
    state.hash(&mut hasher);
    hasher.finish()
}

/// Iterates over the reachable states of a world, in an order that depends only on the
/// seed. The ids of their parts are assigned in this order.
struct Walk<'w, P: Refined<Setting: Persist<P>>> {
    world: &'w World<P>,
    open: Vec<State>,
    known: HashSet<u64>,
    random: u64,
}

impl<'w, P: Refined<Setting: Persist<P>>> Walk<'w, P> {
    fn new(world: &'w World<P>, seed: u64) -> Self {
        let open = world.init_states();
        Self {
            world,
            known: open.iter().map(hash).collect(),
            open,
            random: seed,
        }
    }
}

impl<P: Refined<Setting: Persist<P>>> Iterator for Walk<'_, P> {
    type Item = State;

    fn next(&mut self) -> Option<State> {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005);
        self.random = self.random.wrapping_add(1_442_695_040_888_963_407);
        let last = self.open.len().checked_sub(1)?;
        self.open
            .swap((self.random >> 33) as usize % (last + 1), last);
        let state = self.open.pop()?;
        for next in self.world.next_states(&state) {
            if self.world.within_boundary(&next) && self.known.insert(hash(&next)) {
                self.open.push(next);
            }
        }
        Some(state)
    }
}

/// The import of states from one world into another.
struct Import<'w, P: Refined<Setting: Persist<P>>> {
    from: &'w World<P>,
    by: &'w World<P>,
    /// How much of the context the sender has exported already.
    exported: Vec<u64>,
    /// The ids of the receiver for those of the sender.
    dictionary: Vec<Vec<u32>>,
    /// How often a context had to be exported in addition to the states.
    portions: usize,
}

impl<'w, P: Refined<Setting: Persist<P>>> Import<'w, P> {
    fn nothing(from: &'w World<P>, by: &'w World<P>) -> Self {
        Self {
            from,
            by,
            exported: Vec::new(),
            dictionary: Vec::new(),
            portions: 0,
        }
    }

    /// Imports states. Returns them with the ids of the receiver.
    fn import(&mut self, states: &[State]) -> Vec<State> {
        let (mut bytes, mut context) = (Vec::new(), Vec::new());
        for state in states {
            self.from.write_state(state, &mut bytes);
        }
        self.from.write_context(&mut self.exported, &mut context);
        self.portions += usize::from(!context.is_empty());
        assert!(self.by.read_context(&mut self.dictionary, &context));
        let mut rest = &bytes[..];
        let mut read = || self.by.read_state(&self.dictionary, &mut rest).unwrap();
        let read = states.iter().map(|_| read()).collect();
        assert!(rest.is_empty());
        read
    }
}

fn own_bytes<P: Refined<Setting: Persist<P>>>(world: &World<P>, state: &State) -> Vec<u8> {
    let mut bytes = Vec::new();
    world.write_state(state, &mut bytes);
    assert_eq!(world.read_own_state(&mut &bytes[..]), Some(*state));
    bytes
}

/// Explores two worlds, in different orders, while a third imports the states of both. The
/// third must have every state once, whichever world it came from, and the successors that
/// it computes must be those of the senders.
fn imports_both<P: Refined<Setting: Persist<P>>>(world: impl Fn() -> World<P>, has_explored: bool) {
    let [a, b, c] = [(); 3].map(|()| world());
    let mut states = HashMap::new();
    let walked = |states: &mut HashMap<u64, State>| {
        for state in Walk::new(&b, 3) {
            assert_eq!(*states.entry(hash(&state)).or_insert(state), state);
        }
        states.len()
    };
    if has_explored {
        walked(&mut states);
    }
    let mut walks = [Walk::new(&a, 1), Walk::new(&c, 2)];
    let mut imports = [&a, &c].map(|other| Import::nothing(other, &b));
    let mut answers = [&a, &c].map(|other| Import::nothing(&b, other));
    let mut renumbered = 0;
    loop {
        let portions = walks.each_mut().map(|walk| walk.take(10));
        let portions = portions.map(Iterator::collect::<Vec<_>>);
        if portions.iter().all(Vec::is_empty) {
            break;
        }
        for (n, portion) in portions.iter().enumerate() {
            let theirs = walks[n].world;
            let read = imports[n].import(portion);
            for (state, read) in portion.iter().zip(&read) {
                assert_eq!(hash(read), hash(state));
                assert_eq!(b.fields(read), theirs.fields(state));
                assert_eq!(*states.entry(hash(read)).or_insert(*read), *read);
                renumbered += u32::from(own_bytes(&b, read) != own_bytes(theirs, state));
                let successors = answers[n].import(&b.next_states(read));
                assert_eq!(successors, theirs.next_states(state));
            }
        }
    }
    // A world that has explored everything exports its whole context with the first
    // answer, so that the senders then have no new parts.
    let in_portions = imports.iter().all(|imports| imports.portions > 3);
    assert!(has_explored || in_portions);
    assert!(
        renumbered > 100,
        "too few states have other ids: {renumbered}"
    );
    let count = Walk::new(&a, 4).count();
    assert_eq!((states.len(), walked(&mut states)), (count, count));
}

#[test]
fn a_world_imports_the_states_of_two_others_with_other_ids() {
    for has_explored in [false, true] {
        imports_both(complete, has_explored);
        imports_both(parliament_with_crashes, has_explored);
        imports_both(parliament_of_two_numbers, has_explored);
    }
}

/// The contexts that a world exports while it is explored, portion by portion.
fn exported<P: Refined<Setting: Persist<P>>>(world: &World<P>) -> Vec<Vec<u8>> {
    let (mut portions, mut exported) = (Vec::new(), Vec::new());
    let mut walk = Walk::new(world, 1);
    while walk.by_ref().take(10).count() > 0 {
        let (mut context, mut nothing) = (Vec::new(), Vec::new());
        world.write_context(&mut exported, &mut context);
        world.write_context(&mut exported, &mut nothing);
        assert!(nothing.is_empty(), "a part was exported twice");
        if !context.is_empty() {
            portions.push(context);
        }
    }
    portions
}

#[test]
fn contexts_are_imported_once_and_in_order() {
    let world = parliament_with_crashes();
    let portions = exported(&world);
    let accepts = |portions: &[&[u8]]| {
        let (new, mut dictionary) = (parliament_with_crashes(), Vec::new());
        let mut portions = portions.iter();
        portions.all(|context| new.read_context(&mut dictionary, context))
    };
    let [first, second, third] = [&portions[0][..], &portions[1], &portions[2]];
    assert!(accepts(&[first, second, &[], third]));
    assert!(accepts(&[first, &[second, third].concat()]));
    assert!(!accepts(&[second]), "the first is missing");
    assert!(!accepts(&[first, third]), "the second is missing");
    assert!(!accepts(&[first, first]), "the first is repeated");
    let unknown = own_bytes(&world, &Walk::new(&world, 1).last().unwrap());
    let (new, mut dictionary) = (parliament_with_crashes(), Vec::new());
    assert_eq!(new.read_state(&dictionary, &mut &unknown[..]), None);
    assert!(new.read_context(&mut dictionary, first));
    assert_eq!(new.read_state(&dictionary, &mut &unknown[..]), None);
}

fn is_refused_when_damaged<P: Refined<Setting: Persist<P>>>(world: impl Fn() -> World<P>) {
    let context = exported(&world()).swap_remove(0);
    let new = world();
    let refuses = |bytes: &[u8]| !new.read_context(&mut Vec::new(), bytes);
    assert!(!refuses(&context));
    for position in 0..context.len() {
        let mut damaged = context.clone();
        damaged[position] ^= 1 << (position % 8);
        assert!(refuses(&damaged), "{position}");
    }
    for length in (1..context.len()).step_by(31) {
        assert!(refuses(&context[..length]), "{length}");
    }
    assert!(refuses(&[&context[..], &[0]].concat()));
    assert!(
        !new.read_context(&mut vec![Vec::new()], &context),
        "the dictionary has too few columns"
    );
}

#[test]
fn a_damaged_context_is_refused() {
    is_refused_when_damaged(complete);
    is_refused_when_damaged(parliament_of_two_numbers);
}

/// Several threads explore one world in different orders, and each exports its states to
/// another world. The contexts that a thread exports cover its states, although the other
/// threads assign ids at the same time.
fn is_covered<P: Refined<Setting: Persist<P>>>(world: impl Fn() -> World<P>) {
    let shared = world();
    let importers = [1, 2, 3].map(|seed| (seed, world()));
    let imports = |seed, importer: &World<P>| {
        let mut imports = Import::nothing(&shared, importer);
        let mut walk = Walk::new(&shared, seed);
        loop {
            let states: Vec<_> = walk.by_ref().take(5).collect();
            let read = imports.import(&states);
            assert!(read.iter().map(hash).eq(states.iter().map(hash)));
            if states.is_empty() {
                break;
            }
        }
    };
    std::thread::scope(|scope| {
        for (seed, importer) in &importers {
            scope.spawn(move || imports(*seed, importer));
        }
    });
}

#[test]
fn the_context_of_a_thread_covers_its_states_while_others_explore() {
    for _ in 0..10 {
        is_covered(complete);
        is_covered(parliament_with_crashes);
    }
}
