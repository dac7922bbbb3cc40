//! Models that are explored up to symmetry: what is found is what is found without it. A model
//! that does not have the symmetry that it tells gets no verdict.

use crate::engines::{ENGINES, make};
use crate::graph::options;
use crate::options::{Options, Report, check_with};
use stateright::{Model, Property};
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;
use synod_checker::{Explored, Extras, Progress, Reason, Step, Storage, Until, Verdict, Walks};
use synod_vocabulary::{Form, Structure, Symmetric, Symmetry};

const CLIENTS: usize = 3;
/// What a client that waits, and one that is done, has in place of what it has read.
const WAITS: u8 = 0;
const DONE: u8 = 9;

/// Three identical clients each add one to a counter: they read it, and then write what they
/// have read and one more.
#[derive(Clone, Copy, Debug, Default)]
struct Clients {
    /// Whether a client reads only while no other has read and not yet written.
    is_locked: bool,
    /// Whether the rank is told.
    is_ranked: bool,
    /// What tells the clients apart, although the symmetry says that nothing does.
    apart: Option<Apart>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Apart {
    /// A property that the representatives meet and other states do not.
    Unseen,
    /// A property that the representatives do not meet and other states do.
    Seen,
    /// The last client does not begin once another is done.
    Steps,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Adding {
    count: u8,
    /// One more than what each has read, [`WAITS`] or [`DONE`].
    read: [u8; CLIENTS],
}

impl Adding {
    fn only_one_has_begun(self, client: usize) -> bool {
        (0..CLIENTS).all(|other| (self.read[other] == WAITS) == (other != client))
    }
}

impl Model for Clients {
    type State = Adding;
    type Action = usize;

    fn init_states(&self) -> Vec<Adding> {
        vec![Adding {
            count: 0,
            read: [WAITS; CLIENTS],
        }]
    }

    fn actions(&self, _: &Adding, actions: &mut Vec<usize>) {
        actions.extend(0..CLIENTS);
    }

    fn next_state(&self, state: &Adding, client: usize) -> Option<Adding> {
        let mut next = *state;
        match state.read[client] {
            DONE => return None,
            WAITS => {
                let has_read = |read: &u8| ![WAITS, DONE].contains(read);
                let is_late = self.apart == Some(Apart::Steps) && client == CLIENTS - 1;
                let is_over = state.read.contains(&DONE);
                if self.is_locked && state.read.iter().any(has_read) || is_late && is_over {
                    return None;
                }
                next.read[client] = state.count + 1;
            }
            read => {
                next.count = read;
                next.read[client] = DONE;
            }
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("no addition is lost", |_, state: &Adding| {
                let done = state.read.map(|read| u8::from(read == DONE));
                state.count >= done.iter().sum::<u8>()
            }),
            Property::sometimes("all are done", |_, state: &Adding| {
                state.read == [DONE; CLIENTS]
            }),
            Property::always("one client is not the first", |model, state: &Adding| {
                // Representatives have the clients that wait in front.
                match model.apart {
                    Some(Apart::Unseen) => !state.only_one_has_begun(0),
                    Some(Apart::Seen) => !state.only_one_has_begun(CLIENTS - 1),
                    _ => true,
                }
            }),
        ]
    }
}

impl Structure for Clients {
    type Held = Adding;

    fn form(&self) -> Form<Self> {
        let steps = |_: &Self, state: &Adding| {
            let of = |read: &u8| match *read {
                WAITS => 0,
                DONE => 2,
                _ => 1,
            };
            state.read.iter().map(of).sum()
        };
        Form {
            symmetry: Some(Symmetry::of_images()),
            rank: self.is_ranked.then_some(steps),
            is_graded: self.is_ranked,
            ..Form::WHOLE
        }
    }
}

impl Symmetric for Clients {
    type Key = Adding;

    fn key(&self, state: &Adding) -> Adding {
        *state
    }

    fn images(&self, state: &Adding, images: &mut Vec<Adding>) {
        let [a, b, c] = state.read;
        let orders = [
            [a, b, c],
            [a, c, b],
            [b, a, c],
            [b, c, a],
            [c, a, b],
            [c, b, a],
        ];
        images.extend(orders.map(|read| Adding { read, ..*state }));
    }
}

fn extras() -> Extras<Clients> {
    Extras {
        storage: Some(Storage {
            write: |_, state, bytes| {
                bytes.push(state.count);
                bytes.extend(state.read);
            },
            read_own: |_, bytes| read(bytes),
            read: |_, _, bytes| read(bytes),
            write_context: |_, _, _| {},
            read_context: |_, _, bytes| bytes.is_empty(),
        }),
        ..Extras::default()
    }
}

fn read(bytes: &mut &[u8]) -> Option<Adding> {
    let (&[count, a, b, c], rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    let read = [a, b, c];
    Some(Adding { count, read })
}

/// Every engine that explores everything, with one thread and with four.
fn all_options(until: &Until) -> Vec<Options> {
    let of = |engine| [1, 4].map(|threads| options(engine, threads, until.clone()));
    ENGINES.into_iter().flat_map(of).collect()
}

/// The model as it is, with its symmetry, and with its rank beside it.
fn with_and_without_rank(model: Clients) -> [Clients; 2] {
    [false, true].map(|is_ranked| Clients { is_ranked, ..model })
}

/// Explores the model up to symmetry.
fn explore(
    model: Clients,
    options: &Options,
    engine: &dyn synod_checker::Engine<Explored<Clients>>,
) -> Report<Clients> {
    let (model, progress) = (Arc::new(model), Arc::new(Progress::new()));
    let problem = Explored::problem(&model, extras(), options.question(), &progress).unwrap();
    let report = synod_checker::check(&problem, engine).unwrap();
    problem.model().told(report)
}

fn check_reduced(model: Clients, options: &Options) -> Report<Clients> {
    explore(model, options, &*make(options))
}

fn check_whole(model: Clients, options: &Options) -> Report<Clients> {
    check_with(model, &extras(), options, &Arc::new(Progress::new())).unwrap()
}

fn walk(model: Clients) -> Report<Clients> {
    let walks = Walks {
        threads: NonZeroUsize::MIN,
        walks: 200,
        seed: 5,
        steps: 20,
    };
    explore(model, &Options::default(), &walks)
}

/// The states of the model, found as simply as possible.
fn all_states(model: Clients) -> BTreeSet<Adding> {
    let mut waiting = model.init_states();
    let mut all: BTreeSet<_> = waiting.iter().copied().collect();
    while let Some(state) = waiting.pop() {
        let next = model.next_states(&state).into_iter();
        waiting.extend(next.filter(|next| all.insert(*next)));
    }
    all
}

/// The states, up to the order of the clients.
fn orbits(states: &BTreeSet<Adding>) -> BTreeSet<Adding> {
    let sorted = |state: &Adding| {
        let mut state = *state;
        state.read.sort_unstable();
        state
    };
    states.iter().map(sorted).collect()
}

/// Asserts that each step is one of the model, from an initial state on.
fn assert_is_a_run(model: Clients, steps: &[Step<Adding, usize>]) {
    assert_eq!(steps[0].action, None);
    assert!(model.init_states().contains(&steps[0].state));
    for two in steps.windows(2) {
        let next = model.next_state(&two[0].state, two[1].action.unwrap());
        assert_eq!(next, Some(two[1].state));
    }
}

fn lengths(report: &Report<Clients>) -> Vec<(Verdict, Option<u32>)> {
    let properties = report.properties.iter();
    properties.map(|it| (it.verdict, it.length)).collect()
}

#[test]
fn one_state_of_each_orbit_is_explored_and_verdicts_and_lengths_stay() {
    for is_locked in [false, true] {
        let plain = Clients {
            is_locked,
            ..Clients::default()
        };
        let states = all_states(plain);
        for options in all_options(&Until::Exhausted) {
            let whole = check_whole(plain, &options);
            assert_eq!(whole.states, states.len() as u64);
            for model in with_and_without_rank(plain) {
                let reduced = check_reduced(model, &options);
                assert_eq!(reduced.reason, None, "{model:?} {options:?}");
                assert_eq!(reduced.states, orbits(&states).len() as u64);
                assert_eq!(reduced.verdict, whole.verdict);
                assert_eq!(reduced.depth, whole.depth);
                assert_eq!(lengths(&reduced), lengths(&whole));
                let unreduced = reduced.exploration.map(|it| it.unreduced);
                let expected = whole.exploration.as_ref().map(|_| Some(whole.states));
                assert_eq!(unreduced, expected, "{model:?} {options:?}");
            }
        }
    }
}

#[test]
fn a_counterexample_is_a_run_of_the_model_and_as_short_as_without_symmetry() {
    let plain = Clients::default();
    for until in [Until::FirstViolation, Until::Example("all are done".into())] {
        for options in all_options(&until) {
            let whole = check_whole(plain, &options);
            for model in with_and_without_rank(plain) {
                let reduced = check_reduced(model, &options);
                assert_eq!(reduced.verdict, whole.verdict);
                assert_eq!(lengths(&reduced), lengths(&whole));
                let of = |report: &Report<Clients>| -> Vec<_> {
                    let found = report.counterexamples.iter();
                    found.map(|it| (it.property, it.length())).collect()
                };
                assert_eq!(of(&reduced), of(&whole));
                assert!(!reduced.counterexamples.is_empty());
                for found in &reduced.counterexamples {
                    assert_is_a_run(plain, &found.steps);
                    let last = &found.steps.last().unwrap().state;
                    let property = &plain.properties()[found.property];
                    let is_met = (property.condition)(&plain, last);
                    assert_eq!(is_met, found.property == 1, "it shows what it is told for");
                }
            }
        }
    }
}

#[test]
fn a_walk_is_told_as_a_run_of_the_model() {
    let model = Clients::default();
    let report = walk(model);
    assert_eq!(report.verdict, Verdict::Violated);
    let found = &report.counterexamples[0];
    assert_is_a_run(model, &found.steps);
    let last = found.steps.last().unwrap().state;
    let property = &model.properties()[found.property];
    assert!(!(property.condition)(&model, &last));
}

#[test]
fn a_model_without_the_symmetry_that_it_tells_gets_no_verdict() {
    for (apart, why) in [
        (
            Apart::Unseen,
            "\"one client is not the first\" tells states apart",
        ),
        (
            Apart::Seen,
            "\"one client is not the first\" tells states apart",
        ),
        (Apart::Steps, "different steps"),
    ] {
        let model = Clients {
            is_locked: true,
            apart: Some(apart),
            ..Clients::default()
        };
        let assert_refused = |report: &Report<Clients>, by: &dyn std::fmt::Debug| {
            assert_eq!(report.verdict, Verdict::Inconclusive, "{apart:?} {by:?}");
            let Some(Reason::Asymmetric(differs)) = &report.reason else {
                panic!("{apart:?} {by:?}: {:?}", report.reason);
            };
            assert!(differs.contains(why), "{differs}");
            assert!(report.counterexamples.is_empty());
        };
        for until in [Until::FirstViolation, Until::Exhausted] {
            for options in all_options(&until) {
                assert_refused(&check_reduced(model, &options), &options);
            }
        }
        assert_refused(&walk(model), &"walks");
    }
}
