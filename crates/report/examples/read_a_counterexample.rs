//! Read a counterexample as JSON: what `synod check --format json` prints, one line for
//! each spec. Without an argument it reads a recorded line:
//!
//! ```console
//! $ cargo run --example read_a_counterexample
//! $ synod check --format json > results.jsonl
//! $ cargo run --example read_a_counterexample results.jsonl
//! $ synod check --format json | cargo run --example read_a_counterexample -
//! ```
//!
//! A program in another language reads the same objects: their fields have the names of
//! the fields of `synod_report::json::Line`.

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::{env, fs};
use synod_report::json::{Line, Value};

/// `synod check --format json specs/basic/mutants/a-forgotten-nextBal-breaks-I7.toml`
pub(crate) const RECORDED: &str = include_str!("counterexample.json");

/// Writes a summary of each line.
pub(crate) fn run(lines: impl BufRead, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    for line in lines.lines() {
        // Another version of the format is refused here.
        let line = Line::read(&line?)?;
        // Why the verdict is inconclusive, or an error.
        let reason = line.reason.map(|reason| format!(" ({reason})"));
        let reason = reason.unwrap_or_default();
        writeln!(out, "{}: {}{reason}", line.spec, line.verdict)?;
        let Some(found) = line.counterexample else {
            continue;
        };
        writeln!(out, "{} fails in {} steps", found.property, found.length)?;
        writeln!(out, "{}", found.witness.unwrap_or_default())?;
        for step in &found.steps {
            // The initial state comes first and has no action.
            if let Some(action) = &step.action {
                writeln!(out, "  {action}: {}", step.changes.join("; "))?;
            }
        }
        // `changes` are sentences for people; a program looks at the values of `state`:
        // here at one variable of each process.
        let last = found.steps.last().map(|step| &step.state);
        for (process, value) in last.into_iter().flatten() {
            let Value::Variables(variables) = value else {
                continue;
            };
            if let Some(Value::One(promise)) = variables.get("nextBal") {
                writeln!(out, "in the end nextBal of {process} is {promise}")?;
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
