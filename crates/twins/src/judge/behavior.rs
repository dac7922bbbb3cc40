//! States and the behaviors that lead to them, as lines of text.

use crate::compare::differences;
use crate::search::Explored;
use crate::twin::Twin;
use crate::value::Value;

/// A behavior (a sequence of states): each state, with the action that leads to it.
pub(super) type Behavior = Vec<(String, Value)>;

/// A shortest behavior that leads to a state of the model.
pub(super) fn shortest_behavior<M: Twin>(
    model: &M,
    explored: &Explored<M>,
    position: usize,
) -> Behavior {
    let path = explored.path(position).into_iter();
    path.map(|(action, state)| {
        let action = action.map(|action| model.step_name(action));
        let action = action.unwrap_or_else(|| "the initial state".to_owned());
        (action, model.twin_state(state))
    })
    .collect()
}

/// Describes a whole state: a line `variable = value` for each variable.
pub(super) fn describe_state(state: &Value) -> Vec<String> {
    let variables = differences(&Value::record([]), state).into_iter();
    let lines = variables.map(|(name, value)| format!("{name} = {value}"));
    lines.collect()
}

/// Describes the steps of a behavior: each action, and the changes of variables.
pub(super) fn describe_steps(behavior: &[(String, Value)]) -> Vec<String> {
    let mut lines = Vec::new();
    for (step, pair) in behavior.windows(2).enumerate() {
        let [(_, before), (action, after)] = pair else {
            continue;
        };
        lines.push(format!("{:>3}. {action}", step + 1));
        let changes = changes(before, after).into_iter();
        lines.extend(changes.map(|change| format!("     {change}")));
    }
    lines
}

/// The differences of the second state from the first: a line for each variable, with the
/// new value, or with the elements that a set loses and gains.
pub(super) fn changes(before: &Value, after: &Value) -> Vec<String> {
    let variables = differences(before, after).into_iter();
    let lines = variables.map(|(name, value)| match (variable(before, name), value) {
        (Some(Value::Set(old)), Value::Set(new)) => {
            let lost = old.difference(new).map(|element| format!(" − {element}"));
            let gained = new.difference(old).map(|element| format!(" + {element}"));
            format!("{name}:{}", lost.chain(gained).collect::<String>())
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

/// The lines, indented.
pub(super) fn indented(lines: Vec<String>) -> impl Iterator<Item = String> {
    lines.into_iter().map(|line| format!("    {line}"))
}
