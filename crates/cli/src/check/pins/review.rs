//! Asking whether a spec is to be pinned anew.

use crate::progress::Interruption;
use crate::specs::FoundSpec;
use diff::Result::{Both, Left, Right};
use std::fmt::Write;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;
use synod_report::style::{BAD, BOLD, GOOD};
use synod_terminal::note;

/// Asks on the terminal, one by one.
pub(super) struct Review {
    /// Nobody is asked any more.
    has_quit: bool,
    answers: Receiver<String>,
    interruption: Interruption,
}

/// How often an interruption is looked for while an answer is awaited.
const PATIENCE: Duration = Duration::from_millis(100);

impl Review {
    /// Answers are lines of standard input; an interruption is the answer to quit.
    pub(super) fn new(interruption: &Interruption) -> Self {
        let (tell, answers) = channel();
        // Reading waits for a whole line, whatever happens meanwhile.
        thread::spawn(move || {
            let mut lines = io::stdin().lines().map_while(Result::ok);
            lines.all(|line| tell.send(line.trim().to_lowercase()).is_ok())
        });
        Self {
            has_quit: false,
            answers,
            interruption: interruption.clone(),
        }
    }

    /// The next answer; none at the end of the input, or after an interruption.
    fn answer(&self) -> Option<String> {
        loop {
            match self.answers.recv_timeout(PATIENCE) {
                Ok(answer) => return Some(answer),
                Err(RecvTimeoutError::Timeout) if !self.interruption.is_interrupted() => {}
                Err(_) => return None,
            }
        }
    }

    /// Shows what would change, and asks.
    pub(super) fn wants(&mut self, found: &FoundSpec, text: &str) -> bool {
        if self.has_quit {
            return false;
        }
        note(&changes(&found.name, &found.text, text));
        loop {
            note!("accept (a), skip (s) or quit (q)?");
            match self.answer().as_deref() {
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

/// The lines that would go and come.
fn changes(name: &str, old: &str, new: &str) -> String {
    let mut text = format!("\n{BOLD}{name}{BOLD:#}");
    for change in diff::lines(old, new) {
        let (sign, style, line) = match change {
            Left(line) => ('-', BAD, line),
            Right(line) => ('+', GOOD, line),
            Both(..) => continue,
        };
        let line = line.trim_end();
        // Writing to a String cannot fail.
        let _ = write!(text, "\n  {style}{sign} {line}{style:#}");
    }
    text
}
