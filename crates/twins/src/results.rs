//! `tla/results.toml`: what came out when TLC was last run, so that a change on
//! either side is seen where TLC is not.

use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::Path;

/// What TLC and the model both said of an instance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The run spec.
    pub spec: String,
    /// Distinct states, where everything was explored.
    pub states: Option<u64>,
    /// States that TLC generated, with those met again; the models count
    /// these in another way.
    pub generated: Option<u64>,
    /// The depth; an initial state has depth 1.
    pub depth: Option<u64>,
    /// The property that is violated.
    pub property: Option<String>,
    /// The steps of the shortest counterexample.
    pub length: Option<u64>,
    /// The day.
    pub date: String,
    /// TLC's version, in its own words.
    pub tlc: String,
}

/// All instances, sorted by their specs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// One an instance.
    #[serde(default)]
    pub instance: Vec<Recorded>,
}

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is not what `scripts/tla --record` writes.
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
}

const HEADER: &str = "\
# What TLC found when it was last run, and the models with it: written by
# `scripts/tla --record`, compared with the models in every `cargo test`.

";

impl Results {
    /// Reads the file; there are none if there is no file.
    ///
    /// # Errors
    /// [`ResultsError`].
    pub fn read(path: &Path) -> Result<Self, ResultsError> {
        match fs::read_to_string(path) {
            Ok(text) => Ok(toml::from_str(&text)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// If that fails.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let beside = path.with_extension("toml.new");
        let text = HEADER.to_owned() + &toml::to_string(self).map_err(io::Error::other)?;
        let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
        if written.is_err() {
            // It is of no use, and the error says more.
            let _ = fs::remove_file(&beside);
        }
        written
    }

    /// What is recorded of a spec.
    pub fn of(&self, spec: &str) -> Option<&Recorded> {
        self.instance.iter().find(|recorded| recorded.spec == spec)
    }

    /// Puts this in the place of what was recorded of the same spec.
    pub fn record(&mut self, new: Recorded) {
        self.instance.retain(|recorded| recorded.spec != new.spec);
        self.instance.push(new);
        self.instance.sort_by(|a, b| a.spec.cmp(&b.spec));
    }
}

/// Today, as `2026-11-23`.
pub fn today() -> String {
    let now = humantime::format_rfc3339_seconds(std::time::SystemTime::now()).to_string();
    now.chars().take_while(|&c| c != 'T').collect()
}
