//! The options of `scripts/bench node`.

use crate::systems::SystemsOptions;
use std::fmt;
use std::str::FromStr;

/// Measures three nodes of Synod and three members of etcd on this machine:
/// writes a second, their latency, and how long nothing is written after the
/// president (the leader) is killed.
///
/// Every write is on the disks of a majority before it is answered. The systems
/// take turns, each time with new nodes and default settings: a leader of etcd
/// is taken for dead after 1 to 2 s, a president of Synod after 0.5 s. Clients of
/// etcd have connections of their own, and then share 10; the table shows the
/// better of the two. etcd has to be on the path (Debian: etcd-server).
#[derive(Debug, clap::Args)]
pub(crate) struct NodeBenchOptions {
    /// Measure each figure for N seconds, after a warm-up of a fifth of that time
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    pub seconds: u64,
    /// How many clients write: N, each one value at a time, or NxM, each M at a time
    ///
    /// A client of Synod sends the M requests in one pipeline; one of etcd makes M calls at once. Each waits for all
    /// answers before it goes on.
    #[arg(long, value_name = "N[xM],…", value_delimiter = ',', default_values = ["1", "50", "50x16", "500"])]
    pub clients: Vec<Clients>,
    /// The size of a value
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub value_bytes: usize,
    /// How many keys there are; each write chooses one at random
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub keys: u64,
    /// How many rounds there are; each system runs once in a round
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub rounds: usize,
    /// How often in each round the president is killed
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub kills: usize,
    #[command(flatten)]
    pub systems: SystemsOptions,
}

/// How many clients there are, and how much each does at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clients {
    /// How many clients write.
    pub count: usize,
    /// How many values each writes at the same time.
    pub together: usize,
}

impl FromStr for Clients {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (count, together) = text.split_once('x').unwrap_or((text, "1"));
        match (count.parse(), together.parse()) {
            (Ok(count @ 1..), Ok(together @ 1..)) => Ok(Self { count, together }),
            _ => Err(
                "write how many clients there are, such as 50, or 50x16 if each writes 16 values at a time",
            ),
        }
    }
}

impl fmt::Display for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.count, self.together) {
            (1, 1) => write!(f, "1 client"),
            (1, together) => write!(f, "1 client, {together} values at a time"),
            (count, 1) => write!(f, "{count} clients"),
            (count, together) => write!(f, "{count} clients, each {together} values at a time"),
        }
    }
}
