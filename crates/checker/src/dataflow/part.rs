//! What one worker has: the fingerprints of the states that it owns, those of
//! them that wait to be expanded, and what it is about to send.

use super::packet::{self, Content, FULL, Packet, Record};
use super::place::Place;
use super::standing::{Counted, Level};
use super::task::Task;
use super::trail::Trail;
use crate::fingerprint::Fingerprint;
use crate::levels::frontier::{CHUNK, Frontier};
use crate::levels::tally::Tally;
use crate::levels::visited::Seen;
use crate::options::Dictionary;
use crate::properties::is_found;
use crate::report::Reason;
use stateright::Model;
use std::hash::Hash;
use std::hint::black_box;
use std::io::{self, ErrorKind};
use std::sync::Arc;

/// How many records are looked up together, so that the memory answers for all
/// of them at once.
const TOGETHER: usize = 64;

/// How many bytes may be on their way to a worker that has not said that it has
/// taken them: past that, what is sent waits to be expanded instead.
const WINDOW: u64 = 1 << 20;

/// After how many bytes a worker says that it has taken them.
const TAKEN: u64 = WINDOW / 16;

/// A worker's part of the search.
pub(super) struct Part<M: Model> {
    pub(super) task: Arc<Task<M>>,
    pub(super) place: Place,
    pub(super) seen: Seen,
    /// The states of the last level that is whole.
    pub(super) current: Frontier<M>,
    /// Those of the level that is being reached.
    pub(super) next: Frontier<M>,
    incoming: Vec<M::State>,
    /// One for each worker.
    outgoing: Vec<Packet>,
    /// What was told each worker of what states refer to.
    told: Vec<Vec<u64>>,
    /// What each worker has told.
    dictionaries: Vec<Dictionary>,
    /// By worker, the bytes on their way to it.
    on_their_way: Vec<u64>,
    /// By worker, the bytes taken from it of which it does not know.
    taken: Vec<u64>,
    /// Packets that are ready to go.
    full: Vec<Packet>,
    actions: Vec<M::Action>,
    pub(super) counted: Counted,
    new_states: u64,
    found: Vec<Option<Fingerprint>>,
    /// The properties of which nothing is found yet.
    pub(super) open: Vec<usize>,
    pub(super) trail: Trail,
    memory: Option<u64>,
    /// The depth of the states that are being reached.
    depth: u32,
    reported: (u64, u64),
}

impl<M> Part<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    pub(super) fn new(task: &Arc<Task<M>>, place: Place, trail: Trail) -> Self {
        let packet = |to| Packet {
            to: to as u32,
            from: place.index as u32,
            ..Packet::default()
        };
        let properties = task.properties.len();
        Self {
            seen: Seen::new(task.hashing.is_wide()),
            current: Frontier::new(Some(task.storage)),
            next: Frontier::new(Some(task.storage)),
            incoming: Vec::new(),
            outgoing: (0..place.peers()).map(packet).collect(),
            told: vec![Vec::new(); place.peers()],
            dictionaries: vec![Dictionary::new(); place.peers()],
            on_their_way: vec![0; place.peers()],
            taken: vec![0; place.peers()],
            full: Vec::new(),
            actions: Vec::new(),
            counted: Counted {
                tally: Tally::new(task.extras.names().len()),
                ..Counted::default()
            },
            new_states: 0,
            found: vec![None; properties],
            open: (0..properties).collect(),
            trail,
            memory: task.memory_of(place),
            depth: 1,
            reported: (0, 0),
            place,
            task: Arc::clone(task),
        }
    }

    /// The states that are reached from now on have this depth.
    pub(super) fn set_depth(&mut self, depth: u32) {
        self.depth = depth;
        self.trail.set_depth(depth);
    }

    /// Sends the initial states to their owners. One worker does.
    pub(super) fn begin(&mut self) {
        let task = Arc::clone(&self.task);
        for state in task.model.init_states() {
            if task.model.within_boundary(&state) {
                self.counted.tally.generated += 1;
                let fingerprint = task.hashing.of(&state);
                self.send(&state, [fingerprint; 2], None);
            }
        }
    }

    /// Expands some of the states that wait and sends what was reached; whether
    /// there were any.
    pub(super) fn expand_some(&mut self) -> bool {
        let task = Arc::clone(&self.task);
        let states = match self.current.pop(&task.model) {
            Ok(Some(states)) => states,
            Ok(None) => return false,
            Err(error) => {
                task.progress.stop(Reason::Storage(error.kind()));
                return false;
            }
        };
        for state in &states {
            self.expand(&task, state);
        }
        self.report(states.len() as u64);
        true
    }

    fn expand(&mut self, task: &Task<M>, state: &M::State) {
        let from = task.hashing.of(state);
        let mut actions = std::mem::take(&mut self.actions);
        task.model.actions(state, &mut actions);
        let mut successors = 0;
        for action in actions.drain(..) {
            let kind = task.extras.kind(&task.model, &action);
            let Some(next) = task.model.next_state(state, action) else {
                continue;
            };
            if !task.model.within_boundary(&next) {
                continue;
            }
            successors += 1;
            if let Some(kind) = kind {
                self.counted.tally.enabled[kind] += 1;
            }
            self.send(&next, [task.hashing.of(&next), from], kind);
        }
        self.actions = actions;
        self.counted.tally.generated += successors as u64;
        self.counted.tally.branching.add(successors);
    }

    /// Puts a state on its way to its owner.
    fn send(&mut self, state: &M::State, pair: [Fingerprint; 2], kind: Option<usize>) {
        let task = &self.task;
        let to = self.place.owner(pair[0]);
        let records = &mut self.outgoing[to].records;
        packet::put(records, task.hashing.is_wide(), pair, kind, |bytes| {
            (task.storage.write)(&task.model, state, bytes);
        });
        if to != self.place.index {
            self.counted.exchanged.states += 1;
        }
        if records.len() >= FULL {
            self.close_packet(to);
        }
    }

    /// A packet has everything that it needs to be understood.
    pub(super) fn close_packet(&mut self, to: usize) {
        let empty = Packet {
            to: to as u32,
            from: self.place.index as u32,
            ..Packet::default()
        };
        let mut packet = std::mem::replace(&mut self.outgoing[to], empty);
        if packet.records.is_empty() {
            return;
        }
        let task = &self.task;
        if !self.place.is_near(to) {
            (task.storage.write_context)(&task.model, &mut self.told[to], &mut packet.context);
        }
        if to != self.place.index {
            let bytes = packet.bytes();
            self.on_their_way[to] += bytes;
            self.counted.exchanged.bytes += bytes;
            if !self.place.is_near(to) {
                self.counted.exchanged.bytes_abroad += bytes;
            }
        }
        self.full.push(packet);
    }

    /// Whether so much is on its way to somebody that no more should follow.
    pub(super) fn is_far_ahead(&self) -> bool {
        self.on_their_way.iter().any(|&bytes| bytes > WINDOW)
    }

    /// A worker has taken so many bytes.
    pub(super) fn hear_of_taken(&mut self, by: usize, bytes: u64) {
        self.on_their_way[by] = self.on_their_way[by].saturating_sub(bytes);
    }

    /// From whom a good deal was taken since he was told, and how much.
    pub(super) fn take_taken(&mut self) -> Vec<(usize, u64)> {
        let taken = self.taken.iter_mut().enumerate();
        let much = taken.filter(|(_, bytes)| **bytes >= TAKEN);
        much.map(|(from, bytes)| (from, std::mem::take(bytes)))
            .collect()
    }

    /// What is ready to go.
    pub(super) fn take_full(&mut self) -> std::vec::Drain<'_, Packet> {
        self.full.drain(..)
    }

    /// What is left of it.
    pub(super) fn close_packets(&mut self) {
        for to in 0..self.place.peers() {
            self.close_packet(to);
        }
    }

    /// Puts something of a checkpoint on its way, if it is not this worker's.
    pub(super) fn forward(
        &mut self,
        content: Content,
        fingerprint: Fingerprint,
        write: impl FnOnce(&Task<M>, &mut Vec<u8>),
    ) {
        let to = self.place.owner(fingerprint);
        if self.outgoing[to].content != content {
            self.close_packet(to);
            self.outgoing[to].content = content;
        }
        let task = Arc::clone(&self.task);
        let records = &mut self.outgoing[to].records;
        let pair = [fingerprint; 2];
        packet::put(records, task.hashing.is_wide(), pair, None, |bytes| {
            write(&task, bytes);
        });
        if records.len() >= FULL {
            self.close_packet(to);
        }
    }

    /// Takes a packet in: states that are new wait for the next level.
    pub(super) fn settle(&mut self, packet: &Packet) {
        let task = Arc::clone(&self.task);
        let from = packet.from as usize;
        if from != self.place.index {
            self.taken[from] += packet.bytes();
        }
        if !packet.context.is_empty()
            && !(task.storage.read_context)(
                &task.model,
                &mut self.dictionaries[from],
                &packet.context,
            )
        {
            return self.stop(ErrorKind::InvalidData);
        }
        let mut rest = &packet.records[..];
        let mut together = Vec::with_capacity(TOGETHER);
        while !rest.is_empty() {
            together.clear();
            while together.len() < TOGETHER && !rest.is_empty() {
                let Some(record) = packet::take(&mut rest, task.hashing.is_wide()) else {
                    return self.stop(ErrorKind::InvalidData);
                };
                together.push(record);
            }
            let homes = together.iter();
            let homes = homes.map(|record| self.seen.touch(record.fingerprint));
            black_box(homes.fold(0, |all, home| all ^ home));
            for record in &together {
                self.settle_record(&task, packet, record);
            }
        }
        self.keep_within_memory(&task);
        self.report(0);
    }

    fn settle_record(&mut self, task: &Task<M>, packet: &Packet, record: &Record<'_>) {
        if !self.seen.is_new(record.fingerprint) {
            return;
        }
        match packet.content {
            Content::Seen => {}
            Content::Reached => {
                if !task.limits.has_room_for_another() {
                    return;
                }
                self.new_states += 1;
                self.counted.tally.new_states += 1;
                if let Some(reached) = record
                    .kind
                    .and_then(|k| self.counted.tally.reached.get_mut(k))
                {
                    *reached += 1;
                }
                let (state, from) = (record.fingerprint, record.predecessor);
                if let Err(error) = self.trail.add(state, from) {
                    return self.stop(error.kind());
                }
                if let Some(state) = self.state_of(task, packet, record) {
                    self.judge(task, record.fingerprint, &state);
                    self.wait(task, state);
                }
            }
            Content::Waiting => {
                if let Some(state) = self.state_of(task, packet, record) {
                    self.wait(task, state);
                }
            }
        }
    }

    fn state_of(
        &mut self,
        task: &Task<M>,
        packet: &Packet,
        record: &Record<'_>,
    ) -> Option<M::State> {
        let (from, mut bytes) = (packet.from as usize, record.state);
        let state = if self.place.is_near(from) {
            (task.storage.read_own)(&task.model, &mut bytes)
        } else {
            (task.storage.read)(&task.model, &self.dictionaries[from], &mut bytes)
        };
        if state.is_none() {
            self.stop(ErrorKind::InvalidData);
        }
        state
    }

    fn judge(&mut self, task: &Task<M>, fingerprint: Fingerprint, state: &M::State) {
        for &bit in &self.open {
            if is_found(&task.model, &task.properties[bit], state) {
                let found = &mut self.found[bit];
                let known = found.unwrap_or(fingerprint);
                *found = Some(known.min(fingerprint));
            }
        }
    }

    fn wait(&mut self, task: &Task<M>, state: M::State) {
        self.incoming.push(state);
        if self.incoming.len() == CHUNK {
            self.leave(task);
        }
    }

    /// Leaves the new states to wait.
    fn leave(&mut self, task: &Task<M>) {
        let states = std::mem::replace(&mut self.incoming, Vec::with_capacity(CHUNK));
        if states.is_empty() {
            return;
        }
        let waiting = self.current.bytes() + self.next.bytes();
        let is_short = |limit| self.seen.bytes() + waiting > limit;
        if self.memory.is_some_and(is_short) {
            match self.next.store(&task.model, &states) {
                Ok(()) => {
                    self.counted.stored += states.len() as u64;
                    return;
                }
                Err(error) => self.stop(error.kind()),
            }
        }
        self.next.push(states);
    }

    fn keep_within_memory(&self, task: &Task<M>) {
        let is_short = self.memory.is_some_and(|limit| self.seen.bytes() > limit);
        if let (true, Some(limit)) = (is_short, task.options.max_memory) {
            task.progress.stop(Reason::MemoryLimit(limit));
        }
    }

    fn stop(&self, error: ErrorKind) {
        self.task.progress.stop(Reason::Storage(error));
    }

    /// All states of the level are here: they wait to be expanded.
    pub(super) fn end_level(&mut self, round: u32) -> Level {
        let task = Arc::clone(&self.task);
        self.leave(&task);
        self.trail.end_level();
        self.depth += 1;
        // A run that was stopped leaves states behind.
        while let Ok(Some(_)) = self.current.pop(&task.model) {}
        self.current.is_done();
        std::mem::swap(&mut self.current, &mut self.next);
        let found = vec![None; self.found.len()];
        Level {
            round,
            new_states: std::mem::take(&mut self.new_states),
            waiting: self.current.len(),
            found: std::mem::replace(&mut self.found, found),
            counted: self.counted.clone(),
            ..Level::default()
        }
    }

    /// Tells those who watch.
    fn report(&mut self, expanded: u64) {
        let (states, generated) = self.reported;
        let tally = &self.counted.tally;
        let now = (tally.new_states, tally.generated);
        let progress = &self.task.progress;
        progress.add(now.0 - states, now.1 - generated, expanded, self.depth);
        self.reported = now;
    }

    /// Shows every state that waits.
    ///
    /// # Errors
    /// That of `visit`, or a file cannot be read.
    pub(super) fn for_each_waiting(
        &self,
        visit: impl FnMut(&[M::State]) -> io::Result<()>,
    ) -> io::Result<()> {
        self.current.for_each(&self.task.model, visit)
    }
}
