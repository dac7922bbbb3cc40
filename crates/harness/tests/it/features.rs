//! What a check has beside its assertions: bounds, reports, checkpoints, saved runs; and the
//! worlds that find a mistake which others do not.

use crate::panic_of;
use serde::{Deserialize, Serialize};
use stateright::Model;
use std::process::Command;
use std::time::Duration;
use synod_checker::Verdict;
use synod_harness::{
    Check, Disk, Input, InputOf, Network, Outputs, OutputsOf, Plain, Process, ProcessSetup, World,
    check, ensure,
};
use synod_report::json;

/// A register at node 2, and node 1, which writes 1 and then 2 to it when it is asked to. Each
/// of its three rules can be left out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Register {
    rules: Rules,
    value: u8,
    has_begun: bool,
    answers: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Rules {
    /// The register refuses a value that is smaller than the one it has.
    refuses: bool,
    /// It syncs its disk before it answers.
    syncs: bool,
}

const RIGHT: Rules = Rules {
    refuses: true,
    syncs: true,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Message {
    Write(u8),
    Written(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Begin;

#[derive(Clone, Copy)]
enum Record {
    Value(u8),
    Sync,
}

impl Process for Register {
    type Id = u8;
    type Settings = Rules;
    type Ledger = u8;
    type Message = Message;
    type Request = Begin;
    type Timer = ();
    type Record = Record;
    type News = ();
    type Action = u8;
    type Ignored = ();

    fn recover(rules: &Rules, _: u8, value: u8) -> (Self, OutputsOf<Self>) {
        let register = Self {
            rules: *rules,
            value,
            has_begun: false,
            answers: 0,
        };
        (register, Outputs::new())
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        let mut out = Outputs::new();
        match input {
            Input::Propose(Begin) if !self.has_begun => {
                self.has_begun = true;
                out.send(2, Message::Write(1));
                out.send(2, Message::Write(2));
            }
            Input::Receive {
                from,
                message: Message::Write(value),
            } if value >= self.value || !self.rules.refuses => {
                self.value = value;
                out.record(Record::Value(value));
                if self.rules.syncs {
                    out.record(Record::Sync);
                }
                out.send(from, Message::Written(value));
                out.did(value);
            }
            Input::Receive {
                message: Message::Written(value),
                ..
            } => self.answers = self.answers.max(value),
            _ => {}
        }
        out
    }

    fn apply(disk: &mut u8, record: Record) {
        if let Record::Value(value) = record {
            *disk = value;
        }
    }
}

fn world(rules: Rules) -> World<Register> {
    World::<Register>::of([
        ProcessSetup::new(1, rules).asked([Begin]),
        ProcessSetup::new(2, rules),
    ])
}

/// What was answered is in the register.
fn durable(world: World<Register>) -> Check<World<Register>> {
    check(world)
        .always("durable", |at| {
            let (answered, value) = (at.process(1).answers, at.process(2).value);
            ensure!(
                value >= answered,
                "{answered} was answered, {value} is there"
            );
            Ok(())
        })
        .within(|at| at.messages().count() < 6)
}

const SYNCED: Disk<Register> = Disk::Synced(|record| matches!(record, Record::Sync));

#[test]
fn a_missing_sync_is_found_only_with_a_disk_that_needs_one() {
    let no_sync = Rules {
        syncs: false,
        ..RIGHT
    };
    let crash = |rules| world(rules).network(Network::Fifo).crashing(1);
    durable(crash(no_sync)).run().assert_holds();
    let checked = durable(crash(no_sync).disk(SYNCED)).run();
    checked.assert_violated("durable", 4);
    let told = checked.counterexample().unwrap();
    assert!(told.contains(", and lose its last"), "{told}");
    durable(crash(RIGHT).disk(SYNCED)).run().assert_holds();
}

#[test]
fn a_protocol_that_relies_on_order_holds_only_on_a_network_that_keeps_it() {
    let relies = Rules {
        refuses: false,
        ..RIGHT
    };
    for network in [Network::Fifo, Network::Reliable] {
        durable(world(relies).network(network)).run().assert_holds();
    }
    let unordered = durable(world(relies).network(Network::AtMostOnce)).run();
    unordered.assert_violated("durable", 4);
    let repeating = durable(world(relies)).run();
    assert_eq!(repeating.report().unwrap().verdict, Verdict::Violated);
    durable(world(RIGHT)).run().assert_holds();
}

/// The register of the specification takes only larger values.
struct Larger;

impl Model for Larger {
    type State = u8;
    type Action = u8;

    fn init_states(&self) -> Vec<u8> {
        vec![0]
    }

    fn actions(&self, value: &u8, actions: &mut Vec<u8>) {
        actions.extend(*value..=2);
    }

    fn next_state(&self, _: &u8, value: u8) -> Option<u8> {
        Some(value)
    }
}

#[test]
fn each_step_is_compared_with_a_specification() {
    let refined = |rules| {
        let world = world(rules).refining(Larger, |step| step.deeds.actions.clone());
        check(world).within(|at| at.messages().count() < 6).run()
    };
    refined(RIGHT).assert_holds();
    let checked = refined(Rules {
        refuses: false,
        ..RIGHT
    });
    checked.assert_violated("refinement", 3);
    let told = checked.counterexample().unwrap();
    let why = "the specification is in [2], where 1 is not possible; [2] are";
    assert!(told.contains(why), "{told}");
}

#[test]
fn a_property_looks_at_a_history_that_its_user_defines() {
    let answers = |rules| {
        let world = world(rules).observing(|answered: &Vec<u8>, step| {
            let mut answered = answered.clone();
            answered.extend(&step.deeds.actions);
            answered.truncate(3);
            answered
        });
        check(world)
            .always("no value comes back", |at| {
                let answered = at.history();
                ensure!(answered.is_sorted(), "{answered:?}");
                Ok(())
            })
            .within(|at| at.messages().count() < 6)
            .run()
    };
    answers(RIGHT).assert_holds();
    let refuses = false;
    answers(Rules { refuses, ..RIGHT }).assert_violated("no value comes back", 3);
}

#[test]
fn a_state_in_which_nothing_can_happen_is_at_rest() {
    let checked = durable(world(RIGHT).network(Network::Reliable))
        .sometimes("everything has arrived", |at| {
            at.is_at_rest() && at.process(1).answers == 2
        })
        .run();
    checked.assert_holds();
}

#[test]
fn a_report_is_written_as_json_and_as_junit() {
    let right = durable(world(RIGHT)).run();
    let line = json::Line::read(&right.json()).unwrap();
    assert_eq!(
        line.spec,
        "features::a_report_is_written_as_json_and_as_junit"
    );
    assert_eq!(line.verdict, json::Verdict::Holds);
    assert_eq!(line.states, Some(right.report().unwrap().states));
    let junit = right.junit();
    assert!(
        junit.contains("tests=\"1\"") && !junit.contains("<failure"),
        "{junit}"
    );
    let coverage = right.coverage();
    assert!(coverage.contains("a message arrives"), "{coverage}");

    let refuses = false;
    let wrong = durable(world(Rules { refuses, ..RIGHT })).run();
    let line = json::Line::read(&wrong.json()).unwrap();
    assert_eq!(line.counterexample.unwrap().property, "durable");
    let junit = wrong.junit();
    assert!(junit.contains("failures=\"1\""), "{junit}");
    assert!(junit.contains("is violated after"), "{junit}");
}

#[test]
fn a_check_goes_on_from_its_checkpoint_and_refuses_another() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("checkpoint");
    let whole = durable(world(RIGHT).crashing(1)).run();
    let states = whole.report().unwrap().states;
    let check = |rules: Rules| durable(world(rules).crashing(1)).checkpoint(&file, Duration::ZERO);
    let begun = check(RIGHT).max_states(states / 2).run();
    assert_eq!(begun.report().unwrap().verdict, Verdict::Inconclusive);
    assert!(file.exists());
    let refuses = false;
    let refused = panic_of(|| {
        check(Rules { refuses, ..RIGHT }).run().assert_holds();
    });
    assert!(refused.contains("not checked: "), "{refused}");
    check(RIGHT).run().assert_holds().assert_states(states);
    assert!(!file.exists());
}

#[test]
fn wide_fingerprints_find_the_same_states() {
    let states = |check: Check<_>| check.run().assert_holds().report().unwrap().states;
    let narrow = states(durable(world(RIGHT).crashing(1)));
    let wide = states(durable(world(RIGHT).crashing(1)).wide_fingerprints());
    assert_eq!(narrow, wide);
}

#[test]
fn timely_dataflow_finds_the_same_states() {
    let states = |check: Check<_>| check.run().assert_holds().report().unwrap().states;
    let levels = states(durable(world(RIGHT).crashing(1)));
    let timely = states(durable(world(RIGHT).crashing(1)).workers(2, None));
    assert_eq!(levels, timely);
}

/// Seven nodes: the last type parameter of a world says for how many there is room.
#[test]
fn a_world_may_have_more_than_five_nodes() {
    let nodes = (1..=7).map(|id| ProcessSetup::<Register>::new(id, RIGHT));
    let nodes = nodes.map(|node| {
        if node.id() == 7 {
            node.asked([Begin])
        } else {
            node
        }
    });
    let world = World::<_, _, 7>::with_lens(nodes, Plain).network(Network::Reliable);
    let check = check(world).within(|at| at.messages().count() < 4);
    let check = check.sometimes("7 has its answer", |at| at.process(7).answers == 2);
    check.run().assert_holds();
}

/// The name of the test below, as its own process sees it.
const REPLAYED: &str = "features::a_run_that_a_replay_takes";

/// Fails if it is asked to. Not a test of its own: `a_failing_check_saves_its_run` runs it.
#[test]
fn a_run_that_a_replay_takes() {
    let refuses = std::env::var_os("RULE").is_none();
    let is_set = |variable| std::env::var_os(variable).is_some();
    let world = world(Rules { refuses, ..RIGHT });
    let lax = is_set("LAX");
    let check = if lax { check(world) } else { durable(world) };
    let most = if is_set("BOUND") { 1 } else { 6 };
    let check = check.within(move |at| at.messages().count() < most);
    let check = check.sometimes("1 is answered", |at| at.process(1).answers == 1);
    let checked = check.run();
    if is_set("COUNT") {
        checked.assert_states(1000);
    }
    checked.assert_holds();
}

/// Runs a test in a process of its own: whether it passes, and what it says.
pub(crate) fn run_alone(test: &str, variables: &[(&str, &str)]) -> (bool, String) {
    let test = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test])
        .env_remove("SYNOD_REPLAY")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8(test.stdout).unwrap();
    (test.status.success(), said)
}

#[test]
fn a_failing_check_saves_its_run_and_a_replay_takes_its_steps_alone() {
    let run = |variables: &[_]| run_alone(REPLAYED, variables);
    let (passes, said) = run(&[("RULE", "left out")]);
    assert!(!passes, "{said}");
    let command = said.lines().find(|line| line.contains("SYNOD_REPLAY="));
    let command = command.unwrap().trim();
    assert!(
        command.ends_with(&format!(" cargo test {REPLAYED}")),
        "{command}"
    );
    let file = command.split(['=', ' ']).nth(1).unwrap().to_owned();

    // A page that plays it: messages with senders and addressees, memory, disk, the claim.
    let page = said.split("open this in a browser: ").nth(1).unwrap();
    let page = std::fs::read_to_string(page.lines().next().unwrap()).unwrap();
    for part in [
        r#""claim":"durable""#,
        r#""receives":{"from":"1","name":"Write(1)","to":["2"]}"#,
        r#""part":"ledger","process":"2""#,
    ] {
        assert!(page.contains(part), "{part}");
    }

    // The same steps, and the same violation.
    let replay = ("SYNOD_REPLAY", &*file);
    let (passes, said) = run(&[("RULE", "left out"), replay]);
    assert!(
        !passes && said.contains("durable is violated after"),
        "{said}"
    );

    // The number of states is asked, but not of a replay.
    let (passes, said) = run(&[("RULE", "left out"), ("COUNT", "1")]);
    assert!(!passes && said.contains(" states, not 1000"), "{said}");
    let (passes, said) = run(&[("RULE", "left out"), ("COUNT", "1"), replay]);
    assert!(
        !passes && said.contains("durable is violated after"),
        "{said}"
    );

    // Nothing is claimed any more: what the run does not reach, it need not.
    let (passes, said) = run(&[("RULE", "left out"), ("LAX", "1"), replay]);
    assert!(passes, "{said}");

    // The bounds are smaller.
    let (passes, said) = run(&[("RULE", "left out"), ("BOUND", "1"), replay]);
    let why = "step 1 cannot be taken again: it leads out of the bounds";
    assert!(!passes && said.contains(why), "{said}");

    // The rule is back: the register ignores the message, so that there is no such step.
    let (passes, said) = run(&[replay]);
    let why = "\"2: Receive Write(1) from 1\" is not possible";
    assert!(!passes && said.contains(why), "{said}");

    let text = std::fs::read_to_string(&file).unwrap();
    let other = format!("{file}.changed");
    std::fs::write(&other, text.replace("1: Propose Begin", "1: Propose End")).unwrap();
    let (passes, said) = run(&[("SYNOD_REPLAY", &*other)]);
    assert!(!passes);
    let why = "step 1 cannot be taken again: \"1: Propose End\" is not possible; these steps are:\n  \
               1: Propose Begin";
    assert!(said.contains(why), "{said}");
    let (passes, said) = run(&[("SYNOD_REPLAY", "/nowhere/run.json")]);
    assert!(
        !passes && said.contains("SYNOD_REPLAY: /nowhere/run.json: "),
        "{said}"
    );
}
