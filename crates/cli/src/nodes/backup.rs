//! `synod backup` and `synod restore`.

use crate::args::{BackupFormat, BackupOptions, RestoreOptions};
use crate::diagnostics::Complaint;
use crate::output::say;
use crate::status::Status;
use indicatif::HumanCount;
use serde_json::json;
use std::fmt::Write;
use std::path::Path;
use synod_node::backup::{self, Backup, BackupError};
use synod_node::snapshot::SnapshotError;
use synod_report::plurals::plural;

/// The version of the object on standard output. It changes when a field goes or
/// changes its meaning, not when one is added.
const SCHEMA: u32 = 1;

/// Makes or verifies a backup.
///
/// # Errors
/// There is no ledger or backup that can be used.
pub(crate) fn backup(options: &BackupOptions) -> Result<Status, Complaint> {
    let (file, backup) = match options {
        BackupOptions {
            verify: Some(file), ..
        } => (file, backup::verify(file)),
        BackupOptions {
            folder: Some(folder),
            to: Some(file),
            ..
        } => (file, backup::make(folder, file)),
        _ => {
            let help = "name a folder and --to FILE, or --verify FILE";
            return Err(Complaint::about("there is nothing to back up", help));
        }
    };
    tell(
        file,
        &backup.map_err(|error| complaint(&error))?,
        options.format,
    );
    Ok(Status::AsExpected)
}

/// Makes the ledgers of a new cluster.
///
/// # Errors
/// The backup or a folder cannot be used.
pub(crate) fn restore(options: &RestoreOptions) -> Result<Status, Complaint> {
    let RestoreOptions {
        file,
        as_new_cluster,
        legislators,
        to,
        format,
    } = options;
    let restored = backup::restore(file, as_new_cluster, (*legislators).into(), to);
    tell(file, &restored.map_err(|error| complaint(&error))?, *format);
    if *format == BackupFormat::Human {
        let mut text = format!("restored as cluster {as_new_cluster}:\n");
        for (folder, id) in to.iter().zip(1..) {
            let _ = writeln!(text, "  node {id}: {}", folder.display());
        }
        say(&text);
    }
    Ok(Status::AsExpected)
}

fn tell(file: &Path, backup: &Backup, format: BackupFormat) {
    say(&match format {
        BackupFormat::Human => human(file, backup),
        BackupFormat::Json => format!("{}\n", object(file, backup)),
    });
}

fn human(file: &Path, backup: &Backup) -> String {
    let Backup {
        header,
        summary,
        keys,
        clients,
    } = backup;
    format!(
        "\
{}: cluster {} of {} up to decree {}
  {} {}, the last answers to {} {}, {} bytes
  SHA-256 {}
",
        file.display(),
        header.cluster,
        header.legislators,
        HumanCount(header.through.0),
        HumanCount(*keys),
        plural(*keys, "key", "keys"),
        HumanCount(*clients),
        plural(*clients, "client", "clients"),
        HumanCount(summary.size),
        summary.digest,
    )
}

fn object(file: &Path, backup: &Backup) -> serde_json::Value {
    json!({
        "schema": SCHEMA,
        "kind": "backup",
        "file": file.display().to_string(),
        "cluster": backup.header.cluster,
        "legislators": backup.header.legislators,
        "decree_number": backup.header.through.0,
        "law_digest": format!("{:016x}", backup.header.law_digest),
        "keys": backup.keys,
        "clients": backup.clients,
        "bytes": backup.summary.size,
        "sha256": backup.summary.digest.to_string(),
    })
}

fn complaint(error: &BackupError) -> Complaint {
    Complaint::about(error.to_string(), help(error))
}

const fn help(error: &BackupError) -> &'static str {
    match error {
        BackupError::SameCluster { .. } => "give the new cluster a name of its own",
        BackupError::Folders { .. } | BackupError::Twice { .. } | BackupError::Nested { .. } => {
            "name one folder for each legislator, in the order of --id"
        }
        BackupError::HoldsLedger { .. } | BackupError::NotEmpty { .. } => {
            "name folders that are empty or not there"
        }
        BackupError::Exists { .. } | BackupError::Within { .. } => "name another file with --to",
        BackupError::Overtaken { .. } => "try again, or back up another node",
        BackupError::Io { .. } | BackupError::Snapshot(SnapshotError::Io { .. }) => {
            "name files and folders that can be used; nothing was changed"
        }
        BackupError::Damaged { .. } | BackupError::Snapshot(_) => {
            "name a backup as `synod backup` writes it, or an older one"
        }
        BackupError::Ledger(_) => "name the folder of a node, as --folder of `synod node`",
    }
}
