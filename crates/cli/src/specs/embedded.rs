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

/// What may be meant by a name that no built-in spec has, in a sentence.
pub(super) fn meant(name: &Path) -> Option<String> {
    let name = name.strip_prefix(super::FOLDER).unwrap_or(name);
    if let Some(spec) = named(name) {
        return Some(format!("the built-in spec is named `{}`", spec.name));
    }
    if !below(name).is_empty() {
        let folder = name.display();
        return Some(format!("the folder of built-in specs is named `{folder}`"));
    }
    let closest = closest(without_suffix(name.to_str()?))?;
    Some(format!(
        "did you mean the built-in spec `{}`?",
        closest.name
    ))
}

/// The one whose name comes closest to this one, if it comes close.
fn closest(name: &str) -> Option<Embedded> {
    /// Of 1, at which names are equal.
    const CLOSE: f64 = 0.9;
    let closeness = |spec: Embedded| (strsim::jaro_winkler(name, spec.name), spec);
    let closest = all().map(closeness).max_by(|(a, _), (b, _)| a.total_cmp(b));
    let closest = closest.filter(|(closeness, _)| *closeness >= CLOSE);
    closest.map(|(_, spec)| spec)
}

fn without_suffix(name: &str) -> &str {
    name.strip_suffix(".toml").unwrap_or(name)
}
