//! States, and ways to them, for a person.

use crate::compare::differences;
use crate::search::Explored;
use crate::twin::Twin;
use crate::value::Value;

/// A way to a state: each step's action, and the state after it.
pub(super) type Way = Vec<(String, Value)>;

/// A shortest way to a state of the model.
pub(super) fn way<M: Twin>(model: &M, explored: &Explored<M>, position: usize) -> Way {
    let path = explored.path(position).into_iter();
    path.map(|(action, state)| {
        let action = action.map(|action| model.step_name(action));
        let action = action.unwrap_or_else(|| "the initial state".to_owned());
        (action, model.twin_state(state))
    })
    .collect()
}

/// A whole state: `variable = value`, a line each.
pub(super) fn told(state: &Value) -> Vec<String> {
    let variables = differences(&Value::record([]), state).into_iter();
    let lines = variables.map(|(name, value)| format!("{name} = {value}"));
    lines.collect()
}

/// The steps of a way, each with what it changes.
pub(super) fn told_way(way: &[(String, Value)]) -> Vec<String> {
    let mut lines = Vec::new();
    for (step, pair) in way.windows(2).enumerate() {
        let [(_, before), (action, after)] = pair else {
            continue;
        };
        lines.push(format!("{:>3}. {action}", step + 1));
        let changes = changes(before, after).into_iter();
        lines.extend(changes.map(|change| format!("     {change}")));
    }
    lines
}

/// What is different in the second state, a line a variable; of a set, what it
/// has less and more.
pub(super) fn changes(before: &Value, after: &Value) -> Vec<String> {
    let variables = differences(before, after).into_iter();
    let lines = variables.map(|(name, value)| match (variable(before, name), value) {
        (Some(Value::Set(old)), Value::Set(new)) => {
            let less = old.difference(new).map(|element| format!(" − {element}"));
            let more = new.difference(old).map(|element| format!(" + {element}"));
            format!("{name}:{}", less.chain(more).collect::<String>())
        }
        _ => format!("{name} = {value}"),
    });
    lines.collect()
}

fn variable<'a>(state: &'a Value, name: &str) -> Option<&'a Value> {
    match state {
        Value::Record(variables) => variables.get(name),
        _ => None,
    }
}

/// The lines, further in.
pub(super) fn indented(lines: Vec<String>) -> impl Iterator<Item = String> {
    lines.into_iter().map(|line| format!("    {line}"))
}
