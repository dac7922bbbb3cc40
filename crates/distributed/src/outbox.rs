//! What a worker is about to send: a packet for each worker, closed when it is
//! full, and how much is on its way to each.

use super::dedup::DedupCache;
use super::packet::{self, Content, FULL, Packet, Record};
use super::progress::Exchanged;
use super::task::Task;
use super::topology::Topology;
use stateright::Model;
use synod_checker::fingerprint::Fingerprint;

/// How many bytes may be on their way to a worker that has not
/// acknowledged them: past that, what is sent waits to be expanded instead. 1 MiB, with
/// more than 64 workers less.
pub(super) fn window(topology: Topology) -> u64 {
    let share = (64 << 20) / topology.peers() as u64;
    share.clamp(2 * FULL as u64, 1 << 20)
}

/// What goes to other workers, and of a checkpoint to this one itself. Some [`FULL`] bytes for
/// each worker, and a [`window`] and what a chunk of states leads to for each that
/// is slow.
pub(super) struct Outbox {
    topology: Topology,
    is_wide: bool,
    /// One for each worker.
    open: Vec<Packet>,
    /// Packets that are ready to go.
    closed: Vec<Packet>,
    /// What was told each worker of what states refer to.
    told: Vec<Vec<u64>>,
    /// By worker, the bytes on their way to it.
    on_their_way: Vec<u64>,
    dedup: DedupCache,
    pub(super) exchanged: Exchanged,
}

impl Outbox {
    pub(super) fn new(topology: Topology, is_wide: bool) -> Self {
        let empty = |to| empty(topology, to);
        Self {
            topology,
            is_wide,
            open: (0..topology.peers()).map(empty).collect(),
            closed: Vec::new(),
            told: vec![Vec::new(); topology.peers()],
            on_their_way: vec![0; topology.peers()],
            dedup: DedupCache::new(),
            exchanged: Exchanged::default(),
        }
    }

    /// Puts a state on its way to another worker, unless it was sent not long ago.
    pub(super) fn send<M: Model>(&mut self, task: &Task<M>, to: usize, record: &Record<M::State>) {
        if self.dedup.note(record.fingerprint) {
            self.exchanged.states += 1;
            self.put(task, to, record, |state, bytes| {
                (task.storage.write)(&task.problem.model, state, bytes);
            });
        }
    }

    /// Puts something of a checkpoint on its way to its owner.
    pub(super) fn forward<M: Model>(
        &mut self,
        task: &Task<M>,
        content: Content,
        fingerprint: Fingerprint,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        let to = self.topology.owner(fingerprint);
        if self.open[to].content != content {
            self.close(task, to);
            self.open[to].content = content;
        }
        let record = Record {
            fingerprint,
            predecessor: fingerprint,
            kind: None,
            state: (),
        };
        self.put(task, to, &record, |(), bytes| write(bytes));
    }

    fn put<M: Model, S>(
        &mut self,
        task: &Task<M>,
        to: usize,
        record: &Record<S>,
        write: impl FnOnce(&S, &mut Vec<u8>),
    ) {
        let records = &mut self.open[to].records;
        packet::put(records, self.is_wide, record, write);
        if records.len() >= FULL {
            self.close(task, to);
        }
    }

    /// A packet has everything that it needs to be understood.
    fn close<M: Model>(&mut self, task: &Task<M>, to: usize) {
        let mut packet = std::mem::replace(&mut self.open[to], empty(self.topology, to));
        if packet.records.is_empty() {
            return;
        }
        let is_abroad = !self.topology.is_near(to);
        if is_abroad {
            (task.storage.write_context)(
                &task.problem.model,
                &mut self.told[to],
                &mut packet.context,
            );
        }
        if to != self.topology.index {
            let bytes = packet.bytes();
            self.on_their_way[to] += bytes;
            self.exchanged.bytes += bytes;
            if is_abroad {
                self.exchanged.bytes_abroad += bytes;
            }
        }
        self.closed.push(packet);
    }

    /// Closes what is left.
    pub(super) fn close_all<M: Model>(&mut self, task: &Task<M>) {
        for to in 0..self.topology.peers() {
            self.close(task, to);
        }
    }

    /// What is ready to go.
    pub(super) fn take_closed(&mut self) -> Vec<Packet> {
        std::mem::take(&mut self.closed)
    }

    /// Whether so much is on its way to a worker that no more should follow.
    pub(super) fn is_far_ahead(&self) -> bool {
        self.on_their_way
            .iter()
            .any(|&bytes| bytes > window(self.topology))
    }

    /// A worker has taken so many bytes.
    pub(super) fn acknowledge(&mut self, by: usize, bytes: u64) {
        if let Some(on_its_way) = self.on_their_way.get_mut(by) {
            *on_its_way = on_its_way.saturating_sub(bytes);
        }
    }
}

fn empty(topology: Topology, to: usize) -> Packet {
    Packet {
        to: to as u32,
        from: topology.index as u32,
        ..Packet::default()
    }
}
