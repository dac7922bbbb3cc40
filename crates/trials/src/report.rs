//! What a trial found.

use crate::faults::{LinkFault, Loss};
use crate::history::{Call, CallOutcome};
use crate::linearizability::Judgement;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// What a trial found.
#[derive(Clone, Debug, Serialize)]
pub struct TrialReport {
    /// Of this form of report.
    pub schema: u32,
    /// What the trial follows from.
    pub seed: u64,
    /// How many nodes there were.
    pub nodes: u32,
    /// How long something went wrong.
    pub faults_seconds: f64,
    /// How the calls ended.
    pub calls: Calls,
    /// What went wrong.
    #[serde(flatten)]
    pub faults: FaultCounts,
    /// How many frames arrived.
    pub frames_passed: u64,
    /// How many were lost on the way.
    pub frames_lost: u64,
    /// The longest time without any answer to any client.
    pub longest_gap_seconds: f64,
    /// How long after the faults each node took to carry out a write.
    pub first_write_seconds: BTreeMap<u32, Option<f64>>,
    /// How long that may take.
    pub first_write_bound_seconds: f64,
    /// Whether some order of the calls explains all answers.
    pub judgement: Judgement,
    /// What `synod audit` found, if it was asked.
    pub audit: Option<Audit>,
    /// Nodes that ended by themselves, reads at the end that failed, and all else
    /// that must not be.
    pub problems: Vec<String>,
    /// What was done to the nodes and the network, and when.
    pub events: Vec<String>,
    /// Where the nodes' folders and logs and the history are.
    pub folder: PathBuf,
}

/// What went wrong, and how often.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FaultCounts {
    /// How many nodes were killed.
    pub kills: u64,
    /// How many times the president was stopped.
    pub pauses: u64,
    /// How many times links failed, and how.
    pub links: BTreeMap<LinkFault, u64>,
    /// How many ledgers were lost, and how; each of those nodes refused to vote,
    /// or there is a problem.
    pub losses: BTreeMap<Loss, u64>,
    /// How many times the clock of a node jumped.
    pub clock_jumps: u64,
}

/// How many calls ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Calls {
    /// Carried out, with an answer.
    pub answered: u64,
    /// Certainly not carried out.
    pub not_carried_out: u64,
    /// Carried out or not.
    pub unknown: u64,
    /// Never made: the node could not be reached.
    pub unreached: u64,
}

/// What `synod audit` found.
#[derive(Clone, Debug, Serialize)]
pub struct Audit {
    /// The command.
    pub command: String,
    /// Whether it found nothing wrong.
    pub passed: bool,
    /// What it wrote.
    pub output: String,
}

impl TrialReport {
    /// Whether there is nothing to complain of.
    pub fn is_good(&self) -> bool {
        self.problems.is_empty()
            && self.judgement.is_linearizable()
            && self.audit.as_ref().is_none_or(|audit| audit.passed)
            && self.first_write_seconds.values().all(Option::is_some)
    }
}

impl Calls {
    /// Counts those of a history.
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

/// The longest time without any answer to any client.
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
        let (passed, lost) = (self.frames_passed, self.frames_lost);
        writeln!(f, "\nframes       {passed} arrived, {lost} lost")?;
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
            None => writeln!(f, "audit        not asked for")?,
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
