//! A trial: load and faults for a while, then calm, then the verdict.
//!
//! While something goes wrong nothing is demanded but the truth. Afterwards a
//! write through each node must succeed within a bound, and what every node
//! then reads belongs to the history that is judged: so no write that was
//! acknowledged may be lost.

mod verdict;

use crate::clock;
use crate::cluster::{Cluster, ClusterError, Setup};
use crate::faults::{Action, Faults, LINK_FAULTS, LOSSES};
use crate::history::Recorder;
use crate::linearizability;
use crate::load::{Load, LoadOptions};
use crate::report::{Calls, FaultCounts, TrialReport, longest_gap};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use verdict::audit;

/// How often the nodes are looked at.
pub(crate) const TICK: Duration = Duration::from_millis(50);

/// How long the nodes may take until they serve for the first time, and to end.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What is tried.
#[derive(Clone, Debug)]
pub struct TrialPlan {
    /// The nodes.
    pub setup: Setup,
    /// What goes wrong.
    pub faults: Faults,
    /// What the clients do.
    pub load: LoadOptions,
    /// How long a write through a node may take after the faults.
    pub recovery: Duration,
    /// Whether `synod audit` is asked in the end.
    pub has_audit: bool,
}

impl TrialPlan {
    /// Every kind of fault, for so long; clocks jump where they can.
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

/// What is seen of a trial while it goes on.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// What is done.
    pub phase: &'a str,
    /// How long the trial goes on.
    pub elapsed: Duration,
    /// How many calls are written down.
    pub calls: usize,
    /// How many nodes were killed.
    pub kills: u64,
    /// How many things went wrong that must not.
    pub problems: usize,
}

/// Runs a trial. It is cut short when `stop` is set: what was seen so far is
/// judged all the same.
///
/// # Errors
///
/// Where there could be no trial: what the nodes do wrong is in the report.
pub fn run(
    plan: &TrialPlan,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<TrialReport, ClusterError> {
    run_with(plan, progress, |trial| trial.disturb(stop))
}

/// Runs a trial in which something else goes wrong than the plan says: whatever
/// `disturb` does, while there is load.
///
/// # Errors
///
/// As [`run`], and those of `disturb`.
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
    trial.say("the last calls");
    let unreached = load.end();
    trial.read_all();
    let frames = trial.cluster.frames();
    trial.end()?;
    trial.say("audit");
    let audit = plan.has_audit.then(|| audit(&trial.cluster));
    trial.say("judgement");
    let history = trial.recorder.take();
    trial.keep(&history)?;
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
        frames_passed: frames.0,
        frames_lost: frames.1,
        longest_gap_seconds: longest_gap(&history).as_secs_f64(),
        first_write_seconds,
        first_write_bound_seconds: plan.recovery.as_secs_f64(),
        judgement: linearizability::check(&history),
        audit,
        problems: trial.problems,
        events: trial.events,
        folder: plan.setup.folder.clone(),
    })
}

/// A trial that goes on.
pub struct Trial<'a> {
    /// The nodes.
    pub cluster: Cluster,
    pub(crate) plan: &'a TrialPlan,
    begun: Instant,
    pub(crate) nodes: Vec<(u32, SocketAddr)>,
    progress: &'a mut dyn FnMut(Progress<'_>),
    pub(crate) recorder: Arc<Recorder>,
    paused: BTreeSet<u32>,
    pub(crate) faults: FaultCounts,
    pub(crate) problems: Vec<String>,
    events: Vec<String>,
}

impl Trial<'_> {
    pub(crate) fn say(&mut self, phase: &str) {
        (self.progress)(Progress {
            phase,
            elapsed: self.begun.elapsed(),
            calls: self.recorder.len(),
            kills: self.faults.kills,
            problems: self.problems.len(),
        });
    }

    /// Writes an event down, with the time on the clock of the history.
    pub fn note(&mut self, event: &str) {
        let at = Duration::from_nanos(self.recorder.now()).as_secs_f64();
        self.events.push(format!("{at:.6} s: {event}"));
    }

    /// Everything that goes wrong, when it should.
    fn disturb(&mut self, stop: &AtomicBool) -> Result<(), ClusterError> {
        let begun = Instant::now();
        // Nothing else goes wrong while a ledger is lost: all that follows is
        // later by so much.
        let mut held_up = Duration::ZERO;
        let mut said = Duration::ZERO;
        for (at, action) in self.plan.faults.schedule() {
            let at = at + held_up;
            while begun.elapsed() < at && !stop.load(Ordering::Relaxed) {
                self.watch()?;
                if begun.elapsed() >= said {
                    self.say("faults");
                    said = begun.elapsed() + Duration::from_secs(1);
                }
                thread::sleep(TICK.min(at.saturating_sub(begun.elapsed())));
            }
            if stop.load(Ordering::Relaxed) {
                self.note("cut short");
                return Ok(());
            }
            let acts = Instant::now();
            self.act(&action)?;
            if let Action::Lose(..) = action {
                held_up += acts.elapsed();
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
                let Some(node) = self.cluster.president() else {
                    self.note("nobody presides who could be stopped");
                    return Ok(());
                };
                self.note(&format!("stop node {node}, who presides"));
                self.cluster.pause(node)?;
                self.paused.insert(node);
                self.faults.pauses += 1;
                return Ok(());
            }
            Action::Resume => {
                for node in std::mem::take(&mut self.paused) {
                    self.note(&format!("node {node} goes on"));
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
            Action::Lose(loss, node) => return self.lose(*loss, *node),
            Action::SetClock(_, _) if self.plan.setup.clock.is_none() => return Ok(()),
            Action::SetClock(node, ahead) => {
                self.cluster.set_clock(*node, *ahead)?;
                self.faults.clock_jumps += 1;
            }
        }
        self.note(&action.to_string());
        Ok(())
    }

    /// No node may end by itself. One that does is started again.
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
