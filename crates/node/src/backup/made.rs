//! [`Made`]: what was made on the disk, to be removed if a later step fails.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The folders and files that were made. They are removed when this is dropped, unless they are kept.
#[derive(Default)]
pub(super) struct Made {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl Made {
    /// Makes a folder that only the owner can use, and the folders above it, if they do not exist.
    pub(super) fn folder(&mut self, folder: &Path) -> io::Result<()> {
        let is_missing = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
        let missing: Vec<_> = folder.ancestors().take_while(is_missing).collect();
        for path in missing.into_iter().rev() {
            DirBuilder::new().mode(0o700).create(path)?;
            self.folders.push(path.to_owned());
        }
        Ok(())
    }

    /// This file is going to be made, or was just made.
    pub(super) fn file(&mut self, file: PathBuf) {
        self.files.push(file);
    }

    /// Nothing of it is removed any more. Returns the folders that were made.
    pub(super) fn keep(mut self) -> Vec<PathBuf> {
        self.files.clear();
        std::mem::take(&mut self.folders)
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        // Some of the files may not exist, and a folder to which someone else has added a file stays.
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}
