//! `synod check --watch`: checks again when a spec changes.
//!
//! The files are looked at again and again. A few hundred files cost next to nothing that way, and
//! it works in shared folders and containers, where the system does not tell of changes; so no
//! crate is needed.

use crate::diagnostics::{Complaint, refuse, warn};
use crate::progress::Interruption;
use crate::specs;
use crate::status::Status;
use std::collections::BTreeMap;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, SystemTime};
use synod_terminal::{clear, is_closed, note};

/// How often the files are looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// Checks now, and again after every change of the specs, until it is interrupted. Returns how
/// the last run ended.
///
/// # Errors
/// The first run cannot begin.
pub(super) fn watch(
    paths: &[PathBuf],
    interruption: &Interruption,
    run: impl Fn() -> Result<Status, Complaint>,
) -> Result<Status, Complaint> {
    // Asked now: of a program that was replaced the system does not tell the path.
    let program = Program::running();
    clear();
    let mut seen = Seen::of(paths);
    let mut status = run()?;
    note!("Waiting for changes; Ctrl-C ends this.");
    while !interruption.is_interrupted() && !is_closed() {
        thread::sleep(PAUSE);
        if let Some(program) = program.as_ref().filter(|program| program.is_new()) {
            program.start();
        }
        let now = Seen::of(paths);
        let Some(changed) = now.first_changed(&seen) else {
            continue;
        };
        clear();
        note!("{} has changed.", changed.display());
        seen = now;
        status = run().unwrap_or_else(|complaint| refuse(&complaint));
        note!("Waiting for changes; Ctrl-C ends this.");
    }
    Ok(status)
}

/// What tells a file from what it was: when it was changed, and its length; none if there is none.
type Stamp = Option<(SystemTime, u64)>;

fn stamp(file: &Path) -> Stamp {
    let metadata = file.metadata().ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// The specs as they were.
struct Seen(BTreeMap<PathBuf, Stamp>);

impl Seen {
    fn of(paths: &[PathBuf]) -> Self {
        let files = specs::files(paths).into_iter();
        Self(files.map(|file| (file.clone(), stamp(&file))).collect())
    }

    /// The first file that is new, gone, or another one than before.
    fn first_changed<'a>(&'a self, before: &'a Self) -> Option<&'a Path> {
        let (now, before) = (&self.0, &before.0);
        let mut files = now.keys().chain(before.keys());
        let changed = files.find(|file| now.get(*file) != before.get(*file));
        changed.map(PathBuf::as_path)
    }
}

/// The file of this program, as it was when it was started.
struct Program {
    file: PathBuf,
    stamp: Stamp,
}

impl Program {
    fn running() -> Option<Self> {
        let file = std::env::current_exe().ok()?;
        let stamp = stamp(&file);
        Some(Self { file, stamp })
    }

    /// Whether another program is there, and written to its end.
    fn is_new(&self) -> bool {
        let now = stamp(&self.file);
        if now.is_none() || now == self.stamp {
            return false;
        }
        thread::sleep(PAUSE);
        stamp(&self.file) == now
    }

    /// Lets the new program go on in the place of this one. Returns only if it cannot; it is
    /// tried again then, because a linker may still write to the file.
    fn start(&self) {
        note!("{} was built anew.", self.file.display());
        let error = Command::new(&self.file)
            .args(std::env::args_os().skip(1))
            .exec();
        warn(&format!("{}: {error}", self.file.display()));
    }
}
