//! One JSON object for each spec: printed as the specs are done, or as one text in the end.

use super::{Line, text};
use crate::document::Document;
use crate::listener::{Checked, Listener, Subject, UnusableFile, WriteError};
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

fn say_line(line: &Line) {
    say(&format!("{}\n", text(line)));
}

/// The report `json`: the same lines as one text. A [`Document`].
#[derive(Default)]
pub struct JsonLines(String);

impl JsonLines {
    fn push(&mut self, line: &Line) {
        self.0 += &text(line);
        self.0.push('\n');
    }
}

impl Listener for JsonLines {
    fn checked(&mut self, checked: &Checked<'_>) {
        self.push(&Line::checked(checked));
    }

    fn not_run(&mut self, subject: &Subject<'_>, why: &str, is_fault: bool) {
        self.push(&Line::not_run(subject, why, is_fault));
    }

    fn unusable(&mut self, unusable: &UnusableFile<'_>) {
        self.push(&Line::unusable(unusable));
    }

    fn done(&mut self, _: Option<&str>) -> Result<(), WriteError> {
        Ok(())
    }
}

impl Document for JsonLines {
    fn text(&self) -> Result<String, WriteError> {
        Ok(self.0.clone())
    }
}
