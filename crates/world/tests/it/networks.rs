//! What a network may do with messages, and what it may not.

use crate::script::{Actor, Request, heard, nodes, set, states};
use std::collections::BTreeSet;
use synod_process::{Input, InputOf, Outputs, OutputsOf, Process};
use synod_vocabulary::Describe;
use synod_world::digest::digest;
use synod_world::{Network, ProcessSetup, World};

/// Node 1 sends this when it begins, and again after a crash.
fn sends(letters: &'static str) -> World<Actor> {
    World::of(nodes(letters, ""))
}

fn beginnings(text: &str) -> impl Iterator<Item = &str> {
    (0..=text.len()).map(move |length| &text[..length])
}

/// A beginning of one text, and then one of another.
fn one_after_the_other(one: &str, between: &str, other: &str) -> BTreeSet<String> {
    let both = |first: &str| {
        let first = first.to_owned();
        beginnings(other).map(move |then| format!("{first}{between}{then}"))
    };
    beginnings(one).flat_map(both).collect()
}

#[test]
fn a_message_that_may_be_repeated_arrives_in_any_order_and_any_number_of_times() {
    let world = sends("ab").bounded(|world, state| world.site(state, 2).process.heard.len() < 3);
    let all = set(["", "a", "b", "aa", "ab", "ba", "bb"]);
    assert_eq!(heard(&world, 2), all);
}

#[test]
fn a_message_arrives_at_most_once_in_any_order() {
    let world = sends("ab").network(Network::AtMostOnce);
    assert_eq!(heard(&world, 2), set(["", "a", "b", "ab", "ba"]));
    assert_eq!(states(&world).len(), 5);
}

#[test]
fn a_message_that_is_sent_twice_may_arrive_twice() {
    let world = sends("aab").network(Network::AtMostOnce);
    let all = set(["", "a", "b", "aa", "ab", "ba", "aab", "aba", "baa"]);
    assert_eq!(heard(&world, 2), all);
}

#[test]
fn without_a_crash_messages_arrive_in_the_order_in_which_they_were_sent() {
    for network in [Network::Fifo, Network::Reliable] {
        let world = sends("abcab").network(network);
        let expected = beginnings("abcab").map(str::to_owned);
        assert_eq!(heard(&world, 2), expected.collect(), "{network:?}");
        assert_eq!(states(&world).len(), 6, "{network:?}");
    }
}

#[test]
fn of_a_session_that_ends_a_beginning_arrives() {
    let world = sends("abc").network(Network::Fifo).crashing(1);
    // "ab" is also what arrives if the crash falls between two sends.
    assert_eq!(heard(&world, 2), one_after_the_other("abc", "", "abc"));
}

#[test]
fn a_reliable_network_loses_nothing_when_a_process_crashes() {
    let world = sends("ab").network(Network::Reliable).crashing(1);
    // After a crash of the addressee, it hears what it had not heard; after one of the sender,
    // everything that it had sent before, and then everything again.
    let expected = set(["", "a", "b", "ab", "aa", "aab", "aba", "abab"]);
    assert_eq!(heard(&world, 2), expected);
}

#[test]
fn a_process_is_told_of_a_new_session_before_anything_arrives_in_it() {
    let [one, two] = nodes("ab", "");
    let two = two.told_of_sessions(|_| Request::NewSession);
    let world = World::of([one, two]).network(Network::Fifo).crashing(1);
    let mut expected = one_after_the_other("ab", "|", "ab");
    expected.extend(beginnings("ab").map(str::to_owned));
    assert_eq!(heard(&world, 2), expected);
}

#[test]
fn a_session_may_break_without_a_crash() {
    let [one, two] = nodes("ab", "");
    let two = two.told_of_sessions(|_| Request::NewSession);
    let world = World::of([one, two]).network(Network::Fifo);
    assert_eq!(heard(&world, 2), set(["", "a", "ab"]));
    let world = world.breaking_sessions(1);
    assert_eq!(heard(&world, 2), set(["", "a", "ab", "|", "a|", "ab|"]));
}

#[test]
fn a_process_is_told_once_of_each_session_whichever_node_it_is() {
    let nodes = nodes("", "").map(|node| node.told_of_sessions(|_| Request::NewSession));
    let world = World::of(nodes).network(Network::Fifo).breaking_sessions(1);
    assert_eq!(heard(&world, 1), set(["", "|"]));
    assert_eq!(heard(&world, 2), set(["", "|"]));
}

/// Sends a message that hashes as the end of a session does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Imitator;

impl Process for Imitator {
    type Id = u64;
    type Settings = ();
    type Ledger = ();
    type Message = (u64, u64);
    type Request = bool;
    type Timer = ();
    type Record = ();
    type News = ();
    type Action = ();
    type Ignored = ();

    fn recover((): &(), _: u64, (): ()) -> (Self, OutputsOf<Self>) {
        (Self, Outputs::new())
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        let mut out = Outputs::new();
        if input == Input::Propose(true) {
            out.send(1, (1, 1));
        }
        out
    }

    fn apply((): &mut (), (): ()) {}
}

#[test]
fn no_message_is_taken_for_the_end_of_a_session() {
    use stateright::Model;
    let nodes = [
        ProcessSetup::<Imitator>::new(1, ()).told_of_sessions(|_| false),
        ProcessSetup::new(2, ()).asked([true]),
    ];
    let world = World::<_>::of(nodes).network(Network::Fifo).crashing(1);
    let world = world.bounded(|world, state| world.messages(state).count() < 2);
    let (mut states, mut hashes) = (world.init_states(), BTreeSet::new());
    for next in 0.. {
        let Some(state) = states.get(next).copied() else {
            break;
        };
        assert!(hashes.insert(digest(&state)), "{:?}", world.fields(&state));
        let after = world.next_states(&state).into_iter();
        let after: Vec<_> = after
            .filter(|after| world.within_boundary(after) && !states.contains(after))
            .collect();
        for after in after {
            if !states.contains(&after) {
                states.push(after);
            }
        }
    }
}

/// Node 2 sends x and then y, when it is asked to; node 1 may crash. What node 2 sends before
/// it notices may be lost, and so the new node 1 may hear y alone.
#[test]
fn what_is_sent_before_a_new_session_is_noticed_may_be_lost_and_nothing_else() {
    let [one, two] = nodes("a", "");
    let two = two
        .told_of_sessions(|_| Request::NewSession)
        .asked([Request::Send('x'), Request::Send('y')]);
    let world = World::of([one, two]).network(Network::Fifo).crashing(1);
    let states = states(&world);
    let both = states.iter().map(|state| {
        let [one, two] = [1, 2].map(|id| world.site(state, id).process.heard.clone());
        (two, one, state.crashes_left)
    });
    let sent: BTreeSet<_> = both.collect();
    let happens = |two: &str, one: &str| sent.contains(&(two.to_owned(), one.to_owned(), 0));
    assert!(happens("x|y", "y"), "x was lost");
    assert!(happens("x|y", "xy"), "the crash was before both");
    assert!(happens("|xy", "xy"));
    assert!(!happens("|xy", "y"), "in one session, y comes after x");
    assert!(!happens("|xy", "yx"), "in one session, y comes after x");
}

#[test]
fn more_than_five_nodes_have_room_in_a_state_of_their_own_size() {
    use crate::lock;
    use stateright::Checker;
    use stateright::Model;
    use synod_world::Plain;
    let world = World::<_, _, 7>::with_lens(lock::nodes(7, false), Plain);
    let world = lock::claimed(world.network(Network::AtMostOnce));
    let world = world.bounded(|world, state| world.messages(state).count() < 3);
    let checker = world.checker().spawn_bfs().join();
    checker.assert_properties();
    assert!(checker.unique_state_count() > 7);
}

#[test]
#[should_panic(expected = "only `Network::Fifo` has sessions that break")]
fn a_session_breaks_only_on_a_network_that_has_sessions() {
    use stateright::Model;
    sends("a").breaking_sessions(1).init_states();
}

#[test]
#[should_panic(expected = "only of a network that repeats messages")]
fn useless_messages_are_left_out_only_where_messages_are_repeated() {
    use synod_world::reductions::Reductions;
    let _ = sends("a").network(Network::Fifo).reduced(Reductions::ALL);
}

/// After a crash between the two sends, node 2 hears "a" and then "ab"; if node 1 crashes only
/// after the second, it hears "abab".
#[test]
#[should_panic(expected = "no crash is the weaker one")]
fn weaker_crashes_are_not_left_out_where_each_message_arrives() {
    use synod_world::reductions::Reductions;
    let weaker_crashes = Reductions {
        weaker_crashes: true,
        ..Reductions::default()
    };
    let _ = sends("ab")
        .network(Network::Reliable)
        .reduced(weaker_crashes);
}

/// Node 1 sets a timer and sends; its timer fires only when nothing is on its way.
#[test]
fn a_timer_fires_only_where_the_world_says_so() {
    let world = || World::of(nodes("~a", "")).network(Network::AtMostOnce);
    let heard_by_both = |world: World<Actor>| {
        let states = states(&world);
        let pairs = states.iter().map(|state| {
            let [one, two] = [1, 2].map(|id| world.site(state, id).process.heard.clone());
            one + "," + &two
        });
        pairs.collect::<BTreeSet<_>>()
    };
    assert_eq!(heard_by_both(world()), set([",", "~,", ",a", "~,a"]));
    let last = world().firing(|world, state, _, ()| world.messages(state).count() == 0);
    assert_eq!(heard_by_both(last), set([",", ",a", "~,a"]));
}

#[test]
fn a_world_is_at_rest_when_nothing_can_happen_any_more() {
    let world = sends("ab").network(Network::Reliable);
    let states = states(&world);
    let at_rest: Vec<_> = states
        .iter()
        .filter(|state| world.is_at_rest(state))
        .collect();
    assert_eq!(at_rest.len(), 1);
    assert_eq!(world.site(at_rest[0], 2).process.heard, "ab");
}

#[test]
fn a_state_says_what_is_on_its_way() {
    use stateright::Model;
    let says = |world: World<Actor>, part: &str| {
        let told: Vec<_> = states(&world)
            .iter()
            .flat_map(|state| world.fields(state))
            .map(|field| field.to_string())
            .collect();
        assert!(told.iter().any(|field| field.contains(part)), "{part}");
    };
    let fifo = || sends("ab").network(Network::Fifo);
    says(fifo(), "network[1 to 2] = ['a', 'b']");
    says(fifo().crashing(1), "['a', 'b', a new session, 'a', 'b']");
    says(
        sends("aa").network(Network::AtMostOnce),
        "{'a' from 1 to 2, 'a' from 1 to 2, again}",
    );
    let world = fifo().breaking_sessions(1);
    let state = world.init_states()[0];
    let steps = world.next_steps(&state);
    let names: Vec<_> = steps
        .iter()
        .map(|(step, _)| world.step_name(step))
        .collect();
    assert_eq!(
        names,
        ["2: Receive 'a' from 1", "The session between 1 and 2 ends"]
    );
    assert_eq!(world.kinds()[world.kind(&steps[1].0)], "a session ends");
}
