//! Results go to standard output, and notes to standard error.
//!
//! A result that cannot be written is kept as an error, for the program to end
//! with. But whoever closed the pipe wants no more: there is nobody to be told.
//! A note that cannot be written is lost: it is no result.

use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

static IS_CLOSED: AtomicBool = AtomicBool::new(false);
static LOST: Mutex<Option<io::Error>> = Mutex::new(None);

/// Writes results to standard output.
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

/// Whether nobody reads standard output any more: whoever writes there may end.
pub fn is_closed() -> bool {
    IS_CLOSED.load(Relaxed)
}

/// Why results were lost that somebody wanted; told once.
pub fn lost() -> Option<io::Error> {
    LOST.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Writes a line to standard error.
pub fn note(text: &str) {
    // Where this fails there is nobody left to be told.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// [`say`] of a line that is formatted.
#[macro_export]
macro_rules! say_line {
    ($($text:tt)*) => { $crate::say(&(format!($($text)*) + "\n")) };
}

/// [`note`] of a line that is formatted.
#[macro_export]
macro_rules! note {
    ($($text:tt)*) => { $crate::note(&format!($($text)*)) };
}
