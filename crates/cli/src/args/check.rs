//! The command lines of `synod check` and `synod explore`.

use super::BaselineOptions;
use super::choice::ChoiceOptions;
use super::pins::PinOptions;
use super::reports::{ReportOptions, Wanted};
use super::terminal::TerminalOptions;
use super::values::{bits, number, size, sizes, states, threads, time};
use crate::engines::{self, EngineEntry};
use bytesize::ByteSize;
use clap::{Args, ValueEnum};
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;
use synod_checker::Width;
use synod_specs::Size;

/// Check run specs: explore every state and report violations.
///
/// The verdict on a spec is one of three. Holds: every state within the bounds was
/// explored. Violated: there is a counterexample, and a shortest one is shown.
/// Inconclusive: the run ended too early to tell, and the reason is given.
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct CheckOptions {
    /// Run specs, folders with run specs, or names of built-in specs and their folders (see `synod list`). Of a
    /// folder, every file below it is taken whose name ends in .toml, up to the size of --size; links are followed,
    /// hidden files are not. A file that is no run spec is an error, and the others are still checked. Default: the
    /// folder specs, or the built-in specs if there is no such folder.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Take specs up to this size from folders. The report says how many were left out. A spec that is named
    /// itself is always checked.
    #[arg(long, value_parser = sizes(), default_value = Size::Small.name())]
    pub(crate) size: Size,

    /// What to write on standard output.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,

    /// Explore on after a violation, so that every property gets its verdict.
    #[arg(long)]
    pub(crate) keep_going: bool,

    /// How many threads explore. The results of a complete run do not depend on it. Default: one for each core.
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<NonZeroUsize>,

    /// How many workers each process of the engine `timely` has. Default: one for each core, or one with --hosts.
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) workers: Option<NonZeroUsize>,

    /// Check with several processes, for the engine `timely`. FILE has one `host:port` a line, and is the same for
    /// all processes; a line that is only a port is on this machine. Each process runs the same command with its
    /// own --process; process 0 reports the results. Their connections are neither encrypted nor authenticated: use
    /// a private network.
    #[arg(long, value_name = "FILE", requires = "process")]
    pub(crate) hosts: Option<PathBuf>,

    /// Which line of the hosts file this process is, from 0. It listens at that address only.
    #[arg(long, value_name = "I", requires = "hosts")]
    pub(crate) process: Option<usize>,

    /// How long to wait for the other processes: until they connect, and until they answer after the check was
    /// stopped.
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "30s", requires = "hosts")]
    pub(crate) connect_timeout: Duration,

    /// Which search explores the states. The results of a complete run do not depend on it.
    #[arg(long, value_parser = EngineEntry::parser(), default_value = engines::DEFAULT)]
    pub(crate) engine: &'static EngineEntry,

    /// Show how many states lie at each depth, how they branch, and how often each action was taken.
    /// (JSON always has it.)
    #[arg(long)]
    pub(crate) coverage: bool,

    /// Seed of the hash that tells states apart: a run with another seed is independent evidence. For the engines
    /// `levels` and `timely`. With --simulate: the seed of the first random walk; each later walk has the next one.
    #[arg(long, value_name = "N", value_parser = number)]
    pub(crate) seed: Option<u64>,

    /// How many bits of the hash to keep. With 64 a state takes about 12 bytes. With 128 it takes twice that, and a
    /// collision is practically impossible. For the engines `levels` and `timely`. Default: 64.
    #[arg(long, value_name = "BITS", value_parser = bits)]
    pub(crate) fingerprint: Option<Width>,

    /// Take this many random walks from the initial state instead, for spaces that are too large to be explored. A
    /// walk may miss a violation, so the verdict is inconclusive unless one is found.
    #[arg(long, value_name = "WALKS", value_parser = states, conflicts_with_all = ["checkpoint", "fingerprint", "engine", "max_states"])]
    pub(crate) simulate: Option<NonZeroU64>,

    /// How many steps a random walk takes at most.
    #[arg(long, value_name = "N", default_value_t = 1000, requires = "simulate", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) steps: u32,

    /// Save the progress of each run in this folder, in one file for each spec. If the process ends before it is
    /// done, the same command continues from there; with the engine `timely` also with another number of processes
    /// or workers. For the engines `levels` and `timely`.
    #[arg(long, value_name = "DIR")]
    pub(crate) checkpoint: Option<PathBuf>,

    /// The least time between two checkpoints.
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "10m", requires = "checkpoint")]
    pub(crate) checkpoint_every: Duration,

    /// End a run as inconclusive when it has more distinct states.
    #[arg(long, value_name = "N", value_parser = states)]
    pub(crate) max_states: Option<NonZeroU64>,

    /// End a run as inconclusive after this time, such as 90s or 5m.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) timeout: Option<Duration>,

    /// End a run as inconclusive when the process needs more memory, such as 8GiB. Default, where the system tells
    /// (Linux): nine tenths of the memory that is free, on the machine and in its cgroups; half of it for
    /// Stateright's searches. The limits of the process (ulimit) hold in any case.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) max_memory: Option<ByteSize>,

    #[command(flatten)]
    pub(crate) written: ReportOptions,

    #[command(flatten)]
    pub(crate) comparing: BaselineOptions,

    #[command(flatten)]
    pub(crate) terminal: TerminalOptions,

    #[command(flatten, next_help_heading = "Choosing among the specs")]
    pub(crate) choice: ChoiceOptions,

    #[command(flatten, next_help_heading = "Pinning results anew")]
    pub(crate) pins: PinOptions,
}

impl CheckOptions {
    /// Whether this run is compared with another, now or later.
    pub(crate) fn is_compared(&self) -> bool {
        let mut reports = self.written.reports.iter();
        self.comparing.baseline.is_some() || reports.any(|it| matches!(it, Wanted::Json(_)))
    }
}

const EXAMPLES: &str = "\
Examples:
  synod check
      Check the small specs under specs/, or the built-in ones.
  synod check basic/mutants --verbose
      Show how each wrong variant of the basic protocol goes wrong.
  synod check specs/mine --watch
      Check again whenever a spec in this folder changes.
  synod check FILE --simulate 1000 --seed 7
      A thousand random walks, the same ones every time.
  synod check FILE --checkpoint DIR
      A long run that can be killed: the same command continues it.
  synod check FILE --engine timely --hosts hosts.txt --process 0
      The first of several processes; the others say --process 1, and so on.
  synod check FILE --format json
      One JSON object a spec, for programs.
  synod check --report junit=report.xml --report html=report.html
      Reports for continuous integration, and for those who read them.
  synod check --update --because 'a retry sends the same number'
      Let the specs expect the figures of this run, and keep the reason.
  synod check specs --shard 2/5 --costs costs.json --cache results
      The second of five parts, without the runs whose results are known.

On a terminal, a run shows what it is doing, and how long the last such run
took. That is remembered of runs of more than two seconds, in a file each, in
$XDG_CACHE_HOME/synod (or ~/.cache/synod).

Exit status: 0 every spec did what it expects; 1 some spec did not; 2 bad usage
or bad spec file; 5 inconclusive.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table to read.
    Human,
    /// A JSON object a line, one for each spec.
    Json,
    /// A JUnit report.
    Junit,
}
