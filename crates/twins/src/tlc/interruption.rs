//! An interruption leaves nothing behind: no process, no folder.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, exit};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The folders in which TLC is at work, and its process. A dump may take
/// gigabytes, and a run hours.
static AT_WORK: Mutex<BTreeMap<PathBuf, Option<Child>>> = Mutex::new(BTreeMap::new());

/// What a shell reports of a program that Ctrl-C has ended.
const INTERRUPTED: i32 = 130;

/// From now on an interruption ends TLC and removes the folders in which it is
/// at work.
///
/// # Errors
/// If the system refuses.
pub fn leave_nothing_behind() -> io::Result<()> {
    synod_terminal::signals::watch(|| {
        for (folder, tlc) in at_work().iter_mut() {
            // What fails here fails: there is nobody left to be told.
            if let Some(tlc) = tlc {
                let _ = tlc.kill().and_then(|()| tlc.wait());
            }
            let _ = fs::remove_dir_all(folder);
        }
        exit(INTERRUPTED);
    })
}

pub(super) fn begin(folder: &Path) {
    at_work().insert(folder.to_owned(), None);
}

pub(super) fn end(folder: &Path) {
    at_work().remove(folder);
}

/// TLC runs in this folder.
pub(super) fn runs(folder: &Path, tlc: Child) {
    at_work().insert(folder.to_owned(), Some(tlc));
}

/// How TLC has ended, if it has.
pub(super) fn status(folder: &Path) -> io::Result<Option<ExitStatus>> {
    match at_work().get_mut(folder) {
        Some(Some(tlc)) => tlc.try_wait(),
        _ => Err(io::Error::other("nothing runs")),
    }
}

/// Ends TLC.
pub(super) fn stop(folder: &Path) -> io::Result<()> {
    if let Some(Some(tlc)) = at_work().get_mut(folder) {
        tlc.kill()?;
        tlc.wait()?;
    }
    Ok(())
}

fn at_work() -> MutexGuard<'static, BTreeMap<PathBuf, Option<Child>>> {
    AT_WORK.lock().unwrap_or_else(PoisonError::into_inner)
}
