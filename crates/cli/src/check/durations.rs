//! How long runs took on this machine: a file for each in the user's cache.

use crate::specs::FoundSpec;
use std::fs;
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::time::Duration;
use synod_checker::Verdict;
use synod_checker::fingerprint::fingerprint;
use synod_specs::Size;

/// Shorter runs are not worth a file.
const WORTH: Duration = Duration::from_secs(2);

/// A run that takes longer is not small.
const SMALL: Duration = Duration::from_secs(60);

/// What to say in the file of a spec that counts as small and takes long.
pub(super) fn size_meant(found: &FoundSpec, verdict: Verdict, elapsed: Duration) -> Option<String> {
    // What is built in cannot be changed.
    found.origin.file()?;
    let is_done = verdict != Verdict::Inconclusive;
    let is_slow = found.spec.size == Size::Small && elapsed > SMALL;
    (is_done && is_slow).then(|| {
        format!(
            "{} took {} s. To leave it out of a check of its folder, write `size = \"{}\"` in it.",
            found.name,
            elapsed.as_secs(),
            Size::Medium.name()
        )
    })
}

/// What is remembered of one run. Where the cache cannot be read or written, nothing
/// is: nobody depends on it.
pub(super) struct Remembered(Option<PathBuf>);

impl Remembered {
    /// Of a run whose duration depends on this.
    pub(super) fn of(run: &impl Hash) -> Self {
        folder().map_or(Self::nothing(), |folder| Self::in_folder(&folder, run))
    }

    fn in_folder(folder: &Path, run: &impl Hash) -> Self {
        Self(Some(folder.join(format!("{:016x}", fingerprint(run)))))
    }

    /// Of a run whose duration says nothing about the next one.
    pub(super) const fn nothing() -> Self {
        Self(None)
    }

    /// How long it took last time, if that is known.
    pub(super) fn last(&self) -> Option<Duration> {
        let text = fs::read_to_string(self.0.as_ref()?).ok()?;
        let seconds = text.trim().parse().ok()?;
        Duration::try_from_secs_f64(seconds).ok()
    }

    /// Remembers how long it took, if it came to its end.
    pub(super) fn keep(&self, verdict: Verdict, elapsed: Duration) {
        let is_worth = verdict != Verdict::Inconclusive && elapsed >= WORTH;
        let Some(file) = self.0.as_ref().filter(|_| is_worth) else {
            return;
        };
        let _ = file.parent().map(fs::create_dir_all);
        let _ = fs::write(file, format!("{:.2}\n", elapsed.as_secs_f64()));
    }
}

fn folder() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let is_absolute = |path: &PathBuf| path.is_absolute();
    let cache = variable("XDG_CACHE_HOME").filter(is_absolute);
    let cache = cache.or_else(|| Some(variable("HOME").filter(is_absolute)?.join(".cache")));
    Some(cache?.join("synod").join("durations"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::specs::Origin;

    #[test]
    fn a_spec_of_a_file_that_takes_long_is_told_to_say_its_size() {
        let found = |text: &str| FoundSpec {
            name: "specs/one.toml".to_owned(),
            origin: Origin::File("specs/one.toml".into()),
            is_named: false,
            text: text.to_owned(),
            spec: synod_specs::parse(text).unwrap(),
        };
        let text =
            "about = \"One priest.\"\nprotocol = \"basic\"\npriests = 1\ndecrees = [\"a\"]\n";
        let slow = Duration::from_secs(331);
        let said = size_meant(&found(text), Verdict::Holds, slow).unwrap();
        assert!(said.starts_with("specs/one.toml took 331 s."), "{said}");
        let quick = Duration::from_secs(3);
        assert_eq!(size_meant(&found(text), Verdict::Holds, quick), None);
        let medium = format!("{text}size = \"medium\"\n");
        assert_eq!(size_meant(&found(&medium), Verdict::Holds, slow), None);
    }

    #[test]
    fn how_long_a_run_took_is_remembered_if_it_came_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let remembered = |run: &str| Remembered::in_folder(folder.path(), &run);
        let run = remembered("a run");
        assert_eq!(run.last(), None);
        run.keep(Verdict::Holds, Duration::from_secs(1));
        run.keep(Verdict::Inconclusive, Duration::from_secs(7));
        assert_eq!(run.last(), None);
        run.keep(Verdict::Violated, Duration::from_secs(7));
        assert_eq!(run.last(), Some(Duration::from_secs(7)));
        assert_eq!(remembered("another run").last(), None);
    }
}
