//! A counterexample as an object.

use crate::trace::{Trace, TraceStep};
use serde_json::{Map, Value, json};
use synod_vocabulary::{self as vocabulary, Field};

/// A counterexample: `steps` begins with the initial state, whose
/// action is null. Where there are several, its `changes` say how it differs
/// from the one in which nothing has happened.
pub(crate) fn counterexample(trace: &Trace) -> Value {
    json!({
        "property": trace.property,
        "witness": trace.witness,
        "length": trace.length(),
        "is_shortest": trace.is_shortest,
        "seed": trace.seed,
        "steps": trace.steps.iter().map(step).collect::<Vec<_>>(),
        "figure": trace.drawing(),
    })
}

fn step(step: &TraceStep) -> Value {
    json!({ "action": step.action, "changes": step.changes, "state": state(&step.state) })
}

/// A state: a map a priest from his variables to their values, and the
/// variables of all. Sets are lists.
fn state(fields: &[Field]) -> Value {
    let mut state = Map::new();
    for field in fields {
        let value = match &field.value {
            vocabulary::Value::One(value) => json!(value),
            vocabulary::Value::Set(elements) => json!(elements),
        };
        match &field.process {
            None => {
                state.insert(field.key.to_owned(), value);
            }
            Some(process) => {
                let of_process = state.entry(process.clone()).or_insert_with(|| json!({}));
                if let Value::Object(variables) = of_process {
                    variables.insert(field.key.to_owned(), value);
                }
            }
        }
    }
    Value::Object(state)
}
