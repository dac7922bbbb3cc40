//! Checkpoints: each worker writes a shard, a file of its own, at the end of the same
//! level.
//!
//! A shard is written to a temporary file, which is renamed once it is safe on disk, as the
//! checkpoints of the engine `levels` are. The shards of the previous checkpoint stay until
//! all workers have reported that their shards of the new one are written. So once there
//! is a complete checkpoint, there always is one, whenever a process ends.
//!
//! Each process reads the shards in its own folder, whichever workers own their states
//! now: with another number of workers the states have other owners, and are sent to them.
//! If processes share a folder, the first of them reads it.

use super::packet::Content;
use super::partition::Partition;
use super::predecessors::Index;
use super::progress::{EarlierRun, Remote, RunProgress};
use super::shards::{Shard, is_predecessors, note_whole, remove, shards, was_whole};
use super::topology::Topology;
use serde::{Deserialize, Serialize};
use stateright::Model;
use std::fs;
use std::hash::Hash;
use std::io;
use std::time::Instant;
use synod_checker::kernel::checkpoint::{CheckpointReader, Magic, PORTION, Writer};
use synod_checker::kernel::files::{Unfinished, folder, remove_left};
use synod_checker::progress::Progress;
use synod_checker::{CheckError, Checkpointing, Dictionary, Identity, Reason, Storage, Unusable};

/// The first bytes of a shard.
const MAGIC: Magic = *b"synodpt\x05";

/// The header of a shard, before its states and fingerprints.
#[derive(Serialize, Deserialize)]
struct Header {
    /// The shard that it is: its file may have been renamed.
    shard: Shard,
    progress: RunProgress,
    index: Index,
}

/// A shard that is being read.
struct ShardReader<M: Model> {
    file: CheckpointReader,
    dictionary: Dictionary,
    storage: Storage<M>,
    /// The number of states that are left to be read.
    waiting: u64,
    /// The number of fingerprints that are left to be read; none if it was not read yet.
    fingerprints: Option<u64>,
}

/// The checkpoints of one worker.
pub(super) struct Checkpoints<M: Model> {
    to: Option<Checkpointing>,
    identity: Identity,
    /// The time of the last checkpoint, or of the beginning.
    last: Instant,
    /// The last round after which this worker has written a shard.
    pub(super) saved: Option<u32>,
    /// The last round after whose checkpoint older ones were removed.
    tidied: Option<u32>,
    /// The shard that this worker has written last.
    shard: Option<Shard>,
    /// The progress of an earlier run, as the shards say; taken once it is reported.
    pub(super) resumed: Option<RunProgress>,
    readers: Vec<ShardReader<M>>,
    is_resuming: bool,
    /// What other processes had counted when that was reported last.
    others: Remote,
}

impl<M> Checkpoints<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    /// The checkpoints of a run with this identity.
    pub(super) fn new(to: Option<Checkpointing>, identity: Identity) -> Self {
        Self {
            to,
            identity,
            last: Instant::now(),
            saved: None,
            tidied: None,
            shard: None,
            resumed: None,
            readers: Vec::new(),
            is_resuming: false,
            others: Remote::default(),
        }
    }

    /// Opens the shards that this worker reads. Other workers read the others.
    ///
    /// # Errors
    /// A shard cannot be used.
    pub(super) fn resume(
        &mut self,
        partition: &mut Partition<M>,
        depth: u32,
        shards: &[Shard],
    ) -> Result<(), CheckError> {
        self.is_resuming = true;
        let Some(to) = self.to.clone() else {
            return Ok(());
        };
        // Deeper shards belong to an incomplete checkpoint. They are removed, lest a later
        // run take them for parts of a checkpoint of this run.
        if partition.topology.is_first_here() {
            remove(&to, |shard| shard.depth > depth);
        }
        for shard in shards {
            match self.open(partition, *shard, &to) {
                // The run was stopped: the other shards are not read.
                Err(Unusable::Stopped) => break,
                opened => opened.map_err(|why| CheckError::Checkpoint {
                    file: shard.file(&to),
                    why,
                })?,
            }
        }
        Ok(())
    }

    fn open(
        &mut self,
        partition: &mut Partition<M>,
        shard: Shard,
        to: &Checkpointing,
    ) -> Result<(), Unusable> {
        let problem = &partition.task.problem;
        let mut file =
            CheckpointReader::open(&shard.file(to), MAGIC, &|| problem.limits.goes_on())?;
        let header: Header = file.header(&self.identity)?;
        if header.shard != shard {
            return Err(Unusable::Misnamed(header.shard.end()));
        }
        partition
            .owned
            .predecessors
            .take_over(&header.index, folder(to))?;
        self.resumed = Some(header.progress);
        let storage = partition.task.storage;
        let dictionary = file.context(problem.model(), &storage)?;
        let waiting = file.number()?;
        self.readers.push(ShardReader {
            file,
            dictionary,
            storage,
            waiting,
            fingerprints: None,
        });
        Ok(())
    }

    /// The error of a checkpoint whose shards do not belong together.
    pub(super) fn inconsistent(&self) -> CheckError {
        let file = self.to.as_ref().map(|to| to.file.clone());
        CheckError::Checkpoint {
            file: file.unwrap_or_default(),
            why: Unusable::PartsDiffer,
        }
    }

    /// Whether this run resumes from a checkpoint.
    pub(super) const fn is_resuming(&self) -> bool {
        self.is_resuming
    }

    /// Reads a portion of a shard and sends it to its owners; returns whether there is more.
    pub(super) fn forward_some(&mut self, partition: &mut Partition<M>) -> bool {
        let Some(reader) = self.readers.last_mut() else {
            return false;
        };
        match reader.forward(partition) {
            Ok(true) => {}
            Ok(false) => {
                self.readers.pop();
            }
            Err(error) => {
                let reason = Reason::Storage(error.to_string());
                partition.task.problem.progress.stop(reason);
                self.readers.clear();
            }
        }
        !self.readers.is_empty()
    }

    /// Whether it is time for a checkpoint. The first worker decides it for all.
    pub(super) fn is_time(&self, topology: Topology) -> bool {
        let is_time = |to: &Checkpointing| self.last.elapsed() >= to.every;
        topology.index == 0 && self.to.as_ref().is_some_and(is_time)
    }

    /// Writes a shard of this worker.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn save(
        &mut self,
        partition: &mut Partition<M>,
        progress: &RunProgress,
        round: u32,
    ) -> io::Result<()> {
        let Some(to) = self.to.clone() else {
            return Ok(());
        };
        let shard = Shard {
            depth: progress.levels.len() as u32,
            part: partition.topology.index as u32,
            of: partition.topology.peers() as u32,
        };
        self.last = Instant::now();
        self.drop_incomplete(&to);
        fs::create_dir_all(folder(&to))?;
        let header = Header {
            shard,
            progress: progress.clone(),
            index: partition.owned.predecessors.index()?.clone(),
        };
        let (depth, number, of) = (shard.depth, shard.part, shard.of);
        let (beside, file) = Unfinished::create(&to, &format!(".{depth}-{number}-{of}"))?;
        let mut file = Writer::begin(file, MAGIC)?;
        file.header(&self.identity, &header)?;
        write_states(partition, &mut file)?;
        file.finish()?;
        beside.place(&shard.file(&to))?;
        (self.saved, self.shard) = (Some(round), Some(shard));
        Ok(())
    }

    /// Removes this worker's last shard if its checkpoint is incomplete, because another
    /// worker could not write its own: the disk may be full.
    fn drop_incomplete(&mut self, to: &Checkpointing) {
        if self.tidied != self.saved
            && let Some(shard) = self.shard.take()
        {
            // A shard that cannot be removed does no harm without the others.
            let _ = fs::remove_file(shard.file(to));
        }
    }

    /// Removes older checkpoints, once all workers have saved their shards of the last one.
    pub(super) fn tidy_up(&mut self, all_saved: Option<u32>, topology: Topology) {
        let (Some(to), Some(shard), true) = (
            &self.to,
            self.shard,
            self.saved.is_some() && all_saved == self.saved && self.tidied != self.saved,
        ) else {
            return;
        };
        // Deeper shards stay: other workers may have written their next ones already.
        let is_old = |old: &Shard| {
            old.depth < shard.depth || (old.depth == shard.depth && old.of != shard.of)
        };
        if topology.is_first_here() && note_whole(to).is_ok() {
            remove(to, is_old);
        }
        self.tidied = self.saved;
    }

    /// Adds what other processes and earlier runs have done to the progress that this
    /// process shows.
    pub(super) fn report_others(&mut self, progress: &Progress, remote: Remote, depth: u32) {
        let generated = remote.generated.saturating_sub(self.others.generated);
        progress.add(remote.states, generated, self.others.waiting, depth);
        let EarlierRun {
            states,
            generated,
            expanded,
        } = remote.earlier;
        progress.add(states, generated, expanded, depth);
        progress.reserve_states(states);
        self.others = remote;
    }
}

impl<M> ShardReader<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    /// Sends a portion; returns whether there is more. States come first: if the fingerprint
    /// of a state came before it, the state would be taken for visited.
    fn forward(&mut self, partition: &mut Partition<M>) -> Result<bool, Unusable> {
        let Partition { task, outbox, .. } = partition;
        let (model, hashing) = (task.problem.model(), task.hashing());
        if self.waiting > 0 {
            let states = self.file.waiting(model, &self.storage, &self.dictionary)?;
            for state in &states {
                let fingerprint = task.problem.fingerprint(hashing, state);
                outbox.forward(task, Content::Frontiers, fingerprint, |bytes| {
                    (task.storage.write)(model, state, bytes);
                });
            }
            self.waiting = self.waiting.saturating_sub(states.len() as u64);
            return Ok(true);
        }
        let left = match self.fingerprints {
            Some(left) => left,
            None => self.file.number()?,
        };
        let portion = left.min(PORTION);
        for _ in 0..portion {
            let fingerprint = self.file.fingerprint(task.is_wide())?;
            outbox.forward(task, Content::Seen, fingerprint, |_| {});
        }
        self.fingerprints = Some(left - portion);
        Ok(left > portion)
    }
}

/// Removes the predecessors of runs that have ended before they had a checkpoint. If there
/// is a shard, or ever was a complete checkpoint, nothing is removed: a shard that is
/// elsewhere may refer to the predecessors.
pub(super) fn remove_orphaned_predecessors(to: &Checkpointing) {
    let is_empty = shards(to).is_ok_and(|shards| shards.is_empty());
    if is_empty && !was_whole(to) {
        remove_left(to, is_predecessors);
    }
}

/// Writes the context of the states, the frontier, and the visited set.
fn write_states<M: Model>(partition: &Partition<M>, file: &mut Writer) -> io::Result<()> {
    let task = &partition.task;
    let (problem, owned) = (&task.problem, &partition.owned);
    let (visited, waiting) = (&owned.visited, &owned.waiting.current);
    file.context(problem.model(), &task.storage)?;
    file.waiting(problem, &task.storage, waiting)?;
    let is_wide = task.is_wide();
    file.visited(problem, visited, |file, (fingerprint, _)| {
        fingerprint.write_to(file, is_wide)
    })
}
