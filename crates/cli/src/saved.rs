//! Runs that were saved: files with the JSON of `synod check`.

use crate::diagnostics::Complaint;
use std::fs;
use std::path::Path;
use synod_report::json::Line;

const HELP: &str = "name a file that `synod check --report json=FILE` wrote";

/// The results in such a file, one for each spec.
///
/// # Errors
/// It is no such file.
pub(crate) fn read(file: &Path) -> Result<Vec<Line>, Complaint> {
    let text = fs::read_to_string(file).map_err(|error| Complaint::file(file, error, HELP))?;
    let lines = text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    let lines: Result<Vec<_>, _> = lines
        .map(|(number, line)| {
            let read = Line::read(line);
            let line = number + 1;
            read.map_err(|error| Complaint::file(file, format!("line {line}: {error}"), HELP))
        })
        .collect();
    if let Ok(lines) = &lines {
        let twice = lines.iter().enumerate().find(|(place, line)| {
            let mut before = lines[..*place].iter();
            before.any(|before| before.spec == line.spec)
        });
        if let Some((_, line)) = twice {
            let why = format!("there are two results of {}", line.spec);
            return Err(Complaint::file(file, why, "keep one of them"));
        }
    }
    match lines {
        Ok(lines) if lines.is_empty() => Err(Complaint::file(file, "there is no result", HELP)),
        lines => lines,
    }
}
