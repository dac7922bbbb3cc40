//! The command line.

mod audit;
mod client;
mod node;

pub(crate) use audit::{AuditFormat, AuditOptions, VoteOrder};
pub(crate) use client::ClientOptions;
pub(crate) use node::{ClusterOptions, NodeOptions, RunOptions};

use crate::engines::{self, EngineEntry};
use bytesize::ByteSize;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;
use synod_checker::Width;
use synod_specs::Size;

/// Checks the protocols of Lamport's "The Part-Time Parliament", and runs them.
///
/// A run spec is a small TOML file that names a protocol, its bounds and what
/// should come out. `synod check` explores every interleaving within the
/// bounds and compares; `synod explore` shows the states in a browser.
///
/// The code that is checked runs: `synod cluster 3` starts three nodes on this
/// machine, `synod client` talks to them, `synod audit` looks at what they wrote.
#[derive(Debug, Parser)]
#[command(name = "synod", version, max_term_width = 100)]
#[command(
    after_help = "Exit status: 0 all is as it should be; 1 something is not (a spec, a reply, an audit); \
    2 bad usage or bad input; 5 inconclusive."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Check(CheckOptions),
    Explore(ExploreOptions),
    Node(NodeOptions),
    Cluster(ClusterOptions),
    Cert(CertOptions),
    Client(ClientOptions),
    Audit(AuditOptions),
    /// Write a completion script for a shell to standard output.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Check run specs: explore every state and compare with what is expected.
///
/// The verdict on a spec is one of three. Holds: the whole space within its
/// bounds was explored. Violated: there is a counterexample, and a shortest one
/// is shown. Inconclusive: the run ended before it could tell, and the reason
/// is given.
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct CheckOptions {
    /// Run specs, or folders with run specs: every file below them whose name ends in .toml, by size. Links
    /// are followed, hidden files are not. A file that is no spec is an error, and the rest is checked.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Take specs up to this size from folders; how many were left out is told. A spec that is named itself is
    /// always checked.
    #[arg(long, value_enum, default_value_t = SizeLimit::Small)]
    pub(crate) size: SizeLimit,

    /// What to write on standard output.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,

    /// Show the bounds, every property and the counterexample of each spec, not
    /// only of one that is checked alone or that surprises.
    #[arg(long, short)]
    pub(crate) verbose: bool,

    /// Explore on after a violation, so that every property gets its verdict.
    #[arg(long)]
    pub(crate) keep_going: bool,

    /// How many threads explore. Results of a run that is not cut short do not depend
    /// on it. Default: one a core.
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<NonZeroUsize>,

    /// How many workers each process of the engine `timely` has. Default: one a core, or with --hosts one.
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) workers: Option<NonZeroUsize>,

    /// The processes of a check by the engine `timely`: a file with a `host:port` a line, the same for all
    /// (a line that is only a port is on this machine). Each of them runs the same command with its own
    /// --process; process 0 tells the results. What goes between them is neither encrypted nor
    /// authenticated: it belongs on a private network.
    #[arg(long, value_name = "FILE", requires = "process")]
    pub(crate) hosts: Option<PathBuf>,

    /// Which line of the hosts file this process is, from 0. It listens there, and nowhere else.
    #[arg(long, value_name = "I", requires = "hosts")]
    pub(crate) process: Option<usize>,

    /// How long to wait for the other processes: until they connect, and until they answer when the
    /// check was stopped.
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "30s", requires = "hosts")]
    pub(crate) connect_timeout: Duration,

    /// Which search decides what is explored next. Results of a run that is not cut
    /// short do not depend on it.
    #[arg(long, value_parser = EngineEntry::parser(), default_value = engines::DEFAULT)]
    pub(crate) engine: &'static EngineEntry,

    /// Show how many states lie at each depth, how they branch, and what each action led to.
    /// (JSON always has it.)
    #[arg(long)]
    pub(crate) coverage: bool,

    /// Goes into the hash by which states are told apart: a run with another seed is independent
    /// evidence. For the engines `levels` and `timely`. Of random walks: the seed of the first, each after it has one more.
    #[arg(long, value_name = "N", value_parser = number)]
    pub(crate) seed: Option<u64>,

    /// How many bits of the hash to keep. With 64 a state takes about 12 bytes, with 128 twice that,
    /// and a collision is out of sight. For the engines `levels` and `timely`. Default: 64.
    #[arg(long, value_name = "BITS", value_parser = bits)]
    pub(crate) fingerprint: Option<Width>,

    /// Walk at random so many times instead, from the initial state by random steps: for spaces
    /// that are too large. What is not found may be there, so the verdict is inconclusive unless something is.
    #[arg(long, value_name = "WALKS", value_parser = states, conflicts_with_all = ["checkpoint", "fingerprint", "engine", "max_states"])]
    pub(crate) simulate: Option<NonZeroU64>,

    /// How many steps a random walk takes at most.
    #[arg(long, value_name = "N", default_value_t = 1000, requires = "simulate", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) steps: u32,

    /// Write down now and then where a run is, in this folder, a file a spec. If the process ends
    /// before it is done, the same command goes on from there; `timely` also with
    /// another number of processes or workers. For the engines `levels` and `timely`.
    #[arg(long, value_name = "DIR")]
    pub(crate) checkpoint: Option<PathBuf>,

    /// How much time to let pass between two checkpoints, at least.
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "10m", requires = "checkpoint")]
    pub(crate) checkpoint_every: Duration,

    /// End a run as inconclusive when there are more distinct states.
    #[arg(long, value_name = "N", value_parser = states)]
    pub(crate) max_states: Option<NonZeroU64>,

    /// End a run as inconclusive after this time, such as 90s or 5m.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) timeout: Option<Duration>,

    /// Keep the process smaller than this, such as 8GiB: end a run as inconclusive when it needs more. Default:
    /// nine tenths of the memory that is free, on the machine and in its cgroups; half for Stateright's searches
    /// (where the system tells: Linux). The limits of the process (ulimit) hold in any case.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) max_memory: Option<ByteSize>,

    /// Write the counterexample to every property that is violated to this file, a JSON object a line. What the
    /// file held is replaced.
    #[arg(long, value_name = "FILE")]
    pub(crate) trace_out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  synod check
      Check the small specs under specs/.
  synod check specs/basic/mutants --verbose
      Show how each wrong protocol goes wrong.
  synod check FILE --simulate 1000 --seed 7
      A thousand random walks, the same ones every time.
  synod check FILE --checkpoint DIR
      A long run that can be killed: the same command goes on where it was.
  synod check FILE --engine timely --hosts hosts.txt --process 0
      The same as process 0 of several; the others say --process 1, and so on.
  synod check FILE --format json
      One JSON object a spec, for programs.
  synod check --format junit > report.xml
      A report for continuous integration.

Exit status: 0 every spec did what it expects; 1 some spec did not; 2 bad usage or bad spec
file; 5 inconclusive.";

/// Look at the states of a run spec in a browser: Stateright's Explorer.
///
/// Each state is drawn as the paper's Figure 1, and its text says what it violates.
/// Choose steps one by one. Nothing is searched for: `synod check` does that. Serves
/// this machine only, until it is ended with Ctrl-C. Not for specs with the key
/// `inductive`: they begin in too many states.
#[derive(Args, Debug)]
pub(crate) struct ExploreOptions {
    /// The run spec.
    pub(crate) spec: PathBuf,

    /// Show the processes of the complete protocol, or of the parliament, as Stateright's actors, with a
    /// sequence diagram of the steps so far instead of Figure 1. For specs without crashes and reductions.
    #[arg(long)]
    pub(crate) actors: bool,

    /// The port at 127.0.0.1; 0 for any that is free.
    #[arg(long, default_value_t = 3000)]
    pub(crate) port: u16,
}

/// Make certificates for a cluster: a small authority, and what it signs.
///
/// For tests, and for clusters whose owner has no authority of his own. Each node gets a
/// certificate that is good for this node of this cluster only; clients get one for all of
/// them. Nothing that exists is overwritten.
#[derive(Args, Debug)]
pub(crate) struct CertOptions {
    /// The name of the cluster: 1 to 63 of a-z, 0-9 and -.
    #[arg(long, value_name = "NAME")]
    pub(crate) cluster: String,

    /// How many nodes it has.
    #[arg(long, value_name = "N")]
    pub(crate) nodes: usize,

    /// The folder for the files. It is made if it is not there.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,

    /// A name or address by which clients reach a node, beside localhost; as many as there are.
    #[arg(long = "host", value_name = "HOST")]
    pub(crate) hosts: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum SizeLimit {
    /// Seconds each.
    Small,
    /// Minutes each, and the small ones.
    Medium,
    /// All.
    Large,
}

impl From<SizeLimit> for Size {
    fn from(limit: SizeLimit) -> Self {
        match limit {
            SizeLimit::Small => Self::Small,
            SizeLimit::Medium => Self::Medium,
            SizeLimit::Large => Self::Large,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table to read.
    Human,
    /// A JSON object a line, one for each spec.
    Json,
    /// A JUnit report.
    Junit,
}

fn bits(text: &str) -> Result<Width, String> {
    match text {
        "64" => Ok(Width::Bits64),
        "128" => Ok(Width::Bits128),
        _ => Err("it must be 64 or 128".to_owned()),
    }
}

/// The most threads: of some more no system has room for the stacks, and what the
/// standard library cannot start ends the process.
const MOST_THREADS: usize = 1024;

fn threads(text: &str) -> Result<NonZeroUsize, String> {
    let threads = text.parse().ok();
    threads
        .filter(|threads: &NonZeroUsize| threads.get() <= MOST_THREADS)
        .ok_or_else(|| format!("it must be a whole number, from 1 to {MOST_THREADS}"))
}

fn states(text: &str) -> Result<NonZeroU64, String> {
    text.parse()
        .map_err(|_| format!("it must be a whole number, from 1 to {}", u64::MAX))
}

fn number(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| format!("it must be a whole number, from 0 to {}", u64::MAX))
}

fn size(text: &str) -> Result<ByteSize, String> {
    text.parse()
        .map_err(|_| "it must be a size below 16 EiB, such as 8GiB or 500MB".to_owned())
}

fn time(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|error| match error {
        humantime::DurationError::NumberOverflow => "it is too long".to_owned(),
        _ => "it must be a time, such as 90s, 5m or \"1h 30m\"".to_owned(),
    })
}
