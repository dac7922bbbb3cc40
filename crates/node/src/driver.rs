//! The driver: the one task that owns a [`Process`] of any kind, gives it inputs, and carries
//! out its outputs in order.
//!
//! ```text
//! event ─→ Host::take ─→ Process::handle ─→ Driver::sort ─→ commit ─→ trace ─→ send, tell
//! ```
//!
//! The environment of the process (its disk, its network, its clients) is its [`Host`]. The
//! host never gives the process inputs: it translates events to them, and the driver does so.
//!
//! Events come in batches: a batch is everything that has arrived during the last one. The
//! process takes the inputs one by one. Its outputs are carried out in the order in which it
//! made them, with one commit for all records of a batch (group commit):
//!
//! 1. What waits for no record of the batch leaves at once. The host tells what an output is about
//!    ([`Subjects`]): an output waits for the records before it that are about the same, and for the
//!    outputs before it that wait and are about the same. Those of other subjects may overtake it. In a
//!    parliament, the ballot on the next decree begins while the vote for this one is being written.
//! 2. If something waits, or may wait later, one commit makes all records durable, and then the rest
//!    leaves. So a vote of one's own is written while the other votes are on their way.
//! 3. Records for which nothing waits (in a parliament, outcomes: the votes that they follow from are
//!    durable) stay until the next commit, or until there are more than 1,024. A crash may lose them.
//!
//! So no message leaves before a record on which it depends is durable. Actions are written to
//! the trace before the messages that follow from them leave. Only timers are set at once:
//! a crash forgets timers in any case. That this order is safe is model-checked within bounds:
//! `synced` in the specs of the parliament.
//!
//! A process that replies to each request with a message, once the request is on disk:
//!
//! ```
//! use std::convert::Infallible;
//! use std::time::Duration;
//! use synod_node::driver::{Driver, Host};
//! use synod_process::{Input, InputOf, Outputs, OutputsOf, Process};
//!
//! struct Echo;
//!
//! impl Process for Echo {
//!     type Id = u8;
//!     type Settings = ();
//!     type Ledger = Vec<u8>;
//!     type Message = u8;
//!     type Request = u8;
//!     type Timer = ();
//!     type Record = u8;
//!     type News = ();
//!     type Action = ();
//!     type Ignored = ();
//!
//!     fn recover((): &(), _: u8, _: Vec<u8>) -> (Self, OutputsOf<Self>) {
//!         (Self, Outputs::new())
//!     }
//!
//!     fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
//!         let mut out = Outputs::new();
//!         if let Input::Propose(request) = input {
//!             out.record(request);
//!             out.send(0, request);
//!         }
//!         out
//!     }
//!
//!     fn apply(ledger: &mut Vec<u8>, record: u8) {
//!         ledger.push(record);
//!     }
//! }
//!
//! /// An environment that logs what the driver does.
//! struct Log(Vec<String>);
//!
//! impl Host<Echo> for Log {
//!     type Event = u8;
//!     type Error = Infallible;
//!
//!     fn take(&mut self, event: u8, _: &Echo) -> Option<InputOf<Echo>> {
//!         Some(Input::Propose(event))
//!     }
//!
//!     fn time_of(&self, (): ()) -> Option<Duration> {
//!         Some(Duration::from_secs(1))
//!     }
//!
//!     fn commit(&mut self, records: Vec<u8>) -> Result<(), Infallible> {
//!         self.0.push(format!("commit {records:?}"));
//!         Ok(())
//!     }
//!
//!     fn send(&mut self, to: u8, message: u8) {
//!         self.0.push(format!("send {message} to {to}"));
//!     }
//!
//!     fn tell(&mut self, (): ()) {}
//! }
//!
//! let (sender, mut events) = tokio::sync::mpsc::channel(8);
//! sender.try_send(7)?;
//! sender.try_send(8)?;
//! drop(sender);
//! let mut driver = Driver::new(Echo::recover(&(), 1, Vec::new()), Log(Vec::new()));
//! tokio::runtime::Builder::new_current_thread()
//!     .enable_time()
//!     .build()?
//!     .block_on(driver.serve(&mut events))?;
//! assert_eq!(driver.host.0, ["commit [7, 8]", "send 7 to 0", "send 8 to 0"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The legislator's host is in `crate::host`; [`node::start`](crate::node::start) puts both
//! together.

mod subjects;
#[cfg(test)]
mod tests;
mod timers;

pub use subjects::Subjects;
pub use timers::Timers;

use std::mem::take;
use std::time::Duration;
use subjects::Waiting;
use synod_process::{Input, InputOf, Output, OutputOf, OutputsOf, Process};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// How many events a batch has at most.
const MOST_EVENTS: usize = 1024;

/// More records than this are committed although nothing waits for them.
const MOST_RECORDS: usize = 1024;

/// The environment of a process: the source of its inputs, and the destination of its outputs.
/// Shown in the [module's](self) example.
pub trait Host<P: Process> {
    /// What reaches the process from outside.
    type Event;
    /// Why the process cannot continue.
    type Error;

    /// Called before each event and each timeout. Returns a process, as recovered after a
    /// crash, if it is to replace the present one.
    fn restart(&mut self, _: &P) -> Option<(P, OutputsOf<P>)> {
        None
    }

    /// Takes an event. Returns the input that it is for the process; `None` if it is none.
    fn take(&mut self, event: Self::Event, process: &P) -> Option<InputOf<P>>;

    /// Whether the process is told that this timer is over. If not, the timer is dropped.
    fn may_time_out(&self, _: P::Timer) -> bool {
        true
    }

    /// Called for each output when the process has made it, before it is carried out.
    fn see(&mut self, _: &OutputOf<P>) {}

    /// Called when the process has taken a batch, before its outputs are carried out.
    ///
    /// # Errors
    ///
    /// If the host cannot write what it has to keep.
    fn settle(&mut self, _: &P) -> Result<(), Self::Error> {
        Ok(())
    }

    /// How long a timer takes; `None` if it does not end by itself: the host then gives the process its
    /// timeout, as an input from [`take`](Self::take).
    fn time_of(&self, timer: P::Timer) -> Option<Duration>;

    /// Whether the driver ends. Asked after each batch.
    fn may_end(&self) -> bool {
        false
    }

    /// A timer that ends now, although its time is not over. Asked after each batch.
    fn hastens(&self, _: &P) -> Option<P::Timer> {
        None
    }

    /// Outputs that the host has obtained from the process itself, through `&P`. The driver carries them
    /// out like those of an input. Asked after each batch.
    fn adds(&mut self, _: &P) -> Option<OutputsOf<P>> {
        None
    }

    /// When to ask [`may_end`](Self::may_end) again, even if no event arrives and no timer ends.
    fn wakes_at(&self) -> Option<Instant> {
        None
    }

    /// What an output is about, which decides for which records it waits. If it is about
    /// [`Subjects::Everything`], it waits for all records before it.
    fn subjects(&self, _: &OutputOf<P>) -> Subjects {
        Subjects::Everything
    }

    /// Makes records durable.
    ///
    /// # Errors
    ///
    /// If they cannot be written. Then no output that depends on them leaves.
    fn commit(&mut self, records: Vec<P::Record>) -> Result<(), Self::Error>;

    /// Traces these actions. The messages that follow from them leave afterwards.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    fn trace(&mut self, _: &[P::Action]) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Called when everything that the process has done is durable and traced.
    ///
    /// # Errors
    ///
    /// If the host cannot write what it has to keep.
    fn all_is_traced(&mut self, _: &P) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Sends a message. The host may keep it back until [`flush`](Self::flush).
    fn send(&mut self, to: P::Id, message: P::Message);

    /// Passes news to the client that waits for it, if there is one.
    fn tell(&mut self, news: P::News);

    /// Sends the messages that [`send`](Self::send) has kept back.
    fn flush(&mut self) {}
}

/// Outputs other than records and timers, which leave together.
struct Effects<P: Process> {
    actions: Vec<P::Action>,
    messages: Vec<(P::Id, P::Message)>,
    news: Vec<P::News>,
}

impl<P: Process> Default for Effects<P> {
    fn default() -> Self {
        Self {
            actions: Vec::new(),
            messages: Vec::new(),
            news: Vec::new(),
        }
    }
}

/// Drives a process in its host. Shown in the [module's](self) example.
pub struct Driver<P: Process, H> {
    /// The process.
    pub process: P,
    /// The environment of the process.
    pub host: H,
    /// The timers of the process.
    pub timers: Timers<P::Timer>,
    /// The effects that wait for no record.
    first: Effects<P>,
    /// The records that are not durable yet.
    records: Vec<P::Record>,
    /// The effects that wait until these records are durable.
    rest: Effects<P>,
    /// What these effects and records are about.
    waiting: Waiting,
}

impl<P: Process, H: Host<P>> Driver<P, H> {
    /// A driver of a process that has just recovered, with the outputs of its recovery. They
    /// are carried out by the first [`carry_out`](Self::carry_out).
    pub fn new((process, start): (P, OutputsOf<P>), host: H) -> Self {
        let mut driver = Self {
            process,
            host,
            timers: Timers::new(),
            first: Effects::default(),
            records: Vec::new(),
            rest: Effects::default(),
            waiting: Waiting::default(),
        };
        driver.sort(start);
        driver
    }

    /// Takes events and timeouts in batches and carries out the outputs, until
    /// [`Host::may_end`], or until all senders of `events` are dropped.
    ///
    /// # Errors
    ///
    /// If the host cannot write something. No output that depends on it has left.
    pub async fn serve(&mut self, events: &mut mpsc::Receiver<H::Event>) -> Result<(), H::Error> {
        self.carry_out()?;
        let mut batch = Vec::with_capacity(MOST_EVENTS);
        while !self.host.may_end() {
            let ends = self.timers.next_end().into_iter();
            let next_end = ends.chain(self.host.wakes_at()).min();
            tokio::select! {
                biased;
                count = events.recv_many(&mut batch, MOST_EVENTS) => if count == 0 { break },
                () = sleep_until(next_end.unwrap_or_else(far_away)) => {}
            }
            metrics::histogram!("synod_batch_inputs").record(batch.len() as u32);
            for event in batch.drain(..) {
                self.restart_if_due();
                if let Some(input) = self.host.take(event, &self.process) {
                    self.give(input);
                }
            }
            let now = Instant::now();
            while let Some(timer) = self.timers.take_due(now) {
                self.restart_if_due();
                if self.host.may_time_out(timer) {
                    self.give(Input::Timeout(timer));
                }
            }
            if let Some(timer) = self.host.hastens(&self.process) {
                self.give(Input::Timeout(timer));
            }
            if let Some(outputs) = self.host.adds(&self.process) {
                self.sort(outputs);
            }
            self.carry_out()?;
        }
        Ok(())
    }

    fn restart_if_due(&mut self) {
        if let Some((process, start)) = self.host.restart(&self.process) {
            self.process = process;
            self.sort(start);
        }
    }

    /// Gives the process an input. Its timers are set at once; its other outputs wait for
    /// [`carry_out`](Self::carry_out).
    pub fn give(&mut self, input: InputOf<P>) {
        if let Input::Timeout(timer) = input {
            self.timers.cancel(timer);
        }
        let outputs = self.process.handle(input);
        self.sort(outputs);
    }

    /// Sets timers, and sorts all other outputs by whether they wait for a record.
    fn sort(&mut self, outputs: OutputsOf<P>) {
        for output in outputs.outputs {
            self.host.see(&output);
            match output {
                Output::SetTimer(timer) => {
                    if let Some(time) = self.host.time_of(timer) {
                        self.timers.set(timer, Instant::now() + time);
                    }
                }
                Output::CancelTimer(timer) => {
                    self.timers.cancel(timer);
                }
                output => self.sort_by_subject(output),
            }
        }
    }

    fn sort_by_subject(&mut self, output: OutputOf<P>) {
        let subjects = self.host.subjects(&output);
        if let Output::Record(record) = output {
            self.waiting.add(subjects);
            return self.records.push(record);
        }
        let waits_for_all = subjects == Subjects::Everything && !self.records.is_empty();
        let effects = if waits_for_all || self.waiting.concerns(subjects) {
            self.waiting.add(subjects);
            &mut self.rest
        } else {
            &mut self.first
        };
        match output {
            Output::Send { to, message } => effects.messages.push((to, message)),
            Output::Tell(news) => effects.news.push(news),
            Output::Did(action) => effects.actions.push(action),
            Output::Record(_) | Output::SetTimer(_) | Output::CancelTimer(_) => {}
        }
    }

    /// Carries out the outputs so far, by the three rules of the [module](self).
    ///
    /// # Errors
    ///
    /// If the host cannot write something. No output that depends on it has left.
    pub fn carry_out(&mut self) -> Result<(), H::Error> {
        self.host.settle(&self.process)?;
        let first = take(&mut self.first);
        self.release(first)?;
        if self.records.len() > MOST_RECORDS || !self.waiting.is_empty() {
            self.commit()?;
        }
        if self.records.is_empty() {
            self.host.all_is_traced(&self.process)?;
        }
        Ok(())
    }

    /// Makes all records so far durable, and then releases the effects that come after them.
    ///
    /// # Errors
    ///
    /// If the host cannot write something. No output that depends on it has left.
    pub fn commit(&mut self) -> Result<(), H::Error> {
        let (records, rest) = (take(&mut self.records), take(&mut self.rest));
        self.waiting.clear();
        if !records.is_empty() {
            let (count, start) = (records.len(), Instant::now());
            self.host.commit(records)?;
            metrics::histogram!("synod_commit_seconds").record(start.elapsed());
            metrics::counter!("synod_records_committed_total").increment(count as u64);
            metrics::histogram!("synod_batch_records").record(count as u32);
        }
        self.release(rest)
    }

    /// Carries out effects that do not wait for a record any more.
    fn release(&mut self, effects: Effects<P>) -> Result<(), H::Error> {
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

/// A time that is not reached in practice, for when no timer is set. If it is, the driver takes
/// an empty batch.
fn far_away() -> Instant {
    Instant::now() + Duration::from_secs(3600)
}
