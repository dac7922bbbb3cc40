//! The states that a worker owns: the visited set, with the fingerprints of all of them,
//! and the frontier, the states that wait to be expanded.

use super::packet::{Content, Record};
use super::predecessors::Predecessors;
use super::task::Task;
use stateright::Model;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use synod_checker::kernel::frontier::Frontiers;
use synod_checker::kernel::intake::{Intake, Space};
use synod_checker::kernel::visited::{Key, Sorting, TOGETHER, Visited};

/// The states that a worker owns.
pub(super) struct Owned<M: Model> {
    task: Arc<Task<M>>,
    pub(super) visited: Visited,
    pub(super) waiting: Frontiers<M>,
    pub(super) predecessors: Predecessors,
    pub(super) intake: Intake<M>,
    /// States that the worker itself has reached and that will be looked up together.
    batch: Vec<Record<M::State>>,
    /// What is reused to look up records: their fingerprints, and which of them are new.
    keys: Vec<Key>,
    new: Vec<bool>,
    sorting: Sorting,
}

impl<M: Model> Owned<M> {
    /// Without states.
    pub(super) fn new(task: &Arc<Task<M>>, predecessors: Predecessors) -> Self {
        let open = u64::MAX >> (64 - task.problem.properties.len().max(1));
        Self {
            visited: Visited::new(task.problem.fingerprint_bits(task.hashing())),
            waiting: Frontiers::new(&task.problem),
            predecessors,
            intake: Intake::new(&task.problem, 1, open),
            batch: Vec::with_capacity(TOGETHER),
            keys: Vec::with_capacity(TOGETHER),
            new: Vec::new(),
            sorting: Sorting::default(),
            task: Arc::clone(task),
        }
    }

    /// Adds a state that the worker itself has reached.
    #[inline]
    pub(super) fn reach(&mut self, record: Record<M::State>) {
        self.batch.push(record);
        if self.batch.len() == TOGETHER {
            self.take_in_batch();
        }
    }

    /// Takes in the states that the worker itself has reached and not yet looked up.
    pub(super) fn take_in_batch(&mut self) {
        let mut batch = std::mem::take(&mut self.batch);
        self.take_in(Content::Reached, &mut batch, Some);
        self.batch = batch;
    }

    /// Takes in records: new states join the next frontier.
    pub(super) fn take_in<S>(
        &mut self,
        content: Content,
        records: &mut Vec<Record<S>>,
        state_of: impl Fn(S) -> Option<M::State>,
    ) {
        self.keys.clear();
        let keys = records.iter().map(|record| (record.fingerprint, 0));
        self.keys.extend(keys);
        self.new.clear();
        self.new.resize(records.len(), false);
        let Self {
            task,
            visited,
            waiting,
            predecessors,
            intake,
            keys,
            new,
            sorting,
            ..
        } = self;
        visited.look_up(keys, sorting, |at| new[at] = true);
        if content == Content::Seen {
            return records.clear();
        }
        let problem = &task.problem;
        let failed = |error: io::Error| problem.progress.storage_failed(&error);
        let records = records.drain(..).zip(new);
        let new = records.filter_map(|(record, is_new)| is_new.then_some(record));
        let fingerprint = |record: &Record<S>| record.fingerprint;
        intake.take_in(new, fingerprint, |intake, record| {
            let (fingerprint, kind) = (record.fingerprint, record.kind);
            let Some(state) = state_of(record.state) else {
                return failed(ErrorKind::InvalidData.into());
            };
            let space = space(task, visited, waiting);
            if content == Content::Frontiers {
                return intake.wait(&space, state);
            }
            if !intake.count(problem, fingerprint, (&state, kind)) {
                return;
            }
            if let Err(error) = predecessors.add(fingerprint, record.predecessor) {
                return failed(error);
            }
            intake.keep(&space, fingerprint, (state, kind));
        });
    }

    /// If memory is short, moves the frontier to a file, or stops the run.
    pub(super) fn make_room(&self) {
        space(&self.task, &self.visited, &self.waiting).make_room(0);
    }

    /// Ends a level, all of whose states have arrived: the next frontier becomes the
    /// current one.
    pub(super) fn end_level(&mut self) {
        let space = space(&self.task, &self.visited, &self.waiting);
        self.intake.leave(&space);
        self.waiting.end_level(); // Drops what a run that was stopped has not expanded.
        self.predecessors.end_level();
        self.intake.depth += 1;
    }
}

fn space<'s, M: Model>(
    task: &'s Task<M>,
    visited: &'s Visited,
    waiting: &'s Frontiers<M>,
) -> Space<'s, M> {
    Space {
        problem: &task.problem,
        options: &task.options.search,
        visited,
        waiting,
    }
}
