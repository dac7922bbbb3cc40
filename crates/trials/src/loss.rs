//! Losses of ledgers: the ledger is wiped, or replaced by an older copy.
//!
//! A node whose ledger is lost must refuse to take part, and report the loss. It learns
//! of the loss from the other nodes, so no other fault is injected during a loss. The
//! clients go on. Afterwards the node comes back in one of two ways:
//!
//! * All other nodes run and answer it, so that it takes part again by itself.
//! * Another node is down, so that it must go on refusing, and the lost ledger is put back.
//!   It is always so with traces: the trace of the lost ledger has votes that would then be
//!   in no ledger, and the audit would report them.

use crate::cluster::ClusterError;
use crate::faults::{Action, Loss};
use crate::trial::{PATIENCE, TICK, Trial};
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How long a node goes on after its ledger was copied, so that the copy becomes older.
const OLDER: Duration = Duration::from_secs(1);

/// The field of INFO in which a node reports the ledger that it has lost.
const LOST: &str = "lost_ledger";

/// The field of INFO in which a node reports how many lost ledgers its own replaces.
const REPLACED: &str = "replaced_ledgers";

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
        self.start_without_its_ledger(node, &lost, 0)
    }

    fn restore(&mut self, node: u32) -> Result<(), ClusterError> {
        let folder = self.cluster.folder(node);
        let (older, lost) = (
            folder.with_extension("older"),
            folder.with_extension("lost"),
        );
        let replaced = self.replaced(node).unwrap_or_default();
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
        self.start_without_its_ledger(node, &lost, replaced)
    }

    /// Starts a node without its ledger, which is in `lost`. The ledger that it has instead replaces
    /// so many others.
    fn start_without_its_ledger(
        &mut self,
        node: u32,
        lost: &Path,
        replaced: u64,
    ) -> Result<(), ClusterError> {
        let mut others = self.cluster.ids().into_iter().filter(|id| *id != node);
        let absent = others.next().filter(|_| self.plan.setup.has_traces);
        if let Some(absent) = absent {
            self.note(&format!("node {absent} ends meanwhile"));
            self.cluster.end(absent, PATIENCE)?;
        }
        self.cluster.start_node(node)?;
        let is_refused = self.refuses(node, replaced);
        if absent.is_none() && is_refused && self.takes_part_again(node, replaced) {
            return remove(lost);
        }
        self.put_back(node, lost)?;
        absent.map_or(Ok(()), |absent| self.cluster.start_node(absent))
    }

    fn put_back(&mut self, node: u32, lost: &Path) -> Result<(), ClusterError> {
        let folder = self.cluster.folder(node);
        self.cluster.kill(node)?;
        remove(&folder)?;
        rename(lost, &folder)?;
        self.note(&format!("node {node} has its ledger back"));
        self.cluster.start_node(node)
    }

    fn replaced(&self, node: u32) -> Option<u64> {
        self.cluster.info(node, REPLACED)?.parse().ok()
    }

    /// Waits until a node reports that it has lost its ledger, and thereby that it does
    /// not vote, or that it did so and takes part again.
    fn refuses(&mut self, node: u32, replaced: u64) -> bool {
        let has_lost = |trial: &Self| trial.cluster.info(node, LOST).filter(|id| !id.is_empty());
        let has_replaced = |trial: &Self| trial.replaced(node).is_some_and(|now| now > replaced);
        let reported = |trial: &Self| {
            let lost = has_lost(trial);
            lost.or_else(|| has_replaced(trial).then(String::new))
        };
        match self.until(reported) {
            None => {
                let log = self.cluster.log_end(node);
                let problem = format!("node {node} takes part although its ledger is lost:\n{log}");
                self.problems.push(problem);
                false
            }
            Some(lost) => {
                self.note(&format!(
                    "node {node} refuses to vote: it has lost its ledger {lost}"
                ));
                true
            }
        }
    }

    /// Waits until a node that has lost its ledger takes part again, because all others have answered.
    fn takes_part_again(&mut self, node: u32, replaced: u64) -> bool {
        let is_so = |trial: &Self| trial.replaced(node).filter(|now| *now > replaced);
        let takes_part = self.until(is_so).is_some();
        if takes_part {
            self.note(&format!("node {node} takes part again"));
        } else {
            let log = self.cluster.log_end(node);
            self.problems.push(format!(
                "node {node} does not take part again, although all others run:\n{log}"
            ));
        }
        takes_part
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
