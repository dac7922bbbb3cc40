//! The configuration of a cluster: the addresses of the nodes, and the proxies through
//! which each node reaches the others.

use crate::ports;
use crate::process::{ChildProcess, ClusterError};
use crate::proxy::Proxy;
use crate::random::Random;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// The configuration with which [`Cluster::start`](crate::cluster::Cluster::start) starts
/// a cluster. Shown in the [example of `trial`](crate::trial#example).
#[derive(Clone, Debug)]
pub struct Setup {
    /// The path of the program `synod`.
    pub binary: PathBuf,
    /// The number of nodes. Their ids count from 1.
    pub nodes: u32,
    /// The existing folder for the nodes' folders and logs.
    pub folder: PathBuf,
    /// Determines which frames are lost, and by how much others are delayed.
    pub seed: u64,
    /// Whether the nodes communicate through proxies.
    pub has_proxies: bool,
    /// Whether the nodes write traces, each into its own folder.
    pub has_traces: bool,
    /// The library [`clock::library`](crate::clock::library) with which the nodes' clocks
    /// can jump. `None`: they cannot.
    pub clock: Option<PathBuf>,
    /// Further arguments for every node.
    pub arguments: Vec<String>,
}

impl Setup {
    /// Three nodes with proxies, without traces, whose clocks cannot jump.
    pub fn new(binary: impl Into<PathBuf>, folder: impl Into<PathBuf>) -> Self {
        Self {
            binary: binary.into(),
            nodes: 3,
            folder: folder.into(),
            seed: 0,
            has_proxies: true,
            has_traces: false,
            clock: None,
            // A node gives up a request before the client does, so the client learns it.
            arguments: vec!["--patience=1s".to_owned()],
        }
    }
}

/// A node, and its process while it runs.
#[derive(Debug)]
pub(crate) struct ClusterNode {
    pub(crate) listen: SocketAddr,
    pub(crate) clients: SocketAddr,
    pub(crate) http: SocketAddr,
    /// Its argument `--peers`: the addresses of all nodes, through the proxies.
    pub(crate) peers: String,
    pub(crate) process: Option<ChildProcess>,
}

/// Nodes by their id, and proxies by sender and receiver.
type Wired = (BTreeMap<u32, ClusterNode>, BTreeMap<(u32, u32), Proxy>);

impl Setup {
    /// Chooses ports for all nodes, and starts the proxies between them.
    pub(crate) fn wire(&self) -> Result<Wired, ClusterError> {
        let mut random = Random::new(self.seed);
        let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut listen = BTreeMap::new();
        for id in 1..=self.nodes {
            listen.insert(id, local(ports::free()?));
        }
        let mut proxies = BTreeMap::new();
        for from in (1..=self.nodes).filter(|_| self.has_proxies) {
            for to in (1..=self.nodes).filter(|to| *to != from) {
                let proxy = Proxy::start(ports::free()?, listen[&to], random.split())?;
                proxies.insert((from, to), proxy);
            }
        }
        let mut nodes = BTreeMap::new();
        for id in 1..=self.nodes {
            let peer = |(peer, address): (&u32, &SocketAddr)| {
                let proxy = proxies.get(&(id, *peer)).map(Proxy::address);
                format!("{peer}={}", proxy.unwrap_or(*address))
            };
            let node = ClusterNode {
                listen: listen[&id],
                clients: local(ports::free()?),
                http: local(ports::free()?),
                peers: listen.iter().map(peer).collect::<Vec<_>>().join(","),
                process: None,
            };
            nodes.insert(id, node);
        }
        Ok((nodes, proxies))
    }

    /// The command line of a node.
    pub(crate) fn command_line(&self, id: u32, node: &ClusterNode, folder: &Path) -> Vec<String> {
        let mut command_line = vec![self.binary.display().to_string()];
        command_line.extend(["node", "--end-with-input", "--cluster", "trial"].map(str::to_owned));
        command_line.extend(["--insecure", "--id"].map(str::to_owned));
        command_line.extend([id.to_string(), "--peers".to_owned(), node.peers.clone()]);
        command_line.extend(["--listen".to_owned(), node.listen.to_string()]);
        command_line.extend(["--clients".to_owned(), node.clients.to_string()]);
        command_line.extend(["--http".to_owned(), node.http.to_string()]);
        command_line.extend(["--folder".to_owned(), folder.display().to_string()]);
        if self.has_traces {
            command_line.push("--trace".to_owned());
        }
        command_line.extend(self.arguments.iter().cloned());
        command_line
    }
}
