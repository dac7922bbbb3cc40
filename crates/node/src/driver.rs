//! The one task that owns a process, whatever process it is.
//!
//! ```text
//! event ─→ Host::take ─→ Process::handle ─→ Driver::sort ─→ commit ─→ trace ─→ send, tell
//! ```
//!
//! Events come in batches: all that has arrived meanwhile. Its host makes inputs
//! of them, and the process takes these one by one; its outputs are carried out
//! in its order, with one commit for all records of a batch (group commit):
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
//! It never calls the process: it says what is to be given to it.

#[cfg(test)]
mod tests;
mod timers;

pub use timers::Timers;

use std::mem::take;
use std::time::Duration;
use synod_process::{Input, InputOf, Output, OutputOf, OutputsOf, Process};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// How many inputs make a batch at most.
const BATCH: usize = 1024;

/// How many records make a commit worth while though nobody waits for it.
const MOST_RECORDS: usize = 1024;

/// What an event leads to.
pub enum Reaction<P: Process> {
    /// The process is given this.
    Input(InputOf<P>),
    /// It was asked for these, and they are carried out like those of an input.
    Outputs(OutputsOf<P>),
}

/// What a process lives in: where its inputs come from, and where its outputs
/// go.
pub trait Host<P: Process> {
    /// What happens outside.
    type Event;
    /// Why the process cannot go on.
    type Error;

    /// Something is about to happen: the process in whose place this one is to
    /// go on, if it is to begin anew, as after a crash.
    fn restart(&mut self, _: &P) -> Option<(P, OutputsOf<P>)> {
        None
    }

    /// Something has happened. What it leads to, if it does to anything.
    fn take(&mut self, event: Self::Event, process: &P) -> Option<Reaction<P>>;

    /// The time of a timer has passed: whether the process is to know.
    fn may_time_out(&self, _: P::Timer) -> bool {
        true
    }

    /// The process has put this out. It is carried out later.
    fn see(&mut self, _: &OutputOf<P>) {}

    /// A batch of inputs was taken, whose outputs are to be carried out.
    ///
    /// # Errors
    ///
    /// If something cannot be written.
    fn settle(&mut self, _: &P) -> Result<(), Self::Error> {
        Ok(())
    }

    /// How long a timer takes.
    fn time_of(&self, timer: P::Timer) -> Duration;

    /// Whether the process is not to be driven any more.
    fn may_end(&self) -> bool {
        false
    }

    /// When that may have changed though nothing has happened.
    fn looks_again(&self) -> Option<Instant> {
        None
    }

    /// Whether somebody waits for this.
    fn awaits(&self, news: &P::News) -> bool;

    /// Makes records durable.
    ///
    /// # Errors
    ///
    /// If they cannot be written. Nothing that depends on them leaves.
    fn commit(&mut self, records: Vec<P::Record>) -> Result<(), Self::Error>;

    /// Traces these actions, before what follows from them leaves.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    fn trace(&mut self, _: &[P::Action]) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Sends a message, once [`flush`](Self::flush) is called at the latest.
    fn send(&mut self, to: P::Id, message: P::Message);

    /// Tells whoever waits.
    fn tell(&mut self, news: P::News);

    /// What was sent leaves.
    fn flush(&mut self) {}
}

/// What leaves together.
struct Effects<P: Process> {
    actions: Vec<P::Action>,
    messages: Vec<(P::Id, P::Message)>,
    news: Vec<P::News>,
    /// Whether somebody waits for some of it.
    is_awaited: bool,
}

impl<P: Process> Default for Effects<P> {
    fn default() -> Self {
        Self {
            actions: Vec::new(),
            messages: Vec::new(),
            news: Vec::new(),
            is_awaited: false,
        }
    }
}

/// Drives a process in its host.
pub struct Driver<P: Process, H> {
    /// The process.
    pub process: P,
    /// What it lives in.
    pub host: H,
    /// Its timers.
    pub timers: Timers<P::Timer>,
    /// What comes before the first record that is not durable.
    first: Effects<P>,
    /// What is not durable.
    records: Vec<P::Record>,
    /// What comes after the first of them.
    rest: Effects<P>,
}

impl<P: Process, H: Host<P>> Driver<P, H> {
    /// Of a process that has recovered, and wants this done.
    pub fn new((process, start): (P, OutputsOf<P>), host: H) -> Self {
        let mut driver = Self {
            process,
            host,
            timers: Timers::new(),
            first: Effects::default(),
            records: Vec::new(),
            rest: Effects::default(),
        };
        driver.sort(start);
        driver
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
                self.look_for_restart();
                match self.host.take(event, &self.process) {
                    Some(Reaction::Input(input)) => self.give(input),
                    Some(Reaction::Outputs(outputs)) => self.sort(outputs),
                    None => {}
                }
            }
            let now = Instant::now();
            while let Some(timer) = self.timers.take_due(now) {
                self.look_for_restart();
                if self.host.may_time_out(timer) {
                    self.give(Input::Timeout(timer));
                }
            }
            self.carry_out()?;
        }
        Ok(())
    }

    fn look_for_restart(&mut self) {
        if let Some((process, start)) = self.host.restart(&self.process) {
            self.process = process;
            self.sort(start);
        }
    }

    /// Gives the process an input. What it wants done because of it is carried
    /// out by [`carry_out`](Self::carry_out), but for timers.
    pub fn give(&mut self, input: InputOf<P>) {
        if let Input::Timeout(timer) = input {
            self.timers.cancel(timer);
        }
        let outputs = self.process.handle(input);
        self.sort(outputs);
    }

    /// Sets timers, and puts everything else where it waits for what it has to.
    fn sort(&mut self, outputs: OutputsOf<P>) {
        for output in outputs.outputs {
            self.host.see(&output);
            let effects = if self.records.is_empty() {
                &mut self.first
            } else {
                &mut self.rest
            };
            match output {
                Output::Record(record) => self.records.push(record),
                Output::Send { to, message } => {
                    effects.is_awaited = true;
                    effects.messages.push((to, message));
                }
                Output::Tell(news) => {
                    effects.is_awaited |= self.host.awaits(&news);
                    effects.news.push(news);
                }
                Output::Did(action) => effects.actions.push(action),
                Output::SetTimer(timer) => {
                    let end = Instant::now() + self.host.time_of(timer);
                    self.timers.set(timer, end);
                }
                Output::CancelTimer(timer) => {
                    self.timers.cancel(timer);
                }
            }
        }
    }

    /// The three steps above.
    ///
    /// # Errors
    ///
    /// If something cannot be written. Nothing that depends on it has left.
    pub fn carry_out(&mut self) -> Result<(), H::Error> {
        self.host.settle(&self.process)?;
        let first = take(&mut self.first);
        self.let_go(first)?;
        if self.records.len() > MOST_RECORDS || self.rest.is_awaited {
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
        let (records, rest) = (take(&mut self.records), take(&mut self.rest));
        if !records.is_empty() {
            let (count, start) = (records.len(), Instant::now());
            self.host.commit(records)?;
            metrics::histogram!("synod_commit_seconds").record(start.elapsed());
            metrics::counter!("synod_records_committed_total").increment(count as u64);
            metrics::histogram!("synod_batch_records").record(count as u32);
        }
        self.let_go(rest)
    }

    /// What waits for no record any more.
    fn let_go(&mut self, effects: Effects<P>) -> Result<(), H::Error> {
        self.host.trace(&effects.actions)?;
        for (to, message) in effects.messages {
            self.host.send(to, message);
        }
        for news in effects.news {
            self.host.tell(news);
        }
        self.host.flush();
        Ok(())
    }
}

/// When no timer is set: a time that does not come.
fn far_away() -> Instant {
    Instant::now() + Duration::from_secs(3600)
}
