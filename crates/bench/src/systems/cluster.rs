//! Three nodes on this machine. They are killed when their [`Cluster`] is dropped.

use super::protocol::Connection;
use super::system::{Addresses, System};
use super::usage::{self, Usage};
use crate::failure::Failure;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use synod_trials::ports;
use synod_trials::process::ChildProcess;
use tempfile::TempDir;
use tokio::time::{Instant, sleep, timeout};

/// How many nodes a cluster has.
pub(crate) const NODES: usize = 3;
/// How long nodes may take to start, or to elect a leader.
const PATIENCE: Duration = Duration::from_secs(30);

/// Three nodes of one system.
pub(crate) struct Cluster {
    /// Which system it is.
    pub system: System,
    addresses: Vec<Addresses>,
    /// By index; none while the node is killed.
    processes: Vec<Option<ChildProcess>>,
    /// Further arguments for every node.
    arguments: &'static [&'static str],
    folder: TempDir,
}

impl Cluster {
    /// Starts three nodes with empty ledgers and these further arguments, and waits until
    /// one leads.
    pub(crate) async fn start(
        system: System,
        folder: &Path,
        arguments: &'static [&'static str],
    ) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new()
            .prefix("synod-bench-")
            .tempdir_in(folder)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut cluster = Self {
            system,
            addresses: free_addresses()?,
            processes: (0..NODES).map(|_| None).collect(),
            arguments,
            folder,
        };
        for index in 0..NODES {
            cluster.run(index)?;
        }
        for index in 0..NODES {
            cluster.answers(index).await?;
        }
        cluster.leader().await?;
        Ok(cluster)
    }

    /// The address of each node for clients, by index.
    pub(crate) fn clients(&self) -> Vec<SocketAddr> {
        self.addresses.iter().map(|all| all.clients).collect()
    }

    /// Starts the node `index`, with its data on disk.
    pub(crate) fn run(&mut self, index: usize) -> Result<(), Failure> {
        let data = self.data(index);
        let mut command = self.system.command(index, &self.addresses, &data)?;
        command.args(self.arguments);
        self.processes[index] = Some(ChildProcess::start(command, &self.log(index))?);
        Ok(())
    }

    fn data(&self, index: usize) -> PathBuf {
        self.folder.path().join(format!("node{}", index + 1))
    }

    fn log(&self, index: usize) -> PathBuf {
        self.folder.path().join(format!("node{}.log", index + 1))
    }

    /// Kills the node `index` with SIGKILL.
    pub(crate) fn kill(&mut self, index: usize) {
        // A process that cannot be killed has ended already.
        let _ = self.processes[index].take().map(ChildProcess::kill);
    }

    /// Stops the node `index` with SIGSTOP: it cannot notice that.
    pub(crate) fn pause(&self, index: usize) -> Result<(), Failure> {
        let process = self.processes[index].as_ref();
        Ok(process.map_or(Ok(()), ChildProcess::pause)?)
    }

    /// Lets the node `index` go on after [`pause`](Self::pause).
    pub(crate) fn resume(&self, index: usize) -> Result<(), Failure> {
        let process = self.processes[index].as_ref();
        Ok(process.map_or(Ok(()), ChildProcess::resume)?)
    }

    /// Waits until the node `index` answers.
    pub(crate) async fn answers(&mut self, index: usize) -> Result<(), Failure> {
        let until = Instant::now() + PATIENCE;
        while let Err(failure) = self.leads(index).await {
            self.still_runs(index)?;
            if Instant::now() > until {
                let name = self.system.name();
                return Err(format!("{name} {} is silent: {failure}", index + 1).into());
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Waits until a node leads, and says which.
    pub(crate) async fn leader(&mut self) -> Result<usize, Failure> {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            for index in 0..NODES {
                self.still_runs(index)?;
                if self.leads(index).await.is_ok_and(|leads| leads) {
                    return Ok(index);
                }
            }
            sleep(Duration::from_millis(50)).await;
        }
        Err(format!("no node of {} leads", self.system.name()).into())
    }

    async fn leads(&self, index: usize) -> Result<bool, Failure> {
        in_time(async { self.connect(index).await?.leads().await }).await
    }

    /// How many decrees the node `index` has carried out.
    pub(crate) async fn decrees(&self, index: usize) -> Result<u64, Failure> {
        in_time(async { self.connect(index).await?.decrees().await }).await
    }

    async fn connect(&self, index: usize) -> Result<Connection, Failure> {
        let protocol = self.system.protocol();
        protocol.connect(0, self.addresses[index].clients).await
    }

    /// Fails if a node has ended by itself, with the end of its log.
    pub(crate) fn all_run(&mut self) -> Result<(), Failure> {
        (0..NODES).try_for_each(|index| self.still_runs(index))
    }

    /// Fails if the node has ended by itself, with the end of its log.
    fn still_runs(&mut self, index: usize) -> Result<(), Failure> {
        let Some(process) = &mut self.processes[index] else {
            return Ok(());
        };
        let Ok(Some(status)) = process.wait(Duration::ZERO) else {
            return Ok(());
        };
        let log = fs::read(self.log(index)).unwrap_or_default();
        let end = &log[log.len().saturating_sub(2000)..];
        let (system, log) = (self.system.name(), String::from_utf8_lossy(end));
        Err(format!("{system} {} ended, {status}:\n{log}", index + 1).into())
    }

    /// What each node uses of memory and disk.
    pub(crate) fn usage(&self) -> Vec<Usage> {
        let usage = |(index, process): (usize, &Option<ChildProcess>)| Usage {
            memory: process
                .as_ref()
                .map_or(0, |process| usage::memory(&process.id().to_string())),
            disk: usage::disk(&self.data(index)),
        };
        self.processes.iter().enumerate().map(usage).collect()
    }

    /// The processor time of all nodes that run.
    pub(crate) fn processor_time(&self) -> Duration {
        let running = self.processes.iter().flatten();
        running
            .map(|process| processor_time(&process.id().to_string()))
            .sum()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for index in 0..NODES {
            self.kill(index);
        }
    }
}

async fn in_time<T>(answer: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let answer = timeout(Duration::from_secs(1), answer).await;
    answer.map_err(|_| "it took too long")?
}

/// The processor time of a process, by its id or `self`.
pub(crate) fn processor_time(process: &str) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The second field is a name in parentheses, which may contain spaces.
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields = rest.split_whitespace().skip(11).take(2);
    let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
    // /proc counts in ticks of 10 ms on every Linux (USER_HZ).
    Duration::from_millis(10 * ticks)
}

fn free_addresses() -> std::io::Result<Vec<Addresses>> {
    let free = || ports::free().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let addresses = (0..NODES).map(|_| {
        Ok(Addresses {
            peers: free()?,
            clients: free()?,
            http: free()?,
        })
    });
    addresses.collect()
}
