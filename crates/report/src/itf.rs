//! ITF, the Informal Trace Format of Apalache and Quint: a run as JSON, for programs that
//! drive an implementation through it.
//!
//! The format is described at <https://apalache-mc.org/docs/adr/015adr-trace.html>. A
//! variable of each process is a `#map` from the names of the processes, a set is a `#set`,
//! and an integer a `#bigint`; every other value is a string. As in the traces of
//! `quint run --mbt`, each state has the action that led to it in `mbt::actionTaken`, and its
//! arguments in `mbt::nondetPicks`.

use crate::trace::TraceStep;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use synod_vocabulary::describe::by_process;
use synod_vocabulary::{self as vocabulary, Field};

/// Where the format is described.
const DESCRIPTION: &str = "https://apalache-mc.org/docs/adr/015adr-trace.html";

/// Writes runs of one model in ITF. A variable has the same type in all of them: it is an
/// integer only if all of its values in all runs are.
///
/// # Examples
/// ```
/// use synod_report::{Itf, trace::TraceStep};
/// use synod_vocabulary::{Field, Value};
///
/// let step = |action: Option<&str>, last_tried: &str| TraceStep {
///     action: action.map(str::to_owned),
///     kind: None,
///     changes: Vec::new(),
///     state: vec![Field::of("Α", "lastTried", Value::one(last_tried))],
/// };
/// let run = [step(None, "0"), step(Some("Α: Try 1"), "1")];
/// let written = Itf::of_all([&run[..]]).write("an example", &run, None);
/// let last = &written["states"][1];
/// assert_eq!(last["mbt::actionTaken"], "Try 1");
/// assert_eq!(last["lastTried"]["#map"][0][0], "Α");
/// assert_eq!(last["lastTried"]["#map"][0][1]["#bigint"], "1");
/// ```
pub struct Itf {
    /// The variables that have a value which is no integer.
    texts: BTreeSet<String>,
}

impl Itf {
    /// Looks at all runs for the types of the variables.
    pub fn of_all<'a>(runs: impl IntoIterator<Item = &'a [TraceStep]>) -> Self {
        let mut texts = BTreeSet::new();
        for field in runs.into_iter().flatten().flat_map(|step| &step.state) {
            let is_integer = match &field.value {
                vocabulary::Value::One(value) => is_integer(value),
                vocabulary::Value::Set(elements) => elements.iter().all(|one| is_integer(one)),
            };
            if !is_integer {
                texts.insert(field.key.to_owned());
            }
        }
        Self { texts }
    }

    /// A run as an ITF object. `source` says what it is a run of. If `enabled` is given, it
    /// has for each state the names of the steps that are possible there, and they become the
    /// variable `enabled`.
    pub fn write(&self, source: &str, run: &[TraceStep], enabled: Option<&[Vec<String>]>) -> Value {
        let fields = run.first().map_or(&[][..], |first| &first.state);
        let mut variables: Vec<String> = Vec::new();
        for field in fields {
            let name = name(field, fields);
            if !variables.contains(&name) {
                variables.push(name);
            }
        }
        variables.extend(enabled.map(|_| "enabled".to_owned()));
        variables.extend(["mbt::actionTaken", "mbt::nondetPicks"].map(str::to_owned));
        let mut states = Vec::new();
        for (index, step) in run.iter().enumerate() {
            let mut state = self.state(step);
            state.insert("#meta".to_owned(), json!({ "index": index }));
            if let Some(names) = enabled.and_then(|enabled| enabled.get(index)) {
                state.insert("enabled".to_owned(), json!({ "#set": names }));
            }
            states.push(state);
        }
        json!({
            "#meta": { "format": "ITF", "format-description": DESCRIPTION, "source": source },
            "vars": variables,
            "states": states,
        })
    }

    /// The text of an ITF object, a state a line.
    pub fn text(written: &Value) -> String {
        let states = written["states"].as_array().into_iter().flatten();
        let states: Vec<_> = states.map(ToString::to_string).collect();
        format!(
            "{{\n\"#meta\": {},\n\"vars\": {},\n\"states\": [\n{}\n]}}\n",
            written["#meta"],
            written["vars"],
            states.join(",\n")
        )
    }

    fn state(&self, step: &TraceStep) -> Map<String, Value> {
        let mut state = Map::new();
        for field in &step.state {
            let (name, value) = (name(field, &step.state), self.value(field));
            match &field.process {
                None => {
                    state.insert(name, value);
                }
                Some(process) => {
                    let map = state.entry(name).or_insert_with(|| json!({ "#map": [] }));
                    if let Some(pairs) = map["#map"].as_array_mut() {
                        pairs.push(json!([process, value]));
                    }
                }
            }
        }
        let step_name = step.action.as_deref();
        let (process, does) =
            step_name.map_or((None, "init"), |name| by_process(name, &step.state));
        let action = step.kind.as_deref().unwrap_or(does);
        let picks = [("process", process), ("step", step_name)].into_iter();
        let picks = picks.filter_map(|(name, value)| Some((name.to_owned(), some(value?))));
        let picks: Map<String, Value> = picks.collect();
        state.insert("mbt::actionTaken".to_owned(), action.into());
        state.insert("mbt::nondetPicks".to_owned(), picks.into());
        state
    }

    fn value(&self, field: &Field) -> Value {
        let is_text = self.texts.contains(field.key);
        let one = |value: &String| {
            if is_text {
                json!(value)
            } else {
                json!({ "#bigint": value })
            }
        };
        match &field.value {
            vocabulary::Value::One(value) => one(value),
            vocabulary::Value::Set(elements) => {
                json!({ "#set": elements.iter().map(one).collect::<Vec<_>>() })
            }
        }
    }
}

/// The name of a variable, without spaces. A variable of the whole system that has the name of one of a
/// process gets another, since ITF has one list of variables.
fn name(field: &Field, fields: &[Field]) -> String {
    let mut others = fields.iter().filter(|other| other.process.is_some());
    let name = field.key.replace(|c: char| !c.is_alphanumeric(), "_");
    match field.process {
        None if others.any(|other| other.key == field.key) => name + "_of_all",
        _ => name,
    }
}

/// A value that was picked, as Quint writes it. What was not picked is left out: some readers
/// take no `None`.
fn some(value: &str) -> Value {
    json!({ "tag": "Some", "value": value })
}

fn is_integer(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
