//! What a run has been through, as an object.

use crate::outcome::never_taken;
use serde_json::{Value, json};
use synod_checker::Exploration;

/// Levels, branching and actions; null if the engine does not tell.
pub(super) fn exploration(exploration: Option<&Exploration>) -> Value {
    let Some(exploration) = exploration else {
        return Value::Null;
    };
    let actions = exploration.actions.iter().map(|action| {
        json!({
            "name": action.name,
            "enabled": action.enabled,
            "new_states": action.new_states,
        })
    });
    json!({
        "levels": exploration.levels,
        "branching": exploration.branching.map(|branching| json!({
            "min": branching.min,
            "mean": branching.mean,
            "percentile_95": branching.percentile_95,
            "max": branching.max,
        })),
        "actions": actions.collect::<Vec<_>>(),
        "never_taken": never_taken(exploration),
        "resumed_at": exploration.resumed_at,
        "copies": exploration.copies.map(|copies| json!({
            "states": copies.states,
            "transitions": copies.transitions,
        })),
        "stored": exploration.stored,
        "distribution": exploration.distribution.map(|spread| json!({
            "processes": spread.processes,
            "workers": spread.workers,
            "states_here": spread.states_here,
            "states_exchanged": spread.states_exchanged,
            "bytes_exchanged": spread.bytes_exchanged,
            "bytes_abroad": spread.bytes_abroad,
        })),
    })
}
