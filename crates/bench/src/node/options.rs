//! What can be asked for.

use super::system::System;
use std::path::PathBuf;

/// Writes to three nodes of Synod and to three members of etcd on this machine:
/// writes a second, their latency, and how long nothing is written when the
/// president (the leader) is killed.
///
/// Every write is on the disks of a majority before it is answered. The systems
/// take turns, each time with new nodes and its default settings: a leader of
/// etcd is taken for dead after 1 to 2 s, a president of Synod after 0.5 s. For
/// etcd clients have their own connections or share 10, whichever does more.
/// Debian: apt-get install etcd-server.
#[derive(Debug, clap::Args)]
pub(crate) struct NodeBenchOptions {
    /// For how long each figure is taken, after a warm-up of a fifth of it
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    pub seconds: u64,
    /// How many clients write, each one request at a time
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_values_t = [1, 50, 500])]
    pub clients: Vec<usize>,
    /// The size of a value
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub value_bytes: usize,
    /// Over how many keys the writes spread at random
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub keys: u64,
    /// How often each system has its turn
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub rounds: usize,
    /// How often in each turn the president is killed
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub kills: usize,
    /// One of the systems alone
    #[arg(long, value_name = "SYSTEM")]
    pub only: Option<System>,
    /// Where the nodes keep their data, on a disk [default: the temporary folder]
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    /// Each figure of each turn as a line of JSON, and then the medians
    #[arg(long)]
    pub json: bool,
}
