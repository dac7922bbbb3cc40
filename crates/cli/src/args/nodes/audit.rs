//! The command line of `synod audit`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Audit the ledgers and traces of a cluster.
///
/// Compares them with the paper's protocol. Reads the ledger in each folder, whether its node runs or not, and changes
/// nothing. If all nodes were started with --trace, every action in their traces is
/// replayed as a step of the paper's basic protocol, and the ballots are checked
/// against B1, B2, B3 and Theorem 1.
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct AuditOptions {
    /// The folders of all nodes of one cluster. A trace.jsonl in a folder is read, too.
    #[arg(required = true, value_name = "DIR")]
    pub(crate) folders: Vec<PathBuf>,

    /// Read this trace as well, from elsewhere. May be given several times.
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Vec<PathBuf>,

    /// Read no traces.
    #[arg(long, conflicts_with = "trace")]
    pub(crate) ledgers_only: bool,

    /// The order in which legislators vote. With ascending, no decree may have passed before all lower ones.
    #[arg(long, value_enum, default_value_t = VoteOrder::Ascending)]
    pub(crate) order: VoteOrder,

    /// What to write on standard output.
    #[arg(long, value_enum, default_value_t = AuditFormat::Human)]
    pub(crate) format: AuditFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuditFormat {
    /// A table to read.
    Human,
    /// A JSON object a line: claims, findings, and figures.
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VoteOrder {
    /// By decree number, as nodes do.
    Ascending,
    /// In any order: gaps are allowed.
    Any,
}

const EXAMPLES: &str = "\
Examples:
  synod audit cluster/1 cluster/2 cluster/3
      Audit three ledgers, and their traces if all have one.
  synod audit cluster/* --format json
      The same for programs.

Exit status: 0 everything that could be examined holds; 1 something is violated;
2 bad usage, or something cannot be read.";
