//! Measures Synod next to others, on this machine, in one run: its search next
//! to other checkers and to itself distributed (`timely`), its nodes (`node`)
//! next to etcd's members.
//!
//! `scripts/bench` runs it.

mod checkers;
mod failure;
mod node;
mod timely;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use synod_terminal::{lost, note};

/// Compares checkers on the same model, on this machine: our own search, Stateright's
/// breadth-first search, SPIN and TLC.
///
/// SPIN and TLC take part in specs/paxos with 3 acceptors and 2 decrees: SPIN where `spin` and `cc` are on
/// the path (Debian: spin, gcc), TLC where `java` is and TLA2TOOLS_JAR names tla2tools.jar (from the
/// releases of tlaplus).
#[derive(Parser)]
#[command(
    name = "scripts/bench",
    bin_name = "scripts/bench",
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    checkers: checkers::CheckersBenchOptions,
}

/// What else is measured.
#[derive(Subcommand)]
enum What {
    Timely(timely::TimelyBenchOptions),
    Node(node::NodeBenchOptions),
    /// Stateright's own search, in the process that is measured
    #[command(hide = true)]
    Stateright {
        spec: PathBuf,
        threads: usize,
    },
}

fn main() -> ExitCode {
    let Arguments { what, checkers } = Arguments::parse();
    let measured = match what {
        None => checkers::measure_all(&checkers),
        Some(What::Timely(options)) => timely::measure_all(&options),
        Some(What::Node(options)) => node::measure_all(&options),
        Some(What::Stateright { spec, threads }) => checkers::stateright(&spec, threads),
    };
    let written = || {
        lost().map_or(Ok(()), |error| {
            Err(format!("standard output: {error}").into())
        })
    };
    match measured.and_then(|()| written()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            note!("{problem}");
            ExitCode::from(2)
        }
    }
}
