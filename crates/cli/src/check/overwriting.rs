//! Nothing that is written may replace what is read.

use super::checkpoints::CHECKPOINT;
use super::listeners::step_summary;
use crate::args::{CheckOptions, Wanted};
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
    let others = options
        .hosts
        .iter()
        .chain(&checkpoints)
        .chain(&options.comparing.baseline);
    let read: Vec<_> = specs.chain(others.map(PathBuf::as_path)).collect();
    let streams = Written::streams();
    for stream in &streams {
        stream.refuse_among(read.iter().copied())?;
    }
    let files = written(options);
    for (place, file) in files.iter().enumerate() {
        file.refuse_among(read.iter().copied())?;
        let others = streams.iter().chain(&files[..place]);
        others.into_iter().try_for_each(|it| file.refuse_same(it))?;
        if let Some(folder) = &options.checkpoint {
            refuse_checkpoint(file, folder)?;
        }
    }
    Ok(())
}

/// The files that are written at the end.
fn written(options: &CheckOptions) -> Vec<Written> {
    let costs = options.choice.costs.iter();
    let costs = costs.map(|path| Written::file("--costs ", path));
    let options = &options.written;
    let trace_out = options.trace_out.iter();
    let trace_out = trace_out.map(|path| Written::file("--trace-out ", path));
    let mut files: Vec<_> = costs.chain(trace_out).collect();
    let reports = options.reports.iter().filter_map(Wanted::file);
    files.extend(reports.map(|(option, path)| Written::file(&option, path)));
    let summary = options.reports.contains(&Wanted::GitHub).then(step_summary);
    let summary = summary.flatten();
    files.extend(summary.map(|path| Written::file("$GITHUB_STEP_SUMMARY ", &path)));
    files
}

fn refuse_checkpoint(file: &Written, folder: &Path) -> Result<(), Complaint> {
    let is_one = file
        .path()
        .is_some_and(|path| is_for_checkpoint(path, folder));
    if !is_one {
        return Ok(());
    }
    Err(Complaint::about(
        format!("{file}: a file in the folder of --checkpoint with the name of a checkpoint"),
        "choose another name or folder",
    ))
}

/// Whether a file that may not be there yet would lie among the checkpoints.
fn is_for_checkpoint(file: &Path, folder: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let around = file.parent().filter(|around| *around != Path::new(""));
    let around = around.unwrap_or(Path::new(".")).canonicalize();
    let is_there = matches!((around, folder.canonicalize()), (Ok(a), Ok(b)) if a == b);
    is_there && name.contains(CHECKPOINT)
}
