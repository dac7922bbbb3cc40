//! JSON: what `synod check --format json` and `--trace-out` write, as types that are
//! both written and read.
//!
//! `--format json` prints one [`Line`] for each spec, `--trace-out FILE` writes one
//! [`TraceLine`] for each counterexample. [`Line::read`] and [`TraceLine::read`] read their
//! text back. Unknown fields are skipped: so a program can also read what a later version
//! writes, as long as the [`SCHEMA`] is the same.
//!
//! All other types here are parts of [`Line`]; its example uses them. The crate's example
//! `read_a_counterexample` is a whole program that reads a file of lines.

mod counterexample;
mod exploration;
mod line;
mod schema;
mod sorted;

pub use counterexample::{Counterexample, Step, TraceLine, Value, state};
pub use exploration::Exploration;
pub use line::{Line, Property, Verdict};
pub use schema::{ReadError, SCHEMA};

use crate::listener::{Checked, Listener, Subject, UnusableFile, WriteError};
use serde::Serialize;
use synod_terminal::{note, say};

/// The format `--format json`: prints one [`Line`] for each spec to standard output.
pub struct Json;

impl Listener for Json {
    fn checked(&mut self, checked: &Checked<'_>) {
        say_line(&Line::checked(checked));
    }

    fn not_run(&mut self, subject: &Subject<'_>, why: &str, is_fault: bool) {
        say_line(&Line::not_run(subject, why, is_fault));
    }

    fn unusable(&mut self, unusable: &UnusableFile<'_>) {
        say_line(&Line::unusable(unusable));
    }

    fn done(&mut self, left_out: Option<&str>) -> Result<(), WriteError> {
        if let Some(left_out) = left_out {
            note(&format!("note: left out: {left_out}"));
        }
        Ok(())
    }
}

fn say_line(line: &impl Serialize) {
    // Serialization cannot fail: the line has strings, numbers, lists and maps with
    // string keys only.
    if let Ok(line) = serde_json::to_string(line) {
        say(&format!("{line}\n"));
    }
}
