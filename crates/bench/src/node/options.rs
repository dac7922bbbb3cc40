//! The options of `scripts/bench node`.

use crate::systems::SystemsOptions;

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
    /// How many clients write, each one request at a time
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_values_t = [1, 50, 500])]
    pub clients: Vec<usize>,
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
