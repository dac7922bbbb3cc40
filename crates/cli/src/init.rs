//! `synod init`: run specs of one's own.

use crate::args::InitOptions;
use crate::diagnostics::{Complaint, warn};
use crate::specs;
use crate::status::Status;
use crate::version::REVISION;
use std::fs::{self, File};
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

/// Writes a spec and a workflow.
///
/// # Errors
/// Nothing was written, or not all of it could be.
pub(crate) fn init(options: &InitOptions) -> Result<Status, Complaint> {
    let written = write(&options.folder)?;
    say_what_is_next(&options.folder, &written);
    Ok(Status::AsExpected)
}

/// The workflow that was written.
struct Written {
    path: PathBuf,
    is_in_repository: bool,
}

/// Writes both files, or neither if one of them exists.
fn write(folder: &Path) -> Result<Written, Complaint> {
    refuse_other_files(folder)?;
    fs::create_dir_all(folder).map_err(|error| Complaint::file(folder, error, HELP))?;
    let root = repository(folder).map_err(|error| Complaint::file(folder, error, HELP))?;
    let files = [
        (folder.join(SPEC), SPEC_TEXT.to_owned()),
        (root.path.join(WORKFLOW), workflow(&root.below)),
    ];
    if let Some((file, _)) = files
        .iter()
        .find(|(file, _)| file.symlink_metadata().is_ok())
    {
        let message = "this file is there already, so nothing was written";
        let help = if file.ends_with(WORKFLOW) {
            "move it away; or add a check of the folder to it, and take a spec from `synod show`"
        } else {
            "move it away, or name another folder"
        };
        return Err(Complaint::file(file, message, help));
    }
    for (file, text) in &files {
        write_new(file, text).map_err(|error| Complaint::file(file, error, HELP))?;
    }
    let [_, (path, _)] = files;
    Ok(Written {
        path,
        is_in_repository: root.is_one,
    })
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

fn write_new(file: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create_new(file)?.write_all(text.as_bytes())
}

/// A repository, and a folder in it.
struct Repository {
    /// It is one already, and not only taken for one.
    is_one: bool,
    path: PathBuf,
    below: PathBuf,
}

/// The git repository around a folder, or the folder if there is none.
fn repository(folder: &Path) -> io::Result<Repository> {
    let plain = folder.canonicalize()?;
    let around = plain.ancestors().find(|path| path.join(".git").exists());
    Ok(match around {
        None => Repository {
            is_one: false,
            path: folder.to_owned(),
            below: PathBuf::new(),
        },
        Some(root) => Repository {
            is_one: true,
            path: as_named(root, folder),
            below: plain.strip_prefix(root).unwrap_or(&plain).to_owned(),
        },
    })
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

fn say_what_is_next(folder: &Path, workflow: &Written) {
    let to_check = quoted(folder);
    let folder = folder.display();
    let path = workflow.path.display();
    let fill_in = match revision() {
        Some(_) => "Fill in SYNOD_REPOSITORY there.",
        None => {
            "Fill in SYNOD_REPOSITORY and SYNOD_REVISION there: this build of Synod\n\
             is of no revision that could be fetched."
        }
    };
    note!(
        "{folder}/{SPEC}: a run spec to begin with. Check it: synod check {to_check}\n\
         {path}: has GitHub check the folder on every push.\n{fill_in}"
    );
    if !workflow.is_in_repository {
        warn(&format!(
            "{folder} is in no git repository, and GitHub reads the workflow only if {folder}\n\
             is the root of one. If it is to be a folder of one, remove both files, and\n\
             begin with `git init` at the root."
        ));
    }
}
