//! A parliament of processes: started, killed, stopped, and started again.

use crate::ports;
use crate::proxy::{Mode, Proxy};
use crate::random::Random;
use crate::resp::{Connection, Reply};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use thiserror::Error;

/// How often something that is waited for is looked at.
const TICK: Duration = Duration::from_millis(10);

/// How long one question to a node may take while it is not known to serve.
const QUESTION: Duration = Duration::from_secs(1);

/// What a cluster is started with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The program `synod`.
    pub binary: PathBuf,
    /// How many nodes; their ids count from 1.
    pub nodes: u32,
    /// Where the nodes' folders, logs and traces are; it must exist.
    pub folder: PathBuf,
    /// Decides which frames are lost and how late others are.
    pub seed: u64,
    /// Whether the nodes talk through proxies.
    pub has_proxies: bool,
    /// Whether the nodes write traces.
    pub has_traces: bool,
    /// More arguments for every node.
    pub arguments: Vec<String>,
}

impl Setup {
    /// Three nodes with proxies.
    pub fn new(binary: impl Into<PathBuf>, folder: impl Into<PathBuf>) -> Self {
        Self {
            binary: binary.into(),
            nodes: 3,
            folder: folder.into(),
            seed: 0,
            has_proxies: true,
            has_traces: false,
            arguments: Vec::new(),
        }
    }
}

/// Why a cluster cannot be used.
#[derive(Debug, Error)]
pub enum ClusterError {
    /// A process cannot be started.
    #[error("{} cannot be started: {error}", program.display())]
    Start {
        /// Which program.
        program: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file or folder cannot be written or read.
    #[error("{}: {error}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The network fails where it should not.
    #[error("the network: {0}")]
    Network(#[from] io::Error),
    /// A process cannot be told to stop or go on.
    #[error("a signal to node {node}: {error}")]
    Signal {
        /// Which one.
        node: u32,
        /// Why.
        error: nix::errno::Errno,
    },
    /// A node does not serve in time.
    #[error("node {node} does not serve after {waited:?}: {last}\nthe end of its log:\n{log}")]
    NotServing {
        /// Which one.
        node: u32,
        /// How long was waited.
        waited: Duration,
        /// What it answered last.
        last: String,
        /// The end of its log.
        log: String,
    },
}

/// A node that ended although nobody had asked it to.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Which one.
    pub node: u32,
    /// How.
    pub status: ExitStatus,
    /// The end of its log.
    pub log: String,
}

/// Processes and the network between them. They are killed with it.
#[derive(Debug)]
pub struct Cluster {
    setup: Setup,
    nodes: BTreeMap<u32, Node>,
    proxies: BTreeMap<(u32, u32), Proxy>,
}

#[derive(Debug)]
struct Node {
    listen: SocketAddr,
    clients: SocketAddr,
    http: SocketAddr,
    peers: String,
    child: Option<Child>,
    starts: u32,
}

impl Cluster {
    /// Starts a node for each id.
    ///
    /// # Errors
    ///
    /// Where no process, port or file is to be had.
    pub fn start(setup: Setup) -> Result<Self, ClusterError> {
        let mut random = Random::new(setup.seed);
        let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut listen = BTreeMap::new();
        for id in 1..=setup.nodes {
            listen.insert(id, local(ports::free()?));
        }
        let mut proxies = BTreeMap::new();
        if setup.has_proxies {
            for from in 1..=setup.nodes {
                for to in (1..=setup.nodes).filter(|to| *to != from) {
                    let proxy = Proxy::start(ports::free()?, listen[&to], random.split())?;
                    proxies.insert((from, to), proxy);
                }
            }
        }
        let mut nodes = BTreeMap::new();
        for id in 1..=setup.nodes {
            let peer = |(peer, address): (&u32, &SocketAddr)| {
                let proxy = proxies.get(&(id, *peer)).map(Proxy::address);
                format!("{peer}={}", proxy.unwrap_or(*address))
            };
            let node = Node {
                listen: listen[&id],
                clients: local(ports::free()?),
                http: local(ports::free()?),
                peers: listen.iter().map(peer).collect::<Vec<_>>().join(","),
                child: None,
                starts: 0,
            };
            nodes.insert(id, node);
        }
        let mut cluster = Self {
            setup,
            nodes,
            proxies,
        };
        for id in 1..=cluster.setup.nodes {
            cluster.start_node(id)?;
        }
        Ok(cluster)
    }

    /// The ids of all nodes.
    pub fn ids(&self) -> Vec<u32> {
        self.nodes.keys().copied().collect()
    }

    /// Where each node serves clients.
    pub fn clients(&self) -> Vec<(u32, SocketAddr)> {
        let nodes = self.nodes.iter();
        nodes.map(|(id, node)| (*id, node.clients)).collect()
    }

    /// Where a node tells how it is.
    pub fn http(&self, id: u32) -> Option<SocketAddr> {
        self.nodes.get(&id).map(|node| node.http)
    }

    /// What a node keeps.
    pub fn folder(&self, id: u32) -> PathBuf {
        self.setup.folder.join(format!("node-{id}"))
    }

    /// The program the nodes are.
    pub fn binary(&self) -> &Path {
        &self.setup.binary
    }

    /// All traces, in the order in which each node wrote its own.
    pub fn traces(&self) -> Vec<PathBuf> {
        if !self.setup.has_traces {
            return Vec::new();
        }
        let of = |(id, node): (&u32, &Node)| {
            let id = *id;
            (1..=node.starts).map(move |start| self.trace(id, start))
        };
        let traces = self.nodes.iter().flat_map(of);
        traces.filter(|trace| trace.exists()).collect()
    }

    fn trace(&self, id: u32, start: u32) -> PathBuf {
        self.setup.folder.join(format!("node-{id}.{start}.trace"))
    }

    fn log_path(&self, id: u32) -> PathBuf {
        self.setup.folder.join(format!("node-{id}.log"))
    }

    /// All that a node wrote on its standard error.
    pub fn log(&self, id: u32) -> String {
        let bytes = fs::read(self.log_path(id)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn log_end(&self, id: u32) -> String {
        let log = self.log(id);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }

    /// Starts a node that does not run, with its usual arguments.
    ///
    /// # Errors
    ///
    /// Where the process cannot be started.
    pub fn start_node(&mut self, id: u32) -> Result<(), ClusterError> {
        self.start_under(id, &[])
    }

    /// Starts a node that does not run under another program: the words of its
    /// command line come first, then those of the node.
    ///
    /// # Errors
    ///
    /// Where the process cannot be started.
    pub fn start_under(&mut self, id: u32, wrapper: &[&str]) -> Result<(), ClusterError> {
        let (folder, log_path) = (self.folder(id), self.log_path(id));
        let file = |path: &Path, error| ClusterError::File {
            path: path.to_owned(),
            error,
        };
        fs::create_dir_all(&folder).map_err(|error| file(&folder, error))?;
        let open = File::options().create(true).append(true).open(&log_path);
        let mut log = open.map_err(|error| file(&log_path, error))?;
        let has_traces = self.setup.has_traces;
        let Some(node) = self.nodes.get_mut(&id).filter(|node| node.child.is_none()) else {
            return Ok(());
        };
        node.starts += 1;
        let start = node.starts;
        let node = &self.nodes[&id];
        let mut words: Vec<String> = wrapper.iter().map(|word| (*word).to_owned()).collect();
        words.push(self.setup.binary.display().to_string());
        words.extend(["node", "--cluster", "trial", "--insecure", "--id"].map(str::to_owned));
        words.extend([id.to_string(), "--peers".to_owned(), node.peers.clone()]);
        words.extend(["--listen".to_owned(), node.listen.to_string()]);
        words.extend(["--clients".to_owned(), node.clients.to_string()]);
        words.extend(["--http".to_owned(), node.http.to_string()]);
        words.extend(["--folder".to_owned(), folder.display().to_string()]);
        if has_traces {
            let trace = self.trace(id, start).display().to_string();
            words.extend(["--trace".to_owned(), trace]);
        }
        words.extend(self.setup.arguments.iter().cloned());
        let said = writeln!(log, "--- start {start}: {}", words.join(" "));
        let again = said.and_then(|()| log.try_clone());
        let again = again.map_err(|error| file(&log_path, error))?;
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).stdin(Stdio::null());
        command.stdout(again).stderr(log);
        // A group of its own, so that a signal meets the wrapper, too.
        command.process_group(0);
        let child = command.spawn().map_err(|error| ClusterError::Start {
            program: PathBuf::from(&words[0]),
            error,
        })?;
        if let Some(node) = self.nodes.get_mut(&id) {
            node.child = Some(child);
        }
        Ok(())
    }

    /// Whether a node was started, and neither killed nor seen to end since.
    pub fn runs(&self, id: u32) -> bool {
        self.nodes.get(&id).is_some_and(|node| node.child.is_some())
    }

    fn signal(&self, id: u32, signal: Signal) -> Result<(), ClusterError> {
        let child = self.nodes.get(&id).and_then(|node| node.child.as_ref());
        let Some(group) = child.and_then(|child| i32::try_from(child.id()).ok()) else {
            return Ok(());
        };
        match killpg(Pid::from_raw(group), signal) {
            // It has ended by itself, which is noticed elsewhere.
            Ok(()) | Err(nix::errno::Errno::ESRCH) => Ok(()),
            Err(error) => Err(ClusterError::Signal { node: id, error }),
        }
    }

    /// Kills a node (SIGKILL), and waits until it is dead.
    ///
    /// # Errors
    ///
    /// Where it cannot be killed.
    pub fn kill(&mut self, id: u32) -> Result<(), ClusterError> {
        self.signal(id, Signal::SIGKILL)?;
        let child = self.nodes.get_mut(&id).and_then(|node| node.child.take());
        if let Some(mut child) = child {
            child.wait()?;
        }
        Ok(())
    }

    /// Stops a node (SIGSTOP): it does nothing, and does not know it.
    ///
    /// # Errors
    ///
    /// Where it cannot be stopped.
    pub fn pause(&self, id: u32) -> Result<(), ClusterError> {
        self.signal(id, Signal::SIGSTOP)
    }

    /// Lets a node go on (SIGCONT).
    ///
    /// # Errors
    ///
    /// Where it cannot be told.
    pub fn resume(&self, id: u32) -> Result<(), ClusterError> {
        self.signal(id, Signal::SIGCONT)
    }

    /// Asks a node to end (SIGTERM), and kills it where it does not in time.
    ///
    /// # Errors
    ///
    /// Where it cannot be told.
    pub fn end(&mut self, id: u32, patience: Duration) -> Result<Option<ExitStatus>, ClusterError> {
        self.signal(id, Signal::SIGTERM)?;
        let status = self.wait(id, patience)?;
        if status.is_none() {
            self.kill(id)?;
        }
        Ok(status)
    }

    /// Waits for the end of a node; nothing where it goes on.
    ///
    /// # Errors
    ///
    /// Where it cannot be watched.
    pub fn wait(
        &mut self,
        id: u32,
        patience: Duration,
    ) -> Result<Option<ExitStatus>, ClusterError> {
        let until = Instant::now() + patience;
        let Some(node) = self.nodes.get_mut(&id) else {
            return Ok(None);
        };
        while let Some(child) = &mut node.child {
            if let Some(status) = child.try_wait()? {
                node.child = None;
                return Ok(Some(status));
            }
            if Instant::now() >= until {
                break;
            }
            thread::sleep(TICK);
        }
        Ok(None)
    }

    /// The nodes that have ended although nobody asked them to.
    ///
    /// # Errors
    ///
    /// Where they cannot be watched.
    pub fn ended(&mut self) -> Result<Vec<Ended>, ClusterError> {
        let mut ended = Vec::new();
        for node in self.ids() {
            if let Some(status) = self.wait(node, Duration::ZERO)? {
                let log = self.log_end(node);
                ended.push(Ended { node, status, log });
            }
        }
        Ok(ended)
    }

    /// Waits until each of these nodes answers what only the parliament knows.
    ///
    /// # Errors
    ///
    /// Where one does not in time.
    pub fn wait_until_serving(&self, ids: &[u32], patience: Duration) -> Result<(), ClusterError> {
        let begun = Instant::now();
        for &node in ids {
            loop {
                let last = match self.question(node, &["GET", "synod-trials"]) {
                    Ok(Reply::Bulk(_)) => break,
                    Ok(reply) => format!("{reply:?}"),
                    Err(error) => error.to_string(),
                };
                let waited = begun.elapsed();
                if waited > patience {
                    let log = self.log_end(node);
                    return Err(ClusterError::NotServing {
                        node,
                        waited,
                        last,
                        log,
                    });
                }
                thread::sleep(2 * TICK);
            }
        }
        Ok(())
    }

    fn connect(&self, id: u32) -> io::Result<Connection> {
        let node = self.nodes.get(&id).ok_or(io::ErrorKind::NotFound)?;
        Connection::open(node.clients, QUESTION)
    }

    fn question(&self, id: u32, words: &[&str]) -> io::Result<Reply> {
        self.connect(id)?.ask(words)
    }

    /// Who presides, as far as some node knows.
    pub fn president(&self) -> Option<u32> {
        let ask = |id: u32| self.connect(id)?.info("president");
        let known = self.ids().into_iter().find_map(|id| ask(id).ok().flatten());
        let president = known?.parse().ok()?;
        self.nodes.contains_key(&president).then_some(president)
    }

    /// Sets what happens to what one node says to another.
    pub fn link(&self, from: u32, to: u32, mode: Mode) {
        if let Some(proxy) = self.proxies.get(&(from, to)) {
            proxy.set(mode);
        }
    }

    /// Everything arrives again.
    pub fn mend(&self) {
        for proxy in self.proxies.values() {
            proxy.set(Mode::Pass);
        }
    }

    /// How many frames arrived, and how many were lost.
    pub fn frames(&self) -> (u64, u64) {
        let frames = self.proxies.values().map(Proxy::frames);
        frames.fold((0, 0), |sum, (passed, lost)| (sum.0 + passed, sum.1 + lost))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for id in self.ids() {
            let _ = self.kill(id);
        }
    }
}
