//! A parliament of processes: started, killed, stopped, and started again.

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

/// How long to wait before a question is asked again.
const TICK: Duration = Duration::from_millis(20);

/// How long one question to a node may take while it is not known to serve.
const QUESTION: Duration = Duration::from_secs(1);

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
    nodes: BTreeMap<u32, ClusterNode>,
    proxies: BTreeMap<(u32, u32), Proxy>,
}

impl Cluster {
    /// Starts a node for each id.
    ///
    /// # Errors
    ///
    /// Where no process, port or file is to be had.
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
    pub(crate) fn binary(&self) -> &Path {
        &self.setup.binary
    }

    fn log_path(&self, id: u32) -> PathBuf {
        self.setup.folder.join(format!("node-{id}.log"))
    }

    /// All that a node wrote on its standard error.
    pub fn log(&self, id: u32) -> String {
        let bytes = fs::read(self.log_path(id)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub(crate) fn log_end(&self, id: u32) -> String {
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
        self.start_as(id, wrapper, &[])
    }

    /// Starts a node that does not run, with more arguments than usual.
    ///
    /// # Errors
    ///
    /// Where the process cannot be started.
    pub fn start_with(&mut self, id: u32, arguments: &[&str]) -> Result<(), ClusterError> {
        self.start_as(id, &[], arguments)
    }

    fn start_as(
        &mut self,
        id: u32,
        wrapper: &[&str],
        arguments: &[&str],
    ) -> Result<(), ClusterError> {
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
                write(&clock, clock::ahead(0))?;
            }
            command_line.extend(clock::prefix(library, &clock));
        }
        command_line.extend(self.setup.command_line(id, node, &folder));
        command_line.extend(arguments.iter().map(|word| (*word).to_owned()));
        let mut command = Command::new(&command_line[0]);
        command.args(&command_line[1..]);
        node.process = Some(ChildProcess::start(command, &log)?);
        Ok(())
    }

    /// The clock of a node, whether it runs or not, is so many seconds ahead of
    /// this machine's from now on.
    ///
    /// # Errors
    ///
    /// Where the file that says so cannot be written.
    pub fn set_clock(&self, id: u32, ahead: i64) -> Result<(), ClusterError> {
        // At once: half a number is another time.
        let (file, new) = (
            self.clock_path(id),
            self.clock_path(id).with_extension("new"),
        );
        write(&new, clock::ahead(ahead))?;
        fs::rename(&new, &file).map_err(|error| ClusterError::file(&file, error))
    }

    fn clock_path(&self, id: u32) -> PathBuf {
        self.setup.folder.join(format!("node-{id}.clock"))
    }

    /// Whether a node was started, and neither killed nor seen to end since.
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

    /// Kills a node (SIGKILL), and waits until it is dead.
    ///
    /// # Errors
    ///
    /// Where it cannot be killed.
    pub fn kill(&mut self, id: u32) -> Result<(), ClusterError> {
        let node = self.nodes.get_mut(&id);
        match node.and_then(|node| node.process.take()) {
            Some(process) => process.kill(),
            None => Ok(()),
        }
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
        let node = self.nodes.get_mut(&id);
        let Some(ClusterNode { process: place, .. }) = node else {
            return Ok(None);
        };
        let process = place.as_mut();
        let status = process.map_or(Ok(None), |process| process.wait(patience))?;
        if status.is_some() {
            *place = None;
        }
        Ok(status)
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

    /// Asks a node something, and waits a moment for the reply.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub fn ask(&self, id: u32, arguments: &[&str]) -> Result<Reply, NoReply> {
        self.connect(id, QUESTION)?.ask(arguments)
    }

    /// What a node says of itself in a field of INFO.
    pub fn info(&self, id: u32, field: &str) -> Option<String> {
        self.connect(id, QUESTION).ok()?.info(field)
    }

    /// Who presides, as most of those nodes say who answer at once: one that is
    /// cut off thinks what it likes.
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

    /// Sets what happens to what one node says to another.
    pub fn link(&self, from: u32, to: u32, mode: Mode) {
        if let Some(proxy) = self.proxies.get(&(from, to)) {
            proxy.set(mode);
        }
    }

    /// Everything arrives again.
    pub(crate) fn mend(&self) {
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
