//! Ends TLC and removes its folders when the program is interrupted (Ctrl-C).

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, exit};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The folders of the workplaces, with the process of TLC that runs in each. They are
/// cleaned up because a dump may take gigabytes, and a run hours.
static AT_WORK: Mutex<BTreeMap<PathBuf, Option<Child>>> = Mutex::new(BTreeMap::new());

/// The exit status that a shell reports for a program that Ctrl-C has ended.
const INTERRUPTED: i32 = 130;

/// From now on, an interruption (SIGINT, SIGTERM or SIGHUP) ends TLC, removes the folders
/// of all [`Workplace`](super::Workplace)s, and ends this process.
///
/// # Errors
/// The handlers of the signals cannot be installed.
pub fn clean_up_on_interruption() -> io::Result<()> {
    synod_terminal::signals::watch(|| {
        for (folder, tlc) in at_work().iter_mut() {
            // Errors are ignored: the process ends, and can do nothing about them.
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

/// Records that TLC runs in this folder.
pub(super) fn runs(folder: &Path, tlc: Child) {
    at_work().insert(folder.to_owned(), Some(tlc));
}

/// The exit status of TLC in this folder, if it has ended.
pub(super) fn status(folder: &Path) -> io::Result<Option<ExitStatus>> {
    match at_work().get_mut(folder) {
        Some(Some(tlc)) => tlc.try_wait(),
        _ => Err(io::Error::other("TLC does not run in this folder")),
    }
}

/// Kills TLC in this folder, and waits for its end.
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
