//! The traces of a cluster: found, measured, merged and checked.

use crate::ballots::{self, Files};
use crate::ledgers::{FoundLedger, Ledgers};
use crate::merge::{Merge, Part, Stream};
use crate::report::{AuditReport, Claim, Finding, Location};
use crate::state::State;
use crate::store::Numbers;
use crate::{AuditError, AuditScope, MergeError};
use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use synod_math::{Priest, Quorums};
use synod_trace::{self as trace, Event, Reader, TraceError};

/// A trace, with the lengths of its files at two moments.
#[derive(Debug)]
pub(crate) struct FoundTrace {
    /// The present file.
    file: PathBuf,
    node: Priest,
    parts: VecDeque<Part>,
}

/// Finds the traces in the folders of the ledgers, and those that the scope names.
pub(crate) fn find(
    scope: &AuditScope,
    ledgers: &Ledgers,
    report: &mut AuditReport,
) -> Result<Vec<FoundTrace>, AuditError> {
    if !scope.with_traces {
        return Ok(Vec::new());
    }
    let mut traces: Vec<FoundTrace> = Vec::new();
    let beside = scope.folders.iter().map(|folder| folder.join(trace::FILE));
    let beside = beside.filter(|file| file.exists());
    for file in beside.chain(scope.traces.iter().cloned()) {
        let parts = parts(&file)?;
        let Some(node) = owner(&parts, ledgers)? else {
            // A node that has just started may not have written a line yet.
            if scope.traces.contains(&file) {
                return Err(TraceError::Empty(file).into());
            }
            continue;
        };
        if let Some(same) = traces.iter().find(|found| found.node == node) {
            let (first, other) = (same.file.clone(), file);
            return Err(AuditError::SameTrace { first, other });
        }
        check_the_ledger_beside(&file, node, ledgers, report);
        find_missing_files(node, &parts, report);
        traces.push(FoundTrace { file, node, parts });
    }
    // No second length is taken before every first one: see `merge`.
    for found in &mut traces {
        found.measure_again()?;
    }
    Ok(traces)
}

/// The files of a trace. All that is in them must be explained.
fn parts(file: &Path) -> Result<VecDeque<Part>, TraceError> {
    let opened = trace::files::open(file).map_err(|source| TraceError::Io {
        file: file.to_owned(),
        source,
    })?;
    let parts = opened.into_iter().map(|(number, file, opened)| {
        let mut reader = Reader::of(&file, opened, 0);
        let length = reader.length()?;
        reader.set_length(length);
        Ok(Part {
            number,
            reader,
            required: length,
            length,
        })
    });
    parts.collect()
}

impl FoundTrace {
    /// Takes the lengths at the second moment. Meanwhile the last file may have become full, and
    /// new ones may have been begun.
    fn measure_again(&mut self) -> Result<(), TraceError> {
        let Some(last) = self.parts.back_mut() else {
            return Ok(());
        };
        let number = last.number;
        let new = parts(&self.file)?.into_iter();
        last.length = last.reader.length()?;
        last.reader.set_length(last.length);
        let new = new.filter(|part| part.number > number);
        self.parts.extend(new.map(|part| Part {
            required: 0,
            ..part
        }));
        Ok(())
    }

    /// Whether nothing was written between the two moments.
    fn is_still(&self) -> bool {
        self.parts.iter().all(|part| part.required == part.length)
    }
}

/// The legislator of a trace, from its first line. `None` if the trace has no line.
fn owner(parts: &VecDeque<Part>, ledgers: &Ledgers) -> Result<Option<Priest>, AuditError> {
    let Some(part) = parts.front() else {
        return Ok(None);
    };
    let Some(first) = part.reader.again()?.next_line()? else {
        return Ok(None);
    };
    let place = Location {
        file: part.reader.file().to_owned(),
        line: first.line,
    };
    let now = match &first.entry.event {
        Event::Recover(now) => now,
        Event::Continue(now) => &now.recovered,
        Event::Did(_) => return Err(MergeError::Begun(place).into()),
    };
    let of = ledgers.found.first().map(|found| &found.first.identity);
    let is_same = of.is_some_and(|of| {
        (&of.cluster, of.legislators) == (&now.identity.cluster, now.identity.legislators)
    });
    if !is_same {
        return Err(MergeError::Foreign(place).into());
    }
    Ok(Some(first.entry.node))
}

/// Reports files that are missing between others. Those that are missing at the beginning were
/// removed by the node.
fn find_missing_files(node: Priest, parts: &VecDeque<Part>, report: &mut AuditReport) {
    for (part, next) in parts.iter().zip(parts.iter().skip(1)) {
        for missing in part.number + 1..next.number {
            report.find(Finding {
                claim: Claim::WholeTraces,
                number: None,
                what: format!("file {missing} of the trace of {node} is missing"),
                figure: None,
                locations: vec![Location {
                    file: next.reader.file().to_owned(),
                    line: 1,
                }],
            });
        }
    }
}

/// Reports a ledger in the same folder as the trace of another legislator: the two were
/// exchanged.
fn check_the_ledger_beside(file: &Path, node: Priest, ledgers: &Ledgers, report: &mut AuditReport) {
    let beside = ledgers.found.iter();
    let beside = beside.filter(|found| found.folder.join(trace::FILE) == *file);
    for found in beside.filter(|found| found.me != node) {
        let what = format!("the ledger of {} lies beside the trace of {node}", found.me);
        report.find(Finding {
            claim: Claim::LedgerFollows,
            number: None,
            what,
            figure: None,
            locations: vec![Location {
                file: file.to_owned(),
                line: 1,
            }],
        });
    }
}

/// Merges the traces into one run, and checks the run and its ballots.
pub(crate) fn check(
    traces: Vec<FoundTrace>,
    ledgers: Ledgers,
    quorums: Quorums,
    report: &mut AuditReport,
) -> Result<Numbers, AuditError> {
    if let Some(why) = why_not(&traces, &ledgers, &quorums) {
        for claim in Claim::of_traces() {
            report.not_checked.insert(claim, why.clone());
        }
        return Ok(ledgers.numbers);
    }
    report.figures.traces = traces.len() as u64;
    let files = traces.iter().flat_map(|found| {
        let parts = found.parts.iter();
        parts.map(|part| ((found.node, part.number), part.reader.file().to_owned()))
    });
    let files: BTreeMap<_, _> = files.collect();
    let mut streams = Vec::new();
    for found in traces {
        let ledger = ledgers.found.iter().find(|ledger| ledger.me == found.node);
        let has_lost = ledger.is_some_and(FoundLedger::has_known_loss);
        let ledger = ledger.filter(|ledger| ledger.is_stable && found.is_still());
        let last = ledger.map(|ledger| Box::new(ledger.first.clone()));
        streams.push(Stream::new(found.node, found.parts, last, has_lost));
    }
    let mut state = State::new(quorums);
    state.numbers = ledgers.numbers;
    let mut merge = Merge {
        state,
        streams,
        report,
        has_diverged: false,
    };
    merge.run()?;
    let torn = merge.streams.iter().map(Stream::torn).sum();
    let (mut state, has_diverged) = (merge.state, merge.has_diverged);
    report.figures.torn = torn;
    if has_diverged {
        let why = "another violation came before, and its consequences are not known";
        for claim in [Claim::Steps, Claim::LedgerFollows] {
            report.not_checked.insert(claim, why.to_owned());
        }
    }
    ballots::check_all(&mut state, &Files(&files), report)?;
    Ok(state.numbers)
}

/// Why the traces cannot be checked, if they cannot.
pub(crate) fn why_not(
    traces: &[FoundTrace],
    ledgers: &Ledgers,
    quorums: &Quorums,
) -> Option<String> {
    let has_trace = |p: Priest| traces.iter().any(|found| found.node == p);
    let has_ledger = |p: Priest| ledgers.found.iter().any(|found| found.me == p);
    if traces.is_empty() {
        return Some("there are no traces".to_owned());
    }
    let mut all = quorums.priests().iter();
    let lacking = all.find(|&p| !(has_trace(p) && has_ledger(p)))?;
    let what = if has_trace(lacking) {
        "ledger"
    } else {
        "trace"
    };
    Some(format!(
        "the {what} of legislator {} is missing",
        lacking.index() + 1
    ))
}
