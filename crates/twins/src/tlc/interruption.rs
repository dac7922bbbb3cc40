//! Ctrl-C leaves nothing behind.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::exit;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The folders in which TLC is at work. A dump may take gigabytes.
static FOLDERS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// What a shell reports of a program that Ctrl-C has ended.
const INTERRUPTED: i32 = 130;

/// From now on an interruption removes the folders in which TLC is at work.
/// TLC itself is interrupted with this program.
///
/// # Errors
/// If the system refuses.
pub fn leave_nothing_behind() -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(|| {
        for folder in folders().iter() {
            // What cannot be removed stays: there is nobody left to be told.
            let _ = fs::remove_dir_all(folder);
        }
        exit(INTERRUPTED);
    })
}

pub(super) fn begin(folder: &Path) {
    folders().insert(folder.to_owned());
}

pub(super) fn end(folder: &Path) {
    folders().remove(folder);
}

fn folders() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    FOLDERS.lock().unwrap_or_else(PoisonError::into_inner)
}
