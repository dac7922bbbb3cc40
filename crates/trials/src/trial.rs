//! A trial: load and faults for a while, then calm, then the verdict.
//!
//! While something goes wrong nothing is demanded but the truth. Afterwards a
//! write through each node must succeed within a bound, and what every node
//! then reads belongs to the history that is judged: so no write that was
//! acknowledged may be lost.

use crate::cluster::{Cluster, ClusterError, Setup};
use crate::faults::{Action, Faults, LINK_FAULTS, LinkFault};
use crate::history::{self, Call, Condition, Operation, Outcome, Recorder};
use crate::linearizability;
use crate::load::{Client, Load, LoadOptions};
use crate::report::{Audit, Calls, Report, longest_gap};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufWriter;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How often the nodes are looked at.
const TICK: Duration = Duration::from_millis(50);

/// How long the nodes may take until they serve for the first time, and to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is tried.
#[derive(Clone, Debug)]
pub struct Plan {
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

impl Plan {
    /// Every kind of fault, for so long.
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
        };
        Self {
            setup: Setup { seed, ..setup },
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
    plan: &Plan,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Report, ClusterError> {
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
        kills: 0,
        pauses: 0,
        links: BTreeMap::new(),
        problems: Vec::new(),
        events: Vec::new(),
    };
    trial
        .cluster
        .wait_until_serving(&trial.cluster.ids(), PATIENCE)?;
    let load = Load::start(trial.nodes.clone(), &trial.recorder, plan.load.clone());
    let faults_began = Instant::now();
    trial.disturb(stop)?;
    let faults_seconds = faults_began.elapsed().as_secs_f64();
    let first_write_seconds = trial.recover()?;
    trial.say("the last calls");
    let unreached = load.end();
    trial.read_all();
    let frames = trial.cluster.frames();
    trial.end()?;
    trial.say("audit");
    let audit = if plan.has_audit {
        let folders = trial
            .cluster
            .ids()
            .into_iter()
            .map(|id| trial.cluster.folder(id));
        let folders: Vec<PathBuf> = folders.collect();
        Some(audit(
            trial.cluster.binary(),
            &folders,
            &trial.cluster.traces(),
        ))
    } else {
        None
    };
    trial.say("judgement");
    let history = trial.recorder.take();
    trial.keep(&history)?;
    Ok(Report {
        schema: 1,
        seed: plan.faults.seed,
        nodes: plan.setup.nodes,
        faults_seconds,
        calls: Calls {
            unreached,
            ..Calls::of(&history)
        },
        kills: trial.kills,
        pauses: trial.pauses,
        links: trial.links,
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

/// Asks `synod audit` about what the nodes have kept, and, where there are any,
/// their traces.
pub fn audit(binary: &Path, folders: &[PathBuf], traces: &[PathBuf]) -> Audit {
    let mut command = Command::new(binary);
    command.arg("audit").args(folders).stdin(Stdio::null());
    for trace in traces {
        command.arg("--trace").arg(trace);
    }
    let (passed, output) = match command.output() {
        Ok(output) => {
            let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
            text += &String::from_utf8_lossy(&output.stderr);
            (output.status.success(), text)
        }
        Err(error) => (false, error.to_string()),
    };
    Audit {
        command: format!("{command:?}"),
        passed,
        output,
    }
}

struct Trial<'a> {
    plan: &'a Plan,
    begun: Instant,
    nodes: Vec<(u32, SocketAddr)>,
    cluster: Cluster,
    progress: &'a mut dyn FnMut(Progress<'_>),
    recorder: Arc<Recorder>,
    paused: BTreeSet<u32>,
    kills: u64,
    pauses: u64,
    links: BTreeMap<LinkFault, u64>,
    problems: Vec<String>,
    events: Vec<String>,
}

impl Trial<'_> {
    fn say(&mut self, phase: &str) {
        (self.progress)(Progress {
            phase,
            elapsed: self.begun.elapsed(),
            calls: self.recorder.len(),
            kills: self.kills,
            problems: self.problems.len(),
        });
    }

    fn note(&mut self, event: &str) {
        // On the clock of the history.
        let at = Duration::from_nanos(self.recorder.now()).as_secs_f64();
        self.events.push(format!("{at:.6} s: {event}"));
    }

    /// Everything that goes wrong, when it should.
    fn disturb(&mut self, stop: &AtomicBool) -> Result<(), ClusterError> {
        let begun = Instant::now();
        let mut said = Duration::ZERO;
        for (at, action) in self.plan.faults.schedule() {
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
            self.act(&action)?;
        }
        Ok(())
    }

    fn act(&mut self, action: &Action) -> Result<(), ClusterError> {
        match action {
            Action::Kill(node) => {
                self.watch()?;
                self.cluster.kill(*node)?;
                self.paused.remove(node);
                self.kills += 1;
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
                self.pauses += 1;
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
                *self.links.entry(*fault).or_default() += 1;
            }
            Action::Mend => self.cluster.mend(),
        }
        self.note(&action.to_string());
        Ok(())
    }

    /// No node may end by itself. One that does is started again.
    fn watch(&mut self) -> Result<(), ClusterError> {
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

    /// Nothing goes wrong any more: how long each node takes to carry out a
    /// write.
    fn recover(&mut self) -> Result<BTreeMap<u32, Option<f64>>, ClusterError> {
        self.watch()?;
        self.act(&Action::Resume)?;
        self.cluster.mend();
        for node in self.cluster.ids() {
            self.cluster.start_node(node)?;
        }
        self.note("nothing goes wrong any more");
        let begun = Instant::now();
        let mut first = BTreeMap::new();
        let id = self.plan.load.clients + 1;
        let mut client = Client::new(id, self.plan.load.timeout, Arc::clone(&self.recorder));
        let mut tries = 0;
        for node in self.nodes.clone() {
            self.say("recovery");
            let mut seconds = None;
            while seconds.is_none() && begun.elapsed() < self.plan.recovery {
                tries += 1;
                let operation = Operation::Set {
                    value: format!("{id}.{tries}"),
                    condition: Condition::Always,
                };
                match client.call(node, "recovery", operation) {
                    Some(Outcome::Answered { .. }) => seconds = Some(begun.elapsed().as_secs_f64()),
                    _ => thread::sleep(TICK),
                }
                self.watch()?;
            }
            first.insert(node.0, seconds);
        }
        Ok(first)
    }

    /// Each node reads each key.
    fn read_all(&mut self) {
        let keys = self.recorder.keys();
        self.say("final reads");
        let timeout = self.plan.load.timeout;
        let readers = (self.plan.load.clients + 2..).zip(self.nodes.clone());
        let threads: Vec<_> = readers
            .map(|(id, node)| {
                let mut client = Client::new(id, timeout, Arc::clone(&self.recorder));
                let keys = keys.clone();
                thread::spawn(move || {
                    let reads = |key: &&String| !reads(&mut client, node, key);
                    keys.iter().find(reads).map(|key| (node.0, key.clone()))
                })
            })
            .collect();
        for thread in threads {
            if let Ok(Some((node, key))) = thread.join() {
                let problem = format!("node {node} could not read {key} in the end");
                self.problems.push(problem);
            }
        }
    }

    /// All nodes end when they are asked to.
    fn end(&mut self) -> Result<(), ClusterError> {
        self.watch()?;
        for node in self.cluster.ids() {
            let status = self.cluster.end(node, PATIENCE)?;
            let problem = match status {
                Some(status) if status.success() => continue,
                Some(status) => format!("node {node} did not end well: {status}"),
                None => format!("node {node} did not end when it was asked to"),
            };
            self.problems.push(problem);
        }
        Ok(())
    }

    /// Writes the history beside the logs.
    fn keep(&self, history: &[Call]) -> Result<(), ClusterError> {
        let path = self.plan.setup.folder.join("history.jsonl");
        let written = File::create(&path).and_then(|file| {
            let file = BufWriter::new(file);
            history::write(history, file)
        });
        written.map_err(|error| ClusterError::File { path, error })
    }
}

/// Whether a key could be read through a node, at least the tenth time.
fn reads(client: &mut Client, node: (u32, SocketAddr), key: &str) -> bool {
    (0..10).any(|_| {
        let outcome = client.call(node, key, Operation::Get);
        let is_read = matches!(outcome, Some(Outcome::Answered { .. }));
        if !is_read {
            thread::sleep(4 * TICK);
        }
        is_read
    })
}
