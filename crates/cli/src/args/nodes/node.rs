//! The command lines of `synod node`, `synod cluster` and `synod cert`.

use super::span;
use crate::args::values::{address, count, size, size_within};
use bytesize::ByteSize;
use clap::{Args, ValueEnum};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;
use synod_math::Priest;
use synod_node::certificates::check_cluster;
use synod_node::config::SNAPSHOT_AFTER;
use synod_node::ledger_identity::LedgerId;

/// Run one node of a replicated map from keys to values.
///
/// The node is a legislator of a parliament. Clients speak the Redis protocol: any Redis client will do, or `synod client`.
/// Every write, and every read unless a client asks for local ones, is a decree
/// that a majority of legislators has on disk before it is answered.
///
/// `synod cluster` starts several on this machine. One folder belongs to one
/// legislator. If a folder was lost, or replaced by an old copy, its node neither
/// votes nor serves clients once another node has told it so; it logs that.
#[derive(Args, Debug)]
#[command(
    after_long_help = NODE_EXAMPLES,
    override_usage = "synod node [OPTIONS] --id <N> --cluster <NAME> --folder <DIR>\n                  \
                      --peers <1=HOST:PORT,2=HOST:PORT,...>"
)]
pub(crate) struct NodeOptions {
    /// Read options from this TOML file, too; the keys are their names. Those of the command line go before those of the
    /// environment (SYNOD_NODE_PRESENCE for --presence), and these before those of the file.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Say whether the options and the certificates can be used, and do not start.
    #[arg(long)]
    pub(crate) check_config: bool,

    /// Which legislator this is, counted from 1. The highest one present is the president (the leader).
    #[arg(long, value_name = "N", value_parser = priest)]
    pub(crate) id: Priest,

    /// The name of the cluster: lowercase letters, digits and hyphens.
    #[arg(long, value_name = "NAME", value_parser = cluster_name)]
    pub(crate) cluster: String,

    /// Where each legislator, this one included, listens for the others. Their number cannot be changed later.
    #[arg(long, value_name = "1=HOST:PORT,2=HOST:PORT,...", value_delimiter = ',', value_parser = peer, required = true)]
    pub(crate) peers: Vec<(Priest, String)>,

    /// The folder of the ledger. It is made if it is not there. It must not be a link, nor contain any.
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: PathBuf,

    /// Where to listen for the other legislators. Default: the address in --peers.
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = address)]
    pub(crate) listen: Option<SocketAddr>,

    /// Where to listen for clients.
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = address, default_value = "127.0.0.1:7379")]
    pub(crate) clients: SocketAddr,

    /// Where to answer over HTTP: /livez (the node runs), /readyz (it can serve clients: it heard a majority and
    /// the president within --absence, and its law is as far as theirs; otherwise 503 with the reason),
    /// /health (the same as JSON, with details), and /metrics for Prometheus. Default: nowhere.
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = address)]
    pub(crate) http: Option<SocketAddr>,

    /// Use TLS, with the certificates in this folder, as `synod cert` makes them. Peers and clients must have one.
    /// Links are refused, and keys that anyone but their owner can read.
    #[arg(long, value_name = "DIR")]
    pub(crate) tls: Option<PathBuf>,

    /// Allow addresses of other machines without TLS. Anyone who can reach them can read and write everything,
    /// break agreement, and stop the node.
    #[arg(long, conflicts_with = "tls")]
    pub(crate) insecure: bool,

    /// Let only these users in, and let them do what the file says: see docs/node.md. It is read again when it changes.
    /// Default: everybody who can connect may do everything.
    #[arg(long, value_name = "FILE")]
    pub(crate) users: Option<PathBuf>,

    /// Let this node take part again although its ledger is lost. LEDGER is the lost one, as the
    /// node named it when it refused to vote; INFO shows it as lost_ledger. Start the node with
    /// this option once only. It is needed only if another node is gone for ever, too: once all
    /// others have answered it, this node takes part again by itself.
    ///
    /// The risk: votes that only the lost ledger knew are forgotten, so an acknowledged write may be
    /// undone. There is no risk if every other node is up, a write through one of them has succeeded
    /// since the loss, and the law_length of this node, which learns while it does not vote, has
    /// reached what theirs was after that write.
    #[arg(long, value_name = "LEDGER")]
    pub(crate) accept_loss: Option<LedgerId>,

    #[command(flatten)]
    pub(crate) run: RunOptions,

    #[command(flatten)]
    pub(crate) log: LogOptions,

    /// End when standard input ends, for programs that start nodes and may be killed before they can end them.
    #[arg(long)]
    pub(crate) end_with_input: bool,
}

/// The log, which goes to standard error.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct LogOptions {
    /// How the lines of the log are written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: LogFormat,

    /// Which lines the log has: those of this level, and graver ones.
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(crate) log_level: LogLevel,
}

/// How the lines of the log are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object in a line, for programs.
    Json,
}

/// How grave a line of the log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLevel {
    /// Failures that somebody has to mend.
    Error,
    /// Signs of failures to come.
    Warn,
    /// Starts and ends of nodes and connections.
    Info,
    /// Also why connections end.
    Debug,
}

/// What may differ from run to run.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct RunOptions {
    /// Log every action of the protocol for an audit, as JSON lines in trace.jsonl beside the ledger. A write takes
    /// about 600 bytes there.
    #[arg(long)]
    pub(crate) trace: bool,

    /// The size at which trace.jsonl is full. It is then renamed to trace.1.jsonl, trace.2.jsonl and so on, and a new
    /// one is begun.
    #[arg(long, value_name = "SIZE", value_parser = trace_size, default_value = "256MiB", requires = "trace")]
    pub(crate) trace_file_size: ByteSize,

    /// How many full files of the trace are kept. Older ones are removed, and an audit begins where the rest does.
    /// Default: all.
    #[arg(long, value_name = "COUNT", value_parser = count, requires = "trace")]
    pub(crate) trace_files: Option<NonZeroUsize>,

    /// Remove full files of the trace when the ledger has cut off all decrees in them, because a snapshot stands for
    /// them. Done whenever a file is full.
    #[arg(long, requires = "trace")]
    pub(crate) trace_cut: bool,

    /// Take a snapshot of the law, and cut the ledger below it, after decrees of this size have passed, or of the size of
    /// the law if that is more. A quarter of it is kept below the snapshot, for nodes that are only a little behind.
    #[arg(long, value_name = "SIZE", value_parser = snapshot_size, default_value = "16MiB")]
    pub(crate) snapshot_after: ByteSize,

    /// How often to tell the other nodes that this one is present (the heartbeat).
    #[arg(long, value_name = "TIME", value_parser = span, default_value = "100ms")]
    pub(crate) presence: Duration,

    /// Become president after this time without a word from a higher legislator. Longer than --presence.
    #[arg(long, value_name = "TIME", value_parser = span, default_value = "500ms")]
    pub(crate) absence: Duration,

    /// As president, begin another ballot after this time without progress.
    #[arg(long, value_name = "TIME", value_parser = span, default_value = "500ms")]
    pub(crate) round: Duration,

    /// How long to try to carry out a client's request before replying that its outcome is unknown.
    #[arg(long, value_name = "TIME", value_parser = span, default_value = "5s")]
    pub(crate) patience: Duration,
}

const NODE_EXAMPLES: &str = "\
Examples:
  synod node --id 1 --cluster demo --folder demo/1 \\
      --peers 1=127.0.0.1:7501,2=127.0.0.1:7502,3=127.0.0.1:7503 \\
      --clients 127.0.0.1:7401
      The first of three nodes on one machine.
  synod cert --cluster demo --nodes 3 --out keys
  synod node --id 1 --cluster demo --folder /var/lib/synod --tls keys \\
      --peers 1=a.example:7500,2=b.example:7500,3=c.example:7500 \\
      --listen 0.0.0.0:7500 --clients 0.0.0.0:7379
      The first of three nodes on three machines, with certificates.
  synod node --config /etc/synod.toml --check-config
      Say whether a configuration file can be used.

On Ctrl-C or SIGTERM, a node finishes the requests under way and hands over
within a second: the next in rank becomes president at once.

Exit status: 0 it was told to end; 1 it could not continue, for instance because
its disk failed; 2 bad usage, or a ledger that cannot be used.";

/// Run a cluster of N nodes on this machine.
///
/// Each node is a process with its own folder and ports. The cluster continues from
/// what is in the folder. A node that ends or is killed is started again. Ctrl-C ends
/// all of them.
#[derive(Args, Debug)]
#[command(after_long_help = CLUSTER_EXAMPLES)]
pub(crate) struct ClusterOptions {
    /// How many nodes: 3 survive the loss of one, 5 the loss of two.
    #[arg(value_name = "N", value_parser = clap::value_parser!(u8).range(1..=9))]
    pub(crate) nodes: u8,

    /// The folder for all nodes.
    #[arg(long, value_name = "DIR", default_value = "synod-cluster")]
    pub(crate) folder: PathBuf,

    /// The name of the cluster.
    #[arg(long, value_name = "NAME", value_parser = cluster_name, default_value = "demo")]
    pub(crate) cluster: String,

    /// The first port. Node i has FROM + i for clients, FROM + 100 + i for other nodes and FROM + 200 + i for HTTP.
    #[arg(long, value_name = "FROM", default_value_t = 7400, value_parser = clap::value_parser!(u16).range(1..=65000))]
    pub(crate) ports: u16,

    /// Do not start a node again that ends or is killed.
    #[arg(long)]
    pub(crate) no_restart: bool,

    #[command(flatten)]
    pub(crate) run: RunOptions,
}

const CLUSTER_EXAMPLES: &str = "\
Examples:
  synod cluster 3
      Start three nodes.
  redis-cli -p 7401 set greeting hello
      Write through the first node, from another terminal.
  synod client --address 127.0.0.1:7402 get greeting
      Read through the second node, without redis-cli.";

/// Make TLS certificates for a cluster.
///
/// Makes a small authority, and the certificates that it signs. For tests, and for clusters whose owner has no certificate authority. Each node
/// gets a certificate that is good for this node of this cluster only; all clients
/// share one. Nothing that exists is overwritten.
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

    /// A name or address by which clients reach a node, beside localhost. May be given several times.
    #[arg(long = "host", value_name = "HOST")]
    pub(crate) hosts: Vec<String>,
}

fn priest(text: &str) -> Result<Priest, String> {
    let id: Option<usize> = text.parse().ok();
    id.and_then(|id| Priest::new(id.checked_sub(1)?))
        .ok_or_else(|| "it must be a whole number from 1 to 64".to_owned())
}

fn peer(text: &str) -> Result<(Priest, String), String> {
    let (id, address) = text
        .split_once('=')
        .ok_or("write it like 1=127.0.0.1:7501")?;
    let has_port = address
        .rsplit_once(':')
        .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    if !has_port {
        return Err(format!(
            "{address:?} is no address with a port: write it like 1=127.0.0.1:7501"
        ));
    }
    Ok((priest(id)?, address.to_owned()))
}

fn snapshot_size(text: &str) -> Result<ByteSize, String> {
    let [least, most] = [SNAPSHOT_AFTER.start(), SNAPSHOT_AFTER.end()].map(|size| *size as u64);
    size_within(text, ByteSize(least)..=ByteSize(most))
}

/// In a smaller file the line that says where the legislator stands would be most of it.
fn trace_size(text: &str) -> Result<ByteSize, String> {
    size(text)?;
    size_within(text, ByteSize::kib(64)..=ByteSize(u64::MAX))
}

/// It is a part of the names in certificates, which are host names.
pub(super) fn cluster_name(text: &str) -> Result<String, String> {
    check_cluster(text).map_err(|error| error.to_string())?;
    Ok(text.to_owned())
}
