//! The clients of a trial: each makes one call after the other, several together, or a transaction.
//!
//! Some keys hold words and some hold integers. Transactions have keys of their own (see `banks`). After a number of calls the clients move
//! on to new keys, because the judge's work for one key grows fast with its calls. No
//! word is written twice, so a read value identifies the call that wrote it.
//!
//! [`Load`] runs several clients at once; [`Client`] is a single one.
//! [`trial`](crate::trial) starts a load for every trial.

use crate::banks;
use crate::client::{Client, Node};
use crate::history::{CallOutcome, Condition, Operation, Recorder, Response};
use crate::random::Random;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The configuration of a [`Load`].
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// The number of clients.
    pub clients: u32,
    /// The largest number of calls of each client in a second.
    pub per_second: u32,
    /// The number of keys that are in use at a time.
    pub keys: u64,
    /// The approximate number of calls for a key.
    pub calls_per_key: u64,
    /// The number of bytes that are added to every word.
    pub padding: usize,
    /// The time after which a client gives up a call.
    pub timeout: Duration,
    /// How many of a client's 100 turns are transactions, on average.
    pub transactions: u8,
    /// How many are pipelines: calls that are made together.
    pub pipelines: u8,
    /// Determines the operations of the clients.
    pub seed: u64,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self {
            clients: 8,
            per_second: 40,
            keys: 5,
            calls_per_key: 800,
            padding: 0,
            timeout: Duration::from_secs(2),
            transactions: 15,
            pipelines: 10,
            seed: 0,
        }
    }
}

/// A group of running clients. They end when it is dropped.
#[derive(Debug)]
pub struct Load {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    options: LoadOptions,
    nodes: Vec<Node>,
    is_over: AtomicBool,
    /// The number of calls that were begun, including those that could not be made.
    calls: AtomicU64,
    /// The number of calls that could not be made.
    unreached: AtomicU64,
}

impl Load {
    /// Starts clients that call these nodes.
    pub fn start(nodes: Vec<Node>, recorder: &Arc<Recorder>, options: LoadOptions) -> Self {
        let mut random = Random::new(options.seed);
        let shared = Arc::new(Shared {
            options,
            nodes,
            is_over: AtomicBool::new(false),
            calls: AtomicU64::new(0),
            unreached: AtomicU64::new(0),
        });
        let clients = 1..=shared.options.clients;
        let threads = clients.map(|id| {
            let client = Client::new(id, shared.options.timeout, Arc::clone(recorder));
            let (shared, random) = (Arc::clone(&shared), random.split());
            thread::spawn(move || work(client, &shared, random))
        });
        Self {
            threads: threads.collect(),
            shared,
        }
    }

    /// The number of calls that could not be made, because the node was not reached.
    pub(crate) fn unreached(&self) -> u64 {
        self.shared.unreached.load(Ordering::Relaxed)
    }

    /// Ends the clients after their current calls. Returns the number of calls that could
    /// not be made, because the node was not reached.
    pub fn end(mut self) -> u64 {
        self.join();
        self.unreached()
    }

    fn join(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.join();
    }
}

fn work(client: Client, shared: &Shared, mut random: Random) {
    let pause = Duration::from_secs(1) / shared.options.per_second.max(1);
    let mut worker = Worker {
        node: random.index(shared.nodes.len()),
        client,
        shared,
        random,
        written: 0,
        seen: BTreeMap::new(),
    };
    while !shared.is_over.load(Ordering::Relaxed) {
        let begun = Instant::now();
        worker.take_a_turn();
        thread::sleep(pause.saturating_sub(begun.elapsed()));
    }
}

/// A client at work.
struct Worker<'a> {
    client: Client,
    shared: &'a Shared,
    random: Random,
    /// The node that it calls, as an index.
    node: usize,
    /// How many words it has written.
    written: u64,
    /// The last value that it saw, for each current key.
    seen: BTreeMap<u64, String>,
}

impl Worker<'_> {
    fn take_a_turn(&mut self) {
        let LoadOptions {
            transactions,
            pipelines,
            ..
        } = self.shared.options;
        let turn = self.random.below(100);
        if turn < u64::from(transactions) {
            self.transact();
        } else if turn < u64::from(transactions) + u64::from(pipelines) {
            let calls = 2 + self.random.below(5);
            self.call(calls);
        } else {
            self.call(1);
        }
    }

    /// The number of the next call among those of all clients.
    fn next_call(&self) -> u64 {
        self.shared.calls.fetch_add(1, Ordering::Relaxed)
    }

    /// The next call of this client: its key by number and name, and the operation.
    fn choose(&mut self) -> (u64, String, Operation) {
        let options = &self.shared.options;
        let generation = self.next_call() / (options.keys * options.calls_per_key).max(1);
        let key = generation * options.keys + self.random.below(options.keys);
        self.seen.retain(|other, _| other + options.keys > key);
        // Every third key holds an integer.
        if key % 3 == 2 {
            let operation = count(&mut self.random, self.seen.get(&key));
            return (key, format!("number-{key}"), operation);
        }
        let mut word = || {
            self.written += 1;
            let padding = ".".repeat(options.padding);
            format!("{}.{}{padding}", self.client.id(), self.written)
        };
        let operation = write(&mut self.random, self.seen.get(&key), &mut word);
        (key, format!("word-{key}"), operation)
    }

    /// Makes this many calls together.
    fn call(&mut self, count: u64) {
        let chosen: Vec<_> = (0..count).map(|_| self.choose()).collect();
        let keys: Vec<_> = chosen
            .iter()
            .map(|(key, _, made)| (*key, wrote(made)))
            .collect();
        let calls = chosen.into_iter().map(|(_, name, made)| (name, made));
        let node = self.shared.nodes[self.node];
        let outcomes = self.client.call_together(node, calls.collect());
        let all_answered = outcomes.as_ref().is_some_and(|outcomes| {
            let mut outcomes = outcomes.iter();
            outcomes.all(|outcome| matches!(outcome, CallOutcome::Answered { .. }))
        });
        for ((key, wrote), outcome) in keys.into_iter().zip(outcomes.iter().flatten()) {
            self.see(key, wrote, outcome);
        }
        self.go_elsewhere_unless(all_answered);
        if outcomes.is_none() {
            self.shared.unreached.fetch_add(count, Ordering::Relaxed);
        }
    }

    /// Notes the value that a key has after this call of the client.
    fn see(&mut self, key: u64, wrote: Option<String>, outcome: &CallOutcome) {
        if let CallOutcome::Answered { response, .. } = outcome {
            let value = match response {
                Response::Value(Some(value)) => Some(value.clone()),
                Response::Stored(true) | Response::Number(1) => wrote,
                _ => None,
            };
            self.seen.extend(value.map(|value| (key, value)));
        }
    }

    /// Makes a transaction, or another call on the keys of transactions.
    fn transact(&mut self) {
        let id = self.client.id();
        let mut word = || {
            self.written += 1;
            format!("{id}.{}", self.written)
        };
        let turn = banks::Turn {
            number: self.shared.calls.fetch_add(1, Ordering::Relaxed),
            node: self.shared.nodes[self.node],
            random: &mut self.random,
            word: &mut word,
        };
        let outcome = turn.take(&mut self.client);
        self.go_elsewhere_unless(matches!(outcome, Some(CallOutcome::Answered { .. })));
    }

    fn go_elsewhere_unless(&mut self, is_served: bool) {
        if !is_served {
            self.node = self.random.index(self.shared.nodes.len());
        }
    }
}

/// The value that an operation writes.
fn wrote(operation: &Operation) -> Option<String> {
    match operation {
        Operation::Set { value, .. } | Operation::SetFor { value, .. } => Some(value.clone()),
        Operation::CompareAndSet { new, .. } => Some(new.clone()),
        _ => None,
    }
}

/// The next operation for a key that holds words.
fn write(
    random: &mut Random,
    seen: Option<&String>,
    word: &mut impl FnMut() -> String,
) -> Operation {
    let conditional = |condition, value| Operation::Set { value, condition };
    match random.below(20) {
        0..7 => Operation::Get,
        7..10 => conditional(Condition::Always, word()),
        10 | 11 => Operation::SetFor {
            value: word(),
            milliseconds: 20 + random.below(400),
        },
        12 => conditional(Condition::IfAbsent, word()),
        13 => conditional(Condition::IfPresent, word()),
        14..19 => match seen {
            Some(expected) => Operation::CompareAndSet {
                expected: expected.clone(),
                new: word(),
            },
            None => Operation::Get,
        },
        _ => Operation::Delete,
    }
}

/// The next operation for a key that holds an integer.
fn count(random: &mut Random, seen: Option<&String>) -> Operation {
    let next = seen.and_then(|seen| seen.parse::<i64>().ok());
    let leap = i64::try_from(random.below(1_000_000)).unwrap_or(0);
    match (random.below(20), seen, next) {
        (0..6, _, _) => Operation::Get,
        // A random leap, so that two different orders hardly lead to the same integer.
        (6, Some(expected), Some(number)) => Operation::CompareAndSet {
            expected: expected.clone(),
            new: (number + 1_000 + leap).to_string(),
        },
        (7, _, _) if random.chance(20) => Operation::Delete,
        _ => Operation::Increment,
    }
}
