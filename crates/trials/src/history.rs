//! What the clients did and saw, each call with the times at which it began and
//! ended on one clock.
//!
//! A history is all that the judge is shown: it knows nothing of nodes, ballots
//! or decrees. It is written as JSON lines, so that a run can be judged again.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, BufRead, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a client asked for. Values are text: the load writes nothing else. The
/// judge has a number for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation<V = String> {
    /// `GET`
    Get,
    /// `SET`, with or without `NX` or `XX`
    Set {
        /// What to store.
        value: V,
        /// When to store it.
        condition: Condition,
    },
    /// `DEL`
    Delete,
    /// `INCR`: an absent value counts as 0
    Increment,
    /// `CAS`: stores `new` where the value is `expected`
    CompareAndSet {
        /// What the value must be; an absent one never is.
        expected: V,
        /// What to store.
        new: V,
    },
}

/// When a `SET` stores its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// In any case.
    Always,
    /// Where there is no value (`NX`).
    IfAbsent,
    /// Where there is a value (`XX`).
    IfPresent,
}

/// What the node answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response<V = String> {
    /// Of `GET`: the value, or that there is none.
    Value(Option<V>),
    /// Of `SET`: whether it was stored.
    Stored(bool),
    /// Of `DEL`, `INCR` and `CAS`.
    Number(i64),
    /// The input was bad: right for `INCR` of what is no number, and else wrong.
    Refused,
}

/// How a call ended. The times are nanoseconds since the clock was started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// It was carried out, and this was the answer.
    Answered {
        /// When the answer had come.
        at: u64,
        /// The answer.
        response: Response,
    },
    /// The node answered that it was certainly not carried out, and never will
    /// be.
    NotCarriedOut {
        /// When the answer had come.
        at: u64,
    },
    /// Nobody knows: it may have been carried out, may still be at any time, or
    /// never.
    Unknown {
        /// When the client gave up.
        at: u64,
    },
}

/// One call of one client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Who called.
    pub client: u32,
    /// The node that was asked.
    pub node: u32,
    /// The key it is about.
    pub key: String,
    /// What was asked for.
    pub operation: Operation,
    /// When it began.
    pub invoked: u64,
    /// How it ended.
    pub outcome: CallOutcome,
}

impl Call {
    /// When it ended for its client.
    pub fn ended(&self) -> u64 {
        match self.outcome {
            CallOutcome::Answered { at, .. }
            | CallOutcome::NotCarriedOut { at }
            | CallOutcome::Unknown { at } => at,
        }
    }
}

/// Where concurrent clients write down what they do.
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
    /// Nothing is written, and the clock starts.
    pub fn new() -> Self {
        Self {
            begun: Instant::now(),
            calls: Mutex::default(),
        }
    }

    /// The time on the clock, in nanoseconds: it never runs backwards, on no
    /// thread.
    pub fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Writes down a call that has ended.
    pub fn add(&self, call: Call) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.push(call);
    }

    /// How many calls are written down.
    pub fn len(&self) -> usize {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All keys that were asked for.
    pub fn keys(&self) -> Vec<String> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let keys: BTreeSet<&String> = calls.iter().map(|call| &call.key).collect();
        keys.into_iter().cloned().collect()
    }

    /// Takes all that is written down, in the order of the beginnings.
    pub fn take(&self) -> Vec<Call> {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let mut calls = std::mem::take(&mut *calls);
        calls.sort_by_key(|call| call.invoked);
        calls
    }
}

/// Writes a history, one call a line.
///
/// # Errors
///
/// Those of the writer.
pub fn write(calls: &[Call], mut to: impl Write) -> io::Result<()> {
    for call in calls {
        serde_json::to_writer(&mut to, call)?;
        to.write_all(b"\n")?;
    }
    to.flush()
}

/// Reads what [`write`](fn@write) wrote.
///
/// # Errors
///
/// Those of the reader, and of lines that are no calls.
pub fn read(from: impl BufRead) -> io::Result<Vec<Call>> {
    from.lines()
        .filter(|line| line.as_ref().map_or(true, |line| !line.trim().is_empty()))
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect()
}

/// A value to read: a long one is cut.
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
