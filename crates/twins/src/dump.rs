//! Reads the states in a file that TLC's option `-dump` writes, or in a behavior that TLC
//! prints: blocks of lines, each with a header `State N: …`.
//!
//! [`states`] is the entry point; [`read`](crate::read) reads each state.

use crate::read::{ReadError, read_state};
use crate::value::Value;
use std::io::{self, BufRead};

/// Why a dump cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is not in the format of TLC.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// Calls `each` with every state: the text of its header after the number, and the state
/// itself. Lines outside of states are skipped.
///
/// ```
/// let dump = "State 1: <Next line 1>\n/\\ x = 0\n/\\ y = {}\n";
/// let mut found = Vec::new();
/// synod_twins::dump::states(dump.as_bytes(), |label, state| {
///     found.push(format!("{label}: {state}"));
/// })?;
/// assert_eq!(found, ["<Next line 1>: [x |-> 0, y |-> {}]"]);
/// # Ok::<(), synod_twins::dump::DumpError>(())
/// ```
///
/// # Errors
/// The first state or line that cannot be read.
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

/// The text of a header after the number. `None` if the line is not a header.
fn label(line: &str) -> Option<&str> {
    let (number, label) = line.strip_prefix("State ")?.split_once(':')?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !number.is_empty()).then(|| label.trim())
}
