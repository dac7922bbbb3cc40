//! A client: makes calls and records them, one at a time, several together, or as a transaction.
//!
//! [`Load`](crate::load::Load) runs several at once.

use crate::connection::Connection;
use crate::history::{Call, CallOutcome, Condition, Operation, Recorder, Response};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use synod_resp::Reply;

/// A node: its id and the address at which it serves clients.
pub type Node = (u32, SocketAddr);

/// A client, which calls nodes and records the calls.
#[derive(Debug)]
pub struct Client {
    id: u32,
    timeout: Duration,
    recorder: Arc<Recorder>,
    connections: BTreeMap<u32, Connection>,
    /// Whether it has watched keys: another connection would not know them.
    is_watching: bool,
}

impl Client {
    /// A client without connections. Each client of a history needs an id of its own.
    pub fn new(id: u32, timeout: Duration, recorder: Arc<Recorder>) -> Self {
        Self {
            id,
            timeout,
            recorder,
            connections: BTreeMap::new(),
            is_watching: false,
        }
    }

    /// The id.
    pub(crate) const fn id(&self) -> u32 {
        self.id
    }

    /// Makes a call to a node. `None` if the node cannot be reached: then no call was made.
    pub fn call(&mut self, node: Node, key: &str, operation: Operation) -> Option<CallOutcome> {
        let outcomes = self.call_together(node, vec![(key.to_owned(), operation)])?;
        outcomes.into_iter().next()
    }

    /// Makes calls to a node together, without waiting for answers in between. `None` as of
    /// [`call`](Self::call).
    pub fn call_together(
        &mut self,
        node: Node,
        calls: Vec<(String, Operation)>,
    ) -> Option<Vec<CallOutcome>> {
        let mut connection = self.connection(node)?;
        let commands: Vec<_> = calls
            .iter()
            .map(|(key, made)| arguments(key, made))
            .collect();
        let begun = self.recorder.now();
        let mut is_broken = connection.send(&commands).is_err();
        let pipeline = (calls.len() > 1).then_some(begun);
        let mut outcomes = Vec::new();
        for (position, (key, operation)) in (0..).zip(calls) {
            let reply = next_reply(&mut connection, &mut is_broken);
            let at = self.recorder.now();
            let outcome = outcome(at, reply, |reply| response(&operation, reply));
            outcomes.push(outcome.clone());
            // They were sent in this order.
            let invoked = (begun + position).min(at);
            self.add(node, key, operation, (invoked, pipeline), outcome);
        }
        self.keep(node, connection, is_broken);
        Some(outcomes)
    }

    /// Makes a transaction: watches these keys, reads them, and then has the commands carried out that
    /// follow from the values. The calls that read are recorded, too. `None` as of
    /// [`call`](Self::call), or if the keys cannot be watched or read: then there is no transaction.
    pub fn transact(
        &mut self,
        node: Node,
        group: &str,
        watched: &[String],
        commands: impl FnOnce(&[Option<String>]) -> Vec<(String, Operation)>,
    ) -> Option<CallOutcome> {
        let outcome = self.watch_and_execute(node, group, watched, commands);
        self.is_watching = false;
        if outcome.is_none() {
            // It may watch keys, on which another transaction would depend.
            self.connections.remove(&node.0);
        }
        outcome
    }

    fn watch_and_execute(
        &mut self,
        node: Node,
        group: &str,
        watched: &[String],
        commands: impl FnOnce(&[Option<String>]) -> Vec<(String, Operation)>,
    ) -> Option<CallOutcome> {
        if !watched.is_empty() {
            self.watch(node, watched)?;
        }
        let mut read = Vec::new();
        for key in watched {
            match self.call(node, key, Operation::Get)? {
                CallOutcome::Answered {
                    response: Response::Value(value),
                    ..
                } => read.push(value),
                _ => return None,
            }
        }
        let commands = commands(&read);
        let expected = watched.iter().cloned().zip(read).collect();
        self.execute(node, group, expected, commands)
    }

    fn watch(&mut self, node: Node, keys: &[String]) -> Option<()> {
        let mut connection = self.connection(node)?;
        let mut watch = vec!["WATCH"];
        watch.extend(keys.iter().map(String::as_str));
        let is_done = matches!(connection.ask(&watch), Ok(Reply::Simple(_)));
        self.keep(node, connection, !is_done);
        self.is_watching = is_done;
        is_done.then_some(())
    }

    fn execute(
        &mut self,
        node: Node,
        group: &str,
        expected: Vec<(String, Option<String>)>,
        commands: Vec<(String, Operation)>,
    ) -> Option<CallOutcome> {
        let mut connection = self.connection(node)?;
        let mut words = vec![vec!["MULTI".to_owned()]];
        words.extend(commands.iter().map(|(key, made)| arguments(key, made)));
        words.push(vec!["EXEC".to_owned()]);
        let invoked = self.recorder.now();
        let mut is_broken = connection.send(&words).is_err();
        // The replies to MULTI and the commands say only that they are queued.
        let mut last = None;
        for _ in &words {
            last = next_reply(&mut connection, &mut is_broken);
        }
        let at = self.recorder.now();
        let outcome = outcome(at, last, |reply| responses(&commands, reply));
        self.keep(node, connection, is_broken);
        let operation = Operation::Transaction { expected, commands };
        let (key, times) = (group.to_owned(), (invoked, None));
        self.add(node, key, operation, times, outcome.clone());
        Some(outcome)
    }

    /// The connection to a node, which is not kept until it is put back.
    fn connection(&mut self, (node, address): Node) -> Option<Connection> {
        match self.connections.remove(&node) {
            Some(connection) if connection.is_open() => Some(connection),
            _ if self.is_watching => None,
            _ => Connection::open(address, self.timeout).ok(),
        }
    }

    fn keep(&mut self, (node, _): Node, connection: Connection, is_broken: bool) {
        if !is_broken {
            self.connections.insert(node, connection);
        }
    }

    fn add(
        &self,
        (node, _): Node,
        key: String,
        operation: Operation,
        (invoked, pipeline): (u64, Option<u64>),
        outcome: CallOutcome,
    ) {
        self.recorder.add(Call {
            client: self.id,
            node,
            key,
            operation,
            invoked,
            pipeline,
            outcome,
        });
    }
}

/// The next reply on a connection; `None` if there is none any more. Once one is missing, a later one would be
/// taken for it.
fn next_reply(connection: &mut Connection, is_broken: &mut bool) -> Option<Reply> {
    if *is_broken {
        return None;
    }
    let reply = connection.receive().ok();
    *is_broken = reply.is_none();
    reply
}

/// What a reply says about its call, or that there is none.
fn outcome(at: u64, reply: Option<Reply>, response: impl FnOnce(Reply) -> Response) -> CallOutcome {
    match reply {
        Some(Reply::Error(error)) if is_declined(&error) => CallOutcome::NotCarriedOut { at },
        Some(Reply::Error(error)) if error.starts_with("UNKNOWN") => CallOutcome::Unknown { at },
        Some(reply) => CallOutcome::Answered {
            at,
            response: response(reply),
        },
        None => CallOutcome::Unknown { at },
    }
}

/// Whether an error says that the call was not carried out and will not be.
fn is_declined(error: &str) -> bool {
    let declined = ["TRYAGAIN", "LOADING", "EXECABORT"];
    declined.iter().any(|begin| error.starts_with(begin))
}

/// The responses in the reply to EXEC.
fn responses(commands: &[(String, Operation)], reply: Reply) -> Response {
    match reply {
        Reply::Array(None) | Reply::Bulk(None) => Response::Aborted,
        Reply::Array(Some(replies)) if replies.len() == commands.len() => {
            let pairs = commands.iter().zip(replies);
            Response::Many(
                pairs
                    .map(|((_, made), reply)| response(made, reply))
                    .collect(),
            )
        }
        other => unexpected(&other),
    }
}

/// The words of a command of the client protocol.
fn arguments(key: &str, operation: &Operation) -> Vec<String> {
    let milliseconds;
    let words: &[&str] = match operation {
        Operation::Get => &["GET", key],
        Operation::Set { value, condition } => match condition {
            Condition::Always => &["SET", key, value],
            Condition::IfAbsent => &["SET", key, value, "NX"],
            Condition::IfPresent => &["SET", key, value, "XX"],
        },
        Operation::Delete => &["DEL", key],
        Operation::Increment => &["INCR", key],
        Operation::CompareAndSet { expected, new } => &["CAS", key, expected, new],
        Operation::SetFor {
            value,
            milliseconds: time,
        } => {
            milliseconds = time.to_string();
            &["SET", key, value, "PX", &milliseconds]
        }
        // No client makes these.
        Operation::Expire { .. } | Operation::Transaction { .. } => &["PING"],
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The response in a reply.
fn response(operation: &Operation, reply: Reply) -> Response {
    match (operation, reply) {
        (Operation::Get, Reply::Bulk(value)) => {
            let text = |value: Vec<u8>| String::from_utf8_lossy(&value).into_owned();
            Response::Value(value.map(text))
        }
        (Operation::Set { .. } | Operation::SetFor { .. }, Reply::Simple(text)) if text == "OK" => {
            Response::Stored(true)
        }
        (Operation::Set { .. }, Reply::Bulk(None)) => Response::Stored(false),
        (
            Operation::Delete | Operation::Increment | Operation::CompareAndSet { .. },
            Reply::Integer(number),
        ) => Response::Number(number),
        (Operation::Increment, Reply::Error(text)) if text == NOT_AN_INTEGER => Response::Refused,
        (_, other) => unexpected(&other),
    }
}

/// The error to `INCR` of a value that is not an integer.
const NOT_AN_INTEGER: &str = "ERR value is not an integer or out of range";

fn unexpected(reply: &Reply) -> Response {
    Response::Unexpected(format!("{reply:?}"))
}
