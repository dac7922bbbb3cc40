//! Finding and reading run specs: files, and those that are built in.

pub(crate) mod embedded;
mod folder;
mod read;

use crate::diagnostics::Complaint;
use embedded::Embedded;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use synod_report::{Place, Subject};
pub(crate) use synod_specs::RunSpec;
use synod_specs::Size;
use synod_terminal::note;

/// Where `synod check` looks when no path is given.
const FOLDER: &str = "specs";

/// A run spec and where it was found.
pub(crate) struct FoundSpec {
    /// The file as a person would name it, or the name of a built-in spec.
    pub(crate) name: String,
    pub(crate) origin: Origin,
    /// It was named itself, and not only found in a folder.
    pub(crate) is_named: bool,
    /// The text that it was read from.
    pub(crate) text: String,
    pub(crate) spec: RunSpec,
}

/// Where a spec comes from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// A file, its path without links.
    File(PathBuf),
    /// The program.
    Embedded(Embedded),
}

impl Origin {
    /// The file, if it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(file) => Some(file),
            Self::Embedded(_) => None,
        }
    }

    /// The path of the file, or the name of the built-in spec.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::File(file) => file,
            Self::Embedded(spec) => Path::new(spec.name),
        }
    }
}

impl FoundSpec {
    /// The same spec with another text.
    ///
    /// # Errors
    /// The text is no run spec.
    pub(crate) fn with_text(&self, text: String) -> Result<Self, Complaint> {
        Ok(Self {
            name: self.name.clone(),
            origin: self.origin.clone(),
            is_named: self.is_named,
            spec: read::parsed(Path::new(&self.name), &text)?,
            text,
        })
    }

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
            place: self.origin.file().map(|_| Place {
                file: Path::new(&self.name),
                line: spec.line_of_expect,
            }),
        }
    }
}

/// What was named, or found in a folder that was named.
pub(crate) enum Entry {
    /// It is to be checked.
    Spec(FoundSpec),
    /// It is not to be checked.
    LeftOut(FoundSpec, Omitted),
    /// It cannot be checked.
    Unusable(Unusable),
}

/// Why a spec is not to be checked.
pub(crate) enum Omitted {
    /// It is larger than what is wanted from folders.
    Size,
    /// Neither it nor its protocol has changed since this revision.
    Unchanged { since: String },
    /// It is in another part than this one, such as 2/5.
    Shard(String),
    /// Others fill the budget.
    Budget { budget: Duration, cost: Cost },
}

/// How long a run takes.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) time: Duration,
    /// A run took so long. If it is not known, this is what specs of its size are taken for.
    pub(crate) is_known: bool,
}

/// A file that is no run spec, or a folder without any.
pub(crate) struct Unusable {
    /// As a person would name it.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) complaint: Complaint,
}

/// What may be a spec.
struct Candidate {
    /// As a person would name it.
    path: PathBuf,
    origin: Origin,
    /// It was named itself, and not only found in a folder.
    is_named: bool,
    /// What is known to be wrong with it.
    complaint: Option<Complaint>,
}

/// All specs that the paths name, in order; without any path those of the folder
/// `specs`, or the built-in ones where there is no such folder. A file that is
/// reached several times, by links for instance, is there once.
pub(crate) fn find(paths: &[PathBuf], up_to: Size) -> Vec<Entry> {
    let default = [PathBuf::from(FOLDER)];
    let has_none = paths.is_empty();
    let paths = if has_none { &default } else { paths };
    let candidates = if has_none && is_absent(&default[0]) {
        let specs: Vec<_> = embedded::all().collect();
        note!(
            "There is no folder {FOLDER}/ here: these are the {} run specs that are built in.",
            specs.len()
        );
        found_among(specs)
    } else {
        paths.iter().flat_map(|path| candidates_of(path)).collect()
    };
    let entries = once_each(candidates).into_iter();
    let mut entries: Vec<_> = entries.map(|one| one.into_entry(up_to)).collect();
    if entries
        .iter()
        .all(|entry| matches!(entry, Entry::LeftOut(..)))
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

/// The files that [`find`] would read, as far as there are any.
pub(crate) fn files(paths: &[PathBuf]) -> BTreeSet<PathBuf> {
    let default = [PathBuf::from(FOLDER)];
    let paths = if paths.is_empty() { &default } else { paths };
    let mut files = BTreeSet::new();
    for path in paths {
        if path.is_dir() {
            files.extend(folder::below(path).into_keys());
        } else {
            files.insert(path.clone());
        }
    }
    files
}

/// Reads the one spec that is named.
///
/// # Errors
/// There is none, or it is not as it should be.
pub(crate) fn find_one(path: &Path) -> Result<RunSpec, Complaint> {
    if path.is_dir() || (is_absent(path) && !embedded::below(path).is_empty()) {
        let help = "name one run spec";
        return Err(Complaint::file(path, "this is a folder", help));
    }
    match embedded_at(path) {
        Some(spec) => read::parsed(path, spec.text),
        None => read::read(path),
    }
}

/// The text of the one spec that is named.
///
/// # Errors
/// It cannot be read.
pub(crate) fn text_of(path: &Path) -> Result<String, Complaint> {
    match embedded_at(path) {
        Some(spec) => Ok(spec.text.to_owned()),
        None => read::text(path),
    }
}

/// The first file below a folder that a check would take for a run spec, and that is
/// none, or is one with an error; and what is wrong with it.
pub(crate) fn first_that_is_none(folder: &Path) -> Option<Complaint> {
    let files = folder::below(folder).into_keys();
    let mut files = files.filter(|file| file != folder);
    files.find_map(|file| read::read(&file).err())
}

/// A built-in spec.
///
/// # Errors
/// None in practice: the tests read every one.
pub(crate) fn built_in(spec: Embedded) -> Result<FoundSpec, Complaint> {
    Ok(FoundSpec {
        name: spec.name.to_owned(),
        origin: Origin::Embedded(spec),
        is_named: true,
        text: spec.text.to_owned(),
        spec: read::parsed(Path::new(spec.name), spec.text)?,
    })
}

/// The text of the built-in spec with this name, or with this file in `specs/`.
///
/// # Errors
/// There is none.
pub(crate) fn text_of_built_in(name: &Path) -> Result<&'static str, Complaint> {
    let plain = name
        .to_str()
        .map_or(name, |name| embedded::plain(name).as_ref());
    if let Some(spec) = embedded::named(plain) {
        return Ok(spec.text);
    }
    if !embedded::below(name).is_empty() {
        let message = "this is a folder of built-in run specs";
        let help = format!("`synod list {}` shows their names", name.display());
        return Err(Complaint::file(name, message, &help));
    }
    let message = "there is no built-in run spec of this name";
    let help = embedded::meant(name);
    let help = help.unwrap_or_else(|| "`synod list` shows all names".to_owned());
    Err(Complaint::file(name, message, &help))
}

/// Every candidate at the first place where it is found.
fn once_each(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut kept: Vec<Candidate> = Vec::new();
    let mut known = BTreeMap::new();
    for candidate in candidates {
        let position = *known.entry(candidate.origin.clone()).or_insert(kept.len());
        match kept.get_mut(position) {
            Some(known) => known.is_named |= candidate.is_named,
            None => kept.push(candidate),
        }
    }
    kept
}

fn nothing(folder: &Path, up_to: Size) -> Unusable {
    let message = format!("no run specs of size {} or smaller", up_to.name());
    let help = "allow larger ones with --size, or name a spec itself";
    Unusable::new(folder, Complaint::file(folder, message, help))
}

fn is_absent(path: &Path) -> bool {
    let found = path.symlink_metadata();
    found.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// The built-in spec with this name, if there is no such file.
fn embedded_at(path: &Path) -> Option<Embedded> {
    let spec = embedded::named(path)?;
    is_absent(path).then_some(spec)
}

fn candidates_of(path: &Path) -> Vec<Candidate> {
    if !path.is_dir() {
        return named(path);
    }
    let found = folder::below(path);
    if found.is_empty() {
        let help = "a run spec is a file whose name ends in .toml";
        let none = Complaint::file(path, "no run specs in this folder", help);
        return vec![Candidate {
            complaint: Some(none),
            ..Candidate::file(path)
        }];
    }
    let found = found.into_iter().map(|(path, error)| Candidate {
        is_named: false,
        complaint: error.map(|error| read::unreadable(&path, &error)),
        ..Candidate::file(&path)
    });
    found.collect()
}

/// What a path names that is no folder here: a file, or else what is built in.
fn named(path: &Path) -> Vec<Candidate> {
    if is_absent(path) {
        let specs = embedded::below(path);
        if !specs.is_empty() {
            note!(
                "There is no folder {} here: these are {} run specs that are built in.",
                path.display(),
                specs.len()
            );
            return found_among(specs);
        }
    }
    vec![match embedded_at(path) {
        Some(spec) => Candidate::embedded(spec),
        None => Candidate::file(path),
    }]
}

/// Built-in specs that were not named one by one.
fn found_among(specs: Vec<Embedded>) -> Vec<Candidate> {
    let specs = specs.into_iter().map(|spec| Candidate {
        is_named: false,
        ..Candidate::embedded(spec)
    });
    specs.collect()
}

impl Candidate {
    /// A file that was named.
    fn file(path: &Path) -> Self {
        Self {
            origin: Origin::File(path.canonicalize().unwrap_or_else(|_| path.to_owned())),
            path: path.to_owned(),
            is_named: true,
            complaint: None,
        }
    }

    /// A built-in spec that was named.
    fn embedded(spec: Embedded) -> Self {
        Self {
            origin: Origin::Embedded(spec),
            path: PathBuf::from(spec.name),
            is_named: true,
            complaint: None,
        }
    }

    fn into_entry(self, up_to: Size) -> Entry {
        let text = match (self.complaint, &self.origin) {
            (Some(complaint), _) => Err(complaint),
            (None, Origin::File(_)) => read::text(&self.path),
            (None, Origin::Embedded(spec)) => Ok(spec.text.to_owned()),
        };
        let read = text.and_then(|text| Ok((read::parsed(&self.path, &text)?, text)));
        let (spec, text) = match read {
            Ok(read) => read,
            Err(complaint) => return Entry::Unusable(Unusable::new(&self.path, complaint)),
        };
        let is_wanted = self.is_named || spec.size <= up_to;
        let found = FoundSpec {
            name: self.path.display().to_string(),
            origin: self.origin,
            is_named: self.is_named,
            text,
            spec,
        };
        if is_wanted {
            Entry::Spec(found)
        } else {
            Entry::LeftOut(found, Omitted::Size)
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
    /// The file that is read, if it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Spec(found) | Self::LeftOut(found, _) => found.origin.file(),
            Self::Unusable(unusable) => Some(&unusable.path),
        }
    }

    /// As the reports name it, unless it is left out.
    pub(crate) fn name_in_table(&self) -> Option<&str> {
        match self {
            Self::Spec(found) => Some(&found.name),
            Self::Unusable(unusable) => Some(&unusable.name),
            Self::LeftOut(..) => None,
        }
    }

    /// Why it cannot be checked.
    pub(crate) const fn complaint(&self) -> Option<&Complaint> {
        match self {
            Self::Spec(_) | Self::LeftOut(..) => None,
            Self::Unusable(unusable) => Some(&unusable.complaint),
        }
    }
}
