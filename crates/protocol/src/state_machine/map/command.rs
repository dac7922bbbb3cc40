//! [`Command`] and [`Response`]: what a map is told, and what it answers.

use super::{Bytes, Lifetime, Only};
use std::fmt;
use std::sync::Arc;

/// What the numbers and lengths around the keys and values of a command count, in bytes.
pub const AROUND: usize = 96;

/// What the numbers and lengths around one of many keys, values or commands count, in bytes.
const AROUND_EACH: usize = 40;

/// How many bytes a key and its value may have together. A command has no more, and APPEND makes no more.
pub const LARGEST: usize = 128 << 10;

/// How many bytes of keys and values one response may have, with 40 more for each of them; that to a batch
/// has no more than twice as many. The law remembers the last response to each client, and a snapshot has it
/// in one piece.
pub const LARGEST_RESPONSE: usize = 512 << 10;

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

/// A command of a [`Map`](super::Map), whose example shows one.
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
    /// Adds to the value of the key, which must be an [`integer`](crate::state_machine::integer::integer). A key
    /// without a value begins at 0.
    Increment {
        /// The key.
        key: Vec<u8>,
        /// The number to add.
        by: i64,
    },
    /// Sets the value of the key, if the condition holds, and asks for the value before.
    Exchange {
        /// The key.
        key: Vec<u8>,
        /// Its new value.
        value: Vec<u8>,
        /// The condition.
        condition: Condition,
    },
    /// Removes the key, and asks for the value that it had.
    Take {
        /// The key.
        key: Vec<u8>,
    },
    /// Appends to the value of the key. A key without a value begins with the empty one. Key and value
    /// have [`LARGEST`] bytes at most.
    Append {
        /// The key.
        key: Vec<u8>,
        /// What is appended.
        value: Vec<u8>,
    },
    /// Asks for the length of the value of the key.
    Length {
        /// The key.
        key: Vec<u8>,
    },
    /// Asks how many of these keys have a value. A key that is named twice counts twice.
    Count {
        /// The keys.
        keys: Vec<Vec<u8>>,
    },
    /// Asks for the values of these keys.
    GetMany {
        /// The keys.
        keys: Vec<Vec<u8>>,
    },
    /// Sets the values of these keys, in this order.
    SetMany {
        /// The keys, each with its new value.
        pairs: Vec<(Vec<u8>, Vec<u8>)>,
        /// Whether nothing is set if one of the keys has a value.
        if_all_absent: bool,
    },
    /// Removes these keys and their values.
    DeleteMany {
        /// The keys.
        keys: Vec<Vec<u8>>,
    },
    /// Asks for keys, in ascending order.
    Keys {
        /// The key after which they begin; none for the first.
        after: Option<Vec<u8>>,
        /// How many, at most.
        most: u32,
    },
    /// Watches these keys: a later [`Transaction`](Self::Transaction) may depend on their not having
    /// changed.
    Watch {
        /// The keys.
        keys: Vec<Vec<u8>>,
    },
    /// Carries out these commands in order, up to the one whose response makes all responses larger than
    /// [`LARGEST_RESPONSE`]. None of them is a batch or a transaction.
    Batch {
        /// The commands.
        commands: Vec<Command>,
    },
    /// Carries out all of these commands in order, or none. None of them is a batch or a transaction.
    Transaction {
        /// The keys that must not have changed, each with the number that [`Watch`](Self::Watch) gave it.
        watched: Vec<(Vec<u8>, u64)>,
        /// The commands.
        commands: Vec<Command>,
    },
    /// Tells the time, in milliseconds since 1970. Keys whose deadline it has reached are removed.
    Tell {
        /// The time.
        now: u64,
    },
    /// Sets the value of the key for some time, if the condition holds.
    SetFor {
        /// The key.
        key: Vec<u8>,
        /// Its new value.
        value: Vec<u8>,
        /// The condition.
        condition: Condition,
        /// How long it lasts.
        lifetime: Lifetime,
        /// Whether the response is the value before, and not whether the condition held.
        is_exchange: bool,
    },
    /// Gives the key a deadline, if it has a value.
    Expire {
        /// The key.
        key: Vec<u8>,
        /// How long its value lasts.
        lifetime: Lifetime,
    },
    /// Lets the value of the key last for ever.
    Persist {
        /// The key.
        key: Vec<u8>,
    },
    /// Asks how many milliseconds the value of the key lasts, by the time of the law. Nodes ask for the
    /// [`Deadline`](Self::Deadline), which has the whole answer.
    TimeLeft {
        /// The key.
        key: Vec<u8>,
    },
    /// Asks until when the value of the key lasts, in milliseconds since 1970.
    Deadline {
        /// The key.
        key: Vec<u8>,
    },
    /// Gives the key a deadline, if it has a value and the condition on its deadline holds.
    ExpireIf {
        /// The key.
        key: Vec<u8>,
        /// How long its value lasts.
        lifetime: Lifetime,
        /// The condition.
        only: Only,
    },
    /// Asks for the value of the key, and then gives it a deadline, or lets it last for ever.
    GetFor {
        /// The key.
        key: Vec<u8>,
        /// How long its value lasts; none for ever.
        lifetime: Option<Lifetime>,
    },
    /// Asks for a part of the value of the key. Places count from 0, and from the end if they are negative:
    /// -1 is the last byte.
    Range {
        /// The key.
        key: Vec<u8>,
        /// The first place.
        start: i64,
        /// The last place.
        end: i64,
    },
    /// Writes over a part of the value of the key, which grows if needed: zeros fill what is missing before the
    /// part. Key and value have [`LARGEST`] bytes at most. Without bytes to write, nothing is changed.
    Overwrite {
        /// The key.
        key: Vec<u8>,
        /// The place of the first byte.
        at: u32,
        /// What is written.
        value: Vec<u8>,
    },
}

/// The response of a [`Map`](super::Map) to a [`Command`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Response {
    /// To Get, Take and GetFor: the value, if the key has one. To Exchange: the value before, if it had one. To
    /// Range: that part of it, empty if there is none.
    Value(Option<Bytes>),
    /// To Set, SetFor and SetMany: whether the condition held, so that the values are set. To Expire: whether the
    /// key had a value; to ExpireIf: and the condition held. To Persist: whether it had a deadline.
    Set(bool),
    /// To Delete: whether the key had a value.
    Deleted(bool),
    /// To Increment: the new value. To Append, Overwrite and Length: the length of the value. To Count and
    /// DeleteMany: how many keys had a value. To Tell: how many keys are removed. To TimeLeft: how many
    /// milliseconds; to Deadline: until when; -1 if the key has no deadline, and -2 if it has no value.
    Number(i64),
    /// To Increment: the value is not an [`integer`](crate::state_machine::integer::integer). It stays unchanged.
    NotANumber,
    /// To Increment: the sum does not fit into 64 bits. The value stays unchanged.
    Overflow,
    /// To GetMany: the value of each key that has one.
    Values(Vec<Option<Bytes>>),
    /// To Keys.
    Keys {
        /// The keys.
        keys: Vec<Bytes>,
        /// Whether no key follows the last of them.
        are_all: bool,
    },
    /// To Watch: a number for each key, which is its number as long as it does not change.
    Watched(Vec<u64>),
    /// To Batch: the response to each command that was carried out, at least the first. To Transaction:
    /// the response to each command.
    Many(Arc<[Response]>),
    /// To Transaction: a watched key has changed, or is watched no more. Nothing was carried out.
    Changed,
    /// To Append, Overwrite, GetMany and Transaction: the value, or the response, would be too large. Nothing was
    /// changed.
    TooLarge,
}

impl Command {
    /// The total length of the keys and values in the command, in bytes; and for each of many of them
    /// 40 more, which is what the numbers and lengths around it take at most.
    pub fn size(&self) -> usize {
        match self {
            Self::Get { key }
            | Self::Delete { key }
            | Self::Increment { key, .. }
            | Self::Take { key }
            | Self::Length { key }
            | Self::Expire { key, .. }
            | Self::Persist { key }
            | Self::TimeLeft { key }
            | Self::Deadline { key }
            | Self::ExpireIf { key, .. }
            | Self::GetFor { key, .. }
            | Self::Range { key, .. } => key.len(),
            Self::Set {
                key,
                value,
                condition,
            }
            | Self::Exchange {
                key,
                value,
                condition,
            }
            | Self::SetFor {
                key,
                value,
                condition,
                ..
            } => key.len() + value.len() + condition.size(),
            Self::Append { key, value } | Self::Overwrite { key, value, .. } => {
                key.len() + value.len()
            }
            Self::Count { keys }
            | Self::GetMany { keys }
            | Self::DeleteMany { keys }
            | Self::Watch { keys } => size_of_all(keys, Vec::len),
            Self::SetMany { pairs, .. } => {
                size_of_all(pairs, |(key, value)| key.len() + value.len())
            }
            Self::Keys { after, .. } => after.as_ref().map_or(0, Vec::len),
            Self::Tell { .. } => 0,
            Self::Batch { commands } => size_of_all(commands, Self::size),
            Self::Transaction { watched, commands } => {
                size_of_all(watched, |(key, _)| key.len()) + size_of_all(commands, Self::size)
            }
        }
    }

    /// The size of a [`Batch`](Self::Batch) or [`Transaction`](Self::Transaction) grows by so much with
    /// this command.
    ///
    /// ```
    /// use synod_protocol::state_machine::map::Command;
    ///
    /// let get = Command::Get { key: b"k".to_vec() };
    /// let more = get.size_among_others();
    /// assert_eq!(Command::Batch { commands: vec![get.clone(), get] }.size(), 2 * more);
    /// ```
    pub fn size_among_others(&self) -> usize {
        self.size() + AROUND_EACH
    }
}

fn size_of_all<T>(all: &[T], size: impl Fn(&T) -> usize) -> usize {
    all.iter().map(|one| size(one) + AROUND_EACH).sum()
}

impl Condition {
    fn size(&self) -> usize {
        match self {
            Self::Always | Self::IfAbsent | Self::IfPresent => 0,
            Self::IfEqual(expected) => expected.len(),
        }
    }
}

impl Response {
    /// The total length of the keys and values in the response, and 40 more for each of them and for each
    /// response.
    pub(super) fn size(&self) -> usize {
        let all = match self {
            Self::Value(value) => value.as_ref().map_or(0, |value| value.len()),
            Self::Values(values) => size_of_all(values, |value| {
                value.as_ref().map_or(0, |value| value.len())
            }),
            Self::Keys { keys, .. } => size_of_all(keys, |key| key.len()),
            Self::Watched(numbers) => size_of_all(numbers, |_| 0),
            Self::Many(responses) => responses.iter().map(Self::size).sum(),
            Self::Set(_)
            | Self::Deleted(_)
            | Self::Number(_)
            | Self::NotANumber
            | Self::Overflow
            | Self::Changed
            | Self::TooLarge => 0,
        };
        all + AROUND_EACH
    }
}

/// Writes the command on one line. A precision limits the characters of each key and value.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = f.precision().unwrap_or(usize::MAX);
        let shown = |bytes: &[u8]| shorten(bytes, most);
        let all = |keys: &[Vec<u8>]| {
            let shown: Vec<_> = keys.iter().map(|key| shown(key)).collect();
            shown.join(" ")
        };
        match self {
            Self::Get { key } => write!(f, "get {}", shown(key)),
            Self::Set { key, value, .. } => write!(f, "{} := {}", shown(key), shown(value)),
            Self::Delete { key } => write!(f, "delete {}", shown(key)),
            Self::Increment { key, by } => write!(f, "{} += {by}", shown(key)),
            Self::Exchange { key, value, .. } => {
                write!(f, "exchange {} := {}", shown(key), shown(value))
            }
            Self::Take { key } => write!(f, "take {}", shown(key)),
            Self::Append { key, value } => write!(f, "append {} {}", shown(key), shown(value)),
            Self::Length { key } => write!(f, "length of {}", shown(key)),
            Self::Count { keys } => write!(f, "count {}", all(keys)),
            Self::GetMany { keys } => write!(f, "get {}", all(keys)),
            Self::DeleteMany { keys } => write!(f, "delete {}", all(keys)),
            Self::Watch { keys } => write!(f, "watch {}", all(keys)),
            Self::SetMany { pairs, .. } => {
                let pairs = pairs
                    .iter()
                    .map(|(key, value)| format!("{} := {}", shown(key), shown(value)));
                f.write_str(&pairs.collect::<Vec<_>>().join(", "))
            }
            Self::Keys { after: None, most } => write!(f, "the first {most} keys"),
            Self::Keys {
                after: Some(after),
                most,
            } => write!(f, "{most} keys after {}", shown(after)),
            Self::Batch { commands } => write!(f, "a batch of {}", commands.len()),
            Self::Transaction { commands, .. } => {
                write!(f, "a transaction of {}", commands.len())
            }
            Self::Tell { now } => write!(f, "the time is {now}"),
            Self::SetFor { key, value, .. } => {
                write!(f, "{} := {} for some time", shown(key), shown(value))
            }
            Self::Expire { key, .. } => write!(f, "{} expires", shown(key)),
            Self::Persist { key } => write!(f, "{} does not expire", shown(key)),
            Self::TimeLeft { key } => write!(f, "time left of {}", shown(key)),
            Self::Deadline { key } => write!(f, "deadline of {}", shown(key)),
            Self::ExpireIf { key, only, .. } => write!(f, "{} expires {only}", shown(key)),
            Self::GetFor { key, lifetime } => match lifetime {
                None => write!(f, "get {}, which does not expire", shown(key)),
                Some(_) => write!(f, "get {}, which expires", shown(key)),
            },
            Self::Range { key, start, end } => {
                write!(f, "get bytes {start} to {end} of {}", shown(key))
            }
            Self::Overwrite { key, at, value } => {
                write!(f, "{} from byte {at} := {}", shown(key), shown(value))
            }
        }
    }
}

fn shorten(bytes: &[u8], most: usize) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut short: String = text.chars().take(most).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
