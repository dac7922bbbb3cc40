//! Crashes that lose the ledger, and what they leave alone.

use crate::script::{Actor, Request, Script, nodes, set, states};
use stateright::Model;
use std::collections::BTreeSet;
use synod_vocabulary::{Describe, Happening};
use synod_world::reductions::Reductions;
use synod_world::{Disk, Network, Observe, Observed, Reduce, Tell, World};

/// A ledger that says that it was lost.
const LOST: &str = "L";

/// Both nodes may lose their ledgers.
fn losing(world: World<Actor>, losses: u8) -> World<Actor> {
    world.losing(losses, |_, _| LOST.to_owned())
}

/// What may be in the ledger of node 1.
fn ledgers(world: &World<Actor>) -> BTreeSet<String> {
    let states = states(world);
    let sites = states.iter().map(|state| world.site(state, 1));
    sites.map(|site| site.ledger.clone()).collect()
}

#[test]
fn a_process_that_has_lost_its_ledger_recovers_from_what_the_world_gives() {
    let ledgers = |losses| ledgers(&losing(World::of(nodes("AC", "")), losses));
    assert_eq!(ledgers(0), set(["AC"]));
    // Whatever was written before, and also while it recovers.
    assert_eq!(ledgers(1), set(["AC", "LAC"]));
    assert_eq!(ledgers(2), set(["AC", "LAC"]));
}

#[test]
fn the_function_is_given_the_settings_and_the_id() {
    let world = World::of(nodes("A", "C"));
    let world = world.losing(1, |script, id| format!("{script}{id}"));
    let ledgers = |id| {
        let states = states(&world);
        let sites = states.iter().map(|state| world.site(state, id));
        sites.map(|site| site.ledger.clone()).collect()
    };
    let (one, two): (BTreeSet<_>, BTreeSet<_>) = (ledgers(1), ledgers(2));
    assert_eq!(one, set(["A", "A1A"]));
    assert_eq!(two, set(["C", "C2C"]));
}

#[test]
fn losses_and_crashes_are_counted_apart() {
    let world = losing(World::of(nodes("AC", "")).crashing(1), 1);
    for state in states(&world) {
        for (step, next) in world.next_steps(&state) {
            let name = world.step_name(&step);
            let losses = name.matches("lose its ledger").count();
            let crashes = name.matches("rash").count() + name.matches("again").count() - losses;
            let left = [state.crashes_left, state.losses_left];
            let left_then = [next.crashes_left, next.losses_left];
            let used = [crashes as u8, losses as u8];
            assert_eq!([left[0] - left_then[0], left[1] - left_then[1]], used);
        }
    }
    let ledgers = ledgers(&world);
    let expected = ["AC", "AAC", "ACAC", "LAC", "LAAC", "LACAC"];
    assert_eq!(ledgers, set(expected));
}

/// Node 1 writes, sends and writes again when it hears something.
#[test]
fn messages_that_were_sent_before_a_loss_stay_sent() {
    let world = losing(World::of(nodes("/AbC", "x")), 1).network(Network::AtMostOnce);
    let states = states(&world);
    let has_sent = |ledger: &str| {
        states.iter().any(|state| {
            let is_lost = world.site(state, 1).ledger == ledger;
            is_lost && world.sent(state, 1).any(|sent| sent.message == 'b')
        })
    };
    assert!(has_sent("AC") && has_sent(LOST));
}

#[test]
fn a_disk_that_keeps_what_was_synced_may_be_lost_all_the_same() {
    let is_sync: fn(&char) -> bool = |record| *record == '!';
    for disk in [Disk::Synced(is_sync), Disk::Torn(is_sync)] {
        let world = World::of(nodes("A!C", "")).disk(disk);
        assert_eq!(ledgers(&losing(world, 1)), set(["AC", "LAC"]));
    }
}

#[test]
fn a_step_a_state_and_a_picture_tell_of_the_loss() {
    let [one, two] = nodes("", "");
    let one = one.asked([Request::Send('a')]);
    let world = losing(World::of([one, two]), 1);
    let begun = world.init_states()[0];
    let steps = world.next_steps(&begun);
    let lost = steps.iter().filter(|(step, _)| {
        let is_loss = world.deed(step).happens == Happening::LosesLedger;
        assert_eq!(is_loss, world.step_name(step).ends_with("lose its ledger"));
        assert_eq!(
            is_loss,
            world.kinds()[world.kind(step)] == "crash that loses the ledger"
        );
        is_loss
    });
    let [(step, next), _] = lost.collect::<Vec<_>>()[..] else {
        panic!("each node may lose its ledger");
    };
    assert_eq!(world.step_name(step), "1: Crash, and lose its ledger");
    let changes = world.changes(&begun, next);
    assert_eq!(
        changes,
        ["ledger[1]: \"\" → \"L\"", "losses of ledgers left: 1 → 0"]
    );
    let mut forbidden = world.forbidden(next).into_iter();
    let forbidden = forbidden.find(|forbidden| forbidden.step == world.step_name(step));
    let why = "a run has only one, and it has happened";
    assert_eq!(forbidden.unwrap().why, why);
}

/// Keeps the ledgers that were lost. `h` is a heartbeat: whoever has A has sent it.
struct Lost;

impl Observe<Actor> for Lost {
    type History = Vec<String>;

    fn observe(&self, lost: &Vec<String>, step: &Observed<'_, Actor>) -> Vec<String> {
        [lost.as_slice(), &step.deeds.lost].concat()
    }
}

impl Reduce<Actor> for Lost {
    type ReductionView = ();

    fn heartbeats(&self, ledger: &String) -> Vec<char> {
        ledger.contains('A').then_some('h').into_iter().collect()
    }

    fn is_heartbeat(&self, message: &char) -> bool {
        ['h', 'g'].contains(message)
    }
}

impl Tell<Actor> for Lost {
    type ClaimView = ();
}

/// What node 1 has lost, and sent, in each state.
fn lost_and_sent(script: Script) -> BTreeSet<(String, String)> {
    let world = World::<_, _>::with_lens(nodes(script, "x"), Lost)
        .losing(1, |_, id| if id == 1 { LOST } else { "" }.to_owned());
    let mut found = BTreeSet::new();
    let mut open = world.init_states();
    while let Some(state) = open.pop() {
        let sent = world.sent(&state, 1).map(|sent| sent.message).collect();
        found.insert((world.history(&state).join(","), sent));
        // A heartbeat arrives any number of times.
        if world.sites(&state).all(|site| site.process.heard.len() < 2) {
            open.extend(world.next_states(&state));
        }
    }
    found
}

#[test]
fn a_history_is_told_of_a_loss_with_the_records_of_the_same_step() {
    let found = lost_and_sent("/CbD");
    let lost: BTreeSet<_> = found.into_iter().map(|(lost, _)| lost).collect();
    // The message arrives twice, and a crash falls between two outputs.
    assert_eq!(lost, set(["", "C", "CD", "CDC"]));
}

#[test]
fn heartbeats_that_were_sent_before_a_loss_stay_sent() {
    let sent = |script, when: &str| -> BTreeSet<String> {
        let found = lost_and_sent(script).into_iter();
        let found = found.filter(|(lost, _)| lost == when);
        found.map(|(_, sent)| sent).collect()
    };
    // They follow from the ledger, as long as there is one.
    assert_eq!(sent("A", ""), set([""]));
    assert!(sent("A", "A").contains("h"));
    // A heartbeat that was not sent before the crash is not sent by it.
    assert_eq!(sent("/AgC", "A"), set(["", "g"]));
    assert!(sent("/AgC", "AC").contains("h"));
}

#[test]
#[should_panic(expected = "only if no ledger is lost")]
fn useless_messages_are_not_left_out_where_a_ledger_is_lost() {
    let world = World::of(nodes("", "")).reduced(Reductions::ALL);
    let _ = losing(world, 1);
}
