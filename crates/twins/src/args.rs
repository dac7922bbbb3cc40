//! The command line.

use clap::Parser;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;
use std::time::Duration;
use synod_specs::Size;

/// Compares the reachable states of each Rust model with those that TLC finds in
/// its TLA+ twin: the states themselves, not only their number.
///
/// An instance is a run spec, specs/basic/NAME.toml, and a configuration of TLC
/// with the same bounds, tla/instances/basic/NAME.cfg. TLC explores the twin and
/// dumps its states, a simple search explores the Rust model, and the two sets
/// and depths are compared. For a mutant (a protocol without one of its rules),
/// both must break the same property after equally many steps.
#[derive(Debug, Parser)]
#[command(name = "scripts/tla", version, max_term_width = 100, after_help = AFTER)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag.
pub(crate) struct Arguments {
    /// Run specs, or folders of run specs. Default: all instances.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// The largest size of the instances taken from folders. A spec that is named
    /// itself is always taken.
    #[arg(long, value_parser = sizes(), default_value = Size::Small.name())]
    pub(crate) size: Size,

    /// Write the results of the instances that are equal to tla/results.toml.
    #[arg(long, conflicts_with_all = ["list", "dump"])]
    pub(crate) record: bool,

    /// Only list the instances, and the results recorded for them.
    #[arg(long, conflicts_with = "dump")]
    pub(crate) list: bool,

    /// Only write the states of the Rust models: canonical JSON, one state in a
    /// line, sorted. Needs no TLC.
    #[arg(long)]
    pub(crate) dump: bool,

    /// The memory for Java, in the form of its option -Xmx: 4g, 900m.
    #[arg(long, value_name = "SIZE")]
    pub(crate) heap: Option<String>,

    /// Stop TLC after this time, for each instance: 90s, 10m.
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Option<Duration>,
}

/// The sizes of run specs, from their times in Rust. TLC takes about 30 times as long.
fn sizes() -> impl TypedValueParser<Value = Size> {
    let about = ["Up to 600,000 states", "Tens of millions of states", "More"];
    let values = Size::ALL.into_iter().zip(about);
    let values = values.map(|(size, about)| PossibleValue::new(size.name()).help(about));
    PossibleValuesParser::new(values).map(|name| Size::of_name(&name))
}

const AFTER: &str = "\
TLC is the jar named by TLA2TOOLS_JAR (tla2tools.jar, from the releases of
github.com/tlaplus/tlaplus), or a program `tlc` on the path.

Examples:
  scripts/tla                                        all instances
  scripts/tla specs/basic/one-priest-alone-holds.toml
  scripts/tla specs/basic/mutants --record
  scripts/tla --dump specs/preliminary/one-ballot-of-three-priests-holds.toml | wc -l

Exit status: 0 all instances are equal; 1 some differ; 2 wrong usage, or no TLC; 5 TLC did not finish.";
