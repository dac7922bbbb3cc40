//! Finding and reading run specs.

use crate::diagnostics::Complaint;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use synod_models::spec::{self, RunSpec, Size, SpecError};

/// A larger file is no run spec.
const MAX_BYTES: u64 = 1 << 20;

/// A run spec and where it was found.
pub(crate) struct Found {
    /// The file, as a person would name it.
    pub(crate) name: String,
    pub(crate) spec: RunSpec,
}

/// All specs that the paths name, in order, each once.
///
/// # Errors
/// Everything that is wrong with any of them: nothing is checked until all is
/// well.
pub(crate) fn find(paths: &[PathBuf], up_to: Size) -> Result<Vec<Found>, Vec<Complaint>> {
    let (mut found, mut complaints) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for path in paths {
        let read = if path.is_dir() {
            below(path, up_to)
        } else {
            read(path)
                .map(|spec| vec![(path.clone(), spec)])
                .map_err(|c| vec![c])
        };
        match read {
            Ok(specs) => {
                let new = specs
                    .into_iter()
                    .filter(|(path, _)| seen.insert(path.clone()));
                found.extend(new.map(|(path, spec)| Found {
                    name: path.display().to_string(),
                    spec,
                }));
            }
            Err(wrong) => complaints.extend(wrong),
        }
    }
    if complaints.is_empty() {
        Ok(found)
    } else {
        Err(complaints)
    }
}

/// Reads one spec.
pub(crate) fn read(path: &Path) -> Result<RunSpec, Complaint> {
    refuse_what_is_no_spec(path)?;
    let bytes = fs::read(path).map_err(|error| {
        let help = if path == Path::new("specs") {
            "there is no folder specs/ here; name a run spec, or a folder with run specs"
        } else {
            "name a run spec, or a folder with run specs"
        };
        Complaint::file(path, error, help)
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..valid]);
        let line = 1 + before.matches('\n').count();
        Complaint::file(
            path,
            format!("line {line} is not UTF-8 (byte {valid} of the file)"),
            "save the file as UTF-8",
        )
    })?;
    spec::parse(&text).map_err(|error| within(path, &text, error))
}

/// A device or a pipe may never end, and a run spec is a page.
fn refuse_what_is_no_spec(path: &Path) -> Result<(), Complaint> {
    let help = "a run spec is a text file of a page or so";
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => Err(Complaint::file(path, "not a file", help)),
        Ok(found) if found.len() > MAX_BYTES => {
            let size = format!("{} bytes, but {MAX_BYTES} at most", found.len());
            Err(Complaint::file(path, size, help))
        }
        // What cannot be found or read says so when it is read.
        _ => Ok(()),
    }
}

fn within(path: &Path, text: &str, error: SpecError) -> Complaint {
    Complaint::Within {
        path: path.display().to_string(),
        text: text.to_owned(),
        span: error.span,
        message: error.message,
        help: error.help,
    }
}

/// The specs below a folder that are not too large.
fn below(folder: &Path, up_to: Size) -> Result<Vec<(PathBuf, RunSpec)>, Vec<Complaint>> {
    let mut files = BTreeSet::new();
    collect(folder, &mut files).map_err(|complaint| vec![complaint])?;
    if files.is_empty() {
        return Err(vec![Complaint::file(
            folder,
            "no run specs in this folder",
            "a run spec is a file whose name ends in .toml",
        )]);
    }
    let (mut specs, mut complaints) = (Vec::new(), Vec::new());
    for file in files {
        match read(&file) {
            Ok(spec) if spec.size <= up_to => specs.push((file, spec)),
            Ok(_) => {}
            Err(complaint) => complaints.push(complaint),
        }
    }
    if !complaints.is_empty() {
        return Err(complaints);
    }
    if specs.is_empty() {
        return Err(vec![Complaint::file(
            folder,
            format!("no run specs of size {} or smaller", up_to.name()),
            "allow larger ones with --size, or name a spec itself",
        )]);
    }
    Ok(specs)
}

fn collect(folder: &Path, files: &mut BTreeSet<PathBuf>) -> Result<(), Complaint> {
    let cannot = |error| Complaint::file(folder, error, "a folder must be readable");
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(cannot)?);
        if kind.is_dir() {
            collect(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files.insert(path);
        }
    }
    Ok(())
}
