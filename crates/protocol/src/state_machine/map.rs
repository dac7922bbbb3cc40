//! A map from keys to values, both of them bytes.

use super::StateMachine;
use super::integer::integer;
use std::collections::BTreeMap;
use std::fmt;

/// Keys and their values. O(log n) each command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Map {
    values: BTreeMap<Vec<u8>, Vec<u8>>,
}

/// When a value may be set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// In any case.
    Always,
    /// If the key has no value yet.
    IfAbsent,
    /// If the key has a value.
    IfPresent,
    /// If the key has this value: compare-and-set.
    IfEqual(Vec<u8>),
}

/// What a map can be told to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command {
    /// Which value has the key?
    Get {
        /// The key.
        key: Vec<u8>,
    },
    /// The key shall have this value, on a condition.
    Set {
        /// The key.
        key: Vec<u8>,
        /// Its new value.
        value: Vec<u8>,
        /// On this condition.
        condition: Condition,
    },
    /// The key shall have no value.
    Delete {
        /// The key.
        key: Vec<u8>,
    },
    /// The value of the key, an [`integer`], grows. A key without a value begins
    /// at 0.
    Increment {
        /// The key.
        key: Vec<u8>,
        /// By this much.
        by: i64,
    },
}

/// What a map answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Response {
    /// To Get: the value, if there is one.
    Value(Option<Vec<u8>>),
    /// To Set: whether the condition held and the value is set.
    Set(bool),
    /// To Delete: whether there was a value.
    Deleted(bool),
    /// To Increment: the new value.
    Number(i64),
    /// To Increment: the value is no [`integer`]. It is as it was.
    NotANumber,
    /// To Increment: the sum is no integer of 64 bits. The value is as it was.
    Overflow,
}

impl Command {
    /// How many bytes of keys and values it carries.
    pub fn size(&self) -> usize {
        match self {
            Self::Get { key } | Self::Delete { key } | Self::Increment { key, .. } => key.len(),
            Self::Set {
                key,
                value,
                condition,
            } => key.len() + value.len() + condition.size(),
        }
    }
}

/// On a line; a precision limits the characters of each key and value.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = f.precision().unwrap_or(usize::MAX);
        let shown = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes);
            let mut short: String = text.chars().take(most).collect();
            if short.len() < text.len() {
                short.push('…');
            }
            short
        };
        match self {
            Self::Get { key } => write!(f, "get {}", shown(key)),
            Self::Set { key, value, .. } => write!(f, "{} := {}", shown(key), shown(value)),
            Self::Delete { key } => write!(f, "delete {}", shown(key)),
            Self::Increment { key, by } => write!(f, "{} += {by}", shown(key)),
        }
    }
}

impl Condition {
    fn size(&self) -> usize {
        match self {
            Self::Always | Self::IfAbsent | Self::IfPresent => 0,
            Self::IfEqual(expected) => expected.len(),
        }
    }
}

impl Map {
    /// The value of a key. For reading the law of one legislator, which may be
    /// behind: a command Get goes through the parliament.
    pub fn get(&self, key: &[u8]) -> Option<&[u8]> {
        self.values.get(key).map(Vec::as_slice)
    }

    /// How many keys have a value.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether no key has one.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    fn holds(&self, condition: &Condition, key: &[u8]) -> bool {
        match condition {
            Condition::Always => true,
            Condition::IfAbsent => self.get(key).is_none(),
            Condition::IfPresent => self.get(key).is_some(),
            Condition::IfEqual(expected) => self.get(key) == Some(expected.as_slice()),
        }
    }

    fn increment(&mut self, key: &[u8], by: i64) -> Response {
        let Some(number) = self.get(key).map_or(Some(0), integer) else {
            return Response::NotANumber;
        };
        let Some(sum) = number.checked_add(by) else {
            return Response::Overflow;
        };
        self.values
            .insert(key.to_vec(), sum.to_string().into_bytes());
        Response::Number(sum)
    }
}

impl StateMachine for Map {
    type Command = Command;
    type Response = Response;

    fn apply(&mut self, command: &Command) -> Response {
        match command {
            Command::Get { key } => Response::Value(self.values.get(key).cloned()),
            Command::Set {
                key,
                value,
                condition,
            } => {
                let holds = self.holds(condition, key);
                if holds {
                    self.values.insert(key.clone(), value.clone());
                }
                Response::Set(holds)
            }
            Command::Delete { key } => Response::Deleted(self.values.remove(key).is_some()),
            Command::Increment { key, by } => self.increment(key, *by),
        }
    }
}
