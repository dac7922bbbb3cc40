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

/// The one whose name comes closest to this one, if it comes close.
pub(crate) fn closest(name: &str) -> Option<Embedded> {
    /// Of 1, at which names are equal.
    const CLOSE: f64 = 0.9;
    let name = without_suffix(name);
    let closeness = |spec: Embedded| (strsim::jaro_winkler(name, spec.name), spec);
    let closest = all().map(closeness).max_by(|(a, _), (b, _)| a.total_cmp(b));
    let closest = closest.filter(|(closeness, _)| *closeness >= CLOSE);
    closest.map(|(_, spec)| spec)
}

fn without_suffix(name: &str) -> &str {
    name.strip_suffix(".toml").unwrap_or(name)
}
