//! The run specs that are built into the program: those of the folder `specs/`
//! that it was built from.

use std::path::Path;

/// A run spec that is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Embedded {
    /// Its file in `specs/`, without the suffix: `basic/one-priest-alone-holds`.
    pub(crate) name: &'static str,
    /// The text of the file.
    pub(crate) text: &'static str,
}

/// Each with its name, in the order of a folder.
const SPECS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/specs.rs"));

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = Embedded> {
    SPECS.iter().map(|&(name, text)| Embedded { name, text })
}

/// The one with this name; a suffix `.toml` does not matter.
pub(crate) fn named(name: &Path) -> Option<Embedded> {
    let name = without_suffix(name.to_str()?);
    all().find(|spec| spec.name == name)
}

/// Those in a folder such as `basic` or `basic/mutants`, and below it.
pub(crate) fn below(folder: &Path) -> Vec<Embedded> {
    if folder == Path::new("") {
        return Vec::new();
    }
    let is_below = |spec: &Embedded| {
        let name = Path::new(spec.name);
        name != folder && name.starts_with(folder)
    };
    all().filter(is_below).collect()
}

/// A name without the folder `specs/` and the suffix of its file.
pub(crate) fn plain(name: &str) -> &str {
    let below = name.strip_prefix(super::FOLDER);
    without_suffix(
        below
            .and_then(|name| name.strip_prefix('/'))
            .unwrap_or(name),
    )
}

/// What may be meant by a name that no built-in spec has, in a sentence.
pub(crate) fn meant(name: &Path) -> Option<String> {
    let name = name.strip_prefix(super::FOLDER).unwrap_or(name);
    if let Some(spec) = named(name) {
        return Some(format!("the built-in spec is named `{}`", spec.name));
    }
    if !below(name).is_empty() {
        let folder = name.display();
        return Some(format!("the folder of built-in specs is named `{folder}`"));
    }
    let name = without_suffix(name.to_str()?);
    let same: Vec<_> = all().filter(|spec| last(spec.name) == name).collect();
    if !same.is_empty() {
        let names: Vec<_> = same.iter().map(|spec| format!("`{}`", spec.name)).collect();
        return Some(format!(
            "the built-in specs of this name: {}",
            names.join(", ")
        ));
    }
    let spec = closest(name, all(), |spec| spec.name);
    let spec = spec.or_else(|| closest(last(name), all(), |spec| last(spec.name)));
    let folder = || {
        let folders = all().filter_map(|spec| Some(spec.name.rsplit_once('/')?.0));
        let folder = closest(name, folders, |folder| folder)?;
        Some(format!("the folder of built-in specs `{folder}`"))
    };
    let meant = spec
        .map(|spec| format!("the built-in spec `{}`", spec.name))
        .or_else(folder)?;
    Some(format!("did you mean {meant}?"))
}

/// The one whose name comes closest to this one, if it comes close.
fn closest<T>(
    name: &str,
    among: impl Iterator<Item = T>,
    named: impl Fn(&T) -> &'static str,
) -> Option<T> {
    /// Of 1, at which names are equal.
    const CLOSE: f64 = 0.9;
    let closeness = |one: T| (strsim::jaro_winkler(name, named(&one)), one);
    let closest = among.map(closeness).max_by(|(a, _), (b, _)| a.total_cmp(b));
    let closest = closest.filter(|(closeness, _)| *closeness >= CLOSE);
    closest.map(|(_, one)| one)
}

/// The last part of a name: that of the file.
fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn without_suffix(name: &str) -> &str {
    name.strip_suffix(".toml").unwrap_or(name)
}
