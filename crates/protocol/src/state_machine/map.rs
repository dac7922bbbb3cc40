//! A map from keys to values, both strings of bytes: the machine of `synod node`.
//!
//! | module | contents |
//! |---|---|
//! | `command` | [`Command`] and [`Response`], and their sizes |
//! | `apply` | how each command is carried out |
//! | `deadlines` | when keys expire |
//! | `watches` | the keys on whose not changing a transaction may depend |

mod apply;
mod command;
mod deadlines;
mod watches;

pub use command::{AROUND, Command, Condition, LARGEST, LARGEST_RESPONSE, Response};
pub use deadlines::{Lifetime, Only};

use super::StateMachine;
use deadlines::Deadlines;
use imbl::OrdMap;
use imbl::ordmap::DiffItem;
use std::sync::Arc;
use watches::Watches;

/// A map from keys to values. Each command takes O(log n), where n is the number of keys. A clone takes
/// O(1): it shares its nodes with the original, and each copies those that it changes.
///
/// # Examples
/// ```
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
    watches: Watches,
    deadlines: Deadlines,
}

/// A string of bytes that its clones share.
pub type Bytes = Arc<[u8]>;

/// A command that its clones share: a decree with it is in a message, in the ledger and in the law at the
/// same time.
pub type SharedCommand = Arc<Command>;

/// A part of a map, for snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A key and its value.
    Value(Bytes, Bytes),
    /// A watched key and its number.
    Watched(Bytes, u64),
    /// The last number of a watched key.
    LastWatch(u64),
    /// A key and its deadline.
    Deadline(Bytes, u64),
    /// The time of the law.
    Time(u64),
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

    /// How many keys expire.
    pub fn expiring(&self) -> usize {
        self.deadlines.len()
    }

    /// The keys whose values differ from those in an earlier copy of the map, in ascending order, each with its
    /// value; `None` if it has none any more. Takes time for what differs, and not for what both share.
    ///
    /// ```
    /// use synod_protocol::state_machine::map::{Command, Map};
    ///
    /// let before = Map::default();
    /// let mut map = before.clone();
    /// map.apply(&Command::Increment { key: b"visits".to_vec(), by: 3 });
    /// let changes: Vec<_> = map.changes_since(&before).collect();
    /// assert_eq!(changes, [(b"visits"[..].into(), Some(b"3"[..].into()))]);
    /// ```
    pub fn changes_since(&self, before: &Self) -> impl Iterator<Item = (Bytes, Option<Bytes>)> {
        before.values.diff(&self.values).map(|item| match item {
            DiffItem::Add(key, value)
            | DiffItem::Update {
                new: (key, value), ..
            } => (Arc::clone(key), Some(Arc::clone(value))),
            DiffItem::Remove(key, _) => (Arc::clone(key), None),
        })
    }

    /// Sets a value that does not expire.
    fn set(&mut self, key: &[u8], value: &[u8]) {
        self.deadlines.clear(key);
        self.change(key, value);
    }

    /// Sets a value that expires when the one before it would have.
    fn change(&mut self, key: &[u8], value: &[u8]) {
        let before = self.values.insert(key.into(), value.into());
        self.size += match before {
            Some(_) => value.len(),
            None => key.len() + value.len(),
        };
        self.size -= before.map_or(0, |before| before.len());
        self.watches.change(key);
    }

    /// Returns whether there was such a key.
    fn remove(&mut self, key: &[u8]) -> bool {
        let removed = self.values.remove(key);
        if let Some(value) = &removed {
            self.size -= key.len() + value.len();
            self.watches.change(key);
            self.deadlines.clear(key);
        }
        removed.is_some()
    }
}

impl StateMachine for Map {
    type Command = SharedCommand;
    type Response = Response;
    type Entry = Entry;

    fn apply(&mut self, command: &SharedCommand) -> Response {
        self.apply(command)
    }

    fn entries(&self) -> impl Iterator<Item = Entry> {
        let values = self.values.iter();
        let values = values.map(|(key, value)| Entry::Value(Arc::clone(key), Arc::clone(value)));
        let watched = self.watches.all();
        let watched = watched.map(|(key, number)| Entry::Watched(key, number));
        let last = self.watches.last().map(Entry::LastWatch);
        let deadlines = self.deadlines.all();
        let deadlines = deadlines.map(|(key, at)| Entry::Deadline(key, at));
        let now = Some(self.deadlines.now()).filter(|now| *now > 0);
        let values = values.chain(watched).chain(last).chain(deadlines);
        values.chain(now.map(Entry::Time))
    }

    fn restore(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut watches = Watches::default();
        let mut deadlines = Deadlines::default();
        let (mut last, mut now) = (0, 0);
        let values = entries.into_iter().filter_map(|entry| match entry {
            Entry::Value(key, value) => Some((key, value)),
            Entry::Watched(key, number) => {
                watches.insert(key, number);
                None
            }
            Entry::LastWatch(number) => {
                last = number;
                None
            }
            Entry::Deadline(key, at) => {
                deadlines.set(key, at);
                None
            }
            Entry::Time(time) => {
                now = time;
                None
            }
        });
        let values: OrdMap<Bytes, Bytes> = values.collect();
        watches.set_last(last);
        deadlines.set_time(now);
        let sizes = values.iter().map(|(key, value)| key.len() + value.len());
        Self {
            size: sizes.sum(),
            values,
            watches,
            deadlines,
        }
    }

    /// In bytes, with what the numbers and lengths take around the keys and values.
    fn size(command: &SharedCommand) -> usize {
        command.size() + AROUND
    }

    fn state_size(&self) -> usize {
        self.size
    }
}
