//! The partition of one worker: the fingerprints of the states that it owns, those of
//! them that wait to be expanded, and what it is about to send.

use super::inbox::Inbox;
use super::outbox::Outbox;
use super::packet::{self, Content, Packet, Record};
use super::predecessors::Predecessors;
use super::progress::{Counted, Level};
use super::task::Task;
use super::topology::Topology;
use stateright::Model;
use std::hash::Hash;
use std::hint::black_box;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use synod_checker::kernel::expand::{Expander, expand_all};
use synod_checker::kernel::findings::LevelFindings;
use synod_checker::kernel::frontier::{CHUNK, Frontiers};
use synod_checker::kernel::tally::Tally;
use synod_checker::kernel::visited::Visited;
use synod_checker::panics;
use synod_checker::report::Reason;

/// How many records are looked up together, so that the memory answers for all
/// of them at once.
const TOGETHER: usize = 64;

/// A worker's partition of the states.
pub(super) struct Partition<M: Model> {
    pub(super) task: Arc<Task<M>>,
    pub(super) topology: Topology,
    pub(super) seen: Visited,
    pub(super) waiting: Frontiers<M>,
    incoming: Vec<M::State>,
    pub(super) inbox: Inbox,
    pub(super) outbox: Outbox,
    expander: Expander<M>,
    /// The states that it owns, and the initial states that it made.
    tally: Tally,
    new_states: u64,
    found: LevelFindings,
    /// The properties of which nothing is found yet.
    pub(super) open: Vec<usize>,
    pub(super) predecessors: Predecessors,
    memory: Option<u64>,
    /// The depth of the states that are being reached.
    depth: u32,
    reported: (u64, u64),
}

impl<M> Partition<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    pub(super) fn new(task: &Arc<Task<M>>, topology: Topology, predecessors: Predecessors) -> Self {
        let properties = task.problem.properties.len();
        Self {
            seen: Visited::new(task.hashing().is_wide()),
            waiting: Frontiers::new(&task.problem),
            incoming: Vec::new(),
            inbox: Inbox::new(topology),
            outbox: Outbox::new(topology, task.hashing().is_wide()),
            expander: Expander::new(&task.problem),
            tally: Tally::new(task.problem.extras.names().len()),
            new_states: 0,
            found: LevelFindings::nothing(properties),
            open: (0..properties).collect(),
            predecessors,
            memory: task.memory_of(topology),
            depth: 1,
            reported: (0, 0),
            topology,
            task: Arc::clone(task),
        }
    }

    /// The states that are reached from now on have this depth.
    pub(super) fn set_depth(&mut self, depth: u32) {
        self.depth = depth;
        self.predecessors.set_depth(depth);
    }

    /// Sends an initial state to its owner.
    pub(super) fn begin_with(&mut self, state: &M::State) {
        self.tally.generated += 1;
        let fingerprint = self.task.hashing().of(state);
        let pair = [fingerprint; 2];
        self.outbox.send(&self.task, state, pair, None);
    }

    /// Expands some of the states that wait and sends what was reached; whether
    /// there were any.
    pub(super) fn expand_some(&mut self) -> bool {
        let task = Arc::clone(&self.task);
        let Some(states) = self.waiting.pop(&task.problem) else {
            return false;
        };
        let expanded = self.expand_all(&task, &states);
        self.report(expanded);
        true
    }

    /// Expands these states, unless the run is stopped meanwhile; how many.
    fn expand_all(&mut self, task: &Task<M>, states: &[M::State]) -> u64 {
        let hashing = task.hashing();
        let (expanded, unexpandable) = expand_all(&task.problem, states, |state| {
            let from = hashing.of(state);
            let outbox = &mut self.outbox;
            self.expander.expand(&task.problem, state, |next, kind| {
                outbox.send(task, &next, [hashing.of(&next), from], kind);
            });
        });
        let unexpandable = unexpandable.into_iter();
        self.found
            .keep_unexpandable(unexpandable.map(|state| hashing.of(state)));
        expanded
    }

    /// Takes a packet in: states that are new wait for the next level. Of a run that
    /// is stopped meanwhile the rest is dropped, as states are that wait: judging
    /// what is on its way may take far longer than there is time.
    pub(super) fn receive(&mut self, packet: &Packet) {
        let task = Arc::clone(&self.task);
        if !self.inbox.open(&task, packet) {
            return self.stop(&ErrorKind::InvalidData.into());
        }
        let mut rest = &packet.records[..];
        let mut together = Vec::with_capacity(TOGETHER);
        while !rest.is_empty() && task.problem.limits.goes_on() {
            together.clear();
            while together.len() < TOGETHER && !rest.is_empty() {
                let Some(record) = packet::take(&mut rest, task.hashing().is_wide()) else {
                    return self.stop(&ErrorKind::InvalidData.into());
                };
                together.push(record);
            }
            let homes = together.iter();
            let homes = homes.map(|record| self.seen.touch(record.fingerprint));
            black_box(homes.fold(0, |all, home| all ^ home));
            for record in &together {
                self.receive_record(&task, packet, record);
            }
        }
        self.keep_within_memory(&task);
        self.report(0);
    }

    fn receive_record(&mut self, task: &Task<M>, packet: &Packet, record: &Record<'_>) {
        if !self.seen.is_new(record.fingerprint) {
            return;
        }
        match packet.content {
            Content::Seen => return,
            Content::Reached if !self.count(task, record) => return,
            Content::Reached | Content::Waiting => {}
        }
        let Some(state) = self.inbox.state_of(task, packet, record) else {
            return self.stop(&ErrorKind::InvalidData.into());
        };
        if packet.content == Content::Reached {
            let (found, open) = (&mut self.found, &self.open);
            let judge = || found.judge(&task.problem, open, record.fingerprint, &state);
            if panics::catch(judge).is_err() {
                self.found.keep_unjudgeable(Some(record.fingerprint));
            }
        }
        self.wait(task, state);
    }

    /// Counts a new state; false if it is one too many, or cannot be written down.
    fn count(&mut self, task: &Task<M>, record: &Record<'_>) -> bool {
        if !task.problem.limits.has_room_for_another() {
            return false;
        }
        self.new_states += 1;
        let tally = &mut self.tally;
        tally.new_states += 1;
        if let Some(reached) = record.kind.and_then(|kind| tally.reached.get_mut(kind)) {
            *reached += 1;
        }
        let written = self
            .predecessors
            .add(record.fingerprint, record.predecessor);
        if let Err(error) = &written {
            self.stop(error);
        }
        written.is_ok()
    }

    fn wait(&mut self, task: &Task<M>, state: M::State) {
        self.incoming.push(state);
        if self.incoming.len() == CHUNK {
            self.leave(task);
        }
    }

    /// Leaves the new states to wait.
    fn leave(&mut self, task: &Task<M>) {
        let these = size_of_val(&self.incoming[..]) as u64;
        let needed = self.seen.bytes_if_grown() + these;
        let is_short = |waiting| self.memory.is_some_and(|limit| needed + waiting > limit);
        self.waiting
            .leave(&task.problem, &mut self.incoming, is_short);
    }

    /// Past the limit states wait in the file; past what the fingerprints alone
    /// need, the run is over.
    fn keep_within_memory(&self, task: &Task<M>) {
        let (Some(limit), Some(of_all)) = (self.memory, &task.options.search.memory) else {
            return;
        };
        let needed = self.seen.bytes_if_grown();
        let waiting = self.waiting.bytes();
        if needed > limit {
            let reason = Reason::MemoryLimit(of_all.limit.clone());
            task.problem.progress.stop(reason);
        } else if waiting > 0 && needed + waiting > limit {
            self.waiting.store_all(&task.problem);
        }
    }

    fn stop(&self, error: &io::Error) {
        self.task.problem.progress.storage_failed(error);
    }

    /// All states of the level are here: they wait to be expanded.
    pub(super) fn end_level(&mut self, round: u32) -> Level {
        let task = Arc::clone(&self.task);
        self.leave(&task);
        self.predecessors.end_level();
        self.depth += 1;
        self.waiting.end_level(); // A run that was stopped leaves states behind.
        Level {
            round,
            new_states: std::mem::take(&mut self.new_states),
            waiting: self.waiting.current.len(),
            known: self.seen.len(),
            found: self.found.take(),
            counted: Counted {
                tally: self.tally(),
                exchanged: self.outbox.exchanged,
                stored: self.waiting.stored(),
            },
            ..Level::default()
        }
    }

    /// All that this worker has counted.
    fn tally(&self) -> Tally {
        let mut tally = self.tally.clone();
        tally.add(&self.expander.tally);
        tally
    }

    /// Tells those who watch.
    fn report(&mut self, expanded: u64) {
        let (states, generated) = self.reported;
        let now = (
            self.tally.new_states,
            self.tally.generated + self.expander.tally.generated,
        );
        let progress = &self.task.problem.progress;
        progress.add(now.0 - states, now.1 - generated, expanded, self.depth);
        self.reported = now;
    }
}
