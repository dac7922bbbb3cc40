//! The files of the checkpoints, one a spec.

use crate::args::CheckOptions;
use crate::diagnostics::Complaint;
use crate::specs::{Entry, FoundSpec};
use std::path::Path;
use std::time::Duration;
use synod_checker::Checkpointing;
use synod_checker::fingerprint::fingerprint;

/// The names of checkpoints contain this; no other file in their folder does.
pub(super) const CHECKPOINT: &str = ".checkpoint";

/// How many characters of the name of a spec the name of its checkpoint has.
const STEM: usize = 60;

/// The checkpoint of a spec. Its name has that of the spec, and a hash of the path of the
/// spec, so that no two specs share one.
pub(super) fn checkpointing(folder: &Path, found: &FoundSpec, every: Duration) -> Checkpointing {
    let path = found.origin.path();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let to_name = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let stem: String = stem.chars().map(to_name).take(STEM).collect();
    let path = path.as_os_str().as_encoded_bytes();
    let [first, second] = [1, 2].map(|half| fingerprint(&(half, path)));
    Checkpointing {
        file: folder.join(format!("{stem}-{first:016x}{second:016x}{CHECKPOINT}")),
        every,
    }
}

/// Tests whether checkpoints can be written, before hours of work depend on it.
pub(super) fn try_checkpoints(options: &CheckOptions, entries: &[Entry]) -> Result<(), Complaint> {
    let mut specs = entries.iter().filter_map(|entry| match entry {
        Entry::Spec(found) => Some(found),
        _ => None,
    });
    let (Some(folder), Some(found)) = (&options.checkpoint, specs.next()) else {
        return Ok(());
    };
    let mut specs = entries.iter().filter_map(|entry| match entry {
        Entry::Spec(found) if !found.spec.progress.is_empty() => Some(found),
        _ => None,
    });
    if let Some(found) = specs.next() {
        let message = format!(
            "{} has claims of runs, which no checkpoint can hold",
            found.name
        );
        let help = "leave --checkpoint out for specs with [[progress]]";
        return Err(Complaint::about(message, help));
    }
    let tried = checkpointing(folder, found, options.checkpoint_every).prepare();
    tried.map_err(|error| {
        let help = "name a folder with --checkpoint that can be written to";
        Complaint::about(error.to_string(), help)
    })
}
