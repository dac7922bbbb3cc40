//! Which processes a world may have, and which mistakes it refuses.

use crate::lock::nodes;
use stateright::Model;
use std::sync::Arc;
use synod_checker::{Extras, Levels, Problem, Progress, Question, Verdict, check};
use synod_process::{Input, InputOf, Outputs, OutputsOf, Process};
use synod_vocabulary::{claim, ensure};
use synod_world::{ProcessSetup, State, World};

/// A process that greets others: those in its settings when it begins or recovers, and
/// one for each request.
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

    /// The ledger counts the lives of the process: its recoveries, and its first start.
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
fn what_a_process_records_and_sends_when_it_begins_is_in_the_initial_state() {
    let world = greeting(&["b"], "b");
    let state = world.init_states()[0];
    let sent: Vec<_> = world.sent(&state, "a").collect();
    assert_eq!(sent.len(), 1);
    assert_eq!(
        (sent[0].from, sent[0].to, sent[0].message),
        ("a", "b", "I am back")
    );
    assert_eq!(world.messages(&state).count(), 1);
    assert_eq!(world.site(&state, "a").ledger, 1);
    let after: Vec<_> = world.next_states(&state);
    assert!(after.iter().any(|state| world.site(state, "a").ledger == 2));
    assert!(after.iter().any(|state| world.messages(state).count() == 2));
}

#[test]
fn a_state_of_five_nodes_is_small() {
    assert_eq!(size_of::<State>(), 64);
}

/// The greeter's world has no `Persist`.
#[test]
fn a_world_whose_states_stay_in_memory_is_explored_by_levels() {
    let world = greeting(&["b"], "b").claiming(claim!(
        "two lives",
        "Each node has at most two lives.",
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
    // Two times three: with a hello or without; and after no crash, or one of either node.
    // The two crashes lead to different states only because a site has the id of its
    // node: a greeter does not know its own id.
    assert_eq!(report.states, 6);
}

#[test]
fn a_message_to_an_unknown_id_is_lost() {
    let world = greeting(&["c"], "c");
    let state = world.init_states()[0];
    assert_eq!(world.messages(&state).count(), 0);
    let next = world.next_states(&state);
    assert!(next.iter().all(|state| world.messages(state).count() == 0));
}

#[test]
#[should_panic(expected = "\"a\" sends a message to itself over the network")]
fn a_process_that_sends_itself_a_message_panics() {
    let world = greeting(&[], "a");
    let [state] = world.init_states().try_into().ok().unwrap();
    world.next_states(&state);
}

#[test]
#[should_panic(expected = "6 nodes, but a state has room for 1 to 5")]
fn a_world_with_more_nodes_than_a_state_has_room_for_panics() {
    let _ = World::<_>::of(nodes(6, false));
}

#[test]
#[should_panic(expected = "there are two nodes 10")]
fn a_world_with_two_nodes_of_one_id_panics() {
    let _ = World::<_>::of(nodes(1, false).into_iter().chain(nodes(1, false)));
}

#[test]
#[should_panic(expected = "there is no node 7")]
fn the_site_of_an_unknown_node_panics() {
    let world = World::<_>::of(nodes(1, false));
    let [state] = world.init_states().try_into().ok().unwrap();
    world.site(&state, 7);
}
