//! The lines of logs in terms of a model: its processes and its variables.

use crate::log::{Line, Log, LogError, Told, meant};
use std::collections::BTreeSet;
use synod_vocabulary::{Describe, Field, Value};

/// The value that a variable should have, according to a line.
pub(crate) struct Expected {
    /// The position of the variable among the fields of a state.
    pub(crate) field: usize,
    pub(crate) value: Value,
}

impl Expected {
    /// Whether a state has this value. The order of the elements of a set means nothing.
    pub(crate) fn agrees(&self, fields: &[Field]) -> bool {
        match (
            &self.value,
            fields.get(self.field).map(|field| &field.value),
        ) {
            (Value::Set(told), Some(Value::Set(has))) => {
                let set = |elements: &[String]| elements.iter().cloned().collect::<BTreeSet<_>>();
                told.len() == has.len() && set(told) == set(has)
            }
            (told, has) => Some(told) == has,
        }
    }
}

/// Whether a state has all values that a line tells.
pub(crate) fn all_agree<M: Describe>(model: &M, expected: &[Expected], state: &M::State) -> bool {
    if expected.is_empty() {
        return true;
    }
    let fields = model.fields(state);
    expected.iter().all(|expected| expected.agrees(&fields))
}

/// The values that each line of a log gives to variables.
///
/// # Errors
/// The first line that names a process or a variable that the model does not have. `fields`
/// are those of any state.
pub(crate) fn expected(log: &Log, fields: &[Field]) -> Result<Vec<Vec<Expected>>, LogError> {
    let lines = log.lines.iter().map(|line| {
        known_process(log, line, line.process.as_deref(), fields)?;
        let state = line.state.iter();
        let state = state.map(|told| of_variable(log, line, told, fields));
        state.collect()
    });
    lines.collect()
}

fn known_process(
    log: &Log,
    line: &Line,
    process: Option<&str>,
    fields: &[Field],
) -> Result<(), LogError> {
    let processes = fields.iter().filter_map(|field| field.process.as_deref());
    let processes: BTreeSet<_> = processes.collect();
    match process {
        // The names of the steps decide, if states do not tell of processes.
        Some(process) if !processes.contains(process) && !processes.is_empty() => {
            let message = format!("the model has no process `{process}`");
            let mut help = format!("its processes are {}", listed(&processes));
            if process.is_ascii() && processes.iter().all(|known| !known.is_ascii()) {
                help.push_str(" (not the letters of ASCII: copy them)");
            }
            Err(log.error(line.number, (message, help)))
        }
        _ => Ok(()),
    }
}

fn of_variable(
    log: &Log,
    line: &Line,
    told: &Told,
    fields: &[Field],
) -> Result<Expected, LogError> {
    known_process(log, line, told.process.as_deref(), fields)?;
    let is_of_it = |field: &Field| field.process == told.process;
    let is_named = |field: &Field| [field.key, field.variable].contains(&&*told.variable);
    let position = fields
        .iter()
        .position(|field| is_of_it(field) && is_named(field));
    let Some(field) = position else {
        let keys = fields.iter().filter(|field| is_of_it(field));
        let keys: Vec<_> = keys.map(|field| field.key).collect();
        let whose = told.process.as_ref();
        let whose = whose.map_or("the whole system", |process| process);
        let message = format!("{whose} has no variable `{}`", told.variable);
        let help = match meant(&told.variable, keys.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("its variables are {}", listed(&keys)),
        };
        return Err(log.error(line.number, (message, help)));
    };
    let value = told.value.clone();
    if let (Value::One(_), Value::Set(_)) | (Value::Set(_), Value::One(_)) =
        (&value, &fields[field].value)
    {
        let (message, help) = match value {
            Value::One(_) => ("is a set in the model", "write a list"),
            Value::Set(_) => ("is no set in the model", "write one value"),
        };
        let message = format!("`{}` {message}", told.variable);
        return Err(log.error(line.number, (message, help.to_owned())));
    }
    Ok(Expected { field, value })
}

fn listed<'n>(names: impl IntoIterator<Item = &'n &'n str>) -> String {
    let names = names.into_iter().map(|name| format!("`{name}`"));
    names.collect::<Vec<_>>().join(", ")
}
