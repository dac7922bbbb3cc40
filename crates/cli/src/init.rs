//! `synod init`: run specs of one's own.

use crate::args::InitOptions;
use crate::diagnostics::Complaint;
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
    let workflow = write(&options.folder)?;
    say_what_is_next(&options.folder, &workflow);
    Ok(Status::AsExpected)
}

/// Writes both files, or neither if one of them exists. Returns where the workflow is.
fn write(folder: &Path) -> Result<PathBuf, Complaint> {
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
    let [_, (workflow, _)] = files;
    Ok(workflow)
}

/// A check of the folder would take them for run specs.
fn refuse_other_files(folder: &Path) -> Result<(), Complaint> {
    match specs::first_that_is_none(folder) {
        None => Ok(()),
        Some(file) => {
            let message = "it is no run spec, and a check of this folder would take it for one";
            let help = format!(
                "name a folder for run specs alone: synod init {}",
                folder.join("specs").display()
            );
            Err(Complaint::file(&file, message, &help))
        }
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
    path: PathBuf,
    below: PathBuf,
}

/// The git repository around a folder, or the folder if there is none.
fn repository(folder: &Path) -> io::Result<Repository> {
    let plain = folder.canonicalize()?;
    let around = plain.ancestors().find(|path| path.join(".git").exists());
    Ok(match around {
        None => Repository {
            path: folder.to_owned(),
            below: PathBuf::new(),
        },
        Some(root) => Repository {
            path: root.to_owned(),
            below: plain.strip_prefix(root).unwrap_or(&plain).to_owned(),
        },
    })
}

/// The workflow that checks a folder of its repository.
fn workflow(folder: &Path) -> String {
    let folder = match folder {
        root if root == Path::new("") => Path::new("."),
        folder => folder,
    };
    // In single quotes only a single quote means something.
    let quoted = folder.display().to_string().replace('\'', "'\\''");
    let revision = REVISION.filter(|revision| !revision.ends_with("-dirty"));
    let pinned = revision.map(|revision| format!(" --rev {revision}"));
    WORKFLOW_TEXT
        .replace("FOLDER", &format!("'{quoted}'"))
        .replace(" --rev REVISION", &pinned.unwrap_or_default())
        .replace("VERSION", REVISION.unwrap_or(env!("CARGO_PKG_VERSION")))
}

fn say_what_is_next(folder: &Path, workflow: &Path) {
    let folder = folder.display();
    note!(
        "{folder}/{SPEC}: a run spec to begin with. Check it: synod check {folder}\n\
         {}: has GitHub check the folder on every push. Say in it where Synod comes from.",
        workflow.display()
    );
}
