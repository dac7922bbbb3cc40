//! The command line of `synod prove`.

use super::reports::{Wanted, report};
use super::values::{threads, time};
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;
use synod_proof::solver::Solver;

/// Prove the paper's protocols for any number of priests, ballots and decrees.
///
/// Each target is a list of obligations: the invariant holds at first, every action keeps
/// every conjunct of it, and the claims follow. Each obligation is a file of SMT-LIB 2
/// that no structure satisfies, and both solvers, z3 and cvc5, have to say so:
/// `unsat`. With `sat` there is a counter-model, and the obligation is refuted.
/// With `unknown` nothing is known.
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct ProveOptions {
    /// What to prove; see --list. Default: every target.
    #[arg(value_name = "TARGET")]
    pub(crate) targets: Vec<String>,

    /// Prove only the obligations with this text in their names, such as "Start Polling" or "⇒ I6". May be given
    /// several times.
    #[arg(long, value_name = "TEXT")]
    pub(crate) only: Vec<String>,

    /// Print the targets, with what is proved of each. With TARGET or --only: print the names of the obligations.
    #[arg(long, conflicts_with_all = ["mutant", "solver", "jobs", "time_limit", "keep", "format", "reports"])]
    pub(crate) list: bool,

    /// Drop a rule of the basic protocol, and show where its invariant breaks: the obligations that fail, each with a
    /// counter-model of a few priests, drawn and replayed. --list prints the names.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["targets", "only", "solver", "jobs", "keep", "format", "reports"])]
    pub(crate) mutant: Option<String>,

    /// Show for each conjunct of the invariant of the basic protocol a state in which it does not hold, and what goes
    /// wrong there.
    #[arg(long, conflicts_with_all = ["targets", "only", "solver", "jobs", "time_limit", "keep", "format", "reports", "mutant", "list"])]
    pub(crate) why: bool,

    /// Ask this solver only.
    #[arg(long, value_enum)]
    pub(crate) solver: Option<SolverName>,

    /// How many solvers run at once. Default: one for each core.
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) jobs: Option<NonZeroUsize>,

    /// How long a solver has for one obligation.
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "60s")]
    pub(crate) time_limit: Duration,

    /// Write each obligation to a file of SMT-LIB 2 below this folder, for any solver.
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,

    /// What to write on standard output.
    #[arg(long, value_enum, default_value_t = ProveFormat::Human)]
    pub(crate) format: ProveFormat,

    /// Write a report too: json=FILE or junit=FILE. May be given several times.
    #[arg(long = "report", value_name = "KIND=FILE", value_parser = OsStringValueParser::new().try_map(|given| report(&given)))]
    pub(crate) reports: Vec<Wanted>,
}

/// A solver, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SolverName {
    Z3,
    Cvc5,
}

impl From<SolverName> for Solver {
    fn from(name: SolverName) -> Self {
        match name {
            SolverName::Z3 => Self::Z3,
            SolverName::Cvc5 => Self::Cvc5,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProveFormat {
    /// A table to read.
    Human,
    /// A JSON object a line, one for each obligation and solver.
    Json,
}

const EXAMPLES: &str = "\
Examples:
  synod prove
      Prove everything.
  synod prove basic --only \"Start Polling\" --keep obligations
      Prove that Start Polling keeps the invariant, and keep the files.
  synod prove --mutant \"A.1 as printed\"
      Show a state and a step that break B3.
  synod prove math --solver cvc5
      Prove the Lemma and the theorems, by one solver.

The environment variables SYNOD_Z3 and SYNOD_CVC5 name the programs, if they are
not on the path.

Exit status: 0 everything was proved; 1 something was refuted; 2 bad usage, or
a solver is missing; 5 inconclusive: nothing was refuted, and something was not
proved.";
