//! `synod init`: run specs of one's own.

mod hosts;

use crate::args::InitOptions;
use crate::diagnostics::{Complaint, warn};
use crate::specs;
use crate::status::Status;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use synod_terminal::note;

/// The name of the spec: what it claims.
const SPEC: &str = "two-priests-hold.toml";
const SPEC_TEXT: &str = include_str!("init/two-priests-hold.toml");

const HELP: &str = "name a folder that can be written to";

/// Writes a spec, and in a git repository a workflow. What is there already stays.
///
/// # Errors
/// Nothing was written, or not all of it could be.
pub(crate) fn init(options: &InitOptions) -> Result<Status, Complaint> {
    let folder = &*no_option(&options.folder);
    let complaint = |error: io::Error| Complaint::file(folder, error, HELP);
    refuse_names(folder)?;
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
        else_do: None,
    }];
    if let Some(repository) = &repository {
        refuse_names(&repository.below)?;
        let ci = options
            .ci
            .unwrap_or_else(|| hosts::suggested(&repository.root));
        files.extend(hosts::files(ci, &repository.root, &repository.below));
    }
    let is_there = |file: &&File| file.path.symlink_metadata().is_ok();
    if files.iter().filter(is_there).count() == files.len() {
        let message = "this file is there already, so nothing was written";
        let help = "name another folder, or take a spec from `synod show`";
        return Err(Complaint::file(&files[0].path, message, help));
    }
    for file in &files {
        let path = file.path.display();
        if is_there(&file) {
            let else_do = file.else_do.unwrap_or_default();
            note!("{path} is there already, and was not changed.{else_do}");
        } else {
            write_new(file).map_err(|error| Complaint::file(&file.path, error, HELP))?;
            note!("{path}: {}", file.what_it_is);
        }
    }
    if repository.is_none() {
        warn(&format!(
            "{} is in no git repository, so nothing was written that checks it on every push.\n\
             `git init` at the root, and the same command again, does that.",
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
    /// What a person has to do if the file is there already.
    else_do: Option<&'static str>,
}

/// A workflow, or the shell in it, would take some names for others.
fn refuse_names(folder: &Path) -> Result<(), Complaint> {
    let wrong = match folder.to_str() {
        None => "what is no UTF-8",
        // Lines also end at the last two.
        Some(name) if name.contains(|c: char| c.is_control() || "\u{2028}\u{2029}".contains(c)) => {
            "a control character"
        }
        Some(name) if name.contains("${{") => "`${{`, where GitHub expects an expression",
        Some(name) if name.trim() != name => "white space at an end",
        Some(_) => return Ok(()),
    };
    let named = folder.display().to_string();
    Err(Complaint::about(
        format!(
            "{}: the name of this folder has {wrong}",
            named.escape_debug()
        ),
        "name a folder of letters, digits, `-` and `_`: synod init specs",
    ))
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
        root: no_option(&as_named(root, folder)),
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

/// A path that no program takes for an option.
fn no_option(path: &Path) -> PathBuf {
    if path.as_os_str().as_encoded_bytes().starts_with(b"-") {
        return Path::new(".").join(path);
    }
    path.to_owned()
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
