//! The reports of `synod prove` that are files.

use super::{Proved, json, junit};
use crate::args::Wanted;
use crate::diagnostics::Complaint;
use std::collections::BTreeSet;
use std::path::Path;
use synod_proof::solver::Program;
use synod_report::WholeFile;

/// A kind of report that is a file.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Json,
    Junit,
}

/// The files of the reports, which are tried before anything is proved.
///
/// # Errors
/// A proof has no report of this kind, or it cannot be written.
pub(super) fn prepared(wanted: &[Wanted]) -> Result<Vec<(Kind, WholeFile)>, Complaint> {
    let mut paths = BTreeSet::new();
    let file = |wanted: &Wanted| {
        let (kind, path) = match wanted {
            Wanted::Json(path) => (Kind::Json, path),
            Wanted::Junit(path) => (Kind::Junit, path),
            _ => return Err(no_such_kind(wanted)),
        };
        if !paths.insert(path.clone()) {
            let message = "two reports are to be written to this file";
            let help = "give each report a file of its own";
            return Err(Complaint::file(path, message, help));
        }
        let file = WholeFile::prepare(path).map_err(|error| unwritable(path, error))?;
        Ok((kind, file))
    };
    wanted.iter().map(file).collect()
}

fn no_such_kind(wanted: &Wanted) -> Complaint {
    let given = wanted.file().map_or_else(
        || "--report github".to_owned(),
        |(option, file)| format!("{option}{}", file.display()),
    );
    let message = format!("{given}: a proof has no report of this kind");
    Complaint::about(message, "write json=FILE or junit=FILE")
}

fn unwritable(path: &Path, error: std::io::Error) -> Complaint {
    Complaint::file(path, error, "name a file that can be written")
}

/// Writes all reports. One that cannot be written does not hold up the others.
///
/// # Errors
/// One cannot be written.
pub(super) fn write(
    reports: &[(Kind, WholeFile)],
    proved: &[Proved],
    programs: &[Program],
) -> Result<(), Complaint> {
    let written = reports
        .iter()
        .map(|(kind, file)| write_one(*kind, file, proved, programs));
    let results: Vec<_> = written.collect();
    results.into_iter().collect()
}

fn write_one(
    kind: Kind,
    file: &WholeFile,
    proved: &[Proved],
    programs: &[Program],
) -> Result<(), Complaint> {
    let text = match kind {
        Kind::Json => {
            let all = proved.iter().flat_map(|it| {
                let of_target = it.decided.iter();
                of_target.map(|one| json::lines(it.target, one, programs))
            });
            all.collect()
        }
        Kind::Junit => junit::report(proved)?,
    };
    file.write(text.as_bytes())
        .map_err(|error| unwritable(file.path(), error))
}
