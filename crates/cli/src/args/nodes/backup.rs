//! The command lines of `synod backup` and `synod restore`.

use super::node::cluster_name;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Write a backup of a cluster, from the ledger of one node.
///
/// The backup is one file with the law (the keys and values, and the last answers to clients) as of
/// the last decree that the node knows. The node may run or not, and is not changed. The
/// file is verified after it was written, and only its owner can read it.
///
/// A node that was away may lack the latest decrees: back up one that `INFO` or /readyz calls
/// ready. `synod restore` begins a new cluster with the backup.
#[derive(Args, Debug)]
#[command(
    after_long_help = BACKUP_EXAMPLES,
    override_usage = "synod backup [OPTIONS] <FOLDER> --to <FILE>\n       synod backup [OPTIONS] --verify <FILE>"
)]
pub(crate) struct BackupOptions {
    /// The folder of the ledger of one node, as --folder of `synod node`.
    #[arg(value_name = "FOLDER", required_unless_present = "verify")]
    pub(crate) folder: Option<PathBuf>,

    /// The file to write. Nothing is overwritten.
    #[arg(long, value_name = "FILE", required_unless_present = "verify")]
    pub(crate) to: Option<PathBuf>,

    /// Read a backup and verify that it is as it was written, instead.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["folder", "to"])]
    pub(crate) verify: Option<PathBuf>,

    /// What to write on standard output.
    #[arg(long, value_enum, default_value_t = BackupFormat::Human)]
    pub(crate) format: BackupFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BackupFormat {
    /// Lines to read.
    Human,
    /// A JSON object.
    Json,
}

const BACKUP_EXAMPLES: &str = "\
Examples:
  synod backup synod-cluster/node-1 --to monday.backup
      Back up the cluster of `synod cluster`, which may run meanwhile.
  synod backup --verify monday.backup
      Verify the file, for instance after it was copied.

Exit status: 0 the backup is whole; 2 bad usage, or a ledger or file that cannot
be used or is damaged.";

/// Begin a new cluster with a backup.
///
/// Makes the ledgers of all nodes of the new cluster. They hold what the backup holds, and no
/// promises and no votes. Each folder must be empty or not be there. If anything
/// fails, nothing is changed.
///
/// A backup cannot be restored into the cluster that it comes from: its nodes have promised and voted
/// since, a restored ledger would take that back, and then two decrees could pass with
/// one number. So the new cluster has another name, and clients are pointed to it. End the nodes of
/// the old one first: nothing keeps clients from writing to both.
///
/// Move each folder to the machine of its node before the node is started. Start no node of the
/// new cluster with another folder: with an empty one, it would know nothing of the backup.
#[derive(Args, Debug)]
#[command(
    after_long_help = RESTORE_EXAMPLES,
    override_usage = "synod restore [OPTIONS] <FILE> --as-new-cluster <NAME> --legislators <N>\n                     \
                      --to <FOLDER>..."
)]
pub(crate) struct RestoreOptions {
    /// The backup, as `synod backup` writes it.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// The name of the new cluster: lowercase letters, digits and hyphens. It differs from that of the backup.
    #[arg(long, value_name = "NAME", value_parser = cluster_name)]
    pub(crate) as_new_cluster: String,

    /// How many legislators (nodes) the new cluster has. It may differ from that of the backup.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) legislators: u8,

    /// The folders of the new ledgers, in the order of --id: one for each legislator.
    #[arg(long, value_name = "FOLDER", num_args = 1.., required = true)]
    pub(crate) to: Vec<PathBuf>,

    /// What to write on standard output.
    #[arg(long, value_enum, default_value_t = BackupFormat::Human)]
    pub(crate) format: BackupFormat,
}

const RESTORE_EXAMPLES: &str = "\
Examples:
  synod restore monday.backup --as-new-cluster demo-2 --legislators 3 \\
      --to new/node-1 new/node-2 new/node-3
  synod cluster 3 --folder new --cluster demo-2
      Restore to this machine, and start the nodes.

Exit status: 0 all ledgers are made; 2 bad usage, or a file or folder that
cannot be used. Then nothing is changed.";
