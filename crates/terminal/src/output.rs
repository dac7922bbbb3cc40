//! Results go to standard output, and notes to standard error.
//!
//! If a result cannot be written, the error is kept, so that the program can report it
//! when it ends. A closed pipe is no error: its reader wants no more results. A note
//! that cannot be written is dropped, because the results do not depend on it.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

static IS_CLOSED: AtomicBool = AtomicBool::new(false);
static LOST: Mutex<Option<io::Error>> = Mutex::new(None);

/// Writes results to standard output, and flushes it. It never fails: [`is_closed`] and
/// [`lost`] tell what became of the results. Shown in the [crate]'s example.
pub fn say(text: &str) {
    let mut output = anstream::stdout().lock();
    let written = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
    match written {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => IS_CLOSED.store(true, Relaxed),
        Err(error) => {
            let mut lost = LOST.lock().unwrap_or_else(PoisonError::into_inner);
            lost.get_or_insert(error);
        }
    }
}

/// Clears the screen, if standard output is a terminal. What was there before stays above it.
///
/// # Examples
/// ```
/// synod_terminal::clear(); // Nothing happens to a file or a pipe.
/// ```
pub fn clear() {
    let mut output = io::stdout().lock();
    if output.is_terminal() {
        // Not by `anstream`, which would take this for a style and drop it without colours. A
        // terminal that is gone is noticed at the next result.
        let _ = output.write_all(b"\x1b[2J\x1b[H");
        let _ = output.flush();
    }
}

/// Whether the reader of standard output has closed it, as `head` does once it has
/// enough. A program that only writes results may then end. Known once [`say`] has
/// failed to write; shown in the [crate]'s example.
pub fn is_closed() -> bool {
    IS_CLOSED.load(Relaxed)
}

/// The first error, other than a closed pipe, by which [`say`] has lost results. The
/// call takes the error: a later call returns it no more. Shown in the
/// [crate]'s example.
pub fn lost() -> Option<io::Error> {
    LOST.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Writes a line to standard error. Shown in the [crate]'s example.
pub fn note(text: &str) {
    // If standard error cannot be written to, there is no place left for a report of it.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Formats a line as [`format!`] does, and writes it by [`say`].
#[macro_export]
macro_rules! say_line {
    ($($text:tt)*) => { $crate::say(&(format!($($text)*) + "\n")) };
}

/// Formats a line as [`format!`] does, and writes it by [`note()`](note()).
#[macro_export]
macro_rules! note {
    ($($text:tt)*) => { $crate::note(&format!($($text)*)) };
}
