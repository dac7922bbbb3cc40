//! The command line of `synod traces`.

use super::LimitOptions;
use super::values::threads;
use clap::{Args, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Write test traces of a run spec, for another implementation.
///
/// A test trace is a run of the model: drive your implementation through its steps, and
/// compare the states. The traces cover every action (every step by its name, such as
/// "Receive NextBallot(0)" of each process) and every branch (an action with the set of
/// variables that it changes) that there is within the bounds of the spec. Each
/// trace is a shortest path to the branch at its end, and few are needed. All states
/// are explored, but no property is judged: `synod check` does that.
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct TracesOptions {
    /// The run spec: a file, or the name of a built-in one (see `synod list`).
    pub(crate) spec: PathBuf,

    /// The folder for the traces, one file each. It is made if it is not there, and must be empty.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,

    /// How to write a trace.
    #[arg(long, value_enum, default_value_t = TraceForm::Itf)]
    pub(crate) format: TraceForm,

    /// Add to each state the names of all steps that are possible there: what the implementation may do, and nothing
    /// else. In ITF it is the variable `enabled`.
    #[arg(long)]
    pub(crate) enabled: bool,

    /// How many threads explore. The traces do not depend on it. Default: one for each core.
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<NonZeroUsize>,

    #[command(flatten)]
    pub(crate) limits: LimitOptions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TraceForm {
    /// The Informal Trace Format of Apalache and Quint, with the action in mbt::actionTaken.
    Itf,
    /// A JSON object a line and a step: what an implementation should log.
    Jsonl,
}

const EXAMPLES: &str = "\
Examples:
  synod traces basic/two-competing-priests-hold --out traces
      Write traces in ITF.
  synod traces SPEC --out traces --enabled
      Say also what is possible in each state, to find what your
      implementation does and should not.
  synod traces SPEC --out traces --format jsonl
      Write what an implementation should log.

Exit status: 0 the traces cover everything; 2 bad usage or bad spec;
5 inconclusive: a limit ended the search, the traces cover what was seen.";
