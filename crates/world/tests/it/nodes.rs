//! Who may live in a world, and what happens at its edges.

use crate::lock::nodes;
use stateright::Model;
use std::sync::Arc;
use synod_checker::{Extras, Levels, Problem, Progress, Question, Verdict, check};
use synod_process::{Input, InputOf, Outputs, OutputsOf, Process};
use synod_vocabulary::{claim, ensure};
use synod_world::{ProcessSetup, State, World};

/// A process that greets whom it is told to greet: those of its settings when it
/// comes, and whoever it is asked to greet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Greeter;

impl Process for Greeter {
    type Id = &'static str;
    type Settings = Vec<&'static str>;
    type Ledger = u8;
    type Message = &'static str;
    type Request = &'static str;
    type Timer = u64;
    type Record = ();
    type News = ();
    type Action = ();
    type Ignored = ();

    fn recover(greeted: &Self::Settings, _: &'static str, _: u8) -> (Self, OutputsOf<Self>) {
        let mut out = Outputs::new();
        out.record(());
        for &to in greeted {
            out.send(to, "I am back");
        }
        (Self, out)
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        let mut out = Outputs::new();
        if let Input::Propose(to) = input {
            out.send(to, "hello");
        }
        out
    }

    /// Counts its lives.
    fn apply(lives: &mut u8, (): ()) {
        *lives += 1;
    }
}

fn greeting(greeted: &[&'static str], asked: &'static str) -> World<Greeter> {
    World::of([
        ProcessSetup::new("a", greeted.to_vec()).asked([asked]),
        ProcessSetup::new("b", Vec::new()),
    ])
    .crashing(1)
}

#[test]
fn what_a_process_records_and_sends_when_it_comes_is_there() {
    let world = greeting(&["b"], "b");
    let [state] = world.init_states().try_into().ok().unwrap();
    let sent: Vec<_> = world.sent(&state, "a").collect();
    assert_eq!(sent.len(), 1);
    assert_eq!(
        (sent[0].from, sent[0].to, sent[0].message),
        ("a", "b", "I am back")
    );
    assert_eq!(world.network(&state).count(), 1);
    assert_eq!(world.site(&state, "a").ledger, 1);
    let after: Vec<_> = world.next_states(&state);
    assert!(after.iter().any(|state| world.site(state, "a").ledger == 2));
    assert!(after.iter().any(|state| world.network(state).count() == 2));
}

#[test]
fn a_state_of_five_nodes_is_small() {
    assert_eq!(size_of::<State>(), 64);
}

/// Nothing of the greeter can be bytes.
#[test]
fn a_world_whose_states_stay_in_memory_is_explored_by_levels() {
    let world = greeting(&["b"], "b").claiming(claim!(
        "two lives",
        "Each node has two lives at most.",
        |world, state| {
            ensure!(
                world.sites(state).all(|site| site.ledger < 3),
                "a third life"
            );
            Ok(())
        },
        None
    ));
    let progress = Arc::new(Progress::default());
    let problem = Problem::new(world, Extras::default(), Question::default(), &progress);
    let report = check(&problem.unwrap(), &Levels::default()).unwrap();
    assert_eq!(report.verdict, Verdict::Holds);
    // A hello or none, and a crash of either node or none: which of them is told
    // by the node alone, for a greeter does not know who it is.
    assert_eq!(report.states, 6);
}

#[test]
fn a_message_to_nobody_is_lost() {
    let world = greeting(&["c"], "c");
    let [state] = world.init_states().try_into().ok().unwrap();
    assert_eq!(world.network(&state).count(), 0);
    let next = world.next_states(&state);
    assert!(next.iter().all(|state| world.network(state).count() == 0));
}

#[test]
#[should_panic(expected = "\"a\" sends a message to itself over the network")]
fn a_message_to_oneself_is_a_mistake() {
    let world = greeting(&[], "a");
    let [state] = world.init_states().try_into().ok().unwrap();
    world.next_states(&state);
}

#[test]
#[should_panic(expected = "6 nodes, but a state has room for 1 to 5")]
fn a_world_with_more_nodes_than_room_says_so() {
    let _ = World::<_>::of(nodes(6, false));
}

#[test]
#[should_panic(expected = "there are two nodes 10")]
fn two_nodes_of_one_id_are_a_mistake() {
    let _ = World::<_>::of(nodes(1, false).into_iter().chain(nodes(1, false)));
}

#[test]
#[should_panic(expected = "there is no node 7")]
fn a_node_that_is_not_there_has_no_site() {
    let world = World::<_>::of(nodes(1, false));
    let [state] = world.init_states().try_into().ok().unwrap();
    world.site(&state, 7);
}
