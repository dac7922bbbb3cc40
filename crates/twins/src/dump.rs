//! The states in a file that TLC's option `-dump` writes, and in the behaviours
//! that TLC prints: blocks of lines, each with a header `State N: …`.

use crate::read::{ReadError, read_state};
use crate::value::Value;
use std::io::{self, BufRead};

/// Why a dump cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// What is in it is not what TLC writes.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// Calls `each` with every state: what its header says after the number, and
/// the state. Lines outside of states are passed over.
///
/// # Errors
/// The first [`DumpError`].
pub fn states(mut lines: impl BufRead, mut each: impl FnMut(&str, Value)) -> Result<(), DumpError> {
    let (mut line, mut number) = (String::new(), 0);
    while next_line(&mut lines, &mut line, &mut number)? {
        let Some(label) = label(&line).map(str::to_owned) else {
            continue;
        };
        let (mut text, first) = (String::new(), number + 1);
        while next_line(&mut lines, &mut line, &mut number)? && !line.trim().is_empty() {
            text.push_str(&line);
        }
        each(&label, read_state(&text, first)?);
    }
    Ok(())
}

fn next_line(lines: &mut impl BufRead, line: &mut String, number: &mut usize) -> io::Result<bool> {
    line.clear();
    *number += 1;
    Ok(lines.read_line(line)? > 0)
}

/// What a header says after the number, if the line is one.
fn label(line: &str) -> Option<&str> {
    let (number, label) = line.strip_prefix("State ")?.split_once(':')?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !number.is_empty()).then(|| label.trim())
}
