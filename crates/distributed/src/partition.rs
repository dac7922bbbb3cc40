//! The partition of one worker: the states that it owns, and the packets for the owners
//! of other states.

use super::inbox::Inbox;
use super::outbox::Outbox;
use super::owned::Owned;
use super::packet::{self, Packet, Record};
use super::predecessors::Predecessors;
use super::progress::{Counted, Level};
use super::task::Task;
use super::topology::Topology;
use stateright::Model;
use std::hash::Hash;
use std::io::ErrorKind;
use std::sync::Arc;
use synod_checker::kernel::expand::{Expanded, Expander};
use synod_checker::kernel::visited::TOGETHER;

/// The part of the search that one worker does.
pub(super) struct Partition<M: Model> {
    pub(super) task: Arc<Task<M>>,
    pub(super) topology: Topology,
    pub(super) inbox: Inbox,
    pub(super) owned: Owned<M>,
    pub(super) outbox: Outbox,
    expander: Expander<M>,
    /// New states up to the last complete level.
    states: u64,
}

impl<M> Partition<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    pub(super) fn new(task: &Arc<Task<M>>, topology: Topology, predecessors: Predecessors) -> Self {
        Self {
            inbox: Inbox::new(topology),
            owned: Owned::new(task, predecessors),
            outbox: Outbox::new(topology, task.is_wide()),
            expander: Expander::new(&task.problem),
            states: 0,
            topology,
            task: Arc::clone(task),
        }
    }

    /// Sets the depth of the states that are reached from now on.
    pub(super) fn set_depth(&mut self, depth: u32) {
        self.owned.intake.depth = depth;
        self.owned.predecessors.set_depth(depth);
    }

    /// Sends an initial state to its owner.
    pub(super) fn begin_with(&mut self, state: M::State) {
        self.owned.intake.tally.generated += 1;
        let fingerprint = self.task.problem.fingerprint(self.task.hashing(), &state);
        let record = Record {
            fingerprint,
            predecessor: fingerprint,
            kind: None,
            state,
        };
        let Self { task, topology, .. } = self;
        send(task, *topology, &mut self.owned, &mut self.outbox, record);
    }

    /// Expands a chunk of the frontier and sends the successors to their owners. False if
    /// the frontier was empty.
    pub(super) fn expand_some(&mut self) -> bool {
        let Self {
            task,
            topology,
            owned,
            outbox,
            expander,
            ..
        } = self;
        let (problem, hashing) = (&task.problem, task.hashing());
        let Some(states) = owned.waiting.pop(problem) else {
            return false;
        };
        let expanded = expander.expand_all(
            problem,
            hashing,
            &states,
            |state| problem.fingerprint(hashing, state),
            |predecessor, state, kind| {
                let fingerprint = problem.fingerprint(hashing, &state);
                let record = Record {
                    fingerprint,
                    predecessor,
                    kind,
                    state,
                };
                send(task, *topology, owned, outbox, record);
                fingerprint
            },
            |_, _| {},
        );
        self.settle(&expanded);
        true
    }

    /// Takes in the states of a packet: new states join the next frontier. If the run is
    /// stopped meanwhile, the rest of the packet is dropped, as the frontier is: to judge
    /// all states that are on their way may take far longer than the run has time.
    pub(super) fn receive(&mut self, packet: &Packet) {
        let Self {
            task, inbox, owned, ..
        } = self;
        let is_wide = task.is_wide();
        let mut is_intact = inbox.open(task, packet);
        let mut rest = &packet.records[..];
        let mut together = Vec::with_capacity(TOGETHER);
        while is_intact && !rest.is_empty() && task.problem.limits.goes_on() {
            while together.len() < TOGETHER && !rest.is_empty() {
                let Some(record) = packet::take(&mut rest, is_wide) else {
                    is_intact = false;
                    break;
                };
                together.push(record);
            }
            let state_of = |bytes| inbox.state_of(task, packet, bytes);
            owned.take_in(packet.content, &mut together, state_of);
        }
        if !is_intact {
            let error = ErrorKind::InvalidData.into();
            task.problem.progress.storage_failed(&error);
        }
        self.settle(&Expanded::default());
    }

    /// Takes in the states that the worker itself has reached and not yet looked up, makes
    /// room if memory is short, and updates the progress of the run.
    pub(super) fn settle(&mut self, expanded: &Expanded) {
        self.owned.take_in_batch();
        self.owned.make_room();
        let (problem, transitions) = (&self.task.problem, &self.expander.tally);
        self.owned.intake.tell(problem, transitions, expanded);
    }

    /// Ends a level, all of whose states have arrived; returns the worker's report of it.
    pub(super) fn end_level(&mut self, round: u32) -> Level {
        self.settle(&Expanded::default());
        let owned = &mut self.owned;
        owned.end_level();
        let states = owned.intake.tally.new_states;
        let new_states = states - std::mem::replace(&mut self.states, states);
        Level {
            round,
            new_states,
            waiting: owned.waiting.current.len(),
            known: owned.visited.len(),
            found: owned.intake.found.take(),
            counted: Counted {
                tally: owned.intake.tally_with(&self.expander.tally),
                exchanged: self.outbox.exchanged,
                stored: owned.waiting.stored(),
            },
            ..Level::default()
        }
    }
}

/// Sends a state to its owner, which may be this worker itself.
#[inline]
fn send<M: Model>(
    task: &Task<M>,
    topology: Topology,
    owned: &mut Owned<M>,
    outbox: &mut Outbox,
    record: Record<M::State>,
) {
    let to = topology.owner(record.fingerprint);
    if to == topology.index {
        owned.reach(record);
    } else {
        outbox.send(task, to, &record);
    }
}
