//! Objects with their fields in alphabetical order.

use serde::{Serialize, Serializer, ser::Error};

/// Writes the fields of an object, and of the objects in it, in alphabetical order. Lines
/// of schema 1 have them so, whatever the order in the Rust type.
pub(super) fn sorted<S: Serializer>(
    value: &impl Serialize,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let value = serde_json::to_value(value).map_err(S::Error::custom)?;
    value.serialize(serializer)
}
