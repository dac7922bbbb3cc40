//! A run of the engine: it connects the processes, runs the workers, and concludes.

use super::checkpoint;
use super::connection;
use super::connection::Connections;
use super::failure::Cause;
use super::introduction::Introduction;
use super::options::Timely;
use super::pool::{WorkerPool, WorkerResult};
use super::progress::{Decision, RunProgress};
use super::shards;
use super::task::Task;
use super::topology::Topology;
use stateright::Model;
use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::Arc;
use synod_checker::fingerprint::Fingerprint;
use synod_checker::kernel::conclude::conclude;
use synod_checker::kernel::findings::{Findings, found_in};
use synod_checker::kernel::path::follow_all;
use synod_checker::{
    CheckError, Distribution, Engine, Exploration, Method, ModelReport, Phase, Problem, Reason,
    Unusable,
};

impl<M> Engine<M> for Timely
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Hash + Send + Sync + 'static,
{
    fn method(&self) -> Method {
        Method {
            engine: Self::NAME.to_owned(),
            threads: self.workers.get(),
            processes: self.hosts.as_ref().map(|hosts| hosts.processes()),
            seed: self.search.hashing.seed(),
            fingerprint: self.search.hashing.width(),
            exact: None,
            finds_nearest: true,
        }
    }

    fn run(&self, problem: &Arc<Problem<M>>) -> Result<ModelReport<M>, CheckError> {
        let Some(storage) = problem.extras.storage else {
            return Err(CheckError::NotStored { engine: Self::NAME });
        };
        let to = self.search.checkpoint.as_ref();
        if let Some(to) = to {
            to.prepare()?;
            checkpoint::remove_orphaned_predecessors(to);
        }
        let task = Arc::new(Task::new(problem, self, storage));
        let Connections {
            connections,
            introductions,
        } = connect_all(&task)?;
        let was_whole = introductions.iter().any(|all| all.was_whole);
        let all_shards: Vec<_> = introductions.into_iter().map(|all| all.shards).collect();
        let resume = shards::choose(&all_shards);
        if let (Some(to), None) = (to, &resume) {
            if was_whole {
                return Err(to.unusable(Unusable::PartsMissing));
            }
            // The first checkpoint was never completed. These shards can be removed: no
            // process writes a shard before all processes have begun.
            shards::remove(to, |_| true);
        }
        let topology = Topology {
            index: 0,
            workers: self.workers.get(),
            processes: connections.len(),
        };
        let pool = WorkerPool {
            task: Arc::clone(&task),
            topology,
            process: task.process(),
            resume,
        };
        let (findings, paths) = findings_of(&task, topology, pool.work(connections))?;
        let method = problem.exactly(Engine::<M>::method(self));
        let violations = findings.begin_to_find_paths(problem);
        let whole = violations
            .iter()
            .map(|found| match paths.get(&found.target) {
                Some(path) if path.len() == found.target.0 as usize => &path[..],
                _ => &[], // The path was not traced back to an initial state.
            });
        let paths = follow_all(
            problem,
            &|state| problem.fingerprint(self.search.hashing, state),
            whole,
        );
        let report = conclude(problem, method, findings, &violations, paths);
        if let (Some(to), None) = (to, &report.reason) {
            shards::remove_all(to);
        }
        Ok(report)
    }
}

/// For each violating state, by depth and fingerprint, the fingerprints on the path to it.
type Paths = BTreeMap<(u32, Fingerprint), Vec<Fingerprint>>;

/// Connects to the other processes, if there are any, and collects the introductions of
/// all.
fn connect_all<M: Model>(task: &Task<M>) -> Result<Connections, CheckError> {
    let to = task.options.search.checkpoint.as_ref();
    let shards = match to {
        Some(to) => shards::shards(to).map_err(|error| to.unusable(error))?,
        None => Vec::new(),
    };
    let hosts = task.options.hosts.as_ref();
    let introduction = Introduction {
        // Either all processes write checkpoints, or none does.
        identity: task.identity().with("checkpoints", &to.is_some()),
        processes: hosts.map_or(1, |hosts| hosts.processes() as u64),
        workers: task.options.workers.get() as u64,
        process: task.process() as u64,
        was_whole: to.is_some_and(shards::was_whole),
        shards,
    };
    let Some(hosts) = hosts else {
        return Ok(Connections {
            connections: vec![None],
            introductions: vec![introduction],
        });
    };
    let problem = &task.problem;
    let stopped = || {
        let goes_on = problem.limits.goes_on();
        problem.stopped().filter(|_| !goes_on)
    };
    let connect = || connection::connect(hosts, &introduction, &task.failure, &stopped);
    problem.progress.during(Phase::Connecting, connect)
}

fn findings_of<M: Model>(
    task: &Task<M>,
    topology: Topology,
    worked: Result<Vec<WorkerResult>, Cause>,
) -> Result<(Findings, Paths), CheckError> {
    let results = match worked {
        Ok(results) => results,
        Err(cause) => {
            let reason = reason_of(task, cause)?;
            let findings = findings_so_far(task);
            return Ok((Findings { reason, ..findings }, Paths::new()));
        }
    };
    let states_here = results.iter().map(|result| result.states).sum();
    let Some(result) = results.into_iter().next() else {
        return Ok((findings_so_far(task), Paths::new()));
    };
    let reason = match result.decision {
        Decision::Stopped => task.problem.stopped(),
        // A run that has its verdict cannot be stopped any more.
        _ => None,
    };
    let progress = &result.progress;
    let findings = Findings {
        states: progress.states(),
        generated: progress.counted.tally.generated,
        depth: progress.depth(),
        fingerprinted: progress.states(),
        nearest: progress.nearest.clone(),
        is_nearest: true,
        is_exhausted: result.decision == Decision::Exhausted,
        reason,
        exploration: Some(Exploration {
            distribution: Some(distribution(topology, progress, states_here)),
            ..exploration(task, progress)
        }),
    };
    Ok((findings, result.paths.into_iter().collect()))
}

/// The reason why a run that was ended by this cause has no verdict; an error if the
/// cause is one.
fn reason_of<M: Model>(task: &Task<M>, cause: Cause) -> Result<Option<Reason>, CheckError> {
    let stopped = task.problem.stopped();
    match cause {
        Cause::Here(error) => Err(error),
        Cause::ConnectionLost(peer) => Ok(Some(Reason::ConnectionLost(peer))),
        Cause::NoAgreement => Ok(stopped),
        Cause::Unanswered { peers, patience } => Ok(Some(Reason::Unanswered {
            why: stopped.map(Box::new),
            peers,
            patience,
        })),
    }
}

/// What a run that was cut off has seen and found so far.
fn findings_so_far<M: Model>(task: &Task<M>) -> Findings {
    Findings {
        // Without a distribution: the numbers of states of the other processes are unknown.
        exploration: Some(exploration(task, &RunProgress::default())),
        ..Findings::so_far(&task.problem, true)
    }
}

fn exploration<M: Model>(task: &Task<M>, progress: &RunProgress) -> Exploration {
    let counted = &progress.counted;
    // Copies are not counted: only the owner of a state without its marks knows whether
    // that state was visited.
    progress.by_level.clone().add_to(Exploration {
        levels: progress.levels.clone(),
        found_in: found_in(&task.problem, &progress.nearest),
        resumed_at: progress.resumed_at,
        stored: counted.stored,
        ..counted.tally.exploration(&task.problem)
    })
}

fn distribution(topology: Topology, progress: &RunProgress, states_here: u64) -> Distribution {
    let exchanged = progress.counted.exchanged;
    Distribution {
        processes: topology.processes,
        workers: topology.peers(),
        states_here,
        states_exchanged: exchanged.states,
        bytes_exchanged: exchanged.bytes,
        bytes_abroad: exchanged.bytes_abroad,
    }
}
