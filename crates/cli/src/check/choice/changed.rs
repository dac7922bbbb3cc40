//! What has changed since a revision, as git tells it.

use super::sources::{Touched, touched};
use crate::diagnostics::Complaint;
use crate::specs::{FoundSpec, Origin};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where a checkout of Synod itself has the protocols that specs can name.
const OWN: &str = "crates/specs/src/protocols.rs";

/// What has changed.
pub(super) struct Changed {
    /// The folder of the repository.
    top: PathBuf,
    /// The files that git knows.
    tracked: BTreeSet<PathBuf>,
    /// Those that differ, or are new.
    files: BTreeSet<PathBuf>,
    /// The protocols whose code they are.
    touched: Touched,
}

impl Changed {
    /// # Errors
    /// This is no git repository, or it has no such revision.
    pub(super) fn since(revision: &str) -> Result<Self, Complaint> {
        let top = git(&["rev-parse", "--show-toplevel"]).map_err(|said| {
            let message = format!("--changed-since: {said}");
            Complaint::about(message, "run it in a git repository, or leave it out")
        })?;
        let top = PathBuf::from(OsStr::from_bytes(top.trim_ascii_end()));
        let commit = format!("{revision}^{{commit}}");
        let known = git(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &commit,
        ]);
        let commit = known.map_err(|_| {
            Complaint::about(
                format!("--changed-since: git knows no revision {revision:?} here"),
                "name a branch, tag or commit; a shallow clone has to fetch it first",
            )
        })?;
        let commit = String::from_utf8_lossy(commit.trim_ascii_end()).into_owned();
        let list = |arguments: &[&str]| {
            let top = top.as_os_str();
            let all = [
                &[OsStr::new("-C"), top][..],
                &arguments.iter().map(OsStr::new).collect::<Vec<_>>(),
            ];
            let listed = git(&all.concat());
            listed.map(|paths| paths_of(&paths)).map_err(|said| {
                Complaint::about(format!("--changed-since: {said}"), "git has to work here")
            })
        };
        let differing = list(&["diff", "--name-only", "--no-renames", "-z", &commit, "--"])?;
        let new = list(&["ls-files", "--others", "--exclude-standard", "-z"])?;
        let files: BTreeSet<_> = differing.into_iter().chain(new).collect();
        let is_own = top.join(OWN).is_file();
        Ok(Self {
            tracked: list(&["ls-files", "-z"])?.into_iter().collect(),
            touched: touched(files.iter().filter(|_| is_own)),
            files,
            top: top.canonicalize().unwrap_or(top),
        })
    }

    /// Whether the result of a spec may be another.
    pub(super) fn has(&self, found: &FoundSpec) -> bool {
        self.touched.has(found.spec.protocol)
            || match &found.origin {
                Origin::File(file) => {
                    // A link may lead to another file now.
                    let named = std::path::absolute(&found.name).unwrap_or_default();
                    self.has_file(file) || self.is_listed(&named)
                }
                Origin::Embedded(spec) => {
                    let file = Path::new("specs").join(format!("{}.toml", spec.name));
                    self.files.contains(&file)
                }
            }
    }

    /// Whether a file differs, as far as git can tell.
    fn has_file(&self, file: &Path) -> bool {
        match file.strip_prefix(&self.top) {
            Ok(inner) => !self.tracked.contains(inner) || self.files.contains(inner),
            Err(_) => true,
        }
    }

    fn is_listed(&self, file: &Path) -> bool {
        let inner = file.strip_prefix(&self.top);
        inner.is_ok_and(|inner| self.files.contains(inner))
    }
}

/// What a git command prints.
///
/// # Errors
/// What it complains of.
fn git(arguments: &[impl AsRef<OsStr>]) -> Result<Vec<u8>, String> {
    let output = Command::new("git").args(arguments).output();
    let output = output.map_err(|error| format!("git cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or_default();
    Err(format!("git says: {}", said.trim_start_matches("fatal: ")))
}

/// The paths of a list that ends each with a null byte.
fn paths_of(list: &[u8]) -> Vec<PathBuf> {
    let paths = list
        .split(|byte| *byte == 0)
        .filter(|path| !path.is_empty());
    paths
        .map(|path| PathBuf::from(OsStr::from_bytes(path)))
        .collect()
}
