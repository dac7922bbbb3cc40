//! Reads the output of a run of TLC.

use crate::dump::{DumpError, states};
use crate::value::Value;

/// The result of a run of TLC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlcRun {
    /// The version of TLC, as TLC prints it.
    pub version: String,
    /// The number of distinct states.
    pub states: u64,
    /// The number of generated states, including repetitions.
    pub generated: u64,
    /// The depth of the state graph. An initial state has depth 1.
    pub depth: u64,
    /// How the run ended.
    pub ending: Ending,
}

/// How a run of TLC ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// TLC has explored all states, and every property holds.
    Holds,
    /// A property does not hold.
    Violated {
        /// The name of the property in the configuration, or its place in the module if
        /// TLC gives it no name.
        property: String,
        /// The counterexample: each state, with the action that leads to it.
        behavior: Vec<(String, Value)>,
    },
    /// TLC reported this error.
    Failed(String),
    /// TLC did not finish, for this reason.
    Unfinished(String),
}

impl TlcRun {
    /// The same run, marked as not finished for this reason.
    #[must_use]
    pub fn unfinished(self, why: impl Into<String>) -> Self {
        Self {
            ending: Ending::Unfinished(why.into()),
            ..self
        }
    }
}

/// Reads the text that TLC has written to its standard output.
///
/// ```
/// use synod_twins::tlc::{Ending, read_output};
///
/// let run = read_output("Error: Parsing or semantic analysis failed.\n")?;
/// let error = "Parsing or semantic analysis failed.".to_owned();
/// assert_eq!(run.ending, Ending::Failed(error));
/// # Ok::<(), synod_twins::dump::DumpError>(())
/// ```
///
/// # Errors
/// A state of a counterexample in it cannot be read.
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
    let what = errors.next().unwrap_or("TLC ended without a message");
    Ok(Ending::Failed(what.trim_end().to_owned()))
}

/// The property that the output reports as violated.
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

/// The last counts of states in the output: distinct, generated.
fn counts(output: &str) -> [u64; 2] {
    let mut lines = output.lines().rev();
    let line = lines.find(|line| line.contains(" states generated"));
    let line = line.unwrap_or_default();
    [
        number(between(line, "generated, ", " distinct")),
        number(line.split(" states generated").next()),
    ]
}

/// The action in the label of a state: Next in `<Next line 6, col 12 … of module T>`.
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
