//! The history of a trial: every call of every client, with the times of its begin and
//! its end on one clock.
//!
//! The history is the only input of the [judge](crate::linearizability), which knows
//! nothing of ballots or decrees. It is stored as JSON lines, so that it can be judged
//! again:
//!
//! ```
//! use synod_trials::{history, linearizability};
//!
//! # fn main() -> std::io::Result<()> {
//! let file = br#"{"client":1,"node":2,"key":"k","operation":"get","invoked":5,"outcome":{"answered":{"at":9,"response":{"value":null}}}}"#;
//! let calls = history::read(&file[..])?;
//! assert!(linearizability::check(&calls).is_linearizable());
//!
//! let mut again = Vec::new();
//! history::write(&calls, &mut again)?;
//! assert_eq!(again.trim_ascii_end(), file);
//! # Ok(())
//! # }
//! ```
//!
//! [`Recorder`] collects the calls of a [`Load`](crate::load::Load); the other items of
//! this module are parts of a [`Call`].

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, BufRead, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The operation of a call. Values are text, because the clients of a trial write nothing
/// else; inside the judge, a value is a number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation<V = String> {
    /// `GET`
    Get,
    /// `SET`, with or without `NX` or `XX`
    Set {
        /// The value to be stored.
        value: V,
        /// The condition under which it is stored.
        condition: Condition,
    },
    /// `DEL`
    Delete,
    /// `INCR`: an absent value counts as 0
    Increment,
    /// `CAS`: stores `new` if the value is `expected`
    CompareAndSet {
        /// The value that the key must have. A key without a value has none to match.
        expected: V,
        /// The value to be stored.
        new: V,
    },
    /// `SET` with `PX`: the key loses the value when its time is over
    SetFor {
        /// The value to be stored. No other call writes it.
        value: V,
        /// How long it lasts.
        milliseconds: u64,
    },
    /// The time of a value is over. No call of a client: the judge adds it to each
    /// [`SetFor`](Self::SetFor).
    Expire {
        /// The value.
        value: V,
    },
    /// `WATCH`, then `MULTI` … `EXEC`: commands that are carried out together. The key of the call is
    /// the part of the names that all its keys have in common (see [`group`]).
    Transaction {
        /// The watched keys, with the values that were read after `WATCH`. The transaction is aborted
        /// if one has changed; it may also be aborted if one had changed before it was read.
        expected: Vec<(String, Option<V>)>,
        /// The commands, each with its key.
        commands: Vec<(String, Operation<V>)>,
    },
}

/// The object that a key belongs to, by its name: the part before the colon. Keys of one object are judged
/// together, because transactions read and write several of them at one moment.
///
/// ```
/// use synod_trials::history::group;
///
/// assert_eq!((group("bank-1:a"), group("word-1")), ("bank-1", "word-1"));
/// ```
pub fn group(key: &str) -> &str {
    key.split_once(':').map_or(key, |(group, _)| group)
}

/// The condition under which a `SET` stores its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Always.
    Always,
    /// If the key has no value (`NX`).
    IfAbsent,
    /// If the key has a value (`XX`).
    IfPresent,
}

/// The answer to a call.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response<V = String> {
    /// To `GET`: the value, or `None` if there is none.
    Value(Option<V>),
    /// To `SET`: whether the value was stored.
    Stored(bool),
    /// To `DEL`, `INCR` and `CAS`.
    Number(i64),
    /// The error that is the right answer to `INCR` of a value that is not an integer.
    Refused,
    /// To a transaction: the answers to its commands.
    Many(Vec<Response<V>>),
    /// To a transaction: nothing was carried out, because a watched key has changed.
    Aborted,
    /// Any other reply. It is the right answer to nothing.
    Unexpected(String),
}

/// The outcome of a call. The times are nanoseconds on the [`Recorder`]'s clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// The call was carried out and answered.
    Answered {
        /// The time at which the client had the answer.
        at: u64,
        /// The answer.
        response: Response,
    },
    /// The node answered that the call was not carried out and never will be.
    NotCarriedOut {
        /// The time at which the client had this answer.
        at: u64,
    },
    /// The client does not know the outcome: the call was carried out, or may be at any
    /// later time, or never is.
    Unknown {
        /// The time at which the client gave up.
        at: u64,
    },
}

/// One call of one client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The id of the client.
    pub client: u32,
    /// The id of the node that was called.
    pub node: u32,
    /// The key of the operation.
    pub key: String,
    /// The operation.
    pub operation: Operation,
    /// The time at which the call began, in nanoseconds on the [`Recorder`]'s clock.
    pub invoked: u64,
    /// For calls that a client made together, without waiting for answers, the time at which the first of
    /// them began. Each takes effect after those before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<u64>,
    /// The outcome.
    pub outcome: CallOutcome,
}

impl Call {
    /// The keys that the call reads or writes.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &String> {
        let (own, many) = match &self.operation {
            Operation::Transaction { expected, commands } => {
                let expected = expected.iter().map(|(key, _)| key);
                (
                    None,
                    Some(expected.chain(commands.iter().map(|(key, _)| key))),
                )
            }
            _ => (Some(&self.key), None),
        };
        own.into_iter().chain(many.into_iter().flatten())
    }

    /// The time at which the call ended for its client.
    pub fn ended(&self) -> u64 {
        match self.outcome {
            CallOutcome::Answered { at, .. }
            | CallOutcome::NotCarriedOut { at }
            | CallOutcome::Unknown { at } => at,
        }
    }
}

/// Records the calls of concurrent clients, with the times of one clock.
#[derive(Debug)]
pub struct Recorder {
    begun: Instant,
    calls: Mutex<Vec<Call>>,
}

impl Default for Recorder {
    fn default() -> Self {
        Self::new()
    }
}

impl Recorder {
    /// An empty recorder, whose clock starts now.
    pub fn new() -> Self {
        Self {
            begun: Instant::now(),
            calls: Mutex::default(),
        }
    }

    /// The time on the clock, in nanoseconds. The clock never runs backwards, and is the
    /// same for all threads.
    pub fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Records a call that has ended.
    pub fn add(&self, call: Call) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.push(call);
    }

    /// The number of recorded calls.
    pub fn len(&self) -> usize {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.len()
    }

    /// Whether no call is recorded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The keys of all recorded calls.
    pub fn keys(&self) -> Vec<String> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let keys: BTreeSet<&String> = calls.iter().flat_map(Call::keys).collect();
        keys.into_iter().cloned().collect()
    }

    /// Removes and returns all recorded calls, sorted by the times at which they began.
    pub fn take(&self) -> Vec<Call> {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let mut calls = std::mem::take(&mut *calls);
        calls.sort_by_key(|call| call.invoked);
        calls
    }
}

/// Writes a history, one call in a line.
///
/// # Errors
///
/// The writer reports an error.
pub fn write(calls: &[Call], mut to: impl Write) -> io::Result<()> {
    for call in calls {
        serde_json::to_writer(&mut to, call)?;
        to.write_all(b"\n")?;
    }
    to.flush()
}

/// Reads a history that [`write`](fn@write) has written.
///
/// # Errors
///
/// The reader reports an error, or a line is not a call.
pub fn read(from: impl BufRead) -> io::Result<Vec<Call>> {
    from.lines()
        .filter(|line| line.as_ref().map_or(true, |line| !line.trim().is_empty()))
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect()
}

/// A value, shortened for display if it is long.
pub(crate) struct Short<'a>(pub(crate) &'a str);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(40) {
            Some((end, _)) => write!(f, "{}… ({} bytes)", &self.0[..end], self.0.len()),
            None => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Get => write!(f, "GET"),
            Self::Set { value, condition } => {
                write!(f, "SET {}", Short(value))?;
                f.write_str(match condition {
                    Condition::Always => "",
                    Condition::IfAbsent => " NX",
                    Condition::IfPresent => " XX",
                })
            }
            Self::Delete => write!(f, "DEL"),
            Self::Increment => write!(f, "INCR"),
            Self::CompareAndSet { expected, new } => {
                write!(f, "CAS {} {}", Short(expected), Short(new))
            }
            Self::SetFor {
                value,
                milliseconds,
            } => write!(f, "SET {} PX {milliseconds}", Short(value)),
            Self::Expire { value } => write!(f, "the time of {} is over", Short(value)),
            Self::Transaction { expected, commands } => {
                for (key, value) in expected {
                    let value = value.as_deref().unwrap_or("nil");
                    write!(f, "WATCH {key} (read: {}), ", Short(value))?;
                }
                f.write_str("MULTI")?;
                for (key, command) in commands {
                    write!(f, ", {key}: {command}")?;
                }
                f.write_str(", EXEC")
            }
        }
    }
}

impl fmt::Display for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(Some(value)) => write!(f, "\"{}\"", Short(value)),
            Self::Value(None) | Self::Stored(false) => write!(f, "nil"),
            Self::Stored(true) => write!(f, "OK"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Refused => write!(f, "an error"),
            Self::Many(all) => {
                let all: Vec<_> = all.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", all.join(", "))
            }
            Self::Aborted => write!(f, "aborted"),
            Self::Unexpected(reply) => write!(f, "an unexpected reply: {reply}"),
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let begun = Duration::from_nanos(self.invoked).as_secs_f64();
        let ended = Duration::from_nanos(self.ended()).as_secs_f64();
        write!(f, "{begun:11.6} s – ")?;
        match &self.outcome {
            CallOutcome::Unknown { .. } => write!(f, "{:11}  ", "?")?,
            _ => write!(f, "{ended:11.6} s")?,
        }
        write!(f, "  client {}, node {}: ", self.client, self.node)?;
        write!(f, "{} → ", self.operation)?;
        match &self.outcome {
            CallOutcome::Answered { response, .. } => write!(f, "{response}"),
            CallOutcome::NotCarriedOut { .. } => write!(f, "not carried out"),
            CallOutcome::Unknown { .. } => write!(f, "unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_read_as_it_was_written() {
        let recorder = Recorder::new();
        let outcomes = [
            CallOutcome::Answered {
                at: 12,
                response: Response::Value(Some("ä \"b\"".to_owned())),
            },
            CallOutcome::NotCarriedOut { at: 13 },
            CallOutcome::Unknown { at: 14 },
        ];
        for (client, outcome) in (0..).zip(outcomes) {
            recorder.add(Call {
                client,
                node: 1,
                key: "key".to_owned(),
                operation: Operation::CompareAndSet {
                    expected: "a".to_owned(),
                    new: "b\n".to_owned(),
                },
                invoked: u64::from(10 - client),
                pipeline: (client == 1).then_some(9),
                outcome,
            });
        }
        let calls = recorder.take();
        assert!(calls.is_sorted_by_key(|call| call.invoked));
        let mut text = Vec::new();
        write(&calls, &mut text).unwrap();
        assert_eq!(text.lines().count(), 3);
        assert_eq!(read(&text[..]).unwrap(), calls);
        assert!(read(&b"{}\n"[..]).is_err());
    }

    #[test]
    fn the_clock_never_runs_backwards() {
        let recorder = Recorder::new();
        let first = recorder.now();
        assert!(first <= recorder.now());
        assert!(recorder.is_empty());
    }
}
