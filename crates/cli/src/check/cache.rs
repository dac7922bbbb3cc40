//! Results of earlier runs, a file each in the folder of `--cache`.
//!
//! What decides a result is its identity: the program, the settings of the spec, the question and
//! the engine. An entry has the whole identity, and a digest of all that it says. What a spec
//! expects is no part of it: that is compared anew.

mod path;

use crate::diagnostics::{Complaint, warn};
use path::KeptPath;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use synod_checker::fingerprint::{fingerprint, fingerprint_of_bytes};
use synod_checker::{Identity, ModelReport, Report, Verdict};
use synod_report::WholeFile;
use synod_specs::Checkable;
use synod_vocabulary::{Codec, Serde};

/// The form of an entry. Entries of another form are of another build in any case.
const ENDING: &str = ".result";

/// What is kept of a run.
#[derive(Serialize, Deserialize)]
struct Entry {
    identity: Identity,
    checked_at: String,
    peak_memory: Option<u64>,
    report: Report<KeptPath>,
}

/// The result of an earlier run.
pub(super) struct Kept<M: Checkable> {
    pub(super) report: ModelReport<M>,
    pub(super) peak_memory: Option<u64>,
    /// When the run was made.
    pub(super) checked_at: String,
}

/// Where the result of a run is kept.
pub(super) struct Place {
    file: PathBuf,
    identity: Identity,
}

/// Makes the folder, before anything depends on it.
///
/// # Errors
/// It cannot be made.
pub(super) fn prepare(folder: &Path) -> Result<(), Complaint> {
    let made = fs::create_dir_all(folder);
    made.map_err(|error| Complaint::file(folder, error, "--cache needs a folder to write in"))
}

impl Place {
    /// Of a run that this decides.
    pub(super) fn new(folder: &Path, identity: Identity) -> Self {
        let mut bytes = Vec::new();
        Serde::write(&identity, &mut bytes);
        let [first, second] = [1, 2].map(|half| fingerprint(&(half, &bytes)));
        Self {
            file: folder.join(format!("{first:016x}{second:016x}{ENDING}")),
            identity,
        }
    }

    /// The result, if it is there. An entry that is damaged counts for nothing.
    pub(super) fn read<M: Checkable>(&self, model: &M) -> Option<Kept<M>> {
        let bytes = match fs::read(&self.file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return None,
            Err(error) => {
                self.ignored(&error.to_string());
                return None;
            }
        };
        let kept = self.read_from(model, &bytes);
        if kept.is_none() {
            self.ignored("this entry of the cache is damaged");
        }
        kept
    }

    fn ignored(&self, why: &str) {
        let file = self.file.display();
        warn(&format!("{file}: {why}; the spec is checked again"));
    }

    fn read_from<M: Checkable>(&self, model: &M, bytes: &[u8]) -> Option<Kept<M>> {
        let (digest, mut rest) = bytes.split_first_chunk()?;
        if digest_of(rest) != u64::from_le_bytes(*digest) {
            return None;
        }
        let entry: Entry = Serde::read(&mut rest)?;
        if entry.identity.differences(&self.identity).is_some() {
            return None;
        }
        let taken = entry.report.try_map(|path| path.taken(model).ok_or(()));
        Some(Kept {
            report: taken.ok()?,
            peak_memory: entry.peak_memory,
            checked_at: entry.checked_at,
        })
    }
}

impl Place {
    /// Keeps a result that is complete. One that cannot be kept is lost: the next check runs the
    /// spec again.
    pub(super) fn keep<M: Checkable>(
        &self,
        model: &M,
        report: &ModelReport<M>,
        peak_memory: Option<u64>,
    ) {
        if report.verdict == Verdict::Inconclusive || report.reason.is_some() {
            return;
        }
        let kept = report
            .clone()
            .try_map(|found| KeptPath::of(model, &found).ok_or(()));
        let Ok(report) = kept else {
            return;
        };
        let now = chrono::Utc::now();
        let entry = Entry {
            identity: self.identity.clone(),
            checked_at: now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            peak_memory,
            report,
        };
        let mut bytes = Vec::new();
        Serde::write(&entry, &mut bytes);
        let mut whole = digest_of(&bytes).to_le_bytes().to_vec();
        whole.append(&mut bytes);
        if let Err(error) = WholeFile::prepare(&self.file).and_then(|file| file.write(&whole)) {
            let file = self.file.display();
            warn(&format!("{file}: {error}; the result is not kept"));
        }
    }
}

fn digest_of(mut bytes: &[u8]) -> u64 {
    // Bytes in memory can always be read.
    fingerprint_of_bytes(&mut bytes).unwrap_or_default()
}
