//! The command line.

mod audit;
mod baseline;
mod check;
mod choice;
mod explore;
mod limits;
mod mcp;
#[cfg(feature = "node")]
mod nodes;
mod pins;
mod prove;
mod reports;
mod specs;
mod step;
mod terminal;
mod traces;
mod values;

#[cfg(feature = "node")]
pub(crate) use audit::VoteOrder;
pub(crate) use audit::{AuditFormat, AuditOptions};
pub(crate) use baseline::{BaselineOptions, DiffOptions, FindOptions, TextFormat};
pub(crate) use check::{CheckOptions, Format};
pub(crate) use choice::{ChoiceOptions, Shard};
pub(crate) use explore::{ExploreOptions, LearnOptions, Ui};
pub(crate) use limits::LimitOptions;
pub(crate) use mcp::McpOptions;
#[cfg(feature = "node")]
pub(crate) use nodes::*;
pub(crate) use pins::PinOptions;
pub(crate) use prove::{ProveFormat, ProveOptions};
pub(crate) use reports::Wanted;
pub(crate) use specs::{Ci, InitOptions, ListFormat, ListOptions, ShowOptions};
pub(crate) use step::StepOptions;
pub(crate) use terminal::{TerminalOptions, ThemeName};
pub(crate) use traces::{TraceForm, TracesOptions};

use crate::version;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Checks the protocols of Lamport's "The Part-Time Parliament", and runs them.
///
/// A run spec is a small TOML file that names a protocol, its bounds and the
/// expected result. `synod check` explores every interleaving within the bounds and
/// compares; `synod explore` shows the states in a browser. The run specs of the
/// paper's protocols are built in; `synod init` begins one of your own.
#[cfg_attr(
    feature = "node",
    doc = "
The code that is checked also runs: `synod cluster 3` starts three nodes on this
machine, `synod client` talks to them, `synod audit` examines what they wrote."
)]
#[derive(Debug, Parser)]
#[command(
    name = "synod",
    version,
    long_version = version::long(),
    max_term_width = 80,
    after_help = FIRST_COMMANDS,
    after_long_help = FIRST_COMMANDS_AND_STATUS,
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

macro_rules! first_commands {
    () => {
        "\
First commands:
  synod check basic/mutants/ignoring-prevVotes-breaks-B3
      Break a rule of the protocol, and read how that goes wrong.
  synod check
      Check the paper's protocols, and wrong variants of them: small run specs,
      in less than a minute.
  synod init
      Begin a run spec of your own, with a file for continuous integration."
    };
}

const FIRST_COMMANDS: &str = first_commands!();

const FIRST_COMMANDS_AND_STATUS: &str = concat!(
    first_commands!(),
    "

Exit status: 0 all is as it should be; 1 something is not (a spec, a reply, an
audit); 2 bad usage or bad input; 5 inconclusive."
);

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant)] // There is one value.
pub(crate) enum Verb {
    Check(CheckOptions),
    Diff(DiffOptions),
    Find(FindOptions),
    List(ListOptions),
    Show(ShowOptions),
    Init(InitOptions),
    Explore(ExploreOptions),
    Learn(LearnOptions),
    Step(StepOptions),
    Mcp(McpOptions),
    Traces(TracesOptions),
    Audit(AuditOptions),
    Prove(ProveOptions),
    #[cfg(feature = "node")]
    #[command(flatten)]
    OfNodes(NodeVerb),
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    Man(ManOptions),
}

/// Write manual pages, one for each command.
///
/// `man DIR/synod.1` shows the first. Pages of the same names are replaced.
#[derive(Args, Debug)]
pub(crate) struct ManOptions {
    /// The folder for the pages. It is made if it is not there.
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}
