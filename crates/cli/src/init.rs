//! `synod init`: run specs of one's own.

use crate::args::InitOptions;
use crate::diagnostics::{Complaint, warn};
use crate::specs;
use crate::status::Status;
use crate::version::REVISION;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use synod_terminal::note;

/// The name of the spec: what it claims.
const SPEC: &str = "two-priests-hold.toml";
const SPEC_TEXT: &str = include_str!("init/two-priests-hold.toml");

/// The workflow, below the root of the repository.
const WORKFLOW: &str = ".github/workflows/synod.yml";
const WORKFLOW_TEXT: &str = include_str!("init/synod.yml");

const HELP: &str = "name a folder that can be written to";

/// Writes a spec, and in a git repository a workflow. What is there already stays.
///
/// # Errors
/// Nothing was written, or not all of it could be.
pub(crate) fn init(options: &InitOptions) -> Result<Status, Complaint> {
    let folder = &*options.folder;
    let complaint = |error: io::Error| Complaint::file(folder, error, HELP);
    refuse_other_files(folder)?;
    fs::create_dir_all(folder).map_err(complaint)?;
    let repository = repository(folder).map_err(complaint)?;
    let mut files = vec![File {
        path: folder.join(SPEC),
        text: SPEC_TEXT.to_owned(),
        what_it_is: format!(
            "a run spec to begin with. Check it: synod check {}",
            quoted(folder)
        ),
    }];
    files.extend(repository.as_ref().map(|repository| File {
        path: repository.root.join(WORKFLOW),
        text: workflow(&repository.below),
        what_it_is: what_the_workflow_is(),
    }));
    let is_there = |file: &&File| file.path.symlink_metadata().is_ok();
    if files.iter().filter(is_there).count() == files.len() {
        let message = "this file is there already, so nothing was written";
        let help = "name another folder, or take a spec from `synod show`";
        return Err(Complaint::file(&files[0].path, message, help));
    }
    for file in &files {
        let path = file.path.display();
        if is_there(&file) {
            note!("{path} is there already, and was not changed.");
        } else {
            write_new(file).map_err(|error| Complaint::file(&file.path, error, HELP))?;
            note!("{path}: {}", file.what_it_is);
        }
    }
    if repository.is_none() {
        warn(&format!(
            "{} is in no git repository, so no workflow was written.\n\
             `git init` at the root, and the same command again, writes it.",
            folder.display()
        ));
    }
    Ok(Status::AsExpected)
}

/// A file to be written.
struct File {
    path: PathBuf,
    text: String,
    /// For people.
    what_it_is: String,
}

/// A check of the folder would take them for run specs.
fn refuse_other_files(folder: &Path) -> Result<(), Complaint> {
    match specs::first_that_is_none(folder) {
        None => Ok(()),
        Some(wrong) => Err(Complaint::about(
            format!(
                "a check of this folder would take every file for a run spec: {}",
                wrong.in_a_line()
            ),
            format!(
                "correct that file, or name a folder for run specs alone: synod init {}",
                quoted(&folder.join("specs"))
            ),
        )),
    }
}

fn write_new(file: &File) -> io::Result<()> {
    if let Some(folder) = file.path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::File::create_new(&file.path)?.write_all(file.text.as_bytes())
}

/// A git repository, and a folder in it.
struct Repository {
    root: PathBuf,
    below: PathBuf,
}

/// The git repository around a folder, if there is one.
fn repository(folder: &Path) -> io::Result<Option<Repository>> {
    let plain = folder.canonicalize()?;
    let mut around = plain.ancestors();
    let root = around.find(|path| path.join(".git").exists());
    Ok(root.map(|root| Repository {
        root: as_named(root, folder),
        below: plain.strip_prefix(root).unwrap_or(&plain).to_owned(),
    }))
}

/// A plain path, relative to the current folder if a person named the other so.
fn as_named(path: &Path, other: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let Some(here) = here.ok().filter(|_| other.is_relative()) else {
        return path.to_owned();
    };
    match (path.strip_prefix(&here), here.strip_prefix(path)) {
        (Ok(below), _) => below.to_owned(),
        (_, Ok(below)) => below.iter().map(|_| "..").collect(),
        _ => path.to_owned(),
    }
}

/// The revision that a workflow can fetch: that of a program built from unchanged files.
fn revision() -> Option<&'static str> {
    REVISION.filter(|revision| !revision.ends_with("-dirty"))
}

/// The workflow that checks a folder of its repository.
fn workflow(folder: &Path) -> String {
    let folder = match folder {
        root if root == Path::new("") => Path::new("."),
        folder => folder,
    };
    WORKFLOW_TEXT.replace("FOLDER", &quoted(folder)).replace(
        "'REVISION'",
        &format!("'{}'", revision().unwrap_or_default()),
    )
}

/// A path as a shell takes it: in single quotes, unless every character means itself.
/// Within them only a single quote means something.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let means_itself = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if path.chars().all(means_itself) {
        return path;
    }
    format!("'{}'", path.replace('\'', "'\\''"))
}

fn what_the_workflow_is() -> String {
    let fill_in = match revision() {
        Some(_) => "Fill in SYNOD_REPOSITORY there.",
        None => {
            "Fill in SYNOD_REPOSITORY and SYNOD_REVISION there: this build of Synod\n\
             is of no revision that could be fetched."
        }
    };
    format!("has GitHub check the folder on every push.\n{fill_in}")
}
