//! Merges the traces of all legislators into one run of the basic protocol.
//!
//! The next step of a trace is taken as soon as it is enabled. No search for an order is
//! needed: a step depends only on the state of its legislator, which follows from that
//! legislator's trace, and on the messages in 𝓜, which only grows. So a step that is
//! enabled stays enabled, and taking it disables no step of others. If an order exists
//! in which all steps can be taken, this rule finds one. O(lines · legislators).
//!
//! A trace may be written while it is read. Therefore the length of each trace is taken
//! twice. The lines within the first length must be explained. Their causes are within
//! the second lengths, because these are taken after all first ones.

use crate::ballots;
use crate::crash_gap::CrashGap;
use crate::error::{AuditError, MergeError};
use crate::report::{AuditReport, Claim, Finding, Location};
use crate::state::State;
use crate::step::{Hindrance, LegislatorStep};
use std::collections::VecDeque;
use std::path::Path;
use synod_math::Priest;
use synod_paper::variables::Assign;
use synod_protocol::parliament::DecreeNumber;
use synod_trace::reader::LineRead;
use synod_trace::{Event, Reader, Recovered, TraceError};

/// A file of a trace.
#[derive(Debug)]
pub(crate) struct Part {
    /// Its number among the files of the trace.
    pub(crate) number: u64,
    pub(crate) reader: Reader,
    /// The length at the first moment: the lines within it must be explained.
    pub(crate) required: u64,
    /// The length at the second moment: this part is read.
    pub(crate) length: u64,
}

/// A trace that is being read.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) node: Priest,
    /// The file that is being read, and those after it.
    parts: VecDeque<Part>,
    /// The lines that were cut off in earlier files.
    torn: u64,
    /// Whether no line has been read yet.
    is_new: bool,
    /// Whether its ledger replaces a lost one whose loss is known or accepted.
    has_lost: bool,
    /// The ledger to which the trace must lead. `None` if the ledger or the trace was
    /// written during the audit.
    pub(crate) last: Option<Box<Recovered>>,
    head: Head,
    /// The number of the last line that was read, within its life.
    counted: u64,
    /// Its number within the file.
    line: u64,
    /// Whether it is within the part that must be explained.
    is_required: bool,
    /// The bytes that were read of the file.
    end: u64,
}

/// The next step of a trace.
#[derive(Debug)]
enum Head {
    /// The next line has not been read.
    Unread,
    /// The step of the last line that was read.
    Step(LegislatorStep),
    /// The steps before a recovery that the crash kept out of the trace.
    CrashGap(VecDeque<CrashGap>),
    /// There is no further step.
    End,
}

impl Stream {
    /// A trace with these files, one at least.
    pub(crate) const fn new(
        node: Priest,
        parts: VecDeque<Part>,
        last: Option<Box<Recovered>>,
        has_lost: bool,
    ) -> Self {
        Self {
            node,
            parts,
            torn: 0,
            is_new: true,
            has_lost,
            last,
            head: Head::Unread,
            counted: 0,
            line: 0,
            is_required: false,
            end: 0,
        }
    }

    /// How many lines that were cut off have been skipped so far.
    pub(crate) fn torn(&self) -> u64 {
        let present = self.parts.iter().map(|part| part.reader.torn());
        self.torn + present.sum::<u64>()
    }

    fn here(&self) -> Location {
        let file = self.parts.front().map(|part| part.reader.file());
        Location {
            file: file.unwrap_or(Path::new("")).to_owned(),
            line: self.line,
        }
    }

    /// The place of the last line that was read.
    fn place(&self) -> u64 {
        let number = self.parts.front().map_or(0, |part| part.number);
        ballots::place(number, self.line)
    }

    /// The next line, and how many bytes were read for it.
    fn next_line(&mut self) -> Result<Option<(LineRead, u64)>, TraceError> {
        while let Some(part) = self.parts.front_mut() {
            if let Some(read) = part.reader.next_line()? {
                let bytes = read.end - self.end;
                (self.line, self.end) = (read.line, read.end);
                self.is_required = read.end <= part.required;
                return Ok(Some((read, bytes)));
            }
            let torn = part.reader.torn();
            if self.parts.len() == 1 {
                return Ok(None);
            }
            self.torn += torn;
            self.end = 0;
            self.parts.pop_front();
        }
        Ok(None)
    }

    /// Whether the next step must be explained.
    fn is_required(&self) -> bool {
        match self.head {
            Head::End | Head::Unread => false,
            Head::Step(_) | Head::CrashGap(_) => self.is_required,
        }
    }
}

/// The run, up to the steps taken so far.
pub(crate) struct Merge<'a> {
    pub(crate) state: State,
    pub(crate) streams: Vec<Stream>,
    pub(crate) report: &'a mut AuditReport,
    /// Whether a step was taken that was not enabled. Later violations may be mere
    /// consequences of it.
    pub(crate) has_diverged: bool,
}

impl Merge<'_> {
    /// Takes all steps of all traces.
    pub(crate) fn run(&mut self) -> Result<(), AuditError> {
        loop {
            self.state.numbers.trim()?;
            let mut hindrances = Vec::new();
            let mut has_moved = false;
            for of in 0..self.streams.len() {
                while let Some(taken) = self.advance(of)? {
                    match taken {
                        Ok(()) => {
                            has_moved = true;
                            self.state.numbers.trim()?;
                        }
                        Err(hindrance) => {
                            hindrances.push((of, hindrance));
                            break;
                        }
                    }
                }
            }
            if has_moved {
                continue;
            }
            hindrances.retain(|(of, _)| self.streams[*of].is_required());
            let Some(&(first, _)) = hindrances.first() else {
                return Ok(());
            };
            let assumed: u64 = hindrances
                .iter()
                .map(|(of, why)| self.assume(*of, why))
                .sum();
            if assumed > 0 {
                self.report.figures.assumed += assumed;
                continue;
            }
            self.report_hindrances(&hindrances);
            self.has_diverged = true;
            self.force(first);
        }
    }

    /// Assumes messages from before the traces begin that this step needs.
    fn assume(&mut self, of: usize, hindrance: &Hindrance) -> u64 {
        let step = match &self.streams[of].head {
            Head::Step(step) => Some(step),
            _ => None,
        };
        self.state.assume(step, hindrance)
    }

    /// Takes the next step of a trace, if it is enabled. `None` if there is no next step.
    fn advance(&mut self, of: usize) -> Result<Option<Result<(), Hindrance>>, MergeError> {
        // A line that only says where the legislator stands is no step.
        while matches!(self.streams[of].head, Head::Unread) {
            self.read(of)?;
        }
        let stream = &mut self.streams[of];
        let (p, place) = (stream.node, stream.place());
        let taken = match &mut stream.head {
            Head::End | Head::Unread => return Ok(None),
            Head::Step(step) => match self.state.is_enabled(p, step) {
                Ok(()) => {
                    self.state.take(p, step, place);
                    self.report.figures.steps += 1;
                    stream.head = Head::Unread;
                    Ok(())
                }
                Err(hindrance) => Err(hindrance),
            },
            Head::CrashGap(gap) => match gap.front() {
                None => {
                    self.state.take(p, &LegislatorStep::LOSE_SLIP, 0);
                    stream.head = Head::Unread;
                    Ok(())
                }
                Some(step) => {
                    let taken = self.state.take_in_gap(p, step);
                    if taken.is_ok() {
                        self.report.figures.crash_gap += 1;
                        gap.pop_front();
                    }
                    taken
                }
            },
        };
        // A step that no step of another legislator can enable is reported and taken now:
        // waiting for the others would not help.
        match taken {
            Err(hindrance) if !hindrance.depends_on_others() && self.streams[of].is_required() => {
                let head = &self.streams[of].head;
                let is_unknown = |step| self.state.is_unknown(p, step, &hindrance);
                if matches!(head, Head::Step(step) if is_unknown(step)) {
                    self.report.figures.assumed += 1;
                } else {
                    self.report_hindrances(&[(of, hindrance)]);
                    self.has_diverged = true;
                }
                self.force(of);
                Ok(Some(Ok(())))
            }
            taken => Ok(Some(taken)),
        }
    }

    fn read(&mut self, of: usize) -> Result<(), MergeError> {
        let stream = &mut self.streams[of];
        let Some((LineRead { entry, .. }, bytes)) = stream.next_line()? else {
            // The ledger that was read is the state after all lines.
            stream.is_required = true;
            match stream.last.take() {
                Some(last) => self.recover(of, &last),
                None => stream.head = Head::End,
            }
            return Ok(());
        };
        self.state.numbers.grew(bytes as usize);
        let is_first = std::mem::take(&mut stream.is_new);
        self.report.figures.lines += 1;
        if entry.node != stream.node {
            return Err(MergeError::Foreign(stream.here()));
        }
        let expected = match entry.event {
            Event::Recover(_) => 1,
            Event::Continue(_) if is_first => entry.line,
            Event::Continue(_) | Event::Did(_) => stream.counted + 1,
        };
        stream.counted = entry.line;
        if entry.line != expected {
            let what = format!(
                "line {} of a life is in the place of line {expected}",
                entry.line
            );
            let here = stream.here();
            self.find(Claim::WholeTraces, None, what, vec![here]);
        }
        match entry.event {
            Event::Did(action) => self.streams[of].head = Head::Step(self.state.step(&action)),
            Event::Recover(now) => {
                self.report.figures.lives += 1;
                let (p, has_lost) = (self.streams[of].node, self.streams[of].has_lost);
                if is_first && (has_lost || !is_empty(&now)) {
                    self.state.begin(p, &now, None);
                    if has_lost {
                        self.state.begin_after_loss(p);
                    }
                } else {
                    self.recover(of, &now);
                }
            }
            Event::Continue(now) if is_first => {
                self.report.figures.lives += 1;
                let (p, presided) = (self.streams[of].node, now.presided.as_ref());
                self.state.begin(p, &now.recovered, presided);
            }
            Event::Continue(now) => self.compare(of, &now.recovered),
        }
        Ok(())
    }

    /// Compares the ledger in the first line of a file with that after the lines before it: they are
    /// the same.
    fn compare(&mut self, of: usize, now: &Recovered) {
        if self.has_diverged {
            return;
        }
        let stream = &self.streams[of];
        let (p, here) = (stream.node, stream.here());
        let differences = match self.state.crash_gap(p, now) {
            Ok(gap) if gap.is_empty() => return,
            Ok(_) => vec!["there is something that the lines before do not lead to".to_owned()],
            Err(gone) => gone,
        };
        for what in differences {
            let what = format!("where the trace of {p} goes on in another file: {what}");
            self.find(Claim::LedgerFollows, None, what, vec![here.clone()]);
        }
    }

    /// Finds the actions that lead to the ledger of a recovery and are in no trace.
    fn recover(&mut self, of: usize, now: &Recovered) {
        let stream = &self.streams[of];
        let (p, here) = (stream.node, stream.here());
        if now.ledger.life != self.state.of(p).life {
            self.state.lose(p, now);
        }
        let gap = match self.state.crash_gap(p, now) {
            Ok(gap) => gap,
            Err(gone) => {
                for what in gone {
                    let what = format!("in the ledger of {p}: {what}");
                    self.find(Claim::LedgerFollows, None, what, vec![here.clone()]);
                }
                self.has_diverged = true;
                let legislator = self.state.of_mut(p);
                legislator.last_tried = now.ledger.last_tried;
                legislator.next_bal = now.ledger.next_bal;
                VecDeque::new()
            }
        };
        self.streams[of].head = Head::CrashGap(gap);
    }

    /// Takes the next step of a trace although it is not enabled, so that the audit can
    /// go on.
    fn force(&mut self, of: usize) {
        let stream = &mut self.streams[of];
        let place = stream.place();
        match &mut stream.head {
            Head::Step(step) => {
                self.state.take(stream.node, step, place);
                stream.head = Head::Unread;
            }
            Head::CrashGap(gap) => match gap.pop_front() {
                Some(CrashGap::Outcome { at, id, .. }) => {
                    self.state.number_mut(at, 0).set_outcome(stream.node, id);
                }
                Some(CrashGap::Try(b)) => self.state.of_mut(stream.node).last_tried = Some(b),
                Some(CrashGap::Promise(b)) => self.state.of_mut(stream.node).next_bal = Some(b),
                Some(CrashGap::CutOff { at, .. }) => self.state.know(stream.node, at),
                Some(CrashGap::Votes(..)) | None => {}
            },
            Head::End | Head::Unread => {}
        }
    }

    /// Reports the steps that are not enabled, if they are the first such steps. Later
    /// ones may be mere consequences.
    fn report_hindrances(&mut self, hindrances: &[(usize, Hindrance)]) {
        if self.has_diverged {
            return;
        }
        let (mut whats, mut locations, mut number) = (Vec::new(), Vec::new(), None);
        let mut claim = Claim::LedgerFollows;
        for (of, hindrance) in hindrances {
            let stream = &self.streams[*of];
            let (p, why) = (stream.node, hindrance.sentence(&self.state));
            locations.push(stream.here());
            whats.push(match &stream.head {
                Head::Step(step) => {
                    claim = Claim::Steps;
                    number = number.or(step.at());
                    format!("{p} cannot {}: {why}", self.state.name(step))
                }
                _ => format!("the ledger of {p} does not follow from the trace of {p}: {why}"),
            });
        }
        self.find(claim, number, whats.join("; "), locations);
    }

    fn find(
        &mut self,
        claim: Claim,
        number: Option<DecreeNumber>,
        what: String,
        locations: Vec<Location>,
    ) {
        let figure = number.and_then(|at| self.state.at(at)).map(ballots::figure);
        self.report.find(Finding {
            claim,
            number,
            what,
            figure,
            locations,
        });
    }
}

fn is_empty(now: &Recovered) -> bool {
    now.known == DecreeNumber::ZERO && now.ledger == synod_trace::Ledger::new()
}
