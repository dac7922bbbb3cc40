//! The one task that owns the legislator.
//!
//! Inputs come in batches: all that has arrived meanwhile. The legislator takes
//! them one by one; his outputs are carried out in his order, with one fsync
//! for all records of the batch (group commit):
//!
//! 1. what comes before the first `Record` leaves at once;
//! 2. all records of the batch become durable;
//! 3. the rest leaves.
//!
//! So no message leaves before a record that stands before it. Actions are in
//! the trace before the messages that follow from them leave.

use crate::ledger::{DiskLedger, LedgerError};
use crate::status::Status;
use crate::timers::Timers;
use crate::trace::Trace;
use crate::transport::Links;
use crate::{Action, Answer, Command, Legislator, Message, Note, Request};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io;
use std::time::Duration;
use synod_math::Priest;
use synod_protocol::border::{Input, Output};
use synod_protocol::parliament::{self, Declined, News, RequestId};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until};

/// How many inputs make a batch at most.
const BATCH: usize = 1024;

/// What reaches a node.
#[derive(Debug)]
pub enum Event {
    /// A message of another legislator.
    Message {
        /// Who sent it.
        from: Priest,
        /// The message.
        message: Message,
    },
    /// A client asks for something.
    Request {
        /// What.
        request: Request,
        /// Who waits for the reply. It is dropped without a reply if the same
        /// client asks again.
        reply: oneshot::Sender<Reply>,
    },
    /// Somebody wants to know a value of the law as it is known here.
    Read {
        /// The key.
        key: Vec<u8>,
        /// Who waits.
        reply: oneshot::Sender<Option<Vec<u8>>>,
    },
    /// The node is to end, after what came before.
    End,
}

/// The reply to a request.
#[derive(Debug)]
pub enum Reply {
    /// It was granted.
    Answer(Answer),
    /// This attempt will not be.
    Declined(Declined),
    /// There is a new president, who may not have heard of it: ask again. It may
    /// be granted all the same.
    NewPresident,
}

/// Why a driver ended.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// The ledger could not be written: nothing that depends on it was sent.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The trace could not be written.
    #[error("the trace cannot be written: {0}")]
    Trace(#[from] io::Error),
}

/// What a legislator gives his driver to do.
pub type Out = parliament::Output<Command, crate::Response>;

/// A legislator and all that he acts through.
#[derive(Debug)]
pub struct Driver {
    /// The process.
    pub legislator: Legislator,
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
    /// Who waits for which request, by client.
    pub waiting: HashMap<u64, (RequestId, oneshot::Sender<Reply>)>,
    /// To whom the requests of those went.
    pub president: Option<Priest>,
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
                count = events.recv_many(&mut batch, BATCH) => if count == 0 { return Ok(()) },
                () = sleep_until(next_end) => {}
            }
            let mut outputs = Vec::new();
            let mut is_over = false;
            for event in batch.drain(..) {
                is_over |= matches!(event, Event::End);
                self.take(event, &mut outputs);
            }
            while let Some(timer) = self.timers.take_due(Instant::now()) {
                outputs.extend(self.legislator.handle(Input::Timeout(timer)).outputs);
            }
            self.carry_out(outputs)?;
            if is_over {
                return Ok(());
            }
        }
    }

    fn take(&mut self, event: Event, outputs: &mut Vec<Out>) {
        let input = match event {
            Event::Message { from, message } => Input::Receive { from, message },
            Event::Request { request, reply } => {
                self.waiting.insert(request.id.client, (request.id, reply));
                Input::Propose(request)
            }
            Event::Read { key, reply } => {
                let value = self.legislator.law().state().get(&key);
                // Whoever asked may have gone.
                let _ = reply.send(value.map(<[u8]>::to_vec));
                return;
            }
            Event::End => return,
        };
        outputs.extend(self.legislator.handle(input).outputs);
    }

    /// The three steps above.
    fn carry_out(&mut self, outputs: Vec<Out>) -> Result<(), DriverError> {
        let is_record = |output: &Out| matches!(output, Output::Record(_));
        let first = outputs.iter().position(is_record).unwrap_or(outputs.len());
        let mut outputs = outputs.into_iter();
        self.let_go(outputs.by_ref().take(first).collect())?;
        let (notes, rest): (Vec<_>, Vec<_>) = outputs.partition(is_record);
        if !notes.is_empty() {
            self.ledger
                .commit(notes.into_iter().filter_map(note).collect())?;
        }
        self.let_go(rest)?;
        self.see_president();
        self.status.send_replace(Status::of(&self.legislator));
        Ok(())
    }

    /// Requests that went to another president may have died with him.
    fn see_president(&mut self) {
        let president = self.legislator.president();
        if president != self.president && president.is_some() {
            self.president = president;
            for (_, (_, sender)) in self.waiting.drain() {
                let _ = sender.send(Reply::NewPresident);
            }
        }
    }

    /// Everything but records, which are durable.
    fn let_go(&mut self, outputs: Vec<Out>) -> Result<(), DriverError> {
        if let Some(trace) = &mut self.trace {
            trace.write(outputs.iter().filter_map(action))?;
        }
        let now = Instant::now();
        for output in outputs {
            match output {
                Output::Send { to, message } => self.links.push(to, message),
                Output::SetTimer(timer) => self.timers.set(timer, now),
                Output::CancelTimer(timer) => self.timers.cancel(timer),
                Output::Decided(news) => self.tell(news),
                Output::Record(_) | Output::Did(_) => {}
            }
        }
        self.links.flush();
        Ok(())
    }

    /// Whoever waits for it is told.
    fn tell(&mut self, news: News<Command, crate::Response>) {
        let (id, reply) = match news {
            News::Law { answer: None, .. } => return,
            News::Law {
                answer: Some(answer),
                ..
            }
            | News::Answered(answer) => (answer.id, Reply::Answer(answer)),
            News::Declined { id, why } => (id, Reply::Declined(why)),
        };
        if let Entry::Occupied(waiting) = self.waiting.entry(id.client)
            && waiting.get().0 == id
        {
            let (_, sender) = waiting.remove();
            // Whoever asked may have gone.
            let _ = sender.send(reply);
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
