//! Worlds that hear each other's states: each has numbers of its own, and they
//! mean the same.

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

/// The reachable states of a world, in an order that only the seed decides:
/// that in which they get their numbers.
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

/// One world hears another: how much it was told, and what that means to it.
struct Heard<'w, P: Refined<Setting: Persist<P>>> {
    from: &'w World<P>,
    by: &'w World<P>,
    told: Vec<u64>,
    dictionary: Vec<Vec<u32>>,
    /// How often there was anything to be told beside states.
    portions: usize,
}

impl<'w, P: Refined<Setting: Persist<P>>> Heard<'w, P> {
    fn nothing(from: &'w World<P>, by: &'w World<P>) -> Self {
        Self {
            from,
            by,
            told: Vec::new(),
            dictionary: Vec::new(),
            portions: 0,
        }
    }

    /// States of the one, in the numbers of the other.
    fn hear(&mut self, states: &[State]) -> Vec<State> {
        let (mut bytes, mut context) = (Vec::new(), Vec::new());
        for state in states {
            self.from.write_state(state, &mut bytes);
        }
        self.from.write_context(&mut self.told, &mut context);
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

/// Two worlds are explored, each in an order of its own, while a third hears
/// of both. It has every state once, whoever told of it, and what follows from
/// it is understood by who told.
fn is_understood<P: Refined<Setting: Persist<P>>>(
    world: impl Fn() -> World<P>,
    has_explored: bool,
) {
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
    let mut heard = [&a, &c].map(|other| Heard::nothing(other, &b));
    let mut answers = [&a, &c].map(|other| Heard::nothing(&b, other));
    let mut renumbered = 0;
    loop {
        let portions = walks.each_mut().map(|walk| walk.take(10));
        let portions = portions.map(Iterator::collect::<Vec<_>>);
        if portions.iter().all(Vec::is_empty) {
            break;
        }
        for (n, portion) in portions.iter().enumerate() {
            let theirs = walks[n].world;
            let read = heard[n].hear(portion);
            for (state, read) in portion.iter().zip(&read) {
                assert_eq!(hash(read), hash(state));
                assert_eq!(b.fields(read), theirs.fields(state));
                assert_eq!(*states.entry(hash(read)).or_insert(*read), *read);
                renumbered += u32::from(own_bytes(&b, read) != own_bytes(theirs, state));
                let successors = answers[n].hear(&b.next_states(read));
                assert_eq!(successors, theirs.next_states(state));
            }
        }
    }
    // Who answers with all that is known tells the others what they would say.
    let is_told_in_portions = heard.iter().all(|heard| heard.portions > 3);
    assert!(has_explored || is_told_in_portions);
    assert!(renumbered > 100, "the numbers are others: {renumbered}");
    let count = Walk::new(&a, 4).count();
    assert_eq!((states.len(), walked(&mut states)), (count, count));
}

#[test]
fn a_world_understands_two_others_at_once_whatever_their_numbers() {
    for has_explored in [false, true] {
        is_understood(complete, has_explored);
        is_understood(parliament_with_crashes, has_explored);
        is_understood(parliament_of_two_numbers, has_explored);
    }
}

/// What a world tells while it is explored, portion by portion.
fn told<P: Refined<Setting: Persist<P>>>(world: &World<P>) -> Vec<Vec<u8>> {
    let (mut portions, mut told) = (Vec::new(), Vec::new());
    let mut walk = Walk::new(world, 1);
    while walk.by_ref().take(10).count() > 0 {
        let (mut context, mut nothing) = (Vec::new(), Vec::new());
        world.write_context(&mut told, &mut context);
        world.write_context(&mut told, &mut nothing);
        assert!(nothing.is_empty(), "all was told");
        if !context.is_empty() {
            portions.push(context);
        }
    }
    portions
}

#[test]
fn what_is_told_is_told_once_and_in_its_order() {
    let world = parliament_with_crashes();
    let portions = told(&world);
    let hears = |portions: &[&[u8]]| {
        let (new, mut dictionary) = (parliament_with_crashes(), Vec::new());
        let mut portions = portions.iter();
        portions.all(|context| new.read_context(&mut dictionary, context))
    };
    let [first, second, third] = [&portions[0][..], &portions[1], &portions[2]];
    assert!(hears(&[first, second, &[], third]));
    assert!(hears(&[first, &[second, third].concat()]));
    assert!(!hears(&[second]), "the first is missing");
    assert!(!hears(&[first, third]), "the second is missing");
    assert!(!hears(&[first, first]), "it was told already");
    let unknown = own_bytes(&world, &Walk::new(&world, 1).last().unwrap());
    let (new, mut dictionary) = (parliament_with_crashes(), Vec::new());
    assert_eq!(new.read_state(&dictionary, &mut &unknown[..]), None);
    assert!(new.read_context(&mut dictionary, first));
    assert_eq!(new.read_state(&dictionary, &mut &unknown[..]), None);
}

fn is_refused_when_damaged<P: Refined<Setting: Persist<P>>>(world: impl Fn() -> World<P>) {
    let context = told(&world()).swap_remove(0);
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
        "no dictionary of its"
    );
}

#[test]
fn what_is_told_is_refused_when_it_is_damaged() {
    is_refused_when_damaged(complete);
    is_refused_when_damaged(parliament_of_two_numbers);
}

/// Threads explore one world, each in its own order, and each tells a listener
/// of its own: what it tells covers its states, whatever the others have given
/// numbers to, or are about to.
fn is_covered<P: Refined<Setting: Persist<P>>>(world: impl Fn() -> World<P>) {
    let shared = world();
    let listeners = [1, 2, 3].map(|seed| (seed, world()));
    let heard = |seed, listener: &World<P>| {
        let mut heard = Heard::nothing(&shared, listener);
        let mut walk = Walk::new(&shared, seed);
        loop {
            let states: Vec<_> = walk.by_ref().take(5).collect();
            let read = heard.hear(&states);
            assert!(read.iter().map(hash).eq(states.iter().map(hash)));
            if states.is_empty() {
                break;
            }
        }
    };
    std::thread::scope(|scope| {
        for (seed, listener) in &listeners {
            scope.spawn(move || heard(*seed, listener));
        }
    });
}

#[test]
fn what_is_told_while_others_explore_covers_what_one_has_in_hand() {
    for _ in 0..10 {
        is_covered(complete);
        is_covered(parliament_with_crashes);
    }
}
