//! The files of a checkpoint: their names, and how they are written.
//!
//! A checkpoint is written under another name, and renamed when it is safe on disk. So
//! whenever a process ends, the old or the new checkpoint is there, complete. While a
//! process writes a file it holds a lock on it, which the system releases when the process
//! ends. So an unfinished file without a lock was left behind by a process that has ended,
//! and can be removed.

use crate::error::{CheckError, Unusable};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The name of an unfinished file is that of the checkpoint, a dot, this, and an end.
const UNFINISHED: &str = "new-";

/// How often an attempt to create a file is repeated, and after which pause. An attempt
/// fails while another process is removing a file of this name.
const ATTEMPTS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(5);

/// What is written to try whether there is room for a file.
const PROBE: [u8; 4096] = [0; 4096];

/// Where and how often a run writes checkpoints, from which a later run resumes. An option
/// of [`SearchOptions`](crate::SearchOptions), for models whose states can be bytes
/// ([`Storage`](crate::Storage)).
///
/// ```
/// # mod model { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/counter.rs")); }
/// # use model::Counter;
/// # use synod_checker::{CheckError, Checkpointing, Extras, Levels, Problem, Question};
/// # use synod_checker::{SearchOptions, Storage, Width, check};
/// use std::{num::NonZeroU64, time::Duration};
///
/// let storage: Storage<Counter> = Storage {
///     write: |_, count, bytes| bytes.push(*count),
///     read_own: |_, bytes| { let (count, rest) = bytes.split_first()?; *bytes = rest; Some(*count) },
///     read: |_, _, bytes| { let (count, rest) = bytes.split_first()?; *bytes = rest; Some(*count) },
///     write_context: |_, _, _| {}, // The numbers mean the same in every process.
///     read_context: |_, _, bytes| bytes.is_empty(),
/// };
/// let extras = || Extras { storage: Some(storage), ..Extras::default() };
/// let folder = tempfile::tempdir().unwrap();
/// let file = folder.path().join("counter.checkpoint");
/// let checkpoint = Some(Checkpointing { file: file.clone(), every: Duration::ZERO });
/// let search = SearchOptions { checkpoint, ..SearchOptions::default() };
/// let engine = Levels { search, ..Levels::default() };
///
/// // A run that ends at a limit leaves a checkpoint.
/// let question = Question { max_states: NonZeroU64::new(5), ..Question::default() };
/// check(&Problem::new(Counter, extras(), question, &Default::default())?, &engine)?;
/// assert!(file.exists());
///
/// // The next run resumes from it, and removes it when it is done.
/// let problem = Problem::new(Counter, extras(), Question::default(), &Default::default())?;
/// let report = check(&problem, &engine)?;
/// assert_eq!((report.states, report.exploration.unwrap().resumed_at), (8, Some(5)));
/// assert!(!file.exists());
/// # Ok::<(), CheckError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpointing {
    /// The file. If it exists the run resumes from it. It is removed when the run is done.
    pub file: PathBuf,
    /// The least time from one checkpoint to the next. Checkpoints are written between two
    /// levels only.
    pub every: Duration,
}

impl Checkpointing {
    /// Tries whether checkpoints can be written, and removes unfinished files of processes
    /// that have ended.
    ///
    /// # Errors
    /// [`CheckError::Checkpoint`] if no checkpoint could be written.
    pub fn prepare(&self) -> Result<(), CheckError> {
        let tried = self.try_to_write();
        tried.map_err(|error| self.unusable(Unusable::Unwritable(error.to_string())))
    }

    /// The error that this checkpoint cannot be used.
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
        beside.place(&place.0) // Dropping `place` removes the file again.
    }
}

/// A file that is being written. It is removed when it is dropped, unless it was put in
/// its place before.
pub struct Unfinished(PathBuf);

impl Unfinished {
    /// Creates a file beside a checkpoint. Its name has the number of this process, and the
    /// given end, which tells several files of this process apart.
    ///
    /// # Errors
    /// The file cannot be created, or another process is writing it: a process with the
    /// same number on another machine that shares the folder.
    pub fn create(to: &Checkpointing, end: &str) -> io::Result<(Self, File)> {
        let path = with_end(to, &unfinished(end));
        let file = create_locked(&path)?;
        Ok((Self(path), file))
    }

    /// Renames the file to the name at which it is looked for. Call this when its content
    /// is safe on disk.
    ///
    /// # Errors
    /// The file cannot be renamed, or its folder not be flushed.
    pub fn place(self, at: &Path) -> io::Result<()> {
        fs::rename(&self.0, at)?;
        sync_folder(at)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // If it was put in its place, no file has this name any more.
        let _ = fs::remove_file(&self.0);
    }
}

fn unfinished(end: &str) -> String {
    format!("{UNFINISHED}{}{end}", std::process::id())
}

/// Creates an empty file for writing and reading, and locks it. While it is open no process
/// takes it for a file that was left behind.
///
/// # Errors
/// The file cannot be created, or another process has locked it.
pub fn create_locked(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    for _ in 0..ATTEMPTS {
        let file = options.open(path)?;
        // Another process may have removed it before it was locked.
        if lock(&file) && is_at(&file, path) {
            file.set_len(0)?;
            return Ok(file);
        }
        std::thread::sleep(PAUSE);
    }
    Err(ErrorKind::ResourceBusy.into())
}

/// Locks a file, and returns whether no other process has locked it. A file system that
/// has no locks counts as unlocked.
fn lock(file: &File) -> bool {
    flock(file, FlockOperation::NonBlockingLockExclusive) != Err(Errno::WOULDBLOCK)
}

/// Whether the open file is the one at this path.
fn is_at(file: &File, path: &Path) -> bool {
    let identity = |found: fs::Metadata| (found.dev(), found.ino());
    let (here, there) = (file.metadata().map(identity), path.metadata().map(identity));
    matches!((here, there), (Ok(here), Ok(there)) if here == there)
}

/// Whether a file can be locked, and no process has locked it.
fn is_left(path: &Path) -> bool {
    let file = File::open(path);
    file.is_ok_and(|file| flock(file, FlockOperation::NonBlockingLockExclusive).is_ok())
}

/// Removes those files of a checkpoint that processes have left behind. Only files whose
/// names have a useless end are removed.
pub fn remove_left(to: &Checkpointing, is_useless: impl Fn(&str) -> bool) {
    for end in ends(to).unwrap_or_default() {
        let path = with_end(to, &end);
        if is_useless(&end) && is_left(&path) {
            // A file that cannot be removed stays, and does no harm.
            let _ = fs::remove_file(path);
        }
    }
}

/// Whether a file whose name has this end is unfinished.
pub fn is_unfinished(end: &str) -> bool {
    end.starts_with(UNFINISHED)
}

/// The file of a checkpoint with a dot and this end appended to its name.
pub fn with_end(to: &Checkpointing, end: &str) -> PathBuf {
    let name = to.file.file_name().unwrap_or_default().to_string_lossy();
    to.file.with_file_name(format!("{name}.{end}"))
}

/// The files of this checkpoint: the ends of their names, as [`with_end`] appends them.
///
/// # Errors
/// The folder cannot be read.
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

/// Flushes the folder of a file to the disk, so that a renaming survives a power failure.
fn sync_folder(file: &Path) -> io::Result<()> {
    match File::open(folder_of(file)) {
        Ok(folder) => folder.sync_all(),
        Err(_) => Ok(()), // On some systems folders cannot be opened.
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
    fn unfinished_files_of_ended_processes_are_removed_and_those_of_running_ones_stay() {
        let folder = tempfile::tempdir().unwrap();
        let to = checkpointing(folder.path());
        for left in ["new-1", "new-999999999.9-0-2", "old"] {
            fs::write(with_end(&to, left), "left").unwrap();
        }
        fs::write(folder.path().join("other.checkpoint.new-1"), "").unwrap();
        // This open file holds the lock, as one in another process would.
        let (running, _file) = Unfinished::create(&to, "").unwrap();
        to.prepare().unwrap();
        let expected = [
            "other.checkpoint.new-1".to_owned(),
            running.0.file_name().unwrap().to_str().unwrap().to_owned(),
            "spec.checkpoint.old".to_owned(),
        ];
        assert_eq!(names(folder.path()), expected);
    }

    #[test]
    fn an_unfinished_file_is_removed_when_it_is_dropped_and_one_in_its_place_is_not() {
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
    fn preparing_fails_where_no_checkpoint_could_be_written() {
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
