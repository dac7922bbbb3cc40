//! The outbox of a worker: for each other worker a packet that grows until it is full, and
//! the number of bytes that are on their way to it.

use super::packet::{self, Content, FULL, Packet, Record};
use super::progress::Exchanged;
use super::task::Task;
use super::topology::Topology;
use stateright::Model;
use synod_checker::fingerprint::Fingerprint;
use synod_checker::kernel::recent::Recent;

/// How many states that were sent are remembered for a moment, so that they are not sent again:
/// their owners have them already. With 16 bytes each they take 512 KiB, which fits into the
/// processor's own cache. Measured on paxos with four ballots and two workers: with eight times
/// as many slots a sixth fewer states are sent, and the run takes longer.
const RECENT: usize = 1 << 15;

/// The number of bytes that may be on their way to a worker, not yet acknowledged. Beyond
/// it the sender pauses, and leaves its states unexpanded for now. 1 MiB; less with more
/// than 64 workers.
pub(super) fn window(topology: Topology) -> u64 {
    let share = (64 << 20) / topology.peers() as u64;
    share.clamp(2 * FULL as u64, 1 << 20)
}

/// The packets to other workers; and, from a checkpoint, to this worker itself. It takes
/// [`FULL`] bytes for each worker; for each slow worker also a [`window`], and the
/// successors of a chunk of states.
pub(super) struct Outbox {
    topology: Topology,
    is_wide: bool,
    /// By worker, the packet that is growing.
    open: Vec<Packet>,
    /// Packets that can be sent.
    closed: Vec<Packet>,
    /// By worker, how much of the context was written to it already.
    written_context: Vec<Vec<u64>>,
    /// By worker, the number of bytes on their way to it.
    on_their_way: Vec<u64>,
    recent: Recent,
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
            written_context: vec![Vec::new(); topology.peers()],
            on_their_way: vec![0; topology.peers()],
            recent: Recent::new(RECENT),
            exchanged: Exchanged::default(),
        }
    }

    /// Sends a state to another worker, unless it was sent recently.
    pub(super) fn send<M: Model>(&mut self, task: &Task<M>, to: usize, record: &Record<M::State>) {
        if self.recent.rank_of(record.fingerprint).is_none() {
            self.recent.note(record.fingerprint, 0);
            self.exchanged.states += 1;
            self.put(task, to, record, |state, bytes| {
                (task.storage.write)(task.problem.model(), state, bytes);
            });
        }
    }

    /// Sends a state or a fingerprint of a checkpoint to its owner.
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

    /// Closes the packet for a worker: adds its context, and makes it ready to be sent.
    fn close<M: Model>(&mut self, task: &Task<M>, to: usize) {
        let mut packet = std::mem::replace(&mut self.open[to], empty(self.topology, to));
        if packet.records.is_empty() {
            return;
        }
        let is_remote = !self.topology.is_local(to);
        if is_remote {
            (task.storage.write_context)(
                task.problem.model(),
                &mut self.written_context[to],
                &mut packet.context,
            );
        }
        if to != self.topology.index {
            let bytes = packet.bytes();
            self.on_their_way[to] += bytes;
            self.exchanged.bytes += bytes;
            if is_remote {
                self.exchanged.bytes_abroad += bytes;
            }
        }
        self.closed.push(packet);
    }

    /// Closes the packets for all workers.
    pub(super) fn close_all<M: Model>(&mut self, task: &Task<M>) {
        for to in 0..self.topology.peers() {
            self.close(task, to);
        }
    }

    /// Takes the packets that can be sent.
    pub(super) fn take_closed(&mut self) -> Vec<Packet> {
        std::mem::take(&mut self.closed)
    }

    /// Whether some worker is so far behind that nothing more should be sent.
    pub(super) fn is_far_ahead(&self) -> bool {
        self.on_their_way
            .iter()
            .any(|&bytes| bytes > window(self.topology))
    }

    /// A worker has acknowledged this many bytes.
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
