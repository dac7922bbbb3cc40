//! The worker pool of a process: one thread for each worker.

use super::backtrace;
use super::checkpoint::Checkpoints;
use super::connection::{Connection, cut_all, is_of_lost_connection};
use super::dataflow;
use super::failure::Cause;
use super::hosts::Hosts;
use super::operators::Operators;
use super::partition::Partition;
use super::predecessors::Predecessors;
use super::progress::{Decision, RunProgress, Tracker};
use super::shards::{self, Shard};
use super::task::Task;
use super::topology::Topology;
use super::worker::{SharedWorker, WorkerState};
use stateright::Model;
use std::cell::RefCell;
use std::hash::Hash;
use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use synod_checker::fingerprint::Fingerprint;
use synod_checker::kernel::expand::Expanded;
use synod_checker::kernel::findings::{places, violations};
use synod_checker::kernel::frontier::CHUNK;
use synod_checker::{CheckError, Peer, Phase, panics};
use timely::WorkerConfig;
use timely::communication::allocator::ProcessBuilder;
use timely::communication::allocator::zero_copy::initialize::initialize_networking_from_sockets;
use timely::communication::allocator::zero_copy::stream::Stream;
use timely::communication::{Allocator, AllocatorBuilder, Hooks, initialize_from};
use timely::worker::Worker;

/// How long an idle worker sleeps, and so how soon it notices that the run was stopped.
const IDLE: Duration = Duration::from_millis(50);

/// For how long a process that has lost a peer keeps its other connections, so that the
/// remaining processes notice the loss of that peer first, and not the end of this process.
const LINGER: Duration = Duration::from_millis(500);

/// The time within which the thread of a lost connection records the loss, even on a busy
/// machine.
const NOTICE_TIMEOUT: Duration = Duration::from_secs(10);

/// The time in which the workers of a single process that was stopped must agree on the
/// round after which they stop. As a rule they need a moment.
const AGREEMENT_TIMEOUT: Duration = Duration::from_secs(2);

/// The threads that send and receive. Its drop waits for them to end.
type ConnectionThreads = Box<dyn std::any::Any + Send>;

/// The result of a worker: the same for all workers, except `states`.
pub(super) struct WorkerResult {
    pub(super) decision: Decision,
    pub(super) progress: RunProgress,
    pub(super) paths: Vec<((u32, Fingerprint), Vec<Fingerprint>)>,
    /// The number of distinct states that this worker owns.
    pub(super) states: u64,
}

/// For how long a worker has waited for the others, after the run was stopped.
#[derive(Default)]
struct AnswerTimer {
    /// The time since which it waits.
    since: Option<Instant>,
    /// The number of steps that it has made since its patience has ended.
    steps: u32,
}

/// The number of steps that a worker makes after its patience has ended, before it gives
/// the others up.
const MORE_STEPS: u32 = 10;

/// The work of a worker.
type Work = Box<dyn Fn(Allocator) -> Option<WorkerResult> + Send + Sync>;

/// Runs a worker for each allocator, in a thread of its own, and waits for all.
fn run_workers(
    builders: Vec<AllocatorBuilder>,
    work: Work,
) -> Vec<Result<Option<WorkerResult>, String>> {
    match initialize_from(builders, Box::new(()), work) {
        Ok(workers) => workers.join(),
        Err(error) => vec![Err(error)],
    }
}

/// The workers of this process.
pub(super) struct WorkerPool<M: Model> {
    pub(super) task: Arc<Task<M>>,
    pub(super) topology: Topology,
    pub(super) process: usize,
    /// The shards of the checkpoint from which the run resumes, each with the process that
    /// reads it.
    pub(super) resume: Option<Vec<(Shard, usize)>>,
}

impl<M> WorkerPool<M>
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Hash + Send + Sync + 'static,
{
    /// Runs all workers until the run ends; returns their results.
    ///
    /// # Errors
    /// A failure has ended the workers before.
    pub(super) fn work(
        self,
        connections: Vec<Option<Connection>>,
    ) -> Result<Vec<WorkerResult>, Cause> {
        let copies = connections
            .iter()
            .map(|connection| connection.as_ref()?.try_clone().ok());
        let copies: Vec<_> = copies.collect();
        let pool = Arc::new(self);
        let (builders, guard) = pool.allocators(connections).map_err(|error| {
            cut_all(&copies);
            Cause::Here(CheckError::Threads(error.to_string()))
        })?;
        let working = Arc::clone(&pool);
        let worked = run_workers(
            builders,
            Box::new(move |allocator| working.work_with(allocator)),
        );
        let mut outcomes = Vec::new();
        for worked in worked {
            match worked {
                Ok(outcome) => outcomes.extend(outcome),
                Err(error) => pool.fail(CheckError::Threads(error)),
            }
        }
        // A failure after all workers have their results does not matter.
        let have_all_results = outcomes.len() == pool.topology.workers;
        let failure = pool.task.failure.get().filter(|_| !have_all_results);
        match failure {
            None => pool.finish(guard),
            Some(cause) => {
                // To drop the guard would wait for last messages of the peers, which do not
                // come.
                std::mem::forget(guard);
                if let Cause::ConnectionLost(_) = cause {
                    std::thread::sleep(LINGER);
                }
            }
        }
        cut_all(&copies);
        match failure {
            None => Ok(outcomes),
            Some(cause) => Err(cause.clone()),
        }
    }

    /// Waits until the other processes have finished too, but no longer than the run's
    /// patience: a process may hang. A peer lost from now on has finished, or reports its
    /// own failure.
    fn finish(&self, guard: ConnectionThreads) {
        let Some(hosts) = &self.task.options.hosts else {
            return; // There are no other processes.
        };
        let (done, is_done) = std::sync::mpsc::channel();
        // The prefix `timely:send-` of the name silences the thread's panics, as those of
        // the threads that it waits for.
        let thread = std::thread::Builder::new().name("timely:send-farewell".to_owned());
        let waiting = thread.spawn(move || {
            let _ = std::panic::catch_unwind(AssertUnwindSafe(|| drop(guard)));
            let _ = done.send(());
        });
        if waiting.is_ok() {
            let _ = is_done.recv_timeout(hosts.patience);
        }
    }

    /// Ends the workers of this process with an error.
    fn fail(&self, error: CheckError) {
        self.task.failure.set(Cause::Here(error));
    }

    /// The builders of Timely's allocators, through which the workers exchange data, and a
    /// guard that must be kept while they work.
    fn allocators(
        &self,
        connections: Vec<Option<Connection>>,
    ) -> std::io::Result<(Vec<AllocatorBuilder>, ConnectionThreads)> {
        let hooks = Hooks::default();
        let workers = self.topology.workers;
        let here = ProcessBuilder::new_typed_vector(workers, hooks.refill.clone(), None);
        if connections.len() == 1 {
            let builders = here.into_iter().map(AllocatorBuilder::Process);
            return Ok((builders.collect(), Box::new(())));
        }
        let (builders, guard) =
            initialize_networking_from_sockets(here, connections, self.process, workers, hooks)?;
        let builders = builders.into_iter().map(AllocatorBuilder::Tcp);
        Ok((builders.collect(), Box::new(guard)))
    }

    /// Runs one worker; none if there was a failure.
    fn work_with(&self, allocator: Allocator) -> Option<WorkerResult> {
        let topology = Topology {
            index: allocator.index(),
            ..self.topology
        };
        // Without a clock Timely's workers would never sleep.
        let clock = Some(Instant::now());
        let mut worker = Worker::new(WorkerConfig::default(), allocator, clock);
        let work = AssertUnwindSafe(|| self.search_and_trace_back(topology, &mut worker));
        let worked = std::panic::catch_unwind(work);
        let outcome = match worked {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => {
                self.fail(error);
                None
            }
            Err(payload) => {
                let is_lost = is_of_lost_connection(payload.as_ref());
                if !(is_lost && self.is_connection_lost()) {
                    let message = panics::message(payload.as_ref());
                    self.fail(CheckError::ModelPanicked(message));
                }
                None
            }
        };
        let is_without_agreement = matches!(self.task.failure.get(), Some(Cause::NoAgreement));
        if outcome.is_some() || is_without_agreement {
            // The worker has its result: a connection that breaks now does not matter. If
            // the workers have not agreed, there are no connections.
            let _ = std::panic::catch_unwind(AssertUnwindSafe(|| drop(worker)));
        } else {
            // The drop of the worker would tell the others that it has finished.
            std::mem::forget(worker);
        }
        outcome
    }

    /// Whether a connection was lost: waits until the connection's thread has recorded it.
    fn is_connection_lost(&self) -> bool {
        let begun = Instant::now();
        while self.task.failure.get().is_none() && begun.elapsed() < NOTICE_TIMEOUT {
            std::thread::sleep(Duration::from_millis(1));
        }
        self.task.failure.get().is_some()
    }

    /// Runs the search, and then the backtrace from each violation.
    fn search_and_trace_back(
        &self,
        topology: Topology,
        worker: &mut Worker,
    ) -> Result<Option<WorkerResult>, CheckError> {
        let shared = Rc::new(RefCell::new(self.shared(topology)?));
        if self.was_stopped_before_begin() {
            return Ok(None);
        }
        let operators = Rc::new(Operators(Rc::clone(&shared)));
        dataflow::build(worker, &*operators);
        let mut waiting = AnswerTimer::default();
        let mut goes_on = |is_stopped: bool| {
            let shared = shared.borrow();
            shared.notice_stop();
            !is_stopped || self.others_may_answer(&mut waiting, &shared.tracker)
        };
        if !self.begin(worker, &shared, &mut goes_on) || !self.step_to_the_end(worker, goes_on) {
            return Ok(None);
        }
        let (decision, progress) = {
            let shared = shared.borrow();
            let decision = shared.final_decision.unwrap_or(Decision::Stopped);
            (decision, shared.tracker.progress.clone())
        };
        let violations = violations(&self.task.problem, &progress.nearest);
        let targets: Vec<_> = violations.iter().map(|found| found.target).collect();
        let paths = if targets.is_empty() {
            Vec::new()
        } else {
            self.task.problem.progress.begin_to_find_paths();
            let paths = backtrace::build(worker, operators, &targets);
            // A worker that was stopped tells the others, and waits for them no longer than
            // its patience: one may hang.
            let mut since = None;
            let goes_on = |is_stopped: bool| {
                let since = is_stopped.then(|| *since.get_or_insert_with(Instant::now));
                since.is_none_or(|since| since.elapsed() < self.patience())
            };
            if !self.step_to_the_end(worker, goes_on) && self.task.failure.get().is_some() {
                return Ok(None);
            }
            paths.take()
        };
        let states = shared.borrow().partition.owned.visited.len();
        Ok(Some(WorkerResult {
            decision,
            progress,
            paths: targets.into_iter().zip(paths).collect(),
            states,
        }))
    }

    /// Whether the run was stopped before this worker has begun, and there are no other
    /// processes to tell. It takes long until very many workers have begun.
    fn was_stopped_before_begin(&self) -> bool {
        let was_stopped =
            self.resume.is_none() && self.others().is_none() && !self.task.problem.limits.goes_on();
        if was_stopped {
            self.task.failure.set(Cause::NoAgreement);
        }
        was_stopped
    }

    /// Makes the initial states, if that is this worker's job, and lets the worker receive
    /// them meanwhile: there may be more than fit into memory, and the limits of the run
    /// hold for them as for any other state. False as for [`WorkerPool::step`].
    fn begin(
        &self,
        worker: &mut Worker,
        shared: &SharedWorker<M>,
        goes_on: &mut impl FnMut(bool) -> bool,
    ) -> bool {
        if !shared.borrow().is_beginning {
            return true;
        }
        let task = &self.task;
        let (mut made, mut has_stepped) = (0_usize, true);
        task.problem
            .extras
            .for_each_initial(task.problem.model(), |state| {
                shared.borrow_mut().partition.begin_with(state);
                made += 1;
                if made.is_multiple_of(CHUNK) {
                    has_stepped = self.send_initial(worker, shared, goes_on);
                }
                if has_stepped {
                    task.problem.limits.flow()
                } else {
                    ControlFlow::Break(())
                }
            });
        let mut beginning = shared.borrow_mut();
        // Counts the last states now: if the run was stopped, the others may not answer in
        // time, and then no level ends any more.
        beginning.partition.settle(&Expanded::default());
        beginning.is_beginning = false;
        beginning.activate_expand();
        has_stepped
    }

    /// Sends the initial states made so far, and waits until no worker is far behind. False
    /// as for [`WorkerPool::step`].
    fn send_initial(
        &self,
        worker: &mut Worker,
        shared: &SharedWorker<M>,
        goes_on: &mut impl FnMut(bool) -> bool,
    ) -> bool {
        shared.borrow_mut().partition.settle(&Expanded::default());
        loop {
            shared.borrow().activate_expand();
            if !self.step(worker, goes_on) {
                return false;
            }
            let is_far_ahead = shared.borrow().partition.outbox.is_far_ahead();
            if !(is_far_ahead && self.task.problem.limits.goes_on()) {
                return true;
            }
        }
    }

    /// Runs the dataflow of a worker to its end. False as for [`WorkerPool::step`].
    fn step_to_the_end(&self, worker: &mut Worker, mut goes_on: impl FnMut(bool) -> bool) -> bool {
        while worker.has_dataflows() {
            if !self.step(worker, &mut goes_on) {
                return false;
            }
        }
        true
    }

    /// Lets a worker do some of its work, or sleep a moment if it has none. False if there
    /// was a failure, or if `goes_on` returns false; its argument is whether the run was
    /// stopped.
    fn step(&self, worker: &mut Worker, goes_on: &mut impl FnMut(bool) -> bool) -> bool {
        let is_stopped = !self.task.problem.limits.goes_on();
        if self.task.failure.get().is_some() || !goes_on(is_stopped) {
            return false;
        }
        worker.step_or_park(Some(IDLE));
        true
    }

    /// The other processes, if there are any.
    fn others(&self) -> Option<&Hosts> {
        let hosts = self.task.options.hosts.as_deref();
        hosts.filter(|hosts| hosts.processes() > 1)
    }

    /// For how long a worker waits for the others after the run was stopped.
    fn patience(&self) -> Duration {
        self.others()
            .map_or(AGREEMENT_TIMEOUT, |hosts| hosts.patience)
    }

    /// Whether the worker still waits for the other workers, after the run was stopped. A
    /// process that hangs never answers, although its connection stays open.
    fn others_may_answer(&self, waiting: &mut AnswerTimer, tracker: &Tracker) -> bool {
        let patience = self.patience();
        if waiting.since.get_or_insert_with(Instant::now).elapsed() < patience {
            return true;
        }
        let Some(hosts) = self.others() else {
            self.task.failure.set(Cause::NoAgreement);
            return false;
        };
        // First takes in the messages that have arrived while this worker was busy, for
        // example with a checkpoint.
        waiting.steps += 1;
        if waiting.steps < MORE_STEPS {
            return true;
        }
        let silent = tracker.silent().into_iter();
        let peers = silent.filter_map(|process| {
            let host = hosts.all.get(process)?.to_string();
            Some(Peer { process, host })
        });
        let peers = peers.collect();
        self.task.failure.set(Cause::Unanswered { peers, patience });
        false
    }

    /// The state of a worker; if the run resumes, with its shards open.
    fn shared(&self, topology: Topology) -> Result<WorkerState<M>, CheckError> {
        let task = &self.task;
        let to = task.options.search.checkpoint.as_ref();
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let run = now.map_or(0, |now| now.as_nanos() as u64);
        let predecessors = shards::predecessors_file(to, run, topology.index);
        let predecessors = predecessors.map_err(|error| match to {
            Some(to) => to.unusable(error),
            None => CheckError::Threads(error.to_string()),
        })?;
        let predecessors = Predecessors::new(task.is_wide(), predecessors);
        let mut partition = Partition::new(task, topology, predecessors);
        let mut checkpoints = Checkpoints::new(to.cloned(), task.identity());
        if let Some(shards) = &self.resume {
            let depth = shards.first().map_or(1, |(shard, _)| shard.depth);
            partition.set_depth(depth);
            let shards = self.shards_for(shards, topology);
            let resume = || checkpoints.resume(&mut partition, depth, &shards);
            task.problem.progress.during(Phase::Loading, resume)?;
        }
        let tracker = Tracker::new(
            topology,
            task.awaited,
            places(task.problem.properties.len()),
        );
        let is_beginning = topology.index == 0 && !checkpoints.is_resuming();
        Ok(WorkerState::new(
            partition,
            tracker,
            checkpoints,
            is_beginning,
        ))
    }

    /// The shards that a worker reads: those of its process are dealt out in turn.
    fn shards_for(&self, shards: &[(Shard, usize)], topology: Topology) -> Vec<Shard> {
        let here = shards
            .iter()
            .filter(|(_, process)| *process == self.process);
        let mine = here
            .skip(topology.index % topology.workers)
            .step_by(topology.workers);
        mine.map(|(shard, _)| *shard).collect()
    }
}
