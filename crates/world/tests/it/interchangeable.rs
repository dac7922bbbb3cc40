//! Processes that do the same: one state is explored for all that differ only in their names.

use crate::lenses;
use crate::lock::{Lock, Message, Take, claimed, nodes};
use stateright::Model;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use synod_checker::{Explored, Extras, Levels, Question, Until, check};
use synod_process::{Renamed, Renaming};
use synod_world::{Disk, Lens, Network, ProcessSetup, State, World};

impl Renamed for Lock {
    fn renamed(&self, rename: Renaming<'_, u64>) -> Self {
        self.with_names(rename)
    }

    fn renamed_ledger(granted_to: &Option<u64>, rename: Renaming<'_, u64>) -> Option<u64> {
        granted_to.map(rename)
    }

    fn renamed_message(message: &Message, _: Renaming<'_, u64>) -> Message {
        *message
    }

    fn renamed_request(request: &Take, _: Renaming<'_, u64>) -> Take {
        *request
    }

    fn renamed_timer(timer: crate::lock::AskAgain, _: Renaming<'_, u64>) -> crate::lock::AskAgain {
        timer
    }
}

fn all_states<L: Lens<Lock>>(world: &World<Lock, L>) -> HashSet<State> {
    let mut states: HashSet<State> = world.init_states().into_iter().collect();
    let mut open: Vec<_> = states.iter().copied().collect();
    while let Some(state) = open.pop() {
        let next = world.next_states(&state).into_iter();
        let within = next.filter(|next| world.within_boundary(next));
        open.extend(within.filter(|next| states.insert(*next)));
    }
    states
}

/// The names and lengths of what is found, the states, and the states without symmetry.
type Result = (Vec<(String, Option<u32>)>, u64, Option<u64>);

fn explore<L: Lens<Lock>>(world: World<Lock, L>) -> Result {
    let question = Question {
        until: Until::Exhausted,
        ..Question::default()
    };
    let progress = Arc::default();
    let problem = Explored::problem(&Arc::new(world), Extras::default(), question, &progress);
    let report = check(&problem.unwrap(), &Levels::default()).unwrap();
    assert_eq!(report.reason, None);
    let properties = report.properties.into_iter();
    let found = properties.map(|property| (property.name, property.length));
    let unreduced = report.exploration.and_then(|it| it.unreduced);
    (found.collect(), report.states, unreduced)
}

/// The same is found of a world with and without names; returns how many states there are with
/// and without them.
fn compare<L: Lens<Lock>>(whole: World<Lock, L>, alike: World<Lock, L>) -> (u64, u64) {
    let all = all_states(&whole).len() as u64;
    let (found, states, unreduced) = explore(whole);
    assert_eq!((states, unreduced), (all, None));
    let (found_alike, states, unreduced) = explore(alike);
    assert_eq!(found_alike, found);
    assert_eq!(unreduced, Some(all));
    assert!(states < all);
    (states, all)
}

#[test]
fn the_same_is_found_on_every_network_and_disk() {
    for network in [
        Network::Duplicating,
        Network::AtMostOnce,
        Network::Fifo,
        Network::Reliable,
    ] {
        for disk in [Disk::Durable, Disk::Torn(|_| false)] {
            let world = || {
                let world = World::of(nodes(3, true))
                    .network(network)
                    .disk(disk)
                    .crashing(1);
                let breaks = u8::from(network == Network::Fifo);
                let world = world.breaking_sessions(breaks);
                claimed(world.bounded(|world, state| {
                    let mut sites = world.sites(state);
                    let is_short = sites.all(|site| site.disks().count() < 4);
                    is_short && world.messages(state).count() < 3
                }))
            };
            compare(world(), world().interchangeable([20, 30]));
        }
    }
}

/// 3! names for each state, or fewer.
#[test]
fn several_processes_are_interchangeable_in_every_order() {
    let world = || claimed(World::of(nodes(4, false)).crashing(1));
    let (states, all) = compare(world(), world().interchangeable([40, 20, 30]));
    assert!(states * 3 < all, "{states} of {all}");
}

#[test]
fn a_history_has_the_other_names_too() {
    let world = || lenses::world(true).crashing(1);
    let alike = world().interchangeable_with_history([20, 30], |granted, rename| {
        granted.iter().map(|&id| rename(id)).collect()
    });
    compare(world(), alike);
}

/// Threads give numbers in any order: what is explored does not depend on them.
#[test]
fn the_same_states_are_explored_in_every_run() {
    let hash = |state: &State| {
        let mut hasher = DefaultHasher::new();
        state.hash(&mut hasher);
        hasher.finish()
    };
    let run = |is_reversed: bool| {
        let world = World::of(nodes(3, false)).interchangeable([20, 30]);
        let mut open = world.init_states();
        let mut seen = HashSet::new();
        while let Some(state) = open.pop() {
            let mut next = world.next_states(&state);
            if is_reversed {
                next.reverse();
            }
            let digests = next.iter().map(|next| {
                let images = world.images(next);
                images.into_iter().min_by_key(hash).unwrap()
            });
            open.extend(digests.filter(|next| seen.insert(hash(next))));
        }
        seen
    };
    assert_eq!(run(false), run(true));
}

fn refused(ids: &[u64]) -> World<Lock> {
    World::of(nodes(3, false)).interchangeable(ids.iter().copied())
}

#[test]
#[should_panic(expected = "one process alone is not interchangeable: name two or more")]
fn one_process_alone_is_refused() {
    let _ = refused(&[20]);
}

#[test]
#[should_panic(expected = "the process 20 is named twice")]
fn a_process_that_is_named_twice_is_refused() {
    let _ = refused(&[20, 30, 20]);
}

#[test]
#[should_panic(expected = "there is no node 50")]
fn a_process_that_there_is_not_is_refused() {
    let _ = refused(&[20, 50]);
}

/// The server does something else than the others: they know its name.
#[test]
#[should_panic(
    expected = "the processes are not interchangeable: of 20, with other names, \
                           the process would be"
)]
fn processes_that_begin_otherwise_are_refused() {
    let _ = refused(&[10, 20]);
}

#[test]
#[should_panic(expected = "what is asked would be [Take], and is []")]
fn processes_that_are_asked_otherwise_are_refused() {
    let mut nodes = nodes(3, false);
    let settings = crate::lock::Settings {
        server: 10,
        sends_first: false,
    };
    nodes[2] = ProcessSetup::new(30, settings);
    let _ = World::<Lock>::of(nodes).interchangeable([20, 30]);
}
