//! The signals by which a person or the system asks a program to end.

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::{fs, io, thread};

/// Has a thread of its own `handle` every SIGINT, SIGTERM and SIGHUP from now on,
/// one after the other. SIGINT and SIGHUP stay ignored where they were ignored
/// when the program began: by `nohup`, or by a shell for what runs behind it.
///
/// # Errors
/// The system refuses.
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

/// The signals that this process ignores, a bit each from 1 on. Linux only; none
/// elsewhere.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut lines = status.lines();
    let mask = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    mask.map_or(0, |mask| u64::from_str_radix(mask.trim(), 16).unwrap_or(0))
}
