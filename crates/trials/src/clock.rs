//! Clocks that jump: a library, where it is installed, that stands between a
//! process and the time of day, and reads from a file how far that is off.
//!
//! The clock that only goes forward is left alone: no machine's jumps.

use std::fs;
use std::path::{Path, PathBuf};

/// Where Debian and its like have the library.
const LIBRARIES: &str = "/usr/lib";

/// The library, if it is here (Debian: libfaketime).
pub fn library() -> Option<PathBuf> {
    let folders = fs::read_dir(LIBRARIES).ok()?;
    let mut folders = folders.filter_map(|folder| Some(folder.ok()?.path()));
    folders.find_map(|folder| {
        let library = folder.join("faketime/libfaketime.so.1");
        library.exists().then_some(library)
    })
}

/// The arguments that come before those of a process whose clock this file sets.
pub(crate) fn prefix(library: &Path, file: &Path) -> Vec<String> {
    vec![
        "env".to_owned(),
        format!("LD_PRELOAD={}", library.display()),
        format!("FAKETIME_TIMESTAMP_FILE={}", file.display()),
        // Looked at each time, and only the time of day.
        "FAKETIME_NO_CACHE=1".to_owned(),
        "FAKETIME_DONT_FAKE_MONOTONIC=1".to_owned(),
        "DONT_FAKE_MONOTONIC=1".to_owned(),
    ]
}

/// How far the time of day is off, as the library reads it.
pub(crate) fn ahead(seconds: i64) -> String {
    format!("{seconds:+}\n")
}
