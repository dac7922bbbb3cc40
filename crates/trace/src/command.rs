//! The layout of commands in traces, and also in messages and ledgers: one
//! definition, whose agreement with the state machine's commands the compiler checks.
//!
//! A format that people read (JSON) has the names of the variants, and keys and
//! values as `Text`. A binary format (postcard) has the positions of the variants,
//! and bytes.

mod many;

use crate::text::Text;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use synod_protocol::state_machine::map;

/// Defines the layout of commands, with or without those that have commands in them. What is read comes
/// from outside, so commands in commands in commands would have no end.
macro_rules! commands {
    ($(#[$about:meta])* $visible:vis enum $name:ident, commands = $nested:literal) => {
        $(#[$about])*
        #[derive(Serialize, Deserialize)]
        #[serde(
            remote = "map::Command",
            rename_all = "snake_case",
            deny_unknown_fields
        )]
        #[allow(missing_docs)] // The variants and fields are those of `map::Command`.
        $visible enum $name {
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
            Exchange {
                #[serde(with = "bytes")]
                key: Vec<u8>,
                #[serde(with = "bytes")]
                value: Vec<u8>,
                #[serde(with = "Condition")]
                condition: map::Condition,
            },
            Take {
                #[serde(with = "bytes")]
                key: Vec<u8>,
            },
            Append {
                #[serde(with = "bytes")]
                key: Vec<u8>,
                #[serde(with = "bytes")]
                value: Vec<u8>,
            },
            Length {
                #[serde(with = "bytes")]
                key: Vec<u8>,
            },
            Count {
                #[serde(with = "many")]
                keys: Vec<Vec<u8>>,
            },
            GetMany {
                #[serde(with = "many")]
                keys: Vec<Vec<u8>>,
            },
            SetMany {
                #[serde(with = "many")]
                pairs: Vec<(Vec<u8>, Vec<u8>)>,
                if_all_absent: bool,
            },
            DeleteMany {
                #[serde(with = "many")]
                keys: Vec<Vec<u8>>,
            },
            Keys {
                #[serde(with = "many")]
                after: Option<Vec<u8>>,
                most: u32,
            },
            Watch {
                #[serde(with = "many")]
                keys: Vec<Vec<u8>>,
            },
            Batch {
                #[serde(with = $nested)]
                commands: Vec<map::Command>,
            },
            Transaction {
                #[serde(with = "many")]
                watched: Vec<(Vec<u8>, u64)>,
                #[serde(with = $nested)]
                commands: Vec<map::Command>,
            },
            Tell {
                now: u64,
            },
            SetFor {
                #[serde(with = "bytes")]
                key: Vec<u8>,
                #[serde(with = "bytes")]
                value: Vec<u8>,
                #[serde(with = "Condition")]
                condition: map::Condition,
                #[serde(with = "Lifetime")]
                lifetime: map::Lifetime,
                is_exchange: bool,
            },
            Expire {
                #[serde(with = "bytes")]
                key: Vec<u8>,
                #[serde(with = "Lifetime")]
                lifetime: map::Lifetime,
            },
            Persist {
                #[serde(with = "bytes")]
                key: Vec<u8>,
            },
            TimeLeft {
                #[serde(with = "bytes")]
                key: Vec<u8>,
            },
            Deadline {
                #[serde(with = "bytes")]
                key: Vec<u8>,
            },
            ExpireIf {
                #[serde(with = "bytes")]
                key: Vec<u8>,
                #[serde(with = "Lifetime")]
                lifetime: map::Lifetime,
                #[serde(with = "Only")]
                only: map::Only,
            },
            GetFor {
                #[serde(with = "bytes")]
                key: Vec<u8>,
                #[serde(with = "optional_lifetime")]
                lifetime: Option<map::Lifetime>,
            },
            Range {
                #[serde(with = "bytes")]
                key: Vec<u8>,
                start: i64,
                end: i64,
            },
            Overwrite {
                #[serde(with = "bytes")]
                key: Vec<u8>,
                at: u32,
                #[serde(with = "bytes")]
                value: Vec<u8>,
            },
        }
    };
}

commands! {
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
    pub enum Command, commands = "many"
}

commands! {
    /// The layout of a command of a batch or a transaction, which is neither.
    enum Step, commands = "refused"
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

/// The layout of the lifetime of a value. The order of the variants is part of it.
#[derive(Serialize, Deserialize)]
#[serde(
    remote = "map::Lifetime",
    rename_all = "snake_case",
    deny_unknown_fields
)]
enum Lifetime {
    Keep,
    For { milliseconds: u64, now: u64 },
    Until { at: u64 },
    UntilFrom { at: u64, now: u64 },
    AtLeast { milliseconds: u64, now: u64 },
}

/// The layout of the condition on a deadline. The order of the variants is part of it.
#[derive(Serialize, Deserialize)]
#[serde(remote = "map::Only", rename_all = "snake_case", deny_unknown_fields)]
enum Only {
    WithoutOne,
    WithOne,
    Later,
    Earlier,
    EarlierThanOne,
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

mod optional_lifetime {
    use super::{Deserialize, Deserializer, Lifetime, Serialize, Serializer, map};

    #[derive(Serialize, Deserialize)]
    struct One(#[serde(with = "Lifetime")] map::Lifetime);

    #[allow(clippy::ref_option, reason = "serde asks for this type")]
    pub(super) fn serialize<S: Serializer>(
        lifetime: &Option<map::Lifetime>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        lifetime.map(One).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<map::Lifetime>, D::Error> {
        Ok(Option::<One>::deserialize(deserializer)?.map(|one| one.0))
    }
}

/// The commands of a batch in a batch, which is not written and not read.
mod refused {
    use super::map::Command;
    use serde::{Deserializer, Serializer, de, ser};

    const WHY: &str = "a batch or a transaction within another one";

    pub(super) fn serialize<S: Serializer>(_: &[Command], _: S) -> Result<S::Ok, S::Error> {
        Err(ser::Error::custom(WHY))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(_: D) -> Result<Vec<Command>, D::Error> {
        Err(de::Error::custom(WHY))
    }
}
