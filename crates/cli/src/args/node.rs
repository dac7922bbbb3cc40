//! The command lines of `synod node` and `synod cluster`.

use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use synod_math::Priest;
use synod_node::certificates::check_cluster;
use synod_node::ledger_identity::LedgerId;

/// Run one legislator of a parliament that keeps a map from keys to values.
///
/// Clients speak the Redis protocol: any Redis client will do, or `synod client`.
/// Every write, and every read unless a client asks for local ones, is a decree
/// that a majority of legislators has on disk before it is answered.
///
/// `synod cluster` starts several on this machine. One folder belongs to one
/// legislator: a node whose folder was lost, or put back from an old copy, neither
/// votes nor serves as soon as it meets another node that knows, and says so.
#[derive(Args, Debug)]
#[command(after_long_help = NODE_EXAMPLES)]
pub(crate) struct NodeOptions {
    /// Which legislator this is, counted from 1. The highest that is present presides.
    #[arg(long, value_name = "N", value_parser = priest)]
    pub(crate) id: Priest,

    /// The name of the cluster: lowercase letters, digits and hyphens.
    #[arg(long, value_name = "NAME", value_parser = cluster_name)]
    pub(crate) cluster: String,

    /// Where each legislator listens for the others, this one included. Their number cannot be
    /// changed later.
    #[arg(long, value_name = "1=HOST:PORT,2=HOST:PORT,...", value_delimiter = ',', value_parser = peer, required = true)]
    pub(crate) peers: Vec<(Priest, String)>,

    /// The folder of the ledger; made if it is not there. Neither it nor anything in it is a link.
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: PathBuf,

    /// Where to listen for the other legislators. Default: the address in --peers.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<SocketAddr>,

    /// Where to listen for clients.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7379")]
    pub(crate) clients: SocketAddr,

    /// Where to answer over HTTP: /livez (the node runs), /readyz (it can serve clients: a majority and
    /// the president were heard within --absence, and the law here is as far as theirs; else 503 and why),
    /// /health (the same as JSON, with details), and /metrics for Prometheus. Default: nowhere.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) http: Option<SocketAddr>,

    /// The folder with certificates, as `synod cert` makes them: peers and clients must have one. Keys
    /// that others than their owner can read are refused, and links.
    #[arg(long, value_name = "DIR")]
    pub(crate) tls: Option<PathBuf>,

    /// Without TLS, use other addresses than this machine's own. Whoever can reach them can read
    /// and write everything, break agreement, and stop the node.
    #[arg(long, conflicts_with = "tls")]
    pub(crate) insecure: bool,

    /// Let this node take part again although its ledger is lost. LEDGER is the lost one, as the
    /// node named it when it refused to vote; INFO shows it as lost_ledger. The node starts with
    /// this once, and not again.
    ///
    /// What it may cost: votes that only the lost ledger knew are forgotten, so a write that was
    /// acknowledged may be undone. It costs nothing if every other node is up, a write through one
    /// of them has succeeded since the loss, and the law_length of this node, which learns while it
    /// does not vote, has come as far as theirs was after that write.
    #[arg(long, value_name = "LEDGER")]
    pub(crate) accept_loss: Option<LedgerId>,

    #[command(flatten)]
    pub(crate) run: RunOptions,

    /// End when standard input ends: for programs that start nodes and may not live to end them.
    #[arg(long)]
    pub(crate) end_with_input: bool,
}

/// What may differ from run to run.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct RunOptions {
    /// Write down every action of the protocol, as JSON lines in trace.jsonl beside the ledger, for
    /// `synod audit`. Some 600 bytes a write, and nothing removes them.
    #[arg(long)]
    pub(crate) trace: bool,

    /// How often to tell the others that this one is present.
    #[arg(long, value_name = "TIME", value_parser = span, default_value = "100ms")]
    pub(crate) presence: Duration,

    /// After so long without a word from a higher one, preside. Longer than --presence.
    #[arg(long, value_name = "TIME", value_parser = span, default_value = "500ms")]
    pub(crate) absence: Duration,

    /// After so long without progress in its ballots, a president begins another.
    #[arg(long, value_name = "TIME", value_parser = span, default_value = "500ms")]
    pub(crate) round: Duration,

    /// How long to try to get a client's request passed, before telling that its outcome is not known.
    #[arg(long, value_name = "TIME", value_parser = span, default_value = "5s")]
    pub(crate) patience: Duration,
}

const NODE_EXAMPLES: &str = "\
Examples:
  synod node --id 1 --cluster demo --folder demo/1 \\
      --peers 1=127.0.0.1:7501,2=127.0.0.1:7502,3=127.0.0.1:7503 --clients 127.0.0.1:7401
      The first of three on one machine.
  synod cert --cluster demo --nodes 3 --out keys
  synod node --id 1 --cluster demo --folder /var/lib/synod --tls keys \\
      --peers 1=a.example:7500,2=b.example:7500,3=c.example:7500 \\
      --listen 0.0.0.0:7500 --clients 0.0.0.0:7379
      The first of three machines, with certificates.

Told to end (Ctrl-C, SIGTERM), a node finishes what is under way and hands over within a second:
the next in rank presides at once.

Exit status: 0 it was told to end; 1 it could not go on, for instance because
its disk failed; 2 bad usage, or a ledger that cannot be used.";

/// Run a cluster on this machine: as many nodes, each a process with a folder and ports of its own.
///
/// It goes on from what is in the folder. A node that is killed, or told to end,
/// is started again. Ctrl-C ends all of them.
#[derive(Args, Debug)]
#[command(after_long_help = CLUSTER_EXAMPLES)]
pub(crate) struct ClusterOptions {
    /// How many legislators: 3 survive the loss of one, 5 of two.
    #[arg(value_name = "N", value_parser = clap::value_parser!(u8).range(1..=9))]
    pub(crate) nodes: u8,

    /// The folder for all of them.
    #[arg(long, value_name = "DIR", default_value = "synod-cluster")]
    pub(crate) folder: PathBuf,

    /// The name of the cluster.
    #[arg(long, value_name = "NAME", value_parser = cluster_name, default_value = "demo")]
    pub(crate) cluster: String,

    /// Node i has the ports FROM + i for clients, FROM + 100 + i for other nodes and FROM + 200 + i
    /// for HTTP.
    #[arg(long, value_name = "FROM", default_value_t = 7400, value_parser = clap::value_parser!(u16).range(1..=65000))]
    pub(crate) ports: u16,

    /// Leave a node that is killed dead, and one that is told to end.
    #[arg(long)]
    pub(crate) no_restart: bool,

    #[command(flatten)]
    pub(crate) run: RunOptions,
}

const CLUSTER_EXAMPLES: &str = "\
Examples:
  synod cluster 3
      Three nodes; then, in another terminal:
  redis-cli -p 7401 set greeting hello
  synod client --address 127.0.0.1:7402 get greeting";

fn priest(text: &str) -> Result<Priest, String> {
    let id: Option<usize> = text.parse().ok();
    id.and_then(|id| Priest::new(id.checked_sub(1)?))
        .ok_or_else(|| "it must be a whole number from 1 to 64".to_owned())
}

/// Nothing would be busy all the time, and more than a day is a slip of the pen.
pub(super) fn span(text: &str) -> Result<Duration, String> {
    let span = super::time(text)?;
    if span.is_zero() || span > Duration::from_secs(24 * 60 * 60) {
        return Err("it must be longer than nothing, and at most a day".to_owned());
    }
    Ok(span)
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

/// It is a part of the names in certificates, which are host names.
fn cluster_name(text: &str) -> Result<String, String> {
    check_cluster(text).map_err(|error| error.to_string())?;
    Ok(text.to_owned())
}
