//! What one worker has: the fingerprints of the states that it owns, those of
//! them that wait to be expanded, and what it is about to send.

use super::inbox::Inbox;
use super::outbox::Outbox;
use super::packet::{self, Content, Packet, Record};
use super::place::Place;
use super::standing::{Counted, Level};
use super::task::Task;
use super::trail::Trail;
use crate::fingerprint::Fingerprint;
use crate::levels::frontier::{CHUNK, Frontier};
use crate::levels::tally::Tally;
use crate::levels::visited::Seen;
use crate::panics;
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
    pub(super) inbox: Inbox,
    pub(super) outbox: Outbox,
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
        let properties = task.properties.len();
        Self {
            seen: Seen::new(task.hashing.is_wide()),
            current: Frontier::new(Some(task.storage)),
            next: Frontier::new(Some(task.storage)),
            incoming: Vec::new(),
            inbox: Inbox::new(place),
            outbox: Outbox::new(place, task.hashing.is_wide()),
            actions: Vec::new(),
            counted: Counted {
                tally: Tally::new(task.extras.names().len()),
                ..Counted::default()
            },
            new_states: 0,
            found: vec![None; panics::places(properties)],
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

    /// Sends an initial state to its owner.
    pub(super) fn begin_with(&mut self, state: &M::State) {
        self.counted.tally.generated += 1;
        let fingerprint = self.task.hashing.of(state);
        let pair = [fingerprint; 2];
        self.outbox.send(&self.task, state, pair, None);
    }

    /// Expands some of the states that wait and sends what was reached; whether
    /// there were any.
    pub(super) fn expand_some(&mut self) -> bool {
        let task = Arc::clone(&self.task);
        let states = match self.current.pop(&task.model) {
            Ok(Some(states)) => states,
            Ok(None) => return false,
            Err(error) => {
                task.progress.stop(Reason::Storage(error.to_string()));
                return false;
            }
        };
        let expanded = self.expand_all(&task, &states);
        self.report(expanded);
        true
    }

    /// Expands these states, unless the run is stopped meanwhile; how many.
    fn expand_all(&mut self, task: &Task<M>, states: &[M::State]) -> u64 {
        let mut expanded = 0;
        // Of some models a single state takes long.
        let states = states.iter().take_while(|_| task.limits.goes_on());
        let unexpandable = panics::for_each(states, |state| {
            expanded += 1;
            self.expand(task, state);
        });
        for state in unexpandable {
            let place = panics::unexpandable(task.properties.len());
            self.find(place, task.hashing.of(state));
        }
        expanded
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
            let pair = [task.hashing.of(&next), from];
            self.outbox.send(task, &next, pair, kind);
        }
        self.actions = actions;
        self.counted.tally.generated += successors as u64;
        self.counted.tally.branching.add(successors);
    }

    /// Takes a packet in: states that are new wait for the next level. Of a run that
    /// is stopped meanwhile the rest is dropped, as states are that wait: judging
    /// what is on its way may take far longer than there is time.
    pub(super) fn settle(&mut self, packet: &Packet) {
        let task = Arc::clone(&self.task);
        if !self.inbox.open(&task, packet) {
            return self.stop(&ErrorKind::InvalidData.into());
        }
        let mut rest = &packet.records[..];
        let mut together = Vec::with_capacity(TOGETHER);
        while !rest.is_empty() && task.limits.goes_on() {
            together.clear();
            while together.len() < TOGETHER && !rest.is_empty() {
                let Some(record) = packet::take(&mut rest, task.hashing.is_wide()) else {
                    return self.stop(&ErrorKind::InvalidData.into());
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
            Content::Seen => return,
            Content::Reached if !self.count(task, record) => return,
            Content::Reached | Content::Waiting => {}
        }
        let Some(state) = self.inbox.state_of(task, packet, record) else {
            return self.stop(&ErrorKind::InvalidData.into());
        };
        if packet.content == Content::Reached {
            let judged = panics::catch(|| self.judge(task, record.fingerprint, &state));
            if judged.is_err() {
                let place = panics::unjudgeable(task.properties.len());
                self.find(place, record.fingerprint);
            }
        }
        self.wait(task, state);
    }

    /// Counts a new state; false if it is one too many, or cannot be written down.
    fn count(&mut self, task: &Task<M>, record: &Record<'_>) -> bool {
        if !task.limits.has_room_for_another() {
            return false;
        }
        self.new_states += 1;
        let tally = &mut self.counted.tally;
        tally.new_states += 1;
        if let Some(reached) = record.kind.and_then(|kind| tally.reached.get_mut(kind)) {
            *reached += 1;
        }
        let written = self.trail.add(record.fingerprint, record.predecessor);
        if let Err(error) = &written {
            self.stop(error);
        }
        written.is_ok()
    }

    fn judge(&mut self, task: &Task<M>, fingerprint: Fingerprint, state: &M::State) {
        for open in 0..self.open.len() {
            let bit = self.open[open];
            if is_found(&task.model, &task.properties[bit], state) {
                self.find(bit, fingerprint);
            }
        }
    }

    /// Of several findings the one with the smallest fingerprint is kept.
    fn find(&mut self, place: usize, fingerprint: Fingerprint) {
        let found = &mut self.found[place];
        *found = Some(found.map_or(fingerprint, |known| known.min(fingerprint)));
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
        let these = size_of_val(&states[..]) as u64;
        let waiting = self.current.bytes() + self.next.bytes() + these;
        let is_short = |limit| self.seen.bytes() + waiting > limit;
        if self.memory.is_some_and(is_short) {
            match self.next.store(&task.model, &states) {
                Ok(()) => return,
                Err(error) => self.stop(&error),
            }
        }
        self.next.push(states);
    }

    /// Past the limit states wait in the file; past what the fingerprints alone
    /// need, the run is over.
    fn keep_within_memory(&self, task: &Task<M>) {
        let (Some(limit), Some(of_all)) = (self.memory, task.options.max_memory) else {
            return;
        };
        let needed = self.seen.bytes();
        let waiting = self.current.bytes() + self.next.bytes();
        if needed > limit {
            task.progress.stop(Reason::MemoryLimit(of_all));
        } else if waiting > 0 && needed + waiting > limit {
            for frontier in [&self.current, &self.next] {
                if let Err(error) = frontier.store_all(&task.model) {
                    self.stop(&error);
                }
            }
        }
    }

    fn stop(&self, error: &io::Error) {
        self.task.progress.stop(Reason::Storage(error.to_string()));
    }

    /// All states of the level are here: they wait to be expanded.
    pub(super) fn end_level(&mut self, round: u32) -> Level {
        let task = Arc::clone(&self.task);
        self.leave(&task);
        self.trail.end_level();
        self.depth += 1;
        // A run that was stopped leaves states behind.
        self.current.clear();
        std::mem::swap(&mut self.current, &mut self.next);
        let found = vec![None; self.found.len()];
        Level {
            round,
            new_states: std::mem::take(&mut self.new_states),
            waiting: self.current.len(),
            known: self.seen.len(),
            found: std::mem::replace(&mut self.found, found),
            counted: Counted {
                exchanged: self.outbox.exchanged,
                stored: self.current.stored() + self.next.stored(),
                ..self.counted.clone()
            },
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
