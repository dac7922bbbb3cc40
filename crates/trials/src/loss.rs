//! Losses of ledgers: the ledger is wiped, or replaced by an older copy.
//!
//! A node whose ledger is lost must refuse to take part, and report the loss. It learns
//! of the loss from the other nodes, so all others run and no other fault is injected
//! during a loss. The clients go on. Afterwards the node comes back in one of two ways:
//!
//! * The lost ledger is put back.
//! * The loss is accepted. That is sound after a write through another node has
//!   succeeded and the node has learnt all that was law then. For before that write, a
//!   new president has asked all others for their votes, and has passed every decree that
//!   the lost ledger can have helped to pass.

use crate::cluster::ClusterError;
use crate::faults::{Action, Loss};
use crate::trial::{PATIENCE, TICK, Trial};
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};
use synod_resp::Reply;

/// How long a node goes on after its ledger was copied, so that the copy becomes older.
const OLDER: Duration = Duration::from_secs(1);

/// The field of INFO in which a node reports the ledger that it has lost.
const LOST: &str = "lost_ledger";

impl Trial<'_> {
    /// Loses the ledger of a node, and lets the node come back. Failures of the nodes are
    /// recorded as problems.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written, or a process cannot be started or killed.
    pub fn lose(&mut self, loss: Loss, node: u32) -> Result<(), ClusterError> {
        self.watch()?;
        self.act(&Action::Resume)?;
        self.cluster.mend();
        for id in self.cluster.ids() {
            self.cluster.start_node(id)?;
        }
        if self.all_serve("before a ledger was lost")? {
            self.note(&format!("{loss} of node {node}"));
            *self.faults.losses.entry(loss).or_default() += 1;
            match loss {
                Loss::Wiped => self.wipe(node)?,
                Loss::Restored => self.restore(node)?,
            }
            self.all_serve(&format!("after a {loss} of node {node}"))?;
        }
        Ok(())
    }

    fn wipe(&mut self, node: u32) -> Result<(), ClusterError> {
        let folder = self.cluster.folder(node);
        let lost = folder.with_extension("lost");
        self.cluster.kill(node)?;
        rename(&folder, &lost)?;
        self.cluster.start_node(node)?;
        let Some(id) = self.refuses(node) else {
            return self.put_back(node, &lost);
        };
        // With traces the loss is never accepted: the traces have votes that would then be
        // in no ledger, and the audit would report them.
        if self.plan.setup.has_traces || !self.learns(node) {
            return self.put_back(node, &lost);
        }
        self.note(&format!(
            "node {node} has learnt the law, and accepts its loss"
        ));
        self.cluster.kill(node)?;
        self.cluster
            .start_with(node, &[&format!("--accept-loss={id}")])?;
        remove(&lost)
    }

    fn restore(&mut self, node: u32) -> Result<(), ClusterError> {
        let folder = self.cluster.folder(node);
        let (older, lost) = (
            folder.with_extension("older"),
            folder.with_extension("lost"),
        );
        self.cluster.end(node, PATIENCE)?;
        copy(&folder, &older)?;
        self.cluster.start_node(node)?;
        if !self.all_serve("after a ledger was copied")? {
            return remove(&older);
        }
        thread::sleep(OLDER);
        self.cluster.kill(node)?;
        rename(&folder, &lost)?;
        rename(&older, &folder)?;
        self.cluster.start_node(node)?;
        self.refuses(node);
        self.put_back(node, &lost)
    }

    fn put_back(&mut self, node: u32, lost: &Path) -> Result<(), ClusterError> {
        let folder = self.cluster.folder(node);
        self.cluster.kill(node)?;
        remove(&folder)?;
        rename(lost, &folder)?;
        self.note(&format!("node {node} has its ledger back"));
        self.cluster.start_node(node)
    }

    /// Waits until a node reports that it has lost its ledger, and thereby that it does
    /// not vote. Returns the id of the lost ledger.
    fn refuses(&mut self, node: u32) -> Option<String> {
        let reported = |trial: &Self| trial.cluster.info(node, LOST).filter(|id| !id.is_empty());
        let lost = self.until(reported);
        match &lost {
            None => {
                let log = self.cluster.log_end(node);
                let problem = format!("node {node} takes part although its ledger is lost:\n{log}");
                self.problems.push(problem);
            }
            Some(lost) => self.note(&format!(
                "node {node} refuses to vote: it has lost ledger {lost}"
            )),
        }
        lost
    }

    /// Waits until a node that has lost its ledger knows everything that was law after a
    /// write through another node.
    fn learns(&mut self, node: u32) -> bool {
        let others = self.cluster.ids().into_iter().filter(|id| *id != node);
        let law = |trial: &Self, id| trial.cluster.info(id, "law_length")?.parse::<u64>().ok();
        let Some(other) = others.min() else {
            return false;
        };
        let length = self.until(|trial| {
            let reply = trial.cluster.ask(other, &["SET", "synod-trials", "x"]);
            let is_written = matches!(reply, Ok(Reply::Simple(_)));
            law(trial, other).filter(|_| is_written)
        });
        let is_as_long = |trial: &Self| law(trial, node).filter(|its| Some(*its) >= length);
        let has_learnt = length.is_some() && self.until(is_as_long).is_some();
        if !has_learnt {
            let problem = format!("node {node}, which only learns, has not learnt the law in time");
            self.problems.push(problem);
        }
        has_learnt
    }

    /// Whether all nodes serve in time. A node that does not is recorded as a problem.
    fn all_serve(&mut self, when: &str) -> Result<bool, ClusterError> {
        match self
            .cluster
            .wait_until_serving(&self.cluster.ids(), PATIENCE)
        {
            Ok(()) => Ok(true),
            Err(error @ ClusterError::NotServing { .. }) => {
                self.problems.push(format!("{when}: {error}"));
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Asks repeatedly, for at most [`PATIENCE`], until there is an answer.
    fn until<T>(&self, ask: impl Fn(&Self) -> Option<T>) -> Option<T> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let answer = ask(self);
            if answer.is_some() {
                return answer;
            }
            thread::sleep(TICK);
        }
        None
    }
}

fn rename(from: &Path, to: &Path) -> Result<(), ClusterError> {
    fs::rename(from, to).map_err(|error| ClusterError::file(from, error))
}

fn remove(folder: &Path) -> Result<(), ClusterError> {
    fs::remove_dir_all(folder).map_err(|error| ClusterError::file(folder, error))
}

/// Copies the files of a folder and the folder's mode. The node must not run.
fn copy(from: &Path, to: &Path) -> Result<(), ClusterError> {
    let copied = || {
        fs::create_dir(to)?;
        for file in fs::read_dir(from)? {
            let file = file?;
            if file.file_type()?.is_file() {
                fs::copy(file.path(), to.join(file.file_name()))?;
            }
        }
        fs::set_permissions(to, fs::metadata(from)?.permissions())
    };
    copied().map_err(|error| ClusterError::file(from, error))
}
