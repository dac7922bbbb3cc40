//! The clients of a trial: each makes one call after the other and records it.
//!
//! Some keys hold words and some hold integers. After a number of calls the clients move
//! on to new keys, because the judge's work for one key grows fast with its calls. No
//! word is written twice, so a read value identifies the call that wrote it.
//!
//! [`Load`] runs several clients at once; [`Client`] is a single one.
//! [`trial`](crate::trial) starts a load for every trial.

use crate::connection::Connection;
use crate::history::{Call, CallOutcome, Condition, Operation, Recorder, Response};
use crate::random::Random;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use synod_resp::Reply;

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
            seed: 0,
        }
    }
}

/// A client, which calls nodes and records the calls.
#[derive(Debug)]
pub struct Client {
    id: u32,
    timeout: Duration,
    recorder: Arc<Recorder>,
    connections: BTreeMap<u32, Connection>,
}

impl Client {
    /// A client without connections. Each client of a history needs an id of its own.
    pub fn new(id: u32, timeout: Duration, recorder: Arc<Recorder>) -> Self {
        Self {
            id,
            timeout,
            recorder,
            connections: BTreeMap::new(),
        }
    }

    /// Makes a call to a node. `None` if the node cannot be reached: then no call was made.
    pub fn call(
        &mut self,
        (node, address): (u32, SocketAddr),
        key: &str,
        operation: Operation,
    ) -> Option<CallOutcome> {
        let mut connection = match self.connections.remove(&node) {
            Some(connection) if connection.is_open() => connection,
            _ => Connection::open(address, self.timeout).ok()?,
        };
        let arguments = arguments(key, &operation);
        let invoked = self.recorder.now();
        let reply = connection.ask(&arguments);
        let at = self.recorder.now();
        let outcome = match reply {
            Ok(Reply::Error(error)) if is_declined(&error) => {
                self.connections.insert(node, connection);
                CallOutcome::NotCarriedOut { at }
            }
            Ok(Reply::Error(error)) if error.starts_with("UNKNOWN") => {
                self.connections.insert(node, connection);
                CallOutcome::Unknown { at }
            }
            Ok(reply) => {
                self.connections.insert(node, connection);
                let response = response(&operation, reply);
                CallOutcome::Answered { at, response }
            }
            Err(_) => CallOutcome::Unknown { at },
        };
        self.recorder.add(Call {
            client: self.id,
            node,
            key: key.to_owned(),
            operation,
            invoked,
            outcome: outcome.clone(),
        });
        Some(outcome)
    }
}

/// Whether an error says that the call was not carried out and will not be.
fn is_declined(error: &str) -> bool {
    error.starts_with("TRYAGAIN") || error.starts_with("LOADING")
}

/// The words of a command of the client protocol.
fn arguments<'a>(key: &'a str, operation: &'a Operation) -> Vec<&'a str> {
    match operation {
        Operation::Get => vec!["GET", key],
        Operation::Set { value, condition } => match condition {
            Condition::Always => vec!["SET", key, value],
            Condition::IfAbsent => vec!["SET", key, value, "NX"],
            Condition::IfPresent => vec!["SET", key, value, "XX"],
        },
        Operation::Delete => vec!["DEL", key],
        Operation::Increment => vec!["INCR", key],
        Operation::CompareAndSet { expected, new } => vec!["CAS", key, expected, new],
    }
}

/// The response in a reply. A reply of the wrong kind becomes an error, which the judge
/// accepts only where an error is right.
fn response(operation: &Operation, reply: Reply) -> Response {
    match (operation, reply) {
        (Operation::Get, Reply::Bulk(value)) => {
            let text = |value: Vec<u8>| String::from_utf8_lossy(&value).into_owned();
            Response::Value(value.map(text))
        }
        (Operation::Set { .. }, Reply::Simple(text)) if text == "OK" => Response::Stored(true),
        (Operation::Set { .. }, Reply::Bulk(None)) => Response::Stored(false),
        (
            Operation::Delete | Operation::Increment | Operation::CompareAndSet { .. },
            Reply::Integer(number),
        ) => Response::Number(number),
        _ => Response::Refused,
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
    nodes: Vec<(u32, SocketAddr)>,
    is_over: AtomicBool,
    /// The number of calls that were begun, including those that could not be made.
    calls: AtomicU64,
    /// The number of calls that could not be made.
    unreached: AtomicU64,
}

impl Load {
    /// Starts clients that call these nodes.
    pub fn start(
        nodes: Vec<(u32, SocketAddr)>,
        recorder: &Arc<Recorder>,
        options: LoadOptions,
    ) -> Self {
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

fn work(mut client: Client, shared: &Shared, mut random: Random) {
    let options = &shared.options;
    let pause = Duration::from_secs(1) / options.per_second.max(1);
    let mut node = random.index(shared.nodes.len());
    let mut written = 0_u64;
    // The last value that the client saw, for each current key.
    let mut seen: BTreeMap<u64, String> = BTreeMap::new();
    while !shared.is_over.load(Ordering::Relaxed) {
        let begun = Instant::now();
        let number = shared.calls.fetch_add(1, Ordering::Relaxed);
        let generation = number / (options.keys * options.calls_per_key).max(1);
        let key = generation * options.keys + random.below(options.keys);
        seen.retain(|other, _| other + options.keys > key);
        let id = client.id;
        let mut word = || {
            written += 1;
            format!("{id}.{written}{}", ".".repeat(options.padding))
        };
        // Every third key holds an integer.
        let (name, operation) = if key % 3 == 2 {
            let operation = count(&mut random, seen.get(&key));
            (format!("number-{key}"), operation)
        } else {
            let operation = write(&mut random, seen.get(&key), &mut word);
            (format!("word-{key}"), operation)
        };
        let wrote = match &operation {
            Operation::Set { value, .. } => Some(value.clone()),
            Operation::CompareAndSet { new, .. } => Some(new.clone()),
            _ => None,
        };
        let outcome = client.call(shared.nodes[node], &name, operation);
        match &outcome {
            Some(CallOutcome::Answered { response, .. }) => match response {
                Response::Value(Some(value)) => {
                    seen.insert(key, value.clone());
                }
                Response::Stored(true) | Response::Number(1) => {
                    if let Some(wrote) = wrote {
                        seen.insert(key, wrote);
                    }
                }
                _ => {}
            },
            _ => node = random.index(shared.nodes.len()),
        }
        if outcome.is_none() {
            shared.unreached.fetch_add(1, Ordering::Relaxed);
        }
        thread::sleep(pause.saturating_sub(begun.elapsed()));
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
        7..12 => conditional(Condition::Always, word()),
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
