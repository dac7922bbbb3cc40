//! The end of a trial: the recovery, the final reads, the audit, and the file of the
//! history.

use super::{PATIENCE, TICK, Trial};
use crate::client::Client;
use crate::cluster::{Cluster, ClusterError};
use crate::faults::Action;
use crate::history::{self, Call, CallOutcome, Condition, Operation};
use crate::report::Audit;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

/// Runs `synod audit` on the nodes' folders: on their ledgers, and on their traces if
/// there are any.
pub(super) fn audit(cluster: &Cluster) -> Audit {
    let mut command = Command::new(cluster.binary());
    let folders = cluster.ids().into_iter().map(|id| cluster.folder(id));
    command.arg("audit").args(folders).stdin(Stdio::null());
    let (passed, output) = match command.output() {
        Ok(output) => {
            let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
            text += &String::from_utf8_lossy(&output.stderr);
            (output.status.success(), text)
        }
        Err(error) => (false, error.to_string()),
    };
    Audit {
        command: format!("{command:?}"),
        passed,
        output,
    }
}

impl Trial<'_> {
    /// Ends all faults, and measures for each node the time until a write through it
    /// succeeds. `None`: no write succeeded within the bound.
    pub(crate) fn recover(&mut self) -> Result<BTreeMap<u32, Option<f64>>, ClusterError> {
        self.watch()?;
        self.act(&Action::Resume)?;
        self.end_absence()?;
        self.cluster.mend();
        for node in self.cluster.ids() {
            self.cluster.start_node(node)?;
        }
        self.note("the faults are over");
        let begun = Instant::now();
        let mut first = BTreeMap::new();
        let id = self.plan.load.clients + 1;
        let mut client = Client::new(id, self.plan.load.timeout, Arc::clone(&self.recorder));
        let mut tries = 0;
        for node in self.nodes.clone() {
            self.show_progress("recovery");
            let mut seconds = None;
            while seconds.is_none() && begun.elapsed() < self.plan.recovery {
                tries += 1;
                let operation = Operation::Set {
                    value: format!("{id}.{tries}"),
                    condition: Condition::Always,
                };
                match client.call(node, "recovery", operation) {
                    Some(CallOutcome::Answered { .. }) => {
                        seconds = Some(begun.elapsed().as_secs_f64());
                    }
                    _ => thread::sleep(TICK),
                }
                self.watch()?;
            }
            first.insert(node.0, seconds);
        }
        Ok(first)
    }

    /// Reads each key through each node.
    pub(crate) fn read_all(&mut self) {
        let keys = self.recorder.keys();
        self.show_progress("final reads");
        let timeout = self.plan.load.timeout;
        let readers = (self.plan.load.clients + 2..).zip(self.nodes.clone());
        let threads: Vec<_> = readers
            .map(|(id, node)| {
                let mut client = Client::new(id, timeout, Arc::clone(&self.recorder));
                let keys = keys.clone();
                thread::spawn(move || {
                    let fails = |key: &&String| !reads(&mut client, node, key);
                    keys.iter().find(fails).map(|key| (node.0, key.clone()))
                })
            })
            .collect();
        for thread in threads {
            if let Ok(Some((node, key))) = thread.join() {
                let problem = format!("{key} could not be read through node {node} at the end");
                self.problems.push(problem);
            }
        }
    }

    /// Asks all nodes to end, and checks that they do so without an error.
    pub(crate) fn end(&mut self) -> Result<(), ClusterError> {
        self.watch()?;
        for node in self.cluster.ids() {
            let status = self.cluster.end(node, PATIENCE)?;
            let problem = match status {
                Some(status) if status.success() => continue,
                Some(status) => format!("node {node} ended with an error: {status}"),
                None => format!("node {node} did not end after SIGTERM"),
            };
            self.problems.push(problem);
        }
        Ok(())
    }

    /// Writes the history into the folder of the logs.
    pub(crate) fn keep(&self, history: &[Call]) -> Result<(), ClusterError> {
        let path = self.plan.setup.folder.join("history.jsonl");
        let written = File::create(&path).and_then(|file| {
            let file = BufWriter::new(file);
            history::write(history, file)
        });
        written.map_err(|error| ClusterError::File { path, error })
    }
}

/// Whether a key can be read through a node, in at most ten attempts.
fn reads(client: &mut Client, node: (u32, SocketAddr), key: &str) -> bool {
    (0..10).any(|_| {
        let outcome = client.call(node, key, Operation::Get);
        let is_read = matches!(outcome, Some(CallOutcome::Answered { .. }));
        if !is_read {
            thread::sleep(4 * TICK);
        }
        is_read
    })
}
