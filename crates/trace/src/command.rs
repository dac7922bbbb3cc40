//! The layout of commands in traces, and also in messages and ledgers: one
//! definition, whose agreement with the state machine's commands the compiler checks.
//!
//! A format that people read (JSON) has the names of the variants, and keys and
//! values as `Text`. A binary format (postcard) has the positions of the variants,
//! and bytes.

use crate::text::Text;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use synod_protocol::state_machine::map;

/// The layout of a command of the map. The order of the variants is part of it,
/// because binary formats write their positions.
///
/// It is used as `#[serde(with = "Command")]` on a field:
///
/// ```
/// #[derive(serde::Serialize)]
/// struct Written(#[serde(with = "synod_trace::command::Command")] synod_trace::Command);
///
/// let key = b"key".to_vec();
/// let get = Written(synod_trace::Command::Get { key });
/// assert_eq!(serde_json::to_string(&get)?, r#"{"get":{"key":"key"}}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Serialize, Deserialize)]
#[serde(
    remote = "map::Command",
    rename_all = "snake_case",
    deny_unknown_fields
)]
#[allow(missing_docs)] // The variants and fields are those of `map::Command`.
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

/// The layout of the condition of a `Set`. The order of the variants is part of it.
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

/// Reads a command for a field that borrows the command when it is written.
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
