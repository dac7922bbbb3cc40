//! The sequential specification of one key: what it answers when calls come one
//! after the other. [`Object`](crate::object::Object) joins several. The judge relies on nothing else.

use crate::history::{Condition, Operation, Response};
use std::collections::HashMap;

/// A number for each value that occurs, so that the judge compares numbers, not texts.
#[derive(Debug)]
pub(crate) struct Values {
    numbers: HashMap<String, Value>,
    texts: Vec<String>,
}

/// A value, or [`ABSENT`].
pub(crate) type Value = u32;

/// The key has no value.
pub(crate) const ABSENT: Value = 0;

/// Any value that no call expects or reads.
///
/// No answer distinguishes two of them, so one number stands for all. Thereby many
/// writes of unknown outcome become equal, which keeps the search small.
pub(crate) const UNREAD: Value = 1;

/// The integer that `INCR` takes a value for: only its usual decimal form counts.
fn integer(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// An operation, with its values as numbers.
pub(crate) type MapOperation = Operation<Value>;

/// A response, with its value as a number.
pub(crate) type MapResponse = Response<Value>;

impl MapOperation {
    /// Whether the value afterwards is independent of the value before.
    pub(crate) fn overwrites(&self) -> bool {
        match self {
            Self::Set { condition, .. } => *condition == Condition::Always,
            Self::Delete | Self::SetFor { .. } => true,
            Self::Get
            | Self::Increment
            | Self::CompareAndSet { .. }
            | Self::Expire { .. }
            | Self::Transaction { .. } => false,
        }
    }

    /// Whether a call with this answer changes nothing at any place in an order. A call
    /// that stored the value that was already there does not count: at another place it
    /// would overwrite another value.
    pub(crate) fn only_reads(&self, answer: &MapResponse) -> bool {
        match self {
            Self::Get => true,
            Self::Set { .. } => *answer == MapResponse::Stored(false),
            Self::Increment => *answer == MapResponse::Refused,
            Self::Delete | Self::CompareAndSet { .. } => *answer == MapResponse::Number(0),
            Self::SetFor { .. } | Self::Expire { .. } | Self::Transaction { .. } => false,
        }
    }
}

impl Values {
    /// [`ABSENT`] and [`UNREAD`], and no other value.
    pub(crate) fn new() -> Self {
        Self {
            numbers: HashMap::new(),
            texts: vec![String::new(), String::new()],
        }
    }

    fn number(&mut self, text: &str) -> Value {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = Value::try_from(self.texts.len()).unwrap_or(Value::MAX);
        self.texts.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        number
    }

    /// The text of a value. `None` for [`ABSENT`] and [`UNREAD`].
    pub(crate) fn text(&self, value: Value) -> Option<&str> {
        let text = self.texts.get(usize::try_from(value).ok()?)?;
        (value > UNREAD).then_some(text)
    }

    /// Gives this text a number of its own, because a call reads or expects it.
    pub(crate) fn observe(&mut self, text: &str) {
        self.number(text);
    }

    /// The number of a value that a call writes. A value that no call observes has a
    /// number of its own only if it is an integer, because `INCR` distinguishes integers.
    fn written(&mut self, text: &str) -> Value {
        if self.numbers.contains_key(text) || integer(text).is_some() {
            self.number(text)
        } else {
            UNREAD
        }
    }

    pub(crate) fn step(&mut self, operation: &Operation) -> MapOperation {
        match operation {
            // An object takes transactions apart: there are none in them.
            Operation::Get | Operation::Transaction { .. } => MapOperation::Get,
            Operation::Set { value, condition } => MapOperation::Set {
                value: self.written(value),
                condition: *condition,
            },
            Operation::Delete => MapOperation::Delete,
            Operation::Increment => MapOperation::Increment,
            Operation::CompareAndSet { expected, new } => MapOperation::CompareAndSet {
                expected: self.number(expected),
                new: self.written(new),
            },
            Operation::SetFor {
                value,
                milliseconds,
            } => MapOperation::SetFor {
                value: self.number(value),
                milliseconds: *milliseconds,
            },
            Operation::Expire { value } => MapOperation::Expire {
                value: self.number(value),
            },
        }
    }

    /// The number of a value that a call expects, or that it expects none.
    pub(crate) fn expected(&mut self, value: Option<&str>) -> Value {
        value.map_or(ABSENT, |value| self.number(value))
    }

    pub(crate) fn answer(&mut self, response: &Response) -> MapResponse {
        match response {
            Response::Value(value) => {
                MapResponse::Value(value.as_ref().map(|value| self.number(value)))
            }
            Response::Stored(stored) => MapResponse::Stored(*stored),
            Response::Number(number) => MapResponse::Number(*number),
            Response::Refused => MapResponse::Refused,
            Response::Many(_) | Response::Aborted | Response::Unexpected(_) => {
                MapResponse::Unexpected(String::new())
            }
        }
    }

    /// The answer to an operation, and the value afterwards.
    pub(crate) fn apply(&mut self, step: &MapOperation, before: Value) -> (MapResponse, Value) {
        match *step {
            MapOperation::Get => (
                MapResponse::Value((before != ABSENT).then_some(before)),
                before,
            ),
            MapOperation::Set { value, condition } => {
                let stores = match condition {
                    Condition::Always => true,
                    Condition::IfAbsent => before == ABSENT,
                    Condition::IfPresent => before != ABSENT,
                };
                (
                    MapResponse::Stored(stores),
                    if stores { value } else { before },
                )
            }
            MapOperation::Delete => (MapResponse::Number(i64::from(before != ABSENT)), ABSENT),
            MapOperation::Increment => {
                let number = match before {
                    ABSENT => Some(0),
                    _ => self.text(before).and_then(integer),
                };
                match number.and_then(|number| number.checked_add(1)) {
                    Some(number) => (
                        MapResponse::Number(number),
                        self.number(&number.to_string()),
                    ),
                    None => (MapResponse::Refused, before),
                }
            }
            MapOperation::CompareAndSet { expected, new } => {
                let stores = before == expected;
                let after = if stores { new } else { before };
                (MapResponse::Number(i64::from(stores)), after)
            }
            MapOperation::SetFor { value, .. } => (MapResponse::Stored(true), value),
            MapOperation::Expire { value } => {
                let after = if before == value { ABSENT } else { before };
                (MapResponse::Refused, after)
            }
            MapOperation::Transaction { .. } => (MapResponse::Refused, before),
        }
    }
}
