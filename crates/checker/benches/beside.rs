//! The time of a search of naive models, as users write them first: explored by `Levels` and by
//! Stateright's breadth-first search, each with two threads. Run it with
//! `cargo bench -p synod-checker --bench beside`.
//!
//! The searches take turns, and the best time of each is shown; and that of the model alone, which
//! computes the successors of all states on two threads, and drops them. No search can take less.

#![allow(clippy::print_stdout, clippy::unwrap_used)] // Figures to read, of models that hold.

use stateright::{Checker, Model, Property};
use std::collections::{BTreeSet, HashSet};
use std::hash::Hash;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};
use synod_checker::{Extras, Levels, Problem, Progress, Question, Verdict, check};

const THREADS: usize = 2;
const ROUNDS: usize = 5;

/// Counters from 0 to 7 that go up one at a time. A state is one word: the cheapest model.
#[derive(Clone)]
struct Counters(u64);

impl Model for Counters {
    type State = u64;
    type Action = u64;

    fn init_states(&self) -> Vec<u64> {
        vec![0]
    }

    fn actions(&self, _: &u64, actions: &mut Vec<u64>) {
        actions.extend((0..self.0).map(|counter| counter * 8));
    }

    fn next_state(&self, state: &u64, shift: u64) -> Option<u64> {
        (state >> shift & 0xff < 7).then(|| state + (1 << shift))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("counts", |_, _| true)]
    }
}

/// Two-phase commit: a coordinator, participants, and messages that stay.
#[derive(Clone)]
struct Commit(usize);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Place {
    Working,
    Prepared,
    Committed,
    Aborted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Word {
    IsPrepared(usize),
    Commit,
    Abort,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Commitment {
    participants: Vec<Place>,
    heard: Vec<bool>,
    decision: Option<bool>,
    sent: BTreeSet<Word>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum CommitStep {
    Prepare(usize),
    Give(usize),
    Hear(usize),
    Decide(bool),
    Follow(usize, bool),
}

impl Model for Commit {
    type State = Commitment;
    type Action = CommitStep;

    fn init_states(&self) -> Vec<Commitment> {
        vec![Commitment {
            participants: vec![Place::Working; self.0],
            heard: vec![false; self.0],
            decision: None,
            sent: BTreeSet::new(),
        }]
    }

    fn actions(&self, state: &Commitment, actions: &mut Vec<CommitStep>) {
        for (it, place) in state.participants.iter().enumerate() {
            if *place == Place::Working {
                actions.extend([CommitStep::Prepare(it), CommitStep::Give(it)]);
            }
            if state.decision.is_none() && state.sent.contains(&Word::IsPrepared(it)) {
                actions.push(CommitStep::Hear(it));
            }
            for (word, is_commit) in [(Word::Commit, true), (Word::Abort, false)] {
                if state.sent.contains(&word) {
                    actions.push(CommitStep::Follow(it, is_commit));
                }
            }
        }
        if state.decision.is_none() {
            actions.push(CommitStep::Decide(false));
            if state.heard.iter().all(|heard| *heard) {
                actions.push(CommitStep::Decide(true));
            }
        }
    }

    fn next_state(&self, last: &Commitment, step: CommitStep) -> Option<Commitment> {
        let mut state = last.clone();
        match step {
            CommitStep::Prepare(it) => {
                state.participants[it] = Place::Prepared;
                state.sent.insert(Word::IsPrepared(it));
            }
            CommitStep::Hear(it) => state.heard[it] = true,
            CommitStep::Decide(is_commit) => {
                state.decision = Some(is_commit);
                state
                    .sent
                    .insert(if is_commit { Word::Commit } else { Word::Abort });
            }
            CommitStep::Follow(it, true) => state.participants[it] = Place::Committed,
            CommitStep::Give(it) | CommitStep::Follow(it, false) => {
                state.participants[it] = Place::Aborted;
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("agreement", |_, state: &Commitment| {
            let has = |place| state.participants.contains(&place);
            !(has(Place::Committed) && has(Place::Aborted))
        })]
    }
}

/// Threads that add one to a number under a lock, each in four steps.
#[derive(Clone)]
struct Increments(usize);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Shared {
    number: u8,
    is_locked: bool,
    /// For each thread the value that it has read, and the step at which it is.
    threads: Vec<(u8, u8)>,
}

impl Model for Increments {
    type State = Shared;
    type Action = usize;

    fn init_states(&self) -> Vec<Shared> {
        vec![Shared {
            number: 0,
            is_locked: false,
            threads: vec![(0, 0); self.0],
        }]
    }

    fn actions(&self, state: &Shared, actions: &mut Vec<usize>) {
        let goes_on =
            |(_, step): &(u8, u8)| *step > 0 && *step < 4 || *step == 0 && !state.is_locked;
        let threads = state.threads.iter().enumerate();
        actions.extend(threads.filter(|(_, at)| goes_on(at)).map(|(it, _)| it));
    }

    fn next_state(&self, last: &Shared, it: usize) -> Option<Shared> {
        let mut state = last.clone();
        match state.threads[it].1 {
            0 => state.is_locked = true,
            1 => state.threads[it].0 = state.number,
            2 => state.number = state.threads[it].0 + 1,
            _ => state.is_locked = false,
        }
        state.threads[it].1 += 1;
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("counts", |_, state: &Shared| {
                let added = state.threads.iter().filter(|(_, step)| *step > 2);
                added.count() == usize::from(state.number)
            }),
            Property::always("one at a time", |_, state: &Shared| {
                let inside = state
                    .threads
                    .iter()
                    .filter(|(_, step)| (1..4).contains(step));
                inside.count() <= 1
            }),
        ]
    }
}

/// A register on one server, and clients that write to it and then read it, by messages.
#[derive(Clone)]
struct Register(u8);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Message {
    Put(u8, u8),
    IsPut(u8),
    Get(u8),
    Value(u8, Option<u8>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Clients {
    value: Option<u8>,
    network: BTreeSet<Message>,
    /// For each client the value that it has read, once it has.
    read: Vec<Option<u8>>,
}

impl Model for Register {
    type State = Clients;
    type Action = Message;

    fn init_states(&self) -> Vec<Clients> {
        vec![Clients {
            value: None,
            network: (0..self.0)
                .map(|client| Message::Put(client, client))
                .collect(),
            read: vec![None; usize::from(self.0)],
        }]
    }

    fn actions(&self, state: &Clients, actions: &mut Vec<Message>) {
        actions.extend(state.network.iter().copied());
    }

    fn next_state(&self, last: &Clients, message: Message) -> Option<Clients> {
        let mut state = last.clone();
        state.network.remove(&message);
        match message {
            Message::Put(client, value) => {
                state.value = Some(value);
                state.network.insert(Message::IsPut(client));
            }
            Message::IsPut(client) => {
                state.network.insert(Message::Get(client));
            }
            Message::Get(client) => {
                state.network.insert(Message::Value(client, last.value));
            }
            Message::Value(client, value) => state.read[usize::from(client)] = value,
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("reads a write", |model: &Self, state: &Clients| {
                let mut read = state.read.iter().flatten();
                read.all(|value| *value < model.0)
            }),
            Property::sometimes("all read", |_, state: &Clients| {
                state.read.iter().all(Option::is_some)
            }),
        ]
    }
}

/// All states of a model, each once.
fn reachable<M: Model<State: Clone + Eq + Hash>>(model: &M) -> Vec<M::State> {
    let mut states = model.init_states();
    let mut known: HashSet<_> = states.iter().cloned().collect();
    let mut at = 0;
    while let Some(state) = states.get(at) {
        let next = model.next_states(state).into_iter();
        states.extend(next.filter(|next| known.insert(next.clone())));
        at += 1;
    }
    states
}

/// Computes the successors of states.
fn expand<M: Model<State: Sync> + Sync>(model: &M, states: &[M::State]) {
    std::thread::scope(|scope| {
        for states in states.chunks(states.len().div_ceil(THREADS)) {
            scope.spawn(move || {
                let mut actions = Vec::new();
                for state in states {
                    model.actions(state, &mut actions);
                    for action in actions.drain(..) {
                        black_box(model.next_state(state, action));
                    }
                }
            });
        }
    });
}

fn compare<M>(name: &str, model: &M)
where
    M: Model + Clone + Send + Sync + 'static,
    M::State: Clone + Hash + Eq + Send + Sync + std::fmt::Debug + 'static,
    M::Action: Clone + PartialEq + Send + Sync + std::fmt::Debug,
{
    let engine = Levels {
        threads: NonZeroUsize::new(THREADS).unwrap(),
        ..Levels::default()
    };
    let (mut alone, mut ours, mut theirs) = (Duration::MAX, Duration::MAX, Duration::MAX);
    let mut states = (0, 0);
    let reachable = reachable(model);
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        expand(model, &reachable);
        alone = alone.min(begun.elapsed());
        let begun = Instant::now();
        let (extras, progress) = (Extras::default(), Arc::new(Progress::new()));
        let problem = Problem::new(model.clone(), extras, Question::default(), &progress).unwrap();
        let report = check(&problem, &engine).unwrap();
        ours = ours.min(begun.elapsed());
        assert_eq!(report.verdict, Verdict::Holds, "{name}");
        let begun = Instant::now();
        let checker = model.clone().checker().threads(THREADS).spawn_bfs().join();
        theirs = theirs.min(begun.elapsed());
        states = (report.states, checker.unique_state_count() as u64);
        assert_eq!(states.0, states.1, "{name}");
    }
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{name:28}{:>10}{:>10.0}{:>10.0}{:>12.0}{:>8.2}",
        states.0,
        milliseconds(alone),
        milliseconds(ours),
        milliseconds(theirs),
        theirs.as_secs_f64() / ours.as_secs_f64()
    );
}

fn main() {
    // Tests of benches only compile this.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!(
        "{:28}{:>10}{:>10}{:>10}{:>12}{:>8}",
        "", "states", "model", "Levels", "Stateright", "ratio"
    );
    println!("{:38}{:>10}{:>10}{:>12}", "", "ms", "ms", "ms");
    compare("counters, 7", &Counters(7));
    compare("two-phase commit, 7", &Commit(7));
    compare("increments under a lock, 9", &Increments(9));
    compare("register, 5 clients", &Register(5));
}
