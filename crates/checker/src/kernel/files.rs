//! The files of a checkpoint: their names, and those that are being written.
//!
//! A checkpoint is written beside its place and moved there when it is safe on
//! disk: whenever a process ends, there is the old one or the new one, whole. As
//! long as a process writes a file it holds a lock on it, which the system takes
//! away with the process: a file without one was left behind, and is of no use.

use crate::error::{CheckError, Unusable};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How the end of the name of a file begins that is being written.
const UNFINISHED: &str = "new-";

/// How often, and after which pause, a file is made again that another process is
/// just clearing away.
const ATTEMPTS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(5);

/// What has to have room at least.
const PROBE: [u8; 4096] = [0; 4096];

/// Where and when a run writes down where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpointing {
    /// The file. If it is there the run goes on from it; when the run is done
    /// it is removed.
    pub file: PathBuf,
    /// How much time passes at least from one to the next; they are written
    /// between two levels.
    pub every: Duration,
}

impl Checkpointing {
    /// Tries whether checkpoints can be written, and clears away what processes
    /// that have ended left unfinished.
    ///
    /// # Errors
    /// [`CheckError::Checkpoint`] if none could be written.
    pub fn prepare(&self) -> Result<(), CheckError> {
        let tried = self.try_to_write();
        tried.map_err(|error| self.unusable(Unusable::Unwritable(error.to_string())))
    }

    /// That it cannot be used, and why.
    pub fn unusable(&self, why: impl Into<Unusable>) -> CheckError {
        CheckError::Checkpoint {
            file: self.file.clone(),
            why: why.into(),
        }
    }

    fn try_to_write(&self) -> io::Result<()> {
        fs::create_dir_all(folder(self))?;
        if self.file.is_dir() {
            return Err(ErrorKind::IsADirectory.into());
        }
        remove_left(self, is_unfinished);
        let (beside, mut file) = Unfinished::create(self, ".try")?;
        file.write_all(&PROBE)?;
        file.sync_all()?;
        let place = Unfinished(with_end(self, &unfinished(".tried")));
        beside.place(&place.0) // Dropped, its place is empty again.
    }
}

/// A file that is being written; dropped, it is removed unless it is in its place.
pub struct Unfinished(PathBuf);

impl Unfinished {
    /// A new file beside a checkpoint. Its name ends so, for others of this process.
    ///
    /// # Errors
    /// It cannot be made, or is being written by another process: one that has the
    /// same number on another machine.
    pub fn create(to: &Checkpointing, end: &str) -> io::Result<(Self, File)> {
        let path = with_end(to, &unfinished(end));
        let file = create_locked(&path)?;
        Ok((Self(path), file))
    }

    /// Moves it into its place, once it is safe on disk.
    ///
    /// # Errors
    /// That fails.
    pub fn place(self, at: &Path) -> io::Result<()> {
        fs::rename(&self.0, at)?;
        sync_folder(at)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Where it is in its place there is nothing by this name.
        let _ = fs::remove_file(&self.0);
    }
}

fn unfinished(end: &str) -> String {
    format!("{UNFINISHED}{}{end}", std::process::id())
}

/// An empty file, to be written and read; as long as it is open no process takes it
/// for one that was left.
///
/// # Errors
/// It cannot be made, or another process has it.
pub fn create_locked(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    for _ in 0..ATTEMPTS {
        let file = options.open(path)?;
        // Before it was locked another process may have removed it.
        if lock(&file) && is_at(&file, path) {
            file.set_len(0)?;
            return Ok(file);
        }
        std::thread::sleep(PAUSE);
    }
    Err(ErrorKind::ResourceBusy.into())
}

/// Whether no other process has locked it. Where files cannot be locked none has.
fn lock(file: &File) -> bool {
    flock(file, FlockOperation::NonBlockingLockExclusive) != Err(Errno::WOULDBLOCK)
}

fn is_at(file: &File, path: &Path) -> bool {
    let identity = |found: fs::Metadata| (found.dev(), found.ino());
    let (here, there) = (file.metadata().map(identity), path.metadata().map(identity));
    matches!((here, there), (Ok(here), Ok(there)) if here == there)
}

/// Whether a file can be locked, and no process has.
fn is_left(path: &Path) -> bool {
    let file = File::open(path);
    file.is_ok_and(|file| flock(file, FlockOperation::NonBlockingLockExclusive).is_ok())
}

/// Removes those files of a checkpoint that processes have left behind and whose
/// ends are of no use.
pub fn remove_left(to: &Checkpointing, is_useless: impl Fn(&str) -> bool) {
    for end in ends(to).unwrap_or_default() {
        let path = with_end(to, &end);
        if is_useless(&end) && is_left(&path) {
            // Where it cannot be removed it stays, and is of no use.
            let _ = fs::remove_file(path);
        }
    }
}

/// Whether the name of a file that ends so is that of one being written.
pub fn is_unfinished(end: &str) -> bool {
    end.starts_with(UNFINISHED)
}

/// The file of a checkpoint with something more to its name.
pub fn with_end(to: &Checkpointing, end: &str) -> PathBuf {
    let name = to.file.file_name().unwrap_or_default().to_string_lossy();
    to.file.with_file_name(format!("{name}.{end}"))
}

/// What files of this checkpoint there are: the ends of their names.
///
/// # Errors
/// Its folder cannot be read.
pub fn ends(to: &Checkpointing) -> io::Result<Vec<String>> {
    let files = match fs::read_dir(folder(to)) {
        Ok(files) => files,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let name = to.file.file_name().unwrap_or_default().to_string_lossy();
    let mut ends = Vec::new();
    for file in files {
        let file = file?.file_name();
        let end = file.to_str().and_then(|file| file.strip_prefix(&*name));
        ends.extend(end.and_then(|end| end.strip_prefix('.')).map(str::to_owned));
    }
    Ok(ends)
}

/// The folder of a checkpoint.
pub fn folder(to: &Checkpointing) -> &Path {
    folder_of(&to.file)
}

fn folder_of(file: &Path) -> &Path {
    let folder = file.parent();
    let folder = folder.filter(|folder| *folder != Path::new(""));
    folder.unwrap_or(Path::new("."))
}

/// Makes a renaming last.
fn sync_folder(file: &Path) -> io::Result<()> {
    match File::open(folder_of(file)) {
        Ok(folder) => folder.sync_all(),
        Err(_) => Ok(()), // Folders cannot be opened everywhere.
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn checkpointing(folder: &Path) -> Checkpointing {
        Checkpointing {
            file: folder.join("spec.checkpoint"),
            every: Duration::ZERO,
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn what_dead_processes_left_goes_and_what_living_ones_write_stays() {
        let folder = tempfile::tempdir().unwrap();
        let to = checkpointing(folder.path());
        for left in ["new-1", "new-999999999.9-0-2", "old"] {
            fs::write(with_end(&to, left), "left").unwrap();
        }
        fs::write(folder.path().join("other.checkpoint.new-1"), "").unwrap();
        // The lock is held by this open file, whatever process it is of.
        let (living, _file) = Unfinished::create(&to, "").unwrap();
        to.prepare().unwrap();
        let expected = [
            "other.checkpoint.new-1".to_owned(),
            living.0.file_name().unwrap().to_str().unwrap().to_owned(),
            "spec.checkpoint.old".to_owned(),
        ];
        assert_eq!(names(folder.path()), expected);
    }

    #[test]
    fn a_file_that_is_not_finished_is_removed_and_one_in_its_place_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let to = checkpointing(folder.path());
        let (unfinished, file) = Unfinished::create(&to, "").unwrap();
        assert!(Unfinished::create(&to, "").is_err());
        drop((unfinished, file));
        assert_eq!(names(folder.path()), [""; 0]);
        let (unfinished, _file) = Unfinished::create(&to, "").unwrap();
        unfinished.place(&to.file).unwrap();
        assert_eq!(names(folder.path()), ["spec.checkpoint"]);
    }

    #[test]
    fn where_no_checkpoint_can_be_written_that_is_known_before_one_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let long = folder.path().join("x".repeat(300));
        for file in [file.join("x"), long, folder.path().to_owned()] {
            let every = Duration::ZERO;
            assert!(Checkpointing { file, every }.prepare().is_err());
        }
        assert_eq!(names(folder.path()), ["file"]);
    }
}
