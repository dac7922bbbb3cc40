//! What a page draws of any process on any network.

use crate::script::{Actor, Request, nodes, states};
use stateright::Model;
use synod_vocabulary::{Describe, Happening, Message, Part};
use synod_world::{Network, World};

fn message(name: &str, from: &str, to: &str) -> Message {
    Message::new(name).from(from).to([to])
}

/// Asks of every step that what it receives may arrive at its process. Returns how many
/// steps receive something.
fn received(world: &World<Actor>) -> usize {
    let mut received = 0;
    for state in states(world) {
        let may_arrive = world.may_arrive(&state);
        for (step, _) in world.next_steps(&state) {
            let (name, deed) = (world.step_name(&step), world.deed(&step));
            let Some(process) = deed.process else {
                assert_eq!(deed.happens, Happening::SessionEnds, "{name}");
                continue;
            };
            assert!(name.starts_with(&format!("{process}: ")), "{name}");
            if let Some(message) = deed.receives {
                assert!(may_arrive.contains(&message), "{name} of {may_arrive:?}");
                assert_eq!(message.to, [process], "{name}");
                received += 1;
            }
        }
    }
    received
}

#[test]
fn on_every_network_what_a_step_receives_may_arrive() {
    for network in [
        Network::Duplicating,
        Network::AtMostOnce,
        Network::Fifo,
        Network::Reliable,
    ] {
        let world = World::of(nodes("abA", "c"))
            .network(network)
            .crashing(1)
            .bounded(|world, state| world.site(state, 2).process.heard.len() < 3)
            .bounded(|world, state| world.sites(state).all(|site| site.process.heard.len() < 3));
        assert!(received(&world) > 0, "{network:?}");
    }
    let told = nodes("ab", "").map(|node| node.told_of_sessions(|_| Request::NewSession));
    let world = World::of(told).network(Network::Fifo).breaking_sessions(1);
    assert!(received(&world) > 0);
}

#[test]
fn each_copy_of_a_message_is_drawn_and_a_queue_in_its_order() {
    let drawn = |network| {
        let world = World::of(nodes("bab", "")).network(network);
        world.may_arrive(&world.init_states()[0])
    };
    let [a, b] = ["'a'", "'b'"].map(|name| message(name, "1", "2"));
    assert_eq!(drawn(Network::Duplicating), [a.clone(), b.clone()]);
    assert_eq!(
        drawn(Network::AtMostOnce),
        [a.clone(), b.clone(), b.clone()]
    );
    assert_eq!(drawn(Network::Fifo), [b.clone(), a, b]);
}

#[test]
fn timers_and_requests_are_told_apart_from_what_the_network_and_the_disk_tell() {
    let [one, two] = nodes("~", "");
    let one = one.asked([Request::Send('a')]);
    let world = World::of([one, two]);
    let begun = world.init_states()[0];
    let happens = world.next_steps(&begun).into_iter().map(|(step, _)| {
        let deed = world.deed(&step);
        (world.step_name(&step), deed.happens)
    });
    let happens: Vec<_> = happens
        .filter(|(name, _)| name.starts_with("1: "))
        .collect();
    let expected = [
        ("1: the () timer fires".to_owned(), Happening::Timer),
        ("1: Propose Send('a')".to_owned(), Happening::Request),
    ];
    assert_eq!(happens, expected);
}

#[test]
fn a_process_and_its_timers_are_on_the_slip() {
    let world = World::of(nodes("", ""));
    assert_eq!(world.processes(), ["1", "2"]);
    let fields = world.fields(&world.init_states()[0]);
    let parts = fields
        .iter()
        .filter_map(|field| Some((field.variable, field.part?)));
    let of_one = [
        ("process", Part::Slip),
        ("ledger", Part::Ledger),
        ("timers", Part::Slip),
    ];
    assert!(parts.eq(of_one.into_iter().chain(of_one)));
}

#[test]
fn steps_that_are_not_possible_have_a_reason() {
    let [one, two] = nodes("ab~", "");
    let two = two.asked([Request::Send('a')]);
    let world = World::of([one, two])
        .network(Network::Fifo)
        .breaking_sessions(1);
    let forbidden = |state| -> Vec<String> {
        let forbidden = world.forbidden(state).into_iter();
        forbidden
            .map(|step| format!("{} — {}", step.step, step.why))
            .collect()
    };
    let begun = world.init_states()[0];
    let mut expected = vec![
        "2: Receive 'b' from 1 — what 1 has sent before it has to arrive first".to_owned(),
        "2: the () timer fires — the () timer of 2 is not set".to_owned(),
        "1: Propose Send('a') — no client asks 1 for it in this model".to_owned(),
        "1: Crash — no process crashes in this model".to_owned(),
        "2: Crash — no process crashes in this model".to_owned(),
    ];
    assert_eq!(forbidden(&begun), expected);
    let steps = world.next_steps(&begun).into_iter();
    let mut ends = steps.filter(|(step, _)| world.deed(step).happens == Happening::SessionEnds);
    let ended = ends.next().unwrap().1;
    let end = "The session between 1 and 2 ends — a run has only one, and it has happened";
    expected.insert(4, end.to_owned());
    assert_eq!(forbidden(&ended), expected);
}
