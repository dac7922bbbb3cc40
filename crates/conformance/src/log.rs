//! What an implementation says it did: JSON lines, read. `docs/conformance.md` is the
//! reference of the schema.

use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;
use std::fmt;
use synod_vocabulary::Value;

/// The version of the schema.
pub const SCHEMA: u32 = 1;

/// The fields of a line.
const FIELDS: [&str; 5] = ["schema", "process", "action", "state", "extra"];

/// The lines of one file, in the order in which they were written. Nothing is known of the
/// order of lines in different files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The name of the file, for messages.
    pub name: String,
    pub(crate) lines: Vec<Line>,
}

/// A step that an implementation says it took, or a state that it says it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Counted from 1.
    pub(crate) number: usize,
    pub(crate) process: Option<String>,
    /// None if the line only tells a state.
    pub(crate) action: Option<String>,
    /// Some variables after the step.
    pub(crate) state: Vec<Told>,
}

/// A variable, and the value that it has according to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) process: Option<String>,
    pub(crate) variable: String,
    pub(crate) value: Value,
}

/// What is wrong with a line, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogError {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// How to mend the line.
    pub help: String,
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            message,
            ..
        } = self;
        write!(f, "{file}:{line}: {message}")
    }
}

impl std::error::Error for LogError {}

/// A message, and what would be right.
type Wrong = (String, String);

impl Log {
    /// Reads the text of a file. Empty lines are skipped.
    ///
    /// # Errors
    /// The first line that is not as the schema says, or that there are no lines.
    pub fn read(name: &str, text: &str) -> Result<Self, LogError> {
        let mut log = Self {
            name: name.to_owned(),
            lines: Vec::new(),
        };
        for (index, text) in text.lines().enumerate() {
            if !text.trim().is_empty() {
                let line = Line::read(index + 1, text);
                let line = line.map_err(|wrong| log.error(index + 1, wrong))?;
                log.lines.push(line);
            }
        }
        if log.lines.is_empty() {
            let help = "it should have a line for each step that was taken".to_owned();
            return Err(log.error(1, ("there are no lines here".to_owned(), help)));
        }
        Ok(log)
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are no lines; never, of a log that was read.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub(crate) fn error(&self, line: usize, (message, help): Wrong) -> LogError {
        LogError {
            file: self.name.clone(),
            line,
            message,
            help,
        }
    }
}

impl Line {
    fn read(number: usize, text: &str) -> Result<Self, Wrong> {
        let help =
            || "write an object such as {\"process\": \"p0\", \"action\": \"Vote\"}".to_owned();
        let object: Map<String, Json> = serde_json::from_str(text).map_err(|error| {
            let message = error.to_string();
            let reason = message.split(" at line ").next().unwrap_or(&message);
            (format!("not a JSON object: {reason}"), help())
        })?;
        let mut fields = object.keys();
        if let Some(unknown) = fields.find(|field| !FIELDS.contains(&&***field)) {
            let help = "what is not to be judged belongs into the object `extra`";
            let help = meant(unknown, FIELDS).map_or(help.to_owned(), |meant| {
                format!("did you mean `{meant}`? Otherwise, {help}")
            });
            return Err((format!("unknown field `{unknown}`"), help));
        }
        if let Some(schema) = object.get("schema").filter(|schema| **schema != SCHEMA) {
            let help = format!("this program reads schema {SCHEMA}");
            return Err((format!("this is a line of schema {schema}"), help));
        }
        let line = Self {
            number,
            process: text_of(&object, "process")?,
            action: text_of(&object, "action")?,
            state: object.get("state").map_or(Ok(Vec::new()), state)?,
        };
        if line.action.is_none() && line.state.is_empty() {
            let message = "this line says neither what was done nor a state";
            return Err((message.to_owned(), help()));
        }
        Ok(line)
    }

    /// What the line says was done, as steps are named.
    pub(crate) fn told(&self) -> String {
        let action = self.action.as_deref().unwrap_or("a state");
        match &self.process {
            Some(process) => format!("{process}: {action}"),
            None => action.to_owned(),
        }
    }

    /// Whether this may be a step of this process, with this name and kind.
    pub(crate) fn may_be(&self, name: &str, kind: Option<&str>, by: (Option<&str>, &str)) -> bool {
        let Some(action) = self.action.as_deref() else {
            return false;
        };
        match (&self.process, by) {
            (Some(told), (process, _)) if process != Some(told) => false,
            (Some(_), (_, does)) => action == does || kind == Some(action),
            (None, (_, does)) => action == does || kind == Some(action) || action == name,
        }
    }
}

fn text_of(object: &Map<String, Json>, field: &str) -> Result<Option<String>, Wrong> {
    match object.get(field) {
        None => Ok(None),
        Some(Json::String(text)) => Ok(Some(text.clone())),
        Some(other) => {
            let help = format!("write a text in quotes, or leave `{field}` out");
            Err((format!("`{field}` is {other}"), help))
        }
    }
}

/// The variables of a state: those of the whole system, and for each process an object.
fn state(state: &Json) -> Result<Vec<Told>, Wrong> {
    let Json::Object(variables) = state else {
        let help = "write an object: variables of the whole system, and for each process an \
                    object of its variables";
        return Err((format!("`state` is {state}"), help.to_owned()));
    };
    let mut all = Vec::new();
    for (name, value) in variables {
        let mut tell = |process: Option<&String>, variable: &String, told: &Json| {
            all.push(Told {
                process: process.cloned(),
                variable: variable.clone(),
                value: value_of(variable, told)?,
            });
            Ok::<(), Wrong>(())
        };
        match value {
            Json::Object(of_process) => {
                let mut of_process = of_process.iter();
                of_process.try_for_each(|(variable, told)| tell(Some(name), variable, told))?;
            }
            told => tell(None, name, told)?,
        }
    }
    Ok(all)
}

fn value_of(variable: &str, told: &Json) -> Result<Value, Wrong> {
    match told {
        Json::Array(elements) => {
            let elements = elements.iter().map(|element| one(variable, element));
            let elements: BTreeSet<_> = elements.collect::<Result<_, _>>()?;
            Ok(Value::set(elements))
        }
        told => Ok(Value::One(one(variable, told)?)),
    }
}

fn one(variable: &str, told: &Json) -> Result<String, Wrong> {
    match told {
        Json::String(text) => Ok(text.clone()),
        Json::Number(number) if !number.is_f64() => Ok(number.to_string()),
        Json::Bool(truth) => Ok(truth.to_string()),
        other => {
            let help = "write the value as the model prints it (a text, a whole number, or a list \
                        of these for a set), or leave the variable out";
            Err((format!("`{variable}` is {other}"), help.to_owned()))
        }
    }
}

/// The name that is closest to another one, if it is close.
pub(crate) fn meant<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    /// Of 1, at which names are equal.
    const CLOSE: f64 = 0.8;
    let rated = names
        .into_iter()
        .map(|known| (strsim::jaro_winkler(known, name), known));
    let best = rated.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(closeness, _)| *closeness >= CLOSE)
        .map(|(_, known)| known)
}
