//! The layout of commands: in traces, and, since the compiler holds it to the
//! state machine's commands here, in messages and ledgers too.
//!
//! A format for people (JSON) has names, and keys and values as [`Text`]; one that
//! is not (postcard) has the positions of the variants, and bytes.

use crate::text::Text;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use synod_protocol::state_machine::map;

/// The layout of a command of the map; the order of the variants is part of it.
#[derive(Serialize, Deserialize)]
#[serde(
    remote = "map::Command",
    rename_all = "snake_case",
    deny_unknown_fields
)]
#[allow(missing_docs)] // As those of the map.
pub enum Command {
    Get {
        #[serde(with = "bytes")]
        key: Vec<u8>,
    },
    Set {
        #[serde(with = "bytes")]
        key: Vec<u8>,
        #[serde(with = "bytes")]
        value: Vec<u8>,
        #[serde(with = "Condition")]
        condition: map::Condition,
    },
    Delete {
        #[serde(with = "bytes")]
        key: Vec<u8>,
    },
    Increment {
        #[serde(with = "bytes")]
        key: Vec<u8>,
        by: i64,
    },
}

/// The layout of a condition of the map.
#[derive(Serialize, Deserialize)]
#[serde(
    remote = "map::Condition",
    rename_all = "snake_case",
    deny_unknown_fields
)]
enum Condition {
    Always,
    IfAbsent,
    IfPresent,
    IfEqual(#[serde(with = "bytes")] Vec<u8>),
}

/// A command that is borrowed where it is written.
pub(crate) fn deserialize_owned<'de, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Cow<'a, map::Command>, D::Error> {
    Command::deserialize(deserializer).map(Cow::Owned)
}

mod bytes {
    use super::{Cow, Deserialize, Deserializer, Serialize, Serializer, Text};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            Text(Cow::Borrowed(bytes)).serialize(serializer)
        } else {
            serializer.serialize_bytes(bytes)
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        if deserializer.is_human_readable() {
            Ok(Text::deserialize(deserializer)?.0.into_owned())
        } else {
            serde_bytes::deserialize(deserializer)
        }
    }
}
