//! What a page draws of states and steps: messages that may arrive, deeds, processes; and, in
//! files of their own, 𝓑 as data, what rules say of steps, and tables.

mod figures;
mod rules;
mod tables;

use crate::explore::{bounds, levels};
use stateright::Model;
use std::collections::BTreeSet;
use synod_models::basic::Basic;
use synod_models::complete;
use synod_specs::{Checkable, Visitor, parse};
use synod_vocabulary::Happening::{Acts, Crash, Request, Timer};
use synod_vocabulary::{Describe, Field, Happening, Value};
use synod_world::actors::DescribedActors;

/// A small spec of every protocol, and mutants.
const SPECS: [&str; 9] = [
    "protocol = \"basic\"\npriests = 2\ntryers = [1, 2]\ndecrees = [\"a\", \"b\"]\nforgetful = true",
    "protocol = \"basic\"\npriests = 2\nattempts = 2\ndecrees = [\"a\", \"b\"]\n\
     mutant = \"two decrees in one ballot\"",
    "protocol = \"basic\"\npriests = 2\ndecrees = [\"a\"]\ninductive = [\"I\", \"I8\"]\nmessages = \"the largest set\"",
    "protocol = \"preliminary\"\npriests = 2\ntryers = [1, 2]\ndecrees = [\"a\", \"b\"]",
    "protocol = \"paxos\"\npriests = 3\nballots = 2\ndecrees = [\"a\", \"b\"]",
    "protocol = \"complete\"\npriests = 2\ntryers = [1, 2]\ndecrees = [\"a\", \"b\"]\ncrashes = 1",
    "protocol = \"complete\"\npriests = 3\ntryers = [1, 2]\ndecrees = [\"a\", \"b\"]\n\
     mutant = \"a vote counted twice\"",
    "protocol = \"parliament\"\npriests = 2\ntryers = [1, 2]\nnumbers = 2\ncrashes = 1\n\
     requests = [\"write a\", \"write b\"]",
    "protocol = \"parliament\"\npriests = 2\nnumbers = 2\nmutant = \"a gap is skipped\"\n\
     requests = [\"write a\", \"write b\"]",
];

/// Calls a function with up to so many states of a spec, with its model.
struct EachState<F>(usize, F);

/// A claim about a state of any model.
trait OfAState {
    fn ask<M: Checkable>(&mut self, model: &M, state: &M::State);
}

impl<F: OfAState> Visitor for EachState<F> {
    type Output = F;

    fn visit<M: Checkable>(mut self, model: &M) -> F {
        let mut states = model.init_states();
        states.truncate(self.0 / 2);
        let mut seen: std::collections::HashSet<_> = states.iter().cloned().collect();
        let mut next = 0;
        while next < states.len() && next < self.0 {
            let state = states[next].clone();
            let after = model.next_states(&state).into_iter();
            let within = after.filter(|after| model.within_boundary(after));
            states.extend(within.filter(|after| seen.insert(after.clone())));
            self.1.ask(model, &state);
            next += 1;
        }
        self.1
    }
}

fn ask<F: OfAState + Default>(spec: &str) -> F {
    ask_of(1000, spec)
}

/// Asks a claim of so many states, in the order of a search level by level.
fn ask_of<F: OfAState + Default>(states: usize, spec: &str) -> F {
    let parsed = parse(&format!("about = \"A claim.\"\n{spec}\n"));
    let spec = parsed.map_err(|error| error.message).expect(spec);
    spec.visit(EachState(states, F::default()))
}

#[derive(Default)]
struct Deeds {
    received: usize,
    happened: BTreeSet<String>,
}

impl OfAState for Deeds {
    fn ask<M: Checkable>(&mut self, model: &M, state: &M::State) {
        let may_arrive = model.may_arrive(state);
        for (action, _) in model.next_steps(state) {
            let (name, deed) = (model.step_name(&action), model.deed(&action));
            self.happened.insert(format!("{:?}", deed.happens));
            if let Some(process) = &deed.process {
                assert!(name.starts_with(&format!("{process}: ")), "{name}");
                assert!(model.processes().contains(process), "{name}");
            }
            let Some(message) = deed.receives else {
                continue;
            };
            let process = deed.process.unwrap();
            self.received += 1;
            assert!(
                may_arrive.contains(&message),
                "{name}: {message:?} of {may_arrive:?}"
            );
            assert!(
                message.to.is_empty() || message.to.contains(&process),
                "{name}"
            );
        }
    }
}

#[test]
fn what_a_step_receives_may_arrive_at_its_process() {
    for spec in SPECS {
        assert!(ask::<Deeds>(spec).received > 0, "{spec}");
    }
}

#[test]
fn timers_requests_and_crashes_are_told_apart() {
    let happened = |spec: usize| ask::<Deeds>(SPECS[spec]).happened;
    let set = |names: &[Happening]| names.iter().map(|name| format!("{name:?}")).collect();
    assert_eq!(happened(0), set(&[Acts, Crash]));
    assert_eq!(happened(3), set(&[Acts]));
    assert_eq!(happened(5), set(&[Acts, Crash, Timer]));
    assert_eq!(happened(7), set(&[Acts, Crash, Request, Timer]));
}

#[derive(Default)]
struct Processes(usize);

impl OfAState for Processes {
    fn ask<M: Checkable>(&mut self, model: &M, state: &M::State) {
        let fields: Vec<Field> = model.fields(state);
        let mut of_fields: Vec<_> = fields.iter().filter_map(|f| f.process.clone()).collect();
        of_fields.dedup();
        assert_eq!(model.processes(), of_fields);
        let in_parts = fields.iter().filter(|field| field.process.is_some());
        assert!(in_parts.clone().all(|field| field.part.is_some()));
        self.0 += in_parts.count();
    }
}

#[test]
fn the_processes_are_those_of_the_fields_and_each_field_of_one_is_in_a_part() {
    for spec in SPECS {
        assert!(ask::<Processes>(spec).0 > 0, "{spec}");
    }
}

#[test]
fn a_crash_changes_no_field_on_the_ledger() {
    let model = Basic::new(bounds(2, &[1, 2], 1, 2), true).unwrap();
    for state in levels(&model).iter().flatten() {
        for (action, after) in model.next_steps(state) {
            if model.deed(&action).happens == Happening::Crash {
                let fields = [state, &after].map(|state| model.fields(state).into_iter());
                let [before, after] = fields;
                let mut changed = before.zip(after).filter(|(before, after)| before != after);
                let is_on_the_slip =
                    |field: &Field| field.part == Some(synod_vocabulary::Part::Slip);
                assert!(changed.all(|(_, after)| is_on_the_slip(&after)));
            }
        }
    }
}

/// The actors draw the same processes and messages, and requests of clients are no messages.
#[test]
fn actors_are_drawn_as_the_world_is() {
    let world = complete::world(bounds(2, &[1], 1, 1), None, 0).unwrap();
    let actors = DescribedActors(complete::as_actors(&world));
    assert_eq!(actors.processes(), world.processes());
    let mut received = 0;
    for state in levels(&actors).iter().flatten().take(300) {
        let may_arrive = actors.may_arrive(state);
        for (action, _) in actors.next_steps(state) {
            let deed = actors.deed(&action);
            let name = actors.step_name(&action);
            assert!(name.starts_with(&format!("{}: ", deed.process.unwrap())));
            if let Some(message) = deed.receives {
                assert!(may_arrive.contains(&message), "{name}");
                received += 1;
            }
        }
        let fields = actors.fields(state);
        let network = fields.last().unwrap();
        assert!(matches!(&network.value, Value::Set(sent) if sent.len() == may_arrive.len()));
    }
    assert!(received > 0);
}
