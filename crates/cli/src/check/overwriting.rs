//! Nothing that is written may replace what is read.

use super::checkpoints::CHECKPOINT;
use crate::args::CheckOptions;
use crate::diagnostics::Complaint;
use crate::files::{self, Written};
use crate::specs::Entry;
use std::path::{Path, PathBuf};

/// Nothing that is written may replace what is read, or what else is written.
pub(super) fn refuse_overwriting(
    options: &CheckOptions,
    entries: &[Entry],
) -> Result<(), Complaint> {
    let checkpoints = options.checkpoint.iter();
    let checkpoints: Vec<_> = checkpoints
        .flat_map(|folder| files::named(folder, CHECKPOINT))
        .collect();
    let specs = entries.iter().filter_map(Entry::file);
    let others = options.hosts.iter().chain(&checkpoints);
    let read: Vec<_> = specs.chain(others.map(PathBuf::as_path)).collect();
    let streams = Written::streams();
    for stream in &streams {
        stream.refuse_among(read.iter().copied())?;
    }
    if let Some(path) = &options.choice.costs {
        let costs = Written::file("--costs", path);
        costs.refuse_among(read.iter().copied())?;
        let traces = options.trace_out.iter();
        let mut traces = traces.map(|path| Written::file("--trace-out", path));
        traces.try_for_each(|it| costs.refuse_same(&it))?;
        streams.iter().try_for_each(|it| costs.refuse_same(it))?;
    }
    let Some(path) = &options.trace_out else {
        return Ok(());
    };
    let trace = Written::file("--trace-out", path);
    trace.refuse_among(read)?;
    streams.iter().try_for_each(|it| trace.refuse_same(it))?;
    match &options.checkpoint {
        Some(folder) if is_for_checkpoint(path, folder) => Err(Complaint::file(
            path,
            "a file in the folder of --checkpoint with the name of a checkpoint",
            "choose another name or folder for --trace-out",
        )),
        _ => Ok(()),
    }
}

/// Whether a file that may not be there yet would lie among the checkpoints.
fn is_for_checkpoint(file: &Path, folder: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let around = file.parent().filter(|around| *around != Path::new(""));
    let around = around.unwrap_or(Path::new(".")).canonicalize();
    let is_there = matches!((around, folder.canonicalize()), (Ok(a), Ok(b)) if a == b);
    is_there && name.contains(CHECKPOINT)
}
