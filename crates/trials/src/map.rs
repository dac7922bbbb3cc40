//! What a map of one key does when nothing is concurrent: the meaning of every
//! operation, and all that the judge takes for granted.

use crate::history::{Condition, Operation, Response};
use std::collections::HashMap;

/// A number for each value that occurs, so that states are compared at once.
#[derive(Debug)]
pub(crate) struct Values {
    numbers: HashMap<String, Value>,
    texts: Vec<String>,
}

/// A value, or [`ABSENT`].
pub(crate) type Value = u32;

/// There is no value.
pub(crate) const ABSENT: Value = 0;

/// Any value that nobody asks for and nobody read.
///
/// Two of them cannot be told apart by any answer, so they are one: that many
/// unknown writes are, too, is what keeps the search small.
pub(crate) const UNREAD: Value = 1;

/// What `INCR` takes for a number: as one is printed, and in no other manner.
fn integer(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// An operation, with its values as numbers.
pub(crate) type MapOperation = Operation<Value>;

/// A response, with its value as a number.
pub(crate) type MapResponse = Response<Value>;

impl MapOperation {
    /// Whether what was there before does not show in what is there after.
    pub(crate) fn overwrites(self) -> bool {
        match self {
            Self::Set { condition, .. } => condition == Condition::Always,
            Self::Delete => true,
            Self::Get | Self::Increment | Self::CompareAndSet { .. } => false,
        }
    }

    /// Whether a call with this answer changed nothing, whatever was there. One
    /// that stored what happened to be there is none of these: elsewhere in the
    /// order it overwrites something else.
    pub(crate) fn only_looks(self, answer: MapResponse) -> bool {
        match self {
            Self::Get => true,
            Self::Set { .. } => answer == MapResponse::Stored(false),
            Self::Increment => answer == MapResponse::Refused,
            Self::Delete | Self::CompareAndSet { .. } => answer == MapResponse::Number(0),
        }
    }
}

impl Values {
    /// Only [`ABSENT`] and [`UNREAD`].
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

    /// What a value is; nothing for those without a text.
    pub(crate) fn text(&self, value: Value) -> Option<&str> {
        let text = self.texts.get(usize::try_from(value).ok()?)?;
        (value > UNREAD).then_some(text)
    }

    /// Makes this text a value that can be told from others.
    pub(crate) fn observe(&mut self, text: &str) {
        self.number(text);
    }

    /// A value that is written: one that was observed, or a number, which
    /// `INCR` tells apart, or else [`UNREAD`].
    fn written(&mut self, text: &str) -> Value {
        if self.numbers.contains_key(text) || integer(text).is_some() {
            self.number(text)
        } else {
            UNREAD
        }
    }

    pub(crate) fn step(&mut self, operation: &Operation) -> MapOperation {
        match operation {
            Operation::Get => MapOperation::Get,
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
        }
    }

    pub(crate) fn answer(&mut self, response: &Response) -> MapResponse {
        match response {
            Response::Value(value) => {
                MapResponse::Value(value.as_ref().map(|value| self.number(value)))
            }
            Response::Stored(stored) => MapResponse::Stored(*stored),
            Response::Number(number) => MapResponse::Number(*number),
            Response::Refused => MapResponse::Refused,
        }
    }

    /// The answer, and what is there afterwards.
    pub(crate) fn apply(&mut self, step: MapOperation, before: Value) -> (MapResponse, Value) {
        match step {
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
        }
    }
}
