//! The file `tla/results.toml`: the results of the last run of TLC. The tests compare it
//! with the models, so a change of a model is noticed even where TLC is not installed.
//!
//! ```
//! use synod_twins::results::{Recorded, Results};
//!
//! let mut results = Results::default();
//! let spec = "specs/basic/one-priest-alone-holds.toml".to_owned();
//! results.record(Recorded { spec: spec.clone(), states: Some(7), ..Recorded::default() });
//! assert_eq!(results.of(&spec).and_then(|recorded| recorded.states), Some(7));
//! ```

use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::Path;

/// The result of an instance for which TLC and the model agreed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The path of the run spec.
    pub spec: String,
    /// The number of distinct states. Set for an instance that holds.
    pub states: Option<u64>,
    /// The number of states that TLC generated, including repetitions. The models count
    /// these in another way.
    pub generated: Option<u64>,
    /// The depth. An initial state has depth 1.
    pub depth: Option<u64>,
    /// The violated property. Set for an instance that expects a violation.
    pub property: Option<String>,
    /// The number of steps of the shortest counterexample.
    pub length: Option<u64>,
    /// The day of the run, as `2026-11-23`.
    pub date: String,
    /// The version of TLC, as TLC prints it.
    pub tlc: String,
}

/// The results of all instances, sorted by the paths of their run specs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// One entry for each instance.
    #[serde(default)]
    pub instance: Vec<Recorded>,
}

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is not in the format that `scripts/tla --record` writes.
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
}

const HEADER: &str = "\
# The results of the last run of TLC, in which the models agreed with it. Written by
# `scripts/tla --record`. Every `cargo test` compares the models with them.

";

impl Results {
    /// Reads the file. If there is no file, there are no results.
    ///
    /// # Errors
    /// The file cannot be read, or is not in the right format.
    pub fn read(path: &Path) -> Result<Self, ResultsError> {
        match fs::read_to_string(path) {
            Ok(text) => Ok(toml::from_str(&text)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// Replaces the file in one step. On an error, the old file stays.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let beside = path.with_extension("toml.new");
        let text = HEADER.to_owned() + &toml::to_string(self).map_err(io::Error::other)?;
        let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
        if written.is_err() {
            // An error of this removal is ignored: the first error is the one to report.
            let _ = fs::remove_file(&beside);
        }
        written
    }

    /// The result recorded for a run spec.
    pub fn of(&self, spec: &str) -> Option<&Recorded> {
        self.instance.iter().find(|recorded| recorded.spec == spec)
    }

    /// Adds a result, in place of an earlier one for the same run spec.
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
