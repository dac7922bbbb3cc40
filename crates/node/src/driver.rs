//! The one task that owns a process, whatever process it is.
//!
//! Inputs come in batches: all that has arrived meanwhile. The process takes
//! them one by one; its outputs are carried out in its order, with one commit
//! for all records of a batch (group commit):
//!
//! 1. what comes before the first `Record` leaves at once;
//! 2. if something after it is awaited, a message or somebody's answer, all
//!    records become durable with one commit, and then the rest leaves;
//! 3. if nothing is, it stays until something is: what nobody here waits for is
//!    written with the next record that somebody does.
//!
//! So no message leaves before a record that stands before it. Actions are in
//! the trace before the messages that follow from them leave. Timers alone are
//! set at once: a crash forgets them, whatever was recorded.
//!
//! What a process lives in (its disk, its network, its clients) is its [`Host`].

#[cfg(test)]
mod tests;
mod timers;

pub use timers::Timers;

use std::mem::take;
use std::time::Duration;
use synod_process::{InputOf, Output, OutputOf, Process};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// How many inputs make a batch at most.
const BATCH: usize = 1024;

/// How many outputs that nobody waits for make a commit worth while.
const MOST_PENDING: usize = 4096;

/// What a process lives in: where its inputs come from, and where its outputs
/// go.
pub trait Host {
    /// The process.
    type Process: Process;
    /// What happens outside.
    type Event;
    /// Why the process cannot go on.
    type Error;

    /// Something has happened: gives the process what it is to have of it.
    fn take(&mut self, event: Self::Event, driven: &mut Driven<Self::Process>);

    /// The time of a timer has passed: tells the process, if it is to know.
    fn time_out(
        &mut self,
        timer: <Self::Process as Process>::Timer,
        driven: &mut Driven<Self::Process>,
    );

    /// A batch of inputs was taken, whose outputs are to be carried out.
    ///
    /// # Errors
    ///
    /// If something cannot be written.
    fn settle(&mut self, _: &Self::Process) -> Result<(), Self::Error> {
        Ok(())
    }

    /// How long a timer takes.
    fn time_of(&self, timer: <Self::Process as Process>::Timer) -> Duration;

    /// Whether the process is not to be driven any more.
    fn may_end(&self) -> bool {
        false
    }

    /// When that may have changed though nothing has happened.
    fn looks_again(&self) -> Option<Instant> {
        None
    }

    /// Whether somebody waits for this.
    fn awaits(&self, news: &<Self::Process as Process>::News) -> bool;

    /// Makes records durable.
    ///
    /// # Errors
    ///
    /// If they cannot be written. Nothing that depends on them leaves.
    fn commit(
        &mut self,
        records: Vec<<Self::Process as Process>::Record>,
    ) -> Result<(), Self::Error>;

    /// Traces the actions among these, before what follows from them leaves.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    fn trace(&mut self, _: &[OutputOf<Self::Process>]) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Sends a message, once [`flush`](Self::flush) is called at the latest.
    fn send(
        &mut self,
        to: <Self::Process as Process>::Id,
        message: <Self::Process as Process>::Message,
    );

    /// Tells whoever waits.
    fn tell(&mut self, news: <Self::Process as Process>::News);

    /// What was sent leaves.
    fn flush(&mut self) {}
}

/// The process, and what it wants done in this batch.
pub struct Driven<P: Process> {
    /// The process.
    pub process: P,
    /// Not carried out yet.
    pub outputs: Vec<OutputOf<P>>,
}

impl<P: Process> Driven<P> {
    /// Gives the process an input. What it wants done because of it.
    pub fn handle(&mut self, input: InputOf<P>) -> &[OutputOf<P>] {
        let first = self.outputs.len();
        self.outputs.extend(self.process.handle(input).outputs);
        &self.outputs[first..]
    }

    /// The process begins anew, as after a crash.
    pub fn begin_anew(&mut self, (process, start): (P, synod_process::OutputsOf<P>)) {
        self.process = process;
        self.outputs.extend(start.outputs);
    }
}

/// Drives a process in its host.
pub struct Driver<H: Host> {
    /// The process.
    pub driven: Driven<H::Process>,
    /// What it lives in.
    pub host: H,
    /// Its timers.
    pub timers: Timers<<H::Process as Process>::Timer>,
    /// What is to be carried out yet: empty, or a `Record` and what follows.
    pending: Vec<OutputOf<H::Process>>,
}

impl<H: Host> Driver<H> {
    /// Of a process that has recovered, and wants this done.
    pub const fn new(process: H::Process, outputs: Vec<OutputOf<H::Process>>, host: H) -> Self {
        Self {
            driven: Driven { process, outputs },
            host,
            timers: Timers::new(),
            pending: Vec::new(),
        }
    }

    /// Carries out what the start and then events lead to, until the host says
    /// that it is enough, or nothing can happen any more.
    ///
    /// # Errors
    ///
    /// If something cannot be written. Nothing that depends on it has left.
    pub async fn serve(&mut self, events: &mut mpsc::Receiver<H::Event>) -> Result<(), H::Error> {
        self.carry_out()?;
        let mut batch = Vec::with_capacity(BATCH);
        while !self.host.may_end() {
            let ends = self.timers.next_end().into_iter();
            let next_end = ends.chain(self.host.looks_again()).min();
            tokio::select! {
                biased;
                count = events.recv_many(&mut batch, BATCH) => if count == 0 { break },
                () = sleep_until(next_end.unwrap_or_else(far_away)) => {}
            }
            metrics::histogram!("synod_batch_inputs").record(batch.len() as u32);
            for event in batch.drain(..) {
                self.host.take(event, &mut self.driven);
            }
            while let Some(timer) = self.timers.take_due(Instant::now()) {
                self.host.time_out(timer, &mut self.driven);
            }
            self.carry_out()?;
        }
        Ok(())
    }

    /// The three steps above.
    ///
    /// # Errors
    ///
    /// If something cannot be written. Nothing that depends on it has left.
    pub fn carry_out(&mut self) -> Result<(), H::Error> {
        self.host.settle(&self.driven.process)?;
        let mut outputs = take(&mut self.driven.outputs);
        self.set_timers(&outputs);
        if self.pending.is_empty() {
            let is_record = |output: &OutputOf<H::Process>| matches!(output, Output::Record(_));
            let first = outputs.iter().position(is_record);
            self.pending = outputs.split_off(first.unwrap_or(outputs.len()));
            self.let_go(outputs)?;
        } else {
            self.pending.append(&mut outputs);
        }
        let is_awaited = |output: &OutputOf<H::Process>| match output {
            Output::Send { .. } => true,
            Output::Tell(news) => self.host.awaits(news),
            _ => false,
        };
        if self.pending.len() > MOST_PENDING || self.pending.iter().any(is_awaited) {
            self.commit()?;
        }
        Ok(())
    }

    /// Makes durable what is to be, and lets go the rest.
    ///
    /// # Errors
    ///
    /// If something cannot be written. Nothing that depends on it has left.
    pub fn commit(&mut self) -> Result<(), H::Error> {
        let (mut records, mut rest) = (Vec::new(), Vec::new());
        for output in take(&mut self.pending) {
            match output {
                Output::Record(record) => records.push(record),
                output => rest.push(output),
            }
        }
        if !records.is_empty() {
            let (count, start) = (records.len(), Instant::now());
            self.host.commit(records)?;
            metrics::histogram!("synod_commit_seconds").record(start.elapsed());
            metrics::counter!("synod_records_committed_total").increment(count as u64);
            metrics::histogram!("synod_batch_records").record(count as u32);
        }
        self.let_go(rest)
    }

    /// Everything but records, which are durable, and timers, which are set.
    fn let_go(&mut self, outputs: Vec<OutputOf<H::Process>>) -> Result<(), H::Error> {
        self.host.trace(&outputs)?;
        for output in outputs {
            match output {
                Output::Send { to, message } => self.host.send(to, message),
                Output::Tell(news) => self.host.tell(news),
                _ => {}
            }
        }
        self.host.flush();
        Ok(())
    }

    fn set_timers(&mut self, outputs: &[OutputOf<H::Process>]) {
        let now = Instant::now();
        for output in outputs {
            match output {
                Output::SetTimer(timer) => self.timers.set(*timer, now + self.host.time_of(*timer)),
                Output::CancelTimer(timer) => {
                    self.timers.cancel(*timer);
                }
                _ => {}
            }
        }
    }
}

/// When no timer is set: a time that does not come.
fn far_away() -> Instant {
    Instant::now() + Duration::from_secs(3600)
}
