//! A cluster of processes that can be killed, stopped and started again, and the network
//! between them.
//!
//! [`trial`](crate::trial) uses it and has an example; a [`Setup`] configures it. A method
//! that starts, stops or kills a node does nothing if there is no node with the given id.

use crate::clock;
use crate::connection::Connection;
use crate::process::ChildProcess;
pub use crate::process::ClusterError;
use crate::proxy::{Mode, Proxy};
use crate::setup::ClusterNode;
pub use crate::setup::Setup;
use nix::sys::signal::Signal;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};
use synod_resp::{NoReply, Reply};

/// The time before a command to a node is repeated.
const TICK: Duration = Duration::from_millis(20);

/// The timeout of a command to a node that may not serve.
const TIMEOUT: Duration = Duration::from_secs(1);

/// A node that ended by itself.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The id of the node.
    pub node: u32,
    /// The exit status of its process.
    pub status: ExitStatus,
    /// The end of its log.
    pub log: String,
}

/// The processes of a cluster, and the network between them. The processes are killed
/// when it is dropped. Shown, as a part of a trial, in the [example of
/// `trial`](crate::trial#example).
#[derive(Debug)]
pub struct Cluster {
    setup: Setup,
    nodes: BTreeMap<u32, ClusterNode>,
    proxies: BTreeMap<(u32, u32), Proxy>,
}

impl Cluster {
    /// Starts all nodes.
    ///
    /// # Errors
    ///
    /// A process cannot be started, a file cannot be written, or no port is free.
    pub fn start(setup: Setup) -> Result<Self, ClusterError> {
        let (nodes, proxies) = setup.wire()?;
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

    /// The address at which each node serves clients.
    pub fn clients(&self) -> Vec<(u32, SocketAddr)> {
        let nodes = self.nodes.iter();
        nodes.map(|(id, node)| (*id, node.clients)).collect()
    }

    /// The address at which a node serves its health and metrics.
    pub fn http(&self, id: u32) -> Option<SocketAddr> {
        self.nodes.get(&id).map(|node| node.http)
    }

    /// The folder in which a node keeps its ledger and its trace.
    pub fn folder(&self, id: u32) -> PathBuf {
        self.setup.folder.join(format!("node-{id}"))
    }

    /// The program that the nodes run.
    pub(crate) fn binary(&self) -> &Path {
        &self.setup.binary
    }

    fn log_path(&self, id: u32) -> PathBuf {
        self.setup.folder.join(format!("node-{id}.log"))
    }

    /// The log of a node: all that its processes wrote on their standard streams.
    pub fn log(&self, id: u32) -> String {
        let bytes = fs::read(self.log_path(id)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub(crate) fn log_end(&self, id: u32) -> String {
        let log = self.log(id);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }

    /// Starts a node with its usual arguments. A node that runs is left alone.
    ///
    /// # Errors
    ///
    /// The process cannot be started.
    pub fn start_node(&mut self, id: u32) -> Result<(), ClusterError> {
        self.start_under(id, &[])
    }

    /// Starts a node under another program, the wrapper, whose command-line words come
    /// before those of the node. A node that runs is left alone.
    ///
    /// # Errors
    ///
    /// The process cannot be started.
    pub fn start_under(&mut self, id: u32, wrapper: &[&str]) -> Result<(), ClusterError> {
        let (folder, log, clock) = (self.folder(id), self.log_path(id), self.clock_path(id));
        let Some(node) = self
            .nodes
            .get_mut(&id)
            .filter(|node| node.process.is_none())
        else {
            return Ok(());
        };
        let mut command_line: Vec<String> = wrapper.iter().map(|word| (*word).to_owned()).collect();
        if let Some(library) = &self.setup.clock {
            if !clock.exists() {
                write(&clock, clock::offset(0))?;
            }
            command_line.extend(clock::prefix(library, &clock));
        }
        command_line.extend(self.setup.command_line(id, node, &folder));
        let mut command = Command::new(&command_line[0]);
        command.args(&command_line[1..]);
        node.process = Some(ChildProcess::start(command, &log)?);
        Ok(())
    }

    /// Sets the clock of a node, which need not run, this many seconds ahead of the
    /// machine's clock. Without [`Setup::clock`] it has no effect.
    ///
    /// # Errors
    ///
    /// The file with the offset cannot be written.
    pub fn set_clock(&self, id: u32, ahead: i64) -> Result<(), ClusterError> {
        // The file is replaced in one step: a part of the number would be another time.
        let (file, new) = (
            self.clock_path(id),
            self.clock_path(id).with_extension("new"),
        );
        write(&new, clock::offset(ahead))?;
        fs::rename(&new, &file).map_err(|error| ClusterError::file(&file, error))
    }

    fn clock_path(&self, id: u32) -> PathBuf {
        self.setup.folder.join(format!("node-{id}.clock"))
    }

    /// Whether a node runs: it was started, and since then neither killed nor observed to
    /// have ended.
    pub fn runs(&self, id: u32) -> bool {
        self.process(id).is_some()
    }

    fn process(&self, id: u32) -> Option<&ChildProcess> {
        self.nodes.get(&id)?.process.as_ref()
    }

    fn signal(&self, id: u32, signal: Signal) -> Result<(), ClusterError> {
        let process = self.process(id);
        process.map_or(Ok(()), |process| process.signal(signal))
    }

    /// Kills a node (SIGKILL), and waits for the end of its process.
    ///
    /// # Errors
    ///
    /// The signal cannot be sent.
    pub fn kill(&mut self, id: u32) -> Result<(), ClusterError> {
        let node = self.nodes.get_mut(&id);
        match node.and_then(|node| node.process.take()) {
            Some(process) => process.kill(),
            None => Ok(()),
        }
    }

    /// Stops a node (SIGSTOP): its process does nothing, and cannot notice the stop.
    ///
    /// # Errors
    ///
    /// The signal cannot be sent.
    pub fn pause(&self, id: u32) -> Result<(), ClusterError> {
        self.process(id).map_or(Ok(()), ChildProcess::pause)
    }

    /// Continues a node that was stopped (SIGCONT).
    ///
    /// # Errors
    ///
    /// The signal cannot be sent.
    pub fn resume(&self, id: u32) -> Result<(), ClusterError> {
        self.process(id).map_or(Ok(()), ChildProcess::resume)
    }

    /// Asks a node to end (SIGTERM). A node that has not ended after `patience` is killed,
    /// and there is no exit status.
    ///
    /// # Errors
    ///
    /// A signal cannot be sent.
    pub fn end(&mut self, id: u32, patience: Duration) -> Result<Option<ExitStatus>, ClusterError> {
        self.signal(id, Signal::SIGTERM)?;
        let status = self.wait(id, patience)?;
        if status.is_none() {
            self.kill(id)?;
        }
        Ok(status)
    }

    /// Waits for the end of a node. `None` if it does not run, or still runs after
    /// `patience`.
    ///
    /// # Errors
    ///
    /// The operating system does not report the state of the process.
    pub fn wait(
        &mut self,
        id: u32,
        patience: Duration,
    ) -> Result<Option<ExitStatus>, ClusterError> {
        let node = self.nodes.get_mut(&id);
        let Some(ClusterNode { process, .. }) = node else {
            return Ok(None);
        };
        let running = process.as_mut();
        let status = running.map_or(Ok(None), |running| running.wait(patience))?;
        if status.is_some() {
            *process = None;
        }
        Ok(status)
    }

    /// The nodes that have ended by themselves since the last call.
    ///
    /// # Errors
    ///
    /// The operating system does not report the state of a process.
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

    /// Waits until each of these nodes answers a read, which takes a decision of a
    /// majority.
    ///
    /// # Errors
    ///
    /// A node does not answer within `patience`, counted for all nodes together.
    pub fn wait_until_serving(&self, ids: &[u32], patience: Duration) -> Result<(), ClusterError> {
        let begun = Instant::now();
        for &node in ids {
            loop {
                let last = match self.ask(node, &["GET", "synod-trials"]) {
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
                thread::sleep(TICK);
            }
        }
        Ok(())
    }

    fn connect(&self, id: u32, timeout: Duration) -> io::Result<Connection> {
        let node = self.nodes.get(&id).ok_or(io::ErrorKind::NotFound)?;
        Connection::open(node.clients, timeout)
    }

    /// Sends a command to a node, and waits up to a second for the reply.
    ///
    /// # Errors
    ///
    /// The node cannot be reached or does not reply.
    pub fn ask(&self, id: u32, arguments: &[&str]) -> Result<Reply, NoReply> {
        self.connect(id, TIMEOUT)?.ask(arguments)
    }

    /// A field of the INFO of a node. `None` if the node does not reply, or has no such
    /// field.
    pub fn info(&self, id: u32, field: &str) -> Option<String> {
        self.connect(id, TIMEOUT).ok()?.info(field)
    }

    /// The president (leader), according to most of the nodes that answer quickly. A
    /// single node is not trusted: if it is cut off, it may name an earlier president.
    pub fn president(&self) -> Option<u32> {
        let ask = |id: u32| -> Option<u32> {
            let mut connection = self.connect(id, 5 * TICK).ok()?;
            connection.info("president")?.parse().ok()
        };
        let named: Vec<u32> = self.ids().into_iter().filter_map(ask).collect();
        let votes = |id: &u32| named.iter().filter(|named| *named == id).count();
        let ids = self.ids().into_iter().filter(|id| named.contains(id));
        ids.max_by_key(votes)
    }

    /// Sets the mode of the link from one node to another. Without proxies it has no
    /// effect.
    pub fn link(&self, from: u32, to: u32, mode: Mode) {
        if let Some(proxy) = self.proxies.get(&(from, to)) {
            proxy.set(mode);
        }
    }

    /// Sets every link to [`Mode::Pass`].
    pub(crate) fn mend(&self) {
        for proxy in self.proxies.values() {
            proxy.set(Mode::Pass);
        }
    }

    /// The number of frames that arrived, and the number that were lost.
    pub fn frames(&self) -> (u64, u64) {
        let frames = self.proxies.values().map(Proxy::frames);
        frames.fold((0, 0), |sum, (passed, lost)| (sum.0 + passed, sum.1 + lost))
    }
}

fn write(file: &Path, text: String) -> Result<(), ClusterError> {
    fs::write(file, text).map_err(|error| ClusterError::file(file, error))
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for id in self.ids() {
            let _ = self.kill(id);
        }
    }
}
