//! Files with several names: no file that is written may be one that is read. And files that are
//! written whole or not at all.

use crate::diagnostics::Complaint;
use std::fmt;
use std::fs::{File, Metadata};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use synod_report::whole_file::followed;

/// What tells a file from every other on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileIdentity {
    device: u64,
    inode: u64,
}

impl FileIdentity {
    /// That of a regular file, links followed. A terminal, a pipe or a device has
    /// no content that could be replaced.
    fn of(found: &Metadata) -> Option<Self> {
        found.is_file().then(|| Self {
            device: found.dev(),
            inode: found.ino(),
        })
    }

    /// That of the regular file with this name, if there is one.
    pub(crate) fn of_path(path: &Path) -> Option<Self> {
        Self::of(&path.metadata().ok()?)
    }

    /// That of the regular file that an open stream leads to.
    pub(crate) fn of_stream(stream: impl AsFd) -> Option<Self> {
        let copy = stream.as_fd().try_clone_to_owned().ok()?;
        Self::of(&File::from(copy).metadata().ok()?)
    }
}

/// What is written, and by which name a person knows it.
pub(crate) struct Written {
    name: String,
    identity: Option<FileIdentity>,
    /// None of a stream.
    path: Option<PathBuf>,
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Written {
    /// Standard output and standard error.
    pub(crate) fn streams() -> [Self; 2] {
        [
            Self::stream("standard output", io::stdout()),
            Self::stream("standard error", io::stderr()),
        ]
    }

    /// # Errors
    /// Standard output goes to the file that standard input comes from, which then
    /// has no end.
    #[cfg(feature = "node")]
    pub(crate) fn refuse_output_to_input() -> Result<(), Complaint> {
        let [output, _] = Self::streams();
        output.refuse_same(&Self::stream("standard input", io::stdin()))
    }

    fn stream(name: &str, stream: impl AsFd) -> Self {
        Self {
            name: name.to_owned(),
            identity: FileIdentity::of_stream(stream),
            path: None,
        }
    }

    /// A file that an option names; `option` is what stands before it.
    pub(crate) fn file(option: &str, path: &Path) -> Self {
        Self {
            name: format!("{option}{}", path.display()),
            identity: FileIdentity::of_path(path),
            path: Some(path.to_owned()),
        }
    }

    /// The file as it was named; none of a stream.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// # Errors
    /// It is one of the files that are read.
    pub(crate) fn refuse_among<'a>(
        &self,
        read: impl IntoIterator<Item = &'a Path>,
    ) -> Result<(), Complaint> {
        let Some(identity) = self.identity else {
            return Ok(());
        };
        let mut read = read.into_iter();
        match read.find(|path| FileIdentity::of_path(path) == Some(identity)) {
            Some(path) => Err(self.is_the_same_as(&path.display().to_string())),
            None => Ok(()),
        }
    }

    /// # Errors
    /// Both are the same file: each would write over the other.
    pub(crate) fn refuse_same(&self, other: &Self) -> Result<(), Complaint> {
        let is_one_place = || match (&self.path, &other.path) {
            // A file that is not there yet has no identity.
            (Some(a), Some(b)) => {
                a == b || matches!((followed(a), followed(b)), (Ok(a), Ok(b)) if a == b)
            }
            _ => false,
        };
        let is_same = self.identity.is_some() && self.identity == other.identity;
        if is_same || is_one_place() {
            return Err(self.is_the_same_as(&other.name));
        }
        Ok(())
    }

    fn is_the_same_as(&self, other: &str) -> Complaint {
        Complaint::about(
            format!("{} is the same file as {other}", self.name),
            "write to another file: this one would be overwritten",
        )
    }
}

/// The files in a folder whose names hold this.
pub(crate) fn named(folder: &Path, part: &str) -> Vec<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let is_named = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().contains(part)
    };
    paths.filter(is_named).collect()
}
