//! Decrees in a trace: the types that are written and read, and nothing beyond
//! their layout.

use crate::{Command, Decree};
use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use synod_protocol::parliament::{Request, RequestId};
use synod_protocol::state_machine::map;

/// Bytes: a string if they are UTF-8, and otherwise an object with their
/// hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'a>(pub Cow<'a, [u8]>);

const HEX: &str = "hex";

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Ok(text) = std::str::from_utf8(&self.0) {
            return serializer.serialize_str(text);
        }
        let mut object = serializer.serialize_map(Some(1))?;
        object.serialize_entry(HEX, &hex(&self.0))?;
        object.end()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, or an object with hexadecimal digits")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text.as_bytes())))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.as_bytes().to_vec())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let entry: Option<(Cow<'de, str>, Cow<'de, str>)> = object.next_entry()?;
        let bytes = match entry {
            Some((key, digits)) if key == HEX => bytes(&digits),
            _ => None,
        };
        let bytes = bytes.ok_or_else(|| A::Error::custom("not hexadecimal digits"))?;
        Ok(Text(Cow::Owned(bytes)))
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    let both = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
    bytes.iter().flat_map(both).collect()
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let nibble = |digit: u8| char::from(digit).to_digit(16);
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let byte = |&[high, low]: &[u8; 2]| Some((nibble(high)? << 4 | nibble(low)?) as u8);
    rest.is_empty()
        .then(|| pairs.iter().map(byte).collect())
        .flatten()
}

/// A decree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DecreeJson<'a> {
    /// The olive day.
    OliveDay,
    /// What a client asked for.
    Request {
        /// Who.
        client: u64,
        /// Which of his requests.
        sequence: u64,
        /// For what.
        #[serde(borrow)]
        command: CommandJson<'a>,
    },
}

/// A command of the map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // As those of the map.
pub enum CommandJson<'a> {
    Get {
        #[serde(borrow)]
        key: Text<'a>,
    },
    Set {
        #[serde(borrow)]
        key: Text<'a>,
        #[serde(borrow)]
        value: Text<'a>,
        #[serde(borrow)]
        condition: ConditionJson<'a>,
    },
    Delete {
        #[serde(borrow)]
        key: Text<'a>,
    },
    Increment {
        #[serde(borrow)]
        key: Text<'a>,
        by: i64,
    },
}

/// A condition of the map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // As those of the map.
pub enum ConditionJson<'a> {
    Always,
    IfAbsent,
    IfPresent,
    IfEqual(#[serde(borrow)] Text<'a>),
}

fn text(bytes: &[u8]) -> Text<'_> {
    Text(Cow::Borrowed(bytes))
}

impl<'a> From<&'a Decree> for DecreeJson<'a> {
    fn from(decree: &'a Decree) -> Self {
        match decree {
            Decree::OliveDay => Self::OliveDay,
            Decree::Request(request) => Self::Request {
                client: request.id.client,
                sequence: request.id.sequence,
                command: (&request.command).into(),
            },
        }
    }
}

impl From<DecreeJson<'_>> for Decree {
    fn from(words: DecreeJson<'_>) -> Self {
        match words {
            DecreeJson::OliveDay => Self::OliveDay,
            DecreeJson::Request {
                client,
                sequence,
                command,
            } => Self::Request(Request {
                id: RequestId { client, sequence },
                command: command.into(),
            }),
        }
    }
}

impl<'a> From<&'a Command> for CommandJson<'a> {
    fn from(command: &'a Command) -> Self {
        match command {
            Command::Get { key } => Self::Get { key: text(key) },
            Command::Set {
                key,
                value,
                condition,
            } => Self::Set {
                key: text(key),
                value: text(value),
                condition: match condition {
                    map::Condition::Always => ConditionJson::Always,
                    map::Condition::IfAbsent => ConditionJson::IfAbsent,
                    map::Condition::IfPresent => ConditionJson::IfPresent,
                    map::Condition::IfEqual(value) => ConditionJson::IfEqual(text(value)),
                },
            },
            Command::Delete { key } => Self::Delete { key: text(key) },
            Command::Increment { key, by } => Self::Increment {
                key: text(key),
                by: *by,
            },
        }
    }
}

impl From<CommandJson<'_>> for Command {
    fn from(words: CommandJson<'_>) -> Self {
        let bytes = |text: Text<'_>| text.0.into_owned();
        match words {
            CommandJson::Get { key } => Self::Get { key: bytes(key) },
            CommandJson::Set {
                key,
                value,
                condition,
            } => Self::Set {
                key: bytes(key),
                value: bytes(value),
                condition: match condition {
                    ConditionJson::Always => map::Condition::Always,
                    ConditionJson::IfAbsent => map::Condition::IfAbsent,
                    ConditionJson::IfPresent => map::Condition::IfPresent,
                    ConditionJson::IfEqual(value) => map::Condition::IfEqual(bytes(value)),
                },
            },
            CommandJson::Delete { key } => Self::Delete { key: bytes(key) },
            CommandJson::Increment { key, by } => Self::Increment {
                key: bytes(key),
                by,
            },
        }
    }
}
