//! The run specs below a folder, links followed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirEntry};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Every file below a folder whose name ends in `.toml`, and every folder or
/// link there that cannot be read, with the reason. Hidden files and folders are
/// passed over: editors and version control keep theirs there.
pub(super) fn below(folder: &Path) -> BTreeMap<PathBuf, Option<io::Error>> {
    let mut walk = Walk::default();
    walk.enter(folder);
    // Links last: what has a name of its own below the folder goes by it.
    while let Some(link) = walk.links.pop_first() {
        walk.follow(link);
    }
    walk.found
}

#[derive(Default)]
struct Walk {
    /// The folders that were entered, by their paths without links: a link may
    /// lead back to a folder around it.
    entered: BTreeSet<PathBuf>,
    links: BTreeSet<PathBuf>,
    /// The files that were found, by their paths without links.
    files: BTreeSet<PathBuf>,
    found: BTreeMap<PathBuf, Option<io::Error>>,
}

impl Walk {
    fn enter(&mut self, folder: &Path) {
        let is_new = folder.canonicalize().map(|path| self.entered.insert(path));
        let entries = match is_new {
            Ok(false) => return,
            Ok(true) => fs::read_dir(folder),
            Err(error) => Err(error),
        };
        match entries {
            Ok(entries) => entries.for_each(|entry| match entry {
                Ok(entry) => self.look_at(&entry),
                Err(error) => self.fail(folder.to_owned(), error),
            }),
            Err(error) => self.fail(folder.to_owned(), error),
        }
    }

    fn look_at(&mut self, entry: &DirEntry) {
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            return;
        }
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => self.enter(&path),
            Ok(kind) if kind.is_symlink() => {
                self.links.insert(path);
            }
            Ok(_) => self.take(path),
            Err(error) => self.fail(path, error),
        }
    }

    fn follow(&mut self, link: PathBuf) {
        match fs::metadata(&link) {
            Ok(target) if target.is_dir() => self.enter(&link),
            Ok(_) => self.take(link),
            // It leads nowhere, and nothing says that it should lead to a spec.
            Err(error) if !is_spec(&link) && error.kind() != ErrorKind::PermissionDenied => {}
            Err(error) => self.fail(link, error),
        }
    }

    fn take(&mut self, file: PathBuf) {
        let plain = file.canonicalize().unwrap_or_else(|_| file.clone());
        if is_spec(&file) && self.files.insert(plain) {
            self.found.insert(file, None);
        }
    }

    fn fail(&mut self, path: PathBuf, error: io::Error) {
        self.found.insert(path, Some(error));
    }
}

fn is_spec(path: &Path) -> bool {
    let extension = path.extension();
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
}
