//! Asking whether a spec is to be pinned anew.

use crate::specs::FoundSpec;
use similar::{ChangeTag, TextDiff};
use std::fmt::Write;
use std::io;
use synod_report::style::{BAD, BOLD, GOOD};
use synod_terminal::note;

/// Asks on the terminal, one by one.
#[derive(Default)]
pub(super) struct Review {
    /// Nobody is asked any more.
    has_quit: bool,
}

impl Review {
    /// Shows what would change, and asks.
    pub(super) fn wants(&mut self, found: &FoundSpec, text: &str) -> bool {
        if self.has_quit {
            return false;
        }
        note(&changes(&found.name, &found.text, text));
        loop {
            note!("accept (a), skip (s) or quit (q)?");
            match answer().as_deref() {
                Some("a" | "accept") => return true,
                Some("s" | "skip") => return false,
                Some("q" | "quit") | None => {
                    self.has_quit = true;
                    return false;
                }
                Some(_) => {}
            }
        }
    }
}

/// A line of standard input; none at its end.
fn answer() -> Option<String> {
    let mut line = String::new();
    match io::stdin().read_line(&mut line) {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(line.trim().to_lowercase()),
    }
}

/// The lines that would go and come.
fn changes(name: &str, old: &str, new: &str) -> String {
    let mut text = format!("\n{BOLD}{name}{BOLD:#}");
    for change in TextDiff::from_lines(old, new).iter_all_changes() {
        let (sign, style) = match change.tag() {
            ChangeTag::Delete => ('-', BAD),
            ChangeTag::Insert => ('+', GOOD),
            ChangeTag::Equal => continue,
        };
        let line = change.value().trim_end();
        // Writing to a String cannot fail.
        let _ = write!(text, "\n  {style}{sign} {line}{style:#}");
    }
    text
}
