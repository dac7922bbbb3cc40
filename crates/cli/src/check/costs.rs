//! How long each spec took, in the file of `--costs`.

use super::durations::Remembered;
use crate::diagnostics::Complaint;
use crate::specs::{Cost, FoundSpec};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;
use synod_report::WholeFile;
use synod_specs::Size;

const SCHEMA: u32 = 1;

const HELP: &str = "--costs takes a file that an earlier check has written, or that does not exist";

/// What is in the file.
#[derive(Serialize, Deserialize)]
struct Written {
    schema: u32,
    /// By the names of the specs.
    seconds: BTreeMap<String, f64>,
}

/// How long each spec took.
pub(super) struct Costs {
    /// None if nobody asks for it.
    file: Option<PathBuf>,
    known: BTreeMap<String, Duration>,
}

impl Costs {
    /// # Errors
    /// The file cannot be read, or is something else.
    pub(super) fn read(file: Option<&Path>) -> Result<Self, Complaint> {
        let known = file.map(read).transpose()?;
        // Tried now: the runs that follow may take long.
        let tried = file.map(WholeFile::prepare).transpose();
        if let (Err(error), Some(file)) = (&tried, file) {
            return Err(Complaint::file(
                file,
                error,
                "name a file that can be written",
            ));
        }
        Ok(Self {
            file: file.map(Path::to_owned),
            known: known.unwrap_or_default(),
        })
    }

    /// Whether there is such a file.
    pub(super) const fn are_kept(&self) -> bool {
        self.file.is_some()
    }

    /// How long a spec takes: as it took, or else as specs of its size do. The same on every
    /// machine with this file.
    pub(super) fn of(&self, found: &FoundSpec) -> Cost {
        match self.known.get(&found.name) {
            Some(&time) => Cost {
                time,
                is_known: true,
            },
            None => Cost {
                time: usual(found.spec.size),
                is_known: false,
            },
        }
    }

    /// How long a spec takes on this machine.
    pub(super) fn here(&self, found: &FoundSpec, remembered: &Remembered) -> Cost {
        let cost = self.of(found);
        match remembered.last() {
            Some(time) if !cost.is_known => Cost {
                time,
                is_known: true,
            },
            _ => cost,
        }
    }

    pub(super) fn record(&mut self, found: &FoundSpec, elapsed: Duration) {
        self.known.insert(found.name.clone(), elapsed);
    }

    /// Writes the file.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn write(&self) -> Result<(), Complaint> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let seconds = self.known.iter();
        let seconds = seconds.map(|(name, time)| (name.clone(), rounded(*time)));
        let written = Written {
            schema: SCHEMA,
            seconds: seconds.collect(),
        };
        let text = serde_json::to_string_pretty(&written).unwrap_or_default();
        let done =
            WholeFile::prepare(file).and_then(|file| file.write(format!("{text}\n").as_bytes()));
        done.map_err(|error| Complaint::file(file, error, "--costs needs a file to write"))
    }
}

fn rounded(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}

/// What a spec of which nothing is known is taken for. `--help` says so too.
const fn usual(size: Size) -> Duration {
    match size {
        Size::Small => Duration::from_secs(2),
        Size::Medium => Duration::from_secs(5 * 60),
        Size::Large => Duration::from_secs(2 * 60 * 60),
    }
}

fn read(file: &Path) -> Result<BTreeMap<String, Duration>, Complaint> {
    let refused = |what: String| Complaint::file(file, what, HELP);
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(refused(error.to_string())),
    };
    let written: Written =
        serde_json::from_str(&text).map_err(|error| refused(format!("no costs: {error}")))?;
    if written.schema != SCHEMA {
        let schema = written.schema;
        return Err(refused(format!(
            "schema {schema}, but this program reads {SCHEMA}"
        )));
    }
    let seconds = written.seconds.into_iter();
    let seconds = seconds.map(|(name, seconds)| {
        let time = Duration::try_from_secs_f64(seconds);
        let time = time.map_err(|error| refused(format!("the costs of {name}: {error}")))?;
        Ok((name, time))
    });
    seconds.collect()
}
