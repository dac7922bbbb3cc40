//! A map from keys to values, both strings of bytes: the machine of `synod node`.

use super::StateMachine;
use super::integer::integer;
use imbl::OrdMap;
use std::fmt;
use std::sync::Arc;

/// A map from keys to values. Each command takes O(log n), where n is the number of keys. A clone takes
/// O(1): it shares its nodes with the original, and each copies those that it changes.
///
/// # Examples
/// ```
/// use synod_protocol::state_machine::StateMachine;
/// use synod_protocol::state_machine::map::{Command, Map, Response};
///
/// let mut map = Map::default();
/// let key = b"visits".to_vec();
/// assert_eq!(map.apply(&Command::Increment { key, by: 3 }), Response::Number(3));
/// assert_eq!(map.get(b"visits"), Some(b"3".as_slice()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Map {
    values: OrdMap<Bytes, Bytes>,
    /// The total length of all keys and values.
    size: usize,
}

/// What the numbers and lengths around the keys and values of a command count, in bytes.
pub const AROUND: usize = 96;

/// A string of bytes that its clones share.
pub type Bytes = Arc<[u8]>;

/// The condition of [`Command::Set`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// The value is set in any case.
    Always,
    /// The value is set only if the key has none yet.
    IfAbsent,
    /// The value is set only if the key has one.
    IfPresent,
    /// The value is set only if the key has this value: compare-and-set.
    IfEqual(Vec<u8>),
}

/// A command of a [`Map`], whose example shows one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command {
    /// Asks for the value of the key.
    Get {
        /// The key.
        key: Vec<u8>,
    },
    /// Sets the value of the key, if the condition holds.
    Set {
        /// The key.
        key: Vec<u8>,
        /// Its new value.
        value: Vec<u8>,
        /// The condition.
        condition: Condition,
    },
    /// Removes the key and its value.
    Delete {
        /// The key.
        key: Vec<u8>,
    },
    /// Adds to the value of the key, which must be an [`integer`]. A key without a value begins at
    /// 0.
    Increment {
        /// The key.
        key: Vec<u8>,
        /// The number to add.
        by: i64,
    },
}

/// The response of a [`Map`] to a [`Command`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Response {
    /// To Get: the value, if the key has one.
    Value(Option<Bytes>),
    /// To Set: whether the condition held, so that the value is set.
    Set(bool),
    /// To Delete: whether the key had a value.
    Deleted(bool),
    /// To Increment: the new value.
    Number(i64),
    /// To Increment: the value is not an [`integer`]. It stays unchanged.
    NotANumber,
    /// To Increment: the sum does not fit into 64 bits. The value stays unchanged.
    Overflow,
}

impl Command {
    /// The total length of the keys and values in the command, in bytes.
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

/// Writes the command on one line. A precision limits the characters of each key and value.
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
    /// The value of a key in this copy of the map. The law of one legislator may be behind: for an
    /// up-to-date value, pass the command Get through the parliament.
    pub fn get(&self, key: &[u8]) -> Option<&[u8]> {
        self.values.get(key).map(|value| &**value)
    }

    /// The number of keys.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no key.
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
        self.set(key, sum.to_string().as_bytes());
        Response::Number(sum)
    }

    fn set(&mut self, key: &[u8], value: &[u8]) {
        self.remove(key);
        self.size += key.len() + value.len();
        self.values.insert(key.into(), value.into());
    }

    /// Returns whether there was such a key.
    fn remove(&mut self, key: &[u8]) -> bool {
        let removed = self.values.remove(key);
        self.size -= removed.as_ref().map_or(0, |value| key.len() + value.len());
        removed.is_some()
    }
}

impl StateMachine for Map {
    type Command = Command;
    type Response = Response;
    type Entry = (Bytes, Bytes);

    fn apply(&mut self, command: &Command) -> Response {
        match command {
            Command::Get { key } => Response::Value(self.values.get(key.as_slice()).cloned()),
            Command::Set {
                key,
                value,
                condition,
            } => {
                let holds = self.holds(condition, key);
                if holds {
                    self.set(key, value);
                }
                Response::Set(holds)
            }
            Command::Delete { key } => Response::Deleted(self.remove(key)),
            Command::Increment { key, by } => self.increment(key, *by),
        }
    }

    fn entries(&self) -> impl Iterator<Item = Self::Entry> {
        let entries = self.values.iter();
        entries.map(|(key, value)| (Arc::clone(key), Arc::clone(value)))
    }

    fn restore(entries: impl IntoIterator<Item = Self::Entry>) -> Self {
        let values: OrdMap<Bytes, Bytes> = entries.into_iter().collect();
        let sizes = values.iter().map(|(key, value)| key.len() + value.len());
        Self {
            size: sizes.sum(),
            values,
        }
    }

    /// In bytes, with what the numbers and lengths take around the keys and values.
    fn size(command: &Command) -> usize {
        command.size() + AROUND
    }

    fn state_size(&self) -> usize {
        self.size
    }
}
