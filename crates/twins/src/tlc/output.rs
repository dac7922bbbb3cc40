//! What TLC says at the end of a run.

use crate::dump::{DumpError, states};
use crate::value::Value;

/// A run of TLC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlcRun {
    /// TLC's version, in its own words.
    pub version: String,
    /// Distinct states.
    pub states: u64,
    /// Generated states.
    pub generated: u64,
    /// The depth of the graph; an initial state has depth 1.
    pub depth: u64,
    /// How it ended.
    pub ending: Ending,
}

/// How a run of TLC ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It has seen everything, and all of it was right.
    Holds,
    /// A property does not hold.
    Violated {
        /// Its name in the configuration; or where it stands, if TLC gives
        /// it no name.
        property: String,
        /// What leads to the violation: each step's action, and the state
        /// after it.
        behavior: Vec<(String, Value)>,
    },
    /// It could not go on: what it says about that.
    Failed(String),
    /// It did not come to an end: why.
    Unfinished(String),
}

impl TlcRun {
    /// The same run, which was brought to an end.
    #[must_use]
    pub fn unfinished(self, why: impl Into<String>) -> Self {
        Self {
            ending: Ending::Unfinished(why.into()),
            ..self
        }
    }
}

/// Reads what TLC has written on its standard output.
///
/// # Errors
/// [`DumpError`] if there is a behaviour in it that cannot be read.
pub fn read_output(output: &str) -> Result<TlcRun, DumpError> {
    let [states, generated] = counts(output);
    Ok(TlcRun {
        version: between(output, "TLC2 Version ", "\n")
            .unwrap_or_default()
            .to_owned(),
        states,
        generated,
        depth: number(between(output, "complete state graph search is ", ".")),
        ending: ending(output)?,
    })
}

fn ending(output: &str) -> Result<Ending, DumpError> {
    if output.contains("Model checking completed. No error has been found.") {
        return Ok(Ending::Holds);
    }
    if let Some(property) = violated(output) {
        let mut behavior = Vec::new();
        states(output.as_bytes(), |label, state| {
            behavior.push((action(label).to_owned(), state));
        })?;
        return Ok(Ending::Violated {
            property: property.to_owned(),
            behavior,
        });
    }
    if output.contains("OutOfMemory") || output.contains("out of Java memory") {
        return Ok(Ending::Unfinished("TLC ran out of memory".to_owned()));
    }
    let mut errors = output.split("Error: ").skip(1);
    let what = errors.next().unwrap_or("TLC ended without a word");
    Ok(Ending::Failed(what.trim_end().to_owned()))
}

/// The property that a run says is violated.
fn violated(output: &str) -> Option<&str> {
    let mut lines = output.lines();
    lines.find_map(|line| {
        let error = line.strip_prefix("Error: ")?;
        let kinds = ["Invariant ", "Action property ", "Temporal property "];
        let property = kinds.iter().find_map(|kind| error.strip_prefix(kind))?;
        let (property, _) = property.split_once(" is violated")?;
        Some(property)
    })
}

/// The last count of states: distinct, generated.
fn counts(output: &str) -> [u64; 2] {
    let mut lines = output.lines().rev();
    let line = lines.find(|line| line.contains(" states generated"));
    let line = line.unwrap_or_default();
    [
        number(between(line, "generated, ", " distinct")),
        number(line.split(" states generated").next()),
    ]
}

/// `<Next line 6, col 12 … of module T>` is the action Next.
fn action(label: &str) -> &str {
    let label = label.trim_start_matches('<').trim_end_matches('>');
    label.split(" line ").next().unwrap_or(label)
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    let (found, _) = rest.split_once(after)?;
    Some(found.trim())
}

fn number(text: Option<&str>) -> u64 {
    let digits = text.unwrap_or_default().replace(',', "");
    let last = digits.split_whitespace().last();
    last.and_then(|word| word.parse().ok()).unwrap_or_default()
}
