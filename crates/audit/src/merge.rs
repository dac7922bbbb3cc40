//! The traces of all legislators, merged into one run of the basic protocol.
//!
//! What stands next in a trace is taken as soon as it is enabled. No order
//! needs to be sought: a step depends on its legislator's own state, which
//! follows from his trace, and on messages in 𝓜, which only grows; so a step
//! that can be taken now can be taken later as well, and takes nothing from
//! others. If any order exists, this one finds one. O(lines · legislators).
//!
//! A trace may be written while it is read. All lengths are taken twice: what
//! is within the first must be explained, and its causes are within the
//! second, because the second is taken of all after the first of any.

use crate::crash_gap::CrashGap;
use crate::report::{AuditReport, Claim, Finding, Location};
use crate::state::State;
use crate::step::{Hindrance, LegislatorStep};
use std::collections::VecDeque;
use synod_math::Priest;
use synod_paper::variables::Assign;
use synod_protocol::parliament::DecreeNumber;
use synod_trace::reader::LineRead;
use synod_trace::{Event, Reader, Recovered, TraceError};

/// A trace that is being read.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) node: Priest,
    pub(crate) reader: Reader,
    /// So many bytes must be explained.
    pub(crate) required: u64,
    /// The ledger in which it must end; none if it was written meanwhile.
    pub(crate) last: Option<Box<Recovered>>,
    head: Head,
    /// The number of the line before, within its life.
    counted: u64,
    line: u64,
    end: u64,
}

/// What is to be taken next.
#[derive(Debug)]
enum Head {
    /// It has to be read.
    Unread,
    /// A step that the line tells of.
    Step(LegislatorStep),
    /// The actions before a recovery that the crash kept out of the trace.
    CrashGap(VecDeque<CrashGap>),
    /// No more.
    End,
}

/// Why traces cannot be merged: bad input.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// One cannot be read.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// One tells of somebody else from some line on.
    #[error("{0}: a line of another legislator or cluster")]
    Foreign(Location),
    /// One does not begin at the beginning.
    #[error(
        "{0}: the trace does not begin with an empty ledger, so what came before it is not known"
    )]
    Begun(Location),
}

impl Stream {
    pub(crate) const fn new(
        node: Priest,
        reader: Reader,
        required: u64,
        last: Option<Box<Recovered>>,
    ) -> Self {
        Self {
            node,
            reader,
            required,
            last,
            head: Head::Unread,
            counted: 0,
            line: 0,
            end: 0,
        }
    }

    fn here(&self) -> Location {
        Location {
            file: self.reader.file().to_owned(),
            line: self.line,
        }
    }

    /// Whether what is to be taken next must be explained.
    fn is_required(&self) -> bool {
        match self.head {
            Head::End | Head::Unread => false,
            Head::Step(_) | Head::CrashGap(_) => self.end <= self.required,
        }
    }
}

/// The run, as far as it goes.
pub(crate) struct Merge<'a> {
    pub(crate) state: State,
    pub(crate) streams: Vec<Stream>,
    pub(crate) report: &'a mut AuditReport,
    /// Whether something was taken that was not enabled: what comes after it
    /// may be a mere consequence.
    pub(crate) has_diverged: bool,
}

impl Merge<'_> {
    /// Takes all steps that there are.
    pub(crate) fn run(&mut self) -> Result<(), MergeError> {
        loop {
            let mut hindrances = Vec::new();
            let mut has_moved = false;
            for of in 0..self.streams.len() {
                while let Some(taken) = self.advance(of)? {
                    match taken {
                        Ok(()) => has_moved = true,
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
            self.tell(&hindrances);
            self.force(first);
        }
    }

    /// Takes the next step of a trace; none if there is no more.
    fn advance(&mut self, of: usize) -> Result<Option<Result<(), Hindrance>>, MergeError> {
        if matches!(self.streams[of].head, Head::Unread) {
            self.read(of)?;
        }
        let stream = &mut self.streams[of];
        let (p, line) = (stream.node, stream.line);
        let taken = match &mut stream.head {
            Head::End | Head::Unread => return Ok(None),
            Head::Step(step) => match self.state.is_enabled(p, step) {
                Ok(()) => {
                    self.state.take(p, step, line);
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
        // Never within the limits of a loop: what is never enabled does not
        // become so by waiting.
        match taken {
            Err(hindrance) if !hindrance.depends_on_others() && self.streams[of].is_required() => {
                self.tell(&[(of, hindrance)]);
                self.force(of);
                Ok(Some(Ok(())))
            }
            taken => Ok(Some(taken)),
        }
    }

    fn read(&mut self, of: usize) -> Result<(), MergeError> {
        let stream = &mut self.streams[of];
        let next = stream.reader.next_line()?;
        let Some(LineRead { line, entry, end }) = next else {
            // The ledger that was read comes after all lines.
            stream.end = stream.required;
            match stream.last.take() {
                Some(last) => self.recover(of, &last),
                None => stream.head = Head::End,
            }
            return Ok(());
        };
        (stream.line, stream.end) = (line, end);
        self.report.figures.lines += 1;
        if entry.node != stream.node {
            return Err(MergeError::Foreign(stream.here()));
        }
        let expected = match entry.event {
            Event::Recover(_) => 1,
            Event::Did(_) => stream.counted + 1,
        };
        stream.counted = entry.line;
        if entry.line != expected {
            let what = format!(
                "line {} of a life stands where line {expected} should",
                entry.line
            );
            let here = stream.here();
            self.find(Claim::WholeTraces, None, what, vec![here]);
        }
        match entry.event {
            Event::Did(action) => self.streams[of].head = Head::Step(self.state.step(&action)),
            Event::Recover(now) => {
                if line == 1 && !is_empty(&now) {
                    return Err(MergeError::Begun(self.streams[of].here()));
                }
                self.report.figures.lives += 1;
                self.recover(of, &now);
            }
        }
        Ok(())
    }

    /// Finds the actions that lead to the ledger of a recovery and are in no trace.
    fn recover(&mut self, of: usize, now: &Recovered) {
        let stream = &self.streams[of];
        let (p, here) = (stream.node, stream.here());
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

    /// Takes what is not enabled.
    fn force(&mut self, of: usize) {
        self.has_diverged = true;
        let stream = &mut self.streams[of];
        match &mut stream.head {
            Head::Step(step) => {
                self.state.take(stream.node, step, stream.line);
                stream.head = Head::Unread;
            }
            Head::CrashGap(gap) => match gap.pop_front() {
                Some(CrashGap::Outcome { at, id, .. }) => {
                    self.state.number_mut(at, 0).set_outcome(stream.node, id);
                }
                Some(CrashGap::Try(b)) => self.state.of_mut(stream.node).last_tried = Some(b),
                Some(CrashGap::Promise(b)) => self.state.of_mut(stream.node).next_bal = Some(b),
                Some(CrashGap::Votes(..)) | None => {}
            },
            Head::End | Head::Unread => {}
        }
    }

    /// The first step that nobody can take is told. What comes after it may
    /// follow from it.
    fn tell(&mut self, hindrances: &[(usize, Hindrance)]) {
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
                _ => format!("the ledger of {p} is not what his trace leads to: {why}"),
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
        let figure = number
            .and_then(|at| self.state.at(at))
            .map(crate::ballots::figure);
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
