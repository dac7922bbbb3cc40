//! Read a counterexample as JSON: what `synod check --format json` prints, one
//! object a line for each spec. Without an argument it reads a recorded line:
//!
//! ```console
//! $ cargo run --example read_a_counterexample
//! $ synod check --format json > results.jsonl
//! $ cargo run --example read_a_counterexample results.jsonl
//! $ synod check --format json | cargo run --example read_a_counterexample -
//! ```
//!
//! A file that `--trace-out FILE` writes has the same objects `counterexample`.

use serde::Deserialize;
use serde_json::{Map, Value};
use std::error::Error;
use std::io::{self, BufRead, Write};
use std::{env, fs};

/// `synod check --format json specs/basic/mutants/a-forgotten-nextBal-breaks-I7.toml`
pub(crate) const RECORDED: &str = include_str!("counterexample.json");

/// The version of the format that this program reads. It changes when a field
/// goes or changes its meaning.
const SCHEMA: u32 = 1;

/// The fields that are used here; serde skips the others. Every line has all
/// fields, and what is not known is null.
#[derive(Deserialize)]
struct Line {
    schema: u32,
    spec: String,
    /// `holds`, `violated`, `inconclusive`, or `error` for a file that is no spec.
    verdict: String,
    /// Why it is inconclusive, or an error.
    reason: Option<String>,
    counterexample: Option<Counterexample>,
}

#[derive(Deserialize)]
struct Counterexample {
    property: String,
    /// What is wrong in the last state, in a sentence.
    witness: Option<String>,
    length: usize,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    /// Null in the initial state, which comes first.
    action: Option<String>,
    /// What the step changed, a line a variable, for people.
    changes: Vec<String>,
    /// The whole state, for programs: a value for each variable of all, and an
    /// object for each process with its own. A set is a list.
    state: Map<String, Value>,
}

/// Writes what the lines tell.
pub(crate) fn run(lines: impl BufRead, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    for line in lines.lines() {
        let line: Line = serde_json::from_str(&line?)?;
        if line.schema != SCHEMA {
            return Err(format!("schema {} is not {SCHEMA}", line.schema).into());
        }
        let reason = line.reason.map(|reason| format!(" ({reason})"));
        let reason = reason.unwrap_or_default();
        writeln!(out, "{}: {}{reason}", line.spec, line.verdict)?;
        let Some(found) = line.counterexample else {
            continue;
        };
        writeln!(out, "{} fails in {} steps", found.property, found.length)?;
        writeln!(out, "{}", found.witness.unwrap_or_default())?;
        for step in &found.steps {
            if let Some(action) = &step.action {
                writeln!(out, "  {action}: {}", step.changes.join("; "))?;
            }
        }
        // A program looks at values, not at sentences: at one of each process.
        let last = found.steps.last().map(|step| &step.state);
        for (name, value) in last.into_iter().flatten() {
            if let Some(promise) = value.get("nextBal") {
                writeln!(out, "in the end nextBal of {name} is {promise}")?;
            }
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let out = &mut io::stdout().lock();
    match env::args().nth(1).as_deref() {
        None => run(RECORDED.as_bytes(), out),
        Some("-") => run(io::stdin().lock(), out),
        Some(file) => run(fs::read(file)?.as_slice(), out),
    }
}
