//! The one task that owns the legislator.
//!
//! Inputs come in batches: all that has arrived meanwhile. The legislator takes
//! them one by one; his outputs are carried out in his order, with one fsync
//! for all records of a batch (group commit):
//!
//! 1. what comes before the first `Record` leaves at once;
//! 2. if something after it is awaited, a message or somebody's answer, all
//!    records become durable with one commit, and then the rest leaves;
//! 3. if nothing is, it stays until something is: outcomes that nobody here
//!    waits for are written with the next vote, or the next sign of presence.
//!
//! So no message leaves before a record that stands before it. Actions are in
//! the trace before the messages that follow from them leave. Timers alone are
//! set at once: a crash forgets them, whatever was recorded.

mod event;
mod refused;
mod waiting;

pub use event::{DriverError, Event, Reply};
pub use waiting::Waiting;

use crate::ledger::DiskLedger;
use crate::standing::Refusal;
use crate::status::Status;
use crate::timers::Timers;
use crate::trace::Trace;
use crate::transport::Links;
use crate::{Action, Command, Legislator, Message, Note, Request};
use std::mem::take;
use std::sync::Arc;
use std::time::Duration;
use synod_math::Quorums;
use synod_protocol::border::{Input, Output};
use synod_protocol::parliament::{self, News, Settings};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

/// How many inputs make a batch at most.
const BATCH: usize = 1024;

/// How many outputs that nobody waits for make a commit worth while.
const MOST_PENDING: usize = 4096;

/// What a legislator gives his driver to do.
pub type Out = parliament::Output<Command, crate::Response>;

/// A legislator and all that he acts through.
#[derive(Debug)]
pub struct Driver {
    /// The process.
    pub legislator: Legislator,
    /// Of whom, and how: to begin anew with.
    pub quorums: Arc<Quorums>,
    /// His limits.
    pub settings: Settings,
    /// Why he may not take part, if he may not.
    pub refusal: Option<Refusal>,
    /// His ledger.
    pub ledger: DiskLedger,
    /// His timers.
    pub timers: Timers,
    /// The ways to the others.
    pub links: Links,
    /// His trace, if one is kept.
    pub trace: Option<Trace>,
    /// Where others see how he does.
    pub status: watch::Sender<Status>,
    /// Who waits for which request.
    pub waiting: Waiting,
    /// What is to be carried out yet: empty, or a `Record` and what follows.
    pub pending: Vec<Out>,
}

impl Driver {
    /// Carries out `outputs`, of the start, and then whatever events lead to,
    /// until one says that it is the end.
    ///
    /// # Errors
    ///
    /// If something cannot be written. Nothing that depends on it has left.
    pub async fn run(
        mut self,
        outputs: Vec<Out>,
        mut events: mpsc::Receiver<Event>,
    ) -> Result<(), DriverError> {
        self.carry_out(outputs)?;
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            let next_end = self.timers.next_end().unwrap_or_else(far_away);
            tokio::select! {
                biased;
                count = events.recv_many(&mut batch, BATCH) => if count == 0 { return self.close() },
                () = sleep_until(next_end) => {}
            }
            metrics::histogram!("synod_batch_inputs").record(batch.len() as u32);
            let mut outputs = Vec::new();
            let mut is_over = false;
            for event in batch.drain(..) {
                is_over |= matches!(event, Event::End);
                self.take(event, &mut outputs);
            }
            while let Some(timer) = self.timers.take_due(Instant::now()) {
                self.look_at_standing(&mut outputs);
                if self.may_time_out(timer) {
                    self.handle(Input::Timeout(timer), &mut outputs);
                }
            }
            self.carry_out(outputs)?;
            if self.ledger.standing().has_unsaved_loss() {
                self.ledger.commit(Vec::new())?;
            }
            if is_over {
                return self.close();
            }
        }
    }

    fn take(&mut self, event: Event, outputs: &mut Vec<Out>) {
        self.look_at_standing(outputs);
        let input = match event {
            Event::Message { from, message } => {
                if !self.may_have(from, &message, outputs) {
                    return;
                }
                Input::Receive { from, message }
            }
            Event::Request { request, reply } => {
                self.waiting.insert(request.id, reply);
                if let Some(refusal) = &self.refusal {
                    return self.waiting.refuse(refusal);
                }
                Input::Propose(request)
            }
            // No reply: this law may be the wrong one, or very old.
            Event::Read { .. } if self.refusal.is_some() => return,
            Event::Read { key, reply } => {
                let value = self.legislator.law().state().get(&key);
                // Whoever asked may have gone.
                let _ = reply.send(value.map(<[u8]>::to_vec));
                return;
            }
            Event::End => return,
        };
        self.handle(input, outputs);
    }

    fn handle(&mut self, input: Input<Message, Request>, outputs: &mut Vec<Out>) {
        let new = self.legislator.handle(input).outputs;
        for output in &new {
            if let Output::Decided(News::Law { decree, .. }) = output {
                self.ledger.standing().pass(decree.clone());
            }
        }
        outputs.extend(new);
    }

    /// The three steps above.
    fn carry_out(&mut self, mut outputs: Vec<Out>) -> Result<(), DriverError> {
        self.set_timers(&outputs);
        self.waiting.see_president(self.legislator.president());
        let standing = self.ledger.standing();
        self.status
            .send_replace(Status::of(&self.legislator, standing));
        if self.pending.is_empty() {
            let is_record = |output: &Out| matches!(output, Output::Record(_));
            let first = outputs.iter().position(is_record);
            self.pending = outputs.split_off(first.unwrap_or(outputs.len()));
            self.let_go(outputs)?;
        } else {
            self.pending.append(&mut outputs);
        }
        let is_awaited = |output: &Out| match output {
            Output::Send { .. } => true,
            Output::Decided(news) => self.waiting.awaits(news),
            _ => false,
        };
        if self.pending.len() > MOST_PENDING || self.pending.iter().any(is_awaited) {
            self.commit()?;
        }
        Ok(())
    }

    /// Makes durable what is to be, and lets go the rest.
    fn commit(&mut self) -> Result<(), DriverError> {
        let pending = take(&mut self.pending).into_iter();
        let (notes, rest): (Vec<_>, Vec<_>) = pending.partition(|o| matches!(o, Output::Record(_)));
        if !notes.is_empty() {
            let (count, start) = (notes.len(), Instant::now());
            let notes = notes.into_iter().filter_map(note).collect();
            self.ledger.commit(notes)?;
            metrics::histogram!("synod_commit_seconds").record(start.elapsed());
            metrics::counter!("synod_records_committed_total").increment(count as u64);
            metrics::histogram!("synod_batch_records").record(count as u32);
        }
        self.let_go(rest)
    }

    /// Makes durable what is left, before the end.
    fn close(&mut self) -> Result<(), DriverError> {
        self.commit()?;
        if self.ledger.standing().has_unsaved() {
            self.ledger.commit(Vec::new())?;
        }
        Ok(())
    }

    /// Everything but records, which are durable, and timers, which are set.
    fn let_go(&mut self, outputs: Vec<Out>) -> Result<(), DriverError> {
        if let Some(trace) = &mut self.trace {
            trace.write(outputs.iter().filter_map(action))?;
        }
        for output in outputs {
            match output {
                Output::Send { to, message } => self.links.push(to, message),
                Output::Decided(news) => self.waiting.tell(news),
                _ => {}
            }
        }
        self.links.flush();
        Ok(())
    }

    fn set_timers(&mut self, outputs: &[Out]) {
        let now = Instant::now();
        for output in outputs {
            match output {
                Output::SetTimer(timer) => self.timers.set(*timer, now),
                Output::CancelTimer(timer) => self.timers.cancel(*timer),
                _ => {}
            }
        }
    }
}

fn note(output: Out) -> Option<Note> {
    match output {
        Output::Record(note) => Some(note),
        _ => None,
    }
}

fn action(output: &Out) -> Option<&Action> {
    match output {
        Output::Did(action) => Some(action),
        _ => None,
    }
}

/// When no timer is set: a time that does not come.
fn far_away() -> Instant {
    Instant::now() + Duration::from_secs(3600)
}
