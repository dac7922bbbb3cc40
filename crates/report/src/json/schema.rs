//! The version of the format, and reading what was written in it.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fmt;

/// The version of the format. It changes when a field goes or changes its meaning, not
/// when one is added.
pub const SCHEMA: u32 = 1;

/// Why a text cannot be read as a [`Line`](super::Line) or a
/// [`TraceLine`](super::TraceLine).
#[derive(Debug)]
pub enum ReadError {
    /// It is a line of another version of the format.
    OtherSchema(u32),
    /// It is not such an object at all.
    Malformed(serde_json::Error),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherSchema(found) => {
                write!(f, "schema {found}; this program reads schema {SCHEMA}")
            }
            Self::Malformed(error) => write!(f, "not a line of schema {SCHEMA}: {error}"),
        }
    }
}

impl std::error::Error for ReadError {}

/// The version alone: the other fields of another version may be different ones.
#[derive(Deserialize)]
struct Version {
    schema: u32,
}

/// Reads a line of this version.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, ReadError> {
    let version: Version = serde_json::from_str(text).map_err(ReadError::Malformed)?;
    if version.schema != SCHEMA {
        return Err(ReadError::OtherSchema(version.schema));
    }
    serde_json::from_str(text).map_err(ReadError::Malformed)
}
