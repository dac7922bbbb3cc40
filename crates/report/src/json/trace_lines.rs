//! All counterexamples, one JSON object on each line.

use super::{TraceLine, text};
use crate::document::Document;
use crate::listener::{Checked, Listener, Subject, WriteError};
use crate::plurals::plural;

/// What `--trace-out FILE` asks for: every counterexample, one [`TraceLine`] each. A
/// [`Document`].
#[derive(Default)]
pub struct TraceLines {
    text: String,
    count: u64,
}

impl Listener for TraceLines {
    fn checked(&mut self, checked: &Checked<'_>) {
        for trace in &checked.outcome.report.counterexamples {
            self.text += &text(&TraceLine::of(checked, trace));
            self.text.push('\n');
            self.count += 1;
        }
    }

    fn not_run(&mut self, _: &Subject<'_>, _: &str, _: bool) {}

    fn done(&mut self, _: Option<&str>) -> Result<(), WriteError> {
        Ok(())
    }
}

impl Document for TraceLines {
    fn text(&self) -> Result<String, WriteError> {
        Ok(self.text.clone())
    }

    fn contents(&self) -> Option<String> {
        let noun = plural(self.count, "counterexample", "counterexamples");
        Some(format!("{} {noun}", self.count))
    }
}
