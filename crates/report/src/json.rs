//! JSON: what `synod check` writes for programs, as types that are both written and read.
//!
//! `--format json` prints one [`Line`] for each spec, and `--report json=FILE` writes the same to
//! a file; `--trace-out FILE` writes one [`TraceLine`] for each counterexample, and `synod prove` one
//! [`ProofLine`] for each obligation and solver. [`Line::read`], [`TraceLine::read`] and [`ProofLine::read`] read their
//! text back. Unknown fields are skipped: so a program can also read what a later version
//! writes, as long as the [`SCHEMA`] is the same. `docs/report.schema.json` is their JSON Schema, which is
//! made of these types.
//!
//! All other types here are parts of [`Line`]; its example uses them. The crate's example
//! `read_a_counterexample` is a whole program that reads a file of lines.

mod change;
mod counterexample;
mod exploration;
mod line;
mod lines;
#[cfg(feature = "schema")]
mod of_types;
mod proof_line;
mod schema;
mod sorted;
mod trace_lines;

pub use change::{Change, Parting};
pub use counterexample::{Counterexample, Cycle, Step, TraceLine, Value, state};
pub use exploration::Exploration;
pub use line::{Line, Property, Verdict};
pub use lines::{Json, JsonLines};
#[cfg(feature = "schema")]
pub use of_types::json_schema;
pub use proof_line::{Answer, ProofLine};
pub use schema::{ReadError, SCHEMA};
pub use trace_lines::TraceLines;

use serde::Serialize;

/// A line as text, without the end of the line.
pub fn text(line: &impl Serialize) -> String {
    // Serialization cannot fail: the line has strings, numbers, lists and maps with
    // string keys only.
    serde_json::to_string(line).unwrap_or_default()
}
