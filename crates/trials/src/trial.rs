//! A trial: clients and faults for a while, then recovery without faults, then the
//! verdict.
//!
//! During the faults, the nodes may refuse or delay calls, but their answers must be
//! true. After the faults, a write through each node must succeed within a bound. Then
//! every key is read through every node, and these reads belong to the history that is
//! judged. So the trial notices if a write that was acknowledged is lost.
//!
//! # Example
//!
//! One minute with every kind of fault, on an installed `synod`:
//!
//! ```no_run
//! use std::{sync::atomic::AtomicBool, time::Duration};
//! use synod_trials::cluster::Setup;
//! use synod_trials::trial::{self, TrialPlan};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let setup = Setup::new("/usr/local/bin/synod", folder.path());
//! let mut plan = TrialPlan::new(setup, 1, Duration::from_secs(60));
//! plan.faults.kills = 100;
//!
//! let report = trial::run(&plan, &AtomicBool::new(false), &mut |_| {})?;
//! assert!(report.is_good(), "{report}");
//! # Ok(())
//! # }
//! ```

mod verdict;

use crate::clock;
use crate::cluster::{Cluster, ClusterError, Setup};
use crate::faults::{Absence, Action, Faults, LINK_FAULTS, LOSSES};
use crate::history::Recorder;
use crate::linearizability::{self, CONFIGURATIONS, Clocks};
use crate::load::{Load, LoadOptions};
use crate::report::{Calls, FaultCounts, SnapshotCounts, TrialReport, longest_gap};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use verdict::audit;

/// The time between two checks of the nodes.
pub(crate) const TICK: Duration = Duration::from_millis(50);

/// How long the nodes may take until they serve for the first time, and to end.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The configuration of a trial. Shown in the [example of the module](self#example).
#[derive(Clone, Debug)]
pub struct TrialPlan {
    /// The nodes.
    pub setup: Setup,
    /// The faults.
    pub faults: Faults,
    /// The clients.
    pub load: LoadOptions,
    /// How long a write through a node may take after the faults.
    pub recovery: Duration,
    /// Whether `synod audit` is run at the end.
    pub has_audit: bool,
}

impl TrialPlan {
    /// Every kind of fault, for this duration. Clocks jump if libfaketime is installed.
    pub fn new(setup: Setup, seed: u64, duration: Duration) -> Self {
        let seconds = u32::try_from(duration.as_secs()).unwrap_or(u32::MAX);
        let faults = Faults {
            seed,
            nodes: setup.nodes,
            duration,
            kills: seconds / 3,
            downtime: Duration::from_millis(50)..Duration::from_secs(2),
            pauses: true,
            links: LINK_FAULTS.to_vec(),
            losses: LOSSES.to_vec(),
            clocks: true,
            straggler: false,
        };
        Self {
            setup: Setup {
                seed,
                clock: clock::library(),
                ..setup
            },
            faults,
            load: LoadOptions {
                seed,
                ..LoadOptions::default()
            },
            recovery: Duration::from_secs(30),
            has_audit: true,
        }
    }
}

/// The progress of a running trial.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The name of the current phase.
    pub phase: &'a str,
    /// The time since the trial began.
    pub elapsed: Duration,
    /// The number of recorded calls.
    pub calls: usize,
    /// The number of kills.
    pub kills: u64,
    /// The number of problems: failures of the nodes.
    pub problems: usize,
}

/// Runs a trial. When `stop` is set, the faults end early, and the history up to then is
/// judged. Shown in the [example of the module](self#example).
///
/// # Errors
///
/// The trial could not be run. Failures of the nodes are no errors: they are in the
/// report.
pub fn run(
    plan: &TrialPlan,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<TrialReport, ClusterError> {
    run_with(plan, progress, |trial| trial.disturb(stop))
}

/// Runs a trial with other faults than those of the plan: while the clients work,
/// `disturb` injects faults with the methods of [`Trial`] and its cluster.
///
/// # Errors
///
/// The trial could not be run, or `disturb` returned an error.
pub fn run_with(
    plan: &TrialPlan,
    progress: &mut dyn FnMut(Progress<'_>),
    disturb: impl FnOnce(&mut Trial<'_>) -> Result<(), ClusterError>,
) -> Result<TrialReport, ClusterError> {
    let cluster = Cluster::start(plan.setup.clone())?;
    let recorder = Arc::new(Recorder::new());
    let mut trial = Trial {
        plan,
        begun: Instant::now(),
        nodes: cluster.clients(),
        cluster,
        progress,
        recorder,
        paused: BTreeSet::new(),
        away: None,
        faults: FaultCounts::default(),
        problems: Vec::new(),
        events: Vec::new(),
    };
    trial
        .cluster
        .wait_until_serving(&trial.cluster.ids(), PATIENCE)?;
    let load = Load::start(trial.nodes.clone(), &trial.recorder, plan.load.clone());
    let faults_began = Instant::now();
    disturb(&mut trial)?;
    let faults_seconds = faults_began.elapsed().as_secs_f64();
    let first_write_seconds = trial.recover()?;
    trial.show_progress("last calls");
    let unreached = load.end();
    trial.read_all();
    let frames = trial.cluster.frames();
    trial.end()?;
    trial.show_progress("audit");
    let logs = trial
        .cluster
        .ids()
        .into_iter()
        .map(|id| trial.cluster.log(id));
    let snapshots = logs.map(|log| SnapshotCounts::of(&log)).sum();
    let audit = plan.has_audit.then(|| audit(&trial.cluster));
    trial.show_progress("judgement");
    let history = trial.recorder.take();
    trial.keep(&history)?;
    let clocks = if trial.faults.clock_jumps > 0 {
        Clocks::Jump
    } else {
        Clocks::AreRight
    };
    Ok(TrialReport {
        schema: 1,
        seed: plan.faults.seed,
        nodes: plan.setup.nodes,
        faults_seconds,
        calls: Calls {
            unreached,
            ..Calls::of(&history)
        },
        faults: trial.faults,
        snapshots,
        frames_passed: frames.0,
        frames_lost: frames.1,
        longest_gap_seconds: longest_gap(&history).as_secs_f64(),
        first_write_seconds,
        first_write_bound_seconds: plan.recovery.as_secs_f64(),
        judgement: linearizability::check_within(&history, clocks, CONFIGURATIONS),
        audit,
        problems: trial.problems,
        events: trial.events,
        folder: plan.setup.folder.clone(),
    })
}

/// A running trial, on which the function given to [`run_with`] acts.
pub struct Trial<'a> {
    /// The nodes and the network between them.
    pub cluster: Cluster,
    pub(crate) plan: &'a TrialPlan,
    begun: Instant,
    pub(crate) nodes: Vec<(u32, SocketAddr)>,
    progress: &'a mut dyn FnMut(Progress<'_>),
    pub(crate) recorder: Arc<Recorder>,
    paused: BTreeSet<u32>,
    /// The straggler, while it is away.
    away: Option<(Absence, u32)>,
    pub(crate) faults: FaultCounts,
    pub(crate) problems: Vec<String>,
    events: Vec<String>,
}

impl Trial<'_> {
    pub(crate) fn show_progress(&mut self, phase: &str) {
        (self.progress)(Progress {
            phase,
            elapsed: self.begun.elapsed(),
            calls: self.recorder.len(),
            kills: self.faults.kills,
            problems: self.problems.len(),
        });
    }

    /// Records an event, with the time on the clock of the history.
    pub fn note(&mut self, event: &str) {
        let at = Duration::from_nanos(self.recorder.now()).as_secs_f64();
        self.events.push(format!("{at:.6} s: {event}"));
    }

    /// Injects the faults of the plan, each at its time.
    fn disturb(&mut self, stop: &AtomicBool) -> Result<(), ClusterError> {
        let begun = Instant::now();
        // No other fault is injected during the loss of a ledger, so all later faults are
        // delayed by its duration.
        let mut delay = Duration::ZERO;
        let mut next_progress = Duration::ZERO;
        for (at, action) in self.plan.faults.schedule() {
            let at = at + delay;
            while begun.elapsed() < at && !stop.load(Ordering::Relaxed) {
                self.watch()?;
                if begun.elapsed() >= next_progress {
                    self.show_progress("faults");
                    next_progress = begun.elapsed() + Duration::from_secs(1);
                }
                thread::sleep(TICK.min(at.saturating_sub(begun.elapsed())));
            }
            if stop.load(Ordering::Relaxed) {
                self.note("the faults are ended early");
                return Ok(());
            }
            let action_began = Instant::now();
            self.act(&action)?;
            if let Action::Lose(..) = action {
                delay += action_began.elapsed();
            }
        }
        Ok(())
    }

    pub(crate) fn act(&mut self, action: &Action) -> Result<(), ClusterError> {
        match action {
            Action::Kill(node) => {
                self.watch()?;
                self.cluster.kill(*node)?;
                self.paused.remove(node);
                self.faults.kills += 1;
            }
            Action::Restart(node) => self.cluster.start_node(*node)?,
            Action::PausePresident => {
                let straggler = self.away.map(|(_, node)| node);
                let president = self.cluster.president();
                let Some(node) = president.filter(|node| Some(*node) != straggler) else {
                    self.note("there is no president to stop");
                    return Ok(());
                };
                self.note(&format!("stop node {node}, the president"));
                self.cluster.pause(node)?;
                self.paused.insert(node);
                self.faults.pauses += 1;
                return Ok(());
            }
            Action::Resume => {
                for node in std::mem::take(&mut self.paused) {
                    self.note(&format!("continue node {node}"));
                    self.cluster.resume(node)?;
                }
                return Ok(());
            }
            Action::Fail(fault, links) => {
                for link in links {
                    self.cluster.link(link.from, link.to, link.mode.clone());
                }
                *self.faults.links.entry(*fault).or_default() += 1;
            }
            Action::Mend => self.cluster.mend(),
            Action::Lose(loss, node) => {
                self.end_absence()?;
                return self.lose(*loss, *node);
            }
            Action::SetClock(_, _) if self.plan.setup.clock.is_none() => return Ok(()),
            Action::SetClock(node, ahead) => {
                self.cluster.set_clock(*node, *ahead)?;
                self.faults.clock_jumps += 1;
            }
            Action::Leave(absence, node) => return self.begin_absence(*absence, *node),
            // It may be back already, for the loss of a ledger.
            Action::Return(..) => return self.end_absence(),
        }
        self.note(&action.to_string());
        Ok(())
    }

    /// Makes a node the straggler, which is away from now on.
    ///
    /// # Errors
    ///
    /// A signal cannot be sent.
    pub fn begin_absence(&mut self, absence: Absence, node: u32) -> Result<(), ClusterError> {
        self.watch()?;
        match absence {
            Absence::Killed => self.cluster.kill(node)?,
            Absence::Stopped => self.cluster.pause(node)?,
        }
        self.paused.remove(&node);
        self.away = Some((absence, node));
        self.faults.absences += 1;
        self.note(&Action::Leave(absence, node).to_string());
        Ok(())
    }

    /// Ends the absence of the straggler, if it is away.
    ///
    /// # Errors
    ///
    /// A signal cannot be sent, or the process cannot be started.
    pub fn end_absence(&mut self) -> Result<(), ClusterError> {
        let Some((absence, node)) = self.away.take() else {
            return Ok(());
        };
        match absence {
            Absence::Killed => self.cluster.start_node(node)?,
            Absence::Stopped => self.cluster.resume(node)?,
        }
        self.note(&Action::Return(absence, node).to_string());
        Ok(())
    }

    /// Checks that no node has ended by itself. A node that has is reported as a problem
    /// and started again.
    pub(crate) fn watch(&mut self) -> Result<(), ClusterError> {
        for ended in self.cluster.ended()? {
            let (node, status) = (ended.node, ended.status);
            self.note(&format!("node {node} has ended by itself"));
            self.problems.push(format!(
                "node {node} ended by itself: {status}\n{}",
                ended.log
            ));
            self.cluster.start_node(node)?;
        }
        Ok(())
    }
}
