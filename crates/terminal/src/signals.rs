//! The signals by which a person or the system asks a program to end: [`watch`] hands
//! them to a function. The functions of the [crate] write to the streams.

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::{fs, io, thread};

/// From now on calls `handle` for every SIGINT, SIGTERM and SIGHUP, one after the other,
/// in a thread of its own; the signals themselves do not end the program any more.
///
/// A SIGINT or SIGHUP that was ignored when the program began stays ignored: `nohup`
/// ignores SIGHUP, and a shell ignores SIGINT for a command in the background. On
/// systems other than Linux this is not known, and both are handled.
///
/// # Errors
/// The system refuses to install the handlers or to start the thread.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicBool, Ordering};
///
/// let is_interrupted = Arc::new(AtomicBool::new(false));
/// let handler = Arc::clone(&is_interrupted);
/// synod_terminal::signals::watch(move || handler.store(true, Ordering::Relaxed))?;
/// assert!(!is_interrupted.load(Ordering::Relaxed));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn watch(mut handle: impl FnMut() + Send + 'static) -> io::Result<()> {
    let ignored = ignored();
    let is_ignored = |signal: i32| signal != SIGTERM && ignored & (1 << (signal - 1)) != 0;
    let watched = [SIGINT, SIGTERM, SIGHUP].into_iter();
    let mut signals = Signals::new(watched.filter(|signal| !is_ignored(*signal)))?;
    let watch = move || signals.forever().for_each(|_| handle());
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(watch)
        .map(drop)
}

/// The signals that this process ignores, as bits: signal 1 is the lowest. On systems
/// other than Linux no bit is set.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut lines = status.lines();
    let mask = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    mask.map_or(0, |mask| u64::from_str_radix(mask.trim(), 16).unwrap_or(0))
}
