//! Clocks that jump, with the help of libfaketime if it is installed: a library that is
//! loaded into a process and adds an offset, which it reads from a file, to the time of
//! day.
//!
//! The monotonic clock is not changed, because it does not jump on any machine.
//! [`Cluster::set_clock`](crate::cluster::Cluster::set_clock) sets the offset.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder in whose subfolders Debian and related systems have the library.
const LIBRARIES: &str = "/usr/lib";

/// The path of libfaketime, if it is installed (Debian: libfaketime). A value for
/// [`Setup::clock`](crate::cluster::Setup::clock).
pub fn library() -> Option<PathBuf> {
    let folders = fs::read_dir(LIBRARIES).ok()?;
    let mut folders = folders.filter_map(|folder| Some(folder.ok()?.path()));
    folders.find_map(|folder| {
        let library = folder.join("faketime/libfaketime.so.1");
        library.exists().then_some(library)
    })
}

/// The command-line words that start a process whose clock has the offset in this file.
/// The words of the process follow them.
pub(crate) fn prefix(library: &Path, file: &Path) -> Vec<String> {
    vec![
        "env".to_owned(),
        format!("LD_PRELOAD={}", library.display()),
        format!("FAKETIME_TIMESTAMP_FILE={}", file.display()),
        // The file is read at each call, and only the time of day is changed.
        "FAKETIME_NO_CACHE=1".to_owned(),
        "FAKETIME_DONT_FAKE_MONOTONIC=1".to_owned(),
        "DONT_FAKE_MONOTONIC=1".to_owned(),
    ]
}

/// An offset, in the format of the library's file.
pub(crate) fn offset(seconds: i64) -> String {
    format!("{seconds:+}\n")
}
