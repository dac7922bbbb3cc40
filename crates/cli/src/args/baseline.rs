//! The command lines by which runs are compared: `synod check --baseline`, `synod diff` and
//! `synod find`.

use super::LimitOptions;
use super::values::{bits, fingerprint, number};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use synod_checker::{SetFingerprint, Width};

#[derive(Args, Debug)]
#[command(next_help_heading = "Comparing")]
pub(crate) struct BaselineOptions {
    /// Tell what has changed since an earlier run, whose JSON is in FILE: the first level that differs, which
    /// actions have gained or lost transitions, and a state in which the runs part, with the way to it. Whether a
    /// result is as expected does not depend on it.
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
}

/// Tell what has changed between two builds of synod, or between two runs.
///
/// Each of OLD and NEW is a program (an executable file of synod) or a run that was saved (a
/// file that `synod check --report json=FILE` wrote). Programs check the specs one after the other.
/// For each spec that differs: the first level that differs, which actions have gained or lost
/// transitions, what is said of properties, and states in which the runs part, with the way to
/// each. Only a program can tell the way; a saved run is only compared.
#[derive(Args, Debug)]
#[command(after_long_help = DIFF_EXAMPLES)]
pub(crate) struct DiffOptions {
    /// The program or saved run from before.
    pub(crate) old: PathBuf,

    /// The program or saved run from now.
    pub(crate) new: PathBuf,

    /// Run specs, or folders of them, as for `synod check`. Programs need one at least; of saved runs all specs are
    /// compared if none is named.
    #[arg(value_name = "SPEC")]
    pub(crate) specs: Vec<PathBuf>,

    /// Tell each way whole, and not only the steps at its end that fit on a screen.
    #[arg(long, short)]
    pub(crate) verbose: bool,

    /// What to write on standard output.
    #[arg(long, value_enum, default_value_t = TextFormat::Human)]
    pub(crate) format: TextFormat,
}

const DIFF_EXAMPLES: &str = "\
Examples:
  synod diff ./synod-before target/release/synod specs/parliament/FILE.toml
      What has a change of the code changed for this spec?
  synod diff main.jsonl branch.jsonl
      Two runs that were saved, by `synod check --report json=main.jsonl`.

Exit status: 0 no difference; 1 a difference; 2 bad usage, or a program or
file that cannot be used; 5 a run was inconclusive.";

/// Tell the shortest run to a state, by its fingerprint.
///
/// Explores the levels of a spec's model up to that of the state, tells the shortest run
/// to it, and the steps that can be taken from it. What has changed between two runs is
/// told with fingerprints of states (--baseline, `synod diff`).
#[derive(Args, Debug)]
#[command(after_long_help = FIND_EXAMPLES)]
pub(crate) struct FindOptions {
    /// The run spec: a file, or the name of a built-in one (see `synod list`).
    pub(crate) spec: PathBuf,

    /// The fingerprints of the states, 16 digits each.
    #[arg(value_name = "FINGERPRINT", required = true, value_parser = fingerprint)]
    pub(crate) states: Vec<SetFingerprint>,

    /// The level that the states are on: 1 for initial states, 2 for those one step further.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) level: u32,

    /// Seed of the hash of states.
    #[arg(long, value_name = "N", value_parser = number, default_value_t = 0)]
    pub(crate) seed: u64,

    /// How many bits the hash of states has: 64 or 128. The fingerprint is the first 64.
    #[arg(long, value_name = "BITS", value_parser = bits, default_value = "64")]
    pub(crate) fingerprint: Width,

    /// What to write on standard output.
    #[arg(long, value_enum, default_value_t = TextFormat::Human)]
    pub(crate) format: TextFormat,

    #[command(flatten)]
    pub(crate) limits: LimitOptions,
}

const FIND_EXAMPLES: &str = "\
Examples:
  synod find SPEC --level 7 1f0e4d8bb9a9cc54
      The way to a state that a report named.

Exit status: 0 all states were found; 1 some are not on that level; 2 bad
usage or bad spec; 5 the search ended early.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextFormat {
    /// A text to read.
    Human,
    /// JSON objects, one a line.
    Json,
}
