//! Finding and reading run specs.

mod folder;

use crate::diagnostics::Complaint;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use synod_report::Subject;
use synod_specs::{RunSpec, Size, SpecError, parse};

/// A larger file is no run spec.
const MAX_BYTES: u64 = 1 << 20;

/// A run spec and where it was found.
pub(crate) struct FoundSpec {
    /// The file, as a person would name it.
    pub(crate) name: String,
    /// The file, without links.
    pub(crate) file: PathBuf,
    pub(crate) spec: RunSpec,
}

impl FoundSpec {
    /// The spec, as reports speak of it.
    pub(crate) fn subject(&self) -> Subject<'_> {
        let spec = &self.spec;
        Subject {
            name: &self.name,
            about: &spec.about,
            protocol: spec.protocol,
            mutant: spec.mutant,
            bounds: &spec.bounds,
            size: spec.size.name(),
            expect: &spec.expect,
        }
    }
}

/// What was named, or found in a folder that was named.
pub(crate) enum Entry {
    /// It is to be checked.
    Spec(FoundSpec),
    /// It is larger than what is wanted from folders.
    LeftOut(FoundSpec),
    /// It cannot be checked.
    Unusable(Unusable),
}

/// A file that is no run spec, or a folder without any.
pub(crate) struct Unusable {
    /// As a person would name it.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) complaint: Complaint,
}

/// A path that may lead to a spec.
struct SpecPath {
    path: PathBuf,
    /// Without links.
    file: PathBuf,
    /// It was named itself, and not only found in a folder.
    is_named: bool,
    /// What is known to be wrong with it.
    complaint: Option<Complaint>,
}

/// All specs that the paths name, in order. A file that is reached several times,
/// by links for instance, is there once.
pub(crate) fn find(paths: &[PathBuf], up_to: Size) -> Vec<Entry> {
    let mut spec_paths: Vec<SpecPath> = Vec::new();
    let mut known = BTreeMap::new();
    for spec_path in paths.iter().flat_map(|path| spec_paths_of(path)) {
        let position = *known
            .entry(spec_path.file.clone())
            .or_insert(spec_paths.len());
        match spec_paths.get_mut(position) {
            Some(known) => known.is_named |= spec_path.is_named,
            None => spec_paths.push(spec_path),
        }
    }
    let entries = spec_paths.into_iter();
    let mut entries: Vec<_> = entries.map(|one| one.into_entry(up_to)).collect();
    if entries
        .iter()
        .all(|entry| matches!(entry, Entry::LeftOut(_)))
    {
        // Then all paths are folders.
        entries.extend(
            paths
                .iter()
                .map(|path| Entry::Unusable(nothing(path, up_to))),
        );
    }
    entries
}

fn nothing(folder: &Path, up_to: Size) -> Unusable {
    let message = format!("no run specs of size {} or smaller", up_to.name());
    let help = "allow larger ones with --size, or name a spec itself";
    Unusable::new(folder, Complaint::file(folder, message, help))
}

fn spec_paths_of(path: &Path) -> Vec<SpecPath> {
    if !path.is_dir() {
        return vec![SpecPath::new(path.to_owned(), true, None)];
    }
    let found = folder::below(path);
    if found.is_empty() {
        let help = "a run spec is a file whose name ends in .toml";
        let none = Complaint::file(path, "no run specs in this folder", help);
        return vec![SpecPath::new(path.to_owned(), true, Some(none))];
    }
    let found = found.into_iter().map(|(path, error)| {
        let complaint = error.map(|error| unreadable(&path, &error));
        SpecPath::new(path, false, complaint)
    });
    found.collect()
}

impl SpecPath {
    fn new(path: PathBuf, is_named: bool, complaint: Option<Complaint>) -> Self {
        Self {
            file: path.canonicalize().unwrap_or_else(|_| path.clone()),
            path,
            is_named,
            complaint,
        }
    }

    fn into_entry(self, up_to: Size) -> Entry {
        let read = match self.complaint {
            Some(complaint) => Err(complaint),
            None => read(&self.path),
        };
        let spec = match read {
            Ok(spec) => spec,
            Err(complaint) => return Entry::Unusable(Unusable::new(&self.path, complaint)),
        };
        let is_wanted = self.is_named || spec.size <= up_to;
        let found = FoundSpec {
            name: self.path.display().to_string(),
            file: self.file,
            spec,
        };
        if is_wanted {
            Entry::Spec(found)
        } else {
            Entry::LeftOut(found)
        }
    }
}

impl Unusable {
    fn new(path: &Path, complaint: Complaint) -> Self {
        Self {
            name: path.display().to_string(),
            path: path.to_owned(),
            complaint,
        }
    }
}

impl Entry {
    /// The file that is read.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Spec(found) | Self::LeftOut(found) => &found.file,
            Self::Unusable(unusable) => &unusable.path,
        }
    }

    /// Why it cannot be checked.
    pub(crate) const fn complaint(&self) -> Option<&Complaint> {
        match self {
            Self::Spec(_) | Self::LeftOut(_) => None,
            Self::Unusable(unusable) => Some(&unusable.complaint),
        }
    }
}

/// Reads one spec.
pub(crate) fn read(path: &Path) -> Result<RunSpec, Complaint> {
    refuse_what_is_no_spec(path)?;
    let bytes = read_some(path).map_err(|error| unreadable(path, &error))?;
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
    parse(&text).map_err(|error| within(path, &text, error))
}

/// The file, or its first part if it has grown since its length was looked at.
fn read_some(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(path: &Path, error: &io::Error) -> Complaint {
    let is_link = path.is_symlink();
    let help = match error.kind() {
        io::ErrorKind::NotFound if path == Path::new("specs") => {
            "there is no folder specs/ here; name a run spec, or a folder with run specs"
        }
        io::ErrorKind::NotFound if is_link => "it is a link to a file that is gone: remove it",
        io::ErrorKind::PermissionDenied => "run specs and their folders must be readable",
        _ => "name a run spec, or a folder with run specs",
    };
    Complaint::file(path, error, help)
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
