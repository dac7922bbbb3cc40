//! What a run has been through, as an object.

use crate::outcome::never_taken;
use serde_json::{Value, json};
use synod_checker::Exploration;

/// All that the checker tells, by the names of its fields, and the actions that were
/// never taken; null if the engine does not tell.
pub(super) fn exploration(exploration: Option<&Exploration>) -> Value {
    // Numbers, lists and texts: nothing that JSON cannot hold.
    let mut value = serde_json::to_value(exploration).unwrap_or_default();
    if let Some(exploration) = exploration {
        value["never_taken"] = json!(never_taken(exploration));
    }
    value
}
