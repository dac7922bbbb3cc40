//! The program `synod-bench` measures Synod beside other systems, on one machine in one
//! run, and writes the tables of `docs/results.md`.
//!
//! | subcommand | module | what it does |
//! |---|---|---|
//! | none | `checkers` | compares Synod's search with other checkers on one model, and draws it |
//! | `timely` | `timely` | compares a search on one machine with the same search distributed |
//! | `node` | `node` | compares three nodes with three members of etcd |
//! | `long` | `long` | compares them after long histories, and when one was away |
//! | `times` | `times` | measures what takes how many Δ with real nodes |
//! | `results` | `results` | runs the commands of `docs/results.md` and writes its tables |
//!
//! What `node` and `long` share is in `systems`.
//! `scripts/bench` and `scripts/results` build and run it. Absent on purpose: anything
//! that ships.

mod checkers;
mod failure;
mod long;
mod node;
mod results;
mod systems;
mod timely;
mod times;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use synod_terminal::{lost, note};

/// Compares checkers on the same model, on this machine: Synod and Stateright, SPIN, TLC,
/// tla-rs and tlaplusplus.
///
/// The model is Lamport's published Paxos with 3 acceptors and 2 decrees. SPIN needs `spin` and `cc` on the
/// path (Debian: spin, gcc). TLC needs `java` on the path, and tla2tools.jar (from the releases of tlaplus)
/// where TLA2TOOLS_JAR says; or a program `tlc`. tla-rs needs `tla` (cargo install tla-checker), and
/// tlaplusplus needs `tlaplusplus`. What is missing is left out, and said. All checkers that explore every
/// state must count as many, or the comparison fails.
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

/// The other benchmarks, each a subcommand.
#[derive(Subcommand)]
enum What {
    Timely(timely::TimelyBenchOptions),
    Node(node::NodeBenchOptions),
    Long(long::LongBenchOptions),
    Times(times::TimesBenchOptions),
    Results(results::ResultsOptions),
    /// Runs Stateright's own search in this process, which `scripts/bench` measures
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
        Some(What::Long(options)) => long::measure_all(&options),
        Some(What::Times(options)) => times::measure_all(&options),
        Some(What::Results(options)) => results::run(&options),
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
