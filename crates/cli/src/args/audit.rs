//! The command line of `synod audit`.

use super::LimitOptions;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Audit what nodes, or another implementation, wrote.
#[cfg_attr(
    feature = "node",
    doc = "
Without --against: compares the ledgers and traces of a cluster of `synod node` with
the paper's protocol. Reads the ledger in each folder, whether its node runs or not, and
changes nothing. If all nodes were started with --trace, every action in their traces is
replayed as a step of the paper's basic protocol, and the ballots are checked
against B1, B2, B3 and Theorem 1.
"
)]
///
/// With --against SPEC: judges what an implementation in any language says it
/// did. Each file has a JSON object a line, one for each step:
///
/// {"process": "Α", "action": "Send Voted", "state": {"Α": {"nextBal": 0}}}
///
/// Actions and variables have the names that `synod traces` writes. `process`, `state` (some
/// variables after the step) and the arguments of the action may be left out. The lines are
/// accepted if some run of the spec's model takes all of them, those of each file in their
/// order; the order of lines in different files means nothing. What is no run is refused at
/// the first line that no step explains, with what the model allows there.
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct AuditOptions {
    #[cfg_attr(
        feature = "node",
        doc = "The folders of all nodes of one cluster; a trace.jsonl in a folder is read, too. With --against: files of"
    )]
    #[cfg_attr(not(feature = "node"), doc = "Files of")]
    /// JSON lines.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Judge the files against the model of this run spec: a file, or the name of a built-in one (see `synod list`).
    #[arg(long, value_name = "SPEC")]
    #[cfg_attr(not(feature = "node"), arg(required = true))]
    pub(crate) against: Option<PathBuf>,

    /// Steps that the implementation does not log: any number of them may lie between two lines. A kind of steps, such
    /// as "Send Voted", or a process that logs nothing. May be given several times.
    #[arg(long, value_name = "STEPS", requires = "against")]
    pub(crate) unlogged: Vec<String>,

    /// Read this trace as well, from elsewhere. May be given several times.
    #[cfg(feature = "node")]
    #[arg(long, value_name = "FILE", conflicts_with = "against")]
    pub(crate) trace: Vec<PathBuf>,

    /// Read no traces.
    #[cfg(feature = "node")]
    #[arg(long, conflicts_with_all = ["trace", "against"])]
    pub(crate) ledgers_only: bool,

    /// The order in which legislators vote. With ascending, no decree may have passed before all lower ones.
    #[cfg(feature = "node")]
    #[arg(long, value_enum, default_value_t = VoteOrder::Ascending, conflicts_with = "against")]
    pub(crate) order: VoteOrder,

    /// What to write on standard output.
    #[arg(long, value_enum, default_value_t = AuditFormat::Human)]
    pub(crate) format: AuditFormat,

    #[command(flatten, next_help_heading = "Limits, with --against")]
    pub(crate) limits: LimitOptions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuditFormat {
    /// A table to read.
    Human,
    /// A JSON object a line.
    Json,
}

#[cfg(feature = "node")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VoteOrder {
    /// By decree number, as nodes do.
    Ascending,
    /// In any order: gaps are allowed.
    Any,
}

macro_rules! examples {
    ($of_nodes:literal) => {
        concat!(
            "Examples:\n",
            $of_nodes,
            "  synod audit --against basic/two-competing-priests-hold a.jsonl b.jsonl
      Judge the logs of two processes of an implementation, in any interleaving.
  synod audit --against basic/two-competing-priests-hold a.jsonl --unlogged Β
      Judge the log of one process, whatever the other did.

Exit status: 0 everything that could be examined holds, or the lines are a run;
1 something is violated, or no run takes all lines; 2 bad usage, or something
cannot be read; 5 inconclusive: a limit ended the search."
        )
    };
}

#[cfg(feature = "node")]
const EXAMPLES: &str = examples!(
    "  synod audit cluster/1 cluster/2 cluster/3
      Audit three ledgers, and their traces if all have one.
  synod audit cluster/* --format json
      The same for programs.
"
);

#[cfg(not(feature = "node"))]
const EXAMPLES: &str = examples!("");
