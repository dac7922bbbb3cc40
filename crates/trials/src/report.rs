//! The report of a trial: returned by [`trial::run`](crate::trial::run), displayed as
//! text, and serialized as JSON.

use crate::faults::{LinkFault, Loss};
use crate::history::{Call, CallOutcome};
use crate::linearizability::Judgement;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// The report of a trial.
#[derive(Clone, Debug, Serialize)]
pub struct TrialReport {
    /// The version of the format of the report as JSON.
    pub schema: u32,
    /// The seed that determined the faults and the calls.
    pub seed: u64,
    /// The number of nodes.
    pub nodes: u32,
    /// How long faults were injected.
    pub faults_seconds: f64,
    /// The outcomes of the calls.
    pub calls: Calls,
    /// The injected faults.
    #[serde(flatten)]
    pub faults: FaultCounts,
    /// The snapshots of the nodes.
    pub snapshots: SnapshotCounts,
    /// The number of frames that arrived.
    pub frames_passed: u64,
    /// The number of frames that were lost on the way.
    pub frames_lost: u64,
    /// The longest time without any answer to any client.
    pub longest_gap_seconds: f64,
    /// For each node, the time from the end of the faults to the first write that
    /// succeeded through it. `None` if no write succeeded within the bound.
    pub first_write_seconds: BTreeMap<u32, Option<f64>>,
    /// The bound for these times.
    pub first_write_bound_seconds: f64,
    /// Whether some order of the calls explains all answers.
    pub judgement: Judgement,
    /// The result of `synod audit`, if it was run.
    pub audit: Option<Audit>,
    /// Nodes that ended by themselves, reads at the end that failed, and all other
    /// failures of the nodes.
    pub problems: Vec<String>,
    /// The injected faults and other events, with their times.
    pub events: Vec<String>,
    /// The folder with the nodes' folders, their logs and the history.
    pub folder: PathBuf,
}

/// How often each kind of fault was injected.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FaultCounts {
    /// Kills of a node.
    pub kills: u64,
    /// Stops of the president (leader).
    pub pauses: u64,
    /// Failures of links, by their kind.
    pub links: BTreeMap<LinkFault, u64>,
    /// Losses of a ledger, by their kind. Each of those nodes refused to vote; a node
    /// that did not is among the problems.
    pub losses: BTreeMap<Loss, u64>,
    /// Jumps of the clock of a node.
    pub clock_jumps: u64,
    /// Absences of the straggler.
    pub absences: u64,
}

/// How many snapshots there were, as the nodes have logged them. A trial in which nodes take
/// none says nothing about them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SnapshotCounts {
    /// Snapshots that a node has taken of its law.
    pub taken: u64,
    /// Snapshots that a node has sent to another one, whole.
    pub sent: u64,
    /// Snapshots of another node that have taken the place of a node's law.
    pub installed: u64,
}

impl SnapshotCounts {
    /// Counts the snapshots in the log of a node.
    pub fn of(log: &str) -> Self {
        let count = |what: &str| log.lines().filter(|line| line.contains(what)).count() as u64;
        Self {
            taken: count("a snapshot was taken"),
            sent: count("a snapshot was sent"),
            installed: count("a snapshot was installed"),
        }
    }
}

impl std::iter::Sum for SnapshotCounts {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            taken: sum.taken + one.taken,
            sent: sum.sent + one.sent,
            installed: sum.installed + one.installed,
        })
    }
}

/// The number of calls with each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Calls {
    /// Calls that were carried out and answered.
    pub answered: u64,
    /// Calls that were certainly not carried out.
    pub not_carried_out: u64,
    /// Calls that may have been carried out or not.
    pub unknown: u64,
    /// Calls that were not made, because the node could not be reached.
    pub unreached: u64,
}

/// The result of `synod audit`.
#[derive(Clone, Debug, Serialize)]
pub struct Audit {
    /// The command line.
    pub command: String,
    /// Whether no claim was violated.
    pub passed: bool,
    /// The output of the command.
    pub output: String,
}

impl TrialReport {
    /// Whether the trial found no failure: there is no problem, the history is
    /// linearizable, the audit passed, and a write succeeded through each node.
    pub fn is_good(&self) -> bool {
        self.problems.is_empty()
            && self.judgement.is_linearizable()
            && self.audit.as_ref().is_none_or(|audit| audit.passed)
            && self.first_write_seconds.values().all(Option::is_some)
    }
}

impl Calls {
    /// Counts the calls of a history. Calls that were not made are not part of it.
    pub fn of(history: &[Call]) -> Self {
        let mut calls = Self::default();
        for call in history {
            match call.outcome {
                CallOutcome::Answered { .. } => calls.answered += 1,
                CallOutcome::NotCarriedOut { .. } => calls.not_carried_out += 1,
                CallOutcome::Unknown { .. } => calls.unknown += 1,
            }
        }
        calls
    }
}

/// The longest time without any answer to any client, from the first call to the end of
/// the last. O(n log n).
pub fn longest_gap(history: &[Call]) -> Duration {
    let answered = |call: &&Call| matches!(call.outcome, CallOutcome::Answered { .. });
    let begun = history.iter().map(|call| call.invoked).min();
    let mut answers: Vec<u64> = history.iter().filter(answered).map(Call::ended).collect();
    answers.extend(begun);
    answers.extend(history.iter().map(Call::ended).max());
    answers.sort_unstable();
    let gaps = answers.windows(2).map(|pair| pair[1] - pair[0]);
    Duration::from_nanos(gaps.max().unwrap_or(0))
}

impl fmt::Display for TrialReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, nodes, .. } = self;
        let seconds = self.faults_seconds;
        writeln!(f, "seed {seed}, {nodes} nodes, {seconds:.1} s of faults")?;
        let FaultCounts { kills, pauses, .. } = &self.faults;
        write!(
            f,
            "faults       {kills} kills, {pauses} stops of the president"
        )?;
        for (fault, count) in &self.faults.links {
            write!(f, ", {count} × {fault}")?;
        }
        for (loss, count) in &self.faults.losses {
            write!(f, ", {count} × {loss}")?;
        }
        if self.faults.clock_jumps > 0 {
            write!(f, ", {} × clock jump", self.faults.clock_jumps)?;
        }
        if self.faults.absences > 0 {
            let absences = self.faults.absences;
            write!(f, ", {absences} × absence of the node that is far behind")?;
        }
        let SnapshotCounts {
            taken,
            sent,
            installed,
        } = self.snapshots;
        writeln!(
            f,
            "\nsnapshots    {taken} taken, {sent} sent, {installed} installed"
        )?;
        let (passed, lost) = (self.frames_passed, self.frames_lost);
        writeln!(f, "frames       {passed} arrived, {lost} lost")?;
        let calls = &self.calls;
        writeln!(
            f,
            "calls        {} answered, {} certainly not carried out, {} unknown, {} not made",
            calls.answered, calls.not_carried_out, calls.unknown, calls.unreached
        )?;
        writeln!(
            f,
            "longest gap  {:.2} s without an answer",
            self.longest_gap_seconds
        )?;
        write!(f, "afterwards   first write")?;
        for (node, seconds) in &self.first_write_seconds {
            match seconds {
                Some(seconds) => write!(f, ", through node {node} after {seconds:.2} s")?,
                None => write!(f, ", through node {node} NEVER")?,
            }
        }
        writeln!(f, " (bound: {:.0} s)", self.first_write_bound_seconds)?;
        writeln!(f, "history      {}", self.judgement)?;
        match &self.audit {
            None => writeln!(f, "audit        not run")?,
            Some(audit) if audit.passed => writeln!(f, "audit        passed")?,
            Some(audit) => {
                writeln!(f, "audit        FAILED: {}", audit.command)?;
                writeln!(f, "{}", audit.output)?;
            }
        }
        for problem in &self.problems {
            writeln!(f, "problem      {problem}")?;
        }
        let verdict = if self.is_good() { "good" } else { "BAD" };
        write!(f, "verdict      {verdict}")
    }
}
