//! The command line.

use clap::Parser;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;
use std::time::Duration;
use synod_specs::Size;

/// Compares the reachable states of the Rust models with those that TLC finds
/// in their TLA+ twins: not how many, but which.
///
/// For a run spec specs/basic/NAME.toml there is a configuration
/// tla/instances/basic/NAME.cfg with the same bounds. TLC explores it and dumps
/// its states, the Rust model is explored by a search of its own, and the two
/// sets are compared, and the depth. For a mutant, both have to break the same
/// property after equally many steps.
#[derive(Debug, Parser)]
#[command(name = "scripts/tla", version, max_term_width = 100, after_help = AFTER)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag.
pub(crate) struct Arguments {
    /// Run specs, or folders of run specs. Default: all that have a twin.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Take instances up to this size from folders. A spec that is named itself is
    /// always taken.
    #[arg(long, value_parser = sizes(), default_value = Size::Small.name())]
    pub(crate) size: Size,

    /// Write what was found to tla/results.toml, for the instances that are equal.
    #[arg(long, conflicts_with_all = ["list", "dump"])]
    pub(crate) record: bool,

    /// Only say which instances there are, and what is recorded of them.
    #[arg(long, conflicts_with = "dump")]
    pub(crate) list: bool,

    /// Only write the states of the Rust models: canonical JSON, a state a line,
    /// sorted. Needs no TLC.
    #[arg(long)]
    pub(crate) dump: bool,

    /// The memory that Java may take, as its option -Xmx has it: 4g, 900m.
    #[arg(long, value_name = "SIZE")]
    pub(crate) heap: Option<String>,

    /// Stop TLC when it has run so long, at each instance: 90s, 10m.
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Option<Duration>,
}

/// How long the spec takes in Rust: TLC takes some thirty times as long.
fn sizes() -> impl TypedValueParser<Value = Size> {
    let about = ["Up to 600,000 states", "Tens of millions of states", "More"];
    let values = Size::ALL.into_iter().zip(about);
    let values = values.map(|(size, about)| PossibleValue::new(size.name()).help(about));
    PossibleValuesParser::new(values).map(|name| Size::of_name(&name))
}

const AFTER: &str = "\
Where TLC is: the jar that TLA2TOOLS_JAR names (tla2tools.jar, from the releases of
github.com/tlaplus/tlaplus), or a program `tlc` on the path.

Examples:
  scripts/tla                                        all instances
  scripts/tla specs/basic/one-priest-alone-holds.toml
  scripts/tla specs/basic/mutants --record
  scripts/tla --dump specs/preliminary/one-ballot-of-three-priests-holds.toml | wc -l

Exit status: 0 all are equal; 1 some differ; 2 bad usage, or no TLC; 5 TLC did not come to an end.";
