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
//!
//! Told to end, it takes on nothing more, finishes what is under way if that does
//! not take long, and bids the others farewell.

mod contact;
mod event;
mod refused;
mod waiting;

pub use contact::Hearing;
pub use event::{DriverError, Event, Reply};
pub use waiting::Waiting;

use crate::ledger::DiskLedger;
use crate::standing::Refusal;
use crate::status::Status;
use crate::timers::Timers;
use crate::transport::Links;
use crate::{Action, Command, Legislator, Message, Note, Request};
use std::mem::take;
use std::sync::Arc;
use std::time::Duration;
use synod_math::{Priest, Quorums};
use synod_protocol::border::{Input, Output, Timer};
use synod_protocol::parliament::{self, News, RequestId, Settings, Slip};
use synod_trace::Trace;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until};

/// How many inputs make a batch at most.
const BATCH: usize = 1024;

/// How long to finish what is under way, once the node is told to end.
const LEAVE: Duration = Duration::from_millis(250);

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
    /// Who was heard when.
    pub hearing: Hearing,
    /// When it ends at the latest, once it is told to.
    pub leaves_at: Option<Instant>,
    /// What is to be carried out yet: empty, or a `Record` and what follows.
    pub pending: Vec<Out>,
}

impl Driver {
    /// Carries out `outputs`, of the start, and then whatever events lead to,
    /// until one says that it is the end. The legislator is given back, whose
    /// memory takes a while to be freed.
    ///
    /// # Errors
    ///
    /// If something cannot be written. Nothing that depends on it has left.
    pub async fn run(
        mut self,
        outputs: Vec<Out>,
        mut events: mpsc::Receiver<Event>,
    ) -> (Result<(), DriverError>, Legislator) {
        let mut result = self.serve(outputs, &mut events).await;
        if result.is_ok() {
            result = self.leave().await;
        }
        refuse_the_rest(events);
        (result, self.legislator)
    }

    async fn serve(
        &mut self,
        outputs: Vec<Out>,
        events: &mut mpsc::Receiver<Event>,
    ) -> Result<(), DriverError> {
        self.carry_out(outputs)?;
        let mut batch = Vec::with_capacity(BATCH);
        while !self.may_leave() {
            let next_end = self.timers.next_end().into_iter().chain(self.leaves_at);
            let next_end = next_end.min().unwrap_or_else(far_away);
            tokio::select! {
                biased;
                count = events.recv_many(&mut batch, BATCH) => if count == 0 { break },
                () = sleep_until(next_end) => {}
            }
            metrics::histogram!("synod_batch_inputs").record(batch.len() as u32);
            let mut outputs = Vec::new();
            for event in batch.drain(..) {
                self.take(event, &mut outputs);
            }
            while let Some(timer) = self.timers.take_due(Instant::now()) {
                self.look_at_standing(&mut outputs);
                if self.may_time_out(timer) {
                    self.handle(Input::Timeout(timer), &mut outputs);
                }
            }
            if self.ledger.standing().has_urgent() {
                self.ledger.commit(Vec::new())?;
            }
            self.carry_out(outputs)?;
        }
        Ok(())
    }

    /// Whether it was told to end, and either nothing is under way that a client
    /// waits for, here or elsewhere, or it has taken too long.
    fn may_leave(&self) -> bool {
        let is_at_rest = || self.waiting.is_over() && self.status.borrow().in_flight == 0;
        self.leaves_at
            .is_some_and(|end| is_at_rest() || Instant::now() >= end)
    }

    /// What is known is durable, whoever waits is told, and the others hear that
    /// this one leaves: the next in rank presides at once.
    async fn leave(&mut self) -> Result<(), DriverError> {
        self.close()?;
        for request in self.legislator.waiting() {
            self.waiting.is_not_made(request.id);
        }
        // The others do not know what becomes of their requests.
        self.waiting = Waiting::default();
        self.links.say_farewell().await;
        Ok(())
    }

    fn take(&mut self, event: Event, outputs: &mut Vec<Out>) {
        self.look_at_standing(outputs);
        match event {
            Event::Message { from, message } => self.receive(from, message, outputs),
            Event::Request { request, reply } => self.propose(request, reply, outputs),
            // No reply: this law may be the wrong one, or very old.
            Event::Read { .. } if self.refusal.is_some() => {}
            Event::Read { key, reply } => {
                let value = self.legislator.law().state().get(&key);
                // Whoever asked may have gone.
                let _ = reply.send(value.map(<[u8]>::to_vec));
            }
            Event::Farewell { from } => self.see_off(from, outputs),
            Event::End => {
                self.leaves_at.get_or_insert_with(|| Instant::now() + LEAVE);
            }
        }
    }

    fn receive(&mut self, from: Priest, message: Message, outputs: &mut Vec<Out>) {
        let is_leaving = self.leaves_at.is_some();
        if is_leaving && matches!(message, Message::Forwarded { .. }) {
            // As if it were lost: it is asked again, of the next president.
            return;
        }
        if self.may_have(from, &message, outputs) {
            self.hearing.hear(from, &message, Instant::now());
            self.handle(Input::Receive { from, message }, outputs);
        }
    }

    fn propose(&mut self, request: Request, reply: oneshot::Sender<Reply>, outputs: &mut Vec<Out>) {
        // Whoever asked may have gone.
        if self.leaves_at.is_some() {
            let _ = reply.send(Reply::NotMade);
        } else if let Some(refusal) = self.refusal {
            let _ = reply.send(Reply::Refused(refusal));
        } else {
            self.waiting.insert(request.id, reply);
            self.handle(Input::Propose(request), outputs);
        }
    }

    fn handle(&mut self, input: Input<Message, Request>, outputs: &mut Vec<Out>) {
        let new = self.legislator.handle(input).outputs;
        for output in &new {
            match output {
                Output::Decided(News::Law { decree, .. }) => {
                    self.ledger.standing().pass(decree.clone());
                }
                Output::Send { message, .. } => {
                    if let Some(id) = asked_for(message) {
                        self.waiting.was_sent(id);
                    }
                }
                _ => {}
            }
        }
        outputs.extend(new);
    }

    /// One leaves whom nobody need wait for: if it presided, the highest of those
    /// who are left takes its place before T is over; if its votes were needed,
    /// the president begins a ballot without it before the round is over. Timers
    /// may end at any time: whether anything is right does not depend on it, nor
    /// on whether the farewell is true.
    fn see_off(&mut self, from: Priest, outputs: &mut Vec<Out>) {
        self.hearing.forget(from);
        let timer = match self.legislator.slip() {
            _ if self.leaves_at.is_some() => None,
            Slip::Presiding(office) if office.quorum.contains(from) => Some(Timer::Round),
            _ => self.is_next_after(from).then_some(Timer::Absence),
        };
        if let Some(timer) = timer.filter(|timer| self.may_time_out(*timer)) {
            // What was set by an earlier message of this batch is not yet.
            outputs.push(Output::CancelTimer(timer));
            self.handle(Input::Timeout(timer), outputs);
        }
    }

    /// Whether this one presides as soon as that one does no longer.
    fn is_next_after(&self, president: Priest) -> bool {
        let (me, now) = (self.legislator.me(), Instant::now());
        self.legislator.president() == Some(president) && !self.hearing.hears_of_higher(me, now)
    }

    /// The three steps above.
    fn carry_out(&mut self, mut outputs: Vec<Out>) -> Result<(), DriverError> {
        self.set_timers(&outputs);
        self.waiting.see_president(self.legislator.president());
        self.show();
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

    fn show(&mut self) {
        let status = Status::of(&self.legislator, self.ledger.standing());
        let (law, president, me) = (status.law, status.president, self.legislator.me());
        let reaches = |peer| self.links.reach(peer);
        let hearing = &mut self.hearing;
        let contact = hearing.show(law, president, me, reaches, Instant::now());
        self.status.send_replace(Status { contact, ..status });
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

/// What has not been taken will not be.
fn refuse_the_rest(mut events: mpsc::Receiver<Event>) {
    events.close();
    while let Ok(event) = events.try_recv() {
        if let Event::Request { reply, .. } = event {
            let _ = reply.send(Reply::NotMade);
        }
    }
}

/// The request that a message tells another legislator of.
fn asked_for(message: &Message) -> Option<RequestId> {
    match message {
        Message::Forwarded { request } => Some(request.id),
        Message::BeginBallot { decree, .. } => decree.request_id(),
        _ => None,
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
