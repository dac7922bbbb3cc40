//! What was measured, kept in `docs/results`: the checks of all run specs in one file, as
//! one run spec may be in several tables, and what each other section's command reported
//! in a file of its own.

use crate::failure::Failure;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::thread::available_parallelism;
use std::time::SystemTime;

/// The check of a run spec.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Check {
    /// The path of the run spec.
    pub spec: String,
    /// The options of `synod check`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub options: String,
    /// When, and on which machine.
    pub measured: String,
    /// `holds` or `violated`.
    pub verdict: String,
    /// Distinct states, without copies.
    pub states: u64,
    /// How long it takes until everybody is done, in units of Δ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst_case: Option<f64>,
    /// States that differ from others only by the mark of a broken refinement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<u64>,
    /// The number of states on the longest of the shortest paths.
    pub depth: u32,
    /// States that were made, repetitions included, without those of copies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<u64>,
    /// The time that the search took.
    pub elapsed_seconds: f64,
    /// The most memory that was in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_memory_bytes: Option<u64>,
    /// How likely it is, at most, that a collision of fingerprints hid a state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collision_probability: Option<f64>,
    /// How many parts of each kind the states are made of.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub made_of: BTreeMap<String, u64>,
    /// The claims that are violated, with the steps of a shortest counterexample.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub violated: BTreeMap<String, u32>,
}

/// What another command reported.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Output {
    /// The command.
    pub command: String,
    /// When, and on which machine.
    pub measured: String,
    /// How long the command took, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed_seconds: Option<f64>,
    /// What it wrote: an object or a text for each line.
    pub lines: Vec<Value>,
}

/// The folder.
pub(super) struct Kept(pub PathBuf);

impl Kept {
    /// The checks, by the paths of their run specs.
    pub(super) fn checks(&self) -> Result<Vec<Check>, Failure> {
        self.read("checks")
    }

    /// Keeps the checks.
    pub(super) fn keep_checks(&self, checks: &[Check]) -> Result<(), Failure> {
        self.write("checks", &checks)
    }

    /// What the command of a section reported.
    pub(super) fn output(&self, section: &str) -> Result<Output, Failure> {
        self.read(section)
    }

    /// Keeps what the command of a section reported.
    pub(super) fn keep_output(&self, section: &str, output: &Output) -> Result<(), Failure> {
        self.write(section, output)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.json"))
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Result<T, Failure> {
        let path = self.path(name);
        let about = |error: Failure| format!("{}: {error}", path.display());
        let text = fs::read_to_string(&path).map_err(|error| about(error.into()))?;
        Ok(serde_json::from_str(&text).map_err(|error| about(error.into()))?)
    }

    fn write(&self, name: &str, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value)? + "\n";
        replace(&self.path(name), &text)
    }
}

/// Writes a file as a whole or not at all.
pub(super) fn replace(path: &std::path::Path, text: &str) -> Result<(), Failure> {
    let new = path.with_extension("new");
    let written = fs::write(&new, text).and_then(|()| fs::rename(&new, path));
    Ok(written.map_err(|error| format!("{}: {error}", path.display()))?)
}

/// When it is, and on which machine: `2026-11-28, synod 0.1.0, 2 processors (AMD EPYC)`.
pub(super) fn here_and_now() -> String {
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let date = now.split('T').next().unwrap_or_default();
    let processors = available_parallelism().map_or(1, usize::from);
    let plural = if processors == 1 { "" } else { "s" };
    let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let mut lines = information.lines();
    let model = lines.find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or(std::env::consts::ARCH, |(_, model)| model);
    let version = env!("CARGO_PKG_VERSION");
    format!("{date}, synod {version}, {processors} processor{plural} ({model})")
}
