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

/// `variable = value`, a line each.
pub(super) fn told(state: &Value) -> Vec<String> {
    equations(differences(&Value::record([]), state))
}

/// The steps of a way, each with the variables that it changes.
pub(super) fn told_way(way: &[(String, Value)]) -> Vec<String> {
    let mut lines = Vec::new();
    for (step, pair) in way.windows(2).enumerate() {
        let [(_, before), (action, after)] = pair else {
            continue;
        };
        lines.push(format!("{:>3}. {action}", step + 1));
        let changes = equations(differences(before, after));
        lines.extend(changes.into_iter().map(|change| format!("     {change}")));
    }
    lines
}

fn equations(variables: Vec<(&str, &Value)>) -> Vec<String> {
    let variables = variables.into_iter();
    variables
        .map(|(name, value)| format!("{name} = {value}"))
        .collect()
}

/// The lines, further in.
pub(super) fn indented(lines: Vec<String>) -> impl Iterator<Item = String> {
    lines.into_iter().map(|line| format!("    {line}"))
}
