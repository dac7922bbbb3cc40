//! The options of `scripts/bench long`.

use crate::systems::SystemsOptions;

/// Measures three nodes of Synod and three members of etcd on this machine after long
/// histories: what they keep of it, and how one that was away catches up.
///
/// overwrites: clients write --writes values of 100 bytes over --keys keys, then
/// read a tenth as many. Shown are the memory and the disk of each node, at most
/// and 2 s after the last request.
///
/// away: a follower, which does not preside, is killed or stopped (SIGSTOP). It is
/// started again or continued (SIGCONT) after --decrees decrees, while the clients
/// write on. It is back when it has carried out what the president had just
/// before, except for 512 decrees, which may be in flight. p99 is shown with all
/// three nodes, just before the return in as much time as that took, and from the
/// return until it is back (1 s at least).
///
/// away-large: the same with values of 128 KiB over 1,000 keys, --large-decrees
/// decrees and 50 clients. etcd keeps them all in memory: with the defaults some 8 GB in
/// each member, of which a machine with less than 25 GB may run out.
///
/// All clients are connected to the president (the leader); those of etcd share 10
/// connections. etcd compacts to the last 1,000 revisions every five minutes, and
/// has a quota of 8 GiB. It has to be on the path (Debian: etcd-server).
#[derive(Debug, clap::Args)]
pub(crate) struct LongBenchOptions {
    /// What to measure [default: all]
    #[arg(value_name = "WHAT")]
    pub what: Vec<Measure>,
    /// overwrites: how many values are written; of several numbers, each on new nodes
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_values_t = [1_000_000], value_parser = clap::value_parser!(u64).range(10..=1_000_000_000))]
    pub writes: Vec<u64>,
    /// away: how many decrees pass meanwhile
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub decrees: u64,
    /// away-large: how many decrees pass meanwhile, of 128 KiB each
    #[arg(long, value_name = "N", default_value_t = 16_384, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub large_decrees: u64,
    /// How many clients there are, each with one request at a time; at most 50 in away-large
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u16).range(1..=9000))]
    pub clients: u16,
    /// How many keys there are; each request chooses one at random
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    pub keys: u64,
    /// Do not wait longer than N seconds until the follower is back
    #[arg(long, value_name = "N", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub patience: u64,
    #[command(flatten)]
    pub systems: SystemsOptions,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Measure {
    /// What overwrites and reads leave behind
    Overwrites,
    /// How a follower that was away comes back
    Away,
    /// The same with values of 128 KiB
    AwayLarge,
}

impl LongBenchOptions {
    /// What is to be measured.
    pub(super) fn wanted(&self) -> &[Measure] {
        if self.what.is_empty() {
            &[Measure::Overwrites, Measure::Away, Measure::AwayLarge]
        } else {
            &self.what
        }
    }
}
