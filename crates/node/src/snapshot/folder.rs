//! The files of snapshots in the folder of a node: their names, and how they are made durable.

use super::SnapshotError;
use crate::wire::SnapshotSummary;
use nix::fcntl::OFlag;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The name of a snapshot while it is being written. It gets its final name when it is complete.
pub const UNFINISHED: &str = "snapshot.unfinished";

const PREFIX: &str = "snapshot-";
const EXTENSION: &str = ".synod";

/// The path of a snapshot in a folder. Its name has the beginning of the digest, so that a file
/// never takes the place of another one with the same number.
pub fn file_in(folder: &Path, summary: &SnapshotSummary) -> PathBuf {
    let [a, b, c, d, ..] = summary.digest.0;
    let (through, digest) = (summary.through, u32::from_be_bytes([a, b, c, d]));
    folder.join(format!("{PREFIX}{through}-{digest:08x}{EXTENSION}"))
}

/// A complete snapshot in a folder, if there is one.
pub(crate) fn find(folder: &Path) -> Result<Option<PathBuf>, SnapshotError> {
    for entry in fs::read_dir(folder).map_err(SnapshotError::io(folder))? {
        let path = entry.map_err(SnapshotError::io(folder))?.path();
        if is_snapshot(&path) && !path.ends_with(UNFINISHED) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Removes all snapshots other than `referenced`, and an unfinished one. Must not be called while
/// a snapshot is written. A file that is open somewhere can still be read there.
///
/// # Errors
///
/// If the folder cannot be read, or a file cannot be removed.
pub fn remove_unreferenced(
    folder: &Path,
    referenced: Option<&SnapshotSummary>,
) -> Result<(), SnapshotError> {
    let referenced = referenced.map(|summary| file_in(folder, summary));
    for entry in fs::read_dir(folder).map_err(SnapshotError::io(folder))? {
        let path = entry.map_err(SnapshotError::io(folder))?.path();
        if is_snapshot(&path) && Some(&path) != referenced.as_ref() {
            fs::remove_file(&path).map_err(SnapshotError::io(&path))?;
        }
    }
    Ok(())
}

fn is_snapshot(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let is_finished = |name: &str| name.starts_with(PREFIX) && name.ends_with(EXTENSION);
    name.is_some_and(|name| name == UNFINISHED || is_finished(name))
}

/// Makes a new file that only the owner can use; removes one that has this name. Never follows a
/// link.
pub(super) fn create(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true).mode(0o600);
    options.open(path)
}

/// The options to open a file that is not a link.
pub(super) fn no_link() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(OFlag::O_NOFOLLOW.bits());
    options
}

/// Makes a complete file durable, and then gives it its final name, durably.
pub(super) fn finish(file: &File, unfinished: &Path, finished: &Path) -> io::Result<()> {
    file.sync_all()?;
    fs::rename(unfinished, finished)?;
    let folder = finished.parent().unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
